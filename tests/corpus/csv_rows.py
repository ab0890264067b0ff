"""Rows of CSV files: quotes, numbers of cells, blank rows, columns that are not known."""

from tests.corpus.case import Case, accepted, as_csv, corrected, in_csv, orders, refused

_SOUND = as_csv(orders({})).decode()
_HEADER, _, _ROW = _SOUND.partition("\n")
_OTHER = _ROW.replace("A-1", "B-1").replace("Ann", "Bob")
_NOTED = f"{_HEADER},note\n"


def _noted(note: str) -> str:
    """Return the sound row with this raw text in the column of notes."""
    return f"{_NOTED}{_ROW.strip()},{note}\n"


CASES: list[Case] = [
    # -------------------------------------------------------------- quotes
    in_csv("a line break within quotes", _noted('"two\nlines"'), accepted(note="two\nlines")),
    in_csv("a line break within quotes adds no row",
           _noted('"two\n\nlines"') + _OTHER.replace("Boston", "").strip() + ",\n",
           corrected("VALUE-MISSING E3", rows=2, ready=("A-1",))),
    in_csv("a delimiter within quotes", _noted('"one, two"'), accepted(note="one, two")),
    in_csv("doubled quotes", _noted('"the ""big"" one"'), accepted(note='the "big" one')),
    in_csv("a quote within an unquoted cell", _noted('5" pipe'), accepted(note='5" pipe')),
    in_csv("an empty quoted cell", _noted('""'), accepted(note=None)),
    in_csv("every cell in quotes", "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in _SOUND.splitlines()),
           accepted()),
    in_csv("quotes of another kind", _noted("'one'"), accepted(note="'one'")),
    in_csv("curly quotes do not quote", _SOUND.replace("Ann", "“Ann, B.”"),
           corrected("ROW-CELLS row 2: 10 cells, the header 9")),
    in_csv("a blank before a quote", _noted(' "one, two"'),
           corrected("ROW-CELLS row 2: 11 cells, the header 10")),
    in_csv("a quote that closes rows below", f'{_NOTED}{_ROW.strip()},"x\n{_OTHER.strip()},y"\n',
           refused("row 2", "whole rows", "close it")),
    in_csv("an unclosed quote that another one closes",
           f'{_NOTED}{_ROW.strip()},"x\n{_OTHER.strip()},"y"\n', refused("Row 2 ", "quote")),
    # -------------------------------------------------------------- numbers of cells
    in_csv("a cell too few", _SOUND.replace(",Boston", ""),
           corrected("ROW-CELLS row 2: 8 cells, the header 9")),
    in_csv("a cell too many", _SOUND.replace("Boston", "Boston,MA"),
           corrected("ROW-CELLS row 2: 10 cells, the header 9")),
    in_csv("a decimal comma that is no quoted one", _SOUND.replace(",1\n", ",1,5\n"),
           corrected("ROW-CELLS row 2: 10 cells")),
    in_csv("a short row keeps back its own order alone", _SOUND + _OTHER.replace(",Boston", ""),
           corrected("ROW-CELLS row 3", rows=2, ready=("A-1",))),
    in_csv("a short row without a number keeps back the order above",
           _SOUND + ",x\n" + _OTHER, corrected("ROW-CELLS row 3", rows=3, ready=("B-1",))),
    in_csv("a remark below the orders", _SOUND + "checked by Zoë\n",
           corrected("ROW-CELLS row 3: 1 cells", rows=2, ready=("A-1",))),
    in_csv("a row with another delimiter", _SOUND + _OTHER.replace(",", ";"),
           corrected("ROW-CELLS row 3: 1 cells", rows=2, ready=("A-1",))),
    in_csv("rows of nothing but delimiters", f"{_SOUND},,,,,,,,\n , ,,,,,,,\n", accepted()),
    in_csv("a longer row of nothing but delimiters", f"{_SOUND}{',' * 30}\n", accepted()),
    in_csv("rows with delimiters at the end that the header lacks",
           f"{_HEADER}\n{_ROW.strip()},,\n",
           corrected("ROW-CELLS row 2: 11 cells, the header 9")),
    in_csv("rows without the empty columns at the right", f"{_HEADER},,\n{_ROW}",
           accepted("FILE-EMPTY-COLUMN file")),
    # -------------------------------------------------------------- odd rows
    in_csv("a row without a number", f"{_SOUND}{_OTHER.replace('B-1', '')}",
           corrected("KEY-MISSING row 3", rows=2)),
    in_csv("the first row without a number", f"{_HEADER}\n{_ROW.replace('A-1', '')}{_OTHER}",
           corrected("KEY-MISSING row 2", rows=2, ready=("B-1",))),
    in_csv("the header again in the middle", f"{_SOUND}{_HEADER}\n{_OTHER}",
           corrected("ROW-HEADER row 3", rows=3, ready=("A-1", "B-1"))),
    in_csv("the header again in capitals", f"{_SOUND}{_HEADER.upper()}\n",
           corrected("ROW-HEADER row 3", rows=2, ready=("A-1",))),
    in_csv("a total at the end", f"{_SOUND}Total,,,,,,,,1\n",
           corrected("ROW-TOTAL row 3", rows=2, ready=("A-1",))),
    in_csv("a total under another column", f"{_SOUND},,,,,,Grand total,,1\n",
           corrected("ROW-TOTAL row 3", rows=2, ready=("A-1",))),
    in_csv("an order named like a total", _SOUND.replace("A-1", "Total-7"),
           accepted(ready=("Total-7",))),
    in_csv("a row that says IGNORE",
           f"{_HEADER},action\n{_ROW.strip()},\n{_OTHER.strip()},ignore\n",
           accepted("ROW-IGNORED row 3", rows=2)),
    # -------------------------------------------------------------- columns
    in_csv("values below no header", f"{_HEADER},\n{_ROW.strip()},why\n",
           accepted("FILE-UNNAMED-COLUMN J1: Column J")),
    in_csv("a column that is not known", f"{_HEADER},Mood\n{_ROW.strip()},good\n",
           accepted("HEADER-UNKNOWN J1")),
    in_csv("a known column misspelt", f"{_HEADER},durration\n{_ROW.strip()},60\n",
           corrected("HEADER-NEAR J1: the closest is duration")),
    in_csv("our own columns coming back", f"Result,{_HEADER},What to do,Source row\n"
           f"to correct,{_ROW.strip()},Fill it,2\n", accepted()),
    in_csv("columns in another order", "\n".join(
        ",".join(reversed(line.split(","))) for line in _SOUND.splitlines()),
           accepted()),
    # -------------------------------------------------------------- cells
    in_csv("a Ctrl-Z in the middle", _SOUND.replace("Boston", "Bos\x1aton"),
           corrected("TEXT-CONTROL E2")),
    in_csv("a bell", _SOUND.replace("A-1", "A\x07-1"), corrected("TEXT-CONTROL A2")),
    in_csv("a tab in an address", _SOUND.replace("1 Main", "1\tMain"),
           corrected("TEXT-CONTROL D2")),
    in_csv("a cell as long as none can be", _noted("n" * 32_768),
           corrected("TEXT-LONG J2: 32768 characters")),
    in_csv("a cell as long as one can be", _noted("n" * 32_767), accepted(note="n" * 32_767)),
]  # fmt: skip
