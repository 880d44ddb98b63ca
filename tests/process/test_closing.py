"""Closing and reopening."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from standings import (
    LOST,
    REAL_ESTATE,
    REASONS,
    TODAY,
    WON,
    advanced,
    eur,
    final,
    make_standing,
    process,
    reasons,
    require,
    shipped,
    stage,
)

from salescli.model.catalogues import Choice
from salescli.model.conversion import build_document, build_record
from salescli.model.errors import NotFound, Refused
from salescli.model.facts import apply_value, build_document_of, build_state
from salescli.model.money import Money
from salescli.model.records import Line, Opportunity, Rival
from salescli.model.rules import check_opportunity
from salescli.process.engine import (
    Advanced,
    Outcome,
    RefusedMove,
    Standing,
    close,
    offered_reasons,
    reopen,
)

DAY = date(2026, 11, 13)


def shut(standing: Standing, outcome: str, **more: Any) -> Outcome:
    return close(standing, outcome, close_reasons=REASONS, **more)


def refusal(outcome: Outcome) -> RefusedMove:
    assert isinstance(outcome, RefusedMove), outcome
    return outcome


def after(standing: Standing, outcome: Advanced) -> Opportunity:
    """The deal that the event leaves behind, by way of the fold."""
    state = build_state(build_document(standing.deal))
    state["stage"] = outcome.to
    for path, change in outcome.fields.items():
        apply_value(state, path, change[1])
    return build_record({"id": standing.deal.id, **build_document_of(state)}, Opportunity)


def test_won_closes_at_a_hundred_percent_on_the_day() -> None:
    # peer cases 2 and 22
    standing = make_standing(
        "proposal-presentation",
        probability=55,
        close_date=date(2026, 12, 1),
        budget=eur("100.00"),
    )
    won = advanced(shut(standing, "won"))
    assert (won.kind, won.to, won.skipped, won.undone) == ("closed", "won", (), ())
    assert won.fields == {"probability": [55, None], "close_date": ["2026-12-01", "2026-11-13"]}
    assert REAL_ESTATE.cap_of(won.to) == 100
    assert won.notes == ("The probability of 55 % set by hand is empty now: Won has 100 %.",)


def test_the_close_date_is_written_even_if_it_stays() -> None:
    won = advanced(shut(make_standing("proposal-presentation", close_date=TODAY), "won"))
    assert won.fields == {"close_date": ["2026-11-13", "2026-11-13"]}


def test_a_closing_on_an_earlier_day_has_that_day() -> None:
    won = advanced(shut(make_standing("proposal-presentation"), "won", day=date(2026, 3, 1)))
    assert won.fields == {"close_date": [None, "2026-03-01"]}


def test_a_win_that_nothing_says_the_worth_of_says_how_to_tell_it() -> None:
    told = "No revenue, amount or budget is known: salescli opp set 7k2m --actual-revenue …"
    bare = msgspec.structs.replace(make_standing("proposal-presentation"), address="7k2m")
    assert told in advanced(shut(bare, "won")).notes
    assert told not in advanced(shut(bare, "won", revenue=eur("1.00"))).notes
    assert told not in advanced(shut(bare, "lost", reason="price")).notes
    known = make_standing("proposal-presentation", budget=eur("100.00"))
    assert advanced(shut(known, "won")).notes == ()


def test_a_win_skips_the_open_stages_passed_over() -> None:
    won = advanced(shut(make_standing("key-contacts"), "won"))
    assert won.skipped == ("proposal-preparation", "proposal-presentation")


def test_a_failure_skips_nothing() -> None:
    assert advanced(shut(make_standing("qualification"), "lost", reason="price")).skipped == ()


def test_a_loss_keeps_its_reason_and_has_no_chance_left() -> None:
    # peer cases 7 and 11
    standing = make_standing("key-contacts", close_date=date(2026, 12, 1))
    lost = advanced(shut(standing, "lost", reason="no-answer"))
    assert lost.fields == {
        "close_date": ["2026-12-01", "2026-11-13"],
        "close_reason": [None, "no-answer"],
    }
    assert REAL_ESTATE.status_of(lost.to) == "lost"
    assert REAL_ESTATE.cap_of(lost.to) == 0


@pytest.mark.parametrize("outcome", ["rejected", "rerouted"])
def test_rejected_and_rerouted_are_counted_apart_from_lost(outcome: str) -> None:
    # peer case 79
    closed = advanced(shut(make_standing("key-contacts"), outcome, reason="no-budget"))
    assert REAL_ESTATE.status_of(closed.to) == outcome
    assert REAL_ESTATE.cap_of(closed.to) == 0


def test_a_loss_without_a_reason_is_refused_with_the_reasons_there_are() -> None:
    # peer case 21; tour.md. Imports alone may say "not-recorded".
    (problem,) = refusal(shut(make_standing("key-contacts"), "lost")).findings
    assert problem.text == (
        "a lost deal needs --reason, one of priorities-changed, no-answer, no-budget, "
        "competitor-won, price, unmet-demand, other"
    )


@pytest.mark.parametrize("details", [None, "", "  "])
def test_other_without_details_is_refused(details: str | None) -> None:
    # peer case 21
    standing = make_standing("key-contacts")
    assert reasons(shut(standing, "lost", reason="other", details=details)) == ["details-needed"]


def test_other_with_details_is_taken() -> None:
    lost = advanced(shut(make_standing("key-contacts"), "lost", reason="other", details=" Moved "))
    assert lost.fields["close_details"] == [None, "Moved"]


def test_details_may_stand_beside_any_reason() -> None:
    lost = advanced(shut(make_standing("key-contacts"), "lost", reason="price", details="10 %"))
    assert list(lost.fields) == ["close_date", "close_reason", "close_details"]


def test_lost_to_a_competitor_wants_to_know_whom() -> None:
    standing = make_standing("key-contacts")
    assert reasons(shut(standing, "lost", reason="competitor-won")) == ["winner-needed"]


def test_a_winner_that_is_not_in_the_deal_gets_a_line() -> None:
    standing = make_standing("key-contacts")
    lost = advanced(shut(standing, "lost", reason="competitor-won", winner="skyline"))
    assert lost.fields == {
        "close_date": [None, "2026-11-13"],
        "winner": [None, "skyline"],
        "close_reason": [None, "competitor-won"],
        "competitors/skyline": [None, {}],
    }
    assert [rival.competitor for rival in after(standing, lost).competitors] == ["skyline"]


@pytest.mark.parametrize("winner", ["skyline", "unknown"])
def test_a_winner_known_or_unknown_needs_no_line(winner: str) -> None:
    standing = make_standing("key-contacts", competitors=[Rival(competitor="skyline")])
    lost = advanced(shut(standing, "rejected", reason="competitor-won", winner=winner))
    assert list(lost.fields) == ["close_date", "winner", "close_reason"]


def test_everything_that_a_failure_lacks_is_told_at_once() -> None:
    standing = make_standing("key-contacts")
    refused = refusal(shut(standing, "lost", winner="skyline", revenue=eur("5.00")))
    assert reasons(refused) == ["reason-needed", "winner-not-asked", "revenue-not-won"]
    assert isinstance(refused.error, Refused)


def test_an_unknown_reason_is_not_found() -> None:
    refused = refusal(shut(make_standing("key-contacts"), "lost", reason="no-anwser"))
    assert reasons(refused) == ["unknown-reason"]
    assert refused.findings[0].hint == "did you mean no-answer?"
    assert isinstance(refused.error, NotFound)


def test_a_retired_reason_and_one_for_imports_are_refused() -> None:
    dictionary = build_reasons()
    standing = make_standing("key-contacts")
    gone = close(standing, "lost", close_reasons=dictionary, reason="fashion")
    assert reasons(gone) == ["retired-reason"]
    assert reasons(shut(standing, "lost", reason="not-recorded")) == ["import-only-reason"]
    taken = advanced(shut(standing, "lost", reason="not-recorded", is_import=True))
    assert taken.fields["close_reason"] == [None, "not-recorded"]


def build_reasons() -> dict[str, Any]:
    return {**REASONS, "fashion": Choice(name="Fashion", retired=True)}


def test_reasons_are_offered_in_the_order_of_the_dictionary() -> None:
    assert offered_reasons(build_reasons(), is_import=True) == [
        "priorities-changed",
        "no-answer",
        "no-budget",
        "competitor-won",
        "price",
        "unmet-demand",
        "other",
        "not-recorded",
    ]


def test_a_win_takes_the_revenue_but_no_reason() -> None:
    standing = make_standing("proposal-presentation", budget=eur("100.00"))
    won = advanced(shut(standing, "won", revenue=eur("95.00")))
    assert won.fields["actual_revenue"] == [None, "95.00 EUR"]
    refused = shut(standing, "won", reason="price", details="x", winner="unknown")
    assert reasons(refused) == ["reason-not-failed"] * 3


def test_the_revenue_is_in_the_deals_currency() -> None:
    line = Line(line="line-1", title="Kitchen", price=eur("1.00"))
    standing = make_standing("proposal-presentation", products=[line])
    usd = Money(Decimal("5.00"), "USD")
    assert reasons(shut(standing, "won", revenue=usd)) == ["two-currencies"]


def test_won_means_the_success_whatever_its_id() -> None:
    definition = process(stage("a"), finals=[final("signed", "success"), LOST])
    won = advanced(shut(make_standing("a", definition), "won"))
    assert won.to == "signed"
    assert definition.status_of("signed") == "won"


def test_an_unknown_outcome_is_not_found_and_an_open_one_is_moved_to() -> None:
    refused = refusal(shut(make_standing("key-contacts"), "wonn"))
    assert reasons(refused) == ["unknown-outcome"]
    assert (refused.findings[0].hint, refused.is_missing) == ("did you mean won?", True)
    assert reasons(shut(make_standing("key-contacts"), "qualification")) == ["open-stage"]


@pytest.mark.parametrize(("at", "outcome"), [("won", "lost"), ("lost", "won"), ("won", "won")])
def test_a_closed_deal_is_not_closed_again(at: str, outcome: str) -> None:
    # peer case 3; peer case 8 goes by way of a reopening here
    assert reasons(shut(make_standing(at), outcome, reason="price")) == ["already-closed"]


def test_requirements_hold_up_a_win_but_not_a_failure() -> None:
    definition = process(stage("a", exit=require("budget")), stage("b", exit=require("need")))
    standing = make_standing("a", definition, open_mandatory=["Call them"])
    assert reasons(shut(standing, "won")) == [
        "unmet-requirement",
        "unmet-requirement",
        "mandatory-step",
    ]
    assert advanced(shut(standing, "won", force="signed at the fair")).forced is not None
    assert advanced(shut(standing, "lost", reason="price")).forced is None


def test_moves_limit_wins_but_never_failures() -> None:
    definition = process(stage("a", moves=["b"]), stage("b"))
    assert reasons(shut(make_standing("a", definition), "won")) == ["move-not-allowed"]
    assert advanced(shut(make_standing("a", definition), "lost", reason="price")).to == "lost"
    allowed = process(stage("a", moves=["won"]), stage("b"))
    assert advanced(shut(make_standing("a", allowed), "won")).skipped == ("b",)


def test_a_retired_outcome_takes_nothing_new() -> None:
    gone = stage("dropped", final="failure", retired=True)
    definition = process(stage("a"), finals=[WON, LOST, gone])
    refused = shut(make_standing("a", definition), "dropped", reason="price")
    assert reasons(refused) == ["retired-stage"]


def closed(at: str = "lost", **more: Any) -> Standing:
    given = {"close_date": date(2026, 10, 28)}
    if at == "lost":
        given["close_reason"] = "no-answer"  # type: ignore[assignment]
    return make_standing(at, visited=["qualification", "key-contacts"], **{**given, **more})


def test_the_formats_reopening() -> None:
    # format.md section 7, event 12: the earlier visits were undone once before
    standing = make_standing(
        "lost",
        visited=["qualification", "key-contacts", "proposal-preparation", "key-contacts"],
        today=date(2026, 11, 2),
        close_date=date(2026, 10, 28),
        close_reason="no-answer",
    )
    again = advanced(reopen(standing, "key-contacts", "They called back", date(2026, 12, 1)))
    assert (again.kind, again.reason) == ("reopened", "They called back")
    assert again.undone == ("key-contacts", "proposal-preparation", "lost")
    assert again.fields == {
        "close_date": ["2026-10-28", "2026-12-01"],
        "close_reason": ["no-answer", None],
    }


def test_a_reopening_empties_all_that_the_closing_wrote() -> None:
    standing = closed(
        close_reason="competitor-won",
        close_details="by a hair",
        winner="unknown",
        archived=True,
    )
    again = advanced(reopen(standing, "qualification", "Again", close_date=date(2027, 1, 1)))
    assert again.fields == {
        "close_date": ["2026-10-28", "2027-01-01"],
        "winner": ["unknown", None],
        "close_reason": ["competitor-won", None],
        "close_details": ["by a hair", None],
        "archived": [True, None],
    }


def test_a_won_deal_reopened_is_open_and_no_longer_certain() -> None:
    # peer cases 6 and 15: the stage's cap, and no probability comes back
    standing = closed("won", actual_revenue=eur("5.00"))
    again = advanced(reopen(standing, "key-contacts", "The bank said no"))
    deal = after(standing, again)
    assert (REAL_ESTATE.status_of(deal.stage), deal.probability) == ("open", None)
    assert (REAL_ESTATE.cap_of(deal.stage), deal.actual_revenue) == (40, None)


@pytest.mark.parametrize(
    ("expected", "typed", "after_it"),
    [
        (date(2026, 11, 13), None, "2026-11-13"),  # today has not passed
        (date(2026, 11, 12), None, None),
        (None, None, None),
        (None, date(2026, 12, 24), "2026-12-24"),
        (date(2026, 12, 1), date(2026, 12, 24), "2026-12-24"),
    ],
)
def test_the_expected_close_date_returns_unless_it_has_passed(
    expected: date | None, typed: date | None, after_it: str | None
) -> None:
    again = advanced(reopen(closed(), "key-contacts", "Again", expected, typed))
    assert again.fields["close_date"] == ["2026-10-28", after_it]
    assert ("The close date is empty now." in again.notes) is (after_it is None)


def test_an_open_deal_is_not_reopened() -> None:
    # peer case 9 has its counterpart: only what is closed comes back
    assert reasons(reopen(make_standing("key-contacts"), "qualification", "x")) == ["not-closed"]


def test_a_reopening_has_a_reason_and_an_open_stage() -> None:
    assert reasons(reopen(closed(), "won", " ")) == ["final-stage", "reason-needed"]
    refused = refusal(reopen(closed(), "signing", "Again"))
    assert reasons(refused) == ["unknown-stage"]
    assert refused.findings[0].hint == (
        "Open stages: qualification, key-contacts, proposal-preparation, proposal-presentation."
    )
    definition = process(stage("a"), stage("b", retired=True))
    assert reasons(reopen(make_standing("lost", definition), "b", "Again")) == ["retired-stage"]


@pytest.mark.parametrize("name", ["real-estate", "corporate", "quick"])
@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("won", {"revenue": eur("95.00")}),
        ("lost", {"reason": "competitor-won", "winner": "skyline"}),
        ("rerouted", {"reason": "other", "details": "Another department"}),
        ("rejected", {"reason": "no-budget"}),
    ],
)
def test_what_a_closing_leaves_behind_breaks_no_rule(
    name: str, outcome: str, more: dict[str, Any]
) -> None:
    definition = shipped(name)
    standing = make_standing("qualification", definition, probability=5, budget=eur("100.00"))
    deal = after(standing, advanced(shut(standing, outcome, **more)))
    assert check_opportunity(deal, definition, REASONS) == []
    again = Standing(
        deal=deal,
        definition=definition,
        visits=standing.visits,
        subject=standing.subject,
        names=standing.names,
        today=DAY,
    )
    reopened = after(again, advanced(reopen(again, "qualification", "Again")))
    assert check_opportunity(reopened, definition, REASONS) == []
