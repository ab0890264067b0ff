"""An honest, varied run to look at: 62 orders, every result, findings of every severity.

The people are invented. Also the same at any size, for measurements.
"""

from dataclasses import replace

import orjson

from loader.core.findings import Finding, Severity
from loader.core.model import Account, Action, InputFile, InputSummary, Order, Result, Run

MONDAY = 1_772_443_200.0  # 2 March 2026, 09:20 UTC
_CREATED = 44
_MANY = 100  # above it, people are made up by the number
_PRODUCTS = {
    "00000000-0000-4000-8000-000000000101": "Vitamin D3 25 mcg",
    "00000000-0000-4000-8000-000000000102": "Magnesium Glycinate 120 mg",
    "00000000-0000-4000-8000-000000000103": "Omega-3 Fish Oil 1000 mg",
    "00000000-0000-4000-8000-000000000104": "B-Complex",
    "00000000-0000-4000-8000-000000000105": "Zinc Picolinate 15 mg",
    "00000000-0000-4000-8000-000000000201": "Daily Basics",
    "00000000-0000-4000-8000-000000000301": "Electrolyte Powder, tub",
}
_IDS = list(_PRODUCTS)
_PEOPLE = (
    ("Maren", "Quillfeather", "18 Harbour Lane", "Port Alder", "Oregon", "97110"),
    ("Tomás", "Brightwater", "4 Old Mill Road", "Fernvale", "Vermont", "05301"),
    ("Ines", "O’Larkspur", "77 Juniper Street", "Cedar Hollow", "Colorado", "80301"),
    ("Jun", "Silverthorne", "9B Lantern Court", "Eastmere", "Maine", "04101"),
    ("Odile", "van der Weide", "210 Prairie View", "Greyfield", "Kansas", "66044"),
)


def request(number: int) -> dict[str, object]:
    """Return the request of the order with that number.

    In every seven, one is a curated pack and one a standalone product.
    """
    first, last, street, city, province, code = (
        _PEOPLE[number % len(_PEOPLE)] if number < _MANY else _invented(number)
    )
    return {
        "source_client_order_id": key(number),
        "client_custom_order_id": key(number),
        "consumer": {
            "first_name": first,
            "last_name": last,
            "email": f"{first.lower()}.{number}@example.com",
            "phone_number": f"+1213373{number % 10_000:04d}",
        },
        "shipping_address": {
            "address1": street,
            "city": city,
            "province_name": province,
            "postal_code": code,
            "country_name": "United States",
        },
        "order_lines": [_line(number)],
    }


def _invented(number: int) -> tuple[str, str, str, str, str, str]:
    """Return a person whose names and address are as long and as various as people's are."""
    syllables = (
        "ba",
        "dor",
        "el",
        "fin",
        "gra",
        "hu",
        "is",
        "jen",
        "kom",
        "li",
        "mar",
        "no",
        "sti",
    )
    chosen, rest = [], number * 7919
    while rest:
        rest, place = divmod(rest, len(syllables))
        chosen.append(syllables[place])
    half = 1 + number % 3
    first, last, town = (
        "".join(part).title() for part in (chosen[:half], chosen[half:], chosen[::2])
    )
    street = f"{number % 9_999} {last[::-1].title()} Street"
    return first, last, street, town, _PEOPLE[number % len(_PEOPLE)][4], f"{number % 100_000:05d}"


def _line(number: int) -> dict[str, object]:
    if number % 7 == 6:
        return {"standalone_id": _IDS[6], "quantity": 2}
    if number % 7 == 4:
        return {"pouches": [{"pack_id": _IDS[5], "time_of_administration": "Morning"}]}
    return {
        "name": "Monthly plan",
        "physician_name": "Dr. Hartwell",
        "duration": (30, 28, 60)[number % 3],
        "pouches": [
            {
                "time_of_administration": "Evening",
                "contents": [{"client_product_id": _IDS[1], "serving_size": 2}],
            },
            {
                "time_of_administration": "Morning",
                "custom_label": "After breakfast",
                "cycle": "1;3;5" if number % 3 == 0 else "daily",
                "cycle_length": 7,
                "contents": [
                    {"client_product_id": _IDS[number % 5], "serving_size": 1},
                    {"client_product_id": _IDS[(number + 2) % 5], "serving_size": 2},
                ],
            },
        ],
    }


