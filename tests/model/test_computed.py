"""What is computed of a deal: the format's deal by hand, and each rule alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from salescli.model.calendar import Calendar
from salescli.model.computed import (
    Computed,
    build_computed,
    completeness_of,
    next_step,
    probability_in_force,
    values_of,
)
from salescli.model.definition import Definition
from salescli.model.events import Closed, Created, Done, Event, Moved, Noted, Planned
from salescli.model.expression import evaluate, parse_condition
from salescli.model.money import Money
from salescli.model.names import build_names, subject_of
from salescli.model.records import Line, Opportunity
from salescli.store.codec import read_history, read_typed

FORMAT = Path(__file__).parent.parent / "data" / "format"
RIGA = Calendar("Europe/Riga")
NAMES = build_names(currency="EUR")


def read(name: str, record: type[msgspec.Struct]) -> msgspec.Struct:
    return read_typed((FORMAT / name).read_bytes(), name, record)


@pytest.fixture
def deal() -> Opportunity:
    return read("opportunity.yaml", Opportunity)  # type: ignore[return-value]


@pytest.fixture
def process() -> Definition:
    return read("processes_real-estate.yaml", Definition)  # type: ignore[return-value]


@pytest.fixture
def history() -> list[Event]:
    return read_history((FORMAT / "history.yaml").read_bytes(), "history.yaml")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def head(seq: int, when: datetime) -> dict[str, object]:
    return {"id": f"h-{seq}", "seq": seq, "at": when, "by": "anna"}


def created(when: datetime) -> Created:
    return Created(**head(1, when), fields={"stage": "qualification"})  # type: ignore[arg-type]


def plan(seq: int, when: datetime, start: datetime | None = None) -> Planned:
    return Planned(
        **head(seq, when),  # type: ignore[arg-type]
        activity=f"act-{seq}",
        type="call",
        title=f"Call {seq}",
        owner="anna",
        start=start,
    )


def small(**more: object) -> Opportunity:
    given: dict[str, object] = {"stage": "qualification", "process": "real-estate"}
    return Opportunity(id="opp-1", title="Flat", client="con-1", **{**given, **more})  # type: ignore[arg-type]


def compute(process: Definition, events: Sequence[Event], today: date, **more: object) -> Computed:
    return build_computed(small(**more), events, process, Calendar("UTC"), today)


def test_the_formats_deal_by_hand(
    deal: Opportunity, process: Definition, history: list[Event]
) -> None:
    found = build_computed(deal, history, process, RIGA, date(2026, 11, 13))
    assert (found.status, found.probability) == ("open", 35)
    # 236 000 − 1.5 % = 232 460, and 9 500
    assert (found.amount, found.value) == (eur("241960.00"), eur("241960.00"))
    assert found.weighted == eur("84686.00")
    assert (found.created_on, found.closed_on) == (date(2026, 10, 5), None)
    assert (found.days_in_funnel, found.days_at_stage) == (39, 3)
    assert (found.overdue, found.stale, found.quiet_days) == (False, False, 1)
    assert (found.completeness, found.completeness_percent) == (Fraction(1), Decimal("100.00"))
    assert (found.hours, found.client_kind) == (Decimal("5.00"), "contact")
    assert found.open_activities == ()


def test_its_next_step_is_the_stages_goal(
    deal: Opportunity, process: Definition, history: list[Event]
) -> None:
    day = date(2026, 11, 13)
    found = build_computed(deal, history, process, RIGA, day)
    subject = subject_of(deal, values_of(found), calendar=RIGA)
    step = next_step(deal, found, process, subject, NAMES, day)
    assert step is not None
    assert (step.kind, step.text) == ("goal", "A proposal that answers every need of the client.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("status=open", True),
        ("amount=241960 EUR", True),
        ("weighted<84686 EUR", False),
        ("probability>=35", True),
        ("created_at=2026-10-05", True),
        ("days_at_stage=3", True),
        ("days_in_funnel>39", False),
        ("hours>=5", True),
        ("stale", False),
        ("proposals.state=sent", True),
        ("proposals.amount>=241960 EUR", True),
        ("proposals.number=R-47", True),
        ("activities.type=meeting", True),
        ("activities.owner=carl", True),
        ("activities.result=no-answer", False),
        ("client_kind=contact", True),
        ("contacts.role=decision-maker", True),
        ("team.member=con-5d2g8j6mvb", True),
        ("products.product=flat-b47", True),
        ("products.offered_on=2026-11-10", True),
        ("external.hubspot", True),
        ("leads", True),
        ("tactic~kitchen", True),
        ("new_client", False),  # nobody has told
    ],
)
def test_conditions_on_the_formats_deal(
    text: str, answer: bool, deal: Opportunity, process: Definition, history: list[Event]
) -> None:
    day = date(2026, 11, 13)
    found = build_computed(deal, history, process, RIGA, day)
    subject = subject_of(deal, values_of(found), calendar=RIGA)
    assert evaluate(parse_condition(text, NAMES), subject, day, "anna") is answer


@pytest.mark.parametrize(("day", "stale"), [(22, False), (23, True)])
def test_the_formats_deal_goes_stale_after_ten_quiet_days(
    day: int, stale: bool, deal: Opportunity, process: Definition, history: list[Event]
) -> None:
    # the last post is of 12 November; the stage allows ten days
    today = date(2026, 11, day)
    assert build_computed(deal, history, process, RIGA, today).stale is stale


@pytest.mark.parametrize(
    ("stage", "by_hand", "in_force"),
    [
        ("qualification", None, 10),
        ("qualification", 5, 5),
        ("proposal-presentation", None, 60),
        ("won", None, 100),
        ("lost", None, 0),
        ("won", 30, 100),  # only a merge or a hand makes it; the stage still decides
        ("rejected", 30, 0),
    ],
)
def test_the_probability_in_force(
    stage: str, by_hand: int | None, in_force: int, process: Definition
) -> None:
    # peer cases 2, 7, 16: won 100, lost 0, else what the stage says unless set by hand
    deal = small(stage=stage, probability=by_hand)
    assert probability_in_force(deal, process) == in_force


def test_a_hundred_percent_by_hand_would_not_make_an_open_deal_won(process: Definition) -> None:
    # peer case 1
    assert compute(process, [created(at(1))], date(2026, 3, 2), probability=100).status == "open"


@pytest.mark.parametrize(
    ("stage", "more", "value"),
    [
        ("qualification", {}, None),
        ("qualification", {"budget": eur("100.00")}, "100.00"),
        ("won", {"budget": eur("100.00"), "actual_revenue": eur("95.00")}, "95.00"),
        ("won", {"budget": eur("100.00")}, "100.00"),
        ("lost", {"budget": eur("100.00")}, "100.00"),
    ],
)
def test_the_value_of_a_deal(
    stage: str, more: dict[str, object], value: str | None, process: Definition
) -> None:
    found = compute(process, [created(at(1))], date(2026, 3, 2), stage=stage, **more)
    assert found.value == (None if value is None else eur(value))
    assert (found.amount, found.weighted is None) == (None, value is None)


def test_the_weighted_value_is_rounded_half_up(process: Definition) -> None:
    found = compute(process, [created(at(1))], date(2026, 3, 2), budget=eur("0.05"), probability=10)
    assert found.weighted == eur("0.01")  # 0.005


@pytest.mark.parametrize(("day", "overdue"), [(14, False), (15, False), (16, True)])
def test_a_deal_is_overdue_the_day_after_its_close_date(
    day: int, overdue: bool, process: Definition
) -> None:
    found = compute(process, [created(at(1))], date(2026, 3, day), close_date=date(2026, 3, 15))
    assert found.overdue is overdue


def test_a_closed_deal_is_neither_overdue_nor_stale_and_counts_days_to_its_closing(
    process: Definition,
) -> None:
    fields = {"close_date": [None, "2026-03-11"]}
    closing = Closed(
        **head(2, at(11)),
        from_="qualification",
        to="lost",
        fields=fields,  # type: ignore[arg-type]
    )
    found = compute(
        process,
        [created(at(1)), closing],
        date(2026, 9, 1),
        stage="lost",
        close_date=date(2026, 3, 11),
    )
    assert (found.overdue, found.stale) == (False, False)
    assert (found.days_in_funnel, found.days_at_stage) == (10, None)
    assert found.closed_on == date(2026, 3, 11)


def test_days_are_cut_in_the_stores_zone(process: Definition) -> None:
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # 2 March, 0:30 in Riga
    found = build_computed(small(), [created(late)], process, RIGA, date(2026, 3, 5))
    assert (found.created_on, found.days_at_stage) == (date(2026, 3, 2), 3)


def test_moving_begins_the_days_at_the_stage_anew(process: Definition) -> None:
    moving = Moved(**head(2, at(4)), from_="qualification", to="key-contacts")  # type: ignore[arg-type]
    found = compute(process, [created(at(1)), moving], date(2026, 3, 10), stage="key-contacts")
    assert (found.days_in_funnel, found.days_at_stage) == (9, 6)


def test_notes_are_no_sign_of_life(process: Definition) -> None:
    # seven days without activity are allowed at qualification
    note = Noted(**head(2, at(8)), text="hm")  # type: ignore[arg-type]
    assert not compute(process, [created(at(1)), note], date(2026, 3, 8)).stale
    assert compute(process, [created(at(1)), note], date(2026, 3, 9)).stale


@pytest.mark.parametrize(
    ("start", "stale"), [(None, True), (at(20), False), (at(15), False), (at(14), True)]
)
def test_an_activity_due_today_or_later_keeps_a_deal_from_going_stale(
    start: datetime | None, stale: bool, process: Definition
) -> None:
    events = [created(at(1)), plan(2, at(2), start)]
    assert compute(process, events, date(2026, 3, 15)).stale is stale


def test_a_done_activity_is_a_sign_of_life(process: Definition) -> None:
    done = Done(**head(3, at(12)), activity="act-2", result="done")  # type: ignore[arg-type]
    assert not compute(process, [created(at(1)), plan(2, at(2)), done], date(2026, 3, 15)).stale


def test_the_next_step_is_the_earliest_open_activity(process: Definition) -> None:
    today = date(2026, 3, 15)
    events = [created(at(1)), plan(2, at(2), at(20)), plan(3, at(3), at(18)), plan(4, at(19))]
    found = compute(process, events, today)
    step = next_step(small(), found, process, subject_of(small(), values_of(found)), NAMES, today)
    assert step is not None
    assert (step.kind, step.text) == ("activity", "Call 3")


def test_else_it_is_the_first_criterion_that_is_not_met(process: Definition) -> None:
    today = date(2026, 3, 2)
    deal = small(budget=eur("100.00"))
    found = build_computed(deal, [created(at(1))], process, RIGA, today)
    step = next_step(deal, found, process, subject_of(deal, values_of(found)), NAMES, today)
    assert step is not None
    assert (step.kind, step.text) == ("criterion", "Ask what they need")


def test_a_closed_deal_has_no_next_step(process: Definition) -> None:
    today = date(2026, 3, 2)
    deal = small(stage="lost")
    found = build_computed(deal, [created(at(1))], process, RIGA, today)
    assert next_step(deal, found, process, subject_of(deal), NAMES, today) is None


def test_completeness_counts_eleven_fields() -> None:
    line = Line(line="line-1", title="Kitchen", price=eur("1.00"))
    deal = small(need="flat", owner="anna", products=[line], tactic="does not count")
    assert completeness_of(deal) == Fraction(3, 11)


def test_three_of_eleven_are_27_27_percent(process: Definition) -> None:
    found = compute(
        process, [created(at(1))], date(2026, 3, 2), need="flat", owner="anna", mood="hopeful"
    )
    assert found.completeness_percent == Decimal("27.27")


@pytest.mark.parametrize(
    ("by_hand", "computed", "answer"),
    [(None, None, None), (None, True, True), (True, False, True), (False, True, False)],
)
def test_a_new_client_is_computed_unless_somebody_knows_better(
    by_hand: bool | None, computed: bool | None, answer: bool | None, process: Definition
) -> None:
    found = build_computed(
        small(is_primary=by_hand),
        [created(at(1))],
        process,
        RIGA,
        date(2026, 3, 2),
        is_first_of_client=computed,
    )
    assert found.new_client is answer
