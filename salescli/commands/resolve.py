"""`salescli resolve`: a merge that git is in the midst of, finished by value and by decision."""

import shlex
from collections.abc import Iterator, Sequence

import click
import msgspec

from salescli.commands.app import App, say
from salescli.commands.asking import telling_nothing_was_written
from salescli.commands.findings import format_findings
from salescli.commands.options import writer_options
from salescli.model.errors import SalesError, WrongUsage, finding
from salescli.model.exitcodes import ExitCode
from salescli.report.records.clashes import Clashing, format_count, format_places, format_sides
from salescli.store.clashes import drop_clashes
from salescli.workspace.mergefinish import finish, is_merging, stage_resolved
from salescli.workspace.outcome import Outcome
from salescli.workspace.resolvechoices import Choices, Clashed
from salescli.workspace.resolving import Resolved
from salescli.workspace.resolving import resolve as resolve_merge
from salescli.workspace.session import Session

_MOST_SHOWN = 20  # records that clash; the rest is counted
_QUESTION = "take [o]urs, [t]heirs, a [v]alue, [l]eave it, or [s]top?"
_WORDS = ("ours", "theirs", "value", "leave", "stop")


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

    app.write(
        "resolve",
        action,
        actor=actor,
        dry_run=dry_run,
        quiet_ids=True,
        after=forget,
        commits=not is_merging(app.root, app.surroundings.environ),
    )
    finished = ""
    if not dry_run and stage_resolved(app.root, app.surroundings.environ, done[0].ready):
        is_left = done[0].clashed or done[0].refused
        finished = "" if is_left else finish(app.root, app.surroundings.environ)
    return tell_left(done[0], finished)


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


def ask_all(app: App, choices: Choices, actor: str | None) -> Choices:
    """Ask for each place that clashes; nothing is locked meanwhile."""
    with app.reading(actor) as session:
        found = resolve_merge(session, choices)
    heard = msgspec.structs.replace(choices, merge=found.merge)
    with telling_nothing_was_written():
        for clashed in found.clashed:
            say(format_count(clashed.title, len(clashed.places)))
            for place in clashed.places:
                answer = _ask(app, heard, actor, clashed, place)
                if answer is None:
                    return heard
                heard = answer
    return heard


def _ask(
    app: App, heard: Choices, actor: str | None, clashed: Clashed, place: Clashing
) -> Choices | None:
    """The choices with the one about a place, or without if it is to be left; None to stop."""
    for line in format_places([place]):
        say(line)
    while True:
        text = str(click.prompt(_QUESTION, err=True)).strip().lower()
        word = next((word for word in _WORDS if text and word.startswith(text)), "")
        if word == "stop":
            return None
        if word == "leave":
            return heard
        if not word:
            say("o, t, v, l or s.")
            continue
        said = str(click.prompt(place.path, err=True)).strip() if word == "value" else word
        answers = {**heard.answers, (clashed.home.file, place.path): said}
        chosen = msgspec.structs.replace(heard, answers=answers)
        if word != "value" or _is_taken(app, chosen, actor):
            return chosen


def _is_taken(app: App, chosen: Choices, actor: str | None) -> bool:
    """Whether a typed value can be read; what is wrong with it is told."""
    try:
        with app.reading(actor) as session:
            resolve_merge(session, chosen)
    except SalesError as error:
        for line in format_findings(error.findings):
            say(line)
        return False
    return True


def tell_left(resolved: Resolved, finished: str) -> int:
    """Say what is left to do, or how the merge was finished; the exit code."""
    for line in format_findings(resolved.refused):
        say(line)
    for clashed in resolved.clashed[:_MOST_SHOWN]:
        for line in format_sides(f"{clashed.title} ({clashed.home.id})", clashed.places):
            say(line)
    more = len(resolved.clashed) - _MOST_SHOWN
    if more > 0:
        say(f"… and {more} more.")
    for line in _next(resolved, finished):
        say(line)
    return ExitCode.REFUSED if resolved.clashed or resolved.refused else ExitCode.DONE


def _next(resolved: Resolved, finished: str) -> Iterator[str]:
    if resolved.clashed:
        first = resolved.clashed[0]
        name = shlex.quote(first.home.id)
        place = first.places[0].path
        yield f"Next: salescli resolve {name} --ours, or --theirs, or --field {place}=theirs"
    elif resolved.refused:
        yield "Next: what is said above; salescli check tells the rest."
    else:
        yield finished or "Next: salescli check, then git add and git commit as usual."
