"""What a result leads to: format.md section 5, on the shipped processes and on small ones."""

import pytest
from standings import shipped

from salescli.model.activities import Activity
from salescli.model.definition import Stage, Step
from salescli.process.running import Following, adoptable, begin, follow


def always(text):
    return True


def never(text):
    return False


def opened(following):
    return [step.step for step in following.steps]


def stage_of(process, stage):
    found = shipped(process).stage_named(stage)
    assert found is not None
    return found


def step(name, then, **more):
    return Step(step=name, kind="task", title=name.title(), then=then, **more)


def stage(*steps, **more):
    return Stage(stage="one", name="One", steps=list(steps), **more)


@pytest.mark.parametrize(
    ("process", "at", "steps"),
    [
        ("corporate", "qualification", ["facts"]),
        ("corporate", "needs-analysis", ["analyse"]),
        ("corporate", "presentation", ["present"]),
        ("corporate", "contracting", ["contract"]),
        ("quick", "qualification", ["learn-needs", "prepare"]),
        ("quick", "presentation", ["present", "agree-date", "prepare-proposal"]),
    ],
)
def test_a_stage_begins_with_its_begin_else_with_its_first_step(process, at, steps):
    assert begin(stage_of(process, at), always) == Following(
        tuple(one for one in stage_of(process, at).steps if one.step in steps)
    )


@pytest.mark.parametrize(
    ("at", "done", "result", "steps", "end", "to"),
    [
        ("qualification", "facts", "saved", [], "end-of-stage", None),
        ("presentation", "present", "done", ["results"], None, None),
        ("presentation", "present", "cancelled", [], "end-of-stage", None),
        ("proposal-preparation", "costing-needed", "yes", ["costing"], None, None),
        ("proposal-preparation", "costing-needed", "no", ["proposal"], None, None),
        ("proposal-presentation", "present", "rework", ["agree"], None, None),
        ("negotiations", "agreed", "no", ["terms"], None, None),
        ("contracting", "meet", "cancelled", [], "end-of-process", None),
        ("contracting", "sign", "again", ["meet"], None, None),
        ("contracting", "sign", "done", [], "stage", "won"),
    ],
)
def test_a_result_leads_where_the_corporate_process_says(at, done, result, steps, end, to):
    following = follow(stage_of("corporate", at), done, result, always)
    assert (opened(following), following.end, following.to) == (steps, end, to)


def test_a_call_of_the_quick_process_is_planned_again_and_its_key_task_moves_the_deal():
    qualification = stage_of("quick", "qualification")
    assert opened(follow(qualification, "learn-needs", "no-answer", always)) == ["learn-needs"]
    assert follow(qualification, "learn-needs", "done", always) == Following()
    after = follow(qualification, "prepare", "done", always)
    assert (after.end, after.to) == ("stage", "presentation")


@pytest.mark.parametrize(("gone", "result"), [("a-step-of-before", "done"), ("only", "of-before")])
def test_what_the_definition_of_today_has_no_more_leads_to_the_end_of_the_stage(gone, result):
    today = stage(step("only", {"done": None}))
    assert follow(today, gone, result, always) == Following(end="end-of-stage")


def test_a_route_to_a_retired_step_leads_to_the_end_of_the_stage():
    today = stage(step("one", {"done": "two"}), step("two", {"done": None}, retired=True))
    assert follow(today, "one", "done", always) == Following(end="end-of-stage")


def test_a_step_whose_condition_does_not_hold_counts_as_done_with_its_first_result():
    asked = []

    def is_met(text):
        asked.append(text)
        return False

    today = stage(
        step("one", {"done": "two"}),
        step("two", {"done": "three", "cancelled": None}, when="budget"),
        step("three", {"done": "end-of-process"}),
    )
    assert opened(follow(today, "one", "done", is_met)) == ["three"]
    assert asked == ["budget"]
    assert opened(follow(today, "one", "done", always)) == ["two"]


def test_conditions_that_lead_round_in_a_circle_end_the_stage():
    today = stage(
        step("one", {"done": "two"}, when="budget"), step("two", {"done": "one"}, when="need")
    )
    assert begin(today, never) == Following(end="end-of-stage")


def test_of_branches_that_begin_together_the_strongest_end_counts():
    today = stage(
        step("one", {"done": "end-of-stage"}, when="need"),
        step("two", {"done": "stage:won"}, when="need"),
        step("three", {"done": "end-of-process"}, when="need"),
        step("four", {"done": None}),
        begin=["one", "two", "three", "four"],
    )
    following = begin(today, never)
    assert (opened(following), following.end, following.to) == (["four"], "stage", "won")


def activity(name, **more):
    return Activity(id=name, type=more.pop("type", "meeting"), title=name, owner="anna", **more)


def test_an_open_meeting_made_by_hand_is_adopted_and_nothing_else():
    wanted = Step(step="present", kind="meeting", title="Present", then={"done": None}, adopt=True)
    others = [
        activity("act-done", state="done"),
        activity("act-call", type="call"),
        activity("act-step", step="analyse", run="run-1"),
    ]
    assert adoptable(wanted, others) is None
    mine = activity("act-mine")
    assert adoptable(wanted, [*others, mine]) == mine
    alone = Step(step="present", kind="meeting", title="Present", then={"done": None})
    assert adoptable(alone, [mine]) is None
