"""`salescli opportunity edit` with editors that are scripts."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def deal(shop: Shop) -> str:
    return shop.deal("Flat 47", "--budget", "250000", "--close-date", "2026-12-24")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made: a place whose name would harm a shell."""
    folder = tmp_path / 'edits "; touch harmed; "'
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def editor(shop: Shop, script: str) -> None:
    """Let the editor be a piece of Python, with `path` and `text`."""
    program = shop.root.parent / "editor.py"
    program.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
        f"text = path.read_text(encoding='utf-8')\n{script}\n",
        encoding="utf-8",
    )
    shop.environ["EDITOR"] = f"'{sys.executable}' -I '{program}'"


def replacing(shop: Shop, old: str, new: str) -> None:
    editor(shop, f"assert {old!r} in text\npath.write_text(text.replace({old!r}, {new!r}))")


def kept(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in folder.rglob("*.yaml")]


def test_a_changed_field_becomes_one_event(shop, deal, temporary):
    replacing(shop, "budget: 250000.00 EUR\nneed:", "budget: 240000.00 EUR\nneed: parking")
    assert shop.make("opp", "edit", "Flat 47") == deal
    assert shop.events(deal)[-1]["fields"] == {
        "budget": ["250000.00 EUR", "240000.00 EUR"],
        "need": [None, "parking"],
    }
    assert shop.facts(deal)["need"] == "parking"
    assert list(temporary.iterdir()) == []


def test_a_comment_stays_where_it_was_put_and_is_no_event(shop, deal):
    replacing(shop, "need:\n", "# they don't say\nneed:\n")
    shop.do("opp", "edit", "Flat 47")
    assert "# they don't say\nneed:\n" in (shop.folder(deal) / "opportunity.yaml").read_text(
        "utf-8"
    )
    assert shop.kinds(deal) == ["created"]


def test_nothing_changed_writes_nothing_and_leaves_no_copy(shop, deal, temporary):
    editor(shop, "")
    before = shop.tree()
    answer = shop.do("opp", "edit", "Flat 47")
    assert (answer.out, answer.err) == ("", "Nothing was changed.\n")
    assert shop.tree() == before
    assert list(temporary.iterdir()) == []


REFUSED = [
    ("budget: 250000.00 EUR", "budget: 12,5 EUR", 4, "12,5"),
    ("budget: 250000.00 EUR", "budget: [", 4, "opportunity.yaml:"),
    ("stage: qualification", "stage: won", 1, "--outcome won"),
    ("process: real-estate", "process: quick", 1, "create --continue"),
    ("id: opp-", "id: opp-0", 1, "the id of a record never changes"),
    ("owner: anna", "owner: ghost", 3, "no person 'ghost'"),
    ("need:", "need: castle", 3, "castle"),
    ("probability:", "probability: 11", 1, "11 % is above"),
    ("title: Flat 47", "title:", 4, "title"),
    ("source:", "source:\ncontacts:\n  - contact: con-0000000000", 3, "con-0000000000"),
    ("source:", "source:\nteam:\n  - member: anna\n    role: king", 3, "king"),
    ("source:", "source:\ncompetitors:\n  - competitor: acme", 3, "acme"),
    ("source:", "source:\ncustom:\n  mortgage: asked", 3, "mortgage"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), REFUSED, ids=lambda v: str(v)[:40])
def test_what_is_refused_writes_nothing_and_is_kept(shop, deal, temporary, old, new, code, words):
    replacing(shop, old, new)
    before = shop.tree()
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == code, answer.err
    assert words in answer.err
    assert shop.tree() == before
    (text,) = kept(temporary)
    assert new in text
    (path,) = temporary.rglob("*.yaml")
    assert f"What you wrote is kept in {path}\n" in answer.err


def test_a_closed_deal_keeps_its_budget_against_an_editor(shop, deal):
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    replacing(shop, "250000.00", "240000.00")
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 1
    assert "budget can't be changed at Lost" in answer.err


def test_two_fields_changed_by_two_are_merged(shop, deal):
    """The editor lets somebody else write another field while it is open."""
    while_open(shop, "opp", "set", "Flat 47", "--need", "parking")
    replaced = 'path.write_text(text.replace("250000.00", "240000.00"))'
    editor_after(shop, replaced)
    answer = shop.do("opp", "edit", "Flat 47")
    assert "Merged with what others changed meanwhile.\n" in answer.err
    facts = shop.facts(deal)
    assert (facts["budget"], facts["need"]) == ("240000.00 EUR", "parking")
    assert shop.kinds(deal) == ["created", "changed", "changed"]


