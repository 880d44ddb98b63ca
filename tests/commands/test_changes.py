"""`salescli changes` and `salescli report diff` on stores in real repositories."""

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.shop import Shop, made_once

IDENTITY = "-c user.name=Anna -c user.email=anna@riverside.example".split()


def git(shop: Shop, *words: str) -> None:
    subprocess.run(["git", *IDENTITY, *words], cwd=shop.root, check=True, capture_output=True)


@pytest.fixture
@made_once
def committed(shop: Shop) -> Shop:
    """A store with one deal, committed."""
    shop.deal("Flat 47", "--budget", "100000", "--close-date", "2026-12-15")
    git(shop, "init", "--quiet", "--initial-branch=main")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "one")
    return shop


def told(shop: Shop, since: str) -> list[str]:
    answer = shop.do("changes", "--since", since, "--format", "json")
    return [c["words"] for one in json.loads(answer.out)["people"] for c in one["changes"]]


def test_what_was_written_since_a_time_is_told_whenever_it_happened(shop):
    shop.deal()
    shop.now += timedelta(days=3)
    shop.do("note", "Flat 47", "of old", "--at", "2026-11-02T14:00")
    assert told(shop, "today") == ['note "of old"']
    assert told(shop, "2026-11-02") == ["created at Qualification", 'note "of old"']
    shop.now += timedelta(days=1)
    assert told(shop, "today") == []


def test_what_a_revision_has_not_got_is_told_of_whatever_branch_it_came(committed):
    git(committed, "checkout", "--quiet", "-b", "other")
    committed.do("note", "Flat 47", "of a branch")
    git(committed, "commit", "--quiet", "-a", "-m", "two")
    git(committed, "checkout", "--quiet", "main")
    assert told(committed, "HEAD") == []
    committed.do("opportunity", "advance", "Flat 47")
    assert told(committed, "HEAD") == ["Qualification → Key contacts"]
    git(committed, "commit", "--quiet", "-a", "-m", "three")
    git(committed, "merge", "--quiet", "other")
    assert told(committed, "HEAD~1") == ['note "of a branch"']


def test_a_deal_that_is_gone_since_a_revision_is_told(committed):
    committed.do("lead", "create", "Flat for Elena")
    git(committed, "add", ".")
    git(committed, "commit", "--quiet", "-m", "two")
    committed.do("undo")
    shutil.rmtree(next(committed.root.glob("opportunities/*/flat-47--*")))
    answer = committed.do("changes", "--since", "HEAD").out
    assert "2 records gone" in answer and answer.split(" Gone\n")[1].count("\n") == 2
    assert "Flat 47" in answer and "Lead Flat for Elena" in answer
    document = json.loads(committed.do("changes", "--since", "HEAD", "--format", "json").out)
    assert [(one["kind"], one["title"]) for one in document["gone"]] == [
        ("opportunity", "Flat 47"),
        ("lead", "Flat for Elena"),
    ]
    assert committed.do("changes", "--since", "HEAD", "--format", "md").out.count("\n- *") == 2


def test_a_record_in_another_folder_than_then_has_its_history_still(committed):
    folder = next(committed.root.glob("opportunities/*/flat-47--*"))
    folder.rename(folder.with_name(folder.name.replace("flat-47", "flat-fortyseven")))
    assert told(committed, "HEAD") == []
    assert "gone" not in committed.do("changes", "--since", "HEAD").out


def test_a_lead_has_changes_too(shop):
    shop.do("lead", "create", "Flat for Elena")
    answer = shop.do("changes", "--since", "today")
    assert "Lead Flat for Elena" in answer.out


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_told(committed):
    committed.deal("Flat 48")
    folder = next(committed.root.glob("opportunities/*/flat-47--*"))
    (folder / "history.yaml").write_text("- broken\n", encoding="utf-8")
    answer = committed.run("changes", "--since", "HEAD")
    assert answer.code == 4
    assert "Flat 48" in answer.out and "history.yaml:1" in answer.err


def test_a_history_written_by_hand_is_read_to_its_end(committed):
    folder = next(committed.root.glob("opportunities/*/flat-47--*"))
    line = (
        "- {id: h-0000000009, seq: 9, at: 2026-11-02T12:00:00Z, by: anna, kind: noted, text: hi}\n"
    )
    with (folder / "history.yaml").open("a", encoding="utf-8") as file:
        file.write(line)
    committed.now += timedelta(days=1)
    assert 'note "hi"' in told(committed, "2026-11-02T13:30")


def test_a_day_is_a_time_and_not_a_branch(committed):
    git(committed, "branch", "2026-11-03")
    assert told(committed, "2026-11-03") == []


