"""The graph of a definition, its loops and paths: by hand, and against counting all there are."""

from collections.abc import Iterator
from itertools import islice, pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standings import LOST, WON, process, shipped, stage

from salescli.model.definition import Criterion, Step
from salescli.model.flow import FlowStage, Route
from salescli.process.graph import build_flow, find_loops, find_paths, simple_ways, targets_of

SIZE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def step(name: str, then: dict[str, str | None], **more: object) -> Step:
    return Step(**{"step": name, "kind": "task", "title": name.title(), "then": then} | more)


def stage_of(name: str, at: str) -> FlowStage:
    return next(entry for entry in build_flow(shipped(name)).stages if entry.stage == at)


def alone(*steps: Step, begin: list[str] | None = None) -> FlowStage:
    return build_flow(process(stage("a", steps=list(steps), begin=begin))).stages[0]


def test_routes_stand_in_the_order_of_the_file_each_with_what_it_leads_to() -> None:
    assert stage_of("corporate", "contracting").routes == (
        Route("contract", "done", "step", "meet"),
        Route("contract", "cancelled", "end-of-process"),
        Route("meet", "done", "step", "sign"),
        Route("meet", "cancelled", "end-of-process"),
        Route("sign", "done", "stage", "won"),
        Route("sign", "again", "step", "meet"),
    )
    assert stage_of("quick", "qualification").routes[0] == Route(
        "learn-needs", "done", "end-of-branch"
    )


def test_a_route_says_its_target_as_the_definition_writes_it() -> None:
    entry = shipped("corporate").stage_named("contracting")
    assert entry is not None
    written = [to for one in entry.steps for to in one.then.values()]
    assert [route.target for route in stage_of("corporate", "contracting").routes] == written
    assert stage_of("quick", "qualification").routes[0].target == "~"


def test_what_is_special_about_a_step_and_required_criteria_are_in_the_graph() -> None:
    asked = step("a", {"done": None}, when="budget", start_after="4h", mandatory=True, adopt=True)
    exits = [Criterion(require="need", say="Ask"), Criterion(advise="mood"),
             Criterion(require="budget")]  # fmt: skip
    entry = build_flow(process(stage("a", steps=[asked], exit=exits))).stages[0]
    told = entry.steps[0]
    assert (told.when, told.start_after, told.is_mandatory, told.is_adopting) == (
        "budget", "4h", True, True,
    )  # fmt: skip
    assert entry.required == ("Ask", "budget")


def test_what_is_retired_is_not_in_the_graph_and_a_route_to_it_ends_the_stage() -> None:
    definition = process(
        stage(
            "a",
            steps=[
                step("old", {"done": "end-of-stage"}, retired=True),
                step("new", {"done": "old"}),
            ],
        ),
        stage("b", retired=True),
        stage("c"),
    )
    flow = build_flow(definition)
    assert [entry.stage for entry in flow.stages] == ["a", "c"]
    assert [entry.step for entry in flow.stages[0].steps] == ["new"]
    assert flow.stages[0].begin == ("new",)
    assert flow.stages[0].routes == (Route("new", "done", "end-of-stage"),)
    assert flow.stages[0].following == "c"


def test_the_end_of_a_stage_leads_to_the_next_one_and_after_the_last_to_the_success() -> None:
    following = [entry.following for entry in build_flow(shipped("real-estate")).stages]
    assert following == ["key-contacts", "proposal-preparation", "proposal-presentation", "won"]


def test_moves_restrict_what_may_be_chosen_but_never_a_failure() -> None:
    definition = process(stage("a", moves=["c"]), stage("b"), stage("c", moves=["a", "won"]))
    first, second, third = build_flow(definition).stages
    assert (first.following, first.choices, first.has_moves) == (None, ("c", "lost"), True)
    assert (second.following, second.choices) == ("c", ("a", "c", "won", "lost"))
    assert (third.following, third.choices) == ("won", ("a", "won", "lost"))
    assert targets_of(definition, definition.stages[0]) == ["c", "lost"]


def test_a_stage_leads_on_by_its_routes_and_where_somebody_chooses_to_all_choices() -> None:
    assert stage_of("corporate", "contracting").onward == ("won",)
    assert stage_of("quick", "contracting").onward == ("won",)
    assert stage_of("quick", "qualification").onward == ("presentation",)
    assert set(stage_of("real-estate", "qualification").onward) == {
        "key-contacts", "proposal-preparation", "proposal-presentation",
        "won", "lost", "rerouted", "rejected",
    }  # fmt: skip
    by_hand = build_flow(process(stage("a"))).stages[0]
    assert by_hand.onward == ("won", "lost")


