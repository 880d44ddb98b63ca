"""Random processes and random walks, against a small model that shares no code with the engine."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from standings import LOST, NAMES, REASONS, WON, final, make_deal, process, require, stage

from salescli.model.definition import Definition
from salescli.model.events import Closed, Created, Event, Moved, Reopened
from salescli.model.names import subject_of
from salescli.model.visits import build_visits
from salescli.process.checks import check_definition
from salescli.process.engine import Advanced, Outcome, Standing, advance, close, move, reopen
from salescli.process.standing import OpenStep

LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
SIZE = settings(max_examples=3000 if LONG else 80, deadline=None)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
GONE = final("gone", "failure")
LETTERS = "abcdef"


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """One to six open stages, some retired, some with moves and caps; three finals."""
    count = draw(st.integers(1, len(LETTERS)))
    names = [*LETTERS[:count], "won"]
    stages = []
    for name in LETTERS[:count]:
        others = [other for other in names if other != name]
        stages.append(
            stage(
                name,
                cap=draw(st.integers(0, 100)),
                retired=draw(st.booleans()) and name != "a",
                moves=draw(st.none() | st.lists(st.sampled_from(others), unique=True)),
            )
        )
    return process(*stages, finals=[WON, LOST, GONE])


class Model:
    """Where the deal is and was, by plain rules on lists of letters."""

    def __init__(self, definition: Definition) -> None:
        self.order = [entry.stage for entry in definition.stages]
        self.retired = {entry.stage for entry in definition.stages if entry.retired}
        self.moves = {entry.stage: entry.moves for entry in definition.stages}
        self.caps = {entry.stage: entry.cap for entry in definition.stages}
        self.at = "a"
        self.seen = {"a"}

    def is_final(self, name: str) -> bool:
        return name in ("won", "lost", "gone")

    def may_go(self, name: str) -> bool:
        allowed = self.moves[self.at]
        return name not in self.retired and (
            allowed is None or name in allowed or name in ("lost", "gone")
        )

    def expect(self, action: str, to: str) -> tuple[list[str], list[str]] | None:
        """(skipped, undone) of an action, or None where it is refused."""
        here, there = self.order.index(self.at), self.order.index(to)
        back = [name for name in self.order[there:] if name in self.seen]
        if action == "reopen":
            is_open = not self.is_final(to) and to not in self.retired
            return ([], back) if self.is_final(self.at) and is_open else None
        if self.is_final(self.at) or not self.may_go(to) or to == self.at:
            return None
        passed = [
            name
            for name in self.order[here + 1 : there]
            if name not in self.retired and not self.is_final(name)
        ]
        if action == "close":
            return (passed if to == "won" else [], []) if self.is_final(to) else None
        if self.is_final(to) or (action == "advance" and there < here):
            return None
        return (passed, []) if there > here else ([], back)

    def go(self, to: str, skipped: list[str]) -> None:
        self.at = to
        self.seen |= {to, *skipped}


def act(action: str, to: str, standing: Standing) -> Outcome:
    if action == "advance":
        return advance(standing, to)
    if action == "move":
        return move(standing, to)
    if action == "close":
        more: dict[str, Any] = {} if to == "won" else {"reason": "price"}
        return close(standing, to, close_reasons=REASONS, **more)
    return reopen(standing, to, "again")


def event_of(outcome: Advanced, number: int) -> Event:
    head: dict[str, Any] = {
        "id": f"h-{number}",
        "seq": number,
        "at": BORN + timedelta(days=number),
        "by": "anna",
        "from_": outcome.from_,
        "to": outcome.to,
    }
    skipped, undone = list(outcome.skipped), list(outcome.undone)
    if outcome.kind == "closed":
        return Closed(**head, skipped=skipped, fields=outcome.fields)
    if outcome.kind == "reopened":
        return Reopened(**head, undone=undone, reason="again")
    return Moved(**head, skipped=skipped, undone=undone)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["advance", "move", "move", "close", "reopen", "reopen"]),
        st.integers(0, 8),
        st.none() | st.integers(0, 100),
    ),
    max_size=25,
)


@SIZE
@given(definitions(), ACTIONS)
def test_walks_skip_and_undo_what_the_small_model_says(
    definition: Definition, actions: list[tuple[str, int, int | None]]
) -> None:
    model = Model(definition)
    events: list[Event] = [Created(id="h-0", seq=0, at=BORN, by="anna", fields={"stage": "a"})]
    for number, (action, place, by_hand) in enumerate(actions, 1):
        to = model.order[place % len(model.order)]
        deal = make_deal(model.at, probability=by_hand)
        standing = Standing(
            deal=deal,
            definition=definition,
            visits=build_visits(events),
            subject=subject_of(deal),
            names=NAMES,
            today=date(2026, 11, 13),
        )
        expected = model.expect(action, to)
        outcome = act(action, to, standing)
        assert isinstance(outcome, Advanced) is (expected is not None), (action, to, outcome)
        if not isinstance(outcome, Advanced) or expected is None:
            continue
        assert (list(outcome.skipped), list(outcome.undone)) == expected
        stays = by_hand is None or (not model.is_final(to) and by_hand <= model.caps[to])
        assert outcome.fields.get("probability") == (None if stays else [by_hand, None])
        model.go(to, expected[0])
        events.append(event_of(outcome, number))
        # what was visited at or after a stage that was gone back to is history from then on
        live = {visit.stage for visit in build_visits(events)[:-1] if not visit.historical}
        assert not live & set(expected[1])


@SIZE
@given(definitions())
def test_advancing_by_default_visits_each_stage_in_use_once_and_then_offers_a_closing(
    definition: Definition,
) -> None:
    at, seen = "a", []
    while True:
        deal = make_deal(at)
        outcome = advance(
            Standing(
                deal=deal,
                definition=definition,
                visits=(),
                subject=subject_of(deal),
                names=NAMES,
                today=date(2026, 11, 13),
            )
        )
        if not isinstance(outcome, Advanced):
            break
        at = outcome.to
        seen.append(at)
    in_use = [entry.stage for entry in definition.open_stages if not entry.retired][1:]
    assert seen == in_use[: len(seen)]
    (problem,) = outcome.findings
    assert problem.code == ("last-stage" if seen == in_use else "move-not-allowed")


@SIZE
@given(definitions())
def test_a_definition_is_called_a_trap_exactly_where_no_walk_wins(definition: Definition) -> None:
    moves = {entry.stage: entry.moves for entry in definition.stages}
    in_use = {entry.stage for entry in definition.stages if not entry.retired}
    trapped = set()
    for name in in_use - {"won", "lost", "gone"}:
        around, seen = {name}, {name}
        while around:  # a flood, one step at a time
            allowed = {
                other
                for place in around
                if place not in ("won", "lost", "gone")
                for other in (in_use if moves[place] is None else moves[place] or [])
                if other in in_use
            }
            around = allowed - seen
            seen |= around
        if "won" not in seen:
            trapped.add(name)
    told = {
        str(definition.stages[int(path[1])].stage)
        for path, problem in check_definition(definition, NAMES)
        if problem.code == "trap"
    }
    assert told == trapped


FIELDS = ("budget", "need", "mood", "category", "source", "type")


@SIZE
@given(
    st.lists(st.lists(st.sampled_from(FIELDS), max_size=4, unique=True), min_size=2, max_size=5),
    st.sets(st.sampled_from(FIELDS[1:])),
    st.integers(1, 4),
    st.lists(st.sampled_from(["Call them", "Ask the bank"]), unique=True),
    st.booleans(),
    st.sampled_from([None, "", "the boss"]),
)
def test_all_reasons_against_a_move_come_at_once(
    wanted: list[list[str]],
    known: set[str],
    distance: int,
    mandatory: list[str],
    is_allowed: bool,
    force: str | None,
) -> None:
    distance = min(distance, len(wanted) - 1)
    target = LETTERS[distance]
    stages = [
        stage(
            name,
            exit=require(*fields),
            moves=None if is_allowed or name != "a" else ["won"],
            retired=name == target and not is_allowed,
        )
        for name, fields in zip(LETTERS, wanted, strict=False)
    ]
    deal = make_deal("a", **dict.fromkeys(known, "something"))
    standing = Standing(
        deal=deal,
        definition=process(*stages),
        visits=(),
        subject=subject_of(deal),
        names=NAMES,
        today=date(2026, 11, 13),
        open_mandatory=[
            OpenStep("act-a6xr", title, "salescli activity done a6xr") for title in mandatory
        ],
    )
    expected = [] if is_allowed else ["retired-stage", "move-not-allowed"]
    missing = [
        f"say {field}" for fields in wanted[:distance] for field in fields if field not in known
    ]
    if not force:
        expected += ["unmet-requirement"] * len(missing) + ["mandatory-step"] * len(mandatory)
        expected += ["force-needs-reason"] if force == "" else []
    outcome = move(standing, target, force)
    if isinstance(outcome, Advanced):
        assert expected == []
        assert outcome.forced == (force if missing or mandatory else None)
        assert [unmet.words for unmet in outcome.overridden] == missing
    else:
        assert [problem.code for problem in outcome.findings] == expected
        told = [problem.text for problem in outcome.findings if problem.code == "unmet-requirement"]
        assert [text.partition(": ")[2] for text in told] == (missing if not force else [])
