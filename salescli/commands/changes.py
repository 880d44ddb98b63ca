"""`salescli changes`: what happened in the store since a time or a revision, for cron and chat."""

import click

from salescli.commands.app import App
from salescli.commands.fields import fields_option, tell_names
from salescli.commands.listing import report_invalid
from salescli.commands.nested import CHANGES, print_nested
from salescli.commands.options import format_option
from salescli.commands.reports.options import screen_width
from salescli.commands.stores import store_options
from salescli.model.errors import WrongUsage, finding
from salescli.report.records.changes import (
    build_changes_document,
    format_changes,
    format_changes_markdown,
)
from salescli.workspace.changing import read_changes


@click.command()
@click.option(
    "--since",
    metavar="REV|TIME",
    help="A revision of git, a day, or a time: HEAD~3, yesterday …",
)
@format_option("table", "json", "md")
@fields_option
@store_options
@click.pass_obj
def changes(app: App, /, since: str | None, format_: str) -> None:
    """What happened to deals and leads since then, person by person.

    Since a time: what was written since, whenever it happened. Since a revision: all that it has
    not got, of whatever branch it came. Clients and catalogues have no history but git's. Several
    stores are told since a time.
    Example: salescli changes --since yesterday --format md
    """
    tell_names(app.fields, CHANGES.names)
    if since is None:
        text = "changes since when?"
        hint = "salescli changes --since yesterday; a day, a time or a revision like HEAD~3"
        raise WrongUsage(finding("missing-value", text, hint=hint, field="since"))
    with app.reading() as session:
        found = read_changes(session, since)
        calendar = session.calendar
    if app.fields or format_ == "json":
        print_nested(app, CHANGES, build_changes_document(found.changes), format_)
    elif format_ == "md":
        click.echo(format_changes_markdown(found.changes, calendar))
    else:
        for line in format_changes(found.changes, calendar, screen_width(app)):
            click.echo(line)
    report_invalid(found.invalid)
