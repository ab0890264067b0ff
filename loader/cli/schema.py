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
    from loader.cli.output import result
    from schemas.pages import columns_json, columns_markdown, columns_text

    write = {"table": columns_text, "json": columns_json, "markdown": columns_markdown}[form]
    result(write().rstrip("\n"))
    return 0
