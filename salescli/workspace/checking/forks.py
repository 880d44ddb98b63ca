"""A road through the stages that a merge has forked: the ways on which it may go on.

Owns which events count no more on each way, and the words that say so: one command a way settles
the whole record, the way of its file first. Pure; the rules stand in format.md sections 6 to 8.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from salescli.model.errors import Finding
from salescli.model.events import STAGE_EVENTS, Changed, Closed, Created, Event, Json, StageEvent
from salescli.model.facts import State, changes_between, fold
from salescli.model.rules import LOCKED_WHEN_CLOSED
from salescli.workspace.checking.history import Of, Road, stage_after, void_line

MOST_WAYS = 3  # that a hint tells
# What is told of a record as long as nobody knows its stage, and may be well once it is settled.
_WAITING = frozenset(
    "locked-change unsettled-merge reason-not-failed revenue-not-won probability-when-closed "
    "wrong-closing-day reason-needed closed-without-day above-cap path-into-nothing "
    "too-early".split()
)
SETTLE_FIRST = "settle the fork in its history first"
_SAME = "settled together with the other fork of this history"


class Way(msgspec.Struct, frozen=True):
    """Where a record comes to if these events count no more."""

    stage: str
    lost: tuple[str, ...]  # ids, in the order of the history


def find_ways(live: Sequence[Event], state: State) -> list[Way]:
    """The ways of a record on which no stage event contradicts another; each stage once.

    `state` is what its file says: the way to its stage comes first, and of several to one stage
    the one on which the history says most of what the file does.
    """
    chains = list(_chains(live, str(state.get("stage", ""))))
    told: dict[str, Way] = {}
    ranked = sorted(
        chains,
        key=lambda chain: (
            stage_after(chain[-1]) != state.get("stage"),
            _differences(live, chain, state),
            -len(chain),
        ),
    )
    for chain in ranked:
        stage = stage_after(chain[-1])
        told.setdefault(stage, Way(stage, what_falls(live, _others(live, chain))))
    return list(told.values())


def find_repeated_steps(live: Sequence[Event]) -> tuple[str, ...]:
    """The later steps that went where the record stood already, with what falls with them.

    Nothing where the history is forked without them as well: then somebody has to choose.
    """
    kept: list[StageEvent] = []
    repeated: list[StageEvent] = []
    for event in live:
        if not isinstance(event, STAGE_EVENTS):
            continue
        if not kept or _goes_on(kept[-1], event):
            kept.append(event)
        elif stage_after(event) == stage_after(kept[-1]):
            repeated.append(event)
        else:
            return ()
    return what_falls(live, {event.id for event in repeated}) if repeated else ()


def what_falls(live: Sequence[Event], lost: Iterable[str]) -> tuple[str, ...]:
    """These events with those that can't stand without them: changes of what is closed then.

    A closed deal takes no change of some fields, and has no probability of its own.
    """
    out = set(lost)
    is_closed = False
    for event in live:
        if event.id in out:
            continue
        if isinstance(event, STAGE_EVENTS):
            is_closed = isinstance(event, Closed)
        elif is_closed and isinstance(event, Changed) and _sets(event, LOCKED_WHEN_CLOSED):
            out.add(event.id)
    if is_closed:
        for event in reversed(live):
            rest = [one for one in live if one.id not in out]
            if fold(rest).get("probability") is None:
                break
            if isinstance(event, Changed) and _sets(event, ("probability",)):
                out.add(event.id)
    return tuple(event.id for event in live if event.id in out)


def what_stays(live: Sequence[Event], lost: Iterable[str]) -> dict[str, list[Json]]:
    """All else in changes that count no more for what a closed deal locks, {path: [before, after]}.

    `lost` are all the events that count no more, by their ids. A change that could stand beside
    what is left of them goes whole: somebody wanted it gone.
    """
    out = set(lost)
    rest = [event for event in live if event.id not in out or isinstance(event, Changed)]
    fallen = out.intersection(what_falls(rest, ()))
    kept = [event for event in live if event.id not in out]
    cut = [
        _without_locked(event) if isinstance(event, Changed) and event.id in fallen else event
        for event in live
        if event.id not in out or event.id in fallen
    ]
    return changes_between(fold(kept), fold(cut))


def advise(road: Road, state: State) -> Road:
    """The road with one command for each way out of its forks; a road without forks as it is."""
    if not road.is_forked:
        return road
    return msgspec.structs.replace(road, found=tuple(_advised(road, state)))


def waiting(found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of a forked record: what hangs on its stage waits until that is known."""
    for entry in found:
        yield msgspec.structs.replace(entry, hint=SETTLE_FIRST) if entry.code in _WAITING else entry


def _advised(road: Road, state: State) -> Iterator[Of]:
    hint = _hint(road.live, state)
    for name, entry in road.found:
        if entry.code == "fork":
            yield name, msgspec.structs.replace(entry, hint=hint)
            hint = _SAME
        else:
            yield name, entry


def _hint(live: Sequence[Event], state: State) -> str:
    if find_repeated_steps(live):
        return "salescli check --fix voids the later step: the record stood there already"
    ways = [way for way in find_ways(live, state) if way.lost]
    lines = [
        f"{'or ' if number else ''}keep {way.stage}: {void_line(*way.lost)}"
        for number, way in enumerate(ways[:MOST_WAYS])
    ]
    return "\n".join(lines)


def _chains(live: Sequence[Event], stage: str) -> Iterator[tuple[StageEvent, ...]]:
    """The longest ways to each event after which none goes on, and to those at a stage."""
    steps = [event for event in live if isinstance(event, STAGE_EVENTS)]
    best: list[tuple[StageEvent, ...]] = []
    for event in steps:
        before = [chain for chain in best if chain and _goes_on(chain[-1], event)]
        best.append((*max(before, key=len), event) if before else () if best else (event,))
    for number, chain in enumerate(best):
        is_last = chain and not any(_goes_on(chain[-1], event) for event in steps[number + 1 :])
        if is_last or (chain and stage_after(chain[-1]) == stage):
            yield chain


def _goes_on(last: StageEvent, event: StageEvent) -> bool:
    """Whether a stage event leads on from another."""
    return (
        not isinstance(event, Created)
        and event.from_ == stage_after(last)
        and event.to != event.from_
        and event.at >= last.at
    )


def _others(live: Sequence[Event], chain: Sequence[StageEvent]) -> set[str]:
    kept = {event.id for event in chain}
    return {event.id for event in live if isinstance(event, STAGE_EVENTS)} - kept


def _differences(live: Sequence[Event], chain: Sequence[StageEvent], state: State) -> int:
    lost = _others(live, chain)
    said = fold([event for event in live if event.id not in lost])
    return sum(said.get(name) != state.get(name) for name in {**said, **state})


def _without_locked(event: Changed) -> Changed:
    fields = {
        path: change
        for path, change in event.fields.items()
        if path.partition("/")[0] not in LOCKED_WHEN_CLOSED
    }
    return msgspec.structs.replace(event, fields=fields)


def _sets(event: Changed, names: Iterable[str]) -> bool:
    tops = {path.partition("/")[0] for path in event.fields}
    return not tops.isdisjoint(names)
