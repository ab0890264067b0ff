"""The seed catalogue: the products, packs, packaging and consumers that every sandbox has."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

SEEDED_AT = "2026-01-05T09:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The seed as read, with products and packs by lower-case id (the API ignores case there)."""

    client_id: str
    user_id: str
    product_line_id: str
    packaging: dict[str, bool]
    products: dict[str, dict[str, Any]]
    packs: dict[str, dict[str, Any]]
    consumers: tuple[dict[str, Any], ...]

    def own_product(self, product_id: str) -> dict[str, Any] | None:
        """Return the product if it exists and belongs to the signed-in client."""
        product = self.products.get(product_id.lower())
        return product if product and product["client_id"] == self.client_id else None

    def pack(self, pack_id: str) -> dict[str, Any] | None:
        """Return the pack if it exists."""
        return self.packs.get(pack_id.lower())

    def product_views(self) -> list[dict[str, Any]]:
        """Return all products of the client as the API shows them."""
        own = [p for p in self.products.values() if p["client_id"] == self.client_id]
        return [self.product_view(product) for product in own]

    def product_view(self, product: dict[str, Any]) -> dict[str, Any]:
        """Return a product as the API shows it."""
        number = product["id"][-4:]
        return {
            "id": product["id"],
            "client_id": product["client_id"],
            "product_line_id": self.product_line_id,
            "client_sku": product["client_sku"],
            "name": product["name"],
            "product_name": product["name"],
            "active": product["active"],
            "serving_size": product["serving_size"],
            "is_standalone_kit": product["is_standalone_kit"],
            "product_assembly_type": "PRODUCT",
            "packaging_asset_group_id": product["packaging_asset_group_id"],
            "okc_product": {
                "id": f"00000000-0000-4000-8000-00000009{number}",
                "product_family": "Supplement - Standard",
                "supplement_category": product["category"],
            },
            "created_at": SEEDED_AT,
            "updated_at": SEEDED_AT,
        }

    def pack_views(self) -> list[dict[str, Any]]:
        """Return all packs as the API shows assemblies."""
        return [self.pack_view(pack) for pack in self.packs.values()]

    def pack_view(self, pack: dict[str, Any]) -> dict[str, Any]:
        """Return a pack as the API shows an assembly."""
        return {
            "id": pack["id"],
            "client_id": self.client_id,
            "product_line_id": self.product_line_id,
            "packaging_asset_group_id": pack["packaging_asset_group_id"],
            "active": pack["active"],
            "name": pack["name"],
            "product_name": pack["name"],
            "short_description": None,
            "pouch_description": None,
            "components": [
                {**part, "active": self.products[part["product_id"]]["active"]}
                for part in pack["components"]
            ],
            "protocol_id": None,
            "created_at": SEEDED_AT,
            "updated_at": SEEDED_AT,
        }


@cache
def catalogue() -> Catalogue:
    """Return the seed catalogue."""
    seed = orjson.loads((Path(__file__).parent / "catalogue.json").read_bytes())
    return Catalogue(
        client_id=seed["client_id"],
        user_id=seed["user_id"],
        product_line_id=seed["product_line_id"],
        packaging={group["id"]: group["active"] for group in seed["packaging"]},
        products={product["id"]: product for product in seed["products"]},
        packs={pack["id"]: pack for pack in seed["packs"]},
        consumers=tuple(seed["consumers"]),
    )
