"""What the API says about a new order: the guides' rules and limits, one by one."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loader.sandbox import Sandbox
from loader.sandbox.messages import Json

Build = Callable[..., dict[str, Any]]
ID = "00000000-0000-4000-8000-000000000{}".format
VITAMIN = {"client_product_id": ID("101")}
INACTIVE = {"client_product_id": ID("121")}


def errors(response: httpx.Response) -> list[str]:
    """Return the messages of a refusal."""
    assert response.status_code == 422, response.text
    return [error["message"] for error in response.json()["errors"]]


def put(body: dict[str, Any], path: str, value: Json) -> dict[str, Any]:
    """Set the value at a dotted path of a body."""
    *parents, last = path.split(".")
    place: Any = body
    for part in parents:
        place = place[int(part)] if part.isdigit() else place[part]
    place[last] = value
    return body


def one_line(**line: Json) -> dict[str, Any]:
    """Return the change that makes a line the only one."""
    return {"order_lines": [line]}


def test_the_minimal_order_of_the_guide_is_taken(api: httpx.Client, order: Build) -> None:
    """An order without ids and options is created: Pending, numbered, with its new consumer."""
    reply = api.post("/v2/orders", json=order())
    made = reply.json()["order"]
    assert reply.status_code == 201
    assert (made["status"], made["name"]) == ("Pending", "OR-10001")
    assert made["consumer"]["first_name"] == "Ada"
    assert api.get(f"/v2/consumers/{made['consumer']['id']}").status_code == 200
    assert api.post("/v2/orders", json=order()).json()["order"]["name"] == "OR-10002"


def test_what_is_sent_comes_back(api: httpx.Client, order: Build) -> None:
    """Ids, texts, lines, pouches and sizes come back; the addressee alone does not."""
    content = {**VITAMIN, "serving_size": 3}
    pouch = {
        "time_of_administration": "Morning",
        "custom_label": "AM Vitamins",
        "cycle": "1;3;5",
        "cycle_length": 10,
        "duration": 5,
        "contents": [content],
    }
    line = {
        "name": "Monthly pack",
        "physician_name": "Dr. Sample",
        "lot_information": "LOT-1",
        "is_expedited": True,
        "client_custom_order_line_id": "L1",
        "duration": 10,
        "pouches": [pouch],
    }
    body = order("K1", note="Ring twice", email="ada@example.com", **one_line(**line))
    body["shipping_address"]["addressee"] = "Ada E."
    made = api.post("/v2/orders", json=body).json()["order"]
    assert made["source_client_order_id"] == made["client_custom_order_id"] == "K1"
    assert (made["note"], made["email"]) == ("Ring twice", "ada@example.com")
    assert "addressee" not in made["shipping_address"]
    got_line = made["order_lines"][0]
    got_pouch = got_line["pouches"][0]
    assert {n: got_line[n] for n in line if n != "pouches"} | {"pouches": line["pouches"]} == line
    assert {n: got_pouch[n] for n in pouch if n != "contents"} | {"contents": [content]} == pouch
    assert got_pouch["contents"][0]["serving_size"] == 3
    assert got_line["pouching_summary"] == [{"toa": "Morning", "pouch_count": 5}]
    assert made["total_pouch_count"] == 5


def test_a_size_left_out_is_the_products_own(api: httpx.Client, order: Build) -> None:
    """A content without a size gets the product's: Magnesium Glycinate 120 mg is taken in twos."""
    content = {"client_product_id": ID("103")}
    made = api.post("/v2/orders", json=order(**one_line(pouches=[{"contents": [content]}])))
    line = made.json()["order"]["order_lines"][0]
    assert line["pouches"][0]["contents"][0]["serving_size"] == 2
    assert line["duration"] == 30


def test_all_three_kinds_of_line_fit_one_order(api: httpx.Client, order: Build) -> None:
    """A custom pack, a curated pack and a standalone product, each on a line of its own."""
    lines = [
        {"duration": 7, "pouches": [{"contents": [VITAMIN]}]},
        {"duration": 7, "pouches": [{"pack_id": ID("201")}]},
        {"standalone_id": ID("301"), "quantity": 2},
    ]
    made = api.post("/v2/orders", json=order(order_lines=lines)).json()["order"]
    custom, curated, standalone = made["order_lines"]
    assert custom["pouches"][0]["contents"][0]["client_product_id"] == ID("101")
    assert curated["pouches"][0]["pack_id"] == ID("201")
    assert (standalone["standalone_id"], standalone["quantity"]) == (ID("301"), 2)
    assert made["composition"] == "Mixed"
    alone = api.post("/v2/orders", json=order(order_lines=lines[2:])).json()["order"]
    assert alone["composition"] == "Standalone Only"