@pytest.mark.parametrize(
    ("name", "at", "loops"),
    [
        ("real-estate", "proposal-preparation", []),
        ("real-estate", "proposal-presentation", [("agree", "record", "present")]),
        ("corporate", "negotiations", [("terms", "agreed")]),
        ("corporate", "contracting", [("meet", "sign")]),
        ("quick", "qualification", [("learn-needs",)]),
    ],
)
def test_loops_of_the_shipped_processes(name: str, at: str, loops: list[tuple[str, ...]]) -> None:
    assert list(find_loops(stage_of(name, at))) == loops


@pytest.mark.parametrize(
    ("name", "at", "paths"),
    [
        ("real-estate", "qualification", [("facts", "end-of-stage")]),
        (
            "real-estate",
            "proposal-preparation",
            [
                ("costing-needed", "costing", "proposal", "end-of-stage"),
                ("costing-needed", "proposal", "end-of-stage"),
            ],
        ),
        (
            "corporate",
            "contracting",
            [
                ("contract", "meet", "sign", "stage:won"),
                ("contract", "meet", "end-of-process"),
                ("contract", "end-of-process"),
            ],
        ),
        ("quick", "qualification", [("learn-needs", "~"), ("prepare", "stage:presentation")]),
    ],
)
def test_paths_of_the_shipped_processes(name: str, at: str, paths: list[tuple[str, ...]]) -> None:
    assert list(find_paths(stage_of(name, at))) == paths


NAMES = "abcde"
ENDS = ["end-of-stage", "end-of-process", "stage:won", None]


@st.composite
def stages(draw: st.DrawFn) -> FlowStage:
    """Up to five steps that lead anywhere."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    targets = [*names, *ENDS]
    results = st.dictionaries(
        st.sampled_from(["done", "cancelled", "again"]), st.sampled_from(targets), min_size=1
    )
    begin = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return alone(*(step(name, draw(results)) for name in names), begin=begin)


def leads(entry: FlowStage, one: str, other: str) -> bool:
    return any(route.step == one and route.target == other for route in entry.routes)


def all_orders(entry: FlowStage) -> Iterator[tuple[str, ...]]:
    names = [one.step for one in entry.steps]
    for count in range(1, len(names) + 1):
        yield from permutations(names, count)


@SIZE
@given(stages())
def test_loops_are_all_orders_of_steps_that_lead_round_each_once(entry: FlowStage) -> None:
    expected = {
        order
        for order in all_orders(entry)
        if order[0] == min(order)
        and all(leads(entry, one, other) for one, other in pairwise((*order, order[0])))
    }
    found = list(find_loops(entry))
    assert (set(found), len(found)) == (expected, len(expected))


@SIZE
@given(stages())
def test_paths_are_all_orders_of_steps_that_lead_from_a_beginning_to_an_end(
    entry: FlowStage,
) -> None:
    names = {one.step for one in entry.steps}
    ends = {route.target for route in entry.routes} - names
    expected = {
        (*order, end)
        for order in all_orders(entry)
        for end in ends
        if order[0] in entry.begin
        and all(leads(entry, one, other) for one, other in pairwise(order))
        and leads(entry, order[-1], end)
    }
    found = list(find_paths(entry))
    assert (set(found), len(found)) == (expected, len(expected))


def test_the_first_of_very_many_paths_come_at_once() -> None:
    names = [f"s{number}" for number in range(40)]
    routes = {name: [*names, "out"] for name in names}
    ways = islice(simple_ways("s0", routes, frozenset(["out"])), 10_001)
    assert sum(1 for _ in ways) == 10_001


def test_a_long_part_that_leads_nowhere_is_not_searched_through() -> None:
    names = [f"s{number}" for number in range(40)]
    routes = {name: list(names) for name in names}
    routes |= {"first": ["s0", "last"], "last": ["out"]}
    assert list(simple_ways("first", routes, frozenset(["out"]))) == [("first", "last", "out")]


def test_finals_are_in_the_graph_with_what_they_mean() -> None:
    finals = build_flow(process(stage("a"), finals=[WON, LOST])).finals
    assert [(one.stage, one.is_success) for one in finals] == [("won", True), ("lost", False)]
