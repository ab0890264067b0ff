"""THE place: every column of an order file, once, with its limits, aliases and JSON path.

Names are the API's own. Limits are those of the vendor's "Create Orders" guide, or of the
contract where the guide is silent; `source` says which. The rules across cells stand in
`schemas.rules`, the pages of the codes in `schemas.codes`.
"""

from collections.abc import Sequence

from schemas.demands import Level
from schemas.vocabulary import Field, Kind

GUIDE = "Create Orders guide, Field Constraints"
GUIDE_OPTIONAL = "Create Orders guide, Less Common Optional Fields"
CONTRACT = "Order API contract"
OURS = "order file"

LABEL_PATTERN = r"[a-zA-Z0-9\t\n\v\f\r !?@#$%^&*()_\-+\[\]{}':;~/|.,]*"

FIELDS: tuple[Field, ...] = (
    # -------------------------------------------------------------- order
    Field(
        name="source_client_order_id", level=Level.ORDER, identifier=True,
        path="source_client_order_id",
        about="Your own number of the order: the key by which nothing is sent twice.",
        aliases=("Order ID", "Order number", "Order no", "Order key", "Client order id",
                 "Reference", "Prescription number", "Prescription no", "Rx number"),
        max_length=100, always=True, needed="always: it is the key", source=OURS,
    ),
    Field(
        name="client_custom_order_id", level=Level.ORDER, identifier=True,
        path="client_custom_order_id",
        about="The id by which the API can look the order up; the key is sent when empty.",
        aliases=("Custom order id",), max_length=100, default="the key", source=OURS,
        pattern=r"(.*[^.].*)?", pattern_words="any text but dots alone",
    ),
    Field(
        name="source", level=Level.ORDER, path="source",
        about="Where the order came from.", aliases=("Order source", "Channel"),
        max_length=100, default="v2 API", source=OURS,
    ),
    Field(
        name="order_type", level=Level.ORDER, path="order_type", kind=Kind.CHOICE,
        about="DTC goes to a person, Bulk to a shop.", aliases=("Type of order",),
        choices=("DTC", "Bulk"), default="DTC", source=CONTRACT,
    ),
    Field(
        name="order_email", level=Level.ORDER, path="email", kind=Kind.EMAIL,
        about="E-mail of the order itself.", max_length=100, personal=True, source=CONTRACT,
    ),
    Field(
        name="order_phone_number", level=Level.ORDER, path="phone_number",
        about="Telephone of the order itself.", aliases=("Order phone",),
        max_length=30, personal=True, source=OURS,
    ),
    Field(
        name="note", level=Level.ORDER, path="note", about="A note on the order.",
        aliases=("Notes", "Remark", "Order note"), prose=True, personal=True, source=CONTRACT,
    ),
    Field(
        name="consumer_id", level=Level.ORDER, path="consumer.id", kind=Kind.UUID,
        about="An existing consumer.", aliases=("Patient id", "Existing consumer"),
        needed="either this or both names, never both", source=CONTRACT,
    ),
    Field(
        name="first_name", level=Level.ORDER, path="consumer.first_name",
        about="First name of a new consumer.",
        aliases=("Patient first name", "Given name", "Forename"), max_length=100,
        personal=True, needed="with last_name, unless consumer_id", source=GUIDE,
    ),
    Field(
        name="last_name", level=Level.ORDER, path="consumer.last_name",
        about="Last name of a new consumer.",
        aliases=("Patient last name", "Family name", "Surname"), max_length=100,
        personal=True, needed="with first_name, unless consumer_id", source=GUIDE,
    ),
    Field(
        name="email", level=Level.ORDER, path="consumer.email", kind=Kind.EMAIL,
        about="E-mail of the consumer.",
        aliases=("E-mail", "E-mail address", "Email address", "Patient email"),
        max_length=100, personal=True, source=GUIDE,
    ),
    Field(
        name="phone_number", level=Level.ORDER, path="consumer.phone_number",
        about="Telephone of the consumer, best as +12133734253.",
        aliases=("Phone", "Telephone", "Mobile", "Patient phone"),
        max_length=30, personal=True, source=GUIDE,
    ),
    Field(
        name="addressee", level=Level.ORDER, path="shipping_address.addressee",
        about="Name on the parcel.", aliases=("Ship to", "Recipient", "Deliver to"),
        max_length=200, personal=True, default="the consumer's name", source=GUIDE,
    ),
    Field(
        name="address1", level=Level.ORDER, path="shipping_address.address1",
        about="Street and number.",
        aliases=("Street", "Address", "Address line 1", "Street address"),
        max_length=100, personal=True, always=True, needed="yes", source=GUIDE,
    ),
    Field(
        name="address2", level=Level.ORDER, path="shipping_address.address2",
        about="Second line of the address.", aliases=("Address line 2", "Apartment", "Apt"),
        max_length=100, personal=True, source=GUIDE,
    ),
    Field(
        name="city", level=Level.ORDER, path="shipping_address.city", about="City.",
        aliases=("Town", "Place"), max_length=50, personal=True, always=True, needed="yes",
        source=GUIDE,
    ),
    Field(
        name="province_name", level=Level.ORDER, path="shipping_address.province_name",
        about="State or province.", aliases=("Province", "State", "Region"), personal=True,
        source=CONTRACT,
    ),
    Field(
        name="postal_code", level=Level.ORDER, path="shipping_address.postal_code",
        about="Postal code, with every zero.",
        aliases=("Zip", "Zip code", "Postcode", "Postal"), personal=True, source=CONTRACT,
    ),
    Field(
        name="country_name", level=Level.ORDER, path="shipping_address.country_name",
        about="Country.", aliases=("Country",), always=True, needed="yes", source=CONTRACT,
    ),
    Field(
        name="action", level=Level.ORDER, kind=Kind.CHOICE,
        about="NEW sends the order, IGNORE leaves out this row. This version refuses changes and"
              " cancellations.",
        choices=("NEW", "IGNORE"), later=("UPDATE", "CANCEL", "HOLD", "UNHOLD"), default="NEW",
        source=OURS,
    ),
    Field(
        name="accept", level=Level.ORDER,
        about="Codes of findings that somebody has looked at and accepts, joined by ;",
        aliases=("Accepted", "Accepted codes"), source=OURS,
    ),
    Field(
        name="replaces", level=Level.ORDER, identifier=True,
        about="The number of a cancelled order, or of one that needs changes, in whose place this"
              " one is sent.",
        aliases=("Replaces order", "Replacement for", "In place of"), max_length=100, source=OURS,
    ),
    # -------------------------------------------------------------- line
    Field(
        name="order_line", level=Level.LINE, identifier=True,
        about="Groups the rows of one order line.",
        aliases=("Line", "Line no", "Order line no"), source=OURS,
    ),
    Field(
        name="line_name", level=Level.LINE, path="name", about="Name of the line.",
        aliases=("Pack name",), source=CONTRACT,
    ),
    Field(
        name="physician_name", level=Level.LINE, path="physician_name",
        about="Who prescribed it.", aliases=("Physician", "Doctor", "Practitioner"),
        max_length=30, personal=True, source=GUIDE,
    ),
    Field(
        name="duration", level=Level.LINE, path="duration", kind=Kind.INTEGER,
        about="Days that the line lasts.", aliases=("Days", "Duration (days)", "Days supply"),
        minimum=1, maximum=60, default="30", source=GUIDE,
    ),
    Field(
        name="is_expedited", level=Level.LINE, path="is_expedited", kind=Kind.BOOLEAN,
        about="Expedited.", aliases=("Expedited",), default="false", source=CONTRACT,
    ),
    Field(
        name="is_priority_shipping", level=Level.LINE, path="is_priority_shipping",
        kind=Kind.BOOLEAN, about="Priority shipping.", aliases=("Priority shipping",),
        default="false", source=GUIDE_OPTIONAL,
    ),
    Field(
        name="is_priority_production", level=Level.LINE, path="is_priority_production",
        kind=Kind.BOOLEAN, about="Priority production.", aliases=("Priority production",),
        default="false", source=GUIDE_OPTIONAL,
    ),
    Field(
        name="lot_information", level=Level.LINE, path="lot_information",
        about="Free text by which a lot can be traced.", aliases=("Lot",), source=GUIDE_OPTIONAL,
    ),
    Field(
        name="client_custom_order_line_id", level=Level.LINE, identifier=True,
        path="client_custom_order_line_id",
        about="Your own id of the line.", aliases=("Custom order line id",), source=CONTRACT,
    ),
    Field(
        name="standalone_id", level=Level.LINE, path="standalone_id", kind=Kind.UUID,
        about="A product sent on its own, such as a bottle; makes the row a standalone line.",
        aliases=("Standalone product id",), source="Create Orders guide, Standalone",
    ),
    Field(
        name="quantity", level=Level.LINE, path="quantity", kind=Kind.INTEGER,
        about="How many of a standalone product.", aliases=("Qty",), minimum=1,
        needed="with standalone_id, and only there", source="Create Orders guide, Standalone",
    ),
    Field(
        name="standalone", level=Level.LINE,
        about="Name or SKU of a standalone product, in place of standalone_id.",
        aliases=("Standalone product",), source=OURS,
    ),
    # -------------------------------------------------------------- pouch
    Field(
        name="pouch", level=Level.POUCH, identifier=True, about="Groups the rows of one pouch.",
        aliases=("Pouch no", "Sachet"), source=OURS,
    ),
    Field(
        name="time_of_administration", level=Level.POUCH, path="time_of_administration",
        about="When it is taken.", aliases=("AM/PM", "Time", "Time of day", "When"),
        usual=("Morning", "Midday", "Evening"), source="Create Orders guide, Validation Rules",
    ),
    Field(
        name="custom_label", level=Level.POUCH, path="custom_label",
        about="Text printed on the pouch.", aliases=("Label", "Pouch label"), max_length=30,
        pattern=LABEL_PATTERN,
        pattern_words="letters without accents, digits, blanks and ! ? @ # $ % ^ & * ( ) _ - +"
                      " [ ] { } ' : ; ~ / | . ,",
        personal=True, source=GUIDE,
    ),
    Field(
        name="cycle", level=Level.POUCH, path="cycle", kind=Kind.CYCLE,
        about="On which days of the cycle it is taken.", default="daily", source=GUIDE_OPTIONAL,
    ),
    Field(
        name="cycle_length", level=Level.POUCH, path="cycle_length", kind=Kind.INTEGER,
        about="Days after which the cycle starts again.", allowed_numbers=(0, 7, 10),
        default="7", source=GUIDE_OPTIONAL,
    ),
    Field(
        name="pack_id", level=Level.POUCH, path="pack_id", kind=Kind.UUID,
        about="A curated pack that fills the pouch, in place of contents.",
        aliases=("Assembly id",), needed="either this or contents, never both",
        source="Create Orders guide, Curated Pack",
    ),
    Field(
        name="pack", level=Level.POUCH, about="Name of a curated pack, in place of pack_id.",
        aliases=("Curated pack",), source=OURS,
    ),
    # -------------------------------------------------------------- content
    Field(
        name="client_product_id", level=Level.CONTENT, path="client_product_id", kind=Kind.UUID,
        about="The product.", aliases=("Product id", "Supplement id"),
        needed="unless pack_id, standalone_id or product", source=CONTRACT,
    ),
    Field(
        name="product", level=Level.CONTENT,
        about="Name or SKU of the product, in place of client_product_id.",
        aliases=("Supplement", "Product name", "SKU"), source=OURS,
    ),
    Field(
        name="serving_size", level=Level.CONTENT, path="serving_size", kind=Kind.INTEGER,
        about="How many of it go into the pouch.",
        aliases=("Serving", "Size", "Pills", "Capsules", "Dose"), minimum=1, source=CONTRACT,
    ),
)  # fmt: skip

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
PERSONAL_PATHS: frozenset[str] = frozenset(
    field.full_path for field in FIELDS if field.personal and field.full_path
)
KEY = "source_client_order_id"
MAX_CONTENTS = 8
# Names by which a value is found in the catalogue, and the id that it becomes.
RESOLVED: dict[str, tuple[str, str]] = {
    "product": ("client_product_id", "product"),
    "pack": ("pack_id", "pack"),
    "standalone": ("standalone_id", "standalone"),
}


def fold(header: str) -> str:
    """Return a header without case, spaces, `_`, `-` and `.`: how headers are compared."""
    return "".join(c for c in header.casefold() if not (c.isspace() or c in "_-.\u00a0\ufeff"))


def headers_of(fields: Sequence[Field]) -> dict[str, str]:
    """Return folded header → column; raise `ValueError` where two columns claim one header."""
    known: dict[str, str] = {}
    for field in fields:
        for header in (field.name, *field.dotted, *field.aliases):
            other = known.setdefault(fold(header), field.name)
            if other != field.name:
                raise ValueError(f"{header!r} names both {other} and {field.name}")
    return known


HEADERS: dict[str, str] = headers_of(FIELDS)
