"""Checks of a definition: each fault gives its code at its place, the shipped ones have none."""

from typing import Any

import pytest
from standings import LOST, NAMES, WON, final, process, require, shipped, stage

from salescli.model.conversion import Path, check_tree
from salescli.model.definition import Criterion, Definition, Step
from salescli.process.checks import check_definition
from salescli.store.codec import read_typed
from salescli.store.yamltext import parse_nodes

GONE = final("gone", "failure")


def step(name: str = "call", kind: Any = "task", **more: Any) -> Step:
    return Step(
        **{"step": name, "kind": kind, "title": name, "then": {"done": "end-of-stage"}} | more
    )


def with_steps(*steps: Step, **more: Any) -> Definition:
    return process(stage("a", steps=list(steps), **more), stage("b"))


def found(definition: Definition) -> list[tuple[Path, str]]:
    return [(path, problem.code) for path, problem in check_definition(definition, NAMES)]


@pytest.mark.parametrize("name", ["corporate", "real-estate", "quick"])
def test_every_shipped_process_passes_its_own_checks(name: str) -> None:
    assert check_definition(shipped(name), NAMES) == []


def test_a_small_process_passes() -> None:
    assert found(process(stage("a"), stage("b"))) == []
    assert found(process(stage("a"), stage("b"), finals=[WON, GONE])) == []


