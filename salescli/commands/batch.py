"""`salescli batch`: many commands as one, from JSON Lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from typing import Any

import click
import msgspec

from salescli.commands.app import Action, App, say
from salescli.commands.findings import wrapped
from salescli.commands.handing import read_handed
from salescli.commands.ops import Op, Ops, as_wrong_usage
from salescli.commands.options import writer_options
from salescli.commands.output import print_pieces
from salescli.commands.progress import progress_over
from salescli.model.batchlines import MAX_LINE, Line, read_line
from salescli.model.errors import Finding, SalesError, WrongUsage, finding
from salescli.report.text.numbers import format_count, format_number_of
from salescli.workspace.batching import (
    Answer,
    Entry,
    LinesRefused,
    Prepare,
    run_lines,
    said_of_failed,
)
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

MAX_FILE = 256 * 1024 * 1024  # bytes
MOST_TOLD = 10  # refused lines that a dry run tells


@click.command()
@click.argument("file", metavar="FILE|-")
@click.option("--keep-going", is_flag=True, help="Apply the good lines without those refused.")
@writer_options
@click.pass_context
def batch(
    ctx: click.Context,
    /,
    file: str,
    keep_going: bool,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Run many commands as one, a line of JSON each: all of them or none (docs/batch.md).

    Every command that writes is an operation with its options and arguments as keys. Each line is
    answered by a line of JSON; the exit code is that of the first line that failed.

    \b
    {"op":"opportunity.create","ref":"d1","title":"Flat 47","client":"Elena Petrova"}
    {"op":"opportunity.advance","opportunity":"@d1","to":"key-contacts"}
    """
    app: App = ctx.obj
    source = read_handed(app, file, MAX_FILE, "split it into several", pipes=True)
    entries = list(read_entries(source))
    ops = Ops(_root_of(ctx))
    answers: list[Answer] = []
    shown = "stdin" if file == "-" else file

    def action(session: Session) -> Outcome:
        with progress_over(len(entries), "Running lines") as on_line, _nothing_printed():
            inner = LineApp(app, session, actor)
            outcome, answered = run_lines(
                session,
                entries,
                _reader(ops, inner),
                f"batch {shown}",
                keep_going=keep_going,
                on_line=on_line,
            )
        session.act_as(actor)
        answers.extend(answered)
        return outcome

    refused = False
    try:
        app.write("batch", action, actor=actor, dry_run=dry_run, quiet_ids=True, needs_actor=False)
    except LinesRefused as error:
        answers, refused = list(error.answers), True
    try:
        if dry_run:
            _tell_refused(answers)
        else:
            print_pieces(f"{_encode(answer)}\n" for answer in answers)
    finally:  # all is durable by now, even if stdout takes no answers
        for line in wrapped(_summary(answers, refused, keep_going, dry_run)):
            say(line)
    ctx.exit(next((answer.code for answer in answers if answer.code), 0))


