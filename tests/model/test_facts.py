import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.conversion import build_document, build_record
from salescli.model.events import Changed, Created, live_events
from salescli.model.eventtext import decode_event
from salescli.model.facts import (
    apply_value,
    build_document_of,
    build_state,
    changes_between,
    created_fields,
    fold,
)
from salescli.model.fields import key_order
from salescli.model.records import Lead, Opportunity, Stakeholder


def read_events(lines):
    return live_events(decode_event(line) for line in lines)


def applied(state, changes):
    state = copy.deepcopy(state)
    for path, after in changes:
        apply_value(state, path, after)
    return state


# The format's own deal.


def test_the_formats_history_folds_to_the_formats_deal(read_block, history_lines):
    deal = build_record(read_block("opportunity.yaml"), Opportunity)
    assert fold(read_events(history_lines)) == build_state(build_document(deal))


def test_the_folded_deal_is_written_in_the_order_of_the_formats_file(read_block, history_lines):
    tree = read_block("opportunity.yaml")
    written = build_document_of(fold(read_events(history_lines)))
    assert list(written) == [key for key in tree if key != "id"]
    for name in ("contacts", "competitors", "team", "products"):
        assert [list(item) for item in written[name]] == [list(item) for item in tree[name]]
    assert written == {k: v for k, v in typed(tree).items() if k != "id"}


def typed(tree):
    """The format's deal as a document: its only numbers are these."""
    contacts = [{**item, "loyalty": int(item["loyalty"])} for item in tree["contacts"]]
    return {**tree, "probability": 35, "contacts": contacts}


def test_the_fold_of_an_earlier_day_says_what_was_known_to_hold_then(history_lines):
    events = [decode_event(line) for line in history_lines]
    lost = fold(live_events(events, events[9].at))
    assert (lost["stage"], lost["close_date"], lost["close_reason"]) == (
        "lost",
        "2026-10-28",
        "no-answer",
    )
    back = fold(live_events(events, events[11].at))
    assert (back["stage"], back["close_date"]) == ("key-contacts", "2026-12-01")
    assert "close_reason" not in back
    assert back["budget"] == "250000.00 EUR"


def test_what_the_mood_was_before_it_was_voided_stands(history_lines):
    assert fold(read_events(history_lines))["mood"] == "hopeful"


def test_no_field_is_changed_by_a_replanned_activity(history_lines):
    assert "start" not in fold(read_events(history_lines[:18]))


def test_nothing_folds_to_nothing():
    assert fold([]) == {}


# States and documents.


def test_a_state_has_lists_by_key_and_nothing_empty():
    document = {
        "id": "opp-7k2m9xq4tb",
        "title": "Flat",
        "budget": None,
        "contacts": [{"contact": "con-b", "role": "influencer"}, {"contact": "con-a"}],
        "team": [],
        "external": {},
        "leads": ["lead-b", "lead-a"],
        "custom": {"mortgage": "asked", "rooms": 3, "sea": True, "wishes": ["a", "b"], "no": []},
    }
    assert build_state(document) == {
        "title": "Flat",
        "contacts": {"con-b": {"role": "influencer"}, "con-a": {}},
        "leads": {"lead-b": True, "lead-a": True},
        "custom": {"mortgage": "asked", "rooms": "3", "sea": "true", "wishes": ["a", "b"]},
    }


def test_a_mapping_of_nothing_but_empty_lists_is_not_in_a_state():
    assert build_state({"title": "Flat", "custom": {"wishes": []}}) == {"title": "Flat"}


def test_a_document_has_items_in_the_order_of_their_keys_and_keys_in_theirs():
    state = {
        "leads": {"lead-b": True, "lead-a": True},
        "contacts": {"con-b": {"loyalty": 1, "role": "influencer"}, "con-a": {}},
        "title": "Flat",
        "team": {},
    }
    document = build_document_of(state)
    assert document == {
        "title": "Flat",
        "contacts": [
            {"contact": "con-a"},
            {"contact": "con-b", "role": "influencer", "loyalty": 1},
        ],
        "leads": ["lead-a", "lead-b"],
    }
    assert list(document) == ["title", "contacts", "leads"]
    assert list(document["contacts"][1]) == ["contact", "role", "loyalty"]


