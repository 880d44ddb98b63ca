"""Taking back, long after it was written, what was only said.

Notes, posts, mails, hours, ends of activities, approvals that were asked for or decided.

What changes facts is changed by its own commands; here an event is voided as a mistake, and what
it says is written again if need be.
"""

from collections.abc import Sequence
from typing import get_args

from salescli.model.activities import build_activities
from salescli.model.approvals import Approval, build_approvals
from salescli.model.errors import NotFound, Refused, finding
from salescli.model.events import (
    Asked,
    Cancelled,
    Decided,
    Done,
    Event,
    Mailed,
    Noted,
    Posted,
    Worked,
)
from salescli.report.records.timeline import Entry
from salescli.workspace.deals import Loaded
from salescli.workspace.finishing import read_note
from salescli.workspace.mailremoval import remove_mails
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.timelines import LeadHistories, build_entries, wording_of
from salescli.workspace.undoing import void_events

Said = Noted | Posted | Mailed | Worked | Done | Cancelled | Asked | Decided


def list_entries(session: Session, record: Loaded) -> list[Entry]:
    """What of a deal or lead can be taken back, in words, the newest first."""
    said = {event.id for event in _said(record)}
    entries = build_entries(session, record, LeadHistories({}), wording_of(session, record))
    return [entry for entry in reversed(entries) if entry.id in said]


def retract(session: Session, record: Loaded, text: str, why: str | None = None) -> Outcome:
    """Void the one entry whose id begins with `text`; a mail's files go with it.

    `text` is the beginning of the event's id or of that of its post, mail, activity
    or approval. Raises
    `NotFound`, and `Refused` for a post with replies.
    """
    event = _find(session, record, text)
    (entry,) = [one for one in list_entries(session, record) if one.id == event.id]
    _refuse_if_answered(record, event)
    note = read_note(why)
    if isinstance(event, Mailed):
        remove_mails(session, record, [event], note)
    else:
        void_events(session, record.history_path, [event], "mistake", note)
    words = f"Counts as never written: {entry.words}."
    return Outcome((record.id,), (words,), f"retract {entry.words[:60]} of {record.id}")


def _said(record: Loaded) -> list[Said]:
    """The events that can be taken back; what became of a step of the process is none of them.

    What was asked for can be as long as it waits; of what is decided, the decision.
    """
    activities = build_activities(record.live)
    approvals = build_approvals(record.live)
    return [
        event
        for event in record.live
        if isinstance(event, get_args(Said))
        and not (isinstance(event, Done | Cancelled) and activities[event.activity].step)
        and not (isinstance(event, Asked) and not approvals[event.approval].waits_alone)
        and not (isinstance(event, Decided) and _is_of_step(approvals.get(event.approval)))
    ]


def _is_of_step(approval: Approval | None) -> bool:
    return approval is not None and approval.step is not None


def _ids(event: Event) -> list[str]:
    inner = (getattr(event, name, None) for name in ("post", "mail", "activity", "approval"))
    return [event.id, *(one for one in inner if one)]


def _begins(event: Event, text: str) -> bool:
    return any(
        one.startswith(text) or one.partition("-")[2].startswith(text) for one in _ids(event)
    )


def _find(session: Session, record: Loaded, text: str) -> Said:
    found = [event for event in _said(record) if text and _begins(event, text)]
    if len(found) == 1:
        return found[0]
    shown = f"salescli retract {session.short(record.id)} shows what there is"
    if not found:
        said = f"nothing on {record.facts.title} that can be taken back is called {text!r}"
        raise NotFound(finding("no-such-entry", said, hint=shown, field="entry"))
    lines = [f"{text!r} may be any of {len(found)}:", *(f"  {event.id}" for event in found[:10])]
    raise NotFound(finding("ambiguous", "\n".join(lines), hint=f"give more of its id; {shown}"))


def _refuse_if_answered(record: Loaded, event: Event) -> None:
    answers: Sequence[str] = [
        one.post
        for one in record.live
        if isinstance(event, Posted) and isinstance(one, Posted) and one.reply_to == event.post
    ]
    if answers:
        text = f"the post has {len(answers)} {'reply' if len(answers) == 1 else 'replies'}"
        hint = f"retract {' and '.join(answers)} first"
        raise Refused(finding("has-replies", text, hint=hint))
