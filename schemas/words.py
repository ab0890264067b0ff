"""Words and lists that cells are compared with, each written once."""

TRUE_WORDS = frozenset({"yes", "y", "true", "1", "x"})
FALSE_WORDS = frozenset({"no", "n", "false", "0"})
# What people write where there is nothing; never a value of a needed cell. Names such as
# Null, NA or None are people's names and stay.
PLACEHOLDERS = frozenset({"n/a", "-", "--", "---", "–", "?", "??", ".", "tbd", "n.a."})
# What people write for "the same as above"; never a value, and no reader can take it for one.
DITTO = frozenset(
    {'"', "''", "“", "”", "„", "″", "〃", "’’", ",,", "↓", "idem", "id.", "ditto", "dito", "do."}
)
# What a spreadsheet shows in place of a value that it could not compute.
ERROR_WORDS = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
TOTAL_WORDS = ("total", "totals", "grand total", "subtotal", "sum", "totaal", "summe")
# What people say for a country besides its names and codes → its two-letter code. Written without
# accents, dots, capitals and a leading "the".
COUNTRY_WORDS: dict[str, str] = {
    "america": "US", "united states america": "US", "united states of america": "US",
    "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "groot brittannie": "GB", "grossbritannien": "GB", "grande bretagne": "GB",
    "gran bretana": "GB", "ee uu": "US",
    "northern ireland": "GB", "united kingdom of great britain and northern ireland": "GB",
    "holland": "NL", "republic of ireland": "IE", "eire": "IE", "czech republic": "CZ",
    "slovak republic": "SK", "turkey": "TR", "korea": "KR", "republic of korea": "KR",
    "russian federation": "RU", "viet nam": "VN", "burma": "MM", "myanmar": "MM",
    "hong kong": "HK", "hongkong": "HK", "macau": "MO", "macao": "MO", "macedonia": "MK",
    "swaziland": "SZ", "ivory coast": "CI", "cape verde": "CV", "east timor": "TL",
    "emirates": "AE", "peoples republic of china": "CN", "prc": "CN", "mainland china": "CN",
    "palestine": "PS", "bosnia": "BA", "holy see": "VA", "vatican": "VA",
    "syrian arab republic": "SY", "brunei darussalam": "BN", "reunion island": "RE",
}  # fmt: skip
# Countries whose usual English name is not the one of the locale data.
COUNTRY_NAMES: dict[str, str] = {
    "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "CI": "Ivory Coast",
    "HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao", "PS": "Palestine", "TR": "Turkey",
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
# The column of a workbook of results by which later files name the same person.
CONSUMER_HEADER = "Consumer id of OK Capsule"
# The first column of its sheet of orders, and how the line begins that says where these stand.
ORDER_HEADER = "Your order"
ENVIRONMENT_LINE = "Environment: "
