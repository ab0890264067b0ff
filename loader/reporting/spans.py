"""Row numbers in few words."""

from collections.abc import Iterable


def spans(numbers: Iterable[int], *, prefix: str = "", limit: int = 0) -> str:
    """Return whole numbers as spans: "2, 4 to 6".

    `prefix` stands before each number (the letters of a column). Where `limit` is given, at most
    that many spans are named and "…" says that there are more.
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [
        f"{prefix}{first}" if first == last else f"{prefix}{first} to {prefix}{last}"
        for first, last in runs[: limit or None]
    ]
    return ", ".join(words) + (", …" if limit and len(runs) > limit else "")