def key(number: int) -> str:
    """Return the order number as a clinic might write it."""
    return f"RX-2026-{number:04d}"


def order(number: int, result: Result, **about: object) -> Order:
    """Return an order with its content; it has three rows of the file."""
    start = 2 + 3 * (number - 1)
    made = result in (Result.CREATED, Result.SKIPPED, Result.HELD, Result.UPDATED)
    values: dict[str, object] = {
        "key": key(number),
        "rows": (start, start + 1, start + 2),
        "body": orjson.dumps(request(number), option=orjson.OPT_SORT_KEYS),
        "pouches": None if number % 7 in (4, 6) else 60,
        "result": result,
        "action": Action.CREATE,
        "order_id": f"5f0c9a52-0000-4000-8000-{number:012d}" if made else None,
        "order_name": f"OR-{20_000 + number}" if made else None,
        "status": "Pending" if made else None,
        "attempts": 1 if result is Result.CREATED else 0,
        **about,
    }
    return Order(**values)  # type: ignore[arg-type]  # the names are those of Order, checked by it


def example_run() -> Run:
    """Return a submit of 62 orders that came out in every way a submit can."""
    orders = [order(number, Result.CREATED) for number in range(1, _CREATED + 1)]
    orders += [
        order(45, Result.SKIPPED, action=Action.SKIP, status="In Production"),
        order(46, Result.SKIPPED, action=Action.SKIP, status="Shipped"),
        order(47, Result.UPDATED, action=Action.UPDATE, attempts=1),
        order(48, Result.CANCELLED, action=Action.CANCEL, status="Canceled by Client", attempts=1),
        order(49, Result.HELD, action=Action.HOLD, status="On Hold", attempts=1),
        order(50, Result.UNHELD, action=Action.UNHOLD, status="Pending", attempts=1),
        *(order(n, Result.TO_CORRECT, body=None, pouches=None, action=None) for n in range(51, 56)),
        *_refused(),
        order(58, Result.DEFERRED, attempts=1, error={
            "code": "CONNECT-TIMEOUT", "message": "No connection could be made in 10 seconds."}),
        order(59, Result.NOT_SENT),
        *_unsettled(),
    ]  # fmt: skip
    return Run(
        command="submit",
        run_id="run_20260302_092000_7f3a",
        env="stage",
        base_url="https://na1-stage.okcapsule.app",
        started_at=MONDAY,
        ended_at=MONDAY + 74,
        account=Account("stage", "c0ffee00-0000-4000-8000-000000000001"),
        inputs=[_input("march orders.xlsx", 187)],
        orders=orders,
        findings=_findings(),
        not_checked=["Whether the address can be delivered to: OK Capsule does not say."],
        facts={
            "Command": "order-loader submit 'march orders.xlsx' --env stage",
            "Version": "order-loader 0.1.0",
            "Catalogue": "214 products, 12 packs, fetched 2026-03-02 09:19 UTC",
            "Ledger": "SQLite, 1 file",
        },
        exit_code=6,
        stopped="three requests in a row had no clear answer",
        product_names=dict(_PRODUCTS),
    )


def _input(path: str, rows: int) -> InputSummary:
    sha256 = "9f2feb0f1ef425b292f2f94bd8482494df430413ca85f2f6b1f0e8e9c6f1a2b3"
    return InputSummary(InputFile(path, sha256, "Orders", None, None), rows)


def _refused() -> list[Order]:
    return [
        order(56, Result.REFUSED, attempts=1, error={
            "http_status": 422, "code": "OS0003",
            "message": 'Validation failed: "postal_code" with value "05301" is not valid for'
                       " Fernvale",
            "details": [["shipping_address.postal_code", "not valid for the province"]]}),
        order(57, Result.REFUSED, attempts=1, error={
            "http_status": 422,
            "message": "No Packaging Asset Group ID found for the order line"}),
    ]  # fmt: skip


def _unsettled() -> list[Order]:
    return [
        order(60, Result.UNKNOWN, attempts=1, error={
            "code": "READ-TIMEOUT",
            "message": "The request was sent; no answer came within 30 seconds."}),
        order(61, Result.UNKNOWN, attempts=1, error={
            "http_status": 500, "code": "OS0001",
            "message": "The request could not be completed due to an unexpected internal issue."}),
        order(62, Result.CONFLICT, attempts=1, order_name="OR-19417",
              order_id="5f0c9a52-0000-4000-8000-00000000aaaa", status="Pending", error={
                  "message": "OK Capsule holds OR-19417 under this number, with other products."}),
    ]  # fmt: skip


