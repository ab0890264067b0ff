"""A profile's TOML, parsed → a profile; every key is checked, and errors say what is allowed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from loader.core import mapping_wide
from loader.core.errors import InputError, UsageError
from loader.core.mapping import BATCH, Grammar, Limit, Profile, key_parts
from loader.core.mapping_text import MARK, Table
from loader.core.mapping_values import checked_default, value_maps
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, FIELDS, HEADERS, KEY, fold
from schemas.rules import ALL_CODES
from schemas.vocabulary import Kind
from schemas.vocabulary import Severity as Declared

VERSION = 1
_TOP = ("version", "name", "ignore", "fill_down", "accept", "file", "key", "columns", "values",
        "yes_no", "defaults", "wide", "rules", "consumers")  # fmt: skip
_FILE = ("sheet", "encoding", "header_row", "skip_rows", "hidden_rows", "decimal_sign")
# What decides which order is sent to whom, or what is in it, is never filled in by default.
_NEVER_DEFAULT = frozenset(
    {
        KEY, "client_custom_order_id", "client_custom_order_line_id", "consumer_id", "first_name",
        "last_name", "action", "accept", "order_line", "pouch", "client_product_id", "product",
        "pack_id", "pack", "standalone_id", "standalone",
    }
)  # fmt: skip
_CONFIRM = [code for code, page in ALL_CODES.items() if page.severity is Declared.CONFIRM]


def profile_of(document: Mapping[str, Any], path: str, sha256: str) -> Profile:
    """Return the profile; `InputError`, naming file and key, for the first thing wrong in it."""
    unconfirmed: list[str] = []
    top = Table(path, "", document, unconfirmed)
    top.only(_TOP)
    if (version := top.number("version", at_least=1)) != VERSION:
        raise top.wrong("version", f"{VERSION}, the version of profiles that is read here", version)
    file = top.table("file", _FILE)
    columns = _columns(top)
    wide = top.table("wide", ("cells", "grammar", "products", "numbered"))
    slots = mapping_wide.slots_of(wide)
    people = top.table("consumers", ("results", "match"))
    yes_no = top.table("yes_no", ("yes", "no"))
    profile = Profile(
        path=path, sha256=sha256, name=top.text("name") or "",
        sheet=file.text("sheet"), encoding=file.text("encoding"),
        hidden_rows=file.choice("hidden_rows", ("read", "skip")),
        header_row=file.number("header_row", at_least=1),
        skip_rows=frozenset(file.numbers("skip_rows")),
        decimal_sign=file.choice("decimal_sign", (".", ",")) or ".",
        columns=columns, ignored=frozenset(fold(one) for one in top.texts("ignore")),
        key_pattern=_key(top, columns),
        values=value_maps(top.mapping("values"), yes_no.texts("yes"), yes_no.texts("no")),
        defaults=_defaults(top, columns), fill_down=top.texts("fill_down"),
        slots=slots, grammar=_grammar(wide), **_rules(top), accept=_accepted(top),
        results=people.texts("results"), match=people.texts("match"),
        unconfirmed=tuple(unconfirmed),
    )  # fmt: skip
    for one, other in (("results", profile.match), ("match", profile.results)):
        if other and not getattr(profile, one):
            allowed = "both: the workbooks, and the headers that say who is meant"
            raise people.wrong(one, allowed, "nothing")
    _refuse_contradictions(top, profile)
    return profile


def with_batch(profile: Profile, batch: str | None) -> Profile:
    """Return the profile for this batch; `UsageError` where the two do not go together."""
    hint = 'Such as --batch 2026-11, with [key] pattern = "{Client no}-{batch}".'
    if profile.uses_batch and not batch:
        raise UsageError(f"The order numbers of {profile.path} need --batch TEXT.", hint=hint)
    if batch and not profile.uses_batch:
        raise UsageError(
            f"--batch has no effect: the key pattern of {profile.path} has no {{batch}}.", hint=hint
        )
    if batch and not (batch.isprintable() and batch == batch.strip() and len(batch) <= 40):
        raise UsageError(
            "--batch takes printable text without blanks at its ends, at most 40 characters.",
            hint="Such as --batch 2026-11.",
        )
    return replace(profile, batch=batch or "")


# ------------------------------------------------------------------ parts
def _columns(top: Table) -> dict[str, str]:
    table = top.mapping("columns")
    return {header: table.column(header) for header in table.names()}


def _key(top: Table, columns: Mapping[str, str]) -> str:
    table = top.table("key", ("pattern",))
    pattern = table.text("pattern") or ""
    if not pattern:
        return ""
    words = [word for _, word in key_parts(pattern) if word]
    bare = "".join(literal for literal, _ in key_parts(pattern))
    allowed = 'text with headers in braces, such as "{Client no}-{batch}"'
    if not any(word != BATCH for word in words) or "{" in bare or "}" in bare or "{}" in pattern:
        raise table.wrong("pattern", allowed, pattern)
    if KEY in columns.values():
        raise table.wrong("pattern", f"either a pattern or a column for {KEY}, not both", pattern)
    return pattern


def _defaults(top: Table, columns: Mapping[str, str]) -> dict[str, str]:
    names = [field.name for field in FIELDS if field.name not in _NEVER_DEFAULT]
    table = top.table("defaults", names)
    defaults = {}
    for name in table.names():
        value = table.value(name)
        defaults[name], allowed = checked_default(BY_NAME[name], value)
        if allowed:
            raise table.wrong(name, allowed, value)
    return defaults


def _grammar(wide: Table) -> Grammar:
    table = wide.table("grammar", ("separator", "size", "word", "column"))
    plain = Grammar()
    size = table.choice("size", ("before", "after", "none")) or plain.size
    words = table.texts("word") if "word" in table.names() else plain.words
    if any(any(c.isdigit() for c in word) for word in words):
        raise table.wrong("word", "words without digits, such as x", list(words))
    if size == "after" and not words:
        raise table.wrong("word", "a word, or nobody can tell a size from a strength", "nothing")
    return Grammar(
        separator=table.text("separator") or plain.separator, size=size, words=words,
        column=table.choice("column", ("product", "client_product_id")) or plain.column,
    )  # fmt: skip


def _rules(top: Table) -> dict[str, Any]:
    table = top.table("rules", ("required", "max_pouches", "limits"))
    limits = table.mapping("limits")
    return {
        "required": tuple(table.column_name("required", one) for one in table.texts("required")),
        "max_pouches": table.number("max_pouches", at_least=1),
        "limits": {
            limits.column_name("", name): _limit(limits, name) for name in limits.names()
        },
    }  # fmt: skip


def _limit(limits: Table, name: str) -> Limit:
    declared = BY_NAME[limits.column_name("", name)]
    numeric = declared.kind is Kind.INTEGER
    table = limits.table(name, ("at_least", "at_most") if numeric else ("characters",))
    limit = Limit(
        at_least=table.number("at_least", at_least=0),
        at_most=table.number("at_most", at_least=0),
        characters=table.number("characters", at_least=1),
    )
    for key, ours in (("at_most", declared.maximum), ("characters", declared.max_length)):
        own = getattr(limit, key)
        if own is not None and ours is not None and own > ours:
            raise table.wrong(key, f"at most {ours}: a profile makes limits tighter", own)
    return limit


def _accepted(top: Table) -> frozenset[str]:
    codes = [code.strip().upper() for code in top.texts("accept")]
    for code in codes:
        if code not in _CONFIRM:
            raise top.wrong(
                "accept", "codes of findings that wait for confirmation", code, _CONFIRM
            )
    return frozenset(codes)


# ------------------------------------------------------------------ what cannot be meant
def _refuse_contradictions(top: Table, profile: Profile) -> None:
    seen: dict[str, str] = {}
    for header in [*profile.columns, *(h for slot in profile.slots for h in slot.headers)]:
        folded = fold(header)
        if folded in seen:
            raise top.wrong("columns", "each header once", header)
        seen[folded] = header
        if folded in profile.ignored:
            raise top.wrong("ignore", "headers that have no meaning elsewhere in the file", header)
    for column in _twice(profile.columns.values()):
        raise top.wrong("columns", "each of our columns once", column)
    if profile.wide:
        _refuse_contents(top, profile)
    order_level = {h for h, name in profile.columns.items() if BY_NAME[name].level is Level.ORDER}
    known = {fold(header) for header in [*order_level, *profile.key_headers]}
    for header in profile.fill_down:
        by_itself = HEADERS.get(fold(header))
        if by_itself and BY_NAME[by_itself].level is Level.ORDER:
            continue
        if fold(header) not in known:
            allowed = "headers that belong to the order or that its key is made from"
            raise top.wrong("fill_down", allowed, header, [*order_level, *profile.key_headers])


def _refuse_contents(top: Table, profile: Profile) -> None:
    """In wide layout, what the slots hold must not come from a column of the row as well."""
    held = {name for slot in profile.slots for name in (*slot.columns.values(), *slot.constants)}
    held |= {profile.grammar.column, "serving_size"}
    for header, name in profile.columns.items():
        if name in held:
            raise top.wrong(f'columns."{header}"', "a column that no slot of [wide] fills", name)


def _twice(names: Iterable[str]) -> list[str]:
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def refuse_draft(profile: Profile) -> None:
    """Raise `InputError` while lines of the profile are marked as not confirmed."""
    if not profile.unconfirmed:
        return
    named = ", ".join(profile.unconfirmed[:5])
    more = f" and {len(profile.unconfirmed) - 5} more" if len(profile.unconfirmed) > 5 else ""
    raise InputError(
        f"The profile {profile.path} is a draft: nobody confirmed {named}{more}.",
        hint=f"Nothing was sent. Look at each line that has a {MARK!r}, correct it, and remove the"
        f" {MARK!r}. `order-loader map check FILE --map {profile.path}` shows what it does.",
    )
