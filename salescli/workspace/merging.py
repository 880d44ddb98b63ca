"""Two records of one client made one: whatever named the one that goes names the one that stays.

A stub stays behind (format.md section 8), so that a reference made on another branch resolves.
What happened is not rewritten: events that are written stay, only what is open is replanned.
"""

from collections.abc import Mapping
from typing import Any

from salescli.model.activities import build_activities
from salescli.model.catalogues import Plan, is_employed_on
from salescli.model.clients import is_erased, join_clients, redirected
from salescli.model.conversion import build_document
from salescli.model.errors import About, Gathered, Refused, finding
from salescli.model.events import Changed, Event, Json, Replanned
from salescli.model.facts import changes_between
from salescli.model.records import RECORD_TYPES
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.dump import Plain
from salescli.store.patch import Edit, Remove, Set, patch
from salescli.store.texts import build_edits, format_record
from salescli.workspace.addressing import Found
from salescli.workspace.clients import load_client
from salescli.workspace.clientsearch import search_client
from salescli.workspace.deals import (
    Loaded,
    event_head,
    load_deal,
    load_lead,
    stage_event,
    stage_fields,
)
from salescli.workspace.outcome import Outcome
from salescli.workspace.references import references_to
from salescli.workspace.session import Session
from salescli.workspace.telling import counted
from salescli.workspace.values import refuse_archived

PLAN_ORDER = ("client", "company", "department", "need", "owner", "product")
_NOUNS = {
    "opportunity": ("deal", "deals"),
    "lead": ("lead", "leads"),
    "account": ("account", "accounts"),
    "contact": ("contact", "contacts"),
    "activity": ("open activity", "open activities"),
}


def merge_clients(session: Session, text: str, into: str) -> Outcome:
    """Merge the client that `text` names into another of its kind.

    Deals, leads, contacts and open activities follow; the one that stays gets the fields that it
    lacks. Raises every fault together, those of the records that are to follow too.
    """
    gathered = Gathered()
    with gathered.trying():
        gone = search_client(session, text)
    with gathered.trying(), About("into", "client"):
        kept = search_client(session, into)
    gathered.raise_all()
    _refuse_pair(session, gone, kept)
    gone_name, left = join_into(session, gone, kept)
    counts = dict.fromkeys(_NOUNS, 0)
    words: list[str] = []
    seen: set[str] = set()
    for path in references_to(session, gone.id):
        with gathered.trying():
            words += _relink(session, path, {gone.id: kept.id}, counts, seen)
    gathered.raise_all()
    name = load_client(session, kept)[1].name
    told = counted(counts, _NOUNS)
    first = f"{gone_name} is {name} now, {kept.id}; "
    first += f"relinked: {told}." if told else "nothing named it."
    if left:
        words.insert(0, f"Not taken, {name} says otherwise: {', '.join(left)}.")
    title = f"merge {gone.id} into {kept.id}: {name}"
    return Outcome((kept.id,), (first, *words), title)


def _refuse_pair(session: Session, gone: Found, kept: Found) -> None:
    """Raise `Refused` for what can't be merged, with every reason."""
    gathered = Gathered()
    name = load_client(session, gone)[1].name
    record = load_client(session, gone)[1]
    with gathered.trying():
        if gone.id == kept.id:
            text, hint = f"{name} can't be merged into itself", "name the other one by its id"
            raise Refused(finding("merge-itself", text, hint=hint))
        refuse_archived(session, kept, "into")
    with gathered.trying():
        if gone.kind != kept.kind:
            text = f"{name} is {_a(gone.kind)}, {kept.id} {_a(kept.kind)}: they can't be one"
            hint = "a contact may belong to an account: salescli contact set CONTACT --account NAME"
            raise Refused(finding("merge-kinds", text, hint=hint))
    with gathered.trying():
        if record.merged_into and gone.id != kept.id:
            text = f"{name} was merged into {record.merged_into} already"
            raise Refused(finding("merged", text, hint=f"merge {record.merged_into} instead"))
        if is_erased(build_document(record)):
            text = f"{gone.id} was erased: nothing is known of them any more"
            raise Refused(finding("erased", text, hint="leave it as it is"))
    gathered.raise_all()


