"""Many changes as one: each line of a batch is decided on top of those before it.

All of them are staged in one transaction; a line that is refused leaves nothing behind. What a
line means is handed in as a function: this module knows lines, their names for each other, and
what each is answered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from salescli.model.batchlines import INNER, RECORDS, Line, Value, acted_on, key_at_fault, texts_of
from salescli.model.errors import (
    Finding,
    NotFound,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.ids import kind_of_id
from salescli.model.nearest import did_you_mean
from salescli.report.text.numbers import format_number_of
from salescli.store.overlay import OverlaidIndex
from salescli.workspace.addressing import Found, find_by_id, has_file, title_of
from salescli.workspace.applied import find_applied, find_named, key_of_another, refuse_another
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.unchanged import refuse_changed

Status = Literal["done", "refused", "skipped"]
Prepare = Callable[[Session, Line], Callable[[], Outcome]]
"""Reads what a line says, raising what is wrong with it, and gives back what does it."""

Progress = Callable[[int], None]
REPEATED = "said-before"  # of a line whose key an earlier one of the batch has
Entry = Line | tuple[int, SalesError]
"""A line, or the number of one that can't be read with what is wrong with it."""


class Reason(msgspec.Struct, frozen=True):
    """Why a line was not done: the code of a finding, the key that is at fault, the words."""

    code: str
    field: str
    text: str


class Answer(msgspec.Struct, frozen=True):
    """What a line is answered. `code` is the exit code that the command would have had."""

    line: int
    status: Status
    code: int
    id: str | None = None
    reasons: tuple[Reason, ...] = ()


