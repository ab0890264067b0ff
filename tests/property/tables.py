"""Tables as strangers write them: any columns, sound and hostile cells, facts, odd rows, slices."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from loader.app.check import CheckedFiles
from loader.core.model import Catalogue, CellFact, FactKind, RaggedRow, Run
from schemas.examples import BOTTLE, P1, P2, PACK, PERSON, SOUND
from schemas.pouch_orders import KEY
from schemas.rules import RULES
from schemas.vocabulary import Severity
from tests.unit.core.tables import EXAMPLES, TableSource, check_source

SECRET = "Quetzalcoatl"  # in cells that are personal; no text of ours holds it
CONFIRM = sorted(rule.code for rule in RULES if rule.severity is Severity.CONFIRM)

_ALONE = dict.fromkeys(("client_product_id", "time_of_administration"), "")
# What a row may send; laid over a sound row of an order.
_KINDS: tuple[dict[str, str], ...] = (
    {}, {}, {"client_product_id": P2}, {"client_product_id": P1.replace("101", "111")},
    {"client_product_id": P1.upper()}, {"client_product_id": "", "product": "vitamin d3 25 MCG"},
    {"client_product_id": "", "product": "Zinc"}, {"client_product_id": "", "pack_id": PACK},
    {"client_product_id": "", "pack": "Daily Basics"},
    {**_ALONE, "standalone_id": BOTTLE, "quantity": "1"},
    {**_ALONE, "standalone": "omega-3  bottle", "quantity": "2"}, {"client_product_id": ""},
)  # fmt: skip
# What a sound row may say besides, in columns of its file.
_BESIDES = {
    "order_line": ("1", "2", "a", "A"), "pouch": ("A", "B", "a"), "duration": ("30", "7", "007"),
    "serving_size": ("1", "3", "9", "2.0"), "cycle": ("daily", "1;3", "9"),
    "cycle_length": ("0", "7", "10"), "is_expedited": ("yes", "no"), "custom_label": ("AM", "am"),
    "time_of_administration": ("Morning", "evening", "Bedtime", ""), "email": ("a@gmial.com",),
    "accept": (*CONFIRM, "NONSENSE"), "action": ("NEW", "IGNORE", "ignore", "UPDATE"),
    "client_custom_order_id": ("X", "ORD-2"), "postal_code": ("02134", "2134"),
    "note": (SECRET, f"{SECRET}\n-"), "order_type": ("bulk",), "phone_number": ("(213) 373-4253",),
    "consumer_id": (PERSON,), "physician_name": (SECRET,), "address2": ("N/A", SECRET),
}  # fmt: skip
_HOSTILE = (
    "x", "Ada", "1.5", "1_0", "#N/A", "N/A", "-", "a\nb", "a\tb", "\u00a0", "\x00", "Zoë", "=1+1",
    "\ufffd", "a\u200db", "\uff11", "1.23E+11", "Total", "y" * 250, "61", "0", " ORD-1", "ord-1",
    "ORD 3", "O\u200bRD", "2026-01-02", "Zoe\u0308", "", "", "",
)  # fmt: skip


@st.composite
def rows_of(draw: st.DrawFn, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Draw rows that are mostly sound: people and addresses belong to their orders."""
    rows = []
    for _ in range(draw(st.integers(1, 10))):
        key = draw(st.sampled_from(("ORD-1", "ORD-2", "ORD-3", "")))
        person = {KEY: key, "first_name": f"{SECRET} {key[-1:]}", "address1": SECRET}
        row = {**SOUND, **person, **draw(st.sampled_from(_KINDS))}
        if draw(st.booleans()):
            row |= {name: draw(st.sampled_from((*_BESIDES[name], ""))) for name in names}
        rows.append(row)
    if draw(st.integers(0, 9)) == 0:
        rows.insert(draw(st.integers(0, len(rows))), {name: name for name in SOUND})
    return rows


@dataclass(frozen=True)
class Drawn:
    """Files as they would be read, and how they are checked."""

    files: tuple[TableSource, ...]
    catalogue: Catalogue | None
    accepted: frozenset[str]

    def check(self, slice_rows: int | None = None) -> CheckedFiles:
        """Check them, in slices of another size if wanted."""
        files = self.files
        if slice_rows is not None:
            files = tuple(resliced(file, slice_rows) for file in files)
        return check_source(*files, catalogue=self.catalogue, accepted=self.accepted)


def resliced(file: TableSource, slice_rows: int) -> TableSource:
    """Return the same file, read in slices of another size."""
    return TableSource(
        file.headers, file.rows, slice_rows=slice_rows, facts=file.facts, ragged=file.ragged,
        hidden=file.hidden, gaps=file.gaps, first_column=file.first_column,
    )  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> TableSource:
    """Draw one file: sound rows, a few hostile cells, and what is odd about some rows."""
    names = tuple(draw(st.lists(st.sampled_from(sorted(_BESIDES)), max_size=6, unique=True)))
    rows = draw(rows_of(names))
    places = st.integers(0, len(rows) - 1)
    known = list(dict.fromkeys(name for row in rows for name in row))
    for place in draw(st.lists(places, max_size=3)):
        rows[place][draw(st.sampled_from(known))] = draw(
            st.sampled_from(_HOSTILE) | st.text(max_size=5)
        )
    headers = draw(st.permutations(known))
    cells = [[row.get(name, "") for name in headers] for row in rows]
    facts = draw(
        st.lists(
            st.builds(CellFact, places, st.integers(0, len(known) - 1), st.sampled_from(FactKind)),
            max_size=2,
        )
    )
    odd = st.lists(places, max_size=1)
    shown = [draw(st.sampled_from((name, f" {name.upper()}"))) for name in headers]
    return TableSource(
        shown, cells, slice_rows=draw(st.sampled_from((1, 2, 3))), facts=facts,
        ragged=[RaggedRow(place, 3, len(headers)) for place in draw(odd)],
        hidden=draw(odd), gaps=draw(odd), first_column=draw(st.integers(0, 2)),
    )  # fmt: skip


def tables() -> st.SearchStrategy[Drawn]:
    """Draw one or two files, with or without a catalogue and accepted codes."""
    return st.builds(
        Drawn,
        st.lists(files(), min_size=1, max_size=2).map(tuple),
        st.sampled_from((EXAMPLES, None)),
        st.frozensets(st.sampled_from(CONFIRM), max_size=3),
    )


def run_of(result: CheckedFiles) -> Run:
    """Return a run that holds what was checked."""
    run = Run(command="validate", run_id="run_1", env="sandbox", base_url=None, started_at=0.0)
    return replace(run, inputs=result.inputs, orders=result.orders, findings=result.findings)
