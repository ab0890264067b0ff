"""`--format json` prints exactly one document, with every field of the contract, that adds up."""

from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.integration.cli.machine import MONTHLY, PRESCRIPTION, Ended, Machine

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
RESULTS = ("ready", "to_correct", "created", "skipped", "updated", "cancelled", "held", "unheld",
           "refused", "deferred", "unknown", "not_sent", "conflict")  # fmt: skip


def needs(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON Schema
    """Return a schema of an object that has these fields, and perhaps more."""
    return {"type": "object", "required": list(fields), "properties": fields}


# The document as the contract writes it down; fields may be added, so more is allowed.
RUN = needs(
    schema={"enum": ["order-loader/run/1", "order-loader/status/1"]},
    command={"enum": ["validate", "plan", "submit", "resume", "reconcile", "status"]},
    run_id={"type": "string", "pattern": "^run_"},
    env={"enum": ["sandbox", "stage", "prod"]},
    base_url=MAYBE_TEXT,
    inputs={
        "type": "array",
        "items": needs(
            path=TEXT, sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"}, sheet=MAYBE_TEXT,
            encoding=MAYBE_TEXT, delimiter=MAYBE_TEXT, rows=NUMBER,
        ),
    },
    totals=needs(rows=NUMBER, orders=NUMBER, warnings=NUMBER, **dict.fromkeys(RESULTS, NUMBER)),
    not_checked={"type": "array", "items": TEXT},
    orders={
        "type": "array",
        "items": needs(
            key=TEXT, rows={"type": "array", "items": {"type": "integer", "minimum": 1}},
            result={"enum": list(RESULTS)},
            action={"enum": ["create", "skip", "update", "cancel", "hold", "unhold", "none", None]},
            order_id=MAYBE_TEXT, order_name=MAYBE_TEXT, status=MAYBE_TEXT, attempts=NUMBER,
            error={"type": ["object", "null"]}, request={"type": ["object", "null"]},
            input=NUMBER,
        ),
    },
    findings={
        "type": "array",
        "items": needs(
            code=TEXT, severity={"enum": ["error", "confirm", "warning", "note"]},
            sheet=MAYBE_TEXT, row={"type": ["integer", "null"], "minimum": 1}, column=MAYBE_TEXT,
            header=MAYBE_TEXT, cell=MAYBE_TEXT, found=MAYBE_TEXT, allowed=TEXT, message=TEXT,
            help=TEXT, order=MAYBE_TEXT, input=NUMBER,
        ),
    },
)  # fmt: skip
OF_RUNS = jsonschema_rs.Draft202012Validator(RUN)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Return what a machine's commands printed, one after the other."""
    machine = Machine(tmp_path_factory.mktemp("document") / "home")
    as_json = ("--format", "json")
    return {
        "validate": machine.run("validate", MONTHLY, PRESCRIPTION, *as_json),
        "plan": machine.run("plan", MONTHLY, PRESCRIPTION, "-o", "plan.json", *as_json),
        "submit": machine.run("submit", "plan.json", "--yes", *as_json),
        "again": machine.run("submit", PRESCRIPTION, "--yes", *as_json),
        "full": machine.run("plan", MONTHLY, "--privacy", "full", *as_json),
        "none": machine.run("validate", MONTHLY, "--privacy", "none", *as_json),
        "resume": machine.run("resume", *as_json),
        "reconcile": machine.run("reconcile", *as_json),
        "status": machine.run("status", *as_json),
        "one": machine.run("status", "RX-1001", *as_json),
        "shown": machine.run("runs", "show", *as_json),
        "list": machine.run("runs", "list", *as_json),
        "report": machine.run("report", *as_json),
        "config": machine.run("config", "show", *as_json),
        "schema": machine.run("schema", "--format", "json"),
        "explain": machine.run("explain", "ZIP-ZERO", "--format", "json"),
        "files": Ended(0, "\n".join(str(p) for p in machine.folder.rglob("*")), ""),
    }


OF_A_RUN = ["validate", "plan", "submit", "again", "full", "none", "resume", "reconcile", "status",
            "one", "shown"]  # fmt: skip


@pytest.mark.parametrize("name", OF_A_RUN)
def test_the_document_has_every_field(runs: dict[str, Ended], name: str) -> None:
    """Each command that speaks of orders prints the fields of the contract, of the right types."""
    errors = [f"{e.instance_path}: {e.message}" for e in OF_RUNS.iter_errors(runs[name].document)]
    assert errors == []


@pytest.mark.parametrize("name", OF_A_RUN)
def test_the_document_adds_up(runs: dict[str, Ended], name: str) -> None:
    """Totals are the counts of the results, and of all orders; keys occur once."""
    document = runs[name].document
    results = Counter(order["result"] for order in document["orders"])
    totals = document["totals"]
    assert {one: totals[one] for one in RESULTS} == {one: results[one] for one in RESULTS}
    assert totals["orders"] == len(document["orders"]) == sum(totals[one] for one in RESULTS)
    assert totals["rows"] == sum(one["rows"] for one in document["inputs"])
    assert totals["warnings"] == sum(
        finding["severity"] == "warning" for finding in document["findings"]
    )
    assert len({order["key"] for order in document["orders"]}) == len(document["orders"])


@pytest.mark.parametrize("name", ["validate", "plan", "submit", "again"])
def test_every_row_is_in_exactly_one_order(runs: dict[str, Ended], name: str) -> None:
    """The samples have no rows outside orders: each row of each file stands in one order."""
    document = runs[name].document
    for index, one in enumerate(document["inputs"]):
        rows = [row for o in document["orders"] if o["input"] == index for row in o["rows"]]
        assert sorted(rows) == list(range(2, one["rows"] + 2))


def test_what_each_command_says_of_its_orders(runs: dict[str, Ended]) -> None:
    """The results of the contract, command by command, and the exit codes that go with them."""
    told = {name: (runs[name].code, runs[name].document["totals"]) for name in OF_A_RUN}

    def counts(name: str) -> dict[str, int]:
        return {one: number for one, number in told[name][1].items()
                if number and one in RESULTS}  # fmt: skip

    assert (told["validate"][0], counts("validate")) == (1, {"ready": 57, "to_correct": 8})
    assert (told["plan"][0], counts("plan")) == (1, {"ready": 55, "to_correct": 10})
    assert (told["submit"][0], counts("submit")) == (1, {"created": 55, "to_correct": 10})
    assert (told["again"][0], counts("again")) == (0, {"skipped": 2})
    assert (told["resume"][0], counts("resume")) == (0, {})
    assert (told["reconcile"][0], counts("reconcile")) == (0, {"created": 55})
    assert (told["status"][0], counts("status")) == (0, {"created": 55})
    assert (told["one"][0], counts("one")) == (0, {"created": 1})


def test_actions_are_the_plan_s(runs: dict[str, Ended]) -> None:
    """`plan` says what it would do; `validate` cannot know."""
    validated, planned = runs["validate"].document, runs["plan"].document
    assert {order["action"] for order in validated["orders"]} == {None}
    actions = Counter(order["action"] for order in planned["orders"])
    assert actions == {"create": 55, "none": 10}
    assert {o["action"] for o in runs["full"].document["orders"]} == {"skip", "none"}


def test_status_is_a_document_of_its_own(runs: dict[str, Ended]) -> None:
    """`status` prints order-loader/status/1, in the style of a run."""
    assert runs["status"].document["schema"] == "order-loader/status/1"
    assert runs["reconcile"].document["schema"] == "order-loader/run/1"


def test_requests_follow_the_privacy(runs: dict[str, Ended]) -> None:
    """Masked by default, exact with full, without personal values with none."""

    def consumer(name: str) -> dict[str, str]:
        orders = {order["key"]: order for order in runs[name].document["orders"]}
        request: dict[str, dict[str, str]] = orders["2026-11-002"]["request"]
        return request["consumer"]

    full = consumer("full")
    assert (full["first_name"], full["last_name"]) == ("Cleo", "NA")
    assert consumer("plan")["first_name"] == "Cxxx"
    assert "first_name" not in consumer("none")
    assert "Personal data is shown in full" in runs["full"].err


def test_values_that_were_found_follow_the_privacy(runs: dict[str, Ended]) -> None:
    """`found` is masked in personal columns, shown elsewhere; none leaves personal ones out."""

    def found(name: str, code: str) -> Any:  # noqa: ANN401  # text or null
        return next(one["found"] for one in runs[name].document["findings"] if one["code"] == code)

    assert found("plan", "EMAIL-FORM") == "bxx.xxxxxx@xxxxxxx"
    assert found("full", "EMAIL-FORM") == "ben.sample@example"
    assert found("none", "EMAIL-FORM") is None
    assert found("none", "NUMBER-RANGE") == "90"


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("list", "order-loader/runs/1"),
        ("report", "order-loader/report/1"),
        ("config", "order-loader/config/1"),
        ("schema", "order-loader/schema/1"),
        ("explain", "order-loader/explain/1"),
    ],
)
def test_other_commands_print_one_document(runs: dict[str, Ended], name: str, schema: str) -> None:
    """A document of the same style, with its own schema."""
    assert runs[name].code == 0
    assert runs[name].document["schema"] == schema


def test_with_json_a_report_is_only_written_when_asked(runs: dict[str, Ended]) -> None:
    """Nothing but the plan and the report of `report` lies in the working folder."""
    names = {Path(line).name for line in runs["files"].out.splitlines()}
    reports = {name for name in names if name.endswith(".html")}
    assert names - reports == {"plan.json", "reports"}
    assert len(reports) == 1


def test_nothing_but_the_document_is_on_standard_output(runs: dict[str, Ended]) -> None:
    """What else there is to say goes to standard error, the rehearsal line too."""
    assert runs["submit"].err.splitlines()[-1].startswith("This was a rehearsal")
    assert "sending 55 orders" in runs["submit"].err
