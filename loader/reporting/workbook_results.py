"""The workbook of results: what became of each order, and as whom the API knows the person."""

from collections.abc import Iterator, Mapping, Sequence

from loader.core.correction import Correction
from loader.core.model import Order, Result, Run
from loader.core.payload import request_of
from loader.core.template_stamp import is_stamp
from loader.reporting.spans import spans
from loader.reporting.standing import standing
from loader.reporting.workbook import hide_stamps, sheet_name, texts_of
from loader.reporting.workbook_cells import Book, Look, Value
from schemas.words import CONSUMER_HEADER, ENVIRONMENT_LINE, ORDER_HEADER

_IN_FRONT = ("Result", "OK Capsule order", "Status", "Tracking", CONSUMER_HEADER)
_ABOUT = (ORDER_HEADER, *_IN_FRONT, "First name", "Last name", "Rows of your file", "Said")
_LOOKS = {"good": Look.GOOD, "calm": Look.OURS, "wait": Look.WARNING, "act": Look.CONFIRM,
          "danger": Look.ERROR}  # fmt: skip
_WORDS = (
    "The sheet “Results” has one row for each order; the sheets after it have your own rows.",
    f"“{CONSUMER_HEADER}” is the number under which OK Capsule knows the person. In your next"
    " file, give it a column with the header consumer_id, copy it there, and leave the columns of"
    " the names empty in that row: OK Capsule then knows that it is the same person, and makes no"
    " new one. A mapping profile does that for you: name this workbook under [consumers].",
    "“Tracking” stays empty until OK Capsule has sent the parcel and this program has asked.",
    "This workbook is for reading. It holds personal data: keep it as safe as your own file.",
)


def results_workbook(
    run: Run, consumers: Mapping[str, str], inputs: Sequence[Correction] = ()
) -> bytes:
    """Return the workbook as XLSX bytes; `consumers` are ids by key, `inputs` the files' rows."""
    book = Book(f"Results of {run.run_id}")
    book.sheet("Results", list(_orders(run, consumers)))
    for found in inputs:
        book.sheet(sheet_name(found.file.sheet), list(_rows(found, consumers)), freeze="F2",
                   prepare=hide_stamps((*_IN_FRONT, *found.headers)))  # fmt: skip
    where = f"{ENVIRONMENT_LINE}{run.account.environment if run.account else run.env}"
    page = [Value(f"Results of {run.run_id}", Look.TITLE)]
    page += [Value(words, Look.WORDS) for words in (where, *_WORDS)]
    book.sheet("Read me", [[v] for v in page], widths=[100.0], freeze="", filtered=False)
    return book.content()


def _orders(run: Run, consumers: Mapping[str, str]) -> Iterator[list[Value]]:
    yield [Value(text, Look.OUR_HEADER) for text in _ABOUT]
    for order in run.orders:
        consumer = (request_of(order.body).get("consumer") or {}) if order.body else {}
        texts = [
            str(consumer.get("first_name") or ""), str(consumer.get("last_name") or ""),
            spans(order.rows), _said(order),
        ]  # fmt: skip
        yield [
            Value(order.key), *_in_front(order, consumers), *map(Value, texts[:3]),
            Value(texts[3], Look.WORDS),
        ]  # fmt: skip


def _in_front(order: Order | None, consumers: Mapping[str, str]) -> list[Value]:
    if order is None:
        return [Value("", Look.OURS) for _ in _IN_FRONT]
    stands = standing(order)
    parcel = " ".join((order.tracking or {}).values())
    texts = (order.order_name or order.order_id or "", order.status or "", parcel,
             consumers.get(order.key, ""))  # fmt: skip
    return [Value(stands.label, _LOOKS[stands.tone]), *map(Value, texts)]


def _said(order: Order) -> str:
    if order.result in (Result.CREATED, Result.SKIPPED) or not order.error:
        return ""
    return str(order.error.get("message") or "")


def _rows(found: Correction, consumers: Mapping[str, str]) -> Iterator[list[Value]]:
    ours = [Value(text, Look.OUR_HEADER) for text in _IN_FRONT]
    yield [
        *ours,
        *[Value(text, Look.PLAIN if is_stamp(text) else Look.HEADER) for text in found.headers],
    ]
    for row in found.rows:
        texts = texts_of(found, row)[: len(found.headers)]
        yield [*_in_front(row.order, consumers), *[Value(text) for text, _ in texts]]
