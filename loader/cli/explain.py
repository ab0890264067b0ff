"""`order-loader explain`."""

import click


@click.command("explain")
@click.argument("code", required=False, metavar="[CODE]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="Words for the terminal, or a page.",
)
def command(code: str | None, form: str) -> int:
    """Explain the code of a finding; list all codes without one."""
    from loader.core.errors import UsageError
    from schemas.pages import catalogue_markdown, page_text
    from schemas.rules import ALL_CODES

    if form == "markdown":
        click.echo(catalogue_markdown(), nl=False)
        return 0
    if code is None:
        for page in sorted(ALL_CODES.values(), key=lambda page: page.code):
            click.echo(f"{page.code:<20}{page.severity:<9}{page.title}")
        return 0
    known = ALL_CODES.get(code.upper())
    if known is None:
        import difflib

        near = difflib.get_close_matches(code.upper(), ALL_CODES, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`order-loader explain` lists all codes."
        raise UsageError(f"There is no finding {code}.", hint=hint)
    click.echo(page_text(known), nl=False)
    return 0
