"""Who decides, who influences, and how they stand to us."""

from salescli.model.records import Stakeholder
from salescli.report.records.stakeholders import (
    build_stakeholders,
    build_stakeholders_document,
    format_matrix,
    format_stakeholders,
)
from salescli.report.text.numbers import width_of

NAMES = {
    "con-a": "Elena Petrova",
    "con-b": "Juris Petrovs",
    "con-c": "Zane Bank",
    "con-d": "Ilze Agent",
    "con-e": "Anonymous",
}
DICTIONARIES = {
    # Somebody has put another role first: who decides is still told first.
    "roles": {
        "influencer": "Influencer",
        "decision-maker": "Decision maker",
        "contact-person": "Contact person",
        "lawyer": "Their lawyer",
    },
    "influences": {"high": "High", "medium": "Medium", "low": "Low"},
    "loyalties": {"-3": "Antagonist", "-1": "Not interested", "1": "Interested", "2": "Supportive"},
}
CONTACTS = [
    Stakeholder(contact="con-c", role="influencer", influence="low", loyalty=-1),
    Stakeholder(contact="con-b", role="influencer", influence="high", loyalty=1),
    Stakeholder(contact="con-e"),
    Stakeholder(contact="con-d", role="lawyer", influence="medium"),
    Stakeholder(
        contact="con-a", role="decision-maker", influence="high", loyalty=2,
        motivator="School next door",
    ),
]  # fmt: skip


def order(contacts: list[Stakeholder], main: str | None = None) -> list[str]:
    return [one.contact for one in build_stakeholders(contacts, NAMES, DICTIONARIES, main)]


def test_those_who_decide_come_first_and_who_has_no_role_last():
    assert order(CONTACTS) == ["con-a", "con-b", "con-c", "con-d", "con-e"]
    assert order(CONTACTS[::-1]) == order(CONTACTS)


def test_within_a_role_the_main_one_comes_first_then_influence_loyalty_and_name():
    role = "decision-maker"
    contacts = [
        Stakeholder(contact="con-a", role=role, influence="low", loyalty=3),
        Stakeholder(contact="con-b", role=role, influence="high"),
        Stakeholder(contact="con-c", role=role, influence="high", loyalty=-3),
        Stakeholder(contact="con-d", role=role, influence="high", loyalty=-3),
        Stakeholder(contact="con-e", role=role),
    ]
    assert order(contacts) == ["con-d", "con-c", "con-b", "con-a", "con-e"]
    assert order(contacts, "con-e") == ["con-e", "con-d", "con-c", "con-b", "con-a"]


def test_the_lines_tell_part_influence_and_attitude():
    people = build_stakeholders(CONTACTS, NAMES, DICTIONARIES)
    assert format_stakeholders(people) == [
        " Decides    Elena Petrova       high influence, supportive, School next door",
        " Influences Juris Petrovs       high influence, interested",
        "            Zane Bank           low influence, not interested",
        " Their law… Ilze Agent          medium influence",
        " Knows us   Anonymous",
    ]


def test_lines_stay_within_the_width():
    long = Stakeholder(contact="con-" + "日" * 20, role="lawyer", motivator="word " * 40)
    lines = format_stakeholders(build_stakeholders([long], {}, DICTIONARIES))
    assert max(map(width_of, lines)) <= 80
    assert " ".join(" ".join(lines).split()[3:]) == ("word " * 40).strip()


def test_the_matrix_has_roles_influences_and_loyalties():
    people = build_stakeholders(CONTACTS, NAMES, DICTIONARIES)
    assert format_matrix(people) == [
        "                High              Medium      Low           –",
        "Decision maker  Elena Petrova +2",
        "Influencer      Juris Petrovs +1              Zane Bank -1",
        "Their lawyer                      Ilze Agent",
        "–                                                           Anonymous",
    ]


def test_the_matrix_keeps_the_order_of_influences_whoever_comes_first():
    contacts = [
        Stakeholder(contact="con-a", role="decision-maker", influence="low"),
        Stakeholder(contact="con-b", role="influencer", influence="high"),
        Stakeholder(contact="con-c", role="influencer", influence="high"),
    ]
    assert format_matrix(build_stakeholders(contacts, NAMES, DICTIONARIES)) == [
        "                High           Low",
        "Decision maker                 Elena Petrova",
        "Influencer      Juris Petrovs",
        "                Zane Bank",
    ]


def test_a_narrow_matrix_cuts_names():
    people = build_stakeholders(CONTACTS, NAMES, DICTIONARIES)
    lines = format_matrix(people, width=56)
    assert max(map(width_of, lines)) <= 56
    assert lines[1].startswith("Decision maker  Elena P")
    assert format_matrix([]) == []


def test_the_document_has_ids_and_numbers():
    people = build_stakeholders(CONTACTS[-1:], NAMES, DICTIONARIES, "con-a")
    assert build_stakeholders_document(people) == [
        {
            "contact": "con-a",
            "name": "Elena Petrova",
            "main": True,
            "role": "decision-maker",
            "influence": "high",
            "loyalty": 2,
            "motivator": "School next door",
        }
    ]
