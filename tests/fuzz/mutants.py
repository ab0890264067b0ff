"""Mutants of the corpus: bytes changed, cut and spliced; XML parts changed inside their archive."""

import io
import warnings
import zipfile

from hypothesis import strategies as st

from tests.corpus import csv_container, csv_rows, xlsx_cells, xlsx_container
from tests.corpus.case import Case, as_csv, as_xlsx, orders
from tests.unit.sources.builders import zipped

_SMALL = 40_000  # bytes; larger files are mutated too slowly to find anything
_CSV_SIGNS = (b'"', b"\n", b"\r", b",", b";", b"\0", b"\x1a", b"\xff", b'""', b"sep=;\n", b"=1+1",
              b"Total", b"\xef\xbb\xbf")  # fmt: skip
_XML_SIGNS = (
    b'r="XFD1048576"', b'r="A1"', b'r="0"', b't="s"', b't="n"', b't="e"', b't="b"', b't="d"',
    b't="str"', b's="99"', b"<f>", b"</f>", b"<v>", b"</v>", b"<c>", b"</c>", b"<row>", b"</row>",
    b'hidden="1"', b"<is>", b"-1", b"1e999", b"NaN", b"&#0;", b"&a;", b"_x0000_", b"<!DOCTYPE a>",
    b'<mergeCell ref="A1:XFD1048576"/>', b"<sheetData/>", b"\xff", b"9" * 30,
)  # fmt: skip


def _content(cases: list[Case]) -> list[bytes]:
    built = (case.build() for case in cases if case.name != "a bomb")
    return [content for content in built if len(content) <= _SMALL]


CSV_SEEDS = [
    as_csv(orders({}, {"note": "x"})),
    *_content(csv_container.CASES),
    *_content(csv_rows.CASES),
]
XLSX_SEEDS = [as_xlsx(orders({}, {"note": "x"})), *_content(xlsx_cells.CASES)]
BROKEN_SEEDS = [*_content(xlsx_container.CASES), *XLSX_SEEDS[:10]]


@st.composite
def _changed(draw: st.DrawFn, content: bytes, signs: tuple[bytes, ...]) -> bytes:
    """Return the bytes with one to four changes."""
    for _ in range(draw(st.integers(1, 4))):
        at, to = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        to = min(to, at + 200)
        new = draw(st.one_of(
            st.sampled_from(signs), st.binary(max_size=4),
            st.just(content[at:to] * 2), st.just(b""),
        ))  # fmt: skip
        end = to if draw(st.booleans()) else at
        content = content[:at] + new + content[end:]
    return content


@st.composite
def csv_mutants(draw: st.DrawFn) -> bytes:
    """Return a changed CSV file."""
    return draw(_changed(draw(st.sampled_from(CSV_SEEDS)), _CSV_SIGNS))


@st.composite
def container_mutants(draw: st.DrawFn) -> bytes:
    """Return a container with changed bytes: offsets, sizes, checksums, packed data."""
    return draw(
        _changed(draw(st.sampled_from(BROKEN_SEEDS)), (b"PK\x01\x02", b"PK\x03\x04", b"../"))
    )


@st.composite
def sheet_mutants(draw: st.DrawFn) -> bytes:
    """Return a sound container in which one part is changed."""
    seed = draw(st.sampled_from(XLSX_SEEDS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(io.BytesIO(seed)) as archive:
            parts: dict[str, str | bytes] = {
                name: archive.read(name) for name in archive.namelist()
            }
    sheets = [name for name in parts if "/sheet" in name]
    name = draw(st.sampled_from(sheets * 4 + sorted(parts)))
    part = parts[name]
    parts[name] = draw(_changed(part if isinstance(part, bytes) else part.encode(), _XML_SIGNS))
    return zipped(parts)
