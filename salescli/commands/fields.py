"""`--fields`: which fields of the rows are shown, in which order.

One mechanism for every list and every report that is printed as rows. What may be chosen is what
the schema of the list promises (`salescli.model.contracts`); records have the names that
conditions know, so their lists choose before they read (`--columns` is the same there).
"""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import click

from salescli.model.errors import Gathered, WrongUsage, finding
from salescli.model.nearest import did_you_mean

HELP = "help"  # `--fields help` names the fields that there are
WORDS = "Fields to show, with commas; help names them."
MOST_NAMED = 40
Record = Mapping[str, Any]


class NamesTold(click.exceptions.Exit):
    """Ends a command that was only asked which fields there are."""


def fields_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--fields` of a list whose records are chosen from when they are printed."""
    return click.option(
        "--fields", metavar="NAMES", expose_value=False, callback=_keep, help=WORDS
    )(function)


def _keep(ctx: click.Context, _option: click.Parameter, given: str | None) -> None:
    app = ctx.find_object(object)
    if given is not None and not ctx.resilient_parsing and hasattr(app, "fields"):
        app.fields = split_names(given)


def split_names(text: str | None) -> tuple[str, ...]:
    """Names with commas between them, each once: a column that stands twice says nothing more."""
    return tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def tell_names(asked: Collection[str] | str | None, known: Iterable[str]) -> None:
    """Print the names there are, one a line, if that was asked; raises `NamesTold` then."""
    if asked is not None and list(split_names(asked) if isinstance(asked, str) else asked) == [
        HELP
    ]:
        for name in known:
            click.echo(name)
        raise NamesTold(0)


def check_names(asked: Sequence[str], known: Collection[str]) -> None:
    """Raise `WrongUsage` (`unknown-name`) with every name that isn't known and the nearest one."""
    tell_names(asked, known)
    gathered = Gathered()
    for name in asked:
        if name not in known:
            hint = did_you_mean(name, known) or _named(known)
            fault = finding("unknown-name", f"{name!r} is not a field", hint=hint, field="fields")
            gathered.add(WrongUsage(fault))
    gathered.raise_all()


def _named(known: Collection[str]) -> str:
    """Those there are, as far as they can be read at a glance."""
    if len(known) > MOST_NAMED:
        return "--fields help names those there are"
    return f"fields are {', '.join(known)}"


def choose_records(
    asked: Sequence[str], known: Collection[str], records: Iterable[Record]
) -> list[Record]:
    """The records with the fields asked for alone, in that order; all of them without any."""
    if not asked:
        return list(records)
    check_names(asked, known)
    return [{name: record.get(name) for name in asked} for record in records]


def choose_csv(text: str, asked: Sequence[str]) -> str:
    """The columns asked for of a CSV text, as it stands otherwise; all of it without any."""
    if not asked:
        return text
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    check_names(asked, header)
    places = [header.index(name) for name in asked]
    out = io.StringIO(newline="")
    # With CRLF as its line's end the writer quotes a lone CR, too: see `format_csv_rows`.
    writer = csv.writer(out, lineterminator="\r\n")
    lines = []
    for row in [header, *rows]:
        writer.writerow(row[place] for place in places)
        lines.append(out.getvalue().removesuffix("\r\n"))
        out.seek(0)
        out.truncate()
    return "\n".join(lines)


def choose_keys(document: Record, asked: Sequence[str]) -> Record:
    """The keys asked for of a document, which still says which one it is."""
    if not asked:
        return document
    known = [key for key in document if key != "schema"]
    check_names(asked, known)
    return {"schema": document["schema"], **{name: document[name] for name in asked}}