def test_a_known_consumer_is_named_by_id(api: httpx.Client, order: Build) -> None:
    """A consumer's id is enough, in either case of its letters; a stranger's id is refused."""
    made = api.post("/v2/orders", json=order(consumer={"id": ID("401")})).json()["order"]
    assert made["consumer"]["first_name"] == "Ada"
    refused = api.post("/v2/orders", json=order(consumer={"id": ID("999")}))
    assert errors(refused) == ["Invalid consumer.id"]


TEXT_LIMITS = [
    ("consumer.first_name", 100),
    ("consumer.last_name", 100),
    ("consumer.phone_number", 30),
    ("shipping_address.addressee", 200),
    ("shipping_address.address1", 100),
    ("shipping_address.address2", 100),
    ("shipping_address.city", 50),
    ("order_lines.0.physician_name", 30),
    ("order_lines.0.pouches.0.custom_label", 30),
]


@pytest.mark.parametrize(("path", "limit"), TEXT_LIMITS)
def test_a_text_is_taken_at_its_limit_and_not_past_it(
    api: httpx.Client, order: Build, path: str, limit: int
) -> None:
    """Each length of the guide's Field Constraints: the limit passes, one more is refused."""
    assert api.post("/v2/orders", json=put(order(), path, "a" * limit)).status_code == 201
    refused = api.post("/v2/orders", json=put(order(), path, "a" * (limit + 1)))
    dotted = path.replace(".0", "[0]")
    assert errors(refused) == [
        f"'{dotted}' length must be less than or equal to {limit} characters long"
    ]


@pytest.mark.parametrize("path", ["consumer.email", "email"])
def test_an_email_is_taken_at_its_limit_and_not_past_it(
    api: httpx.Client, order: Build, path: str
) -> None:
    """An e-mail address may have 100 characters and must be one."""
    domain = "@" + "b" * 40 + "." + "c" * 40 + ".com"
    longest = "a" * (100 - len(domain)) + domain
    assert api.post("/v2/orders", json=put(order(), path, longest)).status_code == 201
    assert len(errors(api.post("/v2/orders", json=put(order(), path, f"a{longest}")))) == 1
    refused = api.post("/v2/orders", json=put(order(), path, "not an address"))
    assert errors(refused) == [f"'{path}' must be a valid email"]


@pytest.mark.parametrize("place", ["order_lines.0", "order_lines.0.pouches.0"])
@pytest.mark.parametrize(("days", "status"), [(0, 422), (1, 201), (60, 201), (61, 422), (1.5, 422)])
def test_a_duration_is_1_to_60_whole_days(
    api: httpx.Client, order: Build, place: str, days: float, status: int
) -> None:
    """The duration of a line, and of a pouch, at both ends and one past each."""
    body = put(order(), f"{place}.duration", days)
    assert api.post("/v2/orders", json=body).status_code == status


@pytest.mark.parametrize(
    ("length", "cycle", "status"),
    [
        (0, "daily", 201),
        (7, "daily", 201),
        (10, "daily", 201),
        (8, "daily", 422),
        (7, "1;3;7", 201),
        (7, "1;8", 422),
        (10, "10", 201),
        (10, "11", 422),
        (0, "1", 422),
        (7, "0", 422),
        (7, "1,3", 422),
        (7, "1;", 422),
        (7, "", 422),
        (7, "weekly", 422),
        (7, "1;3\n", 422),
        (7, "٣", 422),
    ],
)
def test_a_cycle_names_days_within_its_length(
    api: httpx.Client, order: Build, length: int, cycle: str, status: int
) -> None:
    """Lengths are 0, 7 and 10; a cycle is daily or ASCII day numbers none above the length."""
    body = put(order(), "order_lines.0.pouches.0.cycle_length", length)
    body = put(body, "order_lines.0.pouches.0.cycle", cycle)
    assert api.post("/v2/orders", json=body).status_code == status


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("AM Vitamins 50% (a+b) [x] {y}", 201),
        ("! ? @ # $ % ^ & * _ - ' : ; ~", 201),
        ("/ | . ,", 201),
        ("", 201),
        ("two\nlines", 201),
        ("ends in a line break\n", 201),
        ("Zoë", 422),
        ('"quoted"', 422),
        ("a<b", 422),
        ("a=b", 422),
        ("a\\b", 422),
        ("`", 422),
        ("Zoë\n", 422),
    ],
)
def test_a_label_holds_ascii_and_common_symbols(
    api: httpx.Client, order: Build, label: str, status: int
) -> None:
    """The contract's pattern, read as ECMAScript does: a final line break is white space to it."""
    body = put(order(), "order_lines.0.pouches.0.custom_label", label)
    assert api.post("/v2/orders", json=body).status_code == status


