"""Merging two clients' documents, redirecting references, and what is erased."""

import pytest

from salescli.model.clients import is_erased, join_clients, redirected
from salescli.model.records import Account, Contact

OLD, NEW = "con-9p3x7y1c0f", "con-4c8t1m9zqa"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"id": OLD, "name": "erased"}, True),
        ({"id": OLD, "name": "erased", "merged_into": NEW}, True),
        ({"id": OLD, "name": "erased", "phones": ["1"]}, False),
        ({"id": OLD, "name": "Erased"}, False),
    ],
)
def test_erased_is_a_record_without_anything_but_that_name(document, expected):
    assert is_erased(document) is expected


def test_every_reference_to_a_merged_client_is_redirected():
    state = {
        "title": OLD,  # a text that looks like an id is no reference
        "client": OLD,
        "main_contact": OLD,
        "partner": "acc-2h6w0r5kdn",
        "contacts": {OLD: {"role": "influencer"}, "con-0000000001": {}},
        "team": {OLD: {"role": "presales"}, "boris": {}},
    }
    assert redirected(state, {OLD: NEW}) == {
        "title": OLD,
        "client": NEW,
        "main_contact": NEW,
        "partner": "acc-2h6w0r5kdn",
        "contacts": {NEW: {"role": "influencer"}, "con-0000000001": {}},
        "team": {NEW: {"role": "presales"}, "boris": {}},
    }


def test_where_both_are_listed_the_one_that_stays_wins_and_gets_what_it_lacks():
    contacts = {OLD: {"role": "influencer", "loyalty": 2}, NEW: {"role": "decision-maker"}}
    changed = redirected({"contacts": contacts}, {OLD: NEW})
    assert changed == {"contacts": {NEW: {"role": "decision-maker", "loyalty": 2}}}


def test_a_state_that_names_no_merged_client_stays_the_same():
    state = {"client": NEW, "contacts": {NEW: {}}}
    assert redirected(state, {OLD: "con-0000000001"}) is state


def test_the_one_that_stays_gets_what_it_lacks_and_keeps_what_it_says():
    kept = {
        "id": NEW,
        "name": "Elena Petrova",
        "emails": ["Elena@example.com"],
        "position": "Head",
        "notes": "Calls back\n",
        "external": {"hubspot": "1"},
    }
    gone = {
        "id": OLD,
        "name": "E. Petrova",
        "account": "acc-2h6w0r5kdn",
        "emails": ["e@example.com", "elena@example.com"],
        "phones": ["+371 2"],
        "position": "Buyer",
        "notes": "Speaks French",
        "archived": True,
        "external": {"hubspot": "2", "pipedrive": "3"},
    }
    joined, left = join_clients(kept, gone, Contact)
    assert joined == {
        "id": NEW,
        "name": "Elena Petrova",
        "account": "acc-2h6w0r5kdn",
        "emails": ["Elena@example.com", "e@example.com"],
        "phones": ["+371 2"],
        "position": "Head",
        "notes": "Calls back\nSpeaks French",
        "external": {"hubspot": "1", "pipedrive": "3"},
    }
    assert left == ["position Buyer", "hubspot 2"]


def test_what_both_say_alike_is_neither_changed_nor_told():
    both = {"name": "Mill", "kind": "bank", "notes": "x", "phones": ["1"]}
    joined, left = join_clients({"id": "a", **both}, {"id": "b", **both}, Account)
    assert (joined, left) == ({"id": "a", **both}, [])
