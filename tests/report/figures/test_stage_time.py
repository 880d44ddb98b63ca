"""Time in stage against figures by hand (domain.md section 6, "Time in stage")."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from salescli.model.calendar import Calendar
from salescli.model.deal import Deal
from salescli.report.figures.figure import add_up
from salescli.report.figures.question import ask
from salescli.report.figures.stage_time import (
    Durations,
    StageTime,
    StageTimeFigure,
    StageTimeQuestion,
    StageTimeRow,
    build_contribution,
    build_stage_time,
    finish,
)
from tests.report.funnel_deals import CALENDAR, NAMES, REAL_ESTATE, fixture_deals, make_deal

END_OF_MARCH = date(2024, 3, 31)


def question_of(
    period: str = "2024-03",
    as_of: date = END_OF_MARCH,
    calendar: Calendar = CALENDAR,
    **asked: Any,
) -> StageTimeQuestion:
    return ask(
        StageTimeQuestion,
        "real-estate",
        calendar.parse_period(period, as_of),
        as_of,
        calendar,
        **{"time_zone": calendar.time_zone, **asked},
    )


def time_of(deals: list[Deal], *asked: Any, **more: Any) -> StageTime:
    with_ids = more.pop("with_ids", False)
    return build_stage_time(deals, question_of(*asked, **more), REAL_ESTATE, with_ids=with_ids)


def stage(row: StageTimeRow, name: str) -> StageTimeFigure:
    (found,) = [one for one in row.stages if one.stage == name]
    return found


def numbers(durations: Durations | None) -> tuple[int, Any, Any]:
    assert durations is not None
    return durations.visits, durations.mean, durations.median


def test_the_fixture_of_key_contacts() -> None:
    # K: D1 5, D2 19, D4 7, D5 14, D7 12 -> mean 11.4, median 12; historical: D7 8.
    figure = time_of(fixture_deals(), by="owner", with_ids=True)
    contacts = stage(figure.total, "key-contacts")
    assert numbers(contacts.current) == (5, Fraction(57, 5), 12)
    assert numbers(contacts.historical) == (1, 8, 8)
    assert contacts.current is not None and contacts.current.ids == ("D1", "D2", "D4", "D5", "D7")
    assert contacts.historical is not None and contacts.historical.ids == ("D7",)
    means = {row.key: row.days["key-contacts"] for row in figure.rows}
    assert means == {"anna": 12, "boris": Fraction(21, 2)}


def test_the_other_stages_of_the_fixture() -> None:
    # Q: D1 3, D2 8, D3 9, D4 10, D6 11, D7 3 and D8 45 run or ended in March; D5 left Q on
    # 20 February. P: D1 10, D3 16, D5 17; D7's 5 are historical. S: D1 8, D5 9.
    total = time_of(fixture_deals()).total
    assert numbers(stage(total, "qualification").current) == (7, Fraction(89, 7), 9)
    assert numbers(stage(total, "proposal-preparation").current) == (3, Fraction(43, 3), 16)
    assert numbers(stage(total, "proposal-preparation").historical) == (1, 5, 5)
    assert numbers(stage(total, "proposal-presentation").current) == (2, Fraction(17, 2), 8.5)
    won = stage(total, "won")
    assert (won.current, won.historical) == (None, None)


def test_the_report_for_march_made_on_30_april_is_the_same() -> None:
    late = time_of(fixture_deals(), as_of=date(2024, 4, 30))
    assert late.total == time_of(fixture_deals()).total


def test_a_skipped_stage_is_left_out_and_a_real_visit_of_no_days_counts_as_0() -> None:
    total = time_of([make_deal("A", "Q 03-05, P 03-05T15:00, S 03-07")]).total
    assert numbers(stage(total, "qualification").current) == (1, 0, 0)
    assert numbers(stage(total, "key-contacts").current) == (0, None, None)
    assert numbers(stage(total, "proposal-preparation").current) == (1, 2, 2)


def test_days_are_local_calendar_days_and_hours_are_elapsed() -> None:
    # 21:50 UTC is 23:50 in Riga, 22:10 UTC ten past midnight: 20 minutes, and a day between.
    deals = [make_deal("A", "Q 03-05T21:50, K 03-05T22:10")]
    assert numbers(stage(time_of(deals).total, "qualification").current) == (1, 1, 1)
    hours = time_of(deals, unit="hours").total
    assert numbers(stage(hours, "qualification").current) == (1, Fraction(1, 3), Fraction(1, 3))
    # It runs on from 6 March, 00:10, to 31 March, a day of 23 hours: 25 days; to the end of that
    # day 26 x 24 h less 1 h 10 min.
    assert numbers(stage(time_of(deals).total, "key-contacts").current)[1] == 25
    expected = 26 * 24 - 1 - Fraction(10, 60)
    assert numbers(stage(hours, "key-contacts").current)[1] == expected


@pytest.mark.parametrize(
    ("moves", "days", "hours"),
    [
        ("Q 03-30T22:30, K 03-31T20:30", 0, 22),  # 31 March from 00:30 to 23:30: no 03:00
        ("Q 03-30T22:00, K 03-31T21:00", 1, 23),  # midnight to midnight
    ],
)
def test_a_day_of_23_hours_is_a_day(moves: str, days: int, hours: int) -> None:
    deals = [make_deal("A", moves)]
    asked = {"period": "2024", "as_of": date(2024, 4, 30)}
    assert numbers(stage(time_of(deals, **asked).total, "qualification").current)[1] == days
    figure = time_of(deals, unit="hours", **asked)
    assert numbers(stage(figure.total, "qualification").current)[1] == hours


def test_visits_that_ended_before_the_period_are_left_out_and_at_its_start_are_not() -> None:
    # March begins in Riga on 29 February at 22:00 UTC.
    deals = [
        make_deal("A", "Q 02-01, K 02-29T21:59"),
        make_deal("B", "Q 02-01, K 02-29T22:00"),
    ]
    figure = time_of(deals, with_ids=True)
    first = stage(figure.total, "qualification").current
    assert first is not None and (first.ids, first.mean) == (("B",), 29)


def test_a_visit_that_ended_after_the_end_runs_at_it() -> None:
    # On 9 March, K: D1 4 (from the 5th), D5 14 (left on 5 March), D7 3 (from the 6th). Deals that
    # are told more than the events until then give the same.
    then = "Q 03-02, K 03-05", "Q 02-10, K 02-20, P 03-05", "Q 03-03, K 03-06"
    for first in (then[0], then[0] + ", P 03-10"):
        deals = [make_deal(str(place), one) for place, one in enumerate((first, *then[1:]))]
        total = time_of(deals, period="2024-03-01..2024-03-09").total
        assert numbers(stage(total, "key-contacts").current) == (3, 7, 4)


def test_a_visit_of_the_last_second_is_one_of_no_days() -> None:
    # In summer time 31 March ends in Riga at 20:59:59 UTC.
    deals = [make_deal("A", "Q 03-01, K 03-31T20:59:59"), make_deal("B", "Q 03-31T21:00")]
    total = time_of(deals, period="2024").total
    assert numbers(stage(total, "key-contacts").current) == (1, 0, 0)
    assert numbers(stage(total, "qualification").current) == (1, 30, 30)


def test_a_reopened_deal_has_its_visits_in_the_column_of_history() -> None:
    # K 3 days, undone by the reopening to K; again from the 12th: 19 days to the 31st.
    figure = time_of([make_deal("A", "Q 03-01, K 03-03, L 03-06, >K 03-12")])
    contacts = stage(figure.total, "key-contacts")
    assert numbers(contacts.current) == (1, 19, 19)
    assert numbers(contacts.historical) == (1, 3, 3)


def test_back_and_forth_counts_each_visit_and_names_its_deal_as_often() -> None:
    deals = [make_deal("A", "Q 03-01, K 03-02, Q 03-05, K 03-07, Q 03-13")]
    figure = time_of(deals, with_ids=True)
    history = stage(figure.total, "key-contacts").historical
    # K 3 and 6 days; Q 1 and 2 days, and 18 run.
    assert numbers(history) == (2, Fraction(9, 2), Fraction(9, 2))
    assert history is not None and history.ids == ("A", "A")
    assert numbers(stage(figure.total, "qualification").current) == (1, 18, 18)


def test_which_deals() -> None:
    deals = [
        make_deal("A", "Q 03-01", owner="anna", department="north", differs=True),
        make_deal("B", "Q 03-11", "1.00 USD", owner="boris"),
        make_deal("C", "Q 03-21", process="other"),
        make_deal("D", "Q 02-01, L 02-05", process="other"),  # nothing of it is in March
        make_deal("E", "Q 04-01"),
    ]
    figure = time_of(deals)
    assert (figure.other_process, figure.differs) == (1, 1)
    assert figure.total.days["qualification"] == 25
    assert time_of(deals, currency="EUR").left_out == {"USD": 1}
    assert time_of(deals, owners=frozenset({"boris"})).total.days["qualification"] == 20
    assert time_of(deals, departments=frozenset({"north"})).total.days["qualification"] == 30
    assert [row.key for row in time_of(deals, by="department").rows] == ["north", None]


def test_a_period_that_begins_after_its_end_has_no_figures() -> None:
    figure = time_of(fixture_deals(), period="2024-04", by="owner")
    assert (figure.total.stages, figure.rows) == ((), ())


def test_partials_add_up_in_any_grouping_and_keep_the_median() -> None:
    question = question_of(by="owner")
    contribute = build_contribution(question, REAL_ESTATE)
    deals = fixture_deals()
    parts = [add_up(deals[place::3], contribute, with_ids=True) for place in range(3)]
    together = finish(parts[2] + (parts[0] + parts[1]), REAL_ESTATE, question)
    assert together == build_stage_time(deals, question, REAL_ESTATE, with_ids=True)


def test_the_footer_of_the_time_in_stages_counts_each_deal_once_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-02", differs=True),
        make_deal("B", "Q 03-02, K 03-03", differs=True),
        make_deal("C", "K 03-02"),
        make_deal("D", "Q 03-02", "1.00 USD"),
        make_deal("E", "Q 03-02, K 03-05", "1.00 USD"),
        make_deal("F", "Q 03-02", "1.00 GBP"),
    ]
    figure = build_stage_time(deals, question_of(currency="EUR"), REAL_ESTATE, invalid=3)
    assert (figure.other_process, figure.differs, figure.invalid) == (0, 2, 3)
    assert list(figure.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert figure.process_name == "Real estate, corporate sale"
    assert time_of(deals).left_out == {}
    assert time_of(deals).invalid == 0


def test_rows_have_names_and_stand_by_visits_then_key_and_those_without_last() -> None:
    deals = [
        make_deal("A", "Q 03-02", owner="zoe"),
        make_deal("B", "Q 03-02", owner="boris"),
        make_deal("C", "Q 03-02, K 03-03", owner="clara"),
        make_deal("D", "Q 03-02, K 03-03, P 03-05"),
    ]
    figure = build_stage_time(deals, question_of(by="owner"), REAL_ESTATE, names={"clara": "Clara"})
    assert [(row.key, row.name) for row in figure.rows] == [
        ("clara", "Clara"),
        ("boris", "boris"),
        ("zoe", "zoe"),
        (None, ""),
    ]
    assert (figure.total.key, figure.total.name) == (None, "")
    assert [one.name for one in figure.rows[0].stages] == list(NAMES)
    assert time_of(deals).rows == ()


def test_the_time_in_stages_has_no_ids_unless_asked() -> None:
    figure = build_stage_time(fixture_deals(), question_of(), REAL_ESTATE)
    first = figure.total.stages[0]
    assert first.current is not None and first.current.ids is None
    assert first.historical is not None and first.historical.ids is None


def test_the_time_in_stages_of_all_time_has_the_stays_of_february() -> None:
    # D5 left Q on 20 February, after 10 days: 89 + 10 of 8 visits, 9 and 10 in the middle.
    total = time_of(fixture_deals(), "all").total
    assert numbers(stage(total, "qualification").current) == (8, Fraction(99, 8), Fraction(19, 2))


def test_a_stage_of_a_deal_that_differs_counts_like_any_other() -> None:
    deals = [make_deal("A", "Q 03-29", differs=True), make_deal("B", "Q 03-29")]
    figure = time_of(deals, with_ids=True)
    current = figure.total.stages[0].current
    assert numbers(current) == (2, 2, 2)
    assert current is not None and current.ids == ("A", "B")


def test_a_stay_that_ended_in_the_last_second_is_not_one_that_runs() -> None:
    # In summer time 31 March ends in Riga at 20:59:59 UTC; what runs at it runs until 21:00.
    left = time_of([make_deal("A", "Q 03-31T19:59:59, K 03-31T20:59:59")], unit="hours").total
    assert numbers(stage(left, "qualification").current) == (1, 1, 1)
    runs = time_of([make_deal("A", "Q 03-31T20:00")], unit="hours").total
    assert numbers(stage(runs, "qualification").current) == (1, 1, 1)


def test_of_a_day_that_is_not_over_hours_run_to_the_present() -> None:
    # As of 31 March at 15:00 UTC: A is there since 09:30, 5 h 30 min, and not the 11 h 30 min to
    # the end of the day in Riga; B came and went. C's move of 15:04 is a clock that goes ahead.
    deals = [
        make_deal("A", "Q 03-31T09:30"),
        make_deal("B", "Q 03-31T09:00, K 03-31T10:00"),
        make_deal("C", "Q 03-31T15:04"),
    ]
    now = int(datetime(2024, 3, 31, 15, tzinfo=UTC).timestamp())
    total = time_of(deals, unit="hours", now=now).total
    # Q: 5.5, 1 and 0; K: B, since 10:00.
    assert numbers(stage(total, "qualification").current) == (3, Fraction(13, 6), 1)
    assert numbers(stage(total, "key-contacts").current) == (1, 5, 5)
    # Of a day that is over nothing depends on when it is looked at.
    later = int(datetime(2024, 4, 9, 15, tzinfo=UTC).timestamp())
    assert time_of(deals, unit="hours", now=later).total == time_of(deals, unit="hours").total


def test_rows_of_hours_are_in_hours_too() -> None:
    deals = [make_deal("A", "Q 03-05T12:00, K 03-05T18:00", owner="anna")]
    question = question_of(by="owner", unit="hours")
    figure = finish(add_up(deals, build_contribution(question, REAL_ESTATE)), REAL_ESTATE, question)
    (anna,) = figure.rows
    assert numbers(stage(anna, "qualification").current) == (1, 6, 6)
    assert (figure.question, figure.invalid) == (question, 0)
