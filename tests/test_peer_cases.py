"""What people know from other systems, as they would type it; each test names its cases.

The list of them, and why some are otherwise here, is docs/decisions/0005-peer-cases.md.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
RECORD = TESTS.parent / "docs" / "decisions" / "0005-peer-cases.md"


@pytest.fixture
def store(console):
    """A console inside a store with a client and a deal."""
    for command in (
        "salescli init sales --currency EUR --time-zone Europe/Riga",
        "cd sales",
        'salescli contact create "Elena Petrova" --email elena@example.com',
        "salescli opp create Flat --client elena@example.com --budget 250000",
    ):
        assert console.run(command).code == 0
    return console


def listed(store, title="Flat"):
    deals = json.loads(store.run("salescli opp list --all --format json").stdout)["opportunities"]
    return next(deal for deal in deals if deal["title"] == title)


def test_a_won_deal_that_is_archived_is_still_won(store):
    # peer case 5
    assert store.run("salescli opp close Flat --outcome won").code == 0
    assert store.run("salescli opp archive Flat").code == 0
    deal = listed(store)
    assert (deal["status"], deal["archived"], deal["probability"]) == ("won", True, 100)


def test_a_lost_deal_that_is_edited_stays_lost(store):
    # peer case 14
    assert store.run("salescli opp close Flat --outcome lost --reason no-budget").code == 0
    assert store.run("salescli opp set Flat --mood doubtful").code == 0
    deal = listed(store)
    assert (deal["status"], deal["probability"], deal["mood"]) == ("lost", 0, "doubtful")


def test_the_percentage_follows_every_move(store):
    # peer cases 16, 18
    assert listed(store)["probability"] == 10
    store.run("salescli opp move Flat --to proposal-presentation")
    assert listed(store)["probability"] == 60
    store.run("salescli opp move Flat --to key-contacts")
    assert listed(store)["probability"] == 40


def test_a_deal_is_never_created_lost(store):
    # peer case 20
    refused = store.run("salescli opp create House --client elena@example.com --stage lost")
    assert (refused.code, refused.stdout) == (1, "")


def test_a_client_is_found_by_mail_and_name_and_never_made_twice(store):
    # peer case 25
    client = listed(store)["client"]
    store.run("salescli opp create House --client ELENA@example.com")
    store.run('salescli opp create Garage --client "elena petrova"')
    assert listed(store, "House")["client"] == listed(store, "Garage")["client"] == client
    assert store.run("salescli contact list --format csv --columns id").stdout.count("con-") == 1


def test_of_two_clients_with_one_mail_none_is_taken(store):
    # peer case 25
    store.run('salescli contact create "Ivan Petrov" --email elena@example.com')
    refused = store.run("salescli opp create House --client elena@example.com")
    assert (refused.code, refused.stdout) == (3, "")
    assert len(re.findall(r"con-\w{10}", refused.stderr)) == 2


def test_every_move_is_an_entry_with_its_time_and_note(store):
    # peer case 28
    store.set_clock(datetime(2026, 11, 6, 9, 0, tzinfo=UTC))
    for day in (3, 4, 5):
        store.run(f'salescli opp advance Flat --at 2026-11-0{day}T09:00Z --note "day {day}"')
    lines = store.run("cat opportunities/*/*/history.yaml").stdout.splitlines()
    moves = [json.loads(line[2:]) for line in lines if '"moved"' in line]
    assert [(move["to"], move["at"], move["note"]) for move in moves] == [
        ("key-contacts", "2026-11-03T09:00:00Z", "day 3"),
        ("proposal-preparation", "2026-11-04T09:00:00Z", "day 4"),
        ("proposal-presentation", "2026-11-05T09:00:00Z", "day 5"),
    ]


def test_every_case_that_is_the_same_here_has_its_test():
    rows = re.findall(r"^\| (\d+) \|[^|]*\| (.*) \|$", RECORD.read_text("utf-8"), re.MULTILINE)
    named = {
        int(number)
        for path in TESTS.rglob("test_*.py")
        for words in re.findall(r"peer cases? ([\d, and]+)", path.read_text("utf-8"))
        for number in re.findall(r"\d+", words)
    }
    same = {int(number) for number, words in rows if words.startswith("same")}
    assert len(rows) == 36
    assert len(same) > 15
    assert same - named == set()
