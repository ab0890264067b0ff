"""Orders as trees, and the rows that a person would write for them."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from loader.core.payload import lookup_id
from schemas.pouch_orders import KEY

Row = dict[str, str]
_TIMES = ("Morning", "Midday", "Evening")
_ID = "00000000-0000-4000-8000-{:012d}".format
_NAMES = st.text(
    st.characters(categories=["Lu", "Ll", "Lo"], include_characters="'’ "), min_size=1, max_size=12
)


def _tidy(text: str) -> bool:
    return text == text.strip()


@dataclass
class Piece:
    """One row's own cells, and what stands at the content's place in the request."""

    cells: Row
    content: dict[str, Any] = field(default_factory=dict)


@dataclass
class Group:
    """A pouch, a line or an order: cells that one or all of its rows have, and what they become."""

    shared: Row
    request: dict[str, Any]
    parts: list[Any]


@dataclass
class Tree:
    """One order: its rows in the order of the tree, and its request."""

    key: str
    rows: list[Row]
    request: dict[str, Any]


@st.composite
def spread(draw: st.DrawFn, rows: list[Row], shared: Row) -> None:
    """Write each shared cell on all rows, or on any one of them."""
    for name, text in shared.items():
        chosen = draw(st.sampled_from([None, *range(len(rows))]))
        for place, row in enumerate(rows):
            row[name] = text if chosen in (None, place) else ""


@st.composite
def contents(draw: st.DrawFn) -> tuple[list[Row], list[dict[str, Any]]]:
    """Draw the rows and contents of one pouch: other products, few pills."""
    rows, made = [], []
    for number in draw(st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True)):
        size = draw(st.sampled_from(("", "1", "2")))
        rows.append({"client_product_id": _ID(number), "serving_size": size})
        content = {"client_product_id": _ID(number)}
        made.append(content | ({"serving_size": int(size)} if size else {}))
    return rows, made


@st.composite
def pouches(draw: st.DrawFn, *, named: bool) -> tuple[list[Row], list[dict[str, Any]]]:
    """Draw the pouches of one line: told apart by name, or by time and label."""
    rows: list[Row] = []
    made: list[dict[str, Any]] = []
    timed = draw(st.booleans())
    times = draw(st.lists(st.sampled_from(_TIMES), min_size=1, max_size=3, unique=True))
    for number, time in enumerate(times if named or timed else [""]):
        own, filled = draw(contents())
        pouch: dict[str, Any] = {}
        together: Row = {"cycle_length": draw(st.sampled_from(("", "7", "10")))}
        if together["cycle_length"]:
            pouch["cycle_length"] = int(together["cycle_length"])
        label = draw(st.sampled_from(("", "AM Vitamins")))
        place = {"time_of_administration": time if timed else "", "custom_label": label}
        pouch |= {name: text for name, text in place.items() if text}
        if named:
            for row in own:
                row["pouch"] = f"P{number}"
            together |= place
        else:
            for row in own:
                row |= place
        draw(spread(own, together))
        rows += own
        made.append({**pouch, "contents": filled})
    return rows, made


@st.composite
def lines(draw: st.DrawFn, number: int | None) -> tuple[list[Row], dict[str, Any]]:
    """Draw one line of any kind; with a number it is named, and so are its pouches at times."""
    kind = draw(st.sampled_from(("contents", "pack", "standalone")))
    line: dict[str, Any] = {}
    if kind == "contents":
        rows, line["pouches"] = draw(pouches(named=draw(st.booleans())))
    elif kind == "pack":
        rows = [{"pack_id": _ID(900 + n)} for n in range(draw(st.integers(1, 2)) if number else 1)]
        line["pouches"] = [{"pack_id": row["pack_id"]} for row in rows]
    else:
        rows = [{"standalone_id": _ID(draw(st.integers(950, 999))), "quantity": "2"}]
        line |= {"standalone_id": rows[0]["standalone_id"], "quantity": 2}
    days = draw(st.sampled_from(("", "7", "60")))
    if days:
        line["duration"] = int(days)
    draw(spread(rows, {"duration": days}))
    for row in rows:
        row["order_line"] = "" if number is None else f"L{number}"
    return rows, line


@st.composite
def trees(draw: st.DrawFn, number: int) -> Tree:
    """Draw one order for somebody of its own."""
    key = f"ORD-{number}" if draw(st.booleans()) else f"Order {number}"
    named = draw(st.booleans())
    drawn: list[tuple[list[Row], dict[str, Any]]] = []
    for place in range(draw(st.integers(1, 3))):
        rows, line = draw(lines(place + 1 if named else None))
        # Without names all contents are one line.
        if named or not (rows[0].get("client_product_id") and _has_contents(drawn)):
            drawn.append((rows, line))
    rows = [row for own, _ in drawn for row in own]
    last, note = draw(_NAMES.filter(_tidy)), draw(st.sampled_from(("", "Ring\ntwice", "–")))
    person = {"first_name": f"Person {number}", "last_name": last, "address1": "1 Sample Street",
              "city": "Sampleton", "country_name": "United States", "note": note}  # fmt: skip
    draw(spread(rows, person))
    for row in rows:
        row[KEY] = key
    request = {
        KEY: key, "client_custom_order_id": lookup_id(key),
        "consumer": {"first_name": f"Person {number}", "last_name": last},
        "shipping_address": {name: person[name] for name in ("address1", "city", "country_name")},
        "order_lines": [line for _, line in drawn],
    }  # fmt: skip
    return Tree(key, rows, request | ({"note": note} if note else {}))


def _has_contents(drawn: list[tuple[list[Row], dict[str, Any]]]) -> bool:
    return any("client_product_id" in rows[0] for rows, _ in drawn)


@st.composite
def forests(draw: st.DrawFn) -> list[Tree]:
    """Draw a few orders."""
    return [draw(trees(number)) for number in range(draw(st.integers(1, 4)))]
