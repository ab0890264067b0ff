"""Words and lists that cells are compared with, each written once."""

TRUE_WORDS = frozenset({"yes", "y", "true", "1", "x"})
FALSE_WORDS = frozenset({"no", "n", "false", "0"})
# What people write where there is nothing; never a value of a needed cell. Names such as
# Null, NA or None are people's names and stay.
PLACEHOLDERS = frozenset({"n/a", "-", "--", "---", "–", "?", "??", ".", "tbd", "n.a."})
# What a spreadsheet shows in place of a value that it could not compute.
ERROR_WORDS = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
TOTAL_WORDS = ("total", "totals", "grand total", "subtotal", "sum", "totaal", "summe")
# Countries whose postal codes are all digits, how many, and that some of them begin with a zero:
# a code with fewer digits has lost one. Names are compared in small letters and without dots.
POSTAL_DIGITS: dict[str, int] = {
    name: digits
    for digits, names in (
        (4, ("norway", "norge", "australia", "new zealand", "denmark", "danmark", "south africa")),
        (5, ("united states", "united states of america", "usa", "us", "puerto rico",
             "germany", "deutschland", "de", "france", "fr", "italy", "italia", "it",
             "spain", "españa", "es", "finland", "suomi", "estonia", "mexico", "méxico",
             "turkey", "türkiye", "south korea", "malaysia", "ukraine")),
        (6, ("singapore", "romania")),
    )
    for name in names
}  # fmt: skip
# Columns whose digits all count, so that a number shown as 1.23E+11 is a lost one.
DIGIT_COLUMNS = (
    "source_client_order_id",
    "client_custom_order_id",
    "phone_number",
    "order_phone_number",
    "postal_code",
    "client_custom_order_line_id",
    "lot_information",
    "product",
    "pack",
    "standalone",
)
# Domains that are a slip of the finger, and what they are taken for. Only what is surely no
# domain of its own stands here: ymail.com is one letter from gmail.com, and real.
DOMAIN_SLIPS: dict[str, str] = {
    slip: domain
    for domain, slips in (
        ("gmail.com", "gmial.com gmai.com gmal.com gmil.com gamil.com gmali.com gnail.com"
                      " gmaill.com gmail.co gmail.cm"),
        ("hotmail.com", "hotmial.com hotmal.com hotmil.com hotmai.com hotmaill.com homail.com"
                        " hotmail.co hotmail.cm"),
        ("outlook.com", "outlok.com outloook.com outllook.com oulook.com outlook.co outlook.cm"),
        ("yahoo.com", "yaho.com yahooo.com yhoo.com yahho.com yahoo.co yahoo.cm"),
        ("icloud.com", "iclod.com icould.com icluod.com iclou.com icloud.co icloud.cm"),
    )
    for slip in slips.split()
}  # fmt: skip
# Endings that no registry runs, and what they are taken for.
ENDING_SLIPS: dict[str, str] = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com", "vom": "com",
    "xom": "com", "nett": "net", "ent": "net", "orgg": "org", "ogr": "org",
}  # fmt: skip
# Columns that we add to a file that goes back to its author; ignored when it returns.
OUR_COLUMNS = ("Result", "What to do", "Source row")
