"""`salescli file`: what is copied in stays as it was, in the record's directory alone."""

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.correspondence import STATUSES, deal_of_status, events_in, raw_lead

PLAN = b"%PDF-1.7 plan \x00\xff\r\n"


@pytest.fixture
def plan(shop):
    """A file beside the store."""
    path = shop.root.parent / "plan.pdf"
    path.write_bytes(PLAN)
    return path


def files(shop, deal):
    return {path.name for path in (shop.folder(deal) / "files").glob("*")}


@pytest.mark.parametrize("status", STATUSES)
def test_a_file_goes_on_a_deal_of_any_status(shop, plan, status):
    deal = deal_of_status(shop, status)
    assert shop.make("file", "attach", deal, str(plan), "--title", "The plan") == deal
    event = shop.events(deal)[-1]
    assert {name: event[name] for name in ("kind", "file", "sha256", "bytes", "title")} == {
        "kind": "attached",
        "file": "files/plan.pdf",
        "sha256": hashlib.sha256(PLAN).hexdigest(),
        "bytes": len(PLAN),
        "title": "The plan",
    }
    assert (shop.folder(deal) / "files/plan.pdf").read_bytes() == PLAN
    assert shop.do("check", "--strict").code == 0


@pytest.mark.parametrize("status", STATUSES)
def test_a_link_goes_on_a_deal_of_any_status(shop, status):
    deal = deal_of_status(shop, status)
    shop.do("file", "attach", deal, "https://maps.example/b47", "--link", "--title", "Map")
    event = shop.events(deal)[-1]
    assert (event["kind"], event["url"], event["title"]) == (
        "attached",
        "https://maps.example/b47",
        "Map",
    )
    assert "file" not in event
    assert shop.do("check", "--strict").code == 0


def test_a_file_goes_on_a_lead(shop, plan):
    folder = raw_lead(shop, "elena@example.com")
    shop.do("file", "attach", "Flat for Elena", str(plan))
    assert (folder / "files/plan.pdf").read_bytes() == PLAN
    assert events_in(folder)[-1]["kind"] == "attached"


