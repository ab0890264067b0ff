"""A profile is refused as soon as one key of it is wrong, in words that say how to mend it."""

import pytest

from loader.core.errors import InputError, UsageError
from loader.core.mapping_profile import refuse_draft, with_batch
from tests.unit.core.mapped import PLAIN, profile, refused

COLUMNS = '[columns]\n"No" = "source_client_order_id"\n'


@pytest.mark.parametrize(
    ("text", "key", "help_"),
    [
        ("version = 2", "version", "1, the version"),
        ("name = 1", "version", "1, the version"),
        ("version = true", "version", "a whole number"),
        ("version = 1\nnam = 'x'", "nam is not known", "Did you mean name?"),
        ("version = 1\nname = 3", "name", "text in quotes"),
        ("version = 1\nignore = [1]", "ignore", "a list of texts"),
        ("version = 1\ncolumns = 3", "columns", "a table: [columns]"),
        ('version = 1\n[file]\nsheets = "x"', "file.sheets is not known", "Did you mean sheet?"),
        ('version = 1\n[file]\nhidden_rows = "keep"', "file.hidden_rows", '"read" or "skip"'),
        ('version = 1\n[file]\ndecimal_sign = "·"', "file.decimal_sign", '"." or ","'),
        ("version = 1\n[file]\nheader_row = 0", "file.header_row", "1 or more"),
        ("version = 1\n[file]\nskip_rows = [0]", "file.skip_rows", "a list of row numbers"),
        ('version = 1\n[columns]\n"Voornaam" = "frist_name"', "columns.Voornaam",
         "Did you mean first_name?"),
        ('version = 1\n[columns]\n"A b" = "email"\n"a-b" = "note"', "columns",
         "each header once"),
        ('version = 1\n[columns]\n"A" = "email"\n"B" = "email"', "columns",
         "each of our columns once"),
        ('version = 1\nignore = ["a"]\n[columns]\n"A" = "email"', "ignore", "no meaning elsewhere"),
        ('version = 1\n[key]\npattern = "x-{batch}"', "key.pattern", "headers in braces"),
        ('version = 1\n[key]\npattern = "{A"', "key.pattern", "headers in braces"),
        ('version = 1\n[key]\npattern = "{A}{}"', "key.pattern", "headers in braces"),
        ('version = 1\n[key]\npattern = "{A}"\n' + COLUMNS, "key.pattern", "not both"),
        ('version = 1\n[values.time]\n"a" = "b"', "values.time", "`order-loader schema`"),
        ('version = 1\n[values.product]\n"A b" = "x"\n"a  B" = "y"', 'values.product."a  B"',
         "each value once"),
        ("version = 1\n[yes_no]\nyes = 1", "yes_no.yes", "a list of texts"),
        ('version = 1\n[defaults]\nproduct = "Zinc"', "defaults.product is not known", "Known"),
        ("version = 1\n[defaults]\nduration = 61", "defaults.duration", "from 1 to 60"),
        ("version = 1\n[defaults]\nduration = true", "defaults.duration", "from 1 to 60"),
        ('version = 1\n[defaults]\norder_type = "B"', "defaults.order_type", "DTC or Bulk"),
        ('version = 1\n[defaults]\ncountry_name = " "', "defaults.country_name", "text"),
        ('version = 1\nfill_down = ["Size"]\n[columns]\n"Size" = "serving_size"', "fill_down",
         "belong to the order"),
        ('version = 1\naccept = ["ZIP-ZER"]', "accept", "Did you mean ZIP-ZERO?"),
        ('version = 1\naccept = ["VALUE-MISSING"]', "accept", "wait for confirmation"),
        ("version = 1\n[rules]\nmax_pouches = 0", "rules.max_pouches", "1 or more"),
        ('version = 1\n[rules]\nrequired = ["e-mail"]', "rules.required", "Did you mean email?"),
        ("version = 1\n[rules.limits.duration]\nat_most = 61", "rules.limits.duration.at_most",
         "at most 60"),
        ("version = 1\n[rules.limits.city]\nat_most = 3", "rules.limits.city.at_most is not known",
         "characters"),
        ('version = 1\n[wide.grammar]\nword = "x"', "wide.grammar", "beside [wide.cells]"),
        ('version = 1\n[wide.cells."AM"]\nfirst_name = "x"',
         "wide.cells.AM.first_name is not known", "Known"),
        ('version = 1\n[wide.cells."AM"]\n[wide.grammar]\nword = "2"', "wide.grammar.word",
         "without digits"),
        ('version = 1\n[wide.cells."AM"]\n[wide.grammar]\nword = ""\nsize = "after"',
         "wide.grammar.word", "size from a strength"),
        ('version = 1\n[wide.products."Zinc"]\npouch = "1"', "wide.products.Zinc",
         "either product or client_product_id"),
        ('version = 1\n[wide.numbered]\nfrom = 2\nto = 1', "wide.numbered.to", "first and last"),
        ('version = 1\n[wide.numbered]\nfrom = 1\nto = 2\n[wide.numbered.columns]\n"P" = "product"',
         "wide.numbered.columns.P", "a header with {n}"),
        ('version = 1\n[wide.numbered]\nfrom = 1\nto = 2\n[wide.numbered.columns]\n'
         '"S {n}" = "serving_size"', "wide.numbered.columns", "a header for product"),
        ('version = 1\n[wide.cells]\n' + "".join(f'"c{n}" = {{}}\n' for n in range(501)),
         "wide.numbered", "at most 500 places"),
        ('version = 1\n[wide.cells."AM"]\n[columns]\n"P" = "product"', 'columns."P"',
         "no slot of [wide] fills"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named_with_what_is_allowed(text: str, key: str, help_: str) -> None:
    """The error names the file, the key and what may stand there."""
    problem = refused(text)
    assert problem.message.startswith("p.toml: ")
    assert key in problem.message
    assert help_ in problem.hint


def test_a_profile_needs_its_version() -> None:
    """Without a version nobody can say how a profile is meant."""
    assert "version" in refused('[columns]\n"No" = "source_client_order_id"').message


def test_every_mark_is_collected_and_taken_off() -> None:
    """A text with the mark counts as what follows it, and its key is named as not confirmed."""
    drafted = profile(
        'version = 1\n[columns]\n"No" = "? source_client_order_id"\n"E m" = "?email"\n'
        '[yes_no]\nyes = ["?ja"]\n[values.city]\n"Wenen" = "?Wien"\n'
    )
    assert drafted.columns == {"No": "source_client_order_id", "E m": "email"}
    assert drafted.values["city"] == {"wenen": "Wien"}
    assert drafted.values["is_expedited"] == {"ja": "yes"}
    named = set(drafted.unconfirmed)
    assert named == {"columns.No", 'columns."E m"', "yes_no.yes", "values.city.Wenen"}


def test_a_draft_is_refused_where_something_could_be_sent() -> None:
    """The refusal names the lines, and a profile without marks passes."""
    refuse_draft(profile(PLAIN))
    with pytest.raises(InputError, match=r"nobody confirmed columns\.No") as refusal:
        refuse_draft(profile('version = 1\n[columns]\n"No" = "?source_client_order_id"'))
    assert refusal.value.exit_code == 3


def test_many_marks_are_counted() -> None:
    """More than five lines that wait are named in part and counted."""
    lines = "\n".join(f'"w{number}" = "?Wien"' for number in range(7))
    with pytest.raises(InputError, match="and 2 more"):
        refuse_draft(profile(f"{PLAIN}[values.city]\n{lines}"))


@pytest.mark.parametrize(
    ("pattern", "batch", "words"),
    [
        ("{No}-{batch}", None, "need --batch"),
        ("{No}", "2026-11", "has no effect"),
        ("{No}-{batch}", " x", "without blanks at its ends"),
        ("{No}-{batch}", "a\nb", "printable"),
        ("{No}-{batch}", "x" * 41, "at most 40"),
    ],
)
def test_a_batch_goes_with_a_pattern_that_uses_it(
    pattern: str, batch: str | None, words: str
) -> None:
    """A batch without use, or missing where it is used, is wrong usage."""
    declared = profile(f'version = 1\n[key]\npattern = "{pattern}"')
    with pytest.raises(UsageError, match=words):
        with_batch(declared, batch)


def test_a_fitting_batch_is_kept() -> None:
    """The profile of a run carries its batch, and shows it with its hash."""
    declared = with_batch(profile('version = 1\n[key]\npattern = "{No}-{batch}"'), "2026-11")
    assert declared.batch == "2026-11"
    assert declared.shown == f"p.toml (sha256 {'0' * 16}), batch 2026-11"
