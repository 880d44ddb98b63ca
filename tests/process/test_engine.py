"""Moves between open stages: what they write, and all reasons why they are refused."""

import pytest
from standings import (
    CORPORATE,
    LOST,
    NAMES,
    REAL_ESTATE,
    TODAY,
    WON,
    advanced,
    make_deal,
    make_standing,
    process,
    reasons,
    require,
    stage,
)

from salescli.model.errors import NotFound, Refused
from salescli.model.names import subject_of
from salescli.model.records import Stakeholder
from salescli.model.visits import Entry, Visit
from salescli.process.engine import RefusedMove, Standing, advance, move


def refusal(outcome: object) -> RefusedMove:
    assert isinstance(outcome, RefusedMove), outcome
    return outcome


def test_advance_goes_to_the_next_stage() -> None:
    moved = advanced(advance(make_standing("qualification")))
    assert (moved.kind, moved.from_, moved.to) == ("moved", "qualification", "key-contacts")
    assert (moved.skipped, moved.undone, moved.forced, moved.fields) == ((), (), None, {})


def test_advance_to_a_later_stage_skips_what_lies_between() -> None:
    moved = advanced(advance(make_standing("qualification"), "proposal-presentation"))
    assert moved.skipped == ("key-contacts", "proposal-preparation")


def test_the_formats_first_move_skips_key_contacts() -> None:
    moved = advanced(advance(make_standing("qualification"), "proposal-preparation"))
    assert moved.skipped == ("key-contacts",)


def test_a_move_back_undoes_what_was_visited_at_or_after_it() -> None:
    # format.md section 7, event 7
    standing = make_standing("proposal-preparation", visited=["qualification", "key-contacts"])
    moved = advanced(move(standing, "key-contacts"))
    assert moved.undone == ("key-contacts", "proposal-preparation")
    assert moved.skipped == ()


def test_a_move_back_over_stages_that_were_never_visited_does_not_name_them() -> None:
    standing = make_standing("negotiations", CORPORATE, visited=["qualification", "key-contacts"])
    moved = advanced(move(standing, "presentation"))
    assert moved.undone == ("key-contacts", "negotiations")


def test_a_move_back_names_the_stage_left_even_without_any_history() -> None:
    standing = Standing(
        deal=make_deal("key-contacts"),
        definition=REAL_ESTATE,
        visits=(),
        subject=subject_of(make_deal("key-contacts")),
        names=NAMES,
        today=TODAY,
    )
    assert advanced(move(standing, "qualification")).undone == ("key-contacts",)


def test_historical_visits_are_undone_again() -> None:
    old = Visit("proposal-preparation", 0, 1, Entry.FORWARD, historical=True)
    standing = make_standing("key-contacts", visited=["qualification"])
    standing = Standing(
        deal=standing.deal,
        definition=REAL_ESTATE,
        visits=[old, *standing.visits],
        subject=standing.subject,
        names=NAMES,
        today=TODAY,
    )
    moved = advanced(move(standing, "qualification"))
    assert moved.undone == ("qualification", "key-contacts", "proposal-preparation")


def test_going_back_to_a_stage_is_allowed() -> None:
    # peer case 78
    standing = make_standing("proposal-presentation", CORPORATE, visited=["presentation"])
    assert advanced(move(standing, "presentation")).to == "presentation"


def test_move_goes_forward_too() -> None:
    assert advanced(move(make_standing("qualification"), "key-contacts")).undone == ()


def test_an_unknown_stage_is_not_found_and_tells_what_lies_ahead() -> None:
    # peer case 27; tour.md
    refused = refusal(advance(make_standing("key-contacts"), "contracting"))
    (problem,) = refused.findings
    assert isinstance(refused.error, NotFound)
    assert problem.code == "unknown-stage"
    assert problem.text == 'real-estate has no stage "contracting"'
    assert problem.hint == "Open stages ahead: proposal-preparation, proposal-presentation."


def test_a_move_that_may_go_back_names_the_stages_behind_too() -> None:
    (problem,) = refusal(move(make_standing("key-contacts"), "STAGE")).findings
    assert problem.hint == (
        "Open stages ahead: proposal-preparation, proposal-presentation. Behind: qualification."
    )
    (problem,) = refusal(move(make_standing("qualification"), "STAGE")).findings
    assert "Behind" not in problem.hint