def test_undo_takes_the_file_away_and_redo_brings_it(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    shop.do("undo")
    assert files(shop, deal) == set()
    assert shop.do("check", "--strict").code == 0
    shop.do("redo")
    assert (shop.folder(deal) / "files/plan.pdf").read_bytes() == PLAN
    assert shop.do("check", "--strict").code == 0


def test_the_same_name_with_other_content_is_refused_and_name_gives_another(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    plan.write_bytes(b"other")
    before = shop.tree()
    answer = shop.run("file", "attach", deal, str(plan))
    assert answer.code == 1
    assert "has a file plan.pdf with other content" in answer.err
    assert "--name plan-2.pdf" in answer.err
    assert shop.tree() == before
    shop.do("file", "attach", deal, str(plan), "--name", "plan-2.pdf")
    assert files(shop, deal) == {"plan.pdf", "plan-2.pdf"}


def test_names_that_are_one_where_case_does_not_count_are_the_same(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    plan.write_bytes(b"other")
    assert shop.run("file", "attach", deal, str(plan), "--name", "PLAN.pdf").code == 1


def test_the_same_content_again_says_so_and_writes_nothing(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    before = shop.tree()
    answer = shop.do("file", "attach", deal, str(plan))
    assert answer.id == deal
    assert "is there already, with the same content: nothing written" in answer.err
    assert shop.tree() == before


def test_a_file_that_lies_there_already_is_taken_in(shop):
    deal = shop.deal()
    place = shop.folder(deal) / "files"
    place.mkdir()
    (place / "left.txt").write_bytes(b"left")
    assert shop.run("check", "--strict").code == 1
    shop.do("file", "attach", deal, str(place / "left.txt"))
    assert shop.do("check", "--strict").code == 0
    assert shop.events(deal)[-1]["bytes"] == 4


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../../etc/passwd", "passwd"),
        ("/etc/cron.d/x", "x"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("a\x1b[31m\n.txt", "a[31m .txt"),
        ("con.txt", "_con.txt"),
        ("план квартиры.pdf", "план квартиры.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("C:\\Users\\elena\\plan.pdf", "plan.pdf"),
    ],
)
def test_a_name_is_made_safe_and_stays_in_the_directory(shop, plan, name, stored):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan), "--name", name)
    assert files(shop, deal) == {stored}
    assert shop.do("check", "--strict").code == 0


@pytest.mark.parametrize("where", ["files", "files/plan.pdf"])
def test_a_link_in_the_store_leads_nothing_out_of_it(shop, plan, where):
    deal = shop.deal()
    outside = shop.root.parent / "outside"
    outside.mkdir()
    if "/" in where:
        (shop.folder(deal) / "files").mkdir()
        (shop.folder(deal) / where).symlink_to(outside / "plan.pdf")
    else:
        (shop.folder(deal) / where).symlink_to(outside)
    answer = shop.run("file", "attach", deal, str(plan))
    assert answer.code == 4
    assert "a symbolic link" in " ".join(answer.err.split())
    assert list(outside.iterdir()) == []


def test_what_is_no_file_is_refused_at_once(shop):
    deal = shop.deal()
    os.mkfifo(shop.root.parent / "fifo")
    for path in ("/dev/zero", "..", "../fifo"):
        answer = shop.run("file", "attach", deal, path)
        assert answer.code == 2
        assert "no regular file" in answer.err
    assert shop.run("file", "attach", deal, "nothing").code == 3


def test_over_ten_megabytes_only_with_large(shop, plan):
    deal = shop.deal()
    with plan.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    answer = shop.run("file", "attach", deal, str(plan))
    assert answer.code == 1
    assert "10485761 bytes, 10485760 are allowed" in answer.err
    assert "--large" in answer.err and "--link" in answer.err
    shop.do("file", "attach", deal, str(plan), "--large")
    assert shop.events(deal)[-1]["bytes"] == 10 * 1024 * 1024 + 1


def test_even_large_has_a_limit(shop, plan):
    with plan.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    assert shop.run("file", "attach", shop.deal(), str(plan), "--large").code == 1


def test_stdin_is_a_file_with_a_name(shop):
    deal = shop.deal()
    assert shop.run("file", "attach", deal, "-", stdin="x").code == 2
    shop.run("file", "attach", deal, "-", "--name", "notes.txt", stdin="x")
    assert (shop.folder(deal) / "files/notes.txt").read_bytes() == b"x"


def test_a_dry_run_copies_nothing_and_counts_one_record(shop, plan):
    deal = shop.deal()
    before = shop.tree()
    answer = shop.do("file", "attach", deal, str(plan), "--dry-run")
    assert "1 record would change" in answer.err
    assert shop.tree() == before


def test_a_link_takes_no_name_and_is_one_line(shop):
    deal = shop.deal()
    assert shop.run("file", "attach", deal, "https://x.example", "--link", "--name", "a").code == 2
    assert shop.run("file", "attach", deal, "a\nb", "--link").code == 1
    shop.do("file", "attach", deal, "https://x.example", "--link")
    before = shop.tree()
    assert "already" in shop.do("file", "attach", deal, "https://x.example", "--link").err
    assert shop.tree() == before


def test_files_are_listed_with_what_they_are(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan), "--title", "The plan")
    shop.do("file", "attach", deal, "https://maps.example", "--link")
    answer = shop.do("file", "list", deal)
    assert [line.split() for line in answer.out.splitlines()] == [
        ["Name", "Title", "Size", "When", "Who"],
        ["plan.pdf", "The", "plan", "18", "bytes", "2026-11-02", "11:02", "anna"],
        ["https://maps.example", "link", "2026-11-02", "11:03", "anna"],
    ]
    document = json.loads(shop.do("file", "list", deal, "--format", "json").out)
    assert document["schema"] == "salescli/files@1"
    assert document["files"][0]["sha256"] == hashlib.sha256(PLAN).hexdigest()
    head = shop.do("file", "list", deal, "--format", "csv").out.splitlines()[0]
    assert head == "name,title,file,url,bytes,sha256,at,by"


def test_no_files_says_so(shop):
    answer = shop.do("file", "list", shop.deal())
    assert (answer.out, answer.err) == ("", "Flat 47 has no files yet.\n")


def test_open_prints_where_a_file_lies_in_a_pipe(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan), "--title", "Чертёж")
    path = f"{shop.folder(deal)}/files/plan.pdf\n"
    for names in ((), ("plan.pdf",), ("files/plan.pdf",), ("PLAN",), ("чертёж",), ("an.p",)):
        assert shop.do("file", "open", deal, *names).out == path


def test_open_hands_the_path_to_the_system_on_a_terminal(shop, plan, tmp_path):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    shop.do("file", "attach", deal, str(plan), "--name", "run.desktop")
    shop.do("file", "attach", deal, "https://maps.example/?a=1", "--link")
    shop.do("file", "attach", deal, "file:///etc/passwd", "--link")
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n', encoding="utf-8")
    opener.chmod(0o755)
    shop.is_terminal = True
    env = {"PATH": f"{opener.parent}:/usr/bin:/bin"}
    for name in ("plan.pdf", "run.desktop", "https://maps.example/?a=1", "file:///etc/passwd"):
        assert shop.run("file", "open", deal, name, env=env).code == 0
    assert (tmp_path / "opened").read_text().splitlines() == [
        f"{shop.folder(deal)}/files/plan.pdf",
        "https://maps.example/?a=1",
    ]
    opener.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    answer = shop.run("file", "open", deal, "plan.pdf", env=env)
    assert answer.out == f"{shop.folder(deal)}/files/plan.pdf\n"
    assert "xdg-open did not open it: it left with 3." in answer.err


