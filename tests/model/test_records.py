import msgspec
import pytest

from salescli.model.fields import key_order, spec_named, specs_of
from salescli.model.records import (
    ACCOUNT_KINDS,
    LEAD_STAGES,
    RECORD_TYPES,
    Account,
    Contact,
    Lead,
    Line,
    Opportunity,
    Rival,
    Stakeholder,
    TeamMember,
)

# As the format's description lists them.
HEADS = {
    Opportunity: "id title client stage process owner department budget need probability type "
    "close_date category mood source",
    Lead: "id title client stage need owner department budget source decision_date",
    Account: "",
    Contact: "",
}
KEYS = {
    Opportunity: HEADS[Opportunity] + " partner tactic checked_on strengths weaknesses "
    "main_contact main_competitor winner close_reason close_details actual_revenue "
    "direct_expense is_primary archived external custom contacts competitors team products leads",
    Lead: HEADS[Lead] + " person company emails phones medium meeting_at products notes "
    "disqualify_reason archived external custom",
    Account: "id name kind emails phones website address owner notes archived merged_into "
    "external custom",
    Contact: "id name account position emails phones birthday address owner notes archived "
    "merged_into external custom",
    Stakeholder: "contact role influence loyalty motivator",
    Rival: "competitor product strengths weaknesses amount",
    TeamMember: "member role",
    Line: "line product title quantity price discount offered_on offer_result",
}
DICTIONARY_OF = {
    "need": "needs",
    "type": "types",
    "category": "categories",
    "mood": "moods",
    "source": "sources",
    "close_reason": "close_reasons",
}


@pytest.mark.parametrize("record", KEYS, ids=lambda record: record.__name__)
def test_keys_stand_in_the_order_of_the_format(record):
    assert key_order(record) == tuple(KEYS[record].split())
    assert tuple(info.encode_name for info in msgspec.structs.fields(record)) == key_order(record)


@pytest.mark.parametrize("record", HEADS, ids=lambda record: record.__name__)
def test_the_head_is_what_the_format_always_writes(record):
    assert [spec.name for spec in specs_of(record) if spec.head] == HEADS[record].split()


@pytest.mark.parametrize(
    ("record", "required"),
    [
        (Opportunity, "id title client stage process"),
        (Lead, "id title stage"),
        (Account, "id name"),
        (Contact, "id name"),
        (Stakeholder, "contact"),
        (Rival, "competitor"),
        (TeamMember, "member"),
        (Line, "line price"),
    ],
)
def test_what_no_record_can_be_without(record, required):
    assert [spec.name for spec in specs_of(record) if spec.required] == required.split()


def test_items_are_known_by_their_first_key():
    lists = {spec.name: spec.target for spec in specs_of(Opportunity) if spec.items}
    assert lists == {
        "contacts": "contact",
        "competitors": "competitor",
        "team": "member",
        "products": "line",
    }


@pytest.mark.parametrize("name", DICTIONARY_OF)
def test_a_choice_names_its_dictionary(name):
    assert spec_named(Opportunity, name).target == DICTIONARY_OF[name]


def test_every_field_says_what_it_is_in_a_few_words():
    for record in KEYS:
        for spec in specs_of(record):
            assert spec.doc
            assert spec.doc[0].isupper()
            assert not spec.doc.endswith(".")


def test_what_commands_write_has_no_option():
    written = [spec.name for spec in specs_of(Opportunity) if spec.computed_by_commands]
    assert written == ["stage", "process", "winner", "archived"]


def test_the_stages_of_a_lead_and_the_kinds_of_an_account_are_fixed():
    assert (
        tuple(
            "qualification nurturing hand-off awaiting-sale satisfied not-interested "
            "disqualified".split()
        )
        == LEAD_STAGES
    )
    assert ACCOUNT_KINDS == ("client", "partner", "supplier", "bank")
    assert list(RECORD_TYPES) == ["opportunity", "lead", "account", "contact"]