S = "stages"
FIRST_THEN: Path = (S, 0, "steps", 0, "then")
BROKEN: list[tuple[str, Definition, Path]] = [
    ("bad-id", process(stage("Not a slug")), (S, 0, "stage")),
    ("duplicate-stage", process(stage("a"), stage("b"), stage("a")), (S, 2, "stage")),
    ("no-open-stage", process(), (S,)),
    ("no-open-stage", process(stage("a", retired=True)), (S,)),
    ("no-success", process(stage("a"), finals=[LOST]), (S,)),
    (
        "second-success",
        process(stage("a"), finals=[WON, final("w", "success"), LOST]),
        (S, 2, "final"),
    ),
    (
        "retired-success",
        process(stage("a"), finals=[stage("won", final="success", retired=True), LOST]),
        (S, 1, "retired"),
    ),
    ("open-after-final", process(stage("a"), LOST, stage("b"), finals=[WON]), (S, 2, "stage")),
    ("no-failure", process(stage("a"), finals=[WON]), (S,)),
    (
        "cap-on-final",
        process(stage("a"), finals=[WON, stage("lost", final="failure", cap=5)]),
        (S, 2, "cap"),
    ),
    (
        "not-for-final",
        process(stage("a"), finals=[WON, stage("lost", final="failure", exit=require("need"))]),
        (S, 2, "exit"),
    ),
    (
        "not-for-final",
        process(stage("a"), finals=[WON, stage("lost", final="failure", moves=["a"])]),
        (S, 2, "moves"),
    ),
    ("unknown-stage", process(stage("a", moves=["won", "c"])), (S, 0, "moves", 1)),
    ("move-to-itself", process(stage("a", moves=["a", "won"])), (S, 0, "moves", 0)),
    ("duplicate-move", process(stage("a", moves=["won", "won"])), (S, 0, "moves", 1)),
    (
        "unreachable-stage",
        process(stage("a", moves=["c"]), stage("b"), stage("c", moves=["won"])),
        (S, 1, "stage"),
    ),
    (
        "trap",
        process(stage("a"), stage("b", moves=["c"]), stage("c", moves=["b"])),
        (S, 1, "moves"),
    ),
    (
        "advise-or-require",
        process(stage("a", exit=[Criterion(say="Nothing")])),
        (S, 0, "exit", 0),
    ),
    (
        "advise-or-require",
        process(stage("a", exit=[Criterion(advise="need", require="need")])),
        (S, 0, "exit", 0),
    ),
    (
        "unknown-name",
        process(stage("a", exit=[Criterion(advise="need"), Criterion(advise="bugdet")])),
        (S, 0, "exit", 1, "advise"),
    ),
    (
        "bad-condition",
        process(stage("a", exit=require("budget>=lots"))),
        (S, 0, "exit", 0, "require"),
    ),
    (
        "unknown-value",
        process(stage("a", exit=require("status=fine"))),
        (S, 0, "exit", 0, "require"),
    ),
    ("bad-id", with_steps(step("end-of-stage", then={"done": None})), (S, 0, "steps", 0, "step")),
    ("duplicate-step", with_steps(step(), step()), (S, 0, "steps", 1, "step")),
    ("unknown-step", with_steps(step(), begin=["call", "cal"]), (S, 0, "begin", 1)),
    ("duplicate-step", with_steps(step(), begin=["call", "call"]), (S, 0, "begin", 1)),
    (
        "retired-step",
        with_steps(step(), step("old", retired=True), begin=["call", "old"]),
        (S, 0, "begin", 1),
    ),
    ("bad-id", with_steps(step(then={"no answer": "end-of-stage"})), (*FIRST_THEN, "no answer")),
    ("bad-id", with_steps(step(then={"да": "end-of-stage"})), (*FIRST_THEN, "да")),
    (
        "bad-id",
        with_steps(step(then={"Done": None, "done": "end-of-stage"})),
        (*FIRST_THEN, "Done"),
    ),
    ("no-results", with_steps(step(then={})), (S, 0, "steps", 0, "then")),
    ("unknown-step", with_steps(step(then={"done": "cll"})), (S, 0, "steps", 0, "then", "done")),
    (
        "retired-step",
        with_steps(step(then={"done": "old"}), step("old", retired=True)),
        (S, 0, "steps", 0, "then", "done"),
    ),
    (
        "unknown-stage",
        with_steps(step(then={"done": "stage:c"})),
        (S, 0, "steps", 0, "then", "done"),
    ),
    (
        "route-to-itself",
        with_steps(step(then={"done": "stage:a"})),
        (S, 0, "steps", 0, "then", "done"),
    ),
    (
        "move-not-allowed",
        with_steps(step(then={"done": "stage:won"}), moves=["b"]),
        (S, 0, "steps", 0, "then", "done"),
    ),
    (
        "retired-stage",
        process(
            stage("a", steps=[step(then={"done": "stage:b"})]), stage("b", retired=True), stage("c")
        ),
        (S, 0, "steps", 0, "then", "done"),
    ),
    (
        "unknown-performer",
        with_steps(step(performer=["owner", "The Boss"])),
        (S, 0, "steps", 0, "performer", 1),
    ),
    (
        "unknown-field",
        with_steps(step(kind="form", fields=["need", "bugdet"])),
        (S, 0, "steps", 0, "fields", 1),
    ),
    (
        "unknown-field",
        with_steps(step(kind="form", fields=["amount"])),
        (S, 0, "steps", 0, "fields", 0),
    ),
    (
        "unknown-field",
        with_steps(step(kind="form", fields=["stage"])),
        (S, 0, "steps", 0, "fields", 0),
    ),
    (
        "required-not-asked",
        with_steps(step(kind="form", fields=["need"], required=["budget"])),
        (S, 0, "steps", 0, "required", 0),
    ),
    ("fields-outside-form", with_steps(step(fields=["need"])), (S, 0, "steps", 0, "fields", 0)),
    ("unknown-name", with_steps(step(when="bugdet")), (S, 0, "steps", 0, "when")),
    ("not-adoptable", with_steps(step(kind="form", adopt=True)), (S, 0, "steps", 0, "adopt")),
    (
        "adopt-without-cancelled",
        with_steps(step(kind="meeting", adopt=True)),
        (S, 0, "steps", 0, "adopt"),
    ),
    ("bad-delay", with_steps(step(start_after="soon")), (S, 0, "steps", 0, "start_after")),
    (
        "one-answer",
        with_steps(step(kind="question", then={"yes": "end-of-stage"})),
        (S, 0, "steps", 0, "then"),
    ),
    (
        "not-a-decision",
        with_steps(
            step(
                kind="approval",
                then={"approved": "end-of-stage", "rejected": "call", "done": "end-of-stage"},
            )
        ),
        (S, 0, "steps", 0, "then", "done"),
    ),
    (
        "decision-without-route",
        with_steps(step(kind="approval", then={"approved": "end-of-stage"})),
        (S, 0, "steps", 0, "then"),
    ),
    ("reminder-without-time", with_steps(step(remind=30)), (S, 0, "steps", 0, "remind")),
    (
        "circle-of-conditions",
        with_steps(
            step(),
            step("one", when="need", then={"done": "two"}),
            step("two", when="budget", then={"done": "one", "cancelled": "end-of-stage"}),
            begin=["call", "one"],
        ),
        (S, 0, "steps", 1, "when"),
    ),
    (
        "circle-of-conditions",
        with_steps(step(when="need", then={"again": "call", "done": "end-of-stage"})),
        (S, 0, "steps", 0, "when"),
    ),
    (
        "route-to-failure",
        with_steps(step(then={"done": "end-of-stage", "gone": "stage:lost"})),
        (S, 0, "steps", 0, "then", "gone"),
    ),
    (
        "leads-nowhere",
        with_steps(step(then={"done": "end-of-stage", "cancelled": None})),
        (S, 0, "steps", 0, "then", "cancelled"),
    ),
    ("unreachable-step", with_steps(step(), step("b")), (S, 0, "steps", 1, "step")),
    (
        "step-trap",
        with_steps(step(then={"done": "b"}), step("b", then={"again": "call"})),
        (S, 0, "steps", 0, "step"),
    ),
]