def test_a_leads_products_are_words_and_not_items():
    document = {"title": "Flat", "stage": "nurturing", "products": ["flat-b47", "parking"]}
    state = build_state(document, Lead)
    assert state["products"] == ["flat-b47", "parking"]
    assert build_document_of(state, Lead) == document


# One path.


@pytest.mark.parametrize(
    ("state", "path", "after", "result"),
    [
        ({}, "budget", "1.00 EUR", {"budget": "1.00 EUR"}),
        ({"budget": "1.00 EUR"}, "budget", None, {}),
        ({}, "budget", None, {}),
        ({}, "archived", False, {"archived": False}),
        ({"probability": 5}, "probability", 0, {"probability": 0}),
        ({"emails": ["a"]}, "emails", [], {}),  # an empty list reads as absent
        ({"custom": {"a": "b"}}, "custom", {}, {}),
        ({}, "custom/mortgage", "asked", {"custom": {"mortgage": "asked"}}),
        ({}, "custom/rooms", 3, {"custom": {"rooms": "3"}}),
        ({}, "custom/sea", True, {"custom": {"sea": "true"}}),
        ({}, "custom/wishes", [], {}),
        ({"custom": {"a": "b"}}, "custom/a", None, {}),
        ({"custom": {"a": "b", "c": "d"}}, "custom/a", None, {"custom": {"c": "d"}}),
        ({}, "custom/a", None, {}),
        ({}, "contacts/con-a", {"role": "x"}, {"contacts": {"con-a": {"role": "x"}}}),
        ({}, "contacts/con-a", {}, {"contacts": {"con-a": {}}}),  # an item of its key alone
        (  # a whole item replaces the item
            {"contacts": {"con-a": {"role": "x", "loyalty": 1}}},
            "contacts/con-a",
            {"role": "y"},
            {"contacts": {"con-a": {"role": "y"}}},
        ),
        ({"contacts": {"con-a": {"role": "x"}}}, "contacts/con-a", None, {}),
        (
            {"contacts": {"con-a": {"role": "x"}}},
            "contacts/con-a/loyalty",
            1,
            {"contacts": {"con-a": {"role": "x", "loyalty": 1}}},
        ),
        (
            {"contacts": {"con-a": {"role": "x"}}},
            "contacts/con-a/role",
            None,
            {"contacts": {"con-a": {}}},
        ),
        ({}, "contacts/con-a/role", "x", {}),  # no such item: nothing
        (
            {"contacts": {"con-b": {}}},
            "contacts/con-a/role",
            "x",
            {"contacts": {"con-b": {}}},
        ),
        ({}, "leads/lead-a", True, {"leads": {"lead-a": True}}),
        ({"leads": {"lead-a": True}}, "leads/lead-a", None, {}),
        # What no command writes, but a hand may, changes nothing and breaks nothing.
        ({"title": "Flat"}, "title/x", "y", {"title": "Flat"}),
        ({"title": "Flat"}, "title/x/y", "z", {"title": "Flat"}),
        ({"leads": {"lead-a": True}}, "leads/lead-a/x", "y", {"leads": {"lead-a": True}}),
        (
            {"contacts": {"con-a": {"role": "x"}}},
            "contacts/con-a/role/deep",
            "y",
            {"contacts": {"con-a": {"role": "x"}}},
        ),
    ],
)
def test_a_path_sets_one_value(state, path, after, result):
    assert applied(state, [(path, after)]) == result


def test_folding_leaves_the_events_as_they_are():
    item = {"role": "influencer"}
    head = {"at": None, "by": "anna"}
    events = [
        Created(id="h-1", seq=1, **head, fields={"title": "Flat", "contacts/con-a": item}),
        Changed(id="h-2", seq=2, **head, fields={"contacts/con-a/role": ["influencer", "x"]}),
    ]
    assert fold(events)["contacts"]["con-a"] == {"role": "x"}
    assert item == {"role": "influencer"}


def test_an_item_written_by_hand_as_a_plain_value_breaks_nothing():
    state = {"title": "Flat", "contacts": {"con-a": True}, "team": "boris"}
    assert build_document_of(state) == {
        "title": "Flat",
        "contacts": [{"contact": "con-a"}],
        "team": "boris",
    }


# From one state to another.


