"""Every rule across cells, once, with rows that pass and rows that fail.

The rows of the examples are laid over `SOUND` of `schemas.examples`, a row without fault; each is one row of one file.
"""

from schemas.codes import CODES
from schemas.demands import (
    AllOrNone,
    AtMost,
    ClearPouch,
    CycleDays,
    DistinctContents,
    DistinctDoses,
    DistinctKeys,
    DistinctRows,
    Level,
    Needs,
    NotTogether,
    OneKind,
    OneValue,
    RowNeedsOne,
    RowNotBoth,
    Uses,
    UsualSize,
)  # fmt: skip
from schemas.examples import BOTTLE_ROW, NINE_PRODUCTS, P1, P2, PACK, PACK_ROW, PERSON
from schemas.pouch_orders import BY_NAME, KEY, MAX_CONTENTS
from schemas.vocabulary import Code, Rule, Severity

_E, _C, _W = Severity.ERROR, Severity.CONFIRM, Severity.WARNING
_CONTENTS = ("client_product_id", "product")
_PACKS = ("pack_id", "pack")
_STANDALONES = ("standalone_id", "standalone")

RULES: tuple[Rule, ...] = (
    Rule(
        code="PERSON-BOTH", severity=_E, column="consumer_id",
        check=NotTogether(Level.ORDER, "consumer_id", ("first_name", "last_name")),
        title="An existing and a new consumer in one order",
        message="The order names an existing consumer and a name as well.",
        allowed="either consumer_id, or first_name and last_name",
        why="The API refuses an order that mixes the two.",
        fix="Empty consumer_id for a new consumer, or the names for an existing one.",
        source="Create Orders guide, Required Fields",
        passes=({"consumer_id": PERSON, "first_name": "", "last_name": ""},),
        fails=({"consumer_id": PERSON},),
    ),
    Rule(
        code="PERSON-MISSING", severity=_E, column="first_name",
        check=Needs(Level.ORDER, None, ("first_name", "last_name", "consumer_id")),
        title="Nobody is named",
        message="The order does not say who receives it.",
        allowed="first_name and last_name, or consumer_id",
        why="Every order needs a consumer.",
        fix="Fill first_name and last_name, or consumer_id.",
        source="Create Orders guide, Required Fields",
        passes=({},), fails=({"first_name": "", "last_name": ""},),
    ),
    Rule(
        code="PERSON-HALF", severity=_E, column="last_name",
        check=Needs(Level.ORDER, "first_name", ("last_name", "consumer_id")),
        title="Half a name", message="The order has a first name and no last name.",
        allowed="both names", why="The API refuses a new consumer with one name only.",
        fix="Fill last_name.", source="Troubleshooting guide, last_name is required",
        passes=({},), fails=({"last_name": ""},),
    ),
    Rule(
        code="PERSON-FIRST", severity=_E, column="first_name",
        check=Needs(Level.ORDER, "last_name", ("first_name", "consumer_id")),
        title="Half a name", message="The order has a last name and no first name.",
        allowed="both names", why="The API refuses a new consumer with one name only.",
        fix="Fill first_name.", source="Create Orders guide, Required Fields",
        passes=({},), fails=({"first_name": ""},),
    ),
    Rule(
        code="ROW-EMPTY", severity=_E, column="client_product_id",
        check=RowNeedsOne((*_CONTENTS, *_PACKS, *_STANDALONES)),
        title="A row names nothing to send",
        message="The row has neither a product nor a pack nor a standalone product.",
        allowed="one of client_product_id, pack_id, standalone_id (or their names)",
        why="One row is one product, one pack or one standalone product.",
        fix="Fill one of them, or delete the row.",
        source="Troubleshooting guide, Either pack_id or contents required",
        passes=({},), fails=({"client_product_id": ""},),
    ),
    Rule(
        code="POUCH-BOTH", severity=_E, column="pack_id",
        check=RowNotBoth((*_CONTENTS, "serving_size"), _PACKS),
        title="A pack and a product in one row",
        message="The row names a pack and a product or its size.",
        allowed="either a pack, or a product with its serving_size",
        why="A pouch is filled from a pack or from contents, never both.",
        fix="Empty one of the two.", source="Create Orders guide, Curated Pack",
        passes=(PACK_ROW,), fails=({"pack_id": PACK},),
    ),
    Rule(
        code="STANDALONE-POUCH", severity=_E, column="standalone_id",
        check=RowNotBoth(
            _STANDALONES,
            (*_CONTENTS, *_PACKS, "serving_size", "pouch", "time_of_administration",
             "custom_label", "cycle", "cycle_length"),
        ),
        title="A standalone product with something of a pouch",
        message="The row has a standalone product and {other}, which belongs to a pouch.",
        allowed="standalone_id and quantity, nothing of a pouch",
        why="A standalone product is not pouched.",
        fix="Empty the cells of the pouch, or move them to a row of their own.",
        source="Create Orders guide, Standalone",
        passes=(BOTTLE_ROW,), fails=({**BOTTLE_ROW, "time_of_administration": "Morning"},),
    ),
    Rule(
        code="QUANTITY-MISSING", severity=_E, column="quantity",
        check=Needs(Level.LINE, "standalone_id", ("quantity",)),
        title="A standalone product without a quantity",
        message="The standalone product has no quantity.", allowed="a whole number, 1 or more",
        why="The API needs it.", fix="Fill quantity.", source="Create Orders guide, Standalone",
        passes=(BOTTLE_ROW,), fails=({**BOTTLE_ROW, "quantity": ""},),
    ),
    Rule(
        code="QUANTITY-ALONE", severity=_E, column="quantity",
        check=RowNotBoth(("quantity",), (*_CONTENTS, *_PACKS)),
        title="A quantity without a standalone product",
        message="The row has a quantity, but no standalone product.",
        allowed="quantity only beside standalone_id",
        why="How much of a product goes into a pouch is its serving_size.",
        fix="Use serving_size, or empty the cell.", source="Create Orders guide, Standalone",
        passes=(BOTTLE_ROW,), fails=({"quantity": "2"},),
    ),
    Rule(
        code="LINE-SOME", severity=_E, column="order_line",
        check=AllOrNone(Level.ORDER, "order_line"),
        title="Only some rows of an order say their line",
        message="Other rows of the order have an order_line, this one has none.",
        allowed="order_line on all rows of the order, or on none",
        why="Nobody can say to which line the row belongs.",
        fix="Fill order_line on every row of the order, or on none.", source="order file, Grouping",
        passes=({"order_line": "1"}, {"order_line": "2", **PACK_ROW}),
        fails=({"order_line": "1"}, {"client_product_id": NINE_PRODUCTS[0]["client_product_id"]}),
    ),
    Rule(
        code="LINE-KINDS", severity=_E, column="order_line",
        check=OneKind(Level.LINE, (_CONTENTS, _PACKS, _STANDALONES)),
        title="One line mixes kinds",
        message="The line mixes products, packs or standalone products.",
        allowed="one kind in each order line",
        why="The API knows three kinds of line and tells them apart by their shape.",
        fix="Give the row another order_line.", source="Create Orders guide, Order Line Types",
        passes=({"order_line": "1"}, {"order_line": "2", **PACK_ROW}),
        fails=({"order_line": "1"}, {"order_line": "1", **PACK_ROW}),
    ),
    Rule(
        code="POUCH-SOME", severity=_E, column="pouch", check=AllOrNone(Level.LINE, "pouch"),
        title="Only some rows of a line say their pouch",
        message="Other rows of the line have a pouch, this one has none.",
        allowed="pouch on all rows of the line, or on none",
        why="Nobody can say into which pouch the product goes.",
        fix="Fill pouch on every row of the line, or on none.", source="order file, Grouping",
        passes=({"pouch": "A"}, {"pouch": "A", **NINE_PRODUCTS[0]}), fails=({"pouch": "A"}, NINE_PRODUCTS[0]),
    ),
    Rule(
        code="POUCH-UNCLEAR", severity=_E, column="time_of_administration", check=ClearPouch(),
        title="It is not clear into which pouch a product goes",
        message="Two pouches could be meant: only some rows of the line have a time of day, or"
                " two pouches of that time have labels and this row has none.",
        allowed="the time (and the label, where pouches of one time differ by it) on every row",
        why="A product in the wrong pouch is taken at the wrong time.",
        fix="Fill time_of_administration and custom_label, or name the pouches in `pouch`.",
        source="order file, Grouping",
        passes=({"custom_label": "AM"}, NINE_PRODUCTS[0]),
        fails=({}, {"time_of_administration": "", **NINE_PRODUCTS[0]}),
    ),
    Rule(
        code="GROUP-DIFFER", severity=_E, column=KEY, check=OneValue(),
        title="Two rows of one order contradict each other",
        message="{field} differs from the value in {other_cell} of the same {group}.",
        allowed="one value in each {group}, on one row or on all",
        why="Only one value can be sent, and nobody can say which one is meant.",
        fix="Make the two cells agree, or give the row its own number if it is another order.",
        source="order file, Grouping",
        passes=({"city": ""}, {**NINE_PRODUCTS[0]}), fails=({}, {"city": "Elsewhere", **NINE_PRODUCTS[0]}),
    ),
    Rule(
        code="POUCH-FULL", severity=_E, column="client_product_id",
        check=AtMost("contents", MAX_CONTENTS),
        title="Too many supplements in one pouch",
        message="The pouch has {count} supplements.", allowed="at most 8 supplements in a pouch",
        why="The API refuses more.", fix="Move some to another pouch or time of day.",
        source="Create Orders guide, Validation Rules", passes=NINE_PRODUCTS[:8], fails=NINE_PRODUCTS,
    ),
    Rule(
        code="POUCH-PILLS", severity=_W, column="serving_size", check=AtMost("pills", 8),
        title="Many pills in one pouch", message="The pouch has {count} pills.",
        allowed="usually at most 8 pills",
        why="The sources do not say whether 8 counts supplements or pills.",
        fix="Check the sizes; the API may refuse the order.",
        source="Order API contract, createOrder",
        passes=({"serving_size": "3"},),
        fails=tuple({**row, "serving_size": "3"} for row in NINE_PRODUCTS[:3]),
    ),
    Rule(
        code="CYCLE-DAYS", severity=_E, column="cycle", check=CycleDays(7),
        title="A day after the end of the cycle",
        message="The cycle names a day above {limit}, the length of the cycle.",
        allowed="day numbers from 1 to cycle_length",
        why="On such a day the pouch would never be taken.",
        fix="Correct the days, or cycle_length (7 where it is empty).",
        source="Order API contract, OrderCreatePouch",
        passes=({"cycle": "1;3;7"}, {"cycle": "10", "cycle_length": "10", KEY: "ORD-2",
                                     "first_name": "Bo"}),
        fails=({"cycle": "1;8"},),
    ),
    Rule(
        code="POUCH-TWICE", severity=_C, column="client_product_id", check=DistinctContents(),
        title="The same product twice in one pouch",
        message="The product also stands in {other_cell}, in the same pouch.",
        allowed="each product once in a pouch",
        why="It may be twice the dose.",
        fix="Delete one of the rows, or accept POUCH-TWICE if it is meant.",
        source="order file, rule 2", passes=({}, NINE_PRODUCTS[0]), fails=({}, {"serving_size": "2"}),
    ),
    Rule(
        code="ROW-TWICE", severity=_C, column=KEY, check=DistinctRows(),
        title="Two rows exactly alike", message="The row is exactly like row {other_row}.",
        allowed="each row once", why="It may be twice the dose.",
        fix="Delete one of the rows, or accept ROW-TWICE if it is meant.",
        source="order file, rule 2", passes=({}, NINE_PRODUCTS[0]), fails=({}, {}),
    ),
    Rule(
        code="KEY-CASE", severity=_E, column=KEY, check=DistinctKeys(),
        title="Two order numbers differ only in capitals",
        message="The order number differs from {other_order} only in capitals.",
        allowed="order numbers that differ by more than capitals",
        why="They may be one order, typed twice.",
        fix="Write both alike if they are one order, else change one of them.",
        source="exactly-once protocol, Words",
        passes=({}, {KEY: "ORD-2", "first_name": "Bo"}),
        fails=({}, {KEY: "ord-1", "first_name": "Bo"}),
    ),
    Rule(
        code="DOSE-TWICE", severity=_C, column=KEY, check=DistinctDoses(),
        title="The same person gets the same contents twice",
        message="Order {other_order} sends the same contents to the same person.",
        allowed="each dose under one order number", why="It may be a double dose.",
        fix="Delete one of the orders, or accept DOSE-TWICE if both are meant.",
        source="order file, rule 7",
        passes=({}, {KEY: "ORD-2", "first_name": "Bo"}), fails=({}, {KEY: "ORD-2"}),
    ),
    Rule(
        code="ITEM-UNKNOWN", severity=_E, column="client_product_id",
        check=Uses("client_product_id", "product"),
        title="The product is not in your catalogue",
        message="{item}", allowed="the id of an active product of your catalogue",
        why="The API refuses products that do not exist, are not yours or are not active.",
        fix="Copy the id from the catalogue of this environment (stage and production differ).",
        source="Troubleshooting guide, Order Creation Issues",
        passes=({},), fails=({"client_product_id": P2},),
    ),
    Rule(
        code="PACK-UNKNOWN", severity=_E, column="pack_id", check=Uses("pack_id", "pack"),
        title="The pack is not in your catalogue",
        message="{item}", allowed="the id of an active pack of your catalogue",
        why="The API refuses packs that do not exist, are not yours or are not active.",
        fix="Copy the id from the catalogue of this environment (stage and production differ).",
        source="Create Orders guide, Curated Pack",
        passes=(PACK_ROW,), fails=({**PACK_ROW, "pack_id": P1},),
    ),
    Rule(
        code="STANDALONE-UNKNOWN", severity=_E, column="standalone_id",
        check=Uses("standalone_id", "standalone"),
        title="The standalone product is not in your catalogue",
        message="{item}", allowed="the id of an active standalone product of your catalogue",
        why="The API refuses products that do not exist, are not yours or are not active.",
        fix="Copy the id from the catalogue of this environment (stage and production differ).",
        source="Create Orders guide, Standalone",
        passes=(BOTTLE_ROW,), fails=({**BOTTLE_ROW, "standalone_id": P1},),
    ),
    Rule(
        code="SIZE-LARGE", severity=_C, column="serving_size", check=UsualSize(3),
        title="A serving size far above the usual one",
        message="The size is more than three times the product's own, which is {limit}.",
        allowed="at most three times the product's own serving size",
        why="It may be a slip of the finger, and an overdose.",
        fix="Correct the size, or accept SIZE-LARGE if it is meant.", source="order file, rule 6",
        passes=({"serving_size": "3"},), fails=({"serving_size": "4"},),
    ),
)  # fmt: skip

RULE_PAGES: dict[str, Code] = {rule.code: rule.page for rule in RULES}
ALL_CODES: dict[str, Code] = {**CODES, **RULE_PAGES}


def _self_check() -> None:
    """Refuse rules that share a code, or speak of columns that do not exist."""
    if len(ALL_CODES) != len(CODES) + len(RULES):
        raise ValueError("two pages share a code")
    for rule in RULES:
        if rule.column not in BY_NAME:
            raise ValueError(f"{rule.code}: no column {rule.column}")
        for row in (*rule.passes, *rule.fails):
            if not set(row) <= set(BY_NAME):
                raise ValueError(f"{rule.code}: an example has an unknown column")


_self_check()
