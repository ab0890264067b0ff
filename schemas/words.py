"""Words and lists that cells are compared with, each written once."""

TRUE_WORDS = frozenset({"yes", "y", "true", "1", "x"})
FALSE_WORDS = frozenset({"no", "n", "false", "0"})
# What people write where there is nothing; never a value of a needed cell. Names such as
# Null, NA or None are people's names and stay.
PLACEHOLDERS = frozenset({"n/a", "#n/a", "-", "--", "---", "?", "??", ".", "tbd", "n.a."})
TOTAL_WORDS = frozenset({"total", "totals", "grand total", "subtotal", "sum", "totaal", "summe"})
# Countries whose postal codes are all digits, and how many: one fewer, and a zero was dropped.
POSTAL_DIGITS: dict[str, int] = {
    "united states": 5,
    "united states of america": 5,
    "usa": 5,
    "us": 5,
    "germany": 5,
    "deutschland": 5,
    "de": 5,
    "france": 5,
    "fr": 5,
    "italy": 5,
    "italia": 5,
    "it": 5,
    "spain": 5,
    "españa": 5,
    "es": 5,
    "finland": 5,
    "estonia": 5,
    "mexico": 5,
    "turkey": 5,
    "puerto rico": 5,
    "norway": 4,
    "australia": 4,
}
# Columns whose digits all count, so that a number shown as 1.23E+11 is a lost one.
DIGIT_COLUMNS = (
    "source_client_order_id",
    "client_custom_order_id",
    "phone_number",
    "order_phone_number",
    "postal_code",
    "client_custom_order_line_id",
)
# Columns that we add to a file that goes back to its author; ignored when it returns.
OUR_COLUMNS = ("Result", "What to do", "Source row")
