"""Wide layout: the slots of a row, the grammar of cells that name products, one row → contents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loader.core.mapping import Grammar, Slot
from loader.core.mapping_text import Table
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME

MOST_SLOTS = 500
MOST_PARTS = 100  # of one cell; more is no list of products
_OF_CONTENTS = [
    field.name for field in BY_NAME.values() if field.level is not Level.ORDER
]  # fmt: skip


# ------------------------------------------------------------------ the profile's [wide]
def slots_of(wide: Table) -> tuple[Slot, ...]:
    """Return the slots in the order in which the profile names them."""
    slots = [*_cells(wide), *_products(wide), *_numbered(wide)]
    if len(slots) > MOST_SLOTS:
        raise wide.wrong("numbered", f"at most {MOST_SLOTS} places in a row", len(slots))
    if "grammar" in wide.names() and not wide.mapping("cells").names():
        raise wide.wrong("grammar", "a grammar only beside [wide.cells]", "without [wide.cells]")
    return tuple(slots)


def _constants(table: Table) -> dict[str, str]:
    table.only(_OF_CONTENTS)
    return {name: table.value(name) for name in table.names()}


def _cells(wide: Table) -> Iterator[Slot]:
    table = wide.mapping("cells")
    for header in table.names():
        yield Slot(shown=header, cell=header, constants=_constants(table.mapping(header)))


def _products(wide: Table) -> Iterator[Slot]:
    table = wide.mapping("products")
    for header in table.names():
        constants = _constants(table.mapping(header))
        named = constants.keys() & {"product", "client_product_id"}
        if len(named) != 1 or "serving_size" in constants:
            allowed = "either product or client_product_id; the cells hold the size"
            raise table.wrong(header, allowed, dict(constants))
        yield Slot(shown=header, columns={header: "serving_size"}, constants=constants)


def _numbered(wide: Table) -> Iterator[Slot]:
    table = wide.table("numbered", ("from", "to", "columns", "constants"))
    if not table.names():
        return
    first, last = (table.number(key, at_least=0) for key in ("from", "to"))
    if first is None or last is None or not first <= last < first + MOST_SLOTS:
        raise table.wrong("to", "from and to: the first and last number, such as 1 and 8", last)
    columns = table.mapping("columns")
    names = {header: columns.column(header) for header in columns.names()}
    for header, name in names.items():
        if "{n}" not in header or name not in _OF_CONTENTS:
            allowed = 'a header with {n}, such as "Product {n}", for a column of a content or pouch'
            raise columns.wrong(header, allowed, name, _OF_CONTENTS)
    if not {"product", "client_product_id"}.intersection(names.values()):
        raise table.wrong("columns", "a header for product or client_product_id", dict(names))
    constants = _constants(table.mapping("constants"))
    for number in range(first, last + 1):
        theirs = {header.replace("{n}", str(number)): name for header, name in names.items()}
        yield Slot(shown=next(iter(theirs)), columns=theirs, constants=constants)


# ------------------------------------------------------------------ cells
@dataclass(frozen=True, slots=True)
class Part:
    """What a cell says of one product; `trouble` says in words why it cannot be read, if so."""

    name: str
    size: str = ""
    trouble: str = ""


def parts_of(text: str, grammar: Grammar) -> list[Part]:
    """Return the products that a cell names, strictly as the grammar says.

    Every part is read or has its trouble: no text of the cell is lost. A cell of blanks has none.
    """
    pieces = [piece.strip() for piece in text.split(grammar.separator)]
    while pieces and not pieces[-1]:
        pieces.pop()
    if len(pieces) > MOST_PARTS:
        return [Part(text, trouble=f"it has {len(pieces)} parts, at most {MOST_PARTS} are read")]
    return [_part(piece, grammar) for piece in pieces]


def _part(piece: str, grammar: Grammar) -> Part:
    if not piece:
        return Part("", trouble=f"nothing stands before a {grammar.separator!r}")
    if grammar.size == "none":
        return Part(piece)
    word = _words(grammar)
    before = grammar.size == "before"
    if before:
        found = re.fullmatch(rf"(?is)(?P<size>[0-9]+)\s*{word}\s+(?P<name>\S.*)", piece)
    else:
        found = re.fullmatch(rf"(?is)(?P<name>.*\S)\s+{word}\s*(?P<size>[0-9]+)", piece)
    if found:
        rest = found["name"]
        again = _doubtful(rest, grammar)
        return Part(piece, trouble=again) if again else Part(rest, found["size"])
    if trouble := _doubtful(piece, grammar):
        return Part(piece, trouble=trouble)
    return Part(piece)


def _words(grammar: Grammar) -> str:
    return f"(?:{'|'.join(map(re.escape, grammar.words))})" if grammar.words else ""


def _doubtful(text: str, grammar: Grammar) -> str:
    """Return why a text without the declared size may hold another one; "" where it does not."""
    if not grammar.words:
        return ""
    word = _words(grammar)
    number = r"[0-9][0-9.,/]*|[½¼¾⅓⅔]"
    if re.match(rf"(?is)(?:{number})?\s*{word}(?:\s|$)|(?:{number}){word}\S", text):
        return "its size is not a whole number followed by a product"
    if re.search(rf"(?is)(?:^|\s){word}(?:\s*(?:{number}))?$|(?:{number})\s+{word}\s", text):
        return f"its size does not stand {grammar.size} the product"
    return ""


def readable(grammar: Grammar) -> str:
    """Return an example of what the grammar reads, for messages."""
    word = f" {grammar.words[0]}" if grammar.words else ""
    one = {
        "before": f"2{word} Zinc 15 mg", "after": f"Zinc 15 mg{word} 2", "none": "Zinc 15 mg",
    }[grammar.size]  # fmt: skip
    return f"such as {one}{grammar.separator} Iron 18 mg"
