"""`salescli activity …`: what stands in the history after each, and what is refused."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from salescli.model.activities import build_activities
from salescli.model.events import live_events
from salescli.store.codec import read_history
from tests.shop import Shop
from tests.workspace.small_store import LEAD, NOW, write_small_store

CALL = ("Call Elena", "--type", "call")


def last(shop, deal):
    """The last event without what differs from run to run."""
    event = shop.events(deal)[-1]
    return {key: value for key, value in event.items() if key not in ("id", "seq", "at", "by")}


def step(shop, deal, results, kind="question"):
    """An open step of the process, as one on disk looks."""
    line = {
        "id": "h-7n4t8x1w0q",
        "seq": 2,
        "at": "2026-11-02T09:30:00Z",
        "by": "anna",
        "kind": "planned",
        "activity": "act-3t8d0n5v2k",
        "type": kind,
        "title": "Does it need a costing?",
        "owner": "anna",
        "results": results,
        "step": "costing-needed",
        "run": "run-1v7c3k9s5e",
    }
    path = shop.folder(deal) / "history.yaml"
    path.write_text(path.read_text("utf-8") + f"- {json.dumps(line)}\n", "utf-8")
    return "act-3t8d0n5v2k"


def told(answer):
    """An answer's stderr as one line."""
    return " ".join(answer.err.split())


def test_a_meeting_is_planned_with_all_that_was_said(shop):
    deal = shop.deal()
    contact = next(shop.root.glob("contacts/*")).stem.rpartition("--")[2]
    answer = shop.do(
        "activity", "plan", deal, "Show  block B", "--type", "Meeting", "--start",
        "tomorrow 14:00", "--minutes", "1h30", "--remind", "30", "--person", "Elena Petrova",
    )  # fmt: skip
    activity = answer.out.strip()
    assert last(shop, deal) == {
        "kind": "planned",
        "activity": activity,
        "type": "meeting",
        "title": "Show block B",
        "owner": "anna",
        "start": "2026-11-03T12:00:00Z",  # 14:00 in Riga
        "minutes": 90,
        "remind": 30,
        "people": [contact],
    }
    assert answer.err == (
        f"Planned for 3 Nov 2026 14:00, anna. Then: salescli activity done {activity[4:8]}\n"
    )


def test_a_title_is_enough(shop):
    deal = shop.deal()
    activity = shop.make("activity", "plan", "Flat 47", "Send the papers")
    assert last(shop, deal) == {
        "kind": "planned",
        "activity": activity,
        "type": "task",
        "title": "Send the papers",
        "owner": "anna",
    }