@pytest.mark.parametrize(("count", "status"), [(1, 201), (8, 201), (9, 422)])
def test_a_pouch_holds_eight_supplements(
    api: httpx.Client, order: Build, count: int, status: int
) -> None:
    """Eight contents fit a pouch, nine do not."""
    contents = [{"client_product_id": ID(str(101 + n))} for n in range(count)]
    body = order(**one_line(duration=1, pouches=[{"contents": contents}]))
    assert api.post("/v2/orders", json=body).status_code == status


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"consumer": ...}, "'consumer' is required"),
        ({"shipping_address": ...}, "'shipping_address' is required"),
        ({"order_lines": ...}, "'order_lines' is required"),
        ({"order_lines": []}, "'order_lines' must contain at least 1 items"),
        ({"order_type": "Retail"}, "'order_type' must be one of ['DTC', 'Bulk']"),
        ({"status": "Shipped"}, "'status' must be one of [Pending, On Hold]"),
        ({"consumer": {"first_name": "Ada"}}, "'consumer.last_name' is required"),
        ({"consumer": {"last_name": "Example"}}, "'consumer.first_name' is required"),
        (
            {"consumer": {"id": ID("401"), "first_name": "Ada"}},
            "'consumer' contains a conflict between exclusive peers [id, first_name]",
        ),
        (
            {"consumer": {"id": ID("401"), "last_name": "Example"}},
            "'consumer' contains a conflict between exclusive peers [id, last_name]",
        ),
        ({"consumer": {"id": "401"}}, "'consumer.id' must be a valid GUID"),
        (one_line(), "'order_lines[0].pouches' is required"),
        (one_line(pouches=[]), "'order_lines[0].pouches' must contain at least 1 items"),
        (one_line(pouches=[{}]), "Either pack_id or contents required"),
        (one_line(pouches=[{"contents": []}]), "Either pack_id or contents required"),
        (
            one_line(pouches=[{"pack_id": ID("201"), "contents": [VITAMIN]}]),
            "pack_id and contents cannot be used in the same pouch",
        ),
        (
            one_line(pouches=[{"pack_id": ID("201")}, {"contents": [VITAMIN]}]),
            "'order_lines[0].pouches' must be all of one type of order line",
        ),
        (
            one_line(pouches=[{"contents": [VITAMIN]}], quantity=1),
            "'order_lines[0].quantity' is not allowed without standalone_id",
        ),
        (
            one_line(pouches=[{"contents": [VITAMIN]}], standalone_id=ID("301"), quantity=1),
            "'order_lines[0].pouches' is not allowed with standalone_id",
        ),
        (one_line(standalone_id=ID("301")), "'order_lines[0].quantity' is required"),
        (
            one_line(standalone_id=ID("301"), quantity=0),
            "'order_lines[0].quantity' must be greater than or equal to 1",
        ),
        (
            one_line(standalone_id=ID("301"), quantity="2"),
            "'order_lines[0].quantity' must be an integer",
        ),
        (one_line(standalone_id=ID("999"), quantity=1), "Invalid standalone_id"),
        (one_line(standalone_id=ID("101"), quantity=1), "Invalid standalone_id"),
        (
            one_line(standalone_id=ID("303"), quantity=1),
            "The following client products are inactive and cannot be ordered: Greens Powder",
        ),
        (one_line(pouches=[{"pack_id": ID("299")}]), "Invalid pack_id"),
        (one_line(pouches=[{"pack_id": ID("101")}]), "Invalid pack_id"),
        (
            one_line(pouches=[{"pack_id": ID("204")}]),
            "The following client products are inactive and cannot be ordered: "
            "Winter Pack (retired)",
        ),
        (
            one_line(pouches=[{"contents": [{"client_product_id": "vitamin"}]}]),
            "'order_lines[0].pouches[0].contents[0].client_product_id' must be a valid GUID",
        ),
        (
            one_line(pouches=[{"contents": [{**VITAMIN, "serving_size": 0}]}]),
            "'order_lines[0].pouches[0].contents[0].serving_size' "
            "must be greater than or equal to 1",
        ),
        (
            one_line(pouches=[{"contents": [{"client_product_id": ID("198")}]}]),
            "Invalid client_product_id",
        ),
        (
            one_line(pouches=[{"contents": [{"client_product_id": ID("199")}]}]),
            "Invalid client_product_id",
        ),
        (
            one_line(pouches=[{"contents": [VITAMIN, INACTIVE, {"client_product_id": ID("122")}]}]),
            "The following client products are inactive and cannot be ordered: "
            "L-Theanine 200 mg, Melatonin 1 mg",
        ),
        (
            one_line(pouches=[{"contents": [{"client_product_id": ID("123")}]}]),
            "No Packaging Asset Group ID found for the order line",
        ),
        (
            one_line(pouches=[{"contents": [VITAMIN]}], packaging_asset_group_id=ID("599")),
            "No Packaging Asset Group ID found for the order line",
        ),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(
    api: httpx.Client, sandbox: Sandbox, order: Build, change: dict[str, Any], message: str
) -> None:
    """Each rule of the guides: 422, this message and no other, and nothing is stored."""
    assert errors(api.post("/v2/orders", json=order(**change))) == [message]
    assert api.get("/v2/orders/count").json() == {"count": 0}
    assert sandbox.truth()[-2]["committed_order_ids"] == []


