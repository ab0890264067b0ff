"""Orders across rows: apart, alike, contradicting, repeated, and files that come back."""

from itertools import chain

from tests.corpus.case import KEY, OTHER_PRODUCT, Case, accepted, corrected, in_both

_MORE = {"client_product_id": OTHER_PRODUCT}
_BOB = {KEY: "B-1", "first_name": "Bob"}
_BARE = {"first_name": "", "last_name": "", "address1": "", "city": "", "postal_code": "",
         "country_name": ""}  # fmt: skip
_EMPTY: dict[str, str] = {}

CASES: list[Case] = list(chain(
    in_both("two contents of one order", accepted(rows=2), _EMPTY, _MORE),
    in_both("rows of an order apart", accepted(rows=3, ready=("A-1", "B-1")),
            _EMPTY, _BOB, _MORE),
    in_both("an address on one row of the order", accepted(rows=2), _EMPTY, _MORE | _BARE),
    in_both("an address on the last row of the order", accepted(rows=2), _BARE, _MORE),
    in_both("two rows exactly alike", corrected("ROW-TWICE row 3", rows=2), _EMPTY, _EMPTY),
    in_both("a product twice in a pouch", corrected("POUCH-TWICE H3", rows=2),
            _EMPTY, {"serving_size": "2"}),
    in_both("two addresses under one number", corrected("GROUP-DIFFER D3", rows=2),
            _EMPTY, _MORE | {"address1": "2 Main Street"}),
    in_both("two spellings of one name", corrected("GROUP-DIFFER C3", rows=2),
            _EMPTY, _MORE | {"last_name": "LEE"}),
    in_both("numbers that differ in capitals", corrected("KEY-CASE A2", "KEY-CASE A3", rows=2),
            _EMPTY, _BOB | {KEY: "a-1"}),
    in_both("the same contents for the same person twice",
            corrected("DOSE-TWICE A3", rows=2, ready=("A-1",)), _EMPTY, {KEY: "B-1"}),
    in_both("one wrong order among right ones",
            corrected("VALUE-MISSING E3", rows=3, ready=("A-1", "C-1")),
            _EMPTY, _BOB | {"city": ""}, {KEY: "C-1", "first_name": "Cy"}),
    in_both("one wrong row keeps back its whole order",
            corrected("NUMBER-FORM I3", rows=3, ready=("B-1",)),
            _EMPTY, _MORE | {"serving_size": "two"}, _BOB),
    in_both("one name of two", corrected("PERSON-HALF C2"), {"last_name": ""}),
    in_both("no name at all", corrected("PERSON-MISSING B2"), {"first_name": "", "last_name": ""}),
    in_both("a consumer's id and names", corrected("PERSON-BOTH J2"),
            {"consumer_id": "00000000-0000-4000-8000-000000000999"}),
    in_both("an id in place of names", accepted(),
            {"first_name": "", "last_name": "",
             "consumer_id": "00000000-0000-4000-8000-000000000999"}),
    in_both("nothing to send", corrected("ROW-EMPTY H2"),
            {"client_product_id": "", "serving_size": ""}),
    in_both("a pack and a product", corrected("POUCH-BOTH J2"),
            {"pack_id": "00000000-0000-4000-8000-000000000301"}),
    in_both("a quantity without a standalone product", corrected("QUANTITY-ALONE J2"),
            {"quantity": "2"}),
    in_both("a standalone product without a quantity", corrected("QUANTITY-MISSING J2"),
            {"client_product_id": "", "serving_size": "", "quantity": "",
             "standalone_id": "00000000-0000-4000-8000-000000000401"}),
    in_both("a standalone product", accepted(order_lines__0__quantity=2),
            {"client_product_id": "", "serving_size": "", "quantity": "2",
             "standalone_id": "00000000-0000-4000-8000-000000000401"}),
    in_both("lines on some rows only", corrected("LINE-SOME J3", rows=2),
            {"order_line": "1"}, _MORE),
    in_both("nine contents in a pouch", corrected("POUCH-FULL H10", rows=9),
            *({"client_product_id": f"{OTHER_PRODUCT[:-1]}{n}"} for n in range(9))),
    in_both("nine pills in a pouch", accepted("POUCH-PILLS I2"), {"serving_size": "9"}),
    in_both("an action that is not built", corrected("ACTION-UNSUPPORTED J2"),
            {"action": "cancel"}),
    in_both("no such action", corrected("CHOICE-UNKNOWN J2"), {"action": "SEND"}),
    in_both("a row that says IGNORE, with a wrong cell", accepted("ROW-IGNORED row 3", rows=2),
            _EMPTY, _MORE | {"action": "IGNORE", "serving_size": "?"}),
    in_both("two rows alike, and accepted", accepted(
        "ROW-TWICE row 3", rows=2), _EMPTY | {"accept": "ROW-TWICE;POUCH-TWICE"},
        _EMPTY | {"accept": "ROW-TWICE;POUCH-TWICE"}),
    in_both("an accepted code that does not exist", accepted("ACCEPT-UNKNOWN J2"),
            {"accept": "ROW-THRICE"}),
    in_both("a total line", corrected("ROW-TOTAL row 3", rows=2, ready=("A-1",)),
            _EMPTY, dict.fromkeys([*_BARE, *_MORE], "") | {KEY: "Total:", "serving_size": "1"}),
    in_both("a row of our own workbook that comes back", accepted(),
            {"Result": "to correct", "What to do": "Fill in the city.", "Source row": "2"}),
))  # fmt: skip
