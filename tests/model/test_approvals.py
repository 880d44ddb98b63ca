"""Approvals folded from events: format.md section 7, and what a merge can make of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from salescli.model.approvals import (
    approval_of,
    build_approvals,
    check_decision,
    later_decisions,
)
from salescli.model.events import Asked, Cancelled, Decided, Done, Event, Planned, Replanned
from salescli.store.codec import read_history

FORMAT = Path(__file__).parent.parent / "data" / "format"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def head(seq: int, by: str = "anna") -> dict[str, object]:
    return {"id": f"h-{seq}", "seq": seq, "at": NOON + timedelta(minutes=seq), "by": by}


def asked(seq: int, name: str = "a", **more: object) -> Asked:
    given = {"approval": f"appr-{name}", "of": ["carl"], "subject": "Discount", **more}
    return Asked(**head(seq), **given)  # type: ignore[arg-type]


def decided(seq: int, decision: str = "approved", name: str = "a", **more: object) -> Decided:
    own = {"approval": f"appr-{name}", "decision": decision, **more}
    return Decided(**head(seq, "carl"), **own)  # type: ignore[arg-type]


def planned(seq: int, activity: str, step: str | None = "agree") -> Planned:
    own = {"type": "approval", "title": "Discount", "owner": "carl", "step": step, "run": "run-1"}
    return Planned(**head(seq), activity=activity, **own)  # type: ignore[arg-type]


def done(seq: int, activity: str, result: str = "approved") -> Done:
    return Done(**head(seq), activity=activity, result=result)  # type: ignore[arg-type]


def cancelled(seq: int, activity: str) -> Cancelled:
    return Cancelled(**head(seq), activity=activity, note="stage left")  # type: ignore[arg-type]


def states(*events: Event) -> dict[str, str]:
    return {key: one.state for key, one in build_approvals(events).items()}


def test_the_approval_of_the_formats_history() -> None:
    events = read_history((FORMAT / "history.yaml").read_bytes(), "history.yaml")
    (found,) = build_approvals(events).values()
    assert (found.id, found.subject, found.of) == (
        "appr-8d3v5n0j2s",
        "Discount of 1.5 %",
        ("carl",),
    )
    assert (found.asked_by, found.asked_at) == ("anna", datetime(2026, 11, 11, 9, 31, tzinfo=UTC))
    assert (found.state, found.decided_by, found.note) == ("approved", "carl", "Not more")
    assert found.decided_at == datetime(2026, 11, 11, 12, 45, tzinfo=UTC)
    assert found.event == "h-5g8x0q6y1m"


def test_what_nobody_decided_waits() -> None:
    (found,) = build_approvals([asked(1)]).values()
    assert found.is_open
    assert found.waits_alone
    assert (found.decided_by, found.decided_at, found.note) == (None, None, None)


def test_of_two_decisions_the_first_holds_and_both_are_told() -> None:
    events = [asked(1), decided(2, "rejected", note="Too much"), decided(3, "approved")]
    assert states(*events) == {"appr-a": "rejected"}
    assert [(one.id, two.id) for one, two in later_decisions(events)] == [("h-2", "h-3")]


def test_a_decision_that_is_neither_counts_for_nothing() -> None:
    assert states(asked(1), decided(2, "perhaps")) == {"appr-a": "open"}
    assert later_decisions([asked(1), decided(2, "perhaps"), decided(3)]) == []


def test_a_decision_of_nothing_makes_no_approval() -> None:
    assert states(decided(1)) == {}


def test_the_approval_of_a_step_waits_as_long_as_its_activity() -> None:
    opened = [planned(1, "act-1"), asked(2, step="agree")]
    (waiting,) = build_approvals(opened).values()
    assert (waiting.state, waiting.activity, waiting.waits_alone) == ("open", "act-1", False)
    assert states(*opened, cancelled(3, "act-1")) == {"appr-a": "moot"}
    assert states(*opened, done(3, "act-1")) == {"appr-a": "moot"}
    assert states(*opened, decided(3), done(4, "act-1")) == {"appr-a": "approved"}


def test_a_step_without_an_activity_waits_for_nobody() -> None:
    assert states(asked(1, step="agree")) == {"appr-a": "moot"}


def test_a_step_opened_again_has_an_approval_of_its_own() -> None:
    events = [
        planned(1, "act-1"),
        asked(2, step="agree"),
        decided(3, "rejected", note="No"),
        done(4, "act-1", "rejected"),
        planned(5, "act-2"),
        asked(6, "b", step="agree"),
    ]
    found = build_approvals(events)
    assert [(one.activity, one.state) for one in found.values()] == [
        ("act-1", "rejected"),
        ("act-2", "open"),
    ]
    assert approval_of(found.values(), "act-2") == found["appr-b"]
    assert approval_of(found.values(), "act-1") is None


def test_two_branches_that_opened_one_step_have_an_approval_each() -> None:
    events = [
        planned(1, "act-1"),
        planned(1, "act-2"),
        asked(2, step="agree"),
        asked(2, "b", step="agree"),
    ]
    assert [one.activity for one in build_approvals(events).values()] == ["act-1", "act-2"]


def test_a_step_that_was_handed_over_asks_the_one_who_does_it_now() -> None:
    handed = Replanned(**head(3), activity="act-1", fields={"owner": ["carl", "boris"]})  # type: ignore[arg-type]
    (found,) = build_approvals([planned(1, "act-1"), asked(2, step="agree"), handed]).values()
    assert found.of == ("boris",)


def test_an_activity_by_hand_is_no_step_of_an_approval() -> None:
    (found,) = build_approvals([planned(1, "act-1", None), asked(2)]).values()
    assert (found.activity, found.state) == (None, "open")


@pytest.mark.parametrize("note", [None, "", "  \n"])
def test_a_rejection_says_why_and_an_approval_need_not(note: str | None) -> None:
    fault = check_decision("rejected", note)
    assert fault is not None
    assert fault.code == "rejected-without-note"
    assert check_decision("rejected", "Too much") is None
    assert check_decision("approved", note) is None
