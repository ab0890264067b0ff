"""Texts as they are typed, copied and pasted: blanks, letters, what cannot be seen, markup."""

from itertools import chain

from tests.corpus.case import KEY, Case, accepted, corrected, in_both

_ZERO_WIDTH, _RIGHT_TO_LEFT, _NBSP = "\u200b", "\u202e", "\u00a0"
_E_ACCENT = "e\u0301"


def _kept(what: str, name: str) -> list[Case]:
    """Return a name that is sent exactly as it stands."""
    return in_both(f"{what} in a name", accepted(consumer__last_name=name), {"last_name": name})


CASES: list[Case] = list(chain(
    # -------------------------------------------------------------- trimmed
    *(in_both(f"{what} around a name",
              accepted("TEXT-TRIMMED B2", consumer__first_name="Ann"), {"first_name": text})
      for what, text in (
          ("blanks", "  Ann "), ("hard blanks", f"{_NBSP}Ann{_NBSP}"), ("tabs", "\tAnn\t"),
          ("line breaks", "\nAnn\r\n"), ("wide blanks", "\u3000Ann\u2003"))),
    in_both("blanks around an order number", accepted("TEXT-TRIMMED A2"), {KEY: " A-1 "}),
    in_both("several blanks within a name", accepted(consumer__first_name="Ann  Mary"),
            {"first_name": "Ann  Mary"}),
    # -------------------------------------------------------------- line breaks and controls
    in_both("a line break in a note", accepted(note="one\ntwo"), {"note": "one\ntwo"}),
    *(in_both(f"a line break in an address ({sign!r})", corrected("TEXT-LINEBREAK D2"),
              {"address1": f"1 Main{sign}Street"})
      for sign in ("\n", "\r\n", "\u2028", "\x85")),
    in_both("a line break in an order number", corrected("TEXT-LINEBREAK A2"), {KEY: "A\n1"}),
    *(in_both(f"a control character ({sign!r}) in a name", corrected("TEXT-CONTROL B2"),
              {"first_name": f"A{sign}nn"})
      for sign in ("\x01", "\x0b", "\x1b", "\x7f", "\x90", "\ufffe")),
    in_both("a tab in a name", corrected("TEXT-CONTROL B2"), {"first_name": "Ann\tMary"}),
    in_both("an escape sequence in a note", corrected("TEXT-CONTROL J2"),
            {"note": "\x1b[31mred\x1b[0m"}),
    # -------------------------------------------------------------- cannot be seen
    *(in_both(f"{what} in a name",
              accepted("TEXT-INVISIBLE B2", consumer__first_name="Ann"), {"first_name": text})
      for what, text in (
          ("a zero-width blank", f"A{_ZERO_WIDTH}nn"), ("a soft hyphen", "A\u00adnn"),
          ("a word joiner", "A\u2060nn"), ("a byte order mark", "\ufeffAnn"),
          ("a right-to-left override", f"A{_RIGHT_TO_LEFT}nn"),
          ("a direction isolate", "\u2066Ann\u2069"))),
    *(in_both(f"{what} in an order number", corrected("ID-INVISIBLE A2"), {KEY: text})
      for what, text in (
          ("a zero-width blank", f"A{_ZERO_WIDTH}-1"), ("a direction mark", "A-1\u200e"),
          ("a hard blank", f"A{_NBSP}1"), ("a filler", "A\u3164-1"),
          ("a variation selector", "A\ufe0f-1"))),
    in_both("letters that an earlier program lost", corrected("TEXT-LOST B2"),
            {"first_name": "Zo\ufffd"}),
    # -------------------------------------------------------------- letters
    in_both("letter and accent apart",
            accepted("TEXT-COMPOSED B2", consumer__first_name="Zo\u00eb"),
            {"first_name": "Zoe\u0308"}),
    *(in_both(f"what NFKC would change ({name!r}) in a name",
              accepted(consumer__last_name=name), {"last_name": name})
      for name in ("ﬁnn", "Ⅳ", "\uff2cee", "Ω²", "ǆ")),
    *(_kept(what, name) for what, name in (
        ("an apostrophe", "O'Neill"), ("a curly apostrophe", "O’Neill"),
        ("a hyphen", "Lee-Smith"), ("one letter", "O"), ("Chinese", "王小明"),
        ("Arabic", "محمد"), ("Hebrew", "כהן"), ("Cyrillic", "Ленин"), ("Greek", "Παπάς"),
        ("an emoji", "Lee 😀"), ("many accents", "Z̲̅al̲̅go"), ("a hook", "Nguyễn"),
        ("Turkish letters", "\u0130I\u0131i"), ("sharp s", "Groß"), ("a comma", "Lee, Jr."))),
    in_both("accents on a pouch label", corrected("TEXT-SYMBOL J2"), {"custom_label": "Zoë"}),
    in_both("an emoji on a pouch label", corrected("TEXT-SYMBOL J2"), {"custom_label": "AM 😀"}),
    in_both("a curly apostrophe on a pouch label", corrected("TEXT-SYMBOL J2"),
            {"custom_label": "Ann’s"}),
    in_both("a label that fits", accepted(), {"custom_label": "n" * 30}),
    # -------------------------------------------------------------- length
    in_both("a city of 50 letters", accepted(), {"city": "é" * 50}),
    in_both("a city of 51 letters", corrected("TEXT-LONG E2: 51 characters, 50 are allowed"),
            {"city": "é" * 51}),
    in_both("a city of 51 letters that 50 signs write", accepted("TEXT-COMPOSED E2"),
            {"city": _E_ACCENT + "n" * 49}),
    in_both("an order number of 101 signs", corrected("TEXT-LONG A2: 100 are allowed"),
            {KEY: "n" * 101}),
    in_both("an id of dots alone", corrected("TEXT-SYMBOL J2"), {"client_custom_order_id": "..."}),
    # -------------------------------------------------------------- data, whatever it looks like
    *(in_both(f"{what} is data", accepted(note=text), {"note": text})
      for what, text in (
          ("HTML", "<script>alert(1)</script>"), ("an entity", "&lt;b&gt; &#x41; &amp;"),
          ("SQL", "'; DROP TABLE orders; --"), ("a template", "{{ 7*7 }} ${7*7} <%= 7 %>"),
          ("a format string", "%s %n {0.__class__}"), ("a formula", "=1+1"),
          ("a plus", "+1+1"), ("a minus", "-2+3"), ("an at sign", "@SUM(A1)"),
          ("a command", "=cmd|'/c calc'!A1"), ("a path", "../../etc/passwd"),
          ("a link", "https://example.com/?a=b&c=d"), ("JSON", '{"a": [1, null]}'),
          ("what Excel would escape", "_x000D_ _x0041_ _x005F_"), ("a CDATA end", "]]>"))),
))  # fmt: skip
