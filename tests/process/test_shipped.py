"""The shipped processes and dictionaries, against the tables of the domain."""

from pathlib import Path

import pytest
from standings import CORPORATE, DATA, REAL_ESTATE, advanced, make_standing, reasons, shipped

from salescli.model.definition import Definition
from salescli.process.engine import advance
from salescli.store.codec import read_dictionaries
from salescli.store.yamltext import read_tree

FORMAT = Path(__file__).parent.parent / "data" / "format"
QUICK = shipped("quick")
FINALS = [("won", "success"), ("lost", "failure"), ("rerouted", "failure"), ("rejected", "failure")]


def tree(file: Path) -> object:
    return read_tree(file.read_bytes(), file.name)


def test_real_estate_is_the_one_of_the_format() -> None:
    assert tree(DATA / "processes" / "real-estate.yaml") == tree(
        FORMAT / "processes_real-estate.yaml"
    )


def test_the_dictionaries_are_those_of_the_format() -> None:
    ours, theirs = DATA / "dictionaries.yaml", FORMAT / "dictionaries.yaml"
    assert tree(ours) == tree(theirs)
    assert list(read_dictionaries(ours.read_bytes(), "d")) == list(
        read_dictionaries(theirs.read_bytes(), "d")
    )


def test_corporate_has_eight_working_stages_with_their_caps() -> None:
    # domain.md section 4
    assert [(entry.stage, entry.cap) for entry in CORPORATE.open_stages] == [
        ("qualification", 10),
        ("needs-analysis", 20),
        ("presentation", 30),
        ("key-contacts", 40),
        ("proposal-preparation", 40),
        ("proposal-presentation", 60),
        ("negotiations", 80),
        ("contracting", 90),
    ]


def test_real_estate_has_the_bold_ones_with_the_same_caps() -> None:
    caps = {entry.stage: entry.cap for entry in CORPORATE.open_stages}
    assert [(entry.stage, entry.cap) for entry in REAL_ESTATE.open_stages] == [
        (name, caps[name])
        for name in (
            "qualification",
            "key-contacts",
            "proposal-preparation",
            "proposal-presentation",
        )
    ]


def test_quick_has_four_working_stages() -> None:
    assert [entry.stage for entry in QUICK.open_stages] == [
        "qualification",
        "presentation",
        "proposal-presentation",
        "contracting",
    ]


@pytest.mark.parametrize("definition", [CORPORATE, REAL_ESTATE, QUICK])
def test_each_ends_in_one_success_and_three_failures(definition: Definition) -> None:
    finals = [(entry.stage, entry.final) for entry in definition.stages if not entry.is_open]
    assert finals == FINALS


@pytest.mark.parametrize("definition", [CORPORATE, REAL_ESTATE, QUICK])
def test_no_criterion_that_is_shipped_blocks(definition: Definition) -> None:
    assert all(entry.require is None for stage in definition.stages for entry in stage.exit)
    standing = make_standing(definition.stages[0].stage, definition)
    moved = advanced(advance(standing, definition.open_stages[-1].stage))
    assert (moved.forced, bool(moved.advice)) == (None, True)


# domain.md section 4: stage → (step, kind, minutes, its routes)
STEPS = {
    "qualification": [("facts", "form", 30, {"saved": "end-of-stage"})],
    "needs-analysis": [
        ("analyse", "meeting", 60, {"done": "needs", "cancelled": "needs"}),
        ("needs", "form", 30, {"saved": "end-of-stage"}),
    ],
    "presentation": [
        ("present", "meeting", 120, {"done": "results", "cancelled": "end-of-stage"}),
        ("results", "form", 30, {"saved": "end-of-stage"}),
    ],
    "key-contacts": [("contacts", "form", 30, {"saved": "end-of-stage"})],
    "proposal-preparation": [
        ("costing-needed", "question", None, {"yes": "costing", "no": "proposal"}),
        ("costing", "task", 60, {"done": "proposal", "cancelled": "proposal"}),
        ("proposal", "task", 60, {"done": "end-of-stage", "cancelled": "end-of-stage"}),
    ],
    "proposal-presentation": [
        ("agree", "task", 60, {"done": "record", "cancelled": "record"}),
        ("record", "form", 60, {"saved": "present"}),
        (
            "present",
            "task",
            120,
            {"done": "end-of-stage", "cancelled": "end-of-stage", "rework": "agree"},
        ),
    ],
    "negotiations": [
        ("terms", "form", 60, {"saved": "agreed"}),
        ("agreed", "question", None, {"yes": "seal", "no": "terms"}),
        ("seal", "meeting", 30, {"done": "end-of-stage", "cancelled": "end-of-stage"}),
    ],
    "contracting": [
        ("contract", "task", 60, {"done": "meet", "cancelled": "end-of-process"}),
        ("meet", "meeting", 60, {"done": "sign", "cancelled": "end-of-process"}),
        ("sign", "meeting", 60, {"done": "stage:won", "again": "meet"}),
    ],
}


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_of_corporate(name: str) -> None:
    stage = CORPORATE.stage_named(name)
    assert stage is not None
    assert [(s.step, s.kind, s.minutes, s.then) for s in stage.steps] == STEPS[name]


def test_who_performs_the_steps_of_corporate() -> None:
    others = {
        (stage.stage, step.step): step.performer
        for stage in CORPORATE.stages
        for step in stage.steps
        if step.performer != ["owner"]
    }
    assert others == {
        ("qualification", "facts"): ["department-manager", "starter"],
        ("proposal-preparation", "costing"): ["department-manager", "owner"],
    }


def test_only_the_presentation_adopts_a_meeting() -> None:
    adopting = [step.step for stage in CORPORATE.stages for step in stage.steps if step.adopt]
    assert adopting == ["present"]


def test_the_steps_of_quick_open_together_and_one_of_them_moves_the_deal() -> None:
    # peer cases 74 and 76
    for stage, target in zip(
        QUICK.open_stages,
        ("presentation", "proposal-presentation", "contracting", "won"),
        strict=True,
    ):
        assert stage.begin == [step.step for step in stage.steps]
        moving = [step.then for step in stage.steps if f"stage:{target}" in step.then.values()]
        assert moving == [{"done": f"stage:{target}"}]


def test_a_call_of_quick_that_reaches_nobody_is_planned_again() -> None:
    calls = [step for stage in QUICK.stages for step in stage.steps if step.kind == "call"]
    assert len(calls) == 4
    for call in calls:
        assert call.then == {"done": None, "no-answer": call.step, "call-later": call.step}


def test_at_the_last_stage_of_each_only_a_closing_is_left() -> None:
    for definition in (CORPORATE, REAL_ESTATE, QUICK):
        last = definition.open_stages[-1].stage
        assert reasons(advance(make_standing(last, definition))) == ["last-stage"]
