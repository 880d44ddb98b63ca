import pytest

from salescli.model.conversion import build_document, build_record
from salescli.model.definition import Criterion, Definition, Stage, Step


@pytest.fixture
def definition(read_block):
    return build_record(read_block("processes_real-estate.yaml"), Definition)


def test_the_formats_process_is_read(definition):
    assert [stage.stage for stage in definition.stages] == (
        "qualification key-contacts proposal-preparation proposal-presentation "
        "won lost rerouted rejected".split()
    )
    facts = definition.stages[0].steps[0]
    assert facts.performer == ["department-manager", "starter"]
    assert facts.then == {"saved": "end-of-stage"}
    costing = definition.stages[2].steps[0]
    assert costing.then == {"yes": "costing", "no": "proposal"}


def test_what_is_left_out_has_the_formats_defaults():
    step = Step(step="s", kind="task", title="T", then={})
    assert (step.performer, step.adopt, step.mandatory, step.retired) == (
        ["owner"],
        False,
        False,
        False,
    )
    assert (step.minutes, step.when, step.fields, step.required) == (None, None, [], [])
    stage = Stage(stage="s", name="S")
    assert (stage.cap, stage.in_funnel, stage.moves, stage.begin) == (100, True, None, None)


def test_no_step_shares_its_performers_with_another():
    one, other = (Step(step=name, kind="task", title="T", then={}) for name in "ab")
    one.performer.append("starter")
    assert other.performer == ["owner"]


def test_open_stages_are_those_that_are_not_final(definition):
    assert [stage.stage for stage in definition.open_stages] == (
        "qualification key-contacts proposal-preparation proposal-presentation".split()
    )
    assert definition.success.stage == "won"


@pytest.mark.parametrize(
    ("stage", "status", "cap"),
    [
        ("qualification", "open", 10),
        ("key-contacts", "open", 40),
        ("proposal-presentation", "open", 60),
        ("won", "won", 100),
        ("lost", "lost", 0),
        ("rerouted", "rerouted", 0),
        ("rejected", "rejected", 0),
        ("unheard-of", "open", 0),
    ],
)
def test_status_and_percent_follow_the_stage(definition, stage, status, cap):
    assert definition.status_of(stage) == status
    assert definition.cap_of(stage) == cap


def test_success_is_won_and_an_unnamed_failure_lost_whatever_their_ids():
    stages = [
        Stage(stage="a", name="A"),
        Stage(stage="rejected", name="Sold", final="success"),
        Stage(stage="gone", name="Gone", final="failure"),
    ]
    definition = Definition(name="x", stages=stages)
    assert definition.status_of("rejected") == "won"
    assert definition.status_of("gone") == "lost"
    assert definition.cap_of("a") == 100  # absent: 100


def test_a_stage_is_found_by_its_id(definition):
    assert definition.stage_named("lost").name == "Lost"
    assert definition.stage_named("unheard-of") is None
    assert definition.index_of("proposal-preparation") == 2
    with pytest.raises(ValueError, match="unheard-of"):
        definition.index_of("unheard-of")


def test_a_criterion_has_one_condition():
    assert Criterion(advise="budget").expression == "budget"
    assert Criterion(require="need").expression == "need"


def test_a_process_comes_back_as_it_was_read(definition):
    assert build_record(build_document(definition), Definition) == definition
