"""Values as people write them: digits, numbers, yes and no, ids, addresses, lists."""

from itertools import chain

from tests.corpus.case import KEY, OTHER_PRODUCT, PRODUCT, Case, accepted, corrected, in_both


def _duration(written: str) -> list[Case]:
    """Return a number of days that must not be read."""
    return in_both(f"days written {written!r}", corrected("NUMBER-FORM J2"), {"duration": written})


CASES: list[Case] = list(chain(
    # -------------------------------------------------------------- whole numbers
    in_both("days", accepted(order_lines__0__duration=30), {"duration": "30"}),
    in_both("days with a zero behind the point",
            accepted("NUMBER-TIDIED J2", order_lines__0__duration=30), {"duration": "30.0"}),
    in_both("days with zeros in front",
            accepted("NUMBER-TIDIED J2", order_lines__0__duration=7), {"duration": "007"}),
    *map(_duration, (
        "1.5", "3e1", "3E1", "1_0", "nan", "inf", "+30", "30,0", "1,000", "30 days", "0x1E",
        "٣٠", "\uff13\uff10", "³0", "--3", "½", "1 0", "30.", ".5", "1" * 16,
    )),
    in_both("no days", corrected("NUMBER-RANGE J2"), {"duration": "0"}),
    in_both("days below zero", corrected("NUMBER-RANGE J2"), {"duration": "-1"}),
    in_both("too many days", corrected("NUMBER-RANGE J2"), {"duration": "61"}),
    in_both("a number of 15 digits", corrected("NUMBER-RANGE J2"), {"duration": "9" * 15}),
    in_both("a size of zero", corrected("NUMBER-RANGE I2"), {"serving_size": "0"}),
    in_both("a cycle length that is none", corrected("NUMBER-RANGE J2"), {"cycle_length": "8"}),
    # -------------------------------------------------------------- yes and no
    *(in_both(f"yes written {word!r}",
              accepted(order_lines__0__is_expedited=True), {"is_expedited": word})
      for word in ("yes", "Y", "TRUE", "1", "x")),
    *(in_both(f"no written {word!r}",
              accepted(order_lines__0__is_expedited=False), {"is_expedited": word})
      for word in ("no", "N", "False", "0")),
    *(in_both(f"neither yes nor no: {word!r}", corrected("YESNO-FORM J2"), {"is_expedited": word})
      for word in ("on", "ja", "2", "✓", "1.0", "yes?")),
    # -------------------------------------------------------------- names that are words
    *(in_both(f"the surname {name}", accepted(consumer__last_name=name), {"last_name": name})
      for name in ("Null", "NA", "None", "True", "Nan", "Inf", "Sum", "Void", "N", "#Lee")),
    *(in_both(f"{word!r} in a needed cell", corrected("CELL-PLACEHOLDER E2"), {"city": word})
      for word in ("N/A", "n/a", "-", "--", "–", "?", ".", "TBD")),
    in_both("a dash in a cell that nobody needs", accepted("CELL-NOTHING J2"), {"address2": "-"}),
    in_both("a needed cell left empty", corrected("VALUE-MISSING E2"), {"city": ""}),
    in_both("a needed cell of blanks", corrected("VALUE-MISSING E2"), {"city": "  \u00a0"}),
    *(in_both(f"{word} as text", corrected("CELL-ERROR E2"), {"city": word})
      for word in ("#N/A", "#REF!", "#NAME?", "#DIV/0!")),
    # -------------------------------------------------------------- digits that count
    in_both("a postal code without its zero", corrected("ZIP-ZERO F2"), {"postal_code": "2134"}),
    in_both("a postal code with four more digits",
            accepted(shipping_address__postal_code="02134-1000"), {"postal_code": "02134-1000"}),
    in_both("a short code where codes are short", accepted(shipping_address__postal_code="2134"),
            {"postal_code": "2134", "country_name": "Belgium"}),
    in_both("a code of letters", accepted(shipping_address__postal_code="SW1A 1AA"),
            {"postal_code": "SW1A 1AA", "country_name": "United Kingdom"}),
    in_both("an order number shown as a power", corrected("CELL-DIGITS A2"), {KEY: "1.23E+11"}),
    in_both("a phone shown as a power", corrected("CELL-DIGITS J2"),
            {"phone_number": "1.21337E+10"}),
    in_both("a power with a comma", corrected("CELL-DIGITS A2"), {KEY: "1,23E+11"}),
    in_both("an order number with zeros in front",
            accepted(ready=("00042",), source_client_order_id="00042"), {KEY: "00042"}),
    in_both("an order number of 40 digits", accepted(ready=("7" * 40,)), {KEY: "7" * 40}),
    in_both("an order number that looks like a date", accepted(ready=("2026-05-01",)),
            {KEY: "2026-05-01"}),
    in_both("an order number 1e5 is text", accepted(ready=("1e5",)), {KEY: "1e5"}),
    # -------------------------------------------------------------- telephones and e-mail
    in_both("a phone in its normal form", accepted(consumer__phone_number="+12133734253"),
            {"phone_number": "+12133734253"}),
    in_both("a phone with brackets", accepted("PHONE-FORM J2: leave out"),
            {"phone_number": "(213) 373-4253"}),
    in_both("two phones in one cell", corrected("TEXT-LONG J2: 33 characters"),
            {"phone_number": "+12133734253 or also +12133734254"}),
    in_both("an e-mail address", accepted(consumer__email="ann@example.com"),
            {"email": "ann@example.com"}),
    *(in_both(f"no e-mail address: {text!r}", corrected("EMAIL-FORM J2"), {"email": text})
      for text in ("nobody", "a@b", "a@@b.com", "a b@c.com", "a@b..com", "a@b.com;c@d.com",
                   "Ann <ann@example.com>", ".a@b.com", "a@-b.com", "ann@exämple.com")),
    in_both("a slip in the domain", accepted("EMAIL-SLIP J2: gmail.com"),
            {"email": "ann@gmial.com"}),
    # -------------------------------------------------------------- ids and lists
    *(in_both(f"no id: {text!r}", corrected("UUID-FORM H2"), {"client_product_id": text})
      for text in ("101", "{" + PRODUCT + "}", PRODUCT.replace("-", ""), PRODUCT + "0",
                   PRODUCT.replace("8", "\uff18"), "urn:uuid:" + PRODUCT)),
    in_both("an id in capitals", accepted(),
            {"client_product_id": "00000000-0000-4000-8000-0000000000AB"}),
    in_both("a list value in other capitals", accepted("CHOICE-TIDIED J2", order_type="Bulk"),
            {"order_type": "BULK"}),
    in_both("a value outside of its list", corrected("CHOICE-UNKNOWN J2"),
            {"order_type": "Wholesale"}),
    in_both("a time of day in other capitals", accepted("CHOICE-TIDIED J2"),
            {"time_of_administration": "morning"}),
    in_both("an unusual time of day", accepted("TIME-UNUSUAL J2"),
            {"time_of_administration": "Bedtime"}),
    in_both("days of a cycle", accepted(order_lines__0__pouches__0__cycle="1;3"),
            {"cycle": "1;3"}),
    *(in_both(f"no cycle: {text!r}", corrected("CYCLE-FORM J2"), {"cycle": text})
      for text in ("1,3", "01", "0", "1;", "mon;tue", "1;;3", "\uff11;3")),
    in_both("a day after the end of the cycle", corrected("CYCLE-DAYS J2"),
            {"cycle": "1;9", "cycle_length": "7"}),
    in_both("another product", accepted(
        order_lines__0__pouches__0__contents__0__client_product_id=OTHER_PRODUCT),
        {"client_product_id": OTHER_PRODUCT}),
))  # fmt: skip
