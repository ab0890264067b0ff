"""`order-loader explain`."""

import json

import click


@click.command("explain")
@click.argument("code", required=False, metavar="[CODE]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Words for the terminal, one document, or a page for the documentation.",
)
def command(code: str | None, form: str) -> int:
    """Explain the code of a finding; list all codes without one."""
    from loader.cli.output import result
    from loader.core.errors import UsageError
    from schemas.pages import codes_markdown, page_markdown, page_text
    from schemas.rules import ALL_CODES

    if code is not None and code.upper() not in ALL_CODES:
        import difflib

        near = difflib.get_close_matches(code.upper(), ALL_CODES, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`order-loader explain` lists all codes."
        raise UsageError(f"There is no finding {code}.", hint=hint)
    pages = [ALL_CODES[name] for name in sorted(ALL_CODES) if code is None or name == code.upper()]
    if form == "json":
        names = ("code", "severity", "title", "why", "fix")
        codes = [{name: str(getattr(page, name)) for name in names} for page in pages]
        result(json.dumps({"schema": "order-loader/explain/1", "codes": codes}))
    elif form == "markdown":
        result((page_markdown(pages[0]) if code else codes_markdown()).rstrip("\n"))
    elif code is not None:
        result(page_text(pages[0]).rstrip("\n"))
    else:
        for page in pages:
            result(f"{page.code:<20}{page.severity:<9}{page.title}")
    return 0
