"""What the API's order tells besides its content: as whom it knows the person, and the parcel.

Of the parcel an order carries the numbers alone, with its lines; carrier and link stand with the
shipment (`tracking_info` of a fulfillment).
"""

from collections.abc import Mapping
from typing import Any

NUMBERS = "children_tracking_numbers"  # comma-separated, on a line


def consumer_id(order: Mapping[str, Any]) -> str | None:
    """Return the API's id of the person, where the order names one as text."""
    consumer = order.get("consumer")
    found = consumer.get("id") if isinstance(consumer, Mapping) else None
    return found if isinstance(found, str) and found else None


def tracking(order: Mapping[str, Any]) -> dict[str, str] | None:
    """Return {"number": …}, the numbers of all lines without repetition; None without any."""
    lines = order.get("order_lines")
    texts = [line.get(NUMBERS) for line in lines or () if isinstance(line, Mapping)]
    split = [one.strip() for text in texts if isinstance(text, str) for one in text.split(",")]
    numbers = dict.fromkeys(one for one in split if one)
    return {"number": ", ".join(numbers)} if numbers else None