def test_a_stage_nearly_named_is_offered() -> None:
    (problem,) = refusal(advance(make_standing("qualification"), "key-contact")).findings
    assert problem.hint.startswith("Did you mean key-contacts? Open stages ahead: key-contacts,")


def test_the_same_stage_again_is_refused_with_already() -> None:
    # peer case 27
    for refused in (
        move(make_standing("key-contacts"), "key-contacts"),
        advance(make_standing("key-contacts"), "key-contacts"),
    ):
        assert reasons(refused) == ["already-there"]
        assert refusal(refused).findings[0].text == "already at Key contacts"
        assert isinstance(refusal(refused).error, Refused)


def test_advance_at_the_last_open_stage_prints_the_close_lines() -> None:
    refused = refusal(advance(make_standing("proposal-presentation")))
    assert reasons(refused) == ["last-stage"]
    assert refused.findings[0].hint.splitlines() == [
        "salescli opp close 7k2m --outcome won",
        "salescli opp close 7k2m --outcome lost --reason REASON",
        "salescli opp close 7k2m --outcome rerouted --reason REASON",
        "salescli opp close 7k2m --outcome rejected --reason REASON",
    ]


def test_advance_does_not_go_back() -> None:
    refused = refusal(advance(make_standing("key-contacts"), "qualification"))
    assert reasons(refused) == ["not-forward"]
    assert refused.findings[0].hint == "salescli opp move 7k2m --to qualification"


@pytest.mark.parametrize("goes", [advance, move])
def test_a_final_stage_is_closed_not_moved_to(goes: object) -> None:
    refused = refusal(goes(make_standing("key-contacts"), "lost"))  # type: ignore[operator]
    assert reasons(refused) == ["final-stage"]
    assert refused.findings[0].hint == "salescli opp close 7k2m --outcome lost --reason REASON"


@pytest.mark.parametrize("at", ["won", "lost", "rejected"])
def test_a_closed_deal_is_not_moved_but_reopened(at: str) -> None:
    # peer cases 3 and 77
    for refused in (
        advance(make_standing(at)),
        move(make_standing(at), "key-contacts"),
        move(make_standing(at), "won"),
    ):
        assert reasons(refused) == ["already-closed"]
        hint = refusal(refused).findings[0].hint
        assert hint == "salescli opp reopen 7k2m --to STAGE --reason TEXT"


def test_a_deal_at_a_stage_that_is_gone_is_not_moved() -> None:
    assert reasons(advance(make_standing("signing"))) == ["stage-not-in-process"]


def test_retired_stages_are_passed_over_in_silence() -> None:
    definition = process(stage("a"), stage("b", retired=True), stage("c"), stage("d"))
    assert advanced(advance(make_standing("a", definition))).to == "c"
    moved = advanced(advance(make_standing("a", definition), "d"))
    assert moved.skipped == ("c",)
    assert reasons(advance(make_standing("a", definition), "b")) == ["retired-stage"]


def test_a_deal_at_a_retired_stage_goes_on() -> None:
    definition = process(stage("a"), stage("b", retired=True), stage("c"))
    assert advanced(advance(make_standing("b", definition))).to == "c"


def test_moves_limit_where_one_may_go() -> None:
    definition = process(stage("a", moves=["c"]), stage("b"), stage("c"))
    refused = refusal(advance(make_standing("a", definition)))
    assert reasons(refused) == ["move-not-allowed"]
    assert refused.findings[0].text == "A does not lead to B: it leads to c"
    assert advanced(advance(make_standing("a", definition), "c")).skipped == ("b",)


def test_requirements_of_the_stage_left_and_of_all_skipped_are_told_at_once() -> None:
    definition = process(
        stage("a", exit=require("budget", "need")),
        stage("b", exit=require("contacts.role=decision-maker")),
        stage("c", exit=require("mood")),
    )
    refused = refusal(advance(make_standing("a", definition), "c"))
    assert reasons(refused) == ["unmet-requirement"] * 3
    assert [problem.text for problem in refused.findings] == [
        "A requires: say budget",
        "A requires: say need",
        "B requires: say contacts.role=decision-maker",
    ]
    assert [problem.hint for problem in refused.findings] == [
        "salescli opp set 7k2m --budget …, or --force REASON",
        "salescli opp set 7k2m --need …, or --force REASON",
        "salescli opp contact add 7k2m … --role decision-maker, or --force REASON",
    ]


