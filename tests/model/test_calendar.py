from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.calendar import (
    Calendar,
    Period,
    add_months,
    format_day,
    format_instant,
)
from salescli.model.errors import WrongUsage

RIGA = Calendar("Europe/Riga")
TODAY = date(2026, 11, 12)  # a Thursday


def at(text):
    return datetime.fromisoformat(text)


# Days are cut in the store's zone.


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-01T21:59:59Z", "2026-11-01"),  # winter, two hours ahead
        ("2026-11-01T22:00:00Z", "2026-11-02"),
        ("2026-11-01T22:01:00Z", "2026-11-02"),
        ("2026-07-01T20:59:59Z", "2026-07-01"),  # summer, three
        ("2026-07-01T21:00:00Z", "2026-07-02"),
        ("2026-07-02T00:30:00+05:00", "2026-07-01"),
    ],
)
def test_an_instant_lies_in_the_local_day(instant, day):
    assert RIGA.day_of(at(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        ("2026-03-28", "2026-03-27T22:00:00Z", 24),
        ("2026-03-29", "2026-03-28T22:00:00Z", 23),  # clocks go forward at 3
        ("2026-03-30", "2026-03-29T21:00:00Z", 24),
        ("2026-10-24", "2026-10-23T21:00:00Z", 24),
        ("2026-10-25", "2026-10-24T21:00:00Z", 25),  # and back at 4
        ("2026-10-26", "2026-10-25T22:00:00Z", 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(day, start, hours):
    day = date.fromisoformat(day)
    assert RIGA.start_of(day) == at(start)
    assert RIGA.end_of(day) == at(start) + timedelta(hours=hours) - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"),  # 00:00 is read as 01:00
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),  # midnight comes twice
        ("America/Santiago", "2026-04-05", "2026-04-05T04:00:00Z"),  # 23 o'clock came twice
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),  # a day that never was
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
    ],
)
def test_a_day_starts_with_its_first_instant_where_midnight_is_odd(zone, day, start):
    assert Calendar(zone).start_of(date.fromisoformat(day)) == at(start)


ZONES = ["UTC", "Europe/Riga", "America/Santiago", "Asia/Beirut", "Asia/Kathmandu"]


@given(st.sampled_from(ZONES), st.dates(date(1971, 1, 1), date(2037, 12, 31)))
def test_a_day_holds_its_start_and_end_and_nothing_beyond(zone, day):
    calendar, second = Calendar(zone), timedelta(seconds=1)
    start, end = calendar.start_of(day), calendar.end_of(day)
    assert calendar.day_of(start) == calendar.day_of(end) == day
    assert calendar.day_of(start - second) == day - timedelta(days=1)
    assert calendar.day_of(end + second) == day + timedelta(days=1)
    assert start.utcoffset() == timedelta(0)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)))
def test_every_instant_lies_between_the_ends_of_its_day(zone, moment):
    calendar, moment = Calendar(zone), moment.replace(microsecond=0, tzinfo=UTC)
    day = calendar.day_of(moment)
    assert calendar.start_of(day) <= moment <= calendar.end_of(day)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Midway", "UTC"])
def test_the_first_and_last_day_of_all_have_ends(zone):
    calendar = Calendar(zone)
    assert calendar.start_of(date.min) < calendar.end_of(date.min)
    assert calendar.start_of(date.max) < calendar.end_of(date.max)


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../etc/passwd", "Europe", "/etc/passwd"])
def test_an_unknown_time_zone_is_refused(zone):
    with pytest.raises(WrongUsage) as caught:
        Calendar(zone).day_of(at("2026-11-01T22:00:00Z"))
    assert caught.value.findings[0].code == "unknown-time-zone"


