"""Texts that would harm a careless page, and a run that holds one of them in every field."""

from dataclasses import dataclass, field

import orjson

from loader.core.findings import Finding, Severity
from loader.core.model import Account, Action, InputFile, InputSummary, Order, Result, Run

TEXTS = {
    "markup": "<b>bold</b><img src=x onerror=alert(1)><svg onload=alert(2)>",
    "script": "</script><script>alert(3)</script>",
    "comment": "<!--<script> --> ]]> <!DOCTYPE x>",
    "closing": "</td></table></title></style></textarea></noscript><iframe src=//example.com>",
    "attribute": "\" onmouseover=alert(4) x=\" ' autofocus onfocus=alert(5) '",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "entities": "&lt;b&gt; &amp;amp; &#60; &notit; %3Cb%3E",
    "link": "javascript:alert(6) https://example.com/x?a=b&c=d#e",
    "bidi": "\u202egnp.tfig\u202c \u2066a\u2069 \u200bzero\u200d\ufeff",
    "unicode": "Zoë 👩🏽‍⚕️ \U0001d518\U0001d52b Z̴̡͝a̶l̸g̵o̷ \u2028\u2029 \ud7ff\ue000\U0010fffd",
    "formula": '=HYPERLINK("x";"y") +1 -1 @SUM(A1) |calc',
    "control": "a\x00b\x01c\x1b[31md\x7f\r\ne\ttab",
    "half": "lone \ud800 surrogate",
    "backslash": '\\u003cb\\u003e \\ \\\\ \\" \\n',
    "prototype": "__proto__",
    "long": "x" * 1500,
    "space": "  two  blanks  ",
}


@dataclass
class Marked:
    """The hostile text with a mark of its own for every place, so that each can be found again."""

    text: str
    places: list[str] = field(default_factory=list)

    def __call__(self, place: str) -> str:
        """Return the text for a place, and remember that it must be shown."""
        marked = f"[{place}] {self.text}"
        self.places.append(marked)
        return marked


def hostile_run(text: str) -> tuple[Run, list[str]]:
    """Return a run with `text` in every field that is shown, and all that must be shown."""
    put = Marked(text)
    order = Order(
        key=put("key"),
        rows=(2, 3),
        body=None if "\ud800" in text else orjson.dumps(_request(put)),
        result=Result.UNKNOWN,
        action=Action.CREATE,
        order_id=put("order id"),
        order_name=put("order name"),
        status=put("status"),
        attempts=1,
        error={
            "code": put("error code"),
            "message": put("error message"),
            "details": [{"field": put("error field"), "message": put("error detail")}],
        },
    )
    product = {} if order.body is None else {"p-1": put("product")}
    run = Run(
        command="submit", run_id=put("run id"), env=put("env"), base_url=put("address"),
        started_at=0.0, ended_at=1.0, account=Account("stage", put("account")),
        inputs=[_input(put, 1), _input(put, 2)], orders=[order],
        findings=[_finding(severity, put, order.key) for severity in Severity],
        not_checked=[put("not checked")], facts={put("fact"): put("fact text")},
        exit_code=6, stopped=put("stopped"), product_names=product,
    )  # fmt: skip
    return run, put.places


def _request(put: Marked) -> dict[str, object]:
    return {
        "consumer": {"first_name": put("first name"), "last_name": put("last name"),
                     "email": put("email")},
        "shipping_address": {"addressee": put("addressee"), "city": put("city")},
        "note": put("note"),
        "order_lines": [
            {"name": put("line"), "physician_name": put("physician"), "duration": 30, "pouches": [
                {"time_of_administration": put("time"), "custom_label": put("label"),
                 "cycle": put("cycle"), "contents": [{"client_product_id": "P-1"},
                                                     {"client_product_id": put("product id")}]},
                {"pack_id": put("pack")}]},
            {"standalone_id": put("standalone"), "quantity": 2},
        ],
    }  # fmt: skip


def _input(put: Marked, number: int) -> InputSummary:
    about = (put(f"{what} {number}") for what in ("path", "hash", "sheet", "encoding", "delimiter"))
    return InputSummary(InputFile(*about), 2)


def _finding(severity: Severity, put: Marked, key: str) -> Finding:
    of = f"{severity} "
    return Finding(
        code=put(of + "code"), severity=severity, message=put(of + "message"),
        sheet=put(of + "sheet"), row=2, column="city", header=put(of + "header"), cell="A2",
        found=put(of + "found"), allowed=put(of + "allowed"), help=put(of + "help"), order=key,
        personal=severity is Severity.ERROR,
    )  # fmt: skip
