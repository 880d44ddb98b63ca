"""Checks of one born record: accounts and contacts, and deals and leads with their histories.

Reads nothing: gets files' bytes, answers findings with places. What was edited by hand shows as
a difference between the facts and what the history says (format.md section 1.3).
"""

from collections.abc import Mapping

import msgspec

from salescli.model.activity_rules import check_activities
from salescli.model.conversion import build_document, build_record
from salescli.model.definition import Definition
from salescli.model.errors import Finding, Place, finding
from salescli.model.events import Created, Json, Voided
from salescli.model.facts import State, build_document_of, build_state
from salescli.model.ids import is_born_id
from salescli.model.leads import check_lead, is_final
from salescli.model.records import Lead, Opportunity
from salescli.model.rules import check_lines, check_opportunity
from salescli.model.run_rules import check_runs
from salescli.model.years import FIRST_YEAR
from salescli.workspace.checking.activityforks import check_activity_forks
from salescli.workspace.checking.approvals import check_approvals
from salescli.workspace.checking.clients import check_client_in_use, check_id
from salescli.workspace.checking.collected import At, Source
from salescli.workspace.checking.eventvalues import check_event_values
from salescli.workspace.checking.history import Road, last_closing
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.leavers import check_leavers
from salescli.workspace.checking.lines import History, check_event_keys
from salescli.workspace.checking.values import check_values
from salescli.workspace.opportunities import as_tree
from salescli.workspace.telling import shown


def check_facts(
    source: Source, facts: Opportunity | Lead, record_id: str, known: Known
) -> list[Finding]:
    """What is wrong with the facts of a deal or lead by themselves."""
    found: list[At] = [*check_id(facts, record_id), *check_values(facts, known)]
    rules: list[Finding] = []
    if isinstance(facts, Lead):
        rules += check_lead(facts)
        found += check_client_in_use(facts, not is_final(facts.stage), known)
    elif facts.process in known.processes:
        reasons = (known.dictionaries or {}).get("close_reasons")
        rivals = None if known.competitors is None else known.competitors.competitors
        is_open = known.processes[facts.process].status_of(facts.stage) == "open"
        found += check_client_in_use(facts, is_open, known)
        lines = check_lines(facts)
        in_lines = [entry for _, entry in lines]
        broken = check_opportunity(facts, known.processes[facts.process], reasons, rivals)
        rules += [entry for entry in broken if entry not in in_lines]
        found += lines
        found += [
            (("products", place, "line"), finding("bad-id", f"{line.line!r} is no id of a line"))
            for place, line in enumerate(facts.products)
            if not is_born_id(line.line, "line")
        ]
    return [*source.place_all(found), *source.place_fields(rules)]


def said_by(road: Road, record_id: str, record: type[msgspec.Struct]) -> State:
    """What a history says, as a record says it: a quantity left out is 1."""
    try:
        tree = as_tree({"id": record_id, **build_document_of(road.state, record)})
        return build_state(build_document(build_record(tree, record)), record)
    except msgspec.ValidationError:
        return road.state  # the events make no record: compared as they are


def check_record_history(
    history: History,
    road: Road,
    record: type[msgspec.Struct],
    definition: Definition | None,
    known: Known,
) -> list[Finding]:
    """What is wrong with a deal's or lead's history by itself, with the places of its lines.

    What was voided can't be wrong any more: voiding is how a wrong event is mended.
    """
    counting = {event.id for event in road.live}
    events = [
        line.event
        for line in history.lines
        if line.event.id in counting or isinstance(line.event, Voided)
    ]
    found = [
        *road.found,
        *check_event_values(events, record, definition, known),
        *check_activities(road.live, known.dictionaries),
        *check_activity_forks(road.live, known.calendar),
        *check_runs([line.event for line in history.lines], definition),
        *check_approvals(road.live),
    ]
    numbers = {line.event.id: line.number for line in history.lines}
    placed = [
        msgspec.structs.replace(
            entry, place=history.place(numbers[name]) if name in numbers else Place(history.path)
        )
        for name, entry in found
    ]
    return [*placed, *_check_copies(history), *check_event_keys(history)]


def _check_copies(history: History) -> list[Finding]:
    return [
        finding(
            "event-line-twice",
            "this line repeats an earlier one; the two are one event",
            hint="salescli check --fix drops the copy",
            place=Place(history.path, number, 1),
        )
        for number in history.copies
    ]


def check_difference(source: Source, fields: Mapping[str, list[Json]], road: Road) -> list[Finding]:
    """A finding for each field of which facts and history say different things."""
    code = "unsettled-merge" if road.twins else "unrecorded-edit"
    hint = "salescli check --fix writes it down"
    if road.twins:
        hint = (
            "keep what the file says: salescli check --fix --keep facts\n"
            "or keep what its history says: salescli check --fix --keep history"
        )
    return [
        finding(
            code,
            f"{path}: the file says {_shown(after)}, its history {_shown(before)}",
            hint=hint,
            place=source.document.place(tree_path(source, path)),
            field=path.partition("/")[0],
        )
        for path, (before, after) in fields.items()
    ]


def _shown(value: Json) -> str:
    """A value in one short line, yes and no as they stand in files."""
    return str(value).lower() if isinstance(value, bool) else shown(value)


def tree_path(source: Source, path: str) -> tuple[str | int, ...]:
    """Where the value of an event's path stands in a file: items by their place."""
    top, *rest = path.split("/")
    items = source.tree.get(top)
    if not rest or not isinstance(items, list):
        return (top, *rest)
    for place, item in enumerate(items):
        if item == rest[0] or (isinstance(item, dict) and rest[0] in item.values()):
            return (top, place, *rest[1:])
    return (top,)


def _is_open(facts: Opportunity | Lead, definition: Definition | None) -> bool:
    """Whether a record is open; not where its process is unknown."""
    if isinstance(facts, Lead):
        return not is_final(facts.stage)
    return definition is not None and definition.status_of(facts.stage) == "open"


def check_road(
    facts: Opportunity | Lead,
    road: Road,
    directory: str,
    known: Known,
    definition: Definition | None,
) -> list[Finding]:
    """Where facts, history and directory must agree: closing day and year, and who had left."""
    found: list[Finding] = []
    birth = next((event for event in road.live if isinstance(event, Created)), None)
    folder, year, *_ = directory.split("/")
    born_in = str(known.calendar.day_of(birth.at).year) if birth is not None else year
    if born_in != year and (birth is None or birth.at.year >= FIRST_YEAR):
        text = f"created in {born_in}, it lies in {year}/"
        hint = f"move it with git mv to {folder}/{born_in}/"
        found.append(finding("wrong-year", text, hint=hint))
    if _is_open(facts, definition):
        found += check_leavers(facts, road.live, known)
    closing = last_closing(road.live)
    if isinstance(facts, Opportunity) and closing is not None and definition is not None:
        day = known.calendar.day_of(closing.at)
        is_closed = definition.status_of(facts.stage) != "open"
        if is_closed and facts.close_date not in (None, day):
            text = f"closed on {day}, the close date says {facts.close_date}"
            hint = f"write close_date: {day}"
            found.append(finding("wrong-closing-day", text, hint=hint, field="close_date"))
    return found