def join_into(session: Session, gone: Found, kept: Found) -> tuple[str, list[str]]:
    """Stage the stub, and the one that stays with what it lacked; (name, what was not taken)."""
    record = RECORD_TYPES[gone.kind]
    _, going = load_client(session, gone)
    source, staying = load_client(session, kept)
    before, taken = build_document(staying), build_document(going)
    if taken.get("account") == gone.id:  # never of two contacts, and nothing else has an account
        taken.pop("account")
    owner = session.team.people.get(str(taken.get("owner")))
    if owner is not None and not is_employed_on(owner, session.today):
        taken.pop("owner")
    after, left = join_clients(before, taken, record)
    fields = {
        path: change
        for path, change in changes_between(before, after, record).items()
        if change[0] != change[1]
    }
    session.files.write(
        kept.path,
        patch(source, kept.path, build_edits(fields, record), layout.KEY_ORDER[kept.kind]),
    )
    stub: dict[str, Any] = {"id": gone.id, "name": going.name, "merged_into": kept.id}
    ids = {
        system: text
        for system, text in (taken.get("external") or {}).items()
        if after.get("external", {}).get(system) != text
    }
    if ids:
        stub["external"] = ids  # by which an import finds the one that stays
    session.files.write(gone.path, format_record(stub, record))
    return going.name, left


def _relink(
    session: Session,
    path: str,
    merged: Mapping[str, str],
    counts: dict[str, int],
    seen: set[str],
) -> list[str]:
    """Let one file that names the client name the other; words about what can't follow."""
    located = layout.locate(path)
    assert located is not None
    if located.kind in ("account", "contact"):
        if located.id not in merged:
            _relink_client(session, Found(located.kind, located.id, path), merged, counts)
        return []
    kind = located.of or located.kind
    directory = path.rpartition("/")[0]
    if kind in ("opportunity", "lead"):
        if directory not in seen:
            seen.add(directory)
            load = load_lead if kind == "lead" else load_deal
            _relink_record(session, load(session, directory), merged, counts)
        return []
    gone, kept = next(iter(merged.items()))
    if located.kind == "plan" and _relink_plan(session, path, gone, kept):
        return []
    return [f"{path} still names {gone}: write {kept} there by hand."]


def _relink_plan(session: Session, path: str, gone: str, kept: str) -> bool:
    """Move a client's plan to the other; False where both have one for the same days."""
    source = session.read_required(path)
    plans = read_typed(source, path, Plan).client
    moved, there = plans.get(gone, {}), plans.get(kept, {})
    if not moved or moved.keys() & there.keys():
        return False
    joined: dict[str, Any] = {
        Plain(days): Plain(str(money)) for days, money in sorted({**moved, **there}.items())
    }
    edits: list[Edit] = [Set(("client", kept), joined), Remove(("client", gone))]
    session.files.write(path, patch(source, path, edits, PLAN_ORDER))
    return True


def _relink_client(
    session: Session, found: Found, merged: Mapping[str, str], counts: dict[str, int]
) -> None:
    """A contact's account, or where a stub leads."""
    source, record = load_client(session, found)
    fields: dict[str, list[Json]] = {}
    for name in ("account", "merged_into"):
        value = getattr(record, name, None)
        if value is not None and value in merged:
            fields[name] = [value, merged[value]]
    if not fields:
        return
    edits = build_edits(fields, RECORD_TYPES[found.kind])
    session.files.write(found.path, patch(source, found.path, edits, layout.KEY_ORDER[found.kind]))
    counts[found.kind] += "account" in fields


def _relink_record(
    session: Session, record: Loaded, merged: Mapping[str, str], counts: dict[str, int]
) -> None:
    """A deal's or lead's fields by one event, and who takes part in what is still open."""
    type_ = RECORD_TYPES[record.kind]
    staged: list[Event] = []
    wanted = redirected(record.state, merged)
    fields = changes_between(record.state, wanted, type_)
    if fields:
        changed = Changed(**event_head(session, record), fields=fields)
        stage_event(session, record, changed)
        stage_fields(session, record, fields)
        staged.append(changed)
        counts[record.kind] += 1
    for activity in build_activities(record.live).values():
        people: list[Any] = [merged.get(person, person) for person in activity.people]
        if not activity.is_open or people == list(activity.people):
            continue
        event = Replanned(
            **event_head(session, record, staged),
            activity=activity.id,
            fields={"people": [list(activity.people), list(dict.fromkeys(people))]},
        )
        stage_event(session, record, event)
        staged.append(event)
        counts["activity"] += 1


def _a(kind: str) -> str:
    return "an account" if kind == "account" else "a contact"
