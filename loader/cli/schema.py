"""`order-loader schema`."""

import click


@click.command("schema")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="For reading, for programs, for a page.",
)
def command(form: str) -> int:
    """Print the columns that an order file may hold."""
    from schemas.pages import columns_json, columns_markdown, columns_text

    write = {"table": columns_text, "json": columns_json, "markdown": columns_markdown}[form]
    click.echo(write(), nl=False)
    return 0
