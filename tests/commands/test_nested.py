"""`--fields` of what stands person by person or deal by deal."""

import json

import pytest

from salescli.commands.nested import AGENDA, CHANGES, NEXT
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def busy(shop: Shop) -> Shop:
    shop.deal("D", "--budget", "250000")
    shop.make("activity", "plan", "D", "Call", "--start", "2026-11-02 12:00")
    shop.make("lead", "create", "L")
    return shop


def test_the_names_are_those_of_the_contract():
    assert AGENDA.names[:4] == ["person", "activity", "type", "title"]
    assert CHANGES.names[:3] == ["person", "record", "kind"]
    assert {"id", "title", "client", "missing", "commands"} <= set(NEXT.names)


def test_an_agenda_as_rows_tells_whose_they_are(busy: Shop):
    rows = busy.do("agenda", "--fields", "person,title,due_on").out.splitlines()
    assert [row.split() for row in rows] == [
        ["Person", "Title", "Due", "on"], ["anna", "Call", "2026-11-02"]
    ]  # fmt: skip
    document = json.loads(busy.do("agenda", "--fields", "title", "--format", "json").out)
    assert document["people"][0]["today"] == [{"title": "Call"}]
    assert document["scope"] == "day"


def test_what_deals_and_leads_want_has_the_fields_asked_for(busy: Shop):
    deals = json.loads(busy.do("next", "--fields", "title,stage", "--format", "json").out)
    assert deals["deals"] == [{"title": "D", "stage": "qualification"}]
    lead = json.loads(busy.do("next", "L", "--fields", "title", "--format", "json").out)
    assert lead["leads"] == [{"title": "L"}]
    rows = busy.do("next", "--fields", "title,stage", "--format", "md").out
    assert "| D       | qualification |" in rows


def test_changes_have_the_fields_asked_for(busy: Shop):
    asked = ("changes", "--since", "yesterday", "--fields", "title,event")
    found = json.loads(busy.do(*asked, "--format", "json").out)["people"][0]["changes"]
    assert [sorted(one) for one in found] == [["event", "title"]] * 3


@pytest.mark.parametrize("command", ["agenda", "next", "changes"])
def test_help_names_the_fields_and_a_wrong_one_is_told(busy: Shop, command):
    more = ["--since", "yesterday"] if command == "changes" else []
    assert "title" in busy.do(command, "--fields", "help").out.split()
    wrong = busy.run(command, *more, "--fields", "titel")
    assert (wrong.code, "'titel' is not a field" in wrong.err) == (2, True)


def test_changes_without_a_time_says_what_one_would_type(busy: Shop):
    told = busy.run("changes")
    assert told.code == 2
    assert "salescli changes --since yesterday" in told.err
