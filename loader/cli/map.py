"""`order-loader map suggest|check`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.app.mapping import Shown
    from loader.core.model import Run


@click.group("map")
def command() -> None:
    """Draft or check a mapping profile for your own spreadsheet."""


_file = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))


@command.command("suggest")
@_file
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              metavar="PROFILE.toml", help="Write the draft here; a file that exists is kept."
              )  # fmt: skip
@click.option("--sheet", metavar="NAME", help="The sheet to read, where a workbook has several.")
@click.option("--encoding", metavar="NAME", help="The encoding of a CSV file that is not UTF-8.")
@options.form
def suggest(path: Path, output: Path | None, **chosen: Any) -> int:
    """Draft a profile from a spreadsheet.

    What is likely is marked with ? and what is uncertain is commented out: nothing is sent until
    a person has looked at the marked lines.
    """
    from loader import wiring
    from loader.app.mapping import suggest as drafted
    from loader.cli.output import result, say
    from loader.core.model import ReadOptions

    reading = ReadOptions(chosen["sheet"], chosen["encoding"], "read")
    text = drafted(path, wiring.source_knowing, reading)
    if output is not None:
        _write(output, text)
    if chosen["form"] == "json":
        document = {"schema": "order-loader/map-suggest/1", "profile": text,
                    "path": str(output) if output else None}  # fmt: skip
        result(json.dumps(document, ensure_ascii=False))
    elif output is None:
        result(text.rstrip("\n"))
    else:
        result(f"Draft: {output}")
    say(
        "Next: look at each line with a ?, then run: order-loader map check"
        f" {path} --map {output or 'PROFILE.toml'}"
    )
    return 0


def _write(path: Path, text: str) -> None:
    from loader.app.private_file import write_private
    from loader.core.errors import InputError

    if path.exists():
        raise InputError(
            f"{path} is there already; a profile that somebody wrote is not replaced.",
            hint="Name another file with -o.",
        )
    try:
        write_private(path, text.encode())
    except OSError as problem:
        raise InputError(
            f"The draft cannot be written to {path}: {problem.strerror or 'no access'}.",
            hint="Name another place with -o.",
        ) from problem


@command.command("check")
@_file
@options.where
@options.reading
@options.shown
def check(path: Path, **chosen: Any) -> int:
    """Show what a profile makes of a file: rows before and after, and what it leaves open.

    Nothing is sent and no connection is made.
    """
    from loader import wiring
    from loader.app.mapping import look
    from loader.cli.output import result
    from loader.cli.validate import validated
    from loader.core.errors import UsageError
    from loader.core.privacy import Privacy

    if chosen["mapping"] is None:
        raise UsageError(
            "map check needs the profile to check.",
            hint=f"order-loader map check {path} --map PROFILE.toml; `order-loader map suggest`"
            " drafts one.",
        )
    reading, privacy = options.read_options(chosen), Privacy(chosen["privacy"])
    seen = look(path, wiring.source_reading(reading), reading, privacy)
    run = validated({**chosen, "paths": (path,)})
    unconfirmed = reading.profile.unconfirmed if reading.profile else ()
    if chosen["form"] == "json":
        result(json.dumps(_document(seen, run, unconfirmed), ensure_ascii=False))
        return run.exit_code
    for line in _lines(seen, unconfirmed):
        result(line)
    result(wiring.text_report(verbose=chosen["verbose"]).render(run, privacy).decode())
    return run.exit_code


def _document(seen: "Shown", run: "Run", unconfirmed: tuple[str, ...]) -> dict[str, Any]:
    from loader.core.summary import totals

    return {
        "schema": "order-loader/map-check/1",
        "mapping": run.mapping,
        "unconfirmed": list(unconfirmed),
        "rows": [
            {"row": one.row, "before": dict(one.before), "after": [dict(a) for a in one.after]}
            for one in seen.rows
        ],
        "unmapped_headers": list(seen.unmapped),
        "values_without_map": dict(seen.passed),
        "totals": totals(run),
        "exit_code": run.exit_code,
    }


def _lines(seen: "Shown", unconfirmed: tuple[str, ...]) -> list[str]:
    from loader.core.privacy import printable

    def cells(pairs: list[tuple[str, str | None]]) -> str:
        return " · ".join(f"{name}: {printable(text or '', 60)}" for name, text in pairs)

    lines = []
    for one in seen.rows:
        lines += [f"Row {one.row} of the file", f"  before  {cells(one.before)}"]
        lines += [f"  after   {cells(after)}" for after in one.after] + [""]
    if unconfirmed:
        lines += ["Not confirmed yet (remove the ? when they are right):"]
        lines += [f"  {printable(one, 100)}" for one in unconfirmed]
    if seen.unmapped:
        named = ", ".join(printable(header, 60) for header in seen.unmapped)
        lines.append(f"Headers without a meaning, not sent: {named}")
    for name, words in seen.passed.items():
        named = ", ".join(f'"{printable(word or "", 60)}"' for word in words)
        lines.append(f"Values of {name} that no map changes: {named}")
    return [*lines, ""] if lines[-1:] != [""] else lines
