"""What a form asks for, what is missing, how an item of a list is typed. Values by hand."""

import pytest

from salescli.model.catalogues import Choice, CustomField
from salescli.model.definition import Step
from salescli.model.errors import WrongUsage
from salescli.process.forms import (
    build_form,
    check_asked,
    check_complete,
    form_document,
    not_known,
    parse_item,
    spell,
)

STEP = Step(
    step="facts",
    kind="form",
    title="Fill in",
    fields=["budget", "need", "close_date", "contacts", "custom.mortgage"],
    required=["budget", "contacts"],
    then={"saved": "end-of-stage"},
)
NEEDS = {
    "flat-to-live-in": "Flat to live in",
    "barn": Choice(name="Barn", retired=True),
    "other": Choice(name="Other", imported=True),
}
DICTIONARIES = {"needs": NEEDS, "roles": {"decision-maker": "Decision maker"}}
CUSTOM = {"mortgage": CustomField(name="Mortgage", type="choice", values=["asked", "granted"])}


def form_with(**state):
    return build_form(STEP, state, DICTIONARIES, CUSTOM)


def test_a_form_tells_its_fields_in_its_own_order_with_what_stands_in_them():
    fields = form_with(
        budget="250000.00 EUR", custom={"mortgage": "asked"}, contacts={"con-1": {"role": "x"}}
    )
    assert [(one.name, one.value) for one in fields] == [
        ("budget", "250000.00 EUR"),
        ("need", None),
        ("close_date", None),
        ("contacts", [{"contact": "con-1", "role": "x"}]),
        ("custom.mortgage", "asked"),
    ]
    assert not_known(fields) == ["need", "close_date"]


def test_only_values_that_may_be_chosen_anew_are_offered():
    by_name = {one.name: one for one in form_with()}
    assert dict(by_name["need"].choices) == {"flat-to-live-in": "Flat to live in"}
    assert list(by_name["custom.mortgage"].choices) == ["asked", "granted"]
    assert by_name["budget"].choices == {}


def test_the_document_holds_values_allowed_values_and_the_fields_of_an_item():
    document = {one["field"]: one for one in form_document(form_with(budget="1.00 EUR"))}
    assert document["budget"] == {
        "field": "budget", "label": "What the client can spend", "kind": "money",
        "required": True, "value": "1.00 EUR", "values": [],
    }  # fmt: skip
    assert document["need"]["values"] == ["flat-to-live-in"]
    items = {one["field"]: one["values"] for one in document["contacts"]["items"]}
    assert items["role"] == ["decision-maker"]
    assert list(items) == ["contact", "role", "influence", "loyalty", "motivator"]


def test_a_field_that_is_not_asked_for_is_told_with_the_nearest_and_all_of_them():
    found = list(check_asked(form_with(), ["budgt", "need", "mood", "custom.mortgage"]))
    assert [(one.code, one.field) for one in found] == [
        ("field-not-asked", "budgt"),
        ("field-not-asked", "mood"),
    ]
    everything = "asks for budget, need, close_date, contacts, custom.mortgage"
    assert found[0].hint == f"did you mean budget? It {everything}"
    assert found[1].hint == f"it {everything}"


def test_a_form_that_asks_for_custom_takes_any_field_of_it():
    step = Step(step="x", kind="form", title="X", fields=["custom"], then={"saved": None})
    fields = build_form(step, {}, {}, CUSTOM)
    assert list(check_asked(fields, ["custom.mortgage"])) == []


def test_required_fields_that_are_empty_are_told_with_the_command_that_fills_them():
    found = check_complete(form_with(), "5k0r")
    assert found.code == "form-incomplete"
    assert found.text == "the form can't be saved without budget, contacts"
    assert found.hint == 'salescli activity done 5k0r budget=… contacts="NAME …"'
    assert check_complete(form_with(), "5k0r", ["budget", "contacts"]) is None
    assert check_complete(form_with(budget="1.00 EUR", contacts={"con-1": {}}), "5k0r") is None


def test_a_name_may_be_spelled_like_the_option():
    assert spell("close-date") == "close_date"
    assert spell("custom.my-field") == "custom.my-field"


@pytest.mark.parametrize(
    ("text", "who", "typed"),
    [
        ("Elena Petrova", "Elena Petrova", {}),
        ("Elena Petrova role=decision-maker influence=high", "Elena Petrova",
         {"role": "decision-maker", "influence": "high"}),
        ("Joanna O'Brien role=x", "Joanna O'Brien", {"role": "x"}),
        ('Елена motivator="School next door"', "Елена", {"motivator": "School next door"}),
        ("'Elena P' motivator='Próximo a \"X\"'", "Elena P", {"motivator": 'Próximo a "X"'}),
        ("Elena role=", "Elena", {"role": ""}),
        ("role=x", None, {"role": "x"}),
        ("  ", None, {}),
    ],
)  # fmt: skip
def test_an_item_is_what_it_is_and_then_its_options(text, who, typed):
    assert parse_item(text, ("role", "influence", "motivator")) == (who, typed)


def test_every_word_of_an_item_that_is_no_option_is_told_at_once():
    with pytest.raises(WrongUsage) as caught:
        parse_item("Elena role=decision maker rol=x", ("role", "influence"))
    assert [(one.code, one.hint) for one in caught.value.findings] == [
        ("not-a-value", 'a value of several words stands in quotes: role="decision maker …"'),
        ("field-not-asked", "did you mean role?"),
    ]