class LinesRefused(SalesError):
    """Some lines can't be taken, so none was; `answers` say which and why."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__(finding("lines-refused", said_of_failed(answers)))
        self.answers = answers


def run_lines(
    session: Session,
    entries: Sequence[Entry],
    prepare: Prepare,
    title: str,
    *,
    keep_going: bool = False,
    on_line: Progress | None = None,
) -> tuple[Outcome, list[Answer]]:
    """Stage all lines, in their order, as events `via` batch.

    Raises `LinesRefused` if one is refused and `keep_going` doesn't say to go on without it.
    """
    session.via, session.tells_next = "batch", False
    index = OverlaidIndex(session.files, in_git_hook=session.surroundings.in_git_hook)
    session.index = index
    index.expect(_ids_in(entries))
    batch = _Batch(session, index, prepare, entries)
    for entry in entries:
        batch.take(entry)
        if on_line is not None:
            on_line(len(batch.answers))
    answers = batch.answers
    if any(answer.code for answer in answers) and not keep_going:
        raise LinesRefused([_undone(answer) for answer in answers])
    done = sum(answer.status == "done" for answer in answers)
    ids = dict.fromkeys(answer.id for answer in answers if answer.status == "done" and answer.id)
    session.at = None
    return Outcome(tuple(ids), (), f"{title}: {format_number_of(done, 'line')}"), answers


def _ids_in(entries: Sequence[Entry]) -> set[str]:
    """Ids of records that lines give as values."""
    lines = (entry for entry in entries if isinstance(entry, Line))
    values = (value for line in lines for value in line.values.values())
    return {value for value in values if isinstance(value, str) and kind_of_id(value)}


def said_of_failed(answers: Sequence[Answer]) -> str:
    """Which lines failed, in words: the first, and how many more."""
    failed = [answer.line for answer in answers if answer.code]
    more = len(failed) - 1
    if not more:
        return f"line {failed[0]} was refused"
    return f"line {failed[0]} and {more} more were refused"


def _undone(answer: Answer) -> Answer:
    """What a good line is answered where nothing is written."""
    if answer.status == "done":
        return Answer(answer.line, "skipped", 0)
    is_repeated = any(reason.code == REPEATED for reason in answer.reasons)
    return msgspec.structs.replace(answer, id=None) if is_repeated else answer


class _Batch:
    """The lines so far: what they are answered, and what their names stand for."""

    def __init__(
        self, session: Session, index: OverlaidIndex, prepare: Prepare, entries: Sequence[Entry]
    ) -> None:
        self.session, self.index, self.prepare = session, index, prepare
        self.answers: list[Answer] = []
        self._made: dict[str, str] = {}  # ref → id of what its line made or changed
        self._failed: dict[str, Answer] = {}  # ref → what its line was answered
        self._applied: dict[str, tuple[str, Line]] = {}  # idempotency key → id, of which line
        named = (one for one in entries if isinstance(one, Line) and one.ref is not None)
        self._later = {str(line.ref): line.number for line in reversed([*named])}
        self._is_compared = False

    def take(self, entry: Entry) -> None:
        """Stage one line and keep its answer."""
        if not isinstance(entry, Line):
            number, error = entry
            self.answers.append(_refusal(number, error))
            return
        session, born = self.session, len(self.session.born)
        try:
            with session.files.attempt():
                answer = self._stage(entry)
        except SalesError as error:
            for record_id in [*session.born][born:]:
                del session.born[record_id]
            answer = _refusal(entry.number, error, entry.values)
        if entry.ref is not None:
            self._name(entry.ref, answer)
        self.answers.append(answer)

    def _name(self, ref: str, answer: Answer) -> None:
        if answer.id is not None:
            self._made[ref] = answer.id
        elif ref not in self._made:
            self._failed.setdefault(ref, answer)

    def _stage(self, line: Line) -> Answer:
        session = self.session
        if line.ref in self._made or line.ref in self._failed:
            text = f"an earlier line has the name {line.ref!r} already"
            raise WrongUsage(finding("ref-twice", text, field="ref"))
        blocked = [entry for entry in self._refs_in(line.values) if entry in self._failed]
        if blocked:
            return self._skip(line, blocked[0])
        line = msgspec.structs.replace(line, values=self._with_ids(line.values))
        run = self.prepare(session, line)
        if line.key is not None:
            if line.key in self._applied:
                return self._repeat(line, *self._applied[line.key])
            known = self._find_applied(line, line.key)
            if known:
                text = f"{line.key!r} was applied already"
                reason = Reason("already-applied", "idempotency_key", text)
                return Answer(line.number, "skipped", 0, known, (reason,))
        if line.revision is not None:
            refuse_changed(session, find_acted_on(session, line), line.revision)
        session.key = line.key
        outcome = run()
        if line.key is not None:
            self._refuse_lost_key(line.key)
        record_id = outcome.ids[0] if outcome.ids else None
        if line.key is not None and record_id:
            self._applied[line.key] = record_id, line
        self._keep_titles(outcome.ids)
        return Answer(line.number, "done", 0, record_id)

    def _keep_titles(self, ids: Sequence[str]) -> None:
        """What was made by an earlier line is found by the title that it has now."""
        session = self.session
        for record_id in ids:
            if record_id in session.born and kind_of_id(record_id):
                found = find_by_id(session, record_id)
                if found is None or not has_file(session, found):
                    del session.born[record_id]  # made and deleted in one batch
                else:
                    session.born[record_id] = (found.path, title_of(session, found))

    # --- names of lines ------------------------------------------------------------------------

    def _refs_in(self, values: Mapping[str, Value]) -> Iterator[str]:
        for value in values.values():
            for text in texts_of(value):
                name = _ref_of(text)
                if name is not None:
                    yield name

    def _with_ids(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        return {name: self._resolved(name, value) for name, value in values.items()}

    def _resolved(self, name: str, value: Value) -> Value:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._resolve(name, value)
        if isinstance(value, Mapping):
            return {key: self._resolve(name, text) for key, text in value.items()}
        return [self._resolve(name, text) for text in value]

    def _resolve(self, name: str, text: str) -> str:
        ref = _ref_of(text)
        if ref is None:
            return text
        if ref in self._made:
            return self._made[ref] + text[1 + len(ref) :]
        if ref in self._later:
            said = f"{text!r} is named by line {self._later[ref]}, which comes later"
            hint = "a line can name those before it"
            raise NotFound(finding("unknown-ref", said, hint=hint, field=name))
        if name not in RECORDS and name not in INNER:
            return text  # a text may begin with @
        near = did_you_mean(ref, [*self._made, *self._later])
        hint = near or 'a line takes a name with "ref"'
        raise NotFound(
            finding("unknown-ref", f"no line has the name {ref!r}", hint=hint, field=name)
        )

    def _skip(self, line: Line, ref: str) -> Answer:
        failed = self._failed[ref]
        fields = [n for n, v in line.values.items() if f"@{ref}" in "\n".join(texts_of(v))]
        text = f"{'@' + ref!r} is line {failed.line}, which was not done"
        reason = Reason("line-not-done", fields[0] if fields else "", text)
        return Answer(line.number, "skipped", failed.code or 1, None, (reason,))

    # --- idempotency keys ----------------------------------------------------------------------

    @staticmethod
    def _repeat(line: Line, record_id: str, earlier: Line) -> Answer:
        """What a line is answered whose key is that of an earlier one of the batch."""
        says = f"line {earlier.number} has the key {line.key!r} and says"
        if (line.op, line.values) != (earlier.op, earlier.values):
            raise Refused(key_of_another(f"{says} something else"))
        reason = Reason(REPEATED, "idempotency_key", f"{says} the same")
        return Answer(line.number, "skipped", 0, record_id, (reason,))

    def _find_applied(self, line: Line, key: str) -> str:
        """The id of what was made or changed under a key; `""` if it is new.

        Raises `Refused` if the key is that of something else than this line.
        """
        if not self._is_compared:
            self.index.refresh()
            self._is_compared = True
        applied = find_applied(self.session, self.index, key)
        if applied is None:
            return ""
        refuse_another(self.session, line, applied)
        return applied.subject

    def _refuse_lost_key(self, key: str) -> None:
        """Raise `Refused` where something was staged and no event took the key along."""
        session = self.session
        is_kept, session.key = session.key is None, None
        if not is_kept and session.files.has_attempted:
            text = f"this writes no event of a deal or lead, so nothing could keep the key {key!r}"
            hint = "leave idempotency_key out; a record's own --id or external id tells it twice"
            raise Refused(finding("key-not-kept", text, hint=hint, field="idempotency_key"))


def find_acted_on(session: Session, line: Line) -> Found:
    """The born record that a line changes; raises `WrongUsage` where it changes none."""
    name = acted_on(line)
    value = line.values.get(name)
    if isinstance(value, str):
        return find_named(session, name, value)
    text = f"{line.op} changes no deal, lead, account or contact, which alone have a revision"
    raise WrongUsage(finding("no-revision", text, field="if_unchanged"))


def _ref_of(text: str) -> str | None:
    """The name of a line that a text begins with: `@d1`, and `@a1` of `@a1=done`."""
    return text[1:].partition("=")[0] if text[:1] == "@" else None


def _refusal(number: int, error: SalesError, values: Mapping[str, Any] | None = None) -> Answer:
    reasons = tuple(_reason(found, values or {}) for found in dict.fromkeys(error.findings))
    return Answer(number, "refused", error.exit_code, None, reasons)


def _reason(found: Finding, values: Mapping[str, Any]) -> Reason:
    """A finding as a reason, told of a key of the line."""
    text = f"{found.place}: {found.text}" if found.place is not None else found.text
    return Reason(found.code, found.field or key_at_fault(found, values, values), text)
