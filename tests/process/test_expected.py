"""What is expected on a deal, and what leads it on: the rules of `next` without a store."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from standings import (
    CORPORATE,
    NAMES,
    REAL_ESTATE,
    eur,
    make_deal,
    process,
    require,
    shipped,
    stage,
)

from salescli.model.calendar import Calendar
from salescli.model.catalogues import Choice
from salescli.model.computed import build_computed, values_of
from salescli.model.definition import Definition, Step
from salescli.model.events import Created, Event, Planned
from salescli.model.names import subject_of
from salescli.model.runs import Run
from salescli.process.expected import Course
from salescli.process.forms import form_document
from salescli.process.guidance import Guidance, build_guidance
from salescli.process.standing import OpenStep, Standing

BORN = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
RIGA = Calendar("Europe/Riga")
RUN = "run-1"


def planned(
    number: int, step: str | None, definition: Definition = REAL_ESTATE, **more: Any
) -> Planned:
    """An open activity `act-<number>`: of a step as the process plans it, else by hand."""
    found = next((s for at in definition.stages for s in at.steps if s.step == step), None)
    given: dict[str, Any] = {"type": "meeting", "title": "See it"}
    if found is not None:
        given = {"type": found.kind, "title": found.title, "results": list(found.then)}
        given |= {"step": found.step, "run": RUN}
    at = more.pop("at", BORN)
    head: dict[str, Any] = {"id": f"h-{number}", "seq": number + 1, "at": at, "by": "anna"}
    return Planned(**head, activity=f"act-{number}", owner="anna", **{**given, **more})


def guide(
    at: str,
    *activities: Planned,
    definition: Definition = REAL_ESTATE,
    is_running: bool = True,
    has_run: bool = True,
    approvals: Mapping[str, str] = {},
    **facts: Any,
) -> Guidance:
    deal = make_deal(at, **facts)
    born = Created(id="h-0", seq=1, at=BORN, by="anna", fields={"stage": at})
    events: list[Event] = [born, *activities]
    today = RIGA.day_of(BORN)
    computed = build_computed(deal, events, definition, RIGA, today)
    here = definition.stage_named(at)
    mandatory = {one.step for one in here.steps if one.mandatory} if here else set()
    standing = Standing(
        deal=deal,
        definition=definition,
        visits=computed.visits,
        subject=subject_of(deal, values_of(computed), calendar=RIGA),
        names=NAMES,
        today=today,
        open_mandatory=[
            OpenStep(one.activity, one.title, "") for one in activities if one.step in mandatory
        ],
        address="7k2m",
    )
    run = Run(RUN, "anna", BORN) if is_running else None
    addresses = {one.activity: one.activity.removeprefix("act-") for one in activities}
    needs = {"needs": {"flat": Choice(name="A flat"), "parking": Choice(name="Parking")}}
    course = Course(run, has_run, addresses, approvals, dictionaries=needs)
    return build_guidance(standing, computed, course)


def test_the_last_open_step_of_a_stage_ends_with_the_move():
    told = guide("qualification", planned(5, "facts"))
    assert told.commands[0] == "salescli opp advance 7k2m --done 5"
    assert told.commands[1:] == ("salescli activity done 5",)
    assert [(way.do, way.to) for way in told.ways] == [("advance", "key-contacts")]


def test_the_last_step_of_the_last_stage_ends_with_the_win():
    told = guide("proposal-presentation", planned(5, "present"))
    assert told.commands[0] == "salescli opp close 7k2m --outcome won --done 5=done"


def test_a_question_is_answered_with_its_first_result_and_says_where_each_leads():
    (asked,) = guide("proposal-preparation", planned(5, "costing-needed")).expected
    assert asked.command == "salescli activity done 5 --result yes"
    assert [(one.result, one.leads_to) for one in asked.routes] == [
        ("yes", "Prepare the costing and attach it"),
        ("no", "Prepare the proposal and attach it"),
    ]
    assert asked.is_choice


def test_a_step_that_goes_on_the_same_way_whatever_happens_is_no_choice():
    (costing,) = guide("proposal-preparation", planned(5, "costing")).expected
    assert costing.command == "salescli activity done 5"
    assert not costing.is_choice
    assert costing.routes[1].command == "salescli activity cancel 5"


@pytest.mark.parametrize(
    ("definition", "at", "step", "told"),
    [
        (CORPORATE, "contracting", "contract",
         [("done", "Go through the contract"), ("cancelled", "the end of the process")]),
        (CORPORATE, "contracting", "sign", [("done", "Won"), ("again", "Go through the contract")]),
        (REAL_ESTATE, "proposal-presentation", "present",
         [("done", "the end of the stage"), ("cancelled", "the end of the stage"),
          ("rework", "Agree the proposal and send it")]),
        (shipped("quick"), "qualification", "learn-needs",
         [("done", "nothing more"), ("no-answer", "the same again"),
          ("call-later", "the same again")]),
    ],
)  # fmt: skip
def test_where_results_lead_is_told_in_words(definition, at, step, told):
    (one,) = guide(at, planned(5, step, definition), definition=definition).expected
    assert [(route.result, route.leads_to) for route in one.routes] == told


def test_what_comes_after_is_told_along_the_first_results():
    told = guide("proposal-preparation", planned(5, "costing-needed"))
    assert [step.step for step in told.after] == ["costing", "proposal"]
    assert guide("proposal-preparation", planned(5, "proposal")).after == ()


def test_steps_that_opened_together_stand_in_the_order_of_the_process():
    quick = shipped("quick")
    told = guide(
        "qualification", planned(1, "prepare", quick), planned(2, "learn-needs", quick),
        definition=quick,
    )  # fmt: skip
    assert [one.activity.step for one in told.expected] == ["learn-needs", "prepare"]
    assert told.commands == (
        "salescli activity done 2 --result done",
        "salescli activity done 1",
    )


def test_what_is_due_first_stands_first():
    late = planned(1, None, at=BORN - timedelta(days=2))
    told = guide("qualification", planned(5, "facts"), late)
    assert [one.address for one in told.expected] == ["1", "5"]
    assert [one.address for one in told.by_hand] == ["1"]
    assert told.commands[0] == "salescli opp advance 7k2m --done 5"


def test_a_running_deal_without_an_open_step_is_at_the_end_of_its_stage():
    told = guide("key-contacts", planned(1, None))
    assert told.is_at_end
    assert [(way.do, way.to) for way in told.ways] == [
        ("advance", "proposal-preparation"),
        ("repeat", None),
        ("move", None),
        ("close", "lost"),
        ("close", "rerouted"),
        ("close", "rejected"),
    ]
    assert told.commands == ("salescli opp advance 7k2m", "salescli activity done 1")


def test_at_the_end_of_the_last_stage_comes_the_win():
    told = guide("proposal-presentation")
    assert told.commands[0] == "salescli opp close 7k2m --outcome won"
    assert [way.do for way in told.ways][:3] == ["close", "repeat", "move"]


@pytest.mark.parametrize(
    ("is_running", "has_run", "first"),
    [
        (False, False, "salescli process start 7k2m"),
        (False, True, "salescli opp advance 7k2m"),
    ],
)
def test_a_deal_by_hand_may_be_led_once(is_running, has_run, first):
    told = guide("qualification", is_running=is_running, has_run=has_run)
    assert told.commands[0] == first
    assert told.start == "salescli process start 7k2m"
    assert not told.is_at_end
    assert told.go_on == ("salescli opp advance 7k2m",)


def test_a_stage_without_steps_has_no_process_to_start():
    told = guide("a", definition=process(stage("a"), stage("b")), is_running=False, has_run=False)
    assert (told.start, told.commands) == (None, ("salescli opp advance 7k2m",))


def form(**more: Any) -> Step:
    return Step(step="facts", kind="form", title="Facts", then={"saved": "end-of-stage"}, **more)


def test_a_required_criterion_takes_the_move_out_of_what_can_be_run_and_says_so():
    definition = process(stage("a", exit=require("budget"), steps=[form()]), stage("b"))
    facts = planned(5, "facts", definition)
    told = guide("a", facts, definition=definition)
    assert told.commands == ("salescli activity done 5",)
    assert [found.code for found in told.blocked_by] == ["unmet-requirement"]
    ended = guide("a", definition=definition)
    assert (ended.commands, ended.ways[1].do) == ((), "repeat")
    assert [found.code for found in ended.blocked_by] == ["unmet-requirement"]
    met = guide("a", facts, definition=definition, budget=eur("1.00"))
    assert (met.commands[0], met.blocked_by) == ("salescli opp advance 7k2m --done 5", ())


def test_a_required_criterion_with_one_value_is_filled_first():
    definition = process(stage("a", exit=require("need=parking"), steps=[form()]), stage("b"))
    told = guide("a", planned(5, "facts", definition), definition=definition)
    assert told.commands[0] == "salescli opp set 7k2m --need parking"


def test_a_form_wants_its_required_fields_before_it_is_done():
    definition = process(
        stage("a", steps=[form(fields=["budget", "need"], required=["budget"])]), stage("b")
    )
    facts = planned(5, "facts", definition)
    told = guide("a", facts, definition=definition)
    assert [(one.kind, one.field, one.command) for one in told.missing] == [
        ("form", "budget", "salescli activity done 5 budget=…")
    ]
    assert told.missing[0].say == "Facts: What the client can spend"
    assert told.commands == ()
    filled = guide("a", facts, definition=definition, budget=eur("1.00"))
    assert filled.commands[0] == "salescli opp advance 7k2m --done 5"


def test_a_form_that_lacks_something_holds_up_nothing_but_itself():
    definition = process(stage("a", steps=[form(fields=["need"], required=["need"])]), stage("b"))
    told = guide("a", planned(5, "facts", definition), definition=definition)
    assert [one.name for one in told.expected[0].unfilled] == ["need"]
    assert told.blocked_by == ()


def test_what_a_form_asks_for_is_told_with_what_is_known_and_what_it_may_be():
    definition = process(
        stage("a", steps=[form(fields=["need", "budget"], required=["need"])]), stage("b")
    )
    told = guide("a", planned(5, "facts", definition), definition=definition, budget=eur("1.00"))
    need, budget = form_document(told.expected[0].form)
    assert (need["field"], need["required"], need["value"]) == ("need", True, None)
    assert need["values"] == ["flat", "parking"]
    assert (budget["field"], budget["required"], budget["value"]) == ("budget", False, "1.00 EUR")
    assert budget["label"] == "What the client can spend"


def test_a_mandatory_step_blocks_no_longer_where_it_ends_with_the_move():
    definition = process(stage("a", steps=[form(mandatory=True)]), stage("b"))
    told = guide("a", planned(5, "facts", definition), definition=definition)
    assert [found.code for found in told.blocked_by] == ["mandatory-step"]
    assert told.commands[0] == "salescli opp advance 7k2m --done 5"


def test_another_mandatory_step_of_the_same_title_still_blocks():
    # "key" leads to stage b, and "other" is mandatory and stays open
    key = Step(step="key", kind="task", title="Call", mandatory=True, then={"done": "stage:b"})
    other = msgspec.structs.replace(key, step="other", then={"done": None})
    definition = process(stage("a", steps=[key, other]), stage("b"))
    told = guide(
        "a", planned(5, "key", definition), planned(6, "other", definition), definition=definition
    )
    assert told.commands == ("salescli activity done 6",)


def test_a_step_that_leads_to_a_stage_that_the_rules_refuse_is_not_recommended():
    key = Step(step="key", kind="task", title="Key", then={"done": "stage:b"})
    definition = process(stage("a", exit=require("budget"), steps=[key]), stage("b"))
    told = guide("a", planned(5, "key", definition), definition=definition)
    assert told.commands == ()
    met = guide("a", planned(5, "key", definition), definition=definition, budget=eur("1.00"))
    assert met.commands == ("salescli activity done 5",)


def test_a_step_that_the_process_has_no_more_leads_to_the_end_of_the_stage():
    gone = msgspec.structs.replace(planned(5, "facts"), step="gone")
    told = guide("qualification", gone)
    assert [route.leads_to for route in told.expected[0].routes] == ["the end of the stage"]
    assert told.commands[0] == "salescli opp advance 7k2m --done 5"


def test_nothing_can_be_run_on_a_closed_deal():
    told = guide("lost", planned(1, None))
    assert (told.commands, told.is_at_end, told.blocked_by) == ((), False, ())


def test_an_approval_is_decided_by_its_own_commands():
    ask = Step(
        step="ok",
        kind="approval",
        title="Agree",
        then={"approved": "end-of-stage", "rejected": "ok"},
    )
    definition = process(stage("a", steps=[ask]), stage("b"))
    asked = planned(5, "ok", definition)
    (one,) = guide("a", asked, definition=definition, approvals={"act-5": "8d3v"}).expected
    assert one.command == "salescli approval approve 8d3v"
    assert [(route.result, route.command) for route in one.routes] == [
        ("approved", "salescli approval approve 8d3v"),
        ("rejected", "salescli approval reject 8d3v --note …"),
    ]


def test_the_same_again_of_an_adopted_activity_names_the_step():
    (asked,) = guide(
        "qualification", planned(5, "learn-needs", shipped("quick"), title="Coffee with them"),
        definition=shipped("quick"),
    ).expected  # fmt: skip
    leads = {one.result: one.leads_to for one in asked.routes}
    step = next(
        one for at in shipped("quick").stages for one in at.steps if one.step == "learn-needs"
    )
    assert leads["no-answer"] == step.title


def test_a_deal_may_go_on_past_steps_that_need_not_be_done():
    told = guide("proposal-preparation", planned(5, "costing"))
    assert [way.command for way in told.ways] == ["salescli opp advance 7k2m"]


def test_a_mandatory_step_leaves_no_way_on():
    steps = [
        Step(step="a", kind="task", title="A", performer=["starter"], then={"done": "b"}),
        Step(step="b", kind="task", title="B", performer=["starter"],
             then={"done": "end-of-stage"}),
    ]  # fmt: skip
    steps[0] = msgspec.structs.replace(steps[0], mandatory=True)
    definition = process(stage("one", steps=steps), stage("two"))
    told = guide("one", planned(5, "a", definition), definition=definition)
    assert told.expected[0].is_mandatory
    assert told.ways == ()


def test_what_an_open_form_asks_for_is_marked_so_that_it_is_told_once():
    told = guide("qualification", planned(5, "facts"))
    assert {one.field: one.is_asked for one in told.missing} == {
        "budget": True,
        "need": True,
        "close_date": True,
    }


@pytest.mark.parametrize(("me", "may"), [("anna", True), ("carl", False), (None, True)])
def test_an_approval_is_decided_by_who_is_asked(me: str | None, may: bool):
    (one,) = guide("qualification", planned(5, None), approvals={"act-5": "9k2m"}).expected
    assert one.may_end(me) is may
    (plain,) = guide("qualification", planned(5, None)).expected
    assert plain.may_end("carl")