@pytest.mark.parametrize(
    ("code", "definition", "path"), BROKEN, ids=[f"{n}-{row[0]}" for n, row in enumerate(BROKEN)]
)
def test_each_fault_has_its_code_and_its_place(
    code: str, definition: Definition, path: Path
) -> None:
    assert (path, code) in found(definition)


def test_nothing_else_is_said_of_a_definition_with_one_fault() -> None:
    alone = [
        code
        for code, definition, _ in BROKEN
        if code not in ("no-open-stage", "trap", "step-trap") and len(found(definition)) != 1
    ]
    assert alone == []


def test_a_failure_is_no_way_on_out_of_a_trap() -> None:
    # every open stage may fail, yet from b and c nothing can be won
    definition = process(stage("a"), stage("b", moves=["c"]), stage("c", moves=["b"]))
    assert [problem.text for _, problem in check_definition(definition, NAMES)] == [
        "b is a trap: no way leads from it to won",
        "c is a trap: no way leads from it to won",
    ]


def test_without_a_way_to_the_success_it_is_unreachable_too() -> None:
    definition = process(stage("a", moves=[]))
    assert [code for _, code in found(definition)] == ["trap", "unreachable-stage"]


def test_retired_stages_and_steps_need_no_way_to_them() -> None:
    old = step("old", retired=True)
    definition = process(
        stage("a", moves=["c"], steps=[step(), old]), stage("b", retired=True), stage("c")
    )
    assert found(definition) == []


def test_a_retired_step_may_lead_to_a_retired_one() -> None:
    old = [step("old", retired=True, then={"done": "older"}), step("older", retired=True)]
    assert found(with_steps(step(), *old)) == []


def test_a_step_may_lead_to_itself_and_end_its_branch() -> None:
    routes = {"done": None, "no-answer": "call", "call-later": "call"}
    definition = with_steps(step(kind="call", then=routes), step("key"), begin=["call", "key"])
    assert found(definition) == []


def test_steps_that_begin_in_parallel_are_reached() -> None:
    two = [step("one"), step("two")]
    assert found(with_steps(*two, begin=["one", "two"])) == []


def test_performers_may_be_people_whom_the_caller_knows() -> None:
    definition = with_steps(step(performer=["anna", "dina"]))
    assert found(definition) == []
    problems = check_definition(definition, NAMES, is_person=lambda name: name == "anna")
    assert [(path, problem.code) for path, problem in problems] == [
        ((S, 0, "steps", 0, "performer", 1), "unknown-performer")
    ]


def test_a_performer_who_has_left_is_told_without_making_the_definition_wrong() -> None:
    definition = with_steps(
        step(performer=["dina", "owner"]),
        step("old", performer=["dina"], retired=True),
    )
    told = check_definition(definition, NAMES, has_left=lambda name: name == "dina")
    assert [(path, problem.code, problem.warning) for path, problem in told] == [
        ((S, 0, "steps", 0, "performer", 0), "performer-left", True)
    ]


def test_what_may_be_meant_is_a_warning_and_what_can_not_run_is_none() -> None:
    warnings = {
        problem.code
        for _, definition, _ in BROKEN
        for _, problem in check_definition(definition, NAMES)
        if problem.warning
    }
    assert warnings == {
        "adopt-without-cancelled",
        "one-answer",
        "reminder-without-time",
        "route-to-failure",
        "leads-nowhere",
        "no-failure",
    }


def test_an_approval_goes_on_by_both_decisions() -> None:
    both = {"approved": "end-of-stage", "rejected": "call"}
    assert found(with_steps(step(kind="approval", then=both))) == []


