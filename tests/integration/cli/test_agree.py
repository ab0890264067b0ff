"""I12: report, document, workbook and ledger say the same of every order, and the counts add up."""

import contextlib
import csv
import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl

from loader.sandbox import Fault
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import Machine

PRODUCT = "00000000-0000-4000-8000-000000000101"
LABELS = {
    "created": "Created", "skipped": "Skipped", "refused": "Refused", "unknown": "Unknown",
    "deferred": "Waiting", "not_sent": "Not sent", "to_correct": "To correct",
    "conflict": "Conflict",
}  # fmt: skip
# What each state of the ledger is called where people read it.
STATES = {
    "created": {"created", "skipped"}, "refused": {"refused"}, "unknown": {"unknown"},
    "deferred": {"deferred"}, "planned": {"not_sent"}, "conflict": {"conflict"},
}  # fmt: skip
TILE = re.compile(
    r'data-show="[a-z_]+"><span class="count">([0-9,]+)</span> <span class="what">'
    r'<span aria-hidden="true">.</span> ([A-Za-z ]+)</span>'
)
SAID = {"error": {"message": "no"}}


def order_file(machine: Machine, *keys: str, wrong: tuple[str, ...] = ()) -> Path:
    """Write an order file, each order of a person of its own."""
    path = machine.folder / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Order ID", "First name", "Last name", "Street", "City", "Country",
                         "Product ID", "Serving"])  # fmt: skip
        for key in keys:
            writer.writerow([key, "Ada", f"Example {key}", "1 Sample Street", "Sampleton",
                             "United States", PRODUCT, "x" if key in wrong else ""])  # fmt: skip
    return path


def ledger_states(machine: Machine) -> dict[str, str]:
    """Return the state of every order in the ledger's file."""
    with contextlib.closing(sqlite3.connect(machine.data / "ledger.sqlite3")) as ledger:
        return dict(ledger.execute("SELECT key, state FROM entry").fetchall())


def agree(machine: Machine, document: dict[str, Any], name: str) -> None:
    """Compare what one command left behind: its document, report, workbook and the ledger."""
    results = {order["key"]: order["result"] for order in document["orders"]}
    counted = Counter(results.values())
    totals = document["totals"]
    assert {one: totals[one] for one in LABELS} == {one: counted[one] for one in LABELS}
    assert totals["orders"] == sum(counted.values()) == len(results)
    html = (machine.folder / f"{name}.html").read_text(encoding="utf-8")
    tiles = {label: int(count.replace(",", "")) for count, label in TILE.findall(html)}
    assert tiles == {LABELS[one]: number for one, number in counted.items()}
    sheet = openpyxl.load_workbook(machine.folder / f"{name}.xlsx")["Results"]
    rows = sheet.iter_rows(min_row=2, max_col=2, values_only=True)
    assert {str(key): str(label) for key, label in rows} == {
        key: LABELS[one] for key, one in results.items()
    }
    states = ledger_states(machine)
    for key, result in results.items():
        if result == "to_correct":
            assert key not in states
        else:
            assert result in STATES[states[key]], key


def test_report_document_workbook_and_ledger_agree(machine: Machine, serve: Serve) -> None:
    """After a submit with every kind of outcome, after the resume, and when it is told again."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url)

    def written(name: str) -> tuple[str, ...]:
        return ("--format", "json", "--report", f"{name}.html", "--results", f"{name}.xlsx")

    made = order_file(machine, "A", "B")
    assert machine.run("submit", made, "--yes", *there, "--no-report").code == 0
    sandbox.add_faults([
        Fault(what="status", status=422, body=SAID, operation="create", key="R"),
        Fault(what="close", operation="create", key="U"),
        Fault(what="status", status=429, body=SAID, operation="create", key="W",
              headers={"Retry-After": "400"}),
    ])  # fmt: skip
    everything = order_file(machine, "A", "C", "R", "U", "D", "X", "W", "N", wrong=("X",))
    sent = machine.run("submit", everything, "--yes", "--concurrency", 1, *there,
                       *written("sent"))  # fmt: skip
    assert sent.code == 6
    assert sent.document["totals"]["orders"] == 8
    assert {one for one in LABELS if sent.document["totals"][one]} == set(LABELS) - {"conflict"}
    agree(machine, sent.document, "sent")
    with contextlib.closing(sqlite3.connect(machine.data / "ledger.sqlite3")) as ledger, ledger:
        ledger.execute("UPDATE entry SET not_before = 0")
        ledger.execute("UPDATE account SET paused_until = 0")
    resumed = machine.run("resume", *there, *written("resumed"))
    assert resumed.code == 6
    assert resumed.document["totals"]["created"] == 2
    agree(machine, resumed.document, "resumed")
    run_id = str(sent.document["run_id"])
    again = machine.run("status", run_id, *there, *written("again"))
    assert again.document["totals"]["created"] == 4, "what became of the run's orders by now"
    agree(machine, again.document, "again")
