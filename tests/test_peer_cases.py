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


@pytest.fixture
def led(store):
    """The store with a deal of `quick`, whose process runs."""
    store.run("salescli opp create Quick --client elena@example.com --process quick")
    assert store.run("salescli process start Quick").code == 0
    return store


def waiting(store, title="Quick"):
    """The open activities of a deal: title → id."""
    text = store.run(f"salescli activity list {title} --open --format json").stdout
    return {one["title"]: one["activity"] for one in json.loads(text)["activities"]}


def test_the_last_task_of_contracting_wins_the_deal(led):
    # peer case 74
    led.run("salescli opp move Quick --to contracting")
    for _ in range(6):
        steps = waiting(led)
        if not steps:
            break
        assert listed(led, "Quick")["status"] == "open"
        led.run(f"salescli activity done {next(iter(steps.values()))}")
    deal = listed(led, "Quick")
    assert (deal["status"], deal["probability"], waiting(led)) == ("won", 100, {})


def test_a_move_cancels_the_tasks_of_the_process_and_leaves_ones_own(led):
    # peer case 75
    own = led.run('salescli activity plan Quick "Ring the bank" --type call').stdout.strip()
    assert len(waiting(led)) == 3
    moved = led.run("salescli opp move Quick --to proposal-presentation")
    assert 'Cancelled: "Learn the needs", "Prepare the presentation".' in moved.stderr
    assert 'Still open: "Ring the bank".' in moved.stderr
    assert waiting(led)["Ring the bank"] == own
    assert "Learn the needs" not in waiting(led)


def test_the_key_task_of_a_stage_moves_the_deal_and_the_next_tasks_appear(led):
    # peer case 76
    led.run("salescli opp move Quick --to presentation")
    before = set(waiting(led))
    for _ in range(6):
        if listed(led, "Quick")["stage"] != "presentation":
            break
        led.run(f"salescli activity done {next(iter(waiting(led).values()))}")
    assert listed(led, "Quick")["stage"] == "proposal-presentation"
    assert waiting(led)
    assert not before & set(waiting(led))


def test_what_is_won_is_not_moved_back(led):
    # peer case 77
    assert led.run("salescli opp close Quick --outcome won").code == 0
    assert led.run("salescli opp move Quick --to presentation").code == 1
    assert listed(led, "Quick")["status"] == "won"


def test_a_return_is_a_visit_of_its_own_with_fresh_tasks(led):
    # peer case 78
    led.run("salescli opp move Quick --to presentation")
    first = waiting(led)
    led.set_clock(datetime(2026, 11, 9, 9, 0, tzinfo=UTC))
    led.run("salescli opp move Quick --to contracting")
    assert led.run("salescli opp move Quick --to presentation").code == 0
    again = waiting(led)
    assert again.keys() == first.keys()
    assert not set(again.values()) & set(first.values())
    shown = json.loads(led.run("salescli opp show Quick --format json").stdout)
    visits = [one for one in shown["computed"]["visits"] if one["stage"] == "presentation"]
    assert [one["started_at"][:10] for one in visits] == ["2026-11-02", "2026-11-09"]
    assert [one["historical"] for one in visits] == [True, False]


@pytest.mark.parametrize("outcome", ["rejected", "rerouted"])
def test_what_is_rejected_or_rerouted_is_at_nothing_and_apart_from_what_is_lost(led, outcome):
    # peer case 79
    led.run(f"salescli opp close Quick --outcome {outcome} --reason price")
    deal = listed(led, "Quick")
    assert (deal["status"], deal["probability"]) == (outcome, 0)
    funnel = json.loads(led.run("salescli report funnel --process quick --format json").stdout)
    assert outcome not in [stage["stage"] for stage in funnel["stages"]]


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
