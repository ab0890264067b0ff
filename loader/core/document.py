"""The run as one JSON document, and back: the contract with other programs, and the history.

Fields are added, never renamed, within a version.
"""

from dataclasses import asdict
from typing import Any

from loader.core.findings import Finding, Severity
from loader.core.model import Account, Action, InputFile, InputSummary, Order, Result, Run
from loader.core.payload import canonical, request_of
from loader.core.privacy import Privacy, shown, shown_request
from loader.core.summary import totals

SCHEMA = "order-loader/run/1"


def to_document(run: Run, privacy: Privacy) -> dict[str, Any]:
    """Return the run's document; personal values as the privacy allows them."""
    return {
        "schema": SCHEMA,
        "command": run.command,
        "run_id": run.run_id,
        "env": run.env,
        "base_url": run.base_url,
        "account": asdict(run.account) if run.account else None,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "exit_code": run.exit_code,
        "stopped": run.stopped or None,
        "inputs": [{**asdict(one.file), "rows": one.rows} for one in run.inputs],
        "mapping": run.mapping,
        "totals": totals(run),
        "not_checked": run.not_checked,
        "orders": [_order(order, privacy) for order in run.orders],
        "findings": [_finding(finding, privacy) for finding in run.findings],
        "product_names": run.product_names,
        "facts": run.facts,
    }


def _order(order: Order, privacy: Privacy) -> dict[str, Any]:
    request = None
    if order.body is not None:
        request = shown_request(request_of(order.body), privacy)
    return {
        "key": order.key,
        "input": order.input,
        "rows": list(order.rows),
        "result": order.result.value,
        "action": order.action.value if order.action else None,
        "order_id": order.order_id,
        "order_name": order.order_name,
        "status": order.status,
        "attempts": order.attempts,
        "pouches": order.pouches,
        "error": order.error,
        "request": request,
    }


def _finding(finding: Finding, privacy: Privacy) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "input": finding.input,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "header": finding.header,
        "cell": finding.cell,
        "found": shown(finding.found, personal=finding.personal, privacy=privacy),
        "suggestion": shown(finding.suggestion, personal=finding.personal, privacy=privacy),
        "allowed": finding.allowed,
        "message": finding.message,
        "help": finding.help,
        "order": finding.order,
        "accepted": finding.accepted,
        "personal": finding.personal,
    }


def from_document(document: dict[str, Any]) -> Run:
    """Return the run of a document that was made with `Privacy.FULL`."""
    account = document["account"]
    return Run(
        command=document["command"],
        run_id=document["run_id"],
        env=document["env"],
        base_url=document["base_url"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        account=Account(**account) if account else None,
        inputs=[_input(one) for one in document["inputs"]],
        orders=[_order_from(one) for one in document["orders"]],
        findings=[
            Finding(**{**one, "severity": Severity(one["severity"])})
            for one in document["findings"]
        ],
        not_checked=document["not_checked"],
        facts=document["facts"],
        exit_code=document["exit_code"],
        stopped=document["stopped"] or "",
        product_names=document["product_names"],
        mapping=document.get("mapping"),
    )


def _input(one: dict[str, Any]) -> InputSummary:
    fields = dict(one)
    rows = fields.pop("rows")
    return InputSummary(InputFile(**fields), rows)


def _order_from(one: dict[str, Any]) -> Order:
    fields = dict(one)
    request = fields.pop("request")
    return Order(
        **{
            **fields,
            "rows": tuple(one["rows"]),
            "result": Result(one["result"]),
            "action": Action(one["action"]) if one["action"] else None,
            "body": None if request is None else canonical(request),
        }
    )
