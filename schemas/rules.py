"""Every rule across cells, once, with rows that pass and rows that fail.

Here stand the rules about people, rows and groups; those about what is taken, and how much, in
`schemas.dose_rules`. The rows of the examples are laid over `SOUND` of `schemas.examples`, a row
without fault; each is one row of one file.
"""

from collections.abc import Sequence

from schemas.codes import CODES
from schemas.demands import (
    AllOrNone,
    ClearPouch,
    DistinctKeys,
    DistinctLookUps,
    DistinctNames,
    Level,
    Needs,
    NotTogether,
    OneKind,
    OneRow,
    OneValue,
    PostalDigits,
    PostalForm,
    RowNeedsOne,
    RowNotBoth,
)
from schemas.dose_rules import DOSE_RULES
from schemas.examples import BOTTLE_ROW, NINE_PRODUCTS, PACK, PACK_ROW, PERSON
from schemas.pouch_orders import BY_NAME, KEY
from schemas.vocabulary import Code, Rule, Severity

_E, _C = Severity.ERROR, Severity.CONFIRM
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
        check=Needs(Level.ORDER, (), ("first_name", "last_name", "consumer_id")),
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
        check=Needs(Level.ORDER, ("first_name",), ("last_name", "consumer_id")),
        title="Half a name", message="The order has a first name and no last name.",
        allowed="both names", why="The API refuses a new consumer with one name only.",
        fix="Fill last_name.", source="Troubleshooting guide, last_name is required",
        passes=({},), fails=({"last_name": ""},),
    ),
    Rule(
        code="PERSON-FIRST", severity=_E, column="first_name",
        check=Needs(Level.ORDER, ("last_name",), ("first_name", "consumer_id")),
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
        check=Needs(Level.LINE, _STANDALONES, ("quantity",)),
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
        check=OneKind(),
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
        passes=({"pouch": "A"}, {"pouch": "A", **NINE_PRODUCTS[0]}),
        fails=({"pouch": "A"}, NINE_PRODUCTS[0]),
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
        allowed="one value in each order, line or pouch, on one of its rows or on all",
        why="Only one value can be sent, and nobody can say which one is meant.",
        fix="Make the two cells agree, or give the row its own number if it is another order.",
        source="order file, Grouping",
        passes=({"city": ""}, NINE_PRODUCTS[0]),
        fails=({}, {"city": "Elsewhere", **NINE_PRODUCTS[0]}),
    ),
    Rule(
        code="ROW-SECOND", severity=_E, column="standalone_id", check=OneRow(),
        title="A second row for what is one row",
        message="{other_cell} names the same line or pouch; the two rows would be sent as one.",
        allowed="one row for each standalone product, and one for each pouch from a pack",
        why="A line holds one standalone product, and a pouch one pack: the second row would be"
            " lost.",
        fix="Delete the row, or raise the quantity, or give the row its own order_line or pouch.",
        source="Create Orders guide, Order Line Types",
        passes=({**BOTTLE_ROW, "order_line": "1"}, {**PACK_ROW, "order_line": "2"}),
        fails=({**BOTTLE_ROW, "order_line": "1"}, {**BOTTLE_ROW, "order_line": "1"}),
    ),
    Rule(
        code="GROUP-CASE", severity=_C, column="pouch",
        check=DistinctNames(
            ("order_line", "pouch", "time_of_administration", "custom_label")
        ),
        title="Two names in one order differ only in capitals",
        message="{field} differs from {other_cell} only in capitals, which makes another {group}.",
        allowed="names that are alike, or differ by more than capitals",
        why="It may be one pouch or line, typed in two ways, and would become two.",
        fix="Write both alike if they mean the same, or accept GROUP-CASE if they do not.",
        source="order file, Grouping",
        passes=({"pouch": "A"}, {"pouch": "B", **NINE_PRODUCTS[0]}),
        fails=({"pouch": "A"}, {"pouch": "a", **NINE_PRODUCTS[0]}),
    ),
    Rule(
        code="LOOKUP-TWICE", severity=_E, column="client_custom_order_id",
        check=DistinctLookUps(),
        title="Two orders would have the same look-up id",
        message="Order {other_order} would be looked up by the same id.",
        allowed="a client_custom_order_id of its own for each order, or none",
        why="The API refuses the second, and neither could be looked up safely.",
        fix="Give each order its own client_custom_order_id, or leave the column empty.",
        source="exactly-once protocol, Words",
        passes=({"client_custom_order_id": "A"}, {KEY: "ORD-2", "first_name": "Bo"}),
        fails=({"client_custom_order_id": "A"},
               {"client_custom_order_id": "A", KEY: "ORD-2", "first_name": "Bo"}),
    ),
    Rule(
        code="ZIP-ZERO", severity=_C, column="postal_code", check=PostalDigits(),
        title="A zero may be missing in front of the postal code",
        message="The code has {count} digits; in its country ({item}) codes have {limit}.",
        allowed="the code with all the digits that it has in its country",
        why="Spreadsheets drop leading zeros; a parcel with a wrong code is thrown away.",
        fix="Write the code with its zero, as text. Accept ZIP-ZERO if it is right as it is.",
        source="order file, Values",
        passes=({"postal_code": "02134"},), fails=({"postal_code": "2134"},),
    ),
    Rule(
        code="POSTAL-FORM", severity=Severity.WARNING, column="postal_code", check=PostalForm(),
        title="The postal code does not look like one of its country",
        message="In its country ({item}) codes look like {other}.",
        allowed="a postal code of the order's country",
        why="A parcel with a wrong code is late or thrown away. Code and country may disagree.",
        fix="Correct the code or the country. It is sent as it stands.",
        source="address data of Google, by country",
        passes=({"postal_code": "02134-1000"},),
        fails=({"postal_code": "K1A 0B1"},),
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
    *DOSE_RULES,
)  # fmt: skip

ALL_CODES: dict[str, Code] = {**CODES, **{rule.code: rule.page for rule in RULES}}


def check_rules_agree(rules: Sequence[Rule]) -> None:
    """Raise `ValueError` for rules that share a code, or speak of what does not exist."""
    codes = [*CODES, *(rule.code for rule in rules)]
    if len(set(codes)) != len(codes):
        raise ValueError("two pages share a code")
    for rule in rules:
        if rule.column and rule.column not in BY_NAME:
            raise ValueError(f"{rule.code}: no column {rule.column}")
        if "{" in rule.allowed:
            raise ValueError(f"{rule.code}: only the message is filled in for each finding")
        if not all(set(row) <= set(BY_NAME) for row in (*rule.passes, *rule.fails)):
            raise ValueError(f"{rule.code}: an example has an unknown column")


check_rules_agree(RULES)
