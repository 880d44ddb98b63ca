"""Proposals of a deal: numbered, versioned, with a file and a state (domain.md section 5).

Each change is one `proposed` event that names what changes; a later one overwrites.
"""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import msgspec

from salescli.model.activities import PROPOSAL_STATES, Proposal, build_proposals
from salescli.model.amounts import currencies_of
from salescli.model.correspondence import build_files
from salescli.model.errors import Gathered, NotFound, Refused, WrongUsage, finding
from salescli.model.events import Attached, Proposed
from salescli.model.inputs import clean_text
from salescli.model.money import Money, parse_money
from salescli.model.nearest import did_you_mean
from salescli.model.records import Opportunity
from salescli.workspace.attachments import store_file
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.inner import find_inner
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


class Handed(msgspec.Struct, frozen=True):
    """A proposal's file as it was typed; `data` unless it names one that is attached already."""

    name: str
    data: bytes | None = None


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed of a proposal; None: not typed."""

    number: str | None = None
    version: str | None = None
    state: str | None = None
    amount: str | None = None
    file: Handed | None = None


def add_proposal(session: Session, record: Loaded, typed: Typed) -> Outcome:
    """Make a proposal: version 1 and a draft unless said otherwise. The id is its own."""
    values = {"version": 1, "state": "draft", **_read(session, record, typed)}
    return _write(session, record, session.new_id("prop"), values, typed.file, "add")


def set_proposal(session: Session, text: str, typed: Typed) -> Outcome:
    """Change a proposal, named by the beginning of its id; a new version begins as a draft."""
    proposal_id, record = find_proposal(session, text)
    old = build_proposals(record.live)[proposal_id]
    values = _read(session, record, typed)
    if "state" not in values:
        is_new = values.get("version", 0) > (old.version or 0)
        values["state"] = "draft" if is_new else old.state
    was = {
        "number": old.number,
        "version": old.version,
        "state": old.state,
        "amount": None if old.amount is None else str(old.amount),
    }
    changed = {name: value for name, value in values.items() if value != was[name]}
    return _write(
        session, record, proposal_id, {**changed, "state": values["state"]}, typed.file, "set", old
    )


def find_proposal(session: Session, text: str) -> tuple[str, Loaded]:
    """The proposal whose id begins so, and its deal; raises `NotFound`."""
    return find_inner(session, "prop", text, lambda record: build_proposals(record.live))


def list_proposals(record: Loaded) -> Sequence[Proposal]:
    """A deal's proposals in order of appearance."""
    return list(build_proposals(record.live).values())


def _write(
    session: Session,
    record: Loaded,
    proposal_id: str,
    values: dict[str, Any],
    handed: Handed | None,
    verb: str,
    old: Proposal | None = None,
) -> Outcome:
    attached: list[Attached] = []
    if handed is not None:
        file, attached = _place(session, record, handed)
        if old is None or old.file != file:
            values["file"] = file
    is_same = old is not None and set(values) == {"state"} and values["state"] == old.state
    if is_same and not attached:
        return Outcome((proposal_id,), ("Nothing to change: it says so already.",))
    head = event_head(session, record, attached)
    event = Proposed(**head, proposal=proposal_id, **values)
    for one in attached:
        stage_event(session, record, one)
    stage_event(session, record, event)
    number = event.number or (old and old.number) or proposal_id
    version = event.version or (old and old.version)
    told = f"Proposal {number}{f' v{version}' if version else ''}: {event.state}"
    file_words = f", {event.file}" if event.file else ""
    title = f"{verb} proposal {number} of {record.id}: {record.facts.title}"
    return Outcome((proposal_id,), (f"{told}{file_words}.",), title)


def _place(session: Session, record: Loaded, handed: Handed) -> tuple[str, list[Attached]]:
    if handed.data is not None:
        head = event_head(session, record)
        # Versions of one proposal mostly have files of one name: each is kept, numbered.
        stored = store_file(session, record, handed.name, handed.data, head, is_numbered=True)
        return stored.file, [] if stored.event is None else [stored.event]
    known = [file.file for file in build_files(record.live).values() if file.file]
    for file in known:
        if handed.name in (file, PurePath(file).name):
            return file, []
    raise NotFound(
        finding(
            "no-such-attachment",
            f"there is no file {handed.name!r}, neither here nor on {record.facts.title}",
            hint=did_you_mean(handed.name, known) or "give a path, or attach it first",
            field="file",
        )
    )


def _read(session: Session, record: Loaded, typed: Typed) -> dict[str, Any]:
    """All typed values as the event keeps them; raises every fault together."""
    gathered = Gathered()
    values: dict[str, Any] = {}
    if typed.number is not None:
        with gathered.trying("number"):
            values["number"] = clean_text(typed.number).strip()
            if not values["number"] or "\n" in values["number"]:
                text = "a proposal's number is one line: leave --number out if there is none"
                raise Refused(finding("missing-value", text, field="number"))
    if typed.version is not None:
        with gathered.trying("version"):
            values["version"] = _version(typed.version)
    if typed.state is not None:
        with gathered.trying("state"):
            values["state"] = _state(typed.state)
    if typed.amount is not None:
        with gathered.trying("amount"):
            values["amount"] = str(_amount(session, record, typed.amount))
    gathered.raise_all()
    return values


def _version(text: str) -> int:
    plain = text.strip().removeprefix("v")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 6 and int(plain) > 0):
        hint = "versions count from 1"
        raise WrongUsage(
            finding("not-a-whole-number", f"{text!r} is not a version", hint=hint, field="version")
        )
    return int(plain)


def _state(text: str) -> str:
    state = text.strip().lower()
    if state not in PROPOSAL_STATES:
        raise NotFound(
            finding(
                "no-such-value",
                f"a proposal is none of {', '.join(PROPOSAL_STATES)}: {text!r}",
                hint=did_you_mean(state, PROPOSAL_STATES),
                field="state",
            )
        )
    return state


def _amount(session: Session, record: Loaded, text: str) -> Money:
    """An amount in the deal's currency: all money of a deal is in one."""
    money = parse_money(text, session.settings.currency)
    facts = record.facts
    known = sorted(currencies_of(facts)) if isinstance(facts, Opportunity) else []
    if known and money.currency not in known:
        text = f"the money of one deal is in one currency, here it is {known[0]}"
        hint = f"write {money.amount:f} {known[0]}, if that is what was meant"
        raise Refused(finding("two-currencies", text, hint=hint, field="amount"))
    return money
