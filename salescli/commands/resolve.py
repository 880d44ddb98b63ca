"""`salescli resolve`: a merge that git is in the midst of, finished by value and by decision."""

import shlex
from collections.abc import Iterator, Sequence

import click

from salescli.commands.app import App, say
from salescli.commands.asking import telling_nothing_was_written
from salescli.commands.findings import format_findings
from salescli.commands.options import writer_options
from salescli.model.errors import WrongUsage, finding
from salescli.model.exitcodes import ExitCode
from salescli.report.records.clashes import Clashing, format_sides
from salescli.store.clashes import drop_clashes
from salescli.workspace.outcome import Outcome
from salescli.workspace.resolvechoices import Choices, Clashed
from salescli.workspace.resolving import Resolved
from salescli.workspace.resolving import resolve as resolve_merge
from salescli.workspace.session import Session

_MOST_SHOWN = 20  # records that clash; the rest is counted
_ANSWERS = {"o": "ours", "t": "theirs"}


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
    lost a fork is voided. Nothing is committed.

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
    )
    return tell_left(done[0], dry_run)


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
    answers: dict[tuple[str, str], str] = {}
    with telling_nothing_was_written():
        for clashed in found.clashed:
            for place in clashed.places:
                answer = _ask(clashed, place)
                if answer is None:
                    return Choices(choices.of, answers=answers)
                if answer:
                    answers[clashed.home.file, place.path] = answer
    return Choices(choices.of, answers=answers)


def _ask(clashed: Clashed, place: Clashing) -> str | None:
    """`ours`, `theirs` or a value; `""` to leave it, None to stop."""
    for line in format_sides(clashed.title, [place]):
        say(line)
    while True:
        text = str(
            click.prompt("take [o]urs, [t]heirs, a [v]alue, [l]eave it, or [s]top?", err=True)
        ).strip()
        letter = text[:1].lower()
        if letter in _ANSWERS and _ANSWERS[letter].startswith(text.lower()):
            return _ANSWERS[letter]
        if text.lower() in ("l", "leave"):
            return ""
        if text.lower() in ("s", "stop"):
            return None
        if text.lower() in ("v", "value"):
            return str(click.prompt(place.path, err=True)).strip()
        say("o, t, v, l or s.")


def tell_left(resolved: Resolved, dry_run: bool) -> int:
    """Say what is left to do; the exit code."""
    for line in format_findings(resolved.refused):
        say(line)
    for clashed in resolved.clashed[:_MOST_SHOWN]:
        for line in format_sides(f"{clashed.title} ({clashed.home.id})", clashed.places):
            say(line)
    more = len(resolved.clashed) - _MOST_SHOWN
    if more > 0:
        say(f"… and {more} more.")
    for line in _next(resolved):
        say(line)
    return ExitCode.REFUSED if resolved.clashed or resolved.refused else ExitCode.DONE


def _next(resolved: Resolved) -> Iterator[str]:
    if resolved.clashed:
        first = resolved.clashed[0]
        name = shlex.quote(first.home.id)
        place = first.places[0].path
        yield f"Next: salescli resolve {name} --ours, or --theirs, or --field {place}=theirs"
    elif resolved.refused:
        yield "Next: what is said above; salescli check tells the rest."
    else:
        yield "Next: salescli check, then git add and git commit as usual."