def test_a_condition_that_fails_may_pass_several_steps_that_lead_out() -> None:
    chain = [
        step("one", when="need", then={"done": "two"}),
        step("two", when="budget", then={"done": "end-of-stage", "again": "one"}),
    ]
    assert found(with_steps(*chain)) == []


def test_a_stage_is_stuck_only_when_every_branch_of_it_can_end_without_leading_on() -> None:
    ends, leads = {"done": None}, {"done": "end-of-stage"}
    two = [step("one", then=ends), step("two", then=leads)]
    assert found(with_steps(*two, begin=["one", "two"])) == []
    both = [step("one", then=ends), step("two", then=leads | {"cancelled": None})]
    assert found(with_steps(*both, begin=["one", "two"])) == [
        ((S, 0, "steps", 0, "then", "done"), "leads-nowhere")
    ]


def test_the_nearest_name_is_offered() -> None:
    for definition, hint in (
        (process(stage("alpha", moves=["beta"]), stage("betta")), "did you mean betta?"),
        (with_steps(step(then={"done": "end-of-stag"})), "did you mean end-of-stage?"),
        (with_steps(step(then={"done": "stage:wonn"})), "did you mean stage:won?"),
        (with_steps(step(performer=["Owner"])), "did you mean owner?"),
        (with_steps(step(kind="form", fields=["budgt"])), "did you mean budget?"),
    ):
        assert hint in [problem.hint for _, problem in check_definition(definition, NAMES)]


def test_all_faults_come_at_once() -> None:
    broken = process(
        stage("a", moves=["x"], exit=require("bugdet"), steps=[step(then={"done": "y"})]),
        stage("b", moves=["b"]),
        finals=[LOST],
    )
    assert [code for _, code in found(broken)] == [
        "no-success",
        "unknown-stage",
        "unknown-name",
        "unknown-step",
        "move-to-itself",
    ]


def test_the_place_of_a_fault_leads_to_its_line_in_the_file() -> None:
    source = """\
name: Small
stages:
  - stage: a
    name: A
    exit:
      - advise: bugdet
    steps:
      - step: call
        kind: call
        title: Call
        then:
          done: end-of-stag
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
"""
    definition = read_typed(source.encode(), "small.yaml", Definition)
    document = parse_nodes(source.encode(), "small.yaml")
    places = [document.place(path).line for path, _ in check_definition(definition, NAMES)]
    assert places == [6, 12]


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("b", "did you mean stage:b?"),
        ("stagee:b", "did you mean stage:b?"),
        ("cal", "did you mean call?"),
        ("end-of-stag", "did you mean end-of-stage?"),
    ],
)
def test_a_route_to_nothing_is_told_what_was_meant(target: str, hint: str) -> None:
    told = check_definition(with_steps(step(then={"done": target})), NAMES)
    assert [problem.hint for _, problem in told if problem.code == "unknown-step"] == [hint]


def test_a_process_that_no_deal_can_be_lost_in_is_warned_of() -> None:
    retired = stage("gone", final="failure", retired=True)
    for finals in ([WON], [WON, retired]):
        [(path, problem)] = check_definition(process(stage("a"), finals=finals), NAMES)
        assert (path, problem.code, problem.warning) == ((S,), "no-failure", True)


def test_a_result_that_cannot_be_is_told_in_the_letters_that_it_may_have() -> None:
    for result, near in (("no answer", "no-answer"), ("да", "da"), ("Yes", "yes")):
        told = check_definition(with_steps(step(then={result: "end-of-stage"})), NAMES)
        assert [problem.hint for _, problem in told] == [
            f"use a-z, 0-9 and -, at most 40 characters: {near}"
        ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("goal", "G"), ("moves", ["a"]), ("exit", require("need")), ("days_in_stage", 3),
        ("days_without_activity", 3), ("begin", ["s"]), ("steps", [step()]),
    ],
)  # fmt: skip
def test_what_is_for_open_stages_is_refused_of_final_ones(key: str, value: Any) -> None:
    lost = stage("lost", final="failure", **{key: value})
    told = found(process(stage("a"), finals=[WON, lost]))
    assert ((S, 2, key), "not-for-final") in told


@pytest.mark.parametrize("key", ["days_in_stage", "days_without_activity"])
def test_no_limit_of_days_is_below_nothing(key: str) -> None:
    tree = {"name": "P", "stages": [{"stage": "a", "name": "A", key: "-1"}]}
    assert check_tree(tree, Definition) == [((S, 0, key), "not a whole number of 0 or more")]
