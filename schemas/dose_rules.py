"""The rules about what is taken, and how much of it: full pouches, doubles, the catalogue.

They are part of `RULES` in `schemas.rules`, where the rest stands and the examples are explained.
"""

from schemas.demands import (
    AtMost,
    CycleDays,
    DistinctContents,
    DistinctDoses,
    DistinctRows,
    Uses,
    UsualSize,
)
from schemas.examples import BOTTLE_ROW, NINE_PRODUCTS, P1, P2, PACK_ROW
from schemas.pouch_orders import KEY, MAX_CONTENTS
from schemas.vocabulary import Rule, Severity

_E, _C, _W = Severity.ERROR, Severity.CONFIRM, Severity.WARNING

DOSE_RULES: tuple[Rule, ...] = (
    Rule(
        code="POUCH-FULL", severity=_E, column="client_product_id",
        check=AtMost("contents", MAX_CONTENTS),
        title="Too many supplements in one pouch",
        message="The pouch has {count} supplements.", allowed="at most 8 supplements in a pouch",
        why="The API refuses more.", fix="Move some to another pouch or time of day.",
        source="Create Orders guide, Validation Rules",
        passes=NINE_PRODUCTS[:8], fails=NINE_PRODUCTS,
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
        source="order file, rule 2",
        passes=({}, NINE_PRODUCTS[0]), fails=({}, {"serving_size": "2"}),
    ),
    Rule(
        code="ROW-TWICE", severity=_C, column="", check=DistinctRows(),
        title="Two rows exactly alike", message="The row is exactly like row {other_row}.",
        allowed="each row once", why="It may be twice the dose.",
        fix="Delete one of the rows, or accept ROW-TWICE if it is meant.",
        source="order file, rule 2", passes=({}, NINE_PRODUCTS[0]), fails=({}, {}),
    ),
    Rule(
        code="DOSE-TWICE", severity=_C, column=KEY, check=DistinctDoses(),
        title="The same person gets the same contents twice",
        message="Order {other_order} sends the same contents to the same person.",
        allowed="each dose under one order number", why="It may be a double dose.",
        fix="Delete one of the orders, or accept DOSE-TWICE if both are meant. Where one takes the"
            " place of a cancelled one, name that one in the column replaces.",
        source="order file, rule 7",
        passes=({}, {KEY: "ORD-2", "first_name": "Bo"}, {KEY: "ORD-3", "replaces": "ORD-1"}),
        fails=({}, {KEY: "ORD-2"}),
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
