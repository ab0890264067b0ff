"""Contact data of a whole file: countries put right, telephones, e-mails and postal codes judged.

Every distinct value is looked at once, whatever the number of rows. What is doubtful is a warning
with a suggestion; only the vendor's own limits are errors, and these are found elsewhere.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from loader.core.findings import Finding
from loader.core.group import Groups, filled, first_of, listed, paired
from loader.core.model import Mask, Numbers
from loader.core.places import Places
from loader.core.table import Table
from schemas.codes import CODES

COUNTRY = "country_name"
PHONES = ("phone_number", "order_phone_number")
EMAILS = ("email", "order_email")
_COUNTRIES = "the usual English name of a country, or its code"
_ALLOWED = {
    "PHONE-FORM": "best as + and digits, such as +12133734253",
    "PHONE-UNLIKELY": "a number that can be dialled, such as +12133734253",
}


# ------------------------------------------------------------------ countries
def put_countries_right(frame: pd.DataFrame, places: Places) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the frame with the usual English names of countries, and what is said of others.

    What was put right is said once for each way of writing it, at its first row.
    """
    present = filled(frame, COUNTRY)
    if not present.any():
        return frame, []
    from loader.core.countries import code_of, nearest_name, usual_name

    rows = np.flatnonzero(present)
    codes, distinct = listed(frame[COUNTRY].iloc[rows])
    counts = np.bincount(codes, minlength=len(distinct))
    sent = np.array(distinct, dtype=object)
    findings = []
    for number, text in enumerate(distinct):
        code = code_of(text)
        own = rows[codes == number]
        if not code:
            near = nearest_name(text) or None
            findings += [
                places.finding(
                    CODES["COUNTRY-UNKNOWN"], row, COUNTRY, found=text, allowed=_COUNTRIES,
                    suggestion=near,
                )
                for row in own.tolist()
            ]  # fmt: skip
        elif (name := usual_name(code)) != text:
            sent[number] = name
            more = _more(int(counts[number]) - 1)
            page, message = CODES["COUNTRY-TIDIED"], f"{name} is sent{more}."
            findings.append(places.finding(page, int(own[0]), COUNTRY, found=text, message=message))
    if (sent == np.array(distinct, dtype=object)).all():
        return frame, findings
    values = frame[COUNTRY].to_numpy(dtype=object).copy()
    values[rows] = sent[codes]
    result = frame.copy(deep=False)
    result[COUNTRY] = pd.Series(values, index=frame.index, dtype="str")
    return result, findings


def _more(count: int) -> str:
    return "" if not count else f", here and in {count:,} other row{'' if count == 1 else 's'}"


def country_rows(frame: pd.DataFrame, groups: Groups) -> Numbers:
    """Return, per row, the first row of its order that names a country; -1 where none does."""
    order = groups.order
    return first_of(np.where(filled(frame, COUNTRY), order, -1), len(groups.keys))[order]


def by_country(table: Table, name: str) -> Iterator[tuple[str, str, Numbers]]:
    """Yield each value of a column with the code of its order's country, and the rows it is in.

    The code is "" for a country that is not named, or not known.
    """
    present = filled(table.frame, name)
    if not present.any():
        return
    rows = np.flatnonzero(present)
    regions, codes = _regions(table, rows)
    values, distinct = listed(table.frame[name].iloc[rows])
    pair = paired(values, regions)
    rows = rows[np.argsort(pair, kind="stable")]
    ends = np.cumsum(np.bincount(pair)).tolist()
    firsts = first_of(pair, len(ends))
    start = 0
    for end, value, region in zip(
        ends, values[firsts].tolist(), regions[firsts].tolist(), strict=True
    ):
        yield distinct[value], codes[region], rows[start:end]
        start = end


def _regions(table: Table, rows: Numbers) -> tuple[Numbers, list[str]]:
    """Return, per row, the number of its order's country, and the code of each number."""
    at = country_rows(table.frame, table.groups)[rows]
    if not (at >= 0).any():
        return np.zeros(len(rows), dtype=np.int64), [""]
    from loader.core.countries import code_of

    numbers, distinct = listed(table.frame[COUNTRY].iloc[at[at >= 0]])
    regions = np.zeros(len(rows), dtype=np.int64)
    regions[at >= 0] = numbers + 1
    return regions, ["", *map(code_of, distinct)]


# ------------------------------------------------------------------ telephones and e-mails
def check_contact(table: Table) -> list[Finding]:
    """Return what is doubtful about telephone numbers and e-mail addresses."""
    return [*_phones(table), *_emails(table)]


def _phones(table: Table) -> Iterator[Finding]:
    for name in PHONES:
        if not filled(table.frame, name).any():
            continue
        from loader.core.phones import Phones

        phones = Phones()
        for text, country, rows in by_country(table, name):
            if doubt := phones.doubt(text, country):
                for row in rows.tolist():
                    yield table.places.finding(
                        CODES[doubt.code], row, name, found=text, message=doubt.message,
                        allowed=_ALLOWED[doubt.code], suggestion=doubt.suggestion,
                    ).of(table.key_of(row))  # fmt: skip


def _emails(table: Table) -> Iterator[Finding]:
    for name in EMAILS:
        present = filled(table.frame, name) & ~table.told.get(name, _nowhere(table))
        if not present.any():
            continue
        from loader.core.emails import domain_of, doubt_of_domain

        rows = np.flatnonzero(present)
        values, distinct = listed(table.frame[name].iloc[rows])
        domains, known = listed(pd.Series([domain_of(text) for text in distinct], dtype="str"))
        doubts = {
            number: doubt
            for number, domain in enumerate(known)
            if (doubt := doubt_of_domain(domain)) is not None
        }
        for row, value in zip(rows.tolist(), values.tolist(), strict=True):
            doubt = doubts.get(int(domains[value]))
            if doubt is None:
                continue
            text, meant = distinct[value], None
            if doubt.suggestion:
                meant = f"{text.rpartition('@')[0]}@{doubt.suggestion}"
            yield table.places.finding(
                CODES[doubt.code], row, name, found=text, message=doubt.message, suggestion=meant
            ).of(table.key_of(row))


def _nowhere(table: Table) -> Mask:
    return np.zeros(len(table.frame), dtype=bool)