# Instants and days as text.


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 2, 10, 12, tzinfo=UTC), "2026-11-02T10:12:00Z"),
        (datetime(2026, 11, 2, 10, 12, 7, 999999, tzinfo=UTC), "2026-11-02T10:12:07Z"),
        (datetime(2026, 11, 2, 1, tzinfo=timezone(timedelta(hours=2))), "2026-11-01T23:00:00Z"),
        (datetime(2026, 7, 1, 0, tzinfo=ZoneInfo("Europe/Riga")), "2026-06-30T21:00:00Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "0987-01-02T00:00:00Z"),
    ],
)
def test_an_instant_is_written_in_utc_to_the_second(moment, written):
    assert format_instant(moment) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-02T10:12:00Z", "2026-11-02T10:12:00Z"),
        ("2026-11-02T10:12:00+02:00", "2026-11-02T08:12:00Z"),
        ("2026-11-02T10:12:00-0530", "2026-11-02T15:42:00Z"),
        ("2026-11-02T10:12", "2026-11-02T08:12:00Z"),  # local
        ("2026-07-02 10:12", "2026-07-02T07:12:00Z"),
        ("2026-11-02T10:12:30.75", "2026-11-02T08:12:30Z"),
        ("2026-11-02", "2026-11-01T22:00:00Z"),
        ("2026-03-29T03:30", "2026-03-29T01:30:00Z"),  # no clock showed it: as if not yet changed
        ("2026-10-25T03:30", "2026-10-25T00:30:00Z"),  # shown twice: the first
    ],
)
def test_a_time_without_an_offset_is_local(text, written):
    assert format_instant(RIGA.parse_instant(text)) == written


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026", "2026-11", "20261102", "2026-W45-1", "2026-11-31", "2026-11-02T25:00"]
    + ["2026-11-02T10", "2026-11-02T10:12+99:99", "0001-01-01T00:00+05:00", "٢٠٢٦-11-02", "12:30"]
    + ["2026-11-02T10:12:00Z\n", " 2026-11-02"],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(WrongUsage) as caught:
        RIGA.parse_instant(text)
    assert caught.value.findings[0].code == "not-a-time"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0021-04-15", "write the year in full: 2021-04-15"),
        ("0021-04-15T10:00", "write the year in full: 2021-04-15"),
        ("0999-12-31", "write the year in full, like 2026-12-15"),
    ],
)
@pytest.mark.parametrize("read", ["day", "instant", "moment"])
def test_a_year_of_less_than_four_digits_is_a_slip(text, hint, read):
    def parse(text):
        if read == "day":
            return RIGA.parse_day(text[:10], TODAY)
        return RIGA.parse_instant(text) if read == "instant" else RIGA.parse_moment(text, TODAY)

    with pytest.raises(WrongUsage) as caught:
        parse(text)
    assert "lies before the year 1000" in caught.value.findings[0].text
    assert caught.value.findings[0].hint == hint


@pytest.mark.parametrize("zone", ["Europe/Riga", "America/New_York", "UTC"])
@pytest.mark.parametrize("text", ["1000-01-01", "1000-01-01T02:00Z", "1000-01-02"])
def test_a_time_that_is_taken_has_four_digits_in_its_year_on_disk_and_in_the_zone(zone, text):
    calendar = Calendar(zone)
    try:
        at = calendar.parse_moment(text, TODAY)
    except WrongUsage:
        assert text != "1000-01-02"
    else:
        assert at.year == calendar.day_of(at).year == 1000


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-15", "2026-12-15"),
        ("2024-02-29", "2024-02-29"),
        ("today", "2026-11-12"),
        ("yesterday", "2026-11-11"),
        ("tomorrow", "2026-11-13"),
        ("today+30d", "2026-12-12"),
        ("today-12d", "2026-10-31"),
        ("tomorrow+0d", "2026-11-13"),
    ],
)
def test_a_day_is_a_date_or_counted_from_today(text, day):
    assert RIGA.parse_day(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-29", "2026-13-01", "2026-1-3", "15.12.2026", "20261215", "today+3", "today+3w"]
    + ["Today", "2026-12-15T00:00", "٢٠٢٦-١٢-١٥", "today+٣d", "today+100000d", "yesterday+ 3d"],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(WrongUsage) as caught:
        RIGA.parse_day(text, TODAY)
    assert caught.value.findings[0].code == "not-a-day"


@pytest.mark.parametrize(("text", "today"), [("today+1d", date.max), ("yesterday", date.min)])
def test_a_day_beyond_all_years_is_refused(text, today):
    with pytest.raises(WrongUsage):
        RIGA.parse_day(text, today)


def test_a_day_is_shown_in_words():
    assert format_day(date(2026, 12, 5)) == "5 Dec 2026"


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        ("2026-11-30", 0, "2026-11-01"),
        ("2026-11-30", 1, "2026-12-01"),
        ("2026-11-30", 2, "2027-01-01"),
        ("2026-01-31", -1, "2025-12-01"),
        ("2026-12-01", -24, "2024-12-01"),
    ],
)
def test_months_are_counted_over_the_turn_of_the_year(day, months, first):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(first)


