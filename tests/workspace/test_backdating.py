"""`--at` end to end: where back-dated events lie, what they empty, what is told beside them."""

from datetime import UTC, datetime

import pytest

from salescli.model.calendar import Calendar
from salescli.model.events import live_events
from salescli.model.facts import fold
from salescli.store.codec import read_history
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def deal(shop: Shop) -> str:
    """A deal made on 2 November; it is the 20th."""
    made = shop.deal("Flat 47")
    shop.now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    return made


def as_of(shop: Shop, deal: str, day: int) -> dict:
    """The state at the end of a day of November in Riga."""
    source = (shop.folder(deal) / "history.yaml").read_bytes()
    end = Calendar("Europe/Riga").end_of(datetime(2026, 11, day, 12, tzinfo=UTC).date())
    return fold(live_events(read_history(source, "history.yaml"), end))


def test_a_day_is_its_first_instant_and_what_was_written_when_is_told(shop, deal):
    shop.do("opp", "set", deal, "--need", "parking", "--at", "2026-11-10")
    event = shop.events(deal)[-1]
    assert (event["at"], event["logged"]) == ("2026-11-09T22:00:00Z", "2026-11-20T12:00:00Z")
    assert "need" not in as_of(shop, deal, 9)
    assert as_of(shop, deal, 10)["need"] == "parking"


def test_an_event_of_now_tells_no_second_time(shop, deal):
    shop.do("opp", "set", deal, "--need", "parking")
    assert "logged" not in shop.events(deal)[-1]


def test_two_events_of_one_day_keep_their_order(shop, deal):
    shop.do("opp", "advance", deal, "--at", "2026-11-10T15:00")
    shop.do("opp", "advance", deal, "--at", "2026-11-10")
    first, second = shop.events(deal)[-2:]
    assert first["at"] == second["at"] == "2026-11-10T13:00:00Z"
    assert as_of(shop, deal, 10)["stage"] == "proposal-preparation"


def test_a_backdated_change_wins_from_its_day_on_over_what_was_said_before(shop, deal):
    shop.do("opp", "set", deal, "--budget", "100", "--at", "2026-11-12")
    shop.do("opp", "set", deal, "--budget", "200", "--at", "2026-11-08")
    assert shop.facts(deal)["budget"] == "200.00 EUR"
    assert "budget" not in as_of(shop, deal, 7)
    assert as_of(shop, deal, 8)["budget"] == "200.00 EUR"
    assert as_of(shop, deal, 12)["budget"] == "200.00 EUR"


def test_a_stage_event_before_a_change_of_probability_empties_it(shop, deal):
    shop.do("opp", "set", deal, "--probability", "5", "--at", "2026-11-15")
    shop.do("opp", "advance", deal, "--at", "2026-11-10")
    assert shop.facts(deal)["probability"] == ""
    assert shop.events(deal)[-1]["fields"]["probability"] == [5, None]
    assert "probability" not in as_of(shop, deal, 20)


def test_a_move_may_not_lie_before_the_one_before(shop, deal):
    shop.do("opp", "advance", deal, "--at", "2026-11-10")
    before = shop.tree()
    answer = shop.run("opp", "advance", deal, "--at", "2026-11-09")
    assert answer.code == 1
    assert "lies before the last change of stage" in " ".join(answer.err.split())
    assert shop.tree() == before


def test_a_closing_of_the_past_closes_on_that_day(shop, deal):
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price", "--at", "2026-11-10")
    assert shop.facts(deal)["close_date"] == "2026-11-10"
    late = shop.run("opp", "set", deal, "--direct-expense", "5", "--at", "2026-11-09")
    assert late.code == 1
    assert shop.do("opp", "set", deal, "--need", "parking", "--at", "2026-11-09").code == 0


def test_a_deal_of_last_year_lies_in_last_years_folder(shop, deal):
    made = shop.make(
        "opp", "create", "Old", "--client", "Elena Petrova", "--at", "2025-12-31T23:59:59"
    )
    assert shop.folder(made).parent.name == "2025"
    late = shop.make(
        "opp", "create", "New", "--client", "Elena Petrova", "--at", "2025-12-31T22:30:00Z"
    )
    assert shop.folder(late).parent.name == "2026"  # it is 2026 in Riga by then


def test_a_clock_that_went_back_is_told_as_when_it_was_written(shop, deal):
    shop.do("opp", "advance", deal)
    shop.now = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    shop.do("opp", "advance", deal)
    event = shop.events(deal)[-1]
    assert (event["at"], event["logged"]) == ("2026-11-20T12:00:00Z", "2026-11-01T12:00:00Z")