def test_what_is_met_does_not_block() -> None:
    definition = process(stage("a", exit=require("contacts.role=decision-maker")), stage("b"))
    people = [Stakeholder(contact="con-1", role="decision-maker")]
    assert advanced(advance(make_standing("a", definition, contacts=people))).to == "b"


def test_requirements_do_not_hold_up_a_move_back() -> None:
    definition = process(stage("a"), stage("b", exit=require("budget")))
    standing = make_standing("b", definition, open_mandatory=["Call them"])
    assert advanced(move(standing, "a")).undone == ("b",)


def test_advice_never_blocks_but_is_told() -> None:
    moved = advanced(advance(make_standing("qualification", need="flat"), "proposal-preparation"))
    assert [unmet.field for unmet in moved.advice] == ["budget", "close_date", "contacts.role"]


def test_force_overrides_requirements_and_mandatory_steps_and_is_recorded() -> None:
    definition = process(stage("a", exit=require("budget")), stage("b"))
    standing = make_standing("a", definition, open_mandatory=["Call them"])
    assert reasons(advance(standing)) == ["unmet-requirement", "mandatory-step"]
    refused = advance(standing)
    assert isinstance(refused, RefusedMove)
    assert refused.findings[-1].hint == "salescli activity done a6xr, or --force REASON"
    moved = advanced(advance(standing, force=" the boss says so "))
    assert moved.forced == "the boss says so"
    assert [unmet.field for unmet in moved.overridden] == ["budget"]


def test_force_overrides_nothing_else() -> None:
    definition = process(stage("a", moves=["c"]), stage("b", retired=True), stage("c"))
    refused = advance(make_standing("a", definition), "b", force="please")
    assert reasons(refused) == ["retired-stage", "move-not-allowed"]


def test_force_that_was_not_needed_is_not_recorded_and_said() -> None:
    moved = advanced(advance(make_standing("qualification"), force="just in case"))
    assert moved.forced is None
    assert moved.notes == ("Nothing had to be forced.",)


def test_force_without_a_reason_is_refused_beside_what_it_was_for() -> None:
    definition = process(stage("a", exit=require("budget")), stage("b"))
    refused = advance(make_standing("a", definition), force=" ")
    assert reasons(refused) == ["unmet-requirement", "force-needs-reason"]


def test_every_kind_of_reason_comes_at_once() -> None:
    definition = process(
        stage("a", moves=["c"], exit=require("budget")), stage("b", retired=True), stage("c")
    )
    standing = make_standing("a", definition, open_mandatory=["Call them"])
    assert reasons(advance(standing, "b")) == [
        "retired-stage",
        "move-not-allowed",
        "unmet-requirement",
        "mandatory-step",
    ]


@pytest.mark.parametrize(
    ("at", "to", "by_hand", "is_emptied"),
    [
        ("qualification", "key-contacts", 10, False),
        ("proposal-presentation", "key-contacts", 55, True),
        ("proposal-presentation", "key-contacts", 40, False),
        ("qualification", "key-contacts", 41, True),  # overtaken by a cap that was lowered
        ("qualification", "key-contacts", None, False),
    ],
)
def test_a_probability_that_the_new_stage_forbids_is_emptied(
    at: str, to: str, by_hand: int | None, is_emptied: bool
) -> None:
    moved = advanced(move(make_standing(at, probability=by_hand), to))
    assert moved.fields == ({"probability": [by_hand, None]} if is_emptied else {})
    assert bool(moved.notes) is is_emptied


def test_it_says_so_when_it_empties_a_probability() -> None:
    moved = advanced(move(make_standing("proposal-presentation", probability=55), "key-contacts"))
    assert moved.notes == (
        "The probability of 55 % set by hand is empty now: Key contacts allows 40 % at most.",
    )


def test_a_move_dated_before_a_change_of_the_probability_empties_it() -> None:
    standing = make_standing("qualification", probability=5, empties_probability=True)
    assert advanced(advance(standing)).fields == {"probability": [5, None]}


def test_a_stage_without_a_cap_takes_any_probability() -> None:
    definition = process(stage("a"), stage("b"), finals=[WON, LOST])
    assert advanced(advance(make_standing("a", definition, probability=100))).fields == {}