def test_all_faults_of_what_was_typed_are_told_together(shop):
    deal = shop.deal()
    before = shop.tree()
    answer = shop.run(
        "activity", "plan", deal, "X", "--type", "fax", "--start", "some day", "--minutes", "x",
        "--remind", "y", "--owner", "zoe", "--person", "nobody",
    )  # fmt: skip
    assert answer.code == 3
    for word in ("'fax'", "'some day'", "'x'", "'y'", "'zoe'", "'nobody'"):
        assert word in answer.err
    assert "reminder" not in answer.err  # the start was given, it only can't be read
    assert shop.tree() == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("plan", "Flat 47", " "), 2, "needs a title"),
        (("plan", "Flat 47", "X", "--remind", "5"), 1, "reminder"),
        (("plan", "Flat 48", "X"), 3, "no deal or lead 'Flat 48'"),
        (("plan", "Flat 47", "a\x07b"), 2, "control character U+0007"),
        (("done", "zzzz"), 3, "no activity 'zzzz'"),
        (("list", "--person", "zoe"), 3, "no person 'zoe'"),
        (("list", "--type", "fax"), 3, "no value 'fax'"),
        (("log", "Flat 47", "X", "--at", "tomorrow"), 1, "lies in the future"),
        (("log", "Flat 47", "X", "--result", "cancelled"), 1, "was not cancelled"),
        (("log", "Flat 47", "X", "--result", "sold"), 3, "results has no value 'sold'"),
        (("log", "Flat 47", "X", "--result", "no-answer"), 1, "only of a call"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_written(shop, arguments, code, words):
    shop.deal()
    before = shop.tree()
    answer = shop.run("activity", *arguments)
    assert answer.code == code, answer.err
    assert words in told(answer)
    assert shop.tree() == before


def test_who_has_left_is_given_nothing_new_but_did_what_they_did(shop):
    deal = shop.deal()
    shop.do("person", "create", "Dina Liepa", "--id", "dina", "--left", "2026-10-31")
    assert "left on 2026-10-31" in shop.run("activity", "plan", deal, "X", "--owner", "dina").err
    late = ("activity", "log", deal, "X", "--owner", "dina", "--at")
    assert shop.run(*late, "2026-11-01").code == 1
    shop.do(*late, "2026-10-31")
    assert last(shop, deal)["owner"] == "dina"


def test_a_replanning_names_only_what_changes(shop):
    deal = shop.deal()
    activity = shop.make(
        "activity", "plan", deal, *CALL, "--start", "2026-11-05 10:00", "--minutes", "15",
        "--remind", "5", "--person", "Elena Petrova",
    )  # fmt: skip
    contact = last(shop, deal)["people"]
    shop.do(
        "activity", "replan", activity, "--start", "2026-11-06", "--minutes", "15", "--remind",
        "", "--person", "", "--title", "Call her",
    )  # fmt: skip
    assert last(shop, deal) == {
        "kind": "replanned",
        "activity": activity,
        "fields": {
            "title": ["Call Elena", "Call her"],
            "start": ["2026-11-05T08:00:00Z", "2026-11-05T22:00:00Z"],
            "remind": [5, None],
            "people": [contact, None],
        },
    }
    found = build_activities(shop.live(deal))[activity]
    assert (found.title, found.remind, found.people) == ("Call her", None, ())
    assert found.start_at == datetime(2026, 11, 5, 22, tzinfo=UTC)
    count = len(shop.events(deal))
    assert "says so already" in shop.do("activity", "replan", activity, "--minutes", "15").err
    assert len(shop.events(deal)) == count
    assert shop.run("activity", "replan", activity).code == 2
    assert shop.run("activity", "replan", activity, "--remind", "5", "--start", "").code == 1
    assert shop.run("activity", "replan", activity, "--title", "").code == 2
    assert len(shop.events(deal)) == count


def test_what_is_done_has_result_minutes_and_note(shop):
    deal = shop.deal()
    activity = shop.make("activity", "plan", deal, *CALL, "--minutes", "15")
    shop.do(
        "activity", "done", activity[4:8], "--result", "No answer", "--minutes", "0:03", "--note",
        "Rings\nand rings",
    )  # fmt: skip
    assert last(shop, deal) == {
        "kind": "done",
        "activity": activity,
        "result": "no-answer",
        "minutes": 3,
        "note": "Rings\nand rings",
    }
    for again in (("done",), ("cancel",), ("replan", "--minutes", "5")):
        answer = shop.run("activity", again[0], activity, *again[1:])
        assert (answer.code, "is done already" in answer.err) == (1, True)


def test_what_is_cancelled_has_no_result_of_its_own(shop):
    deal = shop.deal()
    activity = shop.make("activity", "plan", deal, *CALL)
    shop.do("activity", "cancel", activity, "--note", "She is abroad")
    assert last(shop, deal) == {
        "kind": "cancelled",
        "activity": activity,
        "note": "She is abroad",
    }


def test_what_was_never_planned_says_itself_what_it_was(shop):
    deal = shop.deal()
    activity = shop.make(
        "activity", "log", deal, "Called back", "--type", "call", "--minutes", "10", "--result",
        "call-later", "--start", "2026-11-01 12:00", "--at", "2026-11-01 12:10",
    )  # fmt: skip
    event = shop.events(deal)[-1]
    assert event["at"] == "2026-11-01T10:10:00Z"
    assert last(shop, deal) == {
        "kind": "done",
        "activity": activity,
        "result": "call-later",
        "minutes": 10,
        "type": "call",
        "title": "Called back",
        "owner": "anna",
        "start": "2026-11-01T10:00:00Z",
        "logged": event["logged"],
    }


def test_done_before_it_was_planned_says_what_it_was_for_the_days_between(shop):
    deal = shop.deal()
    shop.do("person", "create", "Boris", "--id", "boris")
    activity = shop.make("activity", "plan", deal, *CALL, "--owner", "boris")
    shop.do("activity", "done", activity, "--at", "2026-11-01 12:00")
    source = (shop.folder(deal) / "history.yaml").read_bytes()
    events = live_events(read_history(source, "h"), datetime(2026, 11, 1, 23, tzinfo=UTC))
    found = build_activities(events)[activity]
    assert (found.title, found.type, found.owner) == ("Call Elena", "call", "boris")


@pytest.mark.parametrize(
    ("results", "typed", "code", "result"),
    [
        (["saved"], (), 0, "saved"),
        (["done", "cancelled"], (), 0, "done"),
        (["yes", "no"], ("--result", "no"), 0, "no"),
        (["yes", "no"], (), 1, "yes, no"),
        (["yes", "no", "cancelled"], (), 1, "yes, no\n"),
        (["yes", "no"], ("--result", "done"), 1, "yes, no"),
        (["yes", "cancelled"], ("--result", "cancelled"), 1, "its results are yes"),
    ],
)
def test_a_step_takes_its_own_results_alone(shop, results, typed, code, result):
    deal = shop.deal()
    activity = step(shop, deal, results)
    answer = shop.run("activity", "done", activity, *typed)
    assert answer.code == code
    if code == 0:
        assert last(shop, deal)["result"] == result
    else:
        assert result.lower() in answer.err.lower()
        assert shop.kinds(deal) == ["created", "planned"]


def test_a_step_is_cancelled_only_where_its_process_goes_on_from_it(shop):
    deal = shop.deal()
    activity = step(shop, deal, ["done", "cancelled"], "task")
    shop.do("activity", "cancel", activity)
    assert last(shop, deal)["result"] == "cancelled"
    other = shop.deal("Flat 48")
    assert shop.run("activity", "cancel", step(shop, other, ["saved"], "form")).code != 0


def test_a_form_that_can_not_be_cancelled_names_the_command_that_ends_it(shop):
    activity = step(shop, shop.deal(), ["yes", "no"])
    answer = shop.run("activity", "cancel", activity)
    assert answer.code == 1
    assert "salescli activity done 3t8d --result yes\n" in answer.err
    assert "|" not in answer.err


ENDS = {
    "open": (),
    "won": ("close", "--outcome", "won"),
    "lost": ("close", "--outcome", "lost", "--reason", "price"),
    "archived": ("close", "--outcome", "rejected", "--reason", "price"),
}


@pytest.mark.parametrize("status", ENDS)
def test_every_kind_is_added_whatever_became_of_the_deal_and_taken_back(shop, status):
    deal = shop.deal("Flat 47", "--budget", "100")
    activity = shop.make("activity", "plan", deal, *CALL)
    if ENDS[status]:
        shop.do("opportunity", ENDS[status][0], deal, *ENDS[status][1:])
    if status == "archived":
        shop.do("opportunity", "archive", deal)
    for arguments in (
        ("plan", deal, "Ask how they live"),
        ("log", deal, "Met"),
        ("replan", activity, "--start", "2026-11-09"),
        ("cancel", activity),
        ("done", activity),
    ):
        facts, known = shop.facts(deal), build_activities(shop.live(deal))
        shop.do("activity", *arguments)
        assert build_activities(shop.live(deal)) != known
        shop.do("undo")
        assert build_activities(shop.live(deal)) == known
        assert shop.facts(deal) == facts
    shop.do("activity", "done", activity)
    shop.do("undo")
    shop.do("redo")
    assert not build_activities(shop.live(deal))[activity].is_open
    assert shop.do("check").code == 0


@pytest.fixture
def small(tmp_path):
    """A store that has a lead."""
    root = tmp_path / "store"
    root.mkdir()
    write_small_store(root)
    shop = Shop(root)
    shop.now = NOW
    return shop


def test_a_lead_has_activities_too(small):
    activity = small.make("activity", "plan", "Flat for Elena", *CALL, "--start", "today")
    path = small.root / LEAD / "history.yaml"
    assert f'"activity":"{activity}"' in path.read_text("utf-8")
    (one,) = json.loads(small.do("agenda", "--format", "json").out)["people"][0]["today"]
    assert one["record_title"] == "Flat for Elena"
    small.do("activity", "done", activity)
    small.do("undo")
    assert activity in small.do("activity", "list", "Flat for Elena", "--open").out


def test_dry_run_shows_the_line_and_writes_nothing(shop):
    deal = shop.deal()
    before = shop.tree()
    answer = shop.do("activity", "plan", deal, *CALL, "--dry-run")
    assert '"kind":"planned"' in answer.out
    assert "Nothing was written" in answer.err
    assert shop.tree() == before


def rows(shop, *arguments):
    """The titles of a list, in its order."""
    found = json.loads(shop.do("activity", "list", *arguments, "--format", "json").out)
    return [one["title"] for one in found["activities"]]


def test_lists_of_all_or_of_a_record_by_person_type_and_state(shop):
    first, second = shop.deal("Flat 47"), shop.deal("Flat 48")
    shop.do("person", "create", "Boris", "--id", "boris")
    late = shop.make(
        "activity", "plan", first, "Late call", "--type", "call", "--start", "yesterday"
    )
    shop.make("activity", "plan", second, "Boris", "--owner", "boris", "--start", "2026-11-09")
    shop.make("activity", "plan", second, "Soon", "--start", "tomorrow")
    shop.make("activity", "log", second, "Met", "--type", "meeting", "--minutes", "30")
    shop.do("activity", "cancel", shop.make("activity", "plan", first, "Not", "--type", "visit"))
    assert rows(shop) == ["Late call", "Soon", "Boris", "Not", "Met"]
    assert rows(shop, "--open") == ["Late call", "Soon", "Boris"]
    assert rows(shop, "--overdue") == ["Late call"]
    assert rows(shop, "--person", "boris") == ["Boris"]
    assert rows(shop, "--person", "@me", "--open") == ["Late call", "Soon"]
    assert rows(shop, "--type", "meeting", "--type", "visit") == ["Not", "Met"]
    assert rows(shop, "--limit", "2") == ["Late call", "Soon"]
    assert rows(shop, "Flat 47") == ["Late call", "Not"]
    assert rows(shop, "Flat 48", "--open") == ["Soon", "Boris"]
    document = json.loads(shop.do("activity", "list", "--overdue", "--format", "json").out)
    assert document["schema"] == "salescli/activities@1"
    assert document["activities"] == [
        {
            "activity": late,
            "record": first,
            "record_title": "Flat 47",
            "client": "Elena Petrova",
            "type": "call",
            "title": "Late call",
            "owner": "anna",
            "state": "open",
            "result": None,
            "start": "2026-10-31T22:00:00Z",
            "due_on": "2026-11-01",
            "overdue": True,
            "minutes": None,
            "remind": None,
            "people": [],
            "planned_at": shop.events(first)[1]["at"],
            "closed_at": None,
            "step": None,
            "run": None,
        }
    ]


def test_a_table_has_short_ids_on_a_terminal_and_says_what_is_late(shop):
    deal = shop.deal()
    activity = shop.make("activity", "plan", deal, *CALL, "--start", "yesterday")
    shop.do("activity", "done", shop.make("activity", "plan", deal, "Second", "--type", "call"),
            "--result", "no-answer")  # fmt: skip
    plain = shop.do("activity", "list")
    assert plain.out.split("\n")[1].split()[:5] == [activity, "2026-11-01", "call", "Call", "Elena"]
    assert "overdue" in plain.out
    assert "done: no-answer" in plain.out
    assert plain.err == "2 activities.\n"
    shop.is_terminal = True
    shown = shop.do("activity", "list", deal)
    assert activity not in shown.out
    assert activity[4:8] in shown.out
    assert max(map(len, shown.out.split("\n"))) <= 80
    assert "No activities meet that" in shop.do("activity", "list", "--type", "visit").err


def test_a_list_with_a_broken_deal_shows_the_rest_and_leaves_with_4(shop):
    deal, other = shop.deal("Flat 47"), shop.deal("Flat 48")
    shop.make("activity", "plan", deal, *CALL)
    (shop.folder(other) / "opportunity.yaml").write_text("id: [", "utf-8")
    for command in (("activity", "list"), ("agenda", "--week")):
        answer = shop.run(*command)
        assert (answer.code, "Call Elena" in answer.out or "Later" in answer.out) == (4, True)
        assert "opportunity.yaml" in answer.err


def test_a_replanning_by_hand_that_makes_no_sense_is_damage_everywhere(shop):
    deal = shop.deal()
    activity = shop.make("activity", "plan", deal, *CALL)
    line = {
        "id": "h-7n4t8x1w0q", "seq": 9, "at": "2026-11-02T10:00:00Z", "by": "anna",
        "kind": "replanned", "activity": activity, "fields": {"start": [None, "soon"]},
    }  # fmt: skip
    path = shop.folder(deal) / "history.yaml"
    path.write_text(path.read_text("utf-8") + f"- {json.dumps(line)}\n", "utf-8")
    for command in (
        ("activity", "list"),
        ("activity", "list", deal),
        ("activity", "plan", deal, "X"),
        ("opportunity", "show", deal),
    ):
        assert shop.run(*command).code == 4, command
    answer = shop.run("check")
    assert answer.code == 1
    assert "start: 'soon' is none" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"kind": "done", "activity": "ACT", "result": "sold"}, "no-such-value"),
        ({"kind": "done", "activity": "ACT", "result": "cancelled"}, "wrong-result"),
        ({"kind": "replanned", "activity": "ACT", "fields": {"owner": [None, 5]}}, "bad-event"),
        ({"kind": "replanned", "activity": "ACT", "fields": {"owner": ["anna", "zoe"]}}, "zoe"),
        ({"kind": "done", "activity": "act-9z9z9z9z9z", "result": "done"}, "event-of-nothing"),
        ({"kind": "worked", "person": "zoe", "minutes": 5}, "zoe"),
        ({"kind": "worked", "person": "anna", "minutes": -5}, "bad-event-value"),
    ],
)
def test_a_line_by_hand_obeys_the_same_rules(shop, line, code):
    deal = shop.deal()
    activity = shop.make("activity", "plan", deal, *CALL)
    assert shop.do("check").code == 0
    head = {"id": "h-7n4t8x1w0q", "seq": 9, "at": "2026-11-02T10:00:00Z", "by": "anna"}
    text = json.dumps({**head, **line}).replace('"ACT"', f'"{activity}"')
    path = shop.folder(deal) / "history.yaml"
    path.write_text(path.read_text("utf-8") + f"- {text}\n", "utf-8")
    answer = shop.run("check")
    assert answer.code == 1
    assert code in answer.out


def test_the_commands_load_neither_calendar_nor_chart_libraries():
    code = (
        "import sys, salescli.commands.activity, salescli.commands.agenda, salescli.commands.hours;"
        "sys.exit(bool({'icalendar', 'matplotlib', 'tabulate'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
