"""Making text fit for a page: what no page can hold becomes a character that can be seen."""

import re

from markupsafe import Markup

# HTML drops or changes these: controls but tab and line feed, half characters, and none at all.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PICTURES = 0x2400  # ␀, the first of the pictures of the control characters


def legible(value: object) -> object:
    """Return a text with pictures for control characters; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or not _UNFIT.search(value):
        return value
    return _UNFIT.sub(_picture, value)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == 0x7F else "\ufffd"
