"""`salescli doctor`: what this machine and this clone are like, told without touching either."""

import json

from salescli.report.pictures.fonts import EVERY, WIDE, find_fonts
from salescli.store import layout
from tests.session import Session
from tests.workspace.small_store import write_small_store


def signs(console: Session, line: str = "salescli doctor --format json") -> dict[str, dict]:
    document = json.loads(console.run(line).stdout)
    assert document["schema"] == "salescli/doctor@1"
    return {sign["name"]: sign for sign in document["signs"]}


def test_without_a_store_it_tells_of_the_machine_alone(console):
    found = signs(console)
    assert found["python"]["state"] == "ok"
    assert found["libyaml"]["state"] == "ok"
    assert found["fonts"]["state"] == "ok"
    assert found["store"]["state"] == "note"
    assert "locks" not in found
    assert console.run("salescli doctor").code == 0
    assert list(console.home.iterdir()) == [console.home / ".gitconfig"]


def test_it_tells_of_the_font_that_pictures_are_drawn_with(console):
    (console.home / ".fonts").mkdir()
    (console.home / ".fonts" / "unifont.otf").touch()
    first = next(f for f in find_fonts(str(console.home)) if f.begins in (*WIDE, *EVERY))
    sign = signs(console)["wide fonts"]
    assert (sign["state"], sign["text"]) == ("ok", first.regular.name)


def test_a_folder_that_was_named_must_hold_a_store(console):
    assert console.run("salescli -C nowhere doctor").code == 3


def test_in_a_store_locks_journal_and_who_acts_are_told(console):
    write_small_store(console.home)
    found = signs(console)
    assert found["locks"] == {
        "name": "locks",
        "state": "ok",
        "text": "flock keeps a second writer out",
        "hint": None,
    }
    assert found["journal"]["state"] == "ok"
    assert found["you"]["text"] == "Anna Bērziņa (anna)"
    assert list((console.home / layout.LOCAL).iterdir()) == []


def test_nobody_known_to_act_must_be_mended(console):
    write_small_store(console.home)
    outcome = console.run("SALESCLI_ACTOR=zoe salescli doctor")
    assert outcome.code == 1
    assert "there is no person 'zoe' to act" in outcome.stdout
    assert outcome.stderr == "1 thing to mend.\n"


def test_a_journal_that_waits_must_be_mended_and_is_left_alone(console):
    write_small_store(console.home)
    journal = console.home / layout.LOCAL / "journal"
    journal.parent.mkdir()
    journal.write_bytes(b"whatever")
    outcome = console.run("salescli doctor")
    assert outcome.code == 1
    assert "a command was interrupted" in outcome.stdout
    assert journal.read_bytes() == b"whatever"


def test_a_clone_without_the_stores_lines_for_git_must_be_mended(console):
    write_small_store(console.home)
    console.run("git init -q .")
    found = signs(console)
    assert found[".gitattributes"]["state"] == "mend"
    assert found[".gitignore"]["state"] == "mend"
    (console.home / ".gitattributes").write_text(layout.ATTRIBUTES, encoding="utf-8")
    (console.home / ".gitignore").write_text(layout.IGNORED, encoding="utf-8")
    found = signs(console)
    assert ".gitattributes" not in found
    assert ".gitignore" not in found
    assert found["merge driver"]["state"] == "note"
    assert found["merge driver"]["hint"] == "salescli git setup"
    console.run("git config merge.salescli.driver true")
    assert signs(console)["merge driver"]["state"] == "note"
    console.run("git config merge.salescli.driver 'salescli git merge-driver %O %A %B %P'")
    assert signs(console)["merge driver"]["state"] == "mend"
    console.run("salescli git setup --yes")
    assert signs(console)["merge driver"]["state"] == "ok"


def test_how_commits_are_made_is_told_and_a_setting_that_means_nothing_is_mended(console):
    write_small_store(console.home)
    console.run("git init -q .")
    assert signs(console)["commits"]["text"].startswith("made by hand")
    console.run("git config salescli.commit yes")
    found = signs(console)["commits"]
    assert (found["state"], found["hint"]) == ("mend", "git config salescli.commit auto")
    console.run("git config salescli.commit auto")
    assert signs(console)["commits"]["text"] == "each command makes one"


def test_a_damaged_team_is_told_where_it_stands(console):
    write_small_store(console.home)
    (console.home / "team.yaml").write_text("people: 1\n", encoding="utf-8")
    assert signs(console)["you"]["text"].startswith("team.yaml:1:")


def test_a_terminal_that_is_not_utf_8_is_noted(console):
    outcome = console.run("PYTHONUTF8=0 PYTHONIOENCODING=latin-1 salescli doctor")
    assert "latin-1, not UTF-8" in outcome.stdout or "iso8859-1, not UTF-8" in outcome.stdout
