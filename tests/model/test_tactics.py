"""Tactics out of events: texts, days, who; by hand from the events written out here."""

from datetime import UTC, datetime

from salescli.model.calendar import Calendar
from salescli.model.events import Changed, Created, Event, Json, live_events
from salescli.model.tactics import Tactic, build_tactics

RIGA = Calendar("Europe/Riga")
BIRTH = Created(
    id="h-0000000001", seq=1, at=datetime(2026, 11, 1, 8, tzinfo=UTC), by="anna", fields={}
)


def on(day: int) -> datetime:
    return datetime(2026, 11, day, 8, tzinfo=UTC)


def changed(seq: int, day: int, by: str = "anna", **after: Json) -> Changed:
    fields: dict[str, list[Json]] = {name: [None, value] for name, value in after.items()}
    return Changed(id=f"h-{seq:010}", seq=seq, at=on(day), by=by, fields=fields)


def tactics(*events: Event) -> list[Tactic]:
    return build_tactics(live_events([BIRTH, *events]), RIGA)


def test_a_deal_without_a_tactic_has_had_none():
    assert tactics(changed(2, 3, mood="hopeful", checked_on="2026-11-03")) == []


def test_a_change_keeps_the_former_one_with_its_days():
    found = tactics(
        changed(2, 3, tactic="River side first", checked_on="2026-11-03"),
        changed(3, 5, checked_on="2026-11-05"),
        changed(4, 10, by="boris", tactic="No discounts", checked_on="2026-11-10"),
    )
    assert found == [
        Tactic(
            text="River side first",
            by="anna",
            since=on(3),
            until=on(10),
            checked_on=("2026-11-03", "2026-11-05"),
        ),
        Tactic(text="No discounts", by="boris", since=on(10), checked_on=("2026-11-10",)),
    ]


def test_a_tactic_may_be_there_from_the_creation_on():
    birth = Created(
        id="h-0000000001", seq=1, at=on(2), by="anna", fields={"tactic": "A", "title": "X"}
    )
    assert build_tactics([birth], RIGA) == [Tactic(text="A", by="anna", since=on(2))]


def test_an_emptied_tactic_leaves_a_gap():
    found = tactics(
        changed(2, 3, tactic="A"), changed(3, 4, tactic=None), changed(4, 6, tactic="B")
    )
    assert [(entry.text, entry.since, entry.until) for entry in found] == [
        ("A", on(3), on(4)),
        ("B", on(6), None),
    ]


def test_the_same_text_again_goes_on():
    found = tactics(changed(2, 3, tactic="A"), changed(3, 4, tactic="A", checked_on="2026-11-04"))
    assert found == [Tactic(text="A", by="anna", since=on(3), checked_on=("2026-11-04",))]


def test_a_day_that_stands_already_counts_for_a_new_tactic_unless_it_lies_before_it():
    first = changed(2, 3, tactic="A", checked_on="2026-11-03")
    same_day, later = changed(3, 3, tactic="B"), changed(3, 4, tactic="B")
    assert tactics(first, same_day)[-1].checked_on == ("2026-11-03",)
    assert tactics(first, later)[-1].checked_on == ()


def test_a_tactic_written_later_for_an_earlier_day_stands_where_it_was_written():
    found = tactics(changed(2, 10, tactic="A"), changed(3, 5, tactic="B"))
    assert [entry.text for entry in found] == ["A", "B"]
    assert found[-1].until is None
