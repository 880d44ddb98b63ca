"""What a report is asked: seconds of a period, what headings name, in which currency nothing is."""

from datetime import UTC, date, datetime

from salescli.report.figures.question import (
    FunnelQuestion,
    ManagersQuestion,
    Question,
    WinLossQuestion,
    ask,
    asked_as,
)
from tests.report.funnel_deals import CALENDAR


def asked(period: str = "2024-03", as_of: date = date(2024, 3, 31), **more: object) -> Question:
    days = CALENDAR.parse_period(period, as_of)
    return ask(Question, "real-estate", days, as_of, CALENDAR, **more)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_a_period_is_cut_into_seconds_of_the_calendar():
    # Riga is UTC+2, from 31 March on UTC+3.
    march = asked(as_of=date(2024, 4, 30))
    assert (march.start, march.end) == (utc("2024-02-29T22:00:00"), utc("2024-03-31T20:59:59"))
    assert (march.process, str(march.period.first), march.as_of) == (
        "real-estate", "2024-03-01", date(2024, 4, 30),
    )  # fmt: skip


def test_figures_end_with_the_as_of_day_or_with_an_earlier_period():
    tenth = date(2024, 3, 10)
    assert asked(as_of=tenth).end == asked("all", tenth).end == utc("2024-03-10T21:59:59")
    assert asked("..2024-03-05", tenth).end == utc("2024-03-05T21:59:59")
    assert asked("all", tenth).start is None


def test_a_period_that_begins_after_the_as_of_day_has_no_figures():
    assert asked("2024-04").is_before_start
    assert not asked("2024-03", date(2024, 3, 1)).is_before_start
    assert not asked("all").is_before_start
    assert not Question(
        process="p", start=5, end=5, period=asked().period, as_of=date(2024, 3, 1)
    ).is_before_start


def test_headings_name_the_stores_of_a_group_then_the_filters():
    filters = (("owner", ("anna",)),)
    assert asked(filters=filters).scope == filters
    assert asked().scope == ()
    both = asked(filters=filters, stores=("north", "south"))
    assert both.scope == (("store", ("north", "south")), ("owner", ("anna",)))


def test_currencies_are_those_found_else_the_one_asked_for_else_the_stores():
    question = asked(currency="USD", store_currency="EUR")
    assert question.shown_currencies(["CHF", "EUR"]) == ("CHF", "EUR")
    assert question.shown_currencies([]) == ("USD",)
    assert asked(store_currency="EUR").shown_currencies([]) == ("EUR",)
    assert asked().shown_currencies([]) == ()


def test_managers_are_compared_in_the_currency_asked_for_else_in_the_stores():
    question = asked_as(ManagersQuestion, asked(store_currency="EUR"), time_zone="UTC")
    assert (question.rank_currency, question.min_deals, question.rank_by) == ("EUR", 5, "won")
    dollars = asked_as(ManagersQuestion, asked(currency="USD"), time_zone="UTC")
    assert dollars.rank_currency == "USD"


def test_the_same_is_asked_of_another_figure():
    question = asked(owners=frozenset({"anna"}), sum="value")
    funnel = asked_as(FunnelQuestion, question, created="any", currency="EUR")
    assert (funnel.owners, funnel.sum, funnel.created, funnel.currency) == (
        frozenset({"anna"}), "value", "any", "EUR",
    )  # fmt: skip
    wins = asked_as(WinLossQuestion, funnel, time_zone="UTC")
    assert (wins.start, wins.end, wins.time_zone) == (question.start, question.end, "UTC")
