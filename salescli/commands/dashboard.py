"""`salescli dashboard …`: which pages of figures there are; `report dashboard` shows them."""

import click

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_document, print_rows, store_columns
from salescli.commands.revision import rev_option
from salescli.commands.stores import store_options
from salescli.model.conversion import build_document
from salescli.model.dashboards import Block
from salescli.model.errors import Damaged, Finding, Refused
from salescli.report.text.listing import Column
from salescli.workspace import dashboards
from salescli.workspace.outcome import Outcome
from salescli.workspace.processes import UNREADABLE
from salescli.workspace.session import Session

COLUMNS = (
    Column("dashboard", "Dashboard", kind="id"),
    Column("name", "Name"),
    Column("period", "Period", kind="id"),
    Column("blocks", "Blocks", "right", "number"),
)
BLOCK_COLUMNS = (
    Column("block", "Block", kind="id"),
    Column("kind", "Kind", kind="id"),
    Column("title", "Title"),
    Column("shows", "Shows"),
    Column("where", "Of"),
)


@click.group()
def dashboard() -> None:
    """Dashboards: which there are, what is wrong with them, adding one's own.

    They stand in dashboards/NAME.yaml; salescli report dashboard NAME shows their figures.
    """


@dashboard.command("list")
@format_option()
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@store_options
@click.pass_obj
def list_(app: App, /, format_: str, raw: bool) -> None:
    """List the dashboards of this store."""
    with app.reading() as session:
        found, broken = dashboards.list_dashboards(session)
    rows = [
        {
            "dashboard": one.id,
            "name": one.file.name,
            "period": one.file.period or "all",
            "blocks": len(one.file.blocks),
            **({"store": one.store} if one.store else {}),
        }
        for one in found
    ]
    empty = "" if broken else "No dashboards yet: salescli dashboard add --shipped adds five."
    columns = store_columns(session, COLUMNS)
    print_rows(app, rows, columns, format_, schema="salescli/dashboards@1", raw=raw, empty=empty)
    for line in format_findings(broken):
        say(line)
    if broken:
        raise click.exceptions.Exit(Damaged.exit_code)


@dashboard.command()
@click.argument("name", metavar="NAME|FILE")
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, name: str, format_: str) -> None:
    """Show what a dashboard is made of; its figures are shown by report dashboard."""
    with app.reading() as session:
        session.index.refresh()
        slug, found = dashboards.read_dashboard(session, name)
    if format_ == "json":
        print_document(
            {"schema": "salescli/dashboard-file@1", "dashboard": slug, **build_document(found)}
        )
        return
    rows = [
        {
            "block": block.block,
            "kind": block.kind,
            "title": block.title,
            "shows": _shows(block),
            "where": ", ".join(block.where),
        }
        for block in found.blocks
    ]
    print_rows(app, rows, BLOCK_COLUMNS, format_, schema="salescli/dashboard-file@1")
    if format_ == "table":
        say(f"{found.name}, {found.period or 'all'}. salescli report dashboard {slug} shows it.")


def _shows(block: Block) -> str:
    """In a few words: the figure, the columns, the report."""
    words = [block.report or "", block.figure or "", *(one.figure or "" for one in block.series)]
    words += [f"by {', '.join(block.group)}" if block.group else ""]
    words += [f"by {block.by}" if block.by else "", ", ".join(block.columns)]
    return " ".join(word for word in words if word)


@dashboard.command()
@click.argument("names", nargs=-1, metavar="[NAME|FILE]…")
@rev_option
@click.pass_context
def check(ctx: click.Context, /, names: tuple[str, ...]) -> None:
    """Check dashboards, each fault with its line: names, figures, groups, keys. All by default."""
    app: App = ctx.obj
    found: list[Finding] = []
    unreadable: list[Finding] = []
    checked = 0
    with app.reading() as session:
        session.index.refresh()
        for name in names or dashboards.dashboard_names(session):
            try:
                source, file = dashboards.read_source(session, name)
                found += dashboards.check_dashboard_text(session, source, file)
                checked += 1
            except Damaged as error:
                unreadable += error.findings
    for line in format_findings([*unreadable, *found]):
        say(line)
    is_broken = any(not entry.warning for entry in found)
    if not found and not unreadable:
        say(f"Nothing is wrong with {checked} dashboard{'' if checked == 1 else 's'}.")
    is_unreadable = unreadable or any(entry.code in UNREADABLE for entry in found)
    ctx.exit(Damaged.exit_code if is_unreadable else Refused.exit_code if is_broken else 0)


@dashboard.command()
@click.argument("source", required=False, metavar="[NAME|FILE]")
@click.option("--id", "slug", metavar="SLUG", help="Its id here, if not the file's name.")
@click.option("--shipped", is_flag=True, help="All that come with the program and are missing.")
@writer_options
@click.pass_obj
def add(
    app: App,
    /,
    source: str | None,
    slug: str | None,
    shipped: bool,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Copy a shipped dashboard or one of a file into the store, never over one that is there.

    Example: salescli dashboard add board.yaml
    """
    if (source is None) is not shipped or (shipped and slug is not None):
        raise click.UsageError("name one dashboard or file, or --shipped for all that are missing")

    def action(session: Session) -> Outcome:
        if source is None:
            return dashboards.add_shipped(session)
        return dashboards.add_dashboard(session, source, slug)

    app.write("dashboard add", action, actor=actor, dry_run=dry_run)
