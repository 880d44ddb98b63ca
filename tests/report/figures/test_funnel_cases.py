"""What makes funnels go wrong, by hand: the same deals by both definitions and as a flow.

Stages are Q qualification, K key-contacts, P proposal-preparation, S proposal-presentation, W won.
The period is March 2024 in Riga unless said otherwise: from 29 February 22:00 UTC to 31 March
20:59:59 UTC, for summer time begins on its last day.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from salescli.model.deal import Deal
from tests.report.funnel_deals import (
    CALENDAR,
    created,
    deal_of_lines,
    entered_of,
    flow_of,
    funnel_of,
    make_deal,
    write_lines,
)

MARCH = date(2024, 3, 31)


def counts(deals: list[Deal], *asked: Any, **more: Any) -> list[int]:
    """Reference count of Q, K, P, S, W."""
    return [stage.count for stage in funnel_of(deals, *asked, **more).stages]


def went_on(deals: list[Deal], *asked: Any, **more: Any) -> list[str]:
    """Reference stage conversion of Q, K, P, S."""
    shares = [stage.conversion for stage in funnel_of(deals, *asked, **more).stages]
    return [f"{share.part}/{share.whole}" for share in shares if share]


def firsts(deals: list[Deal], *asked: Any, **more: Any) -> list[str]:
    """Reference first-stage conversion of Q, K, P, S, W."""
    shares = [stage.first for stage in funnel_of(deals, *asked, **more).stages]
    return [f"{share.part}/{share.whole}" for share in shares]


def entered(deals: list[Deal], *asked: Any, **more: Any) -> list[str]:
    """Entered `n: count` of Q, K, P, S, W."""
    return [f"{stage.n}: {stage.count}" for stage in entered_of(deals, *asked, **more).stages]


def flows(deals: list[Deal], *asked: Any, **more: Any) -> list[str]:
    """Flow of Q, K, P, S, W: entered = advanced + lost there + moved back + still there."""
    stages = flow_of(deals, *asked, **more).stages
    return [f"{stage.entered} = {'+'.join(map(str, stage.fates.values()))}" for stage in stages]


NOTHING = "0 = 0+0+0+0"


def test_a_reopening_makes_history_of_what_it_undoes() -> None:
    # Q 2 March and K are undone by the reopening to Q on the 12th: only that visit entered a stage
    # by the entered definition. As a flow Q was entered twice (one went on, one is there), K once
    # and lost there.
    deals = [make_deal("A", "Q 03-02, K 03-05, L 03-10, >Q 03-12")]
    assert counts(deals) == [1, 0, 0, 0, 0]
    assert went_on(deals) == ["1/1", "0/1", "0/0", "0/0"]
    assert entered(deals) == ["1: 1", "0: 0", "0: 0", "0: 0", "0: 0"]
    assert flows(deals) == ["2 = 1+0+0+1", "1 = 0+1+0+0", NOTHING, NOTHING, NOTHING]


def test_a_reopened_win_is_undone_too() -> None:
    # W on the 5th is history; its visit moved back. S was entered twice: one won, one is there.
    deals = [make_deal("A", "S 03-02, W 03-05, >S 03-12")]
    assert counts(deals) == [0, 0, 0, 1, 0]
    assert entered(deals) == ["0: 0", "0: 0", "0: 0", "1: 1", "0: 0"]
    assert flows(deals)[3:] == ["2 = 1+0+0+1", "1 = 0+0+1+0"]


def test_a_move_back_leaves_the_stage_before_it_alone() -> None:
    # D7 of the fixture, alone: K and P of the first way are undone, Q still holds.
    deals = [make_deal("D7", "Q 03-03, K 03-06, P 03-14, K 03-19")]
    assert entered(deals) == ["1: 0", "1: 1", "0: 0", "0: 0", "0: 0"]
    assert flows(deals)[:3] == ["1 = 1+0+0+0", "2 = 1+0+0+1", "1 = 0+0+1+0"]
    assert went_on(deals)[:3] == ["1/1", "1/1", "0/1"]


def test_a_deal_created_at_a_later_stage_entered_no_earlier_one() -> None:
    # A starts at P, B at Q. To previous: K 0 of Q's 1; P 1 of Q's 1, the nearest with some; S 1 of
    # P's 1; W 0 of S's 1.
    deals = [make_deal("A", "P 03-02, S 03-09"), make_deal("B", "Q 03-04")]
    assert firsts(deals) == ["1/2", "0/2", "1/2", "1/2", "0/2"]
    assert entered(deals) == ["1: 1", "0: 0", "1: 0", "1: 1", "0: 0"]
    previous = [stage.previous for stage in entered_of(deals).stages]
    assert [(one.part, one.whole) for one in previous] == [(1, 1), (0, 1), (1, 1), (1, 1), (0, 1)]
    assert flows(deals) == [
        "1 = 0+0+0+1", NOTHING, "1 = 1+0+0+0", "1 = 0+0+0+1", NOTHING,
    ]  # fmt: skip


def test_stages_before_the_first_that_was_entered_have_no_share() -> None:
    stages = entered_of([make_deal("A", "P 03-02, S 03-09")]).stages
    percents = [(one.previous.percent, one.first.percent) for one in stages]
    hundred, zero = Decimal("100.00"), Decimal("0.00")
    assert percents == [
        (None, None), (None, None), (hundred, hundred), (hundred, hundred), (zero, zero),
    ]  # fmt: skip
    assert [(one.first.part, one.first.whole) for one in stages[:2]] == [(0, 0), (0, 0)]


def test_one_deal_lost_and_won_in_one_period_is_won() -> None:
    # Lost at K on the 8th, reopened to K on the 10th, won from there on the 20th: P and S skipped.
    # K was entered twice: one visit was lost, one went on; by the entered definition the first is
    # history. It counts once everywhere else.
    deals = [make_deal("A", "Q 03-02, K 03-04, L 03-08, >K 03-10, W 03-20", "5.00 EUR")]
    assert counts(deals) == [0, 0, 0, 0, 1]
    assert went_on(deals) == ["1/1"] * 4
    assert firsts(deals) == ["1/1"] * 5
    assert entered(deals) == ["1: 0", "1: 0", "1: 0", "1: 0", "1: 1"]
    assert flows(deals) == [
        "1 = 1+0+0+0", "2 = 1+1+0+0", "1 = 1+0+0+0", "1 = 1+0+0+0", "1 = 0+0+0+1",
    ]  # fmt: skip


def test_a_deal_that_entered_before_the_period_counts_only_where_it_came_in_it() -> None:
    # Reference: not created in March, so in no count. Entered: P in March, where it is.
    deals = [make_deal("A", "Q 02-10, K 02-20, P 03-05", "7.00 EUR")]
    assert counts(deals) == [0, 0, 0, 0, 0]
    assert entered(deals) == ["0: 0", "0: 0", "1: 1", "0: 0", "0: 0"]
    assert flows(deals) == [NOTHING, NOTHING, "1 = 0+0+0+1", NOTHING, NOTHING]
    # In April it stands there and came nowhere: reference has its visit, the others nothing.
    april = ("2024-04", date(2024, 4, 30))
    assert went_on(deals, *april) == ["0/0", "0/0", "0/1", "0/0"]
    assert entered(deals, *april) == ["0: 0"] * 5
    assert flows(deals, *april) == [NOTHING] * 5


def test_two_currencies_are_never_added_and_one_can_be_asked_for() -> None:
    # Euros have cents, yen don't. Asked for euros, the deal in yen is left out and told.
    deals = [
        make_deal("A", "Q 03-02", "10.10 EUR"),
        make_deal("B", "Q 03-02, K 03-05", "700 JPY"),
        make_deal("C", "Q 03-02, K 03-05"),
    ]
    for stages in (funnel_of(deals).stages, entered_of(deals).stages):
        sums = [{code: f"{money:f}" for code, money in stage.sum.items()} for stage in stages]
        assert sums[:2] == [{"EUR": "10.10"}, {"JPY": "700"}]
        assert [stage.without_value for stage in stages][:2] == [0, 1]
    assert entered(deals, currency="EUR")[:2] == ["2: 1", "1: 1"]
    assert flows(deals, currency="EUR")[:2] == ["2 = 1+0+0+1", "1 = 0+0+0+1"]
    for figure in (funnel_of, entered_of, flow_of):
        assert figure(deals, currency="EUR").left_out == {"JPY": 1}


def test_discounted_lines_are_rounded_line_by_line() -> None:
    # 3 × 19.99 − 7.5 % = 55.47225 → 55.47; 0.5 × 0.05 = 0.025 → 0.03, half up: 55.50 together,
    # and 111.00 for two such deals, not 110.99.
    lines = {
        "products/line-1": {"product": "flat", "quantity": "3", "price": "19.99 EUR"}
        | {"discount": "7.5"},
        "products/line-2": {"title": "Key", "quantity": "0.5", "price": "0.05 EUR"},
    }
    deals = [deal(name, created("03-02", budget="60.00 EUR", **lines)) for name in ("A", "B")]
    for kind, expected in (("amount", "111.00"), ("value", "111.00"), ("budget", "120.00")):
        for figure in (funnel_of, entered_of):
            assert f"{figure(deals, sum=kind).stages[0].sum['EUR']:f}" == expected


def deal(name: str, *events: dict[str, Any], as_of: date = MARCH) -> Deal:
    """A deal of its events as they stand at the end of a day."""
    end = datetime.fromtimestamp(int(CALENDAR.end_of(as_of).timestamp()), UTC)
    found = deal_of_lines(name, write_lines(*events), end)
    assert found is not None
    return found


def moved(at: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"kind": "moved", "at": at, "from": start, "to": end, **more}


def test_a_voided_move_never_was_on_any_day() -> None:
    # The move of the 5th is voided on the 20th: on the 10th, before that, it doesn't count either.
    events = (
        created("03-02"),
        moved("03-05", "qualification", "key-contacts"),
        {"kind": "voided", "at": "03-20", "events": ["h-2"], "why": "mistake"},
    )
    for as_of in (MARCH, date(2024, 3, 10)):
        deals = [deal("A", *events, as_of=as_of)]
        assert counts(deals, as_of=as_of) == [1, 0, 0, 0, 0]
        assert went_on(deals, as_of=as_of) == ["0/1", "0/0", "0/0", "0/0"]
        assert entered(deals, as_of=as_of)[:2] == ["1: 1", "0: 0"]
        assert flows(deals, as_of=as_of)[:2] == ["1 = 0+0+0+1", NOTHING]


def test_a_voided_move_back_undoes_nothing() -> None:
    back = moved("03-09", "key-contacts", "qualification", undone=["qualification", "key-contacts"])
    events = (created("03-02"), moved("03-05", "qualification", "key-contacts"), back)
    stands = [deal("A", *events)]
    assert entered(stands)[:2] == ["1: 1", "0: 0"]
    assert flows(stands)[:2] == ["2 = 1+0+0+1", "1 = 0+0+1+0"]
    void = {"kind": "voided", "at": "03-20", "events": ["h-3"], "why": "mistake"}
    voided = [deal("A", *events, void)]
    assert entered(voided)[:2] == ["1: 0", "1: 1"]
    assert flows(voided)[:2] == ["1 = 1+0+0+0", "1 = 0+0+0+1"]


def test_a_change_written_later_counts_from_the_day_on_which_it_happened() -> None:
    # On 5 April somebody notes that the deal was Boris's, with a budget of 150, from 20 March on.
    change = {
        "kind": "changed",
        "at": "03-20",
        "logged": "2024-04-05T08:00:00Z",
        "fields": {"owner": ["anna", "boris"], "budget": ["100.00 EUR", "150.00 EUR"]},
    }
    events = (
        created("03-02", owner="anna", budget="100.00 EUR"),
        moved("03-25", "qualification", "key-contacts"),
        change,
    )
    for day, place, money, owner in (
        (19, 0, "100.00", "anna"),
        (22, 0, "150.00", "boris"),
        (31, 1, "150.00", "boris"),
    ):
        as_of = date(2024, 3, day)
        deals = [deal("A", *events, as_of=as_of)]
        other = {"anna": "boris", "boris": "anna"}[owner]
        for figure in (funnel_of, entered_of):
            found = figure(deals, as_of=as_of, owners=frozenset({owner}))
            assert f"{found.stages[place].sum['EUR']:f}" == money
            nobody = figure(deals, as_of=as_of, owners=frozenset({other}))
            assert [stage.count for stage in nobody.stages] == [0] * 5
        assert flows(deals, as_of=as_of, owners=frozenset({other})) == [NOTHING] * 5
        assert flows(deals, as_of=as_of, owners=frozenset({owner}))[place] == "1 = 0+0+0+1"


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        ("02-29T21:59:59", False),
        ("02-29T22:00:00", True),
        ("03-31T20:59:59", True),
        ("03-31T21:00:00", False),
    ],
)
def test_the_second_around_a_local_midnight_decides(at: str, is_in: bool) -> None:
    deals = [make_deal("A", f"Q {at}")]
    assert counts(deals) == [int(is_in), 0, 0, 0, 0]
    assert entered(deals)[0] == ("1: 1" if is_in else "0: 0")
    assert flows(deals)[0] == ("1 = 0+0+0+1" if is_in else NOTHING)


@pytest.mark.parametrize(("at", "on"), [("03-31T20:59:59", 1), ("03-31T21:00:00", 0)])
def test_a_move_in_the_last_second_of_the_period_still_counts(at: str, on: int) -> None:
    events = (created("03-02"), moved(at, "qualification", "key-contacts"))
    deals = [deal("A", *events)]
    assert went_on(deals)[0] == f"{on}/1"
    assert counts(deals)[:2] == [1 - on, on]
    assert entered(deals)[:2] == [f"1: {1 - on}", f"{on}: {on}"]
    assert flows(deals)[:2] == [f"1 = {on}+0+0+{1 - on}", f"{on} = 0+0+0+{on}"]


def test_of_moves_at_one_instant_the_later_written_counts_later() -> None:
    # Created at Q and moved to K and P at noon of the 2nd: Q and K are visits of no length.
    forward = [make_deal("A", "Q 03-02, K 03-02, P 03-02")]
    assert counts(forward) == [0, 0, 1, 0, 0]
    assert went_on(forward)[:3] == ["1/1", "1/1", "0/1"]
    assert entered(forward)[:3] == ["1: 0", "1: 0", "1: 1"]
    assert flows(forward)[:3] == ["1 = 1+0+0+0", "1 = 1+0+0+0", "1 = 0+0+0+1"]
    # To K and back at the same instant: it is at Q, and K is history.
    back = [make_deal("A", "Q 03-02, K 03-02, Q 03-02")]
    assert counts(back) == [1, 0, 0, 0, 0]
    assert entered(back)[:2] == ["1: 1", "0: 0"]
    assert flows(back)[:2] == ["2 = 1+0+0+1", "1 = 0+0+1+0"]


def test_a_history_is_read_by_its_numbers_not_by_its_lines() -> None:
    # A merge left the lines in another order; `seq` tells the right one.
    lines = write_lines(
        created("03-02"),
        moved("03-02", "qualification", "key-contacts"),
        moved("03-02", "key-contacts", "proposal-preparation"),
    )
    end = datetime(2024, 3, 31, 20, 59, 59, tzinfo=UTC)
    mixed = deal_of_lines("A", [lines[2], lines[0], lines[1]], end)
    assert mixed is not None
    assert entered([mixed])[:3] == ["1: 0", "1: 0", "1: 1"]
    assert flows([mixed])[:3] == ["1 = 1+0+0+0", "1 = 1+0+0+0", "1 = 0+0+0+1"]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        # Clocks go forward at 3:00 (23 hours), and back at 4:00 (25 hours).
        (date(2024, 3, 31), "03-30T22:00:00", "03-31T20:59:59"),
        (date(2024, 10, 27), "10-26T21:00:00", "10-27T21:59:59"),
    ],
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(
    day: date, first: str, last: str
) -> None:
    def shifted(text: str, by: int) -> str:
        at = datetime.fromisoformat(f"2024-{text}+00:00").timestamp() + by
        return f"{datetime.fromtimestamp(at, UTC):%m-%dT%H:%M:%S}"

    deals = [
        make_deal("before", f"Q {shifted(first, -1)}"),
        make_deal("first", f"Q {first}"),
        make_deal("last", f"Q {last}"),
        make_deal("after", f"Q {shifted(last, 1)}"),
    ]
    asked = (day.isoformat(), day)
    assert counts(deals, *asked)[0] == 2
    assert entered(deals, *asked)[0] == "2: 2"
    assert flows(deals, *asked)[0] == "2 = 0+0+0+2"
    found = entered_of(deals, *asked, with_ids=True).stages[0]
    assert found.ids is not None
    assert found.ids.entered == ("first", "last")