# Periods.


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("today", "2026-11-12", "2026-11-12", "12 Nov 2026"),
        ("yesterday", "2026-11-11", "2026-11-11", "11 Nov 2026"),
        ("tomorrow", "2026-11-13", "2026-11-13", "13 Nov 2026"),
        ("today-7d", "2026-11-05", "2026-11-05", "5 Nov 2026"),
        ("this-week", "2026-11-09", "2026-11-15", "week of 9 Nov 2026"),
        ("last-week", "2026-11-02", "2026-11-08", "week of 2 Nov 2026"),
        ("next-week", "2026-11-16", "2026-11-22", "week of 16 Nov 2026"),
        ("this-month", "2026-11-01", "2026-11-30", "November 2026"),
        ("last-month", "2026-10-01", "2026-10-31", "October 2026"),
        ("next-month", "2026-12-01", "2026-12-31", "December 2026"),
        ("this-quarter", "2026-10-01", "2026-12-31", "2026-Q4"),
        ("last-quarter", "2026-07-01", "2026-09-30", "2026-Q3"),
        ("next-quarter", "2027-01-01", "2027-03-31", "2027-Q1"),
        ("this-year", "2026-01-01", "2026-12-31", "2026"),
        ("last-year", "2025-01-01", "2025-12-31", "2025"),
        ("next-year", "2027-01-01", "2027-12-31", "2027"),
        ("2026", "2026-01-01", "2026-12-31", "2026"),
        ("2026-03", "2026-03-01", "2026-03-31", "March 2026"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2026-Q1"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "2026-Q3"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "2026-Q4"),
        ("2026-03-05", "2026-03-05", "2026-03-05", "5 Mar 2026"),
        ("9999", "9999-01-01", "9999-12-31", "9999"),
        ("2026-01-10..2026-02-20", "2026-01-10", "2026-02-20", "2026-01-10..2026-02-20"),
        ("2026-01..2026-Q2", "2026-01-01", "2026-06-30", "2026-01..2026-Q2"),
        ("last-month..today", "2026-10-01", "2026-11-12", "last-month..today"),
        ("2026-03..2026-03", "2026-03-01", "2026-03-31", "2026-03..2026-03"),
        ("2026-03-05..", "2026-03-05", None, "2026-03-05.."),
        ("..2026-03", None, "2026-03-31", "..2026-03"),
        ("all", None, None, "all time"),
    ],
)
def test_every_form_of_a_period(text, first, last, label):
    days = [day and date.fromisoformat(day) for day in (first, last)]
    assert RIGA.parse_period(text, TODAY) == Period(*days, label)


