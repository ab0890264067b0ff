"""What to say of a name that the catalogue lacks: what is near it, and whether strengths agree.

A near name is only ever suggested, and only where every number and unit agrees. Where the words
are near and the strength is not, the difference is named and nothing is suggested.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from loader.core.strength import Amount, Strength, strength_of

_NEAR = 80.0  # rapidfuzz's ratio from which words are worth naming
_LOOKED_FOR = 70.0  # … and from which a name is shown to somebody who looks for one
_FAR = 10**9  # from which on how often is no help
_MOST = 3  # names in one message
_SHORT = 2  # letters of a word that tells substances apart: C and D, B and K


@dataclass(frozen=True, slots=True)
class Advice:
    """What is said of one name: a sentence, and a name to write instead; both "" for nothing."""

    message: str = ""
    suggestion: str = ""


class NearNames:
    """The names of one kind of a catalogue, taken apart once."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known = {name: strength_of(name) for name in sorted(set(names)) if name}
        self._words = {name: parts.words for name, parts in self._known.items()}

    def advice(self, name: str) -> Advice:
        """Return what to say of a name that stands in no catalogue."""
        own = strength_of(name)
        near = self._near(own)
        alike = [one for one in near if own.agrees(self._known[one])]
        if alike:
            return self._suggest(own, alike[0])
        if not near:
            return Advice()
        return Advice(_difference(own, [(one, self._known[one]) for one in near[:_MOST]]))

    def _near(self, own: Strength) -> list[str]:
        """Return the names whose words are near, nearest first; of equals, that of near numbers."""
        from rapidfuzz import fuzz, process  # loaded where a name fails, which is seldom

        if not own.words:
            return []
        found = process.extract(
            own.words, self._words, scorer=fuzz.token_sort_ratio, score_cutoff=_NEAR,
            limit=None,
        )  # fmt: skip
        near = [(score, name) for words, score, name in found if _short(words) == _short(own.words)]
        near.sort(key=lambda one: (-one[0], own.written_apart(self._known[one[1]])))
        return [name for _, name in near]

    def _suggest(self, own: Strength, name: str) -> Advice:
        if own.spelt_alike(self._known[name]):
            return Advice(f"Your catalogue has {name}, with the same numbers and units.", name)
        return Advice(
            f"Your catalogue has {name}, which is the same strength, written in another way.", name
        )


def _short(words: str) -> list[str]:
    """Return the words that tell substances apart: single letters, and those with a number."""
    return sorted(word for word in words.split() if len(word) <= _SHORT or not word.isalpha())


def _difference(own: Strength, near: Sequence[tuple[str, Strength]]) -> str:
    names, (first, theirs) = _listed([name for name, _ in near]), near[0]
    if not own.amounts:
        return f"Your catalogue has {names}; the file names no strength."
    pairs = own.differing(theirs)
    said = _listed([one.text for one, _ in pairs] or [one.text for one in own.amounts])
    text = f"Your catalogue has {names}; the file says {said}"
    if any(one.value is None for one, _ in pairs):
        return f"{text}, which can be read in two ways."
    times = _times(*pairs[0], first) if len(pairs) == 1 else ""
    return f"{text}: {times}." if times else f"{text}, which is not the same."


def _times(own: Amount, theirs: Amount, name: str) -> str:
    """Return how far two amounts of one measure are apart, in words; "" for other measures."""
    if not own.value or not theirs.value or own.measure != theirs.measure:
        return ""
    more = own.value > theirs.value
    ratio = own.value / theirs.value if more else theirs.value / own.value
    if ratio > _FAR:
        return ""
    count = f"{ratio.quantize(Decimal('0.1')):,f}".removesuffix(".0")
    words = {"2": "twice", "1,000": "a thousand times", "1,000,000": "a million times"}
    much = words.get(count, f"{count} times")
    return f"{much} as much as {name}" if more else f"{name} is {much} as much"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def nearest(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that are near to what somebody looks for, nearest first; to be read, only.

    Strengths may differ: who looks for a name sees them.
    """
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        text, sorted(set(names)), scorer=fuzz.WRatio, processor=utils.default_process,
        score_cutoff=_LOOKED_FOR,
    )  # fmt: skip
    return [name for name, _, _ in found]
