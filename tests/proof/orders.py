"""Orders of a sweep: small requests, made without reading a file, in versions that differ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from loader.app.entering import known
from loader.core.model import Account, InputFile, InputSummary, Order, Run
from loader.core.plan import decide
from loader.ports import Ledger

PRODUCT = "00000000-0000-4000-8000-000000000101"


def body(key: str, version: int) -> bytes:
    """Return the canonical request of an order; each version is other content."""
    content = {"client_product_id": PRODUCT, "serving_size": version}
    return json.dumps(
        {
            "client_custom_order_id": key,
            "consumer": {"first_name": "Ada", "last_name": f"Example {key}"},
            "order_lines": [{"pouches": [{"contents": [content]}]}],
            "shipping_address": {
                "address1": "1 Sample Street", "city": "Sampleton", "country_name": "United States",
            },
            "source_client_order_id": key,
        },
        sort_keys=True, separators=(",", ":"),
    ).encode()  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """An order file: one row per key, each with the same version of its content."""

    keys: Sequence[str]
    version: int

    def run(self, run_id: str, account: Account, base_url: str) -> Run:
        """Return what checking the file gives, before it is compared with a ledger."""
        return Run(
            command="plan", run_id=run_id, env="sandbox", base_url=base_url, started_at=0.0,
            account=account, inputs=[InputSummary(
                InputFile(f"orders-{self.version}.csv", "0" * 64, None, "utf-8", ","),
                len(self.keys),
            )],
            orders=[
                Order(key=key, rows=(number,), body=body(key, self.version), pouches=30)
                for number, key in enumerate(self.keys, 2)
            ],
        )  # fmt: skip


def planned(file: File, run_id: str, account: Account, base_url: str, ledger: Ledger) -> Run:
    """Return the file as a plan that a person confirmed."""
    run = file.run(run_id, account, base_url)
    entries = ledger.find(account, list(file.keys))
    run.findings += decide(run.orders, {e.key: known(e) for e in entries}, run.inputs)
    return run
