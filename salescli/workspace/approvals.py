"""Approvals that people ask of each other: requested, decided, listed.

There is no access control (domain.md section 2): whoever decides, it is recorded, and told where
it is somebody who was not asked. The decision of a process step ends its activity.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from salescli.model.approvals import (
    VERBS,
    Approval,
    build_approvals,
)
from salescli.model.errors import Finding, Gathered, Refused, finding
from salescli.model.events import Asked
from salescli.model.inputs import clean_text
from salescli.report.records.agenda import Request
from salescli.workspace.activities import complete_activity, read_worker
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.deciding import decide, refuse_unreasoned
from salescli.workspace.finishing import read_note
from salescli.workspace.inner import find_inner
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows

KINDS = ("opportunity", "lead")


def request_approval(
    session: Session, record: Loaded, subject: str, of: Sequence[str], note: str | None = None
) -> Outcome:
    """Ask people for an approval on a deal or lead, whatever its status; the id is its own.

    Any one of them decides. Raises every fault together.
    """
    head = event_head(session, record)
    on = session.calendar.day_of(head["at"])
    gathered = Gathered()
    said, people = "", dict[str, None]()
    with gathered.trying("subject"):
        said = " ".join(clean_text(subject).split())
        if not said:
            text = "an approval says what is to be approved"
            raise Refused(finding("missing-value", text, field="subject"))
    for text in of:
        with gathered.trying("of"):
            people[read_worker(session, text, on, "of")] = None
    gathered.raise_all()
    event = Asked(
        **head,
        approval=session.new_id("appr"),
        of=list(people),
        subject=said,
        note=read_note(note),
    )
    stage_event(session, record, event)
    address = session.short_inner(event.approval)
    words = [f"Asked {_and(event.of)} on {record.facts.title}."]
    words += ["You ask yourself: it is recorded like any other."] if event.by in people else []
    words.append(f"Then: salescli approval approve|reject {address}")
    title = f"ask for {said!r} on {record.facts.title}"
    return Outcome((event.approval,), tuple(words), title)


def decide_approval(session: Session, text: str, decision: str, note: str | None = None) -> Outcome:
    """Approve or reject what was asked for, named by the beginning of its id.

    Of a step of the process it is what `activity done` with that result would be, and the process
    follows. Raises `Refused` for what is decided already or waits no more.
    """
    approval, record = find_approval(session, text)
    _refuse_closed(session, record, approval)
    said = read_note(note)
    address = session.short_inner(approval.id)
    refuse_unreasoned(decision, said, f"salescli approval {VERBS[decision]} {address}")
    warned = _not_asked(session, approval)
    title = f"{VERBS[decision]} {approval.subject!r} of {record.facts.title}"
    if approval.activity is not None:
        led = complete_activity(session, approval.activity, result=decision, note=note)
        return Outcome((approval.id,), (*warned, *led.words), title)
    decide(session, record, approval, decision, said)
    told = f"{decision.capitalize()}: {approval.subject}."
    return Outcome((approval.id,), (*warned, told, _then(session, record, approval)), title)


def find_approval(session: Session, text: str) -> tuple[Approval, Loaded]:
    """The approval whose id begins with `text`, and its deal or lead; raises `NotFound`."""
    inner, record = find_inner(session, "appr", text, lambda one: build_approvals(one.live))
    return build_approvals(record.live)[inner], record


def _and(people: Sequence[str]) -> str:
    return " and ".join(people)


def _refuse_closed(session: Session, record: Loaded, approval: Approval) -> None:
    if approval.is_open:
        return
    address = session.short(record.id)
    again = f"ask again: salescli approval request {address} SUBJECT --of PERSON"
    if approval.decided_at is None:
        text = f"{approval.subject!r} waits no more: its step is no longer open"
        raise Refused(finding("approval-moot", text, hint=again, field="approval"))
    when = session.calendar.format_local(approval.decided_at)
    text = f"{approval.decided_by} {approval.state} {approval.subject!r} on {when}"
    if approval.step is None:
        again += f"\nor take that back: salescli retract {address} {approval.id}"
    raise Refused(finding("decided-already", text, hint=again, field="approval"))


def _not_asked(session: Session, approval: Approval) -> list[str]:
    """A warning where whoever decides was not asked."""
    if session.actor in approval.of:
        return []
    return [f"Warning: {_and(approval.of)} was asked, {session.actor} decides; recorded so."]


def _then(session: Session, record: Loaded, approval: Approval) -> str:
    """What waits next on the record after this decision."""
    known = build_approvals(record.live).values()
    others = [one for one in known if one.is_open and one.id != approval.id]
    if others:
        address = session.short_inner(others[0].id)
        return f"Next: {others[0].subject} · salescli approval approve|reject {address}"
    noun = "lead show" if record.kind == "lead" else "next"
    return f"Next: salescli {noun} {session.short(record.id)}"


class ApprovalList(msgspec.Struct, frozen=True):
    """Approvals, the one asked for first at the top; `invalid` as of the index."""

    found: Sequence[Request]
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...] = ()


def list_approvals(
    session: Session,
    *,
    person: str | None = None,
    record: Loaded | None = None,
    decided_too: bool = False,
) -> ApprovalList:
    """The approvals of the store or of one record that wait, or all of them.

    `person`: asked of them alone.
    """
    if record is None:
        rows, invalid = gather_rows(session, find_approvals, person, decided_too, key=_place)
        return ApprovalList(rows, tuple(invalid))
    approvals = build_approvals(record.live).values()
    title = record.facts.title
    found = [Request(approval=one, record=record.id, title=title) for one in approvals]
    return ApprovalList(_sorted(session, _chosen(found, decided_too), person))


def find_approvals(
    session: Session, person: str | None, decided_too: bool
) -> tuple[Sequence[Request], Invalid]:
    """Those of one store, and the files of it that can't be read."""
    session.index.refresh()
    found = _chosen(_of_store(session), decided_too)
    return _sorted(session, found, person), session.index.invalid()


def _chosen(found: Iterable[Request], decided_too: bool) -> list[Request]:
    return [one for one in found if decided_too or one.approval.is_open]


def requests_waiting(session: Session, person: str | None = None) -> Sequence[Request]:
    """What people ask by hand that waits, in the index as it stands; `person`: of them alone.

    Approvals of steps are not among them: their activities wait.
    """
    return gather_rows(session, find_requests, person, key=_place)[0]


def find_requests(session: Session, person: str | None) -> tuple[Sequence[Request], Invalid]:
    """Those of one store, as its index stands; of a group each time with an index of its own."""
    if session.store:
        session.index.refresh()
    waiting = [one for one in _of_store(session) if one.approval.waits_alone]
    return _sorted(session, waiting, person), ()


def _of_store(session: Session) -> list[Request]:
    ids = session.index.holding("appr")
    calendar = session.calendar if session.store else None
    return [
        Request(
            approval=one,
            record=facts.id,
            title=str(facts.document["title"]),
            calendar=calendar,
        )
        for kind in KINDS
        for facts in session.index.documents(kind, ids)
        for one in facts.approvals
    ]


def _sorted(session: Session, found: Sequence[Request], person: str | None) -> Sequence[Request]:
    """Those asked of a person, as people address them, the one asked for first at the top."""
    theirs = [
        msgspec.structs.replace(one, address=session.short_inner(one.approval.id))
        for one in found
        if person is None or person in one.approval.of
    ]
    return sorted(theirs, key=_place)


def _place(one: Request) -> tuple[datetime, str]:
    return one.approval.asked_at, one.approval.id