def test_a_packaging_that_the_line_names_takes_the_products_place(
    api: httpx.Client, order: Build
) -> None:
    """A product without packaging can be ordered when the line names a packaging group."""
    contents = [{"client_product_id": ID("123")}]
    line = one_line(pouches=[{"contents": contents}], packaging_asset_group_id=ID("501"))
    assert api.post("/v2/orders", json=order(**line)).status_code == 201


def test_ids_are_taken_in_either_case(api: httpx.Client, order: Build) -> None:
    """A UUID in capitals names the same product, pack and consumer."""
    upper = {"client_product_id": ID("101").upper()}
    body = order(**one_line(pouches=[{"contents": [upper]}]), consumer={"id": ID("401").upper()})
    assert api.post("/v2/orders", json=body).status_code == 201


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([(60, 3)], 201),
        ([(60, 3), (1, 1)], 422),
        ([(30, 6)], 201),
        ([(31, 6)], 422),
        ([(30, 3), (45, 2)], 201),
    ],
)
def test_the_box_holds_so_many_pouches(
    api: httpx.Client, order: Build, lines: list[tuple[int, int]], status: int
) -> None:
    """Pouches times days over all lines; the refusal does not say how many fit, as the vendor's."""
    pouch = {"contents": [VITAMIN]}
    body = order(order_lines=[{"duration": d, "pouches": [pouch] * n} for d, n in lines])
    reply = api.post("/v2/orders", json=body)
    assert reply.status_code == status
    assert status == 201 or "180" not in reply.text


def test_a_pouchs_own_duration_counts_for_the_box(api: httpx.Client, order: Build) -> None:
    """A pouch's duration takes the place of the line's."""
    pouches = [{"duration": 1, "contents": [VITAMIN]}] * 4
    body = order(**one_line(duration=60, pouches=pouches))
    assert api.post("/v2/orders", json=body).json()["order"]["total_pouch_count"] == 4


def test_all_that_is_wrong_is_said_at_once(api: httpx.Client, order: Build) -> None:
    """Several faults of one order come in one refusal, each with Joi's name of the rule."""
    body = put(order(consumer=...), "shipping_address.city", "x" * 51)
    reply = api.post("/v2/orders", json=body)
    assert reply.json()["message"] == "Validation error"
    kinds = {error["type"] for error in reply.json()["errors"]}
    assert kinds == {"any.required", "string.max"}


def test_an_order_may_start_on_hold(api: httpx.Client, order: Build) -> None:
    """The two statuses in which an order can still be changed may be asked for."""
    made = api.post("/v2/orders", json=order(status="On Hold")).json()["order"]
    assert (made["status"], made["order_lines"][0]["status"]) == ("On Hold", "On Hold")


def test_numbers_beyond_all_bounds_do_no_harm(api: httpx.Client, order: Build) -> None:
    """A size that JSON Schema calls an integer and no machine holds is stored and returned."""
    contents = [{**VITAMIN, "serving_size": 10**30}]
    reply = api.post("/v2/orders", json=order(**one_line(pouches=[{"contents": contents}])))
    assert reply.status_code == 201
