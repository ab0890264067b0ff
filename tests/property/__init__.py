"""What holds for all inputs, with inputs drawn at random; `make sweep` draws more of them."""

from hypothesis import settings

# Whole files are checked in some of these: a quarter of the examples that others get.
FEW = settings(max_examples=max(10, (settings.default or settings()).max_examples // 4))
