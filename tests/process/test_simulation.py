"""Walking through a process: what is walked is all there is, counted by hand for what ships."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from standings import NAMES, process, shipped, stage

from salescli.model.definition import Definition, Step
from salescli.process.checks import check_definition
from salescli.process.graph import build_flow, find_loops
from salescli.process.simulation import simulate, walk_routes, walks_round

SIZE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ALL = ("won", "lost", "rerouted", "rejected")


def step(name: str, then: dict[str, str | None], **more: object) -> Step:
    return Step(**{"step": name, "kind": "task", "title": name.title(), "then": then} | more)


@pytest.mark.parametrize(
    ("name", "steps", "routes", "loops", "paths"),
    [
        # counted in format.md section 5 and in the table of domain.md section 4
        ("real-estate", 8, 14, 1, 5),
        ("corporate", 18, 31, 3, 12),
        ("quick", 11, 22, 4, 11),
    ],
)
def test_every_route_and_loop_of_the_shipped_processes_is_walked(
    name: str, steps: int, routes: int, loops: int, paths: int
) -> None:
    walked = simulate(shipped(name))
    assert (walked.steps, walked.routes, walked.loops, walked.paths) == (
        steps,
        routes,
        loops,
        paths,
    )
    assert [walk.unwalked for walk in walked.stages if walk.unwalked] == []


def test_the_outcomes_of_a_stage_are_those_that_the_process_can_lead_to() -> None:
    corporate = simulate(shipped("corporate"))
    assert {walk.outcomes for walk in corporate.stages[:-1]} == {ALL}
    # the end of contracting is no choice: signed is won, cancelled ends the process
    assert corporate.stages[-1].outcomes == ("won",)
    assert all(walk.can_stop for walk in corporate.stages)
    for walk in simulate(shipped("quick")).stages:
        assert (walk.outcomes, walk.can_stop) == (("won",), False)
    for walk in simulate(shipped("real-estate")).stages:
        assert (walk.outcomes, walk.can_stop) == (ALL, False)


def test_a_stage_without_steps_is_left_by_hand_for_whatever_its_moves_allow() -> None:
    walks = simulate(process(stage("a", moves=["b"]), stage("b", moves=["won"]))).stages
    assert [walk.outcomes for walk in walks] == [("won", "lost"), ("won", "lost")]
    assert [(walk.steps, walk.routes, walk.paths) for walk in walks] == [(0, (), 0), (0, (), 0)]


def test_a_step_with_a_condition_is_walked_and_passed_by() -> None:
    asked = stage(
        "a",
        steps=[
            step("one", {"done": "two"}),
            step("two", {"done": "three", "cancelled": "end-of-stage"}, when="budget"),
            step("three", {"done": "end-of-stage"}),
        ],
    )
    assert walk_routes(asked) == {
        ("one", "done"): {"two", "three"},
        ("two", "done"): {"three"},
        ("two", "cancelled"): set(),
        ("three", "done"): set(),
    }


def each_to_each(count: int) -> Definition:
    """A stage whose steps lead to every one of them, and out."""
    names = [f"s{number}" for number in range(count)]
    then: dict[str, str | None] = {f"to-{name}": name for name in names}
    steps = [step(name, then | {"out": "end-of-stage"}) for name in names]
    return process(stage("a", steps=steps))


def test_more_than_ten_thousand_paths_are_not_counted_on() -> None:
    # the first, then any of the other five in any order: 1 + 5 + 20 + 60 + 120 + 120
    assert simulate(each_to_each(6)).paths == 326
    big = simulate(each_to_each(15))
    assert (big.paths, big.loops) == (None, 10_000)


def test_a_loop_is_walked_only_where_each_step_opened_the_next() -> None:
    opened = {"one": {"two", "three"}, "two": {"one"}, "three": set()}
    assert walks_round(("one", "two"), opened)
    assert not walks_round(("one", "three"), opened)
    assert not walks_round(("one",), opened)


STEPS = "abcd"


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """One stage of up to four steps, some retired or with conditions, that lead anywhere."""
    names = STEPS[: draw(st.integers(1, len(STEPS)))]
    targets = [*names, "end-of-stage", "end-of-process", "stage:won", None]
    results = st.dictionaries(
        st.sampled_from(["done", "cancelled"]), st.sampled_from(targets), min_size=1
    )
    steps = [
        step(
            name,
            draw(results),
            when=draw(st.none() | st.sampled_from(["budget", "need"])),
            retired=draw(st.integers(0, 5)) == 0,
        )
        for name in names
    ]
    begin = draw(st.none() | st.lists(st.sampled_from(names), min_size=1, unique=True))
    return process(stage("one", steps=steps, begin=begin), stage("two"))


@SIZE
@given(definitions())
def test_of_a_sound_definition_nothing_is_left_unwalked(definition: Definition) -> None:
    problems = [problem for _, problem in check_definition(definition, NAMES)]
    assume(all(problem.warning for problem in problems))
    walk = simulate(definition).stages[0]
    assert walk.unwalked == ()
    assert list(walk.loops) == list(find_loops(build_flow(definition).stages[0]))


def can_run_dry(definition: Definition) -> bool:
    """Whether every step that begins can lead to a branch that ends in nothing, by a flood."""
    first = definition.stages[0]
    then = {one.step: list(one.then.values()) for one in first.steps if not one.retired}
    begin = first.begin or [next(iter(then), "")]
    for name in begin:
        around = {name}
        for _ in then:
            around |= {to for at in around for to in then.get(at, []) if to is not None}
        if not any(None in then.get(at, []) for at in around):
            return False
    return True


@SIZE
@given(definitions())
def test_a_walk_is_called_stuck_exactly_where_all_branches_can_end_in_nothing(
    definition: Definition,
) -> None:
    problems = [problem for _, problem in check_definition(definition, NAMES)]
    assume(all(problem.warning for problem in problems))
    told = "leads-nowhere" in {problem.code for problem in problems}
    assert told == can_run_dry(definition)
