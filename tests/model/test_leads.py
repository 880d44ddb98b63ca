"""The stages of leads: which may follow which, and what a closing does to them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest

from salescli.model.events import Created, Moved
from salescli.model.leads import (
    FINAL_STAGES,
    OPEN_STAGES,
    STAGE_NAMES,
    check_lead,
    check_outcome,
    check_step,
    find_lead_stage,
    outcome_of_closing,
    stages_undone,
)
from salescli.model.records import LEAD_STAGES, Lead

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)


def history(*stages):
    """A lead's events that lead through these stages, `undone` as given by none of our code."""
    events = [Created(id="h-0000000001", seq=1, at=BEGIN, by="anna", fields={"stage": stages[0]})]
    for number, (before, after) in enumerate(pairwise(stages), 2):
        head = {"id": f"h-{number:010}", "seq": number, "by": "anna"}
        events.append(Moved(**head, at=BEGIN + timedelta(days=number), from_=before, to=after))
    return events


def codes(findings):
    return [entry.code for entry in findings]


def test_open_and_final_stages_are_all_stages_in_their_order():
    assert OPEN_STAGES + FINAL_STAGES == LEAD_STAGES
    assert tuple(STAGE_NAMES) == LEAD_STAGES


@pytest.mark.parametrize(("before", "after"), [*product(LEAD_STAGES, LEAD_STAGES)])
def test_a_step_is_refused_only_to_itself_and_from_end_to_end(before, after):
    ends = {"satisfied", "not-interested", "disqualified"}
    expected = []
    if before == after:
        expected = ["already-there"]
    elif before in ends and after in ends:
        expected = ["final-stage"]
    assert codes(check_step(before, after)) == expected


def test_a_move_forward_undoes_nothing():
    live = history("qualification", "nurturing")
    assert stages_undone(live, "nurturing", "awaiting-sale") == []
    assert stages_undone(live, "nurturing", "disqualified") == []


def test_a_move_back_undoes_what_was_visited_from_there_on_ends_too():
    live = history("qualification", "hand-off", "awaiting-sale", "not-interested")
    assert stages_undone(live, "not-interested", "hand-off") == [
        "hand-off",
        "awaiting-sale",
        "not-interested",
    ]


def test_stages_that_were_never_visited_are_not_undone():
    live = history("qualification", "awaiting-sale", "satisfied")
    assert stages_undone(live, "satisfied", "nurturing") == ["awaiting-sale", "satisfied"]


@pytest.mark.parametrize(
    ("text", "stage"),
    [("hand-off", "hand-off"), ("Awaiting sale", "awaiting-sale"), (" SATISFIED ", "satisfied")],
)
def test_a_stage_is_found_by_id_or_name(text, stage):
    assert find_lead_stage(text) == stage


def test_a_stage_of_deals_is_none_of_leads():
    assert find_lead_stage("key-contacts") is None


@pytest.mark.parametrize(
    ("status", "chosen", "stage"),
    [
        ("won", None, "satisfied"),
        ("lost", None, "not-interested"),
        ("rerouted", None, "hand-off"),
        ("rejected", None, "hand-off"),
        ("lost", "hand-off", "hand-off"),
        ("lost", "satisfied", "satisfied"),
        ("rejected", "not-interested", "not-interested"),
    ],
)
def test_a_closing_takes_leads_where_its_outcome_or_somebody_says(status, chosen, stage):
    assert outcome_of_closing(status, chosen) == stage


def test_leads_of_a_won_deal_go_nowhere_else():
    assert codes(check_outcome("won", "hand-off")) == ["leads-of-won"]
    assert check_outcome("won", "satisfied") == check_outcome("won", None) == []
    assert check_outcome("lost", "hand-off") == []


def lead(**values):
    return Lead(**{"id": "lead-0f5s3q8n2k", "title": "Flat", "stage": "qualification", **values})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"stage": "won"}, ["unknown-stage"]),
        ({"archived": True}, ["archived-open"]),
        ({"stage": "satisfied", "archived": True}, []),
        ({"stage": "disqualified"}, ["reason-needed"]),
        ({"disqualify_reason": "wrong-data"}, ["reason-needed"]),
        ({"stage": "disqualified", "disqualify_reason": "wrong-data"}, []),
        ({"client": "con-4c8t1m9zqa", "person": "Elena"}, ["raw-and-client"]),
        ({"client": "con-4c8t1m9zqa", "phones": ["1"]}, ["raw-and-client"]),
        ({"person": "Elena", "emails": ["a@b.example"]}, []),
    ],
)
def test_a_lead_obeys_its_rules_by_itself(values, expected):
    assert codes(check_lead(lead(**values))) == expected