def test_one_field_changed_by_two_is_a_clash_and_kept(shop, deal, temporary):
    while_open(shop, "opp", "set", "Flat 47", "--budget", "230000")
    editor_after(shop, 'path.write_text(text.replace("250000.00", "240000.00"))')
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 5
    assert "changed while it was edited: budget" in answer.err
    assert shop.facts(deal)["budget"] == "230000.00 EUR"
    assert "240000.00" in kept(temporary)[0]


def while_open(shop: Shop, *arguments: str) -> None:
    """Say what another process does while the editor is open; it wants the lock at once."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", "from salescli.cli import script; script()", *arguments]
    shop.environ["MEANWHILE"] = repr((command, str(shop.root), str(root)))


def editor_after(shop: Shop, script: str) -> None:
    command, folder, root = eval(shop.environ["MEANWHILE"])  # noqa: S307 (written above)
    editor(
        shop,
        "import os, subprocess\n"
        f"env = os.environ | {{'PYTHONPATH': {root!r}, 'SALESCLI_ACTOR': 'anna'}}\n"
        f"subprocess.run({command!r}, cwd={folder!r}, env=env, check=True, timeout=20,"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n" + script,
    )


def test_a_sleeping_editor_holds_up_nobody(shop, deal):
    """What another process writes while the editor sleeps is there before it wakes up."""
    flag = shop.root.parent / "written"
    editor(
        shop,
        "import time\n"
        f"flag = pathlib.Path({str(flag)!r})\n"
        "(flag.parent / 'open').touch()\n"
        "until = time.monotonic() + 20\n"
        "while not flag.exists() and time.monotonic() < until: time.sleep(0.01)\n"
        "path.write_text(text.replace('250000.00', '240000.00') if flag.exists() else 'late')",
    )
    other = Shop(shop.root)

    def write_meanwhile() -> None:
        while not (flag.parent / "open").exists():
            pass
        subprocess.run(
            [sys.executable, "-c", "from salescli.cli import script; script()", "--lock-timeout",
             "5", "opp", "set", "Flat 47", "--need", "parking", "--actor", "anna"],
            cwd=other.root, check=True, capture_output=True,
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(flag.parent)},
        )  # fmt: skip
        flag.touch()

    thread = threading.Thread(target=write_meanwhile)
    thread.start()
    answer = shop.run("opp", "edit", "Flat 47")
    thread.join()
    assert answer.code == 0, answer.err
    assert (shop.facts(deal)["budget"], shop.facts(deal)["need"]) == ("240000.00 EUR", "parking")


def test_a_name_with_shell_characters_is_only_a_name(shop, deal, temporary):
    replacing(shop, "250000.00", "240000.00")
    shop.do("opp", "edit", "Flat 47")
    assert shop.facts(deal)["budget"] == "240000.00 EUR"
    assert not list(shop.root.parent.rglob("harmed"))


@pytest.mark.parametrize("command", ["/no/such/editor", "false", "'unbalanced"])
def test_an_editor_that_fails_changes_nothing(shop, deal, temporary, command):
    shop.environ["EDITOR"] = command
    before = shop.tree()
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 6
    assert "failed" in answer.err
    assert shop.tree() == before
    assert list(temporary.iterdir()) == []


def test_without_an_editor_and_a_terminal_it_is_wrong_usage(shop, deal):
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 2
    assert answer.err.startswith("There is no editor to run.\n  Set EDITOR, or use salescli ")


def test_an_editor_without_a_terminal_has_no_input_to_wait_for(shop, deal):
    editor(shop, "assert sys.stdin.read() == ''")
    assert shop.run("opp", "edit", "Flat 47", stdin="never read").code == 0


def test_a_dry_run_of_an_edit_shows_the_diff_alone(shop, deal):
    replacing(shop, "250000.00", "240000.00")
    before = shop.tree()
    answer = shop.do("opp", "edit", "Flat 47", "--dry-run")
    assert "-budget: 250000.00 EUR\n+budget: 240000.00 EUR\n" in answer.out
    assert shop.tree() == before


def test_a_text_without_its_last_line_break_gets_one(shop, deal):
    editor(shop, "path.write_text(text.replace('250000.00', '240000.00').rstrip())")
    shop.do("opp", "edit", "Flat 47")
    assert (shop.folder(deal) / "opportunity.yaml").read_bytes().endswith(b"\n")


def test_a_comment_and_a_key_of_ones_own_survive_a_merge(shop, deal):
    """What no field says is in the text that was edited, so that text is the one to go on from."""
    while_open(shop, "opp", "set", "Flat 47", "--need", "parking")
    editor_after(
        shop,
        "path.write_text(text.replace('category:', 'category: small')"
        " + '# very important comment\\nmyfield: precious\\n')",
    )
    answer = shop.do("opp", "edit", "Flat 47")
    assert "Merged with what others changed meanwhile.\n" in answer.err
    text = (shop.folder(deal) / "opportunity.yaml").read_text("utf-8")
    assert text.endswith("# very important comment\nmyfield: precious\n")
    facts = shop.facts(deal)
    assert (facts["need"], facts["category"]) == ("parking", "small")
    assert shop.events(deal)[-1]["fields"] == {"category": [None, "small"]}
    assert shop.events(deal)[-2]["fields"] == {"need": [None, "parking"]}


def test_a_stage_moved_while_a_comment_is_written_is_merged(shop, deal):
    while_open(shop, "opp", "advance", "Flat 47")
    editor_after(shop, "path.write_text('# call on Monday\\n' + text)")
    shop.do("opp", "edit", "Flat 47")
    text = (shop.folder(deal) / "opportunity.yaml").read_text("utf-8")
    assert text.startswith("# call on Monday\nid: opp-")
    assert shop.facts(deal)["stage"] == "key-contacts"
    assert shop.kinds(deal) == ["created", "moved"]


def test_a_comment_of_somebody_else_survives_an_edit_of_fields(shop, deal):
    path = shop.folder(deal) / "opportunity.yaml"
    editor(
        shop,
        f"other = pathlib.Path({str(path)!r})\n"
        "other.write_text('# theirs\\n' + other.read_text('utf-8'))\n"
        "path.write_text(text.replace('250000.00', '240000.00'))",
    )
    shop.do("opp", "edit", "Flat 47")
    assert path.read_text("utf-8").startswith("# theirs\nid: opp-")
    assert shop.facts(deal)["budget"] == "240000.00 EUR"


def test_comments_of_two_at_once_are_a_clash_and_kept(shop, deal, temporary):
    path = shop.folder(deal) / "opportunity.yaml"
    editor(
        shop,
        f"other = pathlib.Path({str(path)!r})\n"
        "other.write_text('# theirs\\n' + other.read_text('utf-8'))\n"
        "path.write_text(text + '# mine\\n')",
    )
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 5
    assert "both sides wrote more than fields" in answer.err
    assert path.read_text("utf-8").startswith("# theirs\n")
    assert "# mine" not in path.read_text("utf-8")
    assert kept(temporary)[0].endswith("# mine\n")


def test_everything_wrong_with_an_edit_is_told_at_once(shop, deal):
    editor(
        shop,
        "path.write_text(text.replace('250000.00 EUR', '12,5').replace('need:', 'need: castle')"
        ".replace('stage: qualification', 'stage: lost').replace('owner: anna', 'owner: ghost')"
        ".replace('probability:', 'probability: 11'))",
    )
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 4
    for words in ("12,5", "castle", "Stage is not changed by hand", "no person 'ghost'", "11 %"):
        assert words in answer.err


STAGE_HINTS = [
    ("won", "salescli opp close {} --outcome won\n"),
    ("lost", "salescli opp close {} --outcome lost --reason REASON\n"),
    ("proposal-preparation", "salescli opp move {} --to proposal-preparation\n"),
    ("nowhere", "Stages are qualification, key-contacts, "),
]


@pytest.mark.parametrize(("stage", "hint"), STAGE_HINTS)
def test_a_stage_edited_by_hand_is_told_the_command_for_it(shop, deal, stage, hint):
    replacing(shop, "stage: qualification", f"stage: {stage}")
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 1
    assert hint.format(deal.removeprefix("opp-")[:4]) in answer.err


def test_a_closed_deal_edited_open_is_told_to_be_reopened(shop, deal):
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    replacing(shop, "stage: lost", "stage: key-contacts")
    answer = shop.run("opp", "edit", "Flat 47")
    line = f"salescli opp reopen {deal.removeprefix('opp-')[:4]} --to key-contacts --reason TEXT"
    assert line in answer.err


def test_an_editor_that_is_not_there_is_told_in_words(shop, deal):
    shop.environ["EDITOR"] = "nosuch -w"
    answer = shop.run("opp", "edit", "Flat 47")
    assert answer.code == 6
    assert "The editor nosuch -w failed: there is no program nosuch." in answer.err
    assert "Errno" not in answer.err