def test_a_change_names_only_what_differs():
    before = {
        "budget": "1.00 EUR",
        "mood": "hopeful",
        "contacts": {"con-a": {"role": "x"}, "con-b": {"role": "y", "loyalty": 1}},
        "custom": {"a": "b"},
    }
    after = {
        "budget": "2.00 EUR",
        "mood": "hopeful",
        "contacts": {"con-b": {"role": "z", "influence": "high"}, "con-c": {}},
        "custom": {"a": "c"},
        "leads": {"lead-a": True},
    }
    changes = changes_between(before, after)
    assert changes == {
        "budget": ["1.00 EUR", "2.00 EUR"],
        "custom/a": ["b", "c"],
        "contacts/con-a": [{"role": "x"}, None],
        "contacts/con-b/role": ["y", "z"],
        "contacts/con-b/influence": [None, "high"],
        "contacts/con-b/loyalty": [1, None],
        "contacts/con-c": [None, {}],
        "leads/lead-a": [None, True],
    }
    assert list(changes) == [
        "budget",
        "custom/a",
        "contacts/con-a",
        "contacts/con-b/role",
        "contacts/con-b/influence",
        "contacts/con-b/loyalty",
        "contacts/con-c",
        "leads/lead-a",
    ]


def test_the_formats_changes_are_the_differences_of_their_folds(history_lines):
    """Each `changed` says before and after as the fold up to it has them, in the same order."""
    events = [decode_event(line) for line in history_lines]
    told = [place for place, event in enumerate(events) if isinstance(event, Changed)]
    for place in told:
        states = [fold(live_events(events[:count])) for count in (place, place + 1)]
        assert list(changes_between(*states).items()) == list(events[place].fields.items())
    assert len(told) == 9


def test_the_formats_first_event_says_what_its_state_says(history_lines):
    created = decode_event(history_lines[0])
    assert list(created_fields(fold([created])).items()) == list(created.fields.items())


def test_first_values_of_items_are_one_path_each():
    state = {"leads": {"b": True, "a": True}, "title": "Flat", "custom": {"a": "b"}}
    assert list(created_fields(state).items()) == [
        ("title", "Flat"),
        ("custom/a", "b"),
        ("leads/a", True),
        ("leads/b", True),
    ]


def test_a_lead_has_its_fields_in_an_order_of_its_own():
    state = {"source": "web", "decision_date": "2026-12-01", "owner": "anna", "need": "flat"}
    assert list(created_fields(state, Lead)) == ["need", "owner", "source", "decision_date"]
    assert list(changes_between({}, state, Lead)) == ["need", "owner", "source", "decision_date"]
    assert list(created_fields(state)) == ["owner", "need", "source", "decision_date"]


SHORT = st.sampled_from(["a", "b", "c"])
PLAIN = st.sampled_from(["x", "y", 1, True, ["w"]])
ITEMS = st.dictionaries(
    SHORT, st.dictionaries(st.sampled_from(key_order(Stakeholder)[1:]), PLAIN), min_size=1
)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "title": PLAIN,
        "budget": PLAIN,
        "unheard-of": PLAIN,
        "custom": st.dictionaries(SHORT, st.sampled_from(["x", "y", ["w"]]), min_size=1),
        "contacts": ITEMS,
        "team": ITEMS,
        "leads": st.dictionaries(SHORT, st.just(True), min_size=1),
    },
)


@given(STATES, STATES)
def test_applying_the_changes_leads_to_the_other_state_and_back(before, after):
    changes = changes_between(before, after)
    assert applied(before, [(path, change[1]) for path, change in changes.items()]) == after
    assert applied(after, [(path, change[0]) for path, change in changes.items()]) == before
    assert all(old != new for old, new in changes.values())


@given(STATES)
def test_a_state_differs_from_itself_in_nothing(state):
    assert changes_between(state, copy.deepcopy(state)) == {}


@given(STATES)
def test_a_created_event_folds_to_its_state(state):
    event = Created(id="h-1", seq=1, at=None, by="anna", fields=created_fields(state))
    assert fold([event]) == state


@given(STATES)
def test_a_state_becomes_a_document_and_back(state):
    known = {name: value for name, value in state.items() if name in key_order(Opportunity)}
    assert build_state(build_document_of(state)) == known


@given(STATES, STATES)
def test_changes_stand_in_the_order_of_the_record(before, after):
    names = [path.split("/")[0] for path in changes_between(before, after)]
    places = [[*key_order(Opportunity), "unheard-of"].index(name) for name in names]
    assert places == sorted(places)