def test_open_names_the_candidates_and_what_is_near(shop, plan):
    deal = shop.deal()
    assert "Flat 47 has no files" in shop.run("file", "open", deal).err
    shop.do("file", "attach", deal, str(plan))
    shop.do("file", "attach", deal, str(plan), "--name", "plan-old.pdf")
    assert shop.run("file", "open", deal).code == 3
    answer = shop.run("file", "open", deal, "plan")
    assert (answer.code, answer.out) == (3, "")
    assert "plan.pdf" in answer.err and "plan-old.pdf" in answer.err
    assert "Did you mean plan.pdf?" in shop.run("file", "open", deal, "pln.pdf").err


@pytest.mark.parametrize(
    "name", ["files/../../../../team.yaml", "../a", "/etc/passwd", "opportunity.yaml", "files/"]
)
def test_what_a_history_edited_by_hand_names_elsewhere_is_left_alone(shop, name):
    deal = shop.deal()
    shop.do("file", "attach", deal, "-", "--name", "a.txt")
    shop.replace(shop.folder(deal) / "history.yaml", '"files/a.txt"', f'"{name}"')
    before = shop.tree()
    for command in (("open", deal), ("detach", deal, name)):
        answer = shop.run("file", *command)
        assert (answer.code, answer.out) == (4, "")
    assert shop.tree() == before


def test_a_file_that_is_gone_is_damage(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    (shop.folder(deal) / "files/plan.pdf").unlink()
    answer = shop.run("file", "open", deal)
    assert (answer.code, "is not there" in " ".join(answer.err.split())) == (4, True)


def test_detach_takes_the_file_off_and_undo_brings_it_back(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    assert shop.make("file", "detach", deal, "plan.pdf") == deal
    assert files(shop, deal) == set()
    voided = shop.events(deal)[-1]
    assert (voided["kind"], voided["events"]) == ("voided", [shop.events(deal)[-2]["id"]])
    assert shop.do("file", "list", deal).out == ""
    assert shop.do("check", "--strict").code == 0
    shop.do("undo")
    assert (shop.folder(deal) / "files/plan.pdf").read_bytes() == PLAN
    assert "plan.pdf" in shop.do("file", "list", deal).out
    assert shop.do("check", "--strict").code == 0


def test_a_name_that_was_detached_may_be_attached_anew(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    shop.do("file", "detach", deal, "plan.pdf")
    plan.write_bytes(b"a new version")
    shop.do("file", "attach", deal, str(plan))
    assert shop.do("check", "--strict").code == 0


def test_a_link_is_taken_off_too(shop):
    deal = shop.deal()
    shop.do("file", "attach", deal, "https://maps.example", "--link")
    shop.do("file", "detach", deal, "maps")
    assert shop.do("file", "list", deal).out == ""


def test_a_file_of_a_proposal_stays(shop, plan):
    deal = shop.deal()
    shop.do("proposal", "add", deal, "--number", "R-47", "--file", str(plan))
    answer = shop.run("file", "detach", deal, "plan.pdf")
    assert (answer.code, "belongs to proposal R-47" in answer.err) == (1, True)
    assert files(shop, deal) == {"plan.pdf"}


def test_what_was_changed_in_its_place_is_attached_anew_by_its_path(shop, plan):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    place = shop.folder(deal) / "files" / "plan.pdf"
    place.write_bytes(b"another")
    told = shop.run("check").out
    assert f"salescli file attach {deal} {place.relative_to(shop.root)}" in " ".join(told.split())
    shop.do("file", "attach", deal, str(place))
    assert shop.run("check").code == 0
    assert [one["kind"] for one in shop.events(deal)[-2:]] == ["voided", "attached"]


def test_open_of_a_revision_makes_a_copy_of_what_was_committed(shop, plan, tmp_path, monkeypatch):
    deal = shop.deal()
    shop.do("file", "attach", deal, str(plan))
    identity = "-c user.name=Anna -c user.email=anna@riverside.example".split()
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "Begin"]):
        subprocess.run(["git", *words], cwd=shop.root, check=True)
    shop.do("file", "detach", deal, "plan.pdf")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = Path(shop.do("file", "open", deal, "--rev", "HEAD").out.rstrip("\n"))
    assert path.name == "plan.pdf" and path.is_relative_to(tmp_path)
    assert path.read_bytes() == plan.read_bytes()