def _findings() -> list[Finding]:
    error = Finding(
        code="VALUE-MISSING", severity=Severity.ERROR, sheet="Orders", row=152,
        column="city", header="Town", cell="H152", found="", personal=True,
        message="The order has no city.", allowed="text, at most 50 characters",
        help="Fill the cell. One row of the order is enough.", order=key(51),
    )  # fmt: skip
    email = replace(
        error, code="EMAIL-FORM", row=155, column="email", header="Patient email", cell="E155",
        found="odile.52(at)example.com", message="This is not an e-mail address.",
        allowed="an e-mail address such as name@example.com",
        help="Correct it, or leave the cell empty.", order=key(52),
    )  # fmt: skip
    size = replace(
        error, code="NUMBER-FORM", row=158, column="serving_size", header="Capsules", cell="M158",
        found="1.5", personal=False, message="This is not a whole number.",
        allowed="a whole number, 1 or more", help="Write the number with digits only.",
        order=key(53),
    )  # fmt: skip
    zero = replace(
        size, code="ZIP-ZERO", severity=Severity.CONFIRM, row=161, column="postal_code",
        header="Zip", cell="J161", found="5301", personal=True,
        message="The postal code has four digits; the country’s have five.",
        allowed="five digits", help="Write the code with its zero, as text.", order=key(54),
    )  # fmt: skip
    return [
        *_without_harm(size),
        error,
        email,
        replace(email, row=156, cell="E156", found="odile.52(at)example.com"),
        size,
        replace(size, row=159, cell="M159", found="two"),
        zero,
        replace(zero, row=164, cell="J164", order=key(55)),
        replace(zero, code="DOSE-TWICE", accepted=True, row=2, column="source_client_order_id",
                header="Order ID", cell="A2", found=key(1), personal=False, allowed="",
                message="The same person got the same contents on 20 February (RX-2026-0911).",
                help="Accept it if both are meant.", order=key(1)),
        replace(size, code="ROW-TOTAL", row=188, column=None, header=None, cell=None,
                found="Total", message="The row sums others up and is no order.", allowed="",
                help="Delete the row.", order=None),
    ]  # fmt: skip


def _without_harm(size: Finding) -> list[Finding]:
    """Return findings that keep nothing back."""
    return [
        replace(size, code="TIME-UNUSUAL", severity=Severity.WARNING, row=11, cell="K11",
                column="time_of_administration", header="When", found="Bedtime",
                message="This time of day is unusual.", allowed="Morning, Midday or Evening",
                help="Write Evening if that is meant.", order=key(4)),
        *(replace(size, code="TEXT-TRIMMED", severity=Severity.NOTE, row=row, cell=f"C{row}",
                  column="last_name", header="Patient last name", found=" Brightwater ",
                  personal=True, message="Blanks around the text were removed.", allowed="",
                  help="Nothing to do.", order=key(row // 3)) for row in (5, 20, 35)),
        replace(size, code="HEADER-UNKNOWN", severity=Severity.WARNING, row=None, cell=None,
                column=None, header="Intake form", found=None, allowed="",
                message="The column is not known and is not sent.",
                help="Nothing to do if it is for your own use.", order=None),
    ]  # fmt: skip


def large_run(size: int) -> Run:
    """Return a run of `size` orders: in a hundred, one is unknown, one refused, two to correct."""
    results = {0: Result.UNKNOWN, 1: Result.REFUSED, 2: Result.TO_CORRECT, 3: Result.TO_CORRECT}
    run = example_run()
    run.orders = [
        order(number, results.get(number % 100, Result.CREATED)) for number in range(1, size + 1)
    ]
    for one in run.orders:
        if one.result in (Result.UNKNOWN, Result.REFUSED):
            one.error = {"code": "OS0001", "message": f"The request {one.key} was not completed."}
    wrong = next(finding for finding in run.findings if finding.code == "EMAIL-FORM")
    run.findings = [
        replace(wrong, row=one.rows[0], cell=f"E{one.rows[0]}", order=one.key, found=f"{n}(at)x.de")
        for n, one in enumerate(run.orders)
        if one.result is Result.TO_CORRECT
    ]
    run.inputs = [_input("year.csv", 3 * size)]
    return run
