"""`salescli process …`: the definitions that guard the deals; running them is `running`."""

import click

from salescli.commands.app import App, say
from salescli.commands.drawing import draw
from salescli.commands.findings import format_findings
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_document, print_rows
from salescli.commands.revision import rev_option
from salescli.commands.running import start, status, stop
from salescli.commands.stores import store_options
from salescli.model.conversion import build_document
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, Finding, Refused
from salescli.model.flow import Simulation
from salescli.report.records.walks import build_walks_document, format_walk
from salescli.report.text.listing import Column
from salescli.workspace import processes
from salescli.workspace.named import find_process
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.group()
def process() -> None:
    """Process definitions, and the process running on deals."""


@process.command("list")
@format_option()
@store_options
@click.pass_obj
def list_(app: App, /, format_: str) -> None:
    """List the processes of this store."""
    with app.reading() as session:
        default = session.settings.process
        rows = []
        for name in session.process_names():
            definition = session.process(name)
            rows.append(
                {
                    "process": name,
                    "name": definition.name,
                    "stages": len(definition.open_stages),
                    "default": name == default,
                }
            )
    columns = [
        Column("process", "Process", kind="id"),
        Column("name", "Name"),
        Column("stages", "Open stages", "right", "number"),
        Column("default", "Of new deals"),
    ]
    empty = "There is no process here. salescli process add real-estate adds one."
    print_rows(app, rows, columns, format_, schema="salescli/processes@1", empty=empty)


@process.command()
@click.argument("name", required=False, metavar="[PROCESS]")
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, name: str | None, format_: str) -> None:
    """Show a process: stages with caps, limits, criteria, and steps in words."""
    with app.reading() as session:
        name = find_process(session, name)
        definition = session.process(name)
    if format_ == "json":
        schema = {"schema": "salescli/process@1", "process": name}
        print_document(schema | build_document(definition))
        return
    rows = [stage_row(definition, number) for number in range(len(definition.stages))]
    columns = [
        Column("number", "No", "right", "number"),
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        Column("cap", "Cap", "right", "percent"),
        Column("kind", "Kind"),
        Column("steps", "Steps", "right", "number"),
        Column("criteria", "Wants"),
    ]
    print_rows(app, rows, columns, format_, schema="salescli/process@1")


def stage_row(definition: Definition, number: int) -> dict[str, object]:
    """One stage as a row for people."""
    stage = definition.stages[number]
    wants = [
        f"{'required' if criterion.require else 'advice'}: {criterion.say or criterion.expression}"
        for criterion in stage.exit
    ]
    return {
        "number": number + 1,
        "stage": stage.stage,
        "name": stage.name,
        "cap": f"{stage.cap} %" if stage.is_open else "",
        "kind": stage.final or "open",
        "steps": len(stage.steps) or "",
        "criteria": "; ".join(wants),
    }


@process.command()
@click.argument("names", nargs=-1, metavar="[PROCESS|FILE]…")
@format_option("table", "json")
@rev_option
@click.pass_context
def check(ctx: click.Context, /, names: tuple[str, ...], format_: str) -> None:
    """Check definitions: unknown targets, stages that can't be reached, traps. All by default.

    What is sound is walked through, every route and every loop once: how many there are is told,
    and where each stage can lead.
    """
    app: App = ctx.obj
    found: list[Finding] = []
    unreadable: list[Finding] = []
    walked: dict[str, Simulation] = {}
    with app.reading() as session:
        for name in names or session.process_names():
            try:
                source, file = processes.read_definition(session, name)
                told = processes.check_process(session, source, file)
                found += told
                if all(entry.warning for entry in told):
                    walked[name] = processes.simulate_process(source, file)
            except Damaged as error:
                unreadable += error.findings
    if format_ == "json":
        print_document(build_walks_document(walked))
    else:
        for name, simulation in walked.items():
            click.echo(format_walk(name, simulation))
    for line in format_findings([*unreadable, *found]):
        say(line)
    is_broken = any(not entry.warning for entry in found)
    is_unreadable = unreadable or any(entry.code in processes.UNREADABLE for entry in found)
    ctx.exit(Damaged.exit_code if is_unreadable else Refused.exit_code if is_broken else 0)


@process.command()
@click.argument("source", metavar="NAME|FILE")
@click.option("--id", "slug", metavar="SLUG", help="Its id here, if not the file's name.")
@click.option("--default", "is_default", is_flag=True, help="New deals begin in it.")
@writer_options
@click.pass_obj
def add(
    app: App,
    /,
    source: str,
    slug: str | None,
    is_default: bool,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Copy a shipped process or one of a file into the store, never over one that is there."""

    def action(session: Session) -> Outcome:
        return processes.add_process(session, source, slug, is_default=is_default)

    app.write("process add", action, actor=actor, dry_run=dry_run)


process.add_command(draw)
process.add_command(start)
process.add_command(status)
process.add_command(stop)
