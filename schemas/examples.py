"""Rows from which the rules build their examples, and the catalogue these are judged against."""

from schemas.pouch_orders import KEY

P1, P2 = "00000000-0000-4000-8000-000000000101", "00000000-0000-4000-8000-000000000102"
PACK = "00000000-0000-4000-8000-000000000201"
BOTTLE = "00000000-0000-4000-8000-000000000301"
PERSON = "00000000-0000-4000-8000-000000000401"

SOUND = {
    KEY: "ORD-1", "first_name": "Ada", "last_name": "Example", "address1": "1 Sample Street",
    "city": "Sampleton", "country_name": "United States", "time_of_administration": "Morning",
    "client_product_id": P1,
}  # fmt: skip
# The catalogue that the examples are judged against: id → (kind, name, active, serving size).
EXAMPLE_CATALOGUE = {
    P1: ("product", "Vitamin D3 25 mcg", True, 1),
    P2: ("product", "Magnesium 120 mg", False, 2),
    **{f"00000000-0000-4000-8000-0000000001{n}": ("product", f"Product {n}", True, 1)
       for n in range(11, 20)},
    PACK: ("pack", "Daily Basics", True, None),
    BOTTLE: ("standalone", "Omega-3 bottle", True, None),
}  # fmt: skip

_ALONE = {"client_product_id": "", "time_of_administration": ""}
BOTTLE_ROW = {**_ALONE, "standalone_id": BOTTLE, "quantity": "2"}
PACK_ROW = {"client_product_id": "", "pack_id": PACK}
NINE_PRODUCTS = tuple(
    {"client_product_id": f"00000000-0000-4000-8000-0000000001{n}"} for n in range(11, 20)
)
