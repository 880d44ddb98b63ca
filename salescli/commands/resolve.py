"""`salescli resolve`: a merge that git is in the midst of, finished by value and by decision."""

import shlex
from collections.abc import Iterator, Sequence

import click

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.commands.options import writer_options
from salescli.commands.resolveasking import ask_all, say_sides
from salescli.model.errors import WrongUsage, finding
from salescli.model.exitcodes import ExitCode
from salescli.report.records.clashes import format_sides
from salescli.report.text.numbers import width_of
from salescli.store import layout
from salescli.store.clashes import drop_clashes
from salescli.workspace.committing import commits_by_itself
from salescli.workspace.mergefinish import finish, hold, is_merging, stage_resolved, unmerged
from salescli.workspace.mergesides import read_as_ours
from salescli.workspace.outcome import Outcome
from salescli.workspace.resolvechoices import Choices
from salescli.workspace.resolving import Resolved
from salescli.workspace.resolving import resolve as resolve_merge
from salescli.workspace.session import Session

_WIDTH = 80
_MOST_SHOWN = 20  # records that clash; the rest is counted


@click.command()
@click.argument("record", required=False)
@click.option("--auto", is_flag=True, help="Ask nothing: what clashes stays between markers.")
@click.option("--ours", "side", flag_value="ours", help="What clashes is as it is here.")
@click.option("--theirs", "side", flag_value="theirs", help="What clashes is as it comes in.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field is `ours`, `theirs`, or a value.",
)
@writer_options
@click.pass_obj
def resolve(
    app: App,
    /,
    record: str | None,
    auto: bool,
    side: str | None,
    fields: tuple[str, ...],
    actor: str | None,
    dry_run: bool,
) -> int:
    """Finish the merge that git is in the midst of: by value, then by decision.

    Each record that both sides changed is merged by field, by item and by word. Where both
    changed the same, a terminal is asked; elsewhere --ours, --theirs and --field decide, for all
    records or for RECORD. The history gets one event with what was kept, and what a side did that
    lost a fork is voided. What is resolved is staged, as git mergetool does; where each command
    makes a commit, the last one finishes the merge.

    In a rebase ours is what is there already, and theirs the commit that is put on top: one's own.

    \b
    Exit code: 1 as long as something clashes, else 0.
    Example: salescli resolve opp-7k2m --ours --field budget=theirs
    """
    choices = Choices(record or "", side or "", read_fields(fields, auto, side))
    is_asked = app.surroundings.is_interactive and not (auto or side or fields or dry_run)
    if is_asked:
        choices = ask_all(app, choices, actor)
    done: list[Resolved] = []

    def action(session: Session) -> Outcome:
        resolved = resolve_merge(session, choices)
        done.append(resolved)
        return resolved.outcome

    def forget(_: Session) -> None:
        for path in done[0].settled:
            drop_clashes(app.root, path)

    environ = app.surroundings.environ
    app.write(
        "resolve",
        action,
        actor=actor,
        dry_run=dry_run,
        quiet_ids=True,
        before=read_as_ours,
        after=forget,
        commits=not is_merging(app.root, environ),
    )
    known = {*done[0].ready, *done[0].settled}
    others = [
        path
        for path in unmerged(app.root, environ)
        if path not in known and layout.home_of(path) not in done[0].waiting
    ]
    finished = ""
    if not dry_run:
        hold(app.root, environ, done[0].held)
    if not dry_run and stage_resolved(app.root, environ, done[0].ready):
        is_left = done[0].clashed or done[0].refused or others
        finished = "" if is_left else finish(app.root, environ)
    elif dry_run and is_merging(app.root, environ):
        finished = "Next: the same without --dry-run"
    return tell_left(app, done[0], finished, others)


def read_fields(texts: Sequence[str], auto: bool, side: str | None) -> dict[str, str]:
    """`--field` as path → what is to hold there; raises `WrongUsage`."""
    if auto and (side or texts):
        raise click.UsageError(
            "--auto decides nothing: leave it out with --ours, --theirs, --field"
        )
    fields: dict[str, str] = {}
    for text in texts:
        path, _, value = text.partition("=")
        if not path.strip() or not value.strip():
            words = f"{text!r} is no FIELD=VALUE"
            hint = "--field budget=ours, --field budget=theirs, or --field budget=245000"
            raise WrongUsage(finding("not-a-value", words, hint=hint, field="field"))
        fields[path.strip()] = value.strip()
    return fields


def tell_left(app: App, resolved: Resolved, finished: str, others: Sequence[str]) -> int:
    """Say what is left to do, or how the merge was finished; the exit code.

    `others` are files that git left to people, and of which salescli knows nothing.
    """
    for line in format_findings(resolved.refused):
        say(line)
    if resolved.clashed:
        say_sides(app)
    for clashed in resolved.clashed[:_MOST_SHOWN]:
        for line in format_sides(clashed.home.called(clashed.title), clashed.places):
            say(line)
    more = len(resolved.clashed) - _MOST_SHOWN
    if more > 0:
        say(f"… and {more} more.")
    if others:
        papers = [path for path in others if _is_paper(path)]
        for title, paths in (
            (
                "Both sides attached something else; git checkout --ours or --theirs takes one:",
                papers,
            ),
            (
                "Not of the store, so they are settled by hand:",
                [p for p in others if p not in papers],
            ),
        ):
            for line in (title, *(f"  {path}" for path in paths[:_MOST_SHOWN])) if paths else ():
                say(line)
    is_left = bool(resolved.clashed or resolved.refused or others)
    if not is_left and not resolved.outcome.words:
        say("Nothing is left to resolve.")
    for line in _next(app, resolved, finished, others):
        say(line)
    return ExitCode.REFUSED if is_left else ExitCode.DONE


def _is_paper(path: str) -> bool:
    """Whether a file is an attachment of a deal or lead: `check` says what its events then are."""
    located = layout.locate(path)
    return located is not None and located.kind == "files"


def _next(app: App, resolved: Resolved, finished: str, others: Sequence[str]) -> Iterator[str]:
    if resolved.clashed:
        first = resolved.clashed[0]
        name = shlex.quote(first.home.id)
        field = shlex.quote(f"{first.places[0].path}=theirs")
        lines = [f"Next: salescli resolve {name} --ours, --theirs or", f"--field {field}"]
        yield (" " if width_of(" ".join(lines)) <= _WIDTH else "\n  ").join(lines)
    elif resolved.refused:
        yield "Next: what is said above; salescli check tells the rest."
    elif others:
        ends = "; then salescli check" if _is_paper(others[0]) else ""
        yield f"Next: git add {shlex.quote(others[0])} once it is as it should be{ends}"
    elif finished:
        yield finished
    elif resolved.is_changed and commits_by_itself(app.root, app.surroundings.environ):
        yield "Next: salescli check"
    elif resolved.is_changed:
        yield "Next: salescli check, then git add and git commit as usual."