@pytest.mark.parametrize(
    ("start", "text", "first", "last"),
    [
        (4, "FY2026", "2026-04-01", "2027-03-31"),  # begins in 2026
        (4, "FY2026-Q1", "2026-04-01", "2026-06-30"),
        (4, "FY2026-Q3", "2026-10-01", "2026-12-31"),
        (4, "FY2026-Q4", "2027-01-01", "2027-03-31"),
        (12, "FY2026-Q1", "2026-12-01", "2027-02-28"),
        (12, "FY2027-Q1", "2027-12-01", "2028-02-29"),
        (1, "FY2026-Q3", "2026-07-01", "2026-09-30"),
        (4, "2026", "2026-01-01", "2026-12-31"),
        (4, "2026-Q3", "2026-07-01", "2026-09-30"),  # the calendar's
        (4, "this-year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_fiscal_period_begins_in_the_companys_month(start, text, first, last):
    period = Calendar("UTC", fiscal_year_start=start).parse_period(text, TODAY)
    assert (period.first, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    if text.startswith("FY"):
        assert period.label == text


@pytest.mark.parametrize(
    ("week_start", "first"),
    [
        ("monday", "2026-11-09"),
        ("tuesday", "2026-11-10"),
        ("wednesday", "2026-11-11"),
        ("thursday", "2026-11-12"),  # today
        ("friday", "2026-11-06"),
        ("saturday", "2026-11-07"),
        ("sunday", "2026-11-08"),
    ],
)
def test_a_week_starts_on_the_stores_day(week_start, first):
    period = Calendar("UTC", week_start).parse_period("this-week", TODAY)
    assert period.first == date.fromisoformat(first)
    assert period.last == period.first + timedelta(days=6)


@pytest.mark.parametrize(
    "text",
    ["", "..", "2026-Q5", "2026-Q0", "2026-13", "2026-00", "2026-02-30", "0000", "26", "2026-3"]
    + ["FY2026-03", "FY2026-03-01", "this-day", "this month", "2026-W45", "today+3", "٢٠٢٦"]
    + ["all..2026", "2026..all", "2026-01..2026-02..2026-03", "...", "2026...", "FY9999-Q4"],
)
def test_what_is_no_period_is_refused_with_the_forms(text):
    with pytest.raises(WrongUsage) as caught:
        Calendar("UTC", fiscal_year_start=4).parse_period(text, TODAY)
    (found,) = caught.value.findings
    assert found.code == "not-a-period"
    assert repr(text) in found.text
    assert "FY2026-Q3" in found.hint


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(WrongUsage) as caught:
        RIGA.parse_period("2026-03..2026-02", TODAY)
    assert caught.value.findings[0].code == "empty-period"


@pytest.mark.parametrize(("text", "today"), [("next-year", date.max), ("last-month", date.min)])
def test_a_period_beyond_all_years_is_refused(text, today):
    with pytest.raises(WrongUsage):
        RIGA.parse_period(text, today)


@given(
    st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    st.sampled_from(["week", "month", "quarter", "year"]),
)
def test_last_this_and_next_lie_end_to_end_around_today(today, unit):
    last, this, following = (
        RIGA.parse_period(f"{which}-{unit}", today) for which in ("last", "this", "next")
    )
    assert this.first <= today <= this.last
    assert last.last + timedelta(days=1) == this.first
    assert this.last + timedelta(days=1) == following.first


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_refused(text):
    try:
        period = RIGA.parse_period(text, TODAY)
    except WrongUsage:
        return
    assert period.first is None or period.last is None or period.first <= period.last


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("tomorrow", "2026-11-25T22:00:00Z"),
        ("tomorrow 9:30", "2026-11-26T07:30:00Z"),
        ("today+3d  14:00", "2026-11-28T12:00:00Z"),
        (" 14:00 ", "2026-11-25T12:00:00Z"),
        ("2026-07-01", "2026-06-30T21:00:00Z"),  # summer: three hours ahead
        ("2026-11-27T09:05", "2026-11-27T07:05:00Z"),
        ("2026-11-27T14:00:30+05:00", "2026-11-27T09:00:30Z"),
    ],
)
def test_a_moment_is_a_day_a_time_or_both(text, written):
    assert format_instant(RIGA.parse_moment(text, date(2026, 11, 25))) == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-a-time"),
        ("25:00", "not-a-time"),
        ("tomorrow 9", "not-a-time"),
        ("tomorrow14:00", "not-a-time"),
        ("next friday", "not-a-time"),
        ("2026-13-01", "not-a-day"),
        ("today+99999d+1d", "not-a-time"),
    ],
)
def test_what_is_no_moment_is_told(text, code):
    with pytest.raises(WrongUsage) as wrong:
        RIGA.parse_moment(text, date(2026, 11, 25))
    assert [one.code for one in wrong.value.findings] == [code]
