"""The columns of a period by hand: days and seconds of Riga, 2024."""

from datetime import UTC, date, datetime

import pytest

from salescli.model.errors import WrongUsage
from salescli.report.figures.spans import build_spans, day_finder, second_finder
from tests.report.funnel_deals import CALENDAR

AS_OF = date(2024, 5, 2)


def spans_of(period: str, *, months: bool = True):
    return build_spans(CALENDAR.parse_period(period, AS_OF), CALENDAR, months=months)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def why(period: str) -> str:
    with pytest.raises(WrongUsage) as refused:
        spans_of(period)
    (found,) = refused.value.findings
    assert (found.code, found.field) == ("not-in-months", "months")
    assert found.hint == "--period 2026-Q3, this-year, 2026-01..2026-06 …"
    return found.text


def test_a_period_is_cut_into_its_months_and_the_whole_stands_last():
    spans = spans_of("2023-12-31..2024-02-10")
    assert [(span.key, str(span.period.first), str(span.period.last)) for span in spans] == [
        ("2023-12", "2023-12-31", "2023-12-31"),
        ("2024-01", "2024-01-01", "2024-01-31"),
        ("2024-02", "2024-02-01", "2024-02-10"),
        ("", "2023-12-31", "2024-02-10"),
    ]
    assert spans[1].period.label == CALENDAR.parse_period("2024-01", AS_OF).label
    assert [span.key for span in spans_of("2024-01..2024-02", months=False)] == [""]


def test_a_column_begins_and_ends_with_a_second_of_the_calendar():
    # Riga is UTC+2, from 31 March on UTC+3.
    march, whole = spans_of("2024-03")
    assert (march.start, march.end) == (utc("2024-02-29T22:00:00"), utc("2024-03-31T20:59:59"))
    assert (whole.start, whole.end) == (march.start, march.end)
    (ever,) = spans_of("all", months=False)
    assert (ever.key, ever.start, ever.end) == ("", None, None)


def test_what_is_not_in_months_says_why():
    intro = "--months takes a period of 1 to 120 months; this one "
    assert why("2024-01..") == intro + "has no end"
    assert why("..2024-01") == intro + "has no beginning"
    assert why("all") == intro + "has no end"
    assert why("2014-01..2024-01") == intro + "has 121"
    assert len(spans_of("2014-02..2024-01")) == 121  # 120 and the whole


def test_a_day_lies_in_the_month_that_has_it():
    find = day_finder(spans_of("2024-01-10..2024-02-10")[:-1])
    days = ["2024-01-09", "2024-01-10", "2024-01-31", "2024-02-01", "2024-02-10", "2024-02-11"]
    assert [find(day) for day in days] == [None, 0, 0, 1, 1, None]
    assert find(None) is None


def test_every_day_lies_in_a_period_without_ends():
    find = day_finder(spans_of("all", months=False))
    assert [find(day) for day in ("0001-01-01", "2024-01-01", "9999-12-31")] == [0, 0, 0]
    until, since = spans_of("..2024-01-31", months=False), spans_of("2024-02-01..", months=False)
    assert [day_finder(until)(day) for day in ("0001-01-01", "2024-02-01")] == [0, None]
    assert [day_finder(since)(day) for day in ("2024-01-31", "9999-12-31")] == [None, 0]


def test_an_instant_lies_in_the_month_that_has_it():
    spans = spans_of("2024-01..2024-02")[:-1]
    find = second_finder(spans)
    first, second = spans
    assert first.start is not None and second.end is not None
    edges = [first.start - 1, first.start, second.start - 1, second.start, second.end]
    assert [find(at) for at in edges] == [None, 0, 0, 1, 1]
    assert find(second.end + 1) is None


def test_every_instant_lies_in_a_period_without_ends():
    ages = 300_000_000_000  # seconds: some 9500 years
    find = second_finder(spans_of("all", months=False))
    assert [find(at) for at in (-ages, 0, ages)] == [0, 0, 0]