def test_the_difference_is_that_of_the_files_to_a_revision(committed):
    committed.do("opportunity", "set", "Flat 47", "--budget", "120000")
    answer = committed.do("report", "diff", "HEAD")
    assert "1 deal changed." in answer.out and "100 000 → 120 000 EUR" in answer.out
    assert "No deal is different." in committed.do("report", "diff", "HEAD..").out


def test_three_dots_compare_with_where_the_branches_went_apart(committed):
    git(committed, "checkout", "--quiet", "-b", "other")
    committed.deal("Shop 2")
    git(committed, "add", ".")
    git(committed, "commit", "--quiet", "-m", "two")
    git(committed, "checkout", "--quiet", "main")
    committed.deal("Shop 3")
    git(committed, "add", ".")
    git(committed, "commit", "--quiet", "-m", "three")
    assert "1 deal new, 1 gone." in committed.do("report", "diff", "main..other").out
    told = committed.do("report", "diff", "main...other").out
    assert "1 deal new." in told
    assert re.search(r"· [0-9a-f]{12} → other ·", told)


def test_filters_keep_deals_of_others_out(committed):
    committed.do("person", "create", "Boris Kalnin", "--id", "boris")
    git(committed, "commit", "--quiet", "-a", "-m", "boris")
    committed.deal("Shop 2", "--owner", "boris")
    committed.deal("Shop 3")
    answer = committed.do("report", "diff", "HEAD", "--owner", "boris", "--format", "json")
    assert [one["title"] for one in json.loads(answer.out)["deals"]] == ["Shop 2"]


def test_a_file_that_cannot_be_read_says_in_which_revision_it_is(committed):
    facts = next(committed.root.glob("opportunities/*/flat-47--*/opportunity.yaml"))
    whole = facts.read_text(encoding="utf-8")
    facts.write_text(whole.replace("100000.00 EUR", "12,5 EUR"), encoding="utf-8")
    git(committed, "commit", "--quiet", "-a", "-m", "broken")
    facts.write_text(whole, encoding="utf-8")
    answer = committed.run("report", "diff", "HEAD")
    assert answer.code == 4
    assert f"HEAD:{facts.relative_to(committed.root)}:" in answer.err.replace("\n  ", "")
    skipped = committed.do("report", "diff", "HEAD", "--skip-invalid")
    assert "1 file left out: not readable." in skipped.out


def test_a_deal_that_one_state_cannot_read_is_neither_new_nor_gone(committed):
    history = next(committed.root.glob("opportunities/*/flat-47--*/history.yaml"))
    whole = history.read_text(encoding="utf-8")
    history.write_text(f"{whole}x{{\n", encoding="utf-8")
    git(committed, "commit", "--quiet", "-a", "-m", "broken")
    history.write_text(whole, encoding="utf-8")
    git(committed, "commit", "--quiet", "-a", "-m", "mended")
    for ends in ("HEAD^..HEAD", "HEAD^^..HEAD^", "HEAD^"):
        line = ("report", "diff", ends, "--skip-invalid", "--mermaid", "--format")
        told = committed.do(*line, "md").out
        assert "1 file left out: not readable." in told
        assert "gone" not in told and "new" not in told
        assert "(+1)" not in told and "(-1)" not in told


def test_beside_a_revision_without_a_store_every_deal_is_new(tmp_path: Path, new_store):
    shop = Shop(tmp_path / "sales")
    shutil.copytree(new_store, shop.root, ignore=shutil.ignore_patterns(".salescli"))
    git(shop, "init", "--quiet")
    git(shop, "commit", "--quiet", "--allow-empty", "-m", "nothing")
    shop.deal()
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "store")
    told = shop.do("report", "diff", "HEAD^..HEAD", "--format", "md", "--mermaid").out
    assert "1 deal new" in told and "1 deal (+1)" in told
    answer = shop.run("report", "diff", "HEAD..HEAD^")  # where it is gone nothing is told
    assert answer.code == 3


def test_a_store_below_the_top_of_the_repository_is_compared_too(tmp_path: Path, new_store):
    shop = Shop(tmp_path / "repository" / "our sales")
    shutil.copytree(new_store, shop.root, ignore=shutil.ignore_patterns(".salescli"))
    git(shop, "init", "--quiet", "..")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "one")
    shop.deal()
    assert "1 deal new." in shop.do("report", "diff", "HEAD").out


def test_mermaid_alone_is_the_picture_and_has_no_document(committed):
    committed.deal("Shop 2")
    answer = committed.do("report", "diff", "HEAD", "--mermaid")
    assert answer.out.startswith('flowchart TD\n  s1["Qualification<br/>2 deals (+1)<br/>')
    assert committed.run("report", "diff", "HEAD", "--mermaid", "--format", "json").code == 2
