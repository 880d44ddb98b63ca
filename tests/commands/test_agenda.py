"""`salescli agenda`: whose, for which days, and as a calendar file."""

import json

import icalendar
import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def busy(shop):
    """Monday, 2 November 2026; Anna has something on four days, Boris on one."""
    shop.do("person", "create", "Борис Калныньш", "--id", "boris")
    deal = shop.deal("Flat 47")
    shop.acts = {
        title: shop.make("activity", "plan", deal, title, "--start", start, *more)
        for title, start, *more in (
            ("Late", "2026-10-30 10:00", "--type", "call"),
            ("Now", "today 14:00", "--type", "meeting", "--minutes", "60", "--remind", "15"),
            ("Friday", "2026-11-06"),
            ("Next week", "2026-11-09 10:00"),
            ("Борису", "today", "--owner", "boris"),
        )
    }
    shop.do("activity", "done", shop.make("activity", "plan", deal, "Done", "--start", "today"))
    return shop


def titles(shop, *arguments):
    """Titles by group, of the one person that is asked for."""
    (one,) = json.loads(shop.do("agenda", *arguments, "--format", "json").out)["people"]
    groups = ("overdue", "today", "week")
    return *([entry["title"] for entry in one[name]] for name in groups), one["later"]


def test_by_default_it_is_ones_own_of_today_and_what_is_late(busy):
    assert titles(busy) == (["Late"], ["Now"], [], 2)
    assert titles(busy, "--person", "@me") == titles(busy)
    assert titles(busy, "--actor", "boris") == ([], ["Борису"], [], 0)


def test_it_may_be_the_week_or_only_what_is_late(busy):
    assert titles(busy, "--week") == (["Late"], ["Now"], ["Friday"], 1)
    assert titles(busy, "--overdue") == (["Late"], [], [], 3)
    assert titles(busy, "--person", "Борис Калныньш", "--week") == ([], ["Борису"], [], 0)


def test_the_text_names_the_activity_as_it_is_typed(busy):
    short = {title: activity[4:8] for title, activity in busy.acts.items()}
    assert busy.do("agenda", "--week").out.split("\n") == [
        "Anna Berzina",
        " Overdue",
        f"  {short['Late']}  3 days late    call Late  Flat 47 · Elena Petrova",
        " Today, Mon 2 Nov 2026",
        f"  {short['Now']}  14:00          meeting Now (1 h)  Flat 47 · Elena Petrova",
        " This week, to Sun 8 Nov 2026",
        f"  {short['Friday']}  Fri            task Friday  Flat 47 · Elena Petrova",
        " Later: 1 activity",
        "",
    ]
    busy.do("activity", "done", short["Late"], "--result", "no-answer")
    assert "Overdue" not in busy.do("agenda").out


def test_everybodys_goes_person_by_person_and_markdown_has_headings(busy):
    people = json.loads(busy.do("agenda", "--everyone", "--format", "json").out)["people"]
    assert [one["person"] for one in people] == ["anna", "boris"]
    shown = busy.do("agenda", "--everyone", "--format", "md").out
    assert "## Борис Калныньш\n\n### Today, Mon 2 Nov 2026\n\n- task Борису" in shown


def test_a_terminal_is_never_overrun(busy):
    busy.is_terminal = True
    busy.make("activity", "plan", "Flat 47", "Спросить " * 20, "--start", "today 15:00")
    assert max(len(line) for line in busy.do("agenda").out.split("\n")) <= 80


def test_where_nothing_waits_it_says_so(shop):
    shop.deal()
    assert shop.do("agenda").out == "Anna Berzina\n Nothing waits today.\n"
    assert shop.do("agenda", "--everyone").out == "Nothing waits for anybody.\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--person", "zoe"), 3),
        (("--person", "anna", "--everyone"), 2),
        (("--week", "--overdue"), 2),
        (("--ics", "no/such/folder.ics"), 6),
    ],
)
def test_what_can_not_be_is_told(busy, arguments, code):
    assert busy.run("agenda", *arguments).code == code


def test_a_reader_needs_to_act_only_for_an_agenda_of_their_own(busy):
    busy.git_email, busy.system_user = "", "nobody"
    assert busy.run("agenda").code == 2
    assert busy.do("agenda", "--person", "boris").out.startswith("Борис")


def test_a_calendar_file_has_all_that_waits_for_a_person(busy):
    answer = busy.do("agenda", "--ics", "anna.ics")
    assert (answer.out, answer.err) == ("", "anna.ics: 4 activities.\n")
    calendar = icalendar.Calendar.from_ical((busy.root / "anna.ics").read_bytes())
    assert str(calendar["x-wr-calname"]) == "Anna Berzina"
    assert {str(one["summary"]) for one in calendar.walk("VEVENT")} == {
        "Late", "Now", "Friday", "Next week",
    }  # fmt: skip
    # The same bytes to stdout.
    out = busy.do("agenda", "--ics", "-").out
    assert out.encode() == (busy.root / "anna.ics").read_bytes()


def test_an_activity_planned_by_hand_on_disk_is_seen_at_once(busy):
    path = next(busy.root.glob("opportunities/*/*/history.yaml"))
    line = path.read_text("utf-8").split("\n")[1]
    copy = line.replace(busy.acts["Late"], "act-9z9z9z9z9z").replace('"Late"', '"By hand"')
    assert copy != line
    event_id = json.loads(line.removeprefix("- "))["id"]
    path.write_text(
        path.read_text("utf-8") + copy.replace(event_id, "h-7n4t8x1w0q") + "\n", "utf-8"
    )
    assert titles(busy)[0] == ["By hand", "Late"] or titles(busy)[0] == ["Late", "By hand"]


def test_what_waits_is_told_without_a_look_into_any_history(busy, monkeypatch):
    expected = busy.do("agenda", "--week").out

    def refuse(*_: object) -> None:
        raise AssertionError("a history is read")

    for module in ("agenda", "deals"):
        monkeypatch.setattr(f"salescli.workspace.{module}.read_history", refuse)
    assert busy.do("agenda", "--week").out == expected
    busy.do("agenda", "--everyone")
    assert "Late" in busy.do("activity", "list", "--overdue").out
    with pytest.raises(AssertionError, match="a history is read"):
        busy.run("activity", "list")
