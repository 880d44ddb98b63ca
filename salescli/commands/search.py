"""`salescli search`: records by the words that they hold."""

from collections.abc import Sequence

import click
import msgspec

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.options import format_option
from salescli.commands.output import print_document
from salescli.commands.stores import store_options
from salescli.model.findable import SPOT_KINDS
from salescli.report.records.searchhits import (
    build_search_document,
    format_hits,
    format_hits_markdown,
)
from salescli.report.text.numbers import format_number_of
from salescli.workspace.searching import RECORD_KINDS, SHOWN
from salescli.workspace.searching import search as find

TOLD_FROM = 2000  # records that are to be read from which on it is said: it takes over a second


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    type=click.Choice([*RECORD_KINDS, *SPOT_KINDS]),
    help=f"Only such records ({', '.join(RECORD_KINDS)}) or places ({', '.join(SPOT_KINDS)}).",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=SHOWN,
    show_default=True,
    metavar="N",
    help="At most N records.",
)
@format_option("table", "json", "md")
@store_options
@click.pass_obj
def search(
    app: App, /, text: tuple[str, ...], kinds: Sequence[str], limit: int, format_: str
) -> None:
    """Find records by their words: titles, names, notes, mails, files, posts, tactics.

    All words must be there, in any order; a beginning of a word is enough. Case and accents don't
    matter.

    Example: salescli search krumins parking
    """
    asked = " ".join(text)
    with app.reading() as session:
        result = find(session, asked, kinds=kinds, limit=limit, on_reading=tell_reading)
        calendar = session.calendar
        hits = result.hits
        if app.surroundings.is_terminal:
            hits = tuple(
                msgspec.structs.replace(hit, address=session.short(hit.id)) for hit in hits
            )
    if format_ == "json":
        print_document(build_search_document(asked, hits, result.found, result.words))
    else:
        width = app.surroundings.width if app.surroundings.is_terminal else None
        if format_ == "md":
            lines = format_hits_markdown(hits, result.words, calendar)
        else:
            lines = format_hits(hits, result.words, calendar, width=width)
        for line in lines:
            click.echo(line)
        say(summary(len(hits), result.found, asked))
    report_invalid(result.invalid)


def tell_reading(count: int) -> None:
    """Say why this takes long, where it does."""
    if count >= TOLD_FROM:
        say(f"{format_number_of(count, 'record')} are read for the search, once.")


def summary(shown: int, found: int, text: str) -> str:
    """The line under what was found."""
    if not found:
        return f"Nothing holds {text!r}."
    if shown < found:
        return f"{shown} of {format_number_of(found, 'record')} shown; --limit N shows more."
    return f"{format_number_of(found, 'record')}."