def read_entries(source: bytes) -> Iterator[Entry]:
    """The lines of a batch, each read or with what is wrong with it. Empty lines say nothing."""
    for number, raw in enumerate(source.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            yield read_line(number, _text_of(raw))
        except SalesError as error:
            yield number, error


def _text_of(raw: bytes) -> str:
    if len(raw) > MAX_LINE:
        text = f"the line has {len(raw)} bytes, {MAX_LINE} are allowed"
        raise WrongUsage(finding("not-json", text, hint="file.attach takes a long text as a file"))
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        text = f"byte {error.start + 1} of the line is not UTF-8"
        raise WrongUsage(finding("not-utf8", text, hint="iconv -t UTF-8 makes it so")) from None


class LineApp(App):
    """What commands run on inside a batch: its session, and nobody who could be asked.

    `outcome` is what the command of the line that runs has staged, None before it has.
    """

    def __init__(self, app: App, session: Session, actor: str | None) -> None:
        quiet = msgspec.structs.replace(app.surroundings, is_interactive=False, is_terminal=False)
        super().__init__(quiet)
        self.store_directory, self.lock_timeout = app.store_directory, app.lock_timeout
        self._session, self._actor = session, actor
        self.outcome: Outcome | None = None

    def begin_line(self) -> None:
        """Another line runs, and has staged nothing yet."""
        self.outcome = None

    @contextmanager
    def reading(self, actor: str | None = None) -> Iterator[Session]:
        """The session of the batch, which sees what earlier lines have staged."""
        self._session.act_as(actor or self._actor)
        yield self._session

    def confirm(self, question: str, command: str) -> None:
        """A line of a batch says yes by itself, or not at all."""
        text = f'{question} A line says "yes":true, since nobody can be asked'
        raise WrongUsage(finding("yes-needed", text, field="yes"))

    def write(
        self,
        command: str,
        action: Action,
        *,
        actor: str | None = None,
        at: str | None = None,
        dry_run: bool = False,
        quiet_ids: bool = False,
        needs_actor: bool = True,
        before: Callable[[Session], None] | None = None,
        after: Callable[[Session], None] | None = None,
        commits: bool = True,
    ) -> Outcome:
        """Stage what the command does, on top of the lines before it."""
        session = self._session
        session.act_as(actor or self._actor)
        session.at = at
        session.refuse_wrong_time()
        _ = session.actor if needs_actor else session.known_actor
        self.outcome = action(session)
        return self.outcome


def _reader(ops: Ops, app: LineApp) -> Prepare:
    """What reads a line, and gives back what runs it: its command, as if it had been typed."""

    def prepare(_: Session, line: Line) -> Callable[[], Outcome]:
        op = ops.named(line.op)
        try:
            values = op.read(line.values)
        except SalesError as error:
            raise type(error)(*error.findings, *others(op, line, error)) from None
        return partial(perform, op, values, line)

    def others(op: Op, line: Line, error: SalesError) -> Iterator[Finding]:
        """What else is wrong with a line, of the keys that can be read."""
        wrong = {found.field for found in error.findings}
        good = {key: value for key, value in line.values.items() if key not in wrong}
        try:
            perform(op, op.read(good), line)
        except SalesError as other:
            yield from (found for found in other.findings if found.field in good)

    def perform(op: Op, values: Mapping[str, Any], line: Line) -> Outcome:
        app.begin_line()
        op.context.obj = app
        try:
            with op.context.scope(cleanup=False):
                assert op.command.callback is not None  # only groups are without
                op.command.callback(**values)
        except click.UsageError as error:
            raise op.placed(as_wrong_usage(error), line.values) from None
        except SalesError as error:
            raise op.placed(error, line.values) from error
        outcome = app.outcome
        if outcome is None:
            text = f"{op.name} only shows something unless it is told what to change"
            raise WrongUsage(finding("nothing-to-do", text, hint=f"it has {', '.join(op.keys)}"))
        return outcome

    return prepare


@contextmanager
def _nothing_printed() -> Iterator[None]:
    """What commands say of single lines isn't told: the answers are."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        yield


def _root_of(ctx: click.Context) -> click.Group:
    root: Any = ctx.find_root().command
    return root  # type: ignore[no-any-return]


def _encode(answer: Answer) -> str:
    return msgspec.json.encode(answer).decode()


def _tell_refused(answers: Sequence[Answer]) -> None:
    failed = [answer for answer in answers if answer.code]
    for answer in failed[:MOST_TOLD]:
        for reason in answer.reasons:
            for line in wrapped(f"line {answer.line}: {reason.text}"):
                say(line)
    if len(failed) > MOST_TOLD:
        say(f"… {len(failed) - MOST_TOLD} more.")


def _summary(answers: Sequence[Answer], refused: bool, keep_going: bool, dry_run: bool) -> str:
    """How many lines were applied, why not the others, and what one would do next."""
    total = format_count(len(answers))
    done = sum(answer.status == "done" for answer in answers)
    would = "would be applied" if dry_run else "applied"
    said = f"{format_count(done)} of {total} {would}"
    if refused:
        good = sum(not answer.code and not answer.reasons for answer in answers)
        rest = f" --keep-going applies the other {format_count(good)}." if good else ""
        return f"{said}: {said_of_failed(answers)}.{rest}"
    if any(answer.code for answer in answers):
        return f"{said}: {said_of_failed(answers)}."
    skipped = len(answers) - done
    if skipped:
        return f"{said}, {format_number_of(skipped, 'line')} had been before."
    return f"{said}." if dry_run or not done else f"{said}. salescli undo takes them back as one."
