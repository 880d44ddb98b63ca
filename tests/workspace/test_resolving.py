"""`salescli resolve` in merges that git itself has begun."""

import re
import shutil

import pytest

from salescli.model.events import Moved
from salescli.store.clashes import read_clashes
from salescli.workspace import resolvefiles
from tests.shop import new_shop
from tests.workspace.gitrepo import Repository

CLOSE = ("opp", "close", "DEAL", "--outcome", "lost", "--reason", "no-answer")


@pytest.fixture
def repository(tmp_path):
    return Repository(new_shop(tmp_path / "store"))


def diverge(repository, deal, theirs, ours):
    """Two branches with their commands from one commit, and git's merge of them."""
    repository.commit()
    for name, lines in (("theirs", theirs), ("ours", ours)):
        repository.on_branch(name)
        for line in lines:
            repository.shop.do(*(deal if word == "DEAL" else word for word in line))
        repository.commit()
    repository.git("merge", "-q", "theirs", code=None)


def put(*words):
    return ("opp", "set", "DEAL", *words)


def text_of(repository, deal):
    return repository.file(deal).read_text(encoding="utf-8")


def test_what_git_could_not_merge_by_lines_is_merged_by_value(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--need", "parking")], [put("--budget", "250")])
    assert "<<<<<<< " in text_of(repository, deal)
    answer = repository.shop.do("resolve", "--auto")
    assert answer.out == ""
    assert "1 record merged by value." in answer.err
    facts = repository.shop.facts(deal)
    assert (facts["budget"], facts["need"]) == ("250.00 EUR", "parking")
    assert repository.shop.run("check").code == 0
    again = repository.shop.do("resolve", "--auto")
    assert "Nothing is left to resolve." in again.err
    assert not repository.git("ls-files", "-u").stdout  # git knows that it is resolved
    assert "Next: salescli check, then git commit --no-edit\n" in again.err
    repository.git("commit", "-qm", "merged")
    assert not repository.git("status", "--porcelain").stdout


def test_auto_leaves_only_what_clashes_between_markers(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(
        repository, deal,
        [put("--budget", "300", "--need", "parking")], [put("--budget", "250")],
    )  # fmt: skip
    answer = repository.shop.run("resolve", "--auto")
    assert answer.code == 1
    assert "theirs  300.00 EUR  anna, 2026-11-02" in answer.err
    assert (
        "department:\n<<<<<<< ours\nbudget: 250.00 EUR\n=======\nbudget: 300.00 EUR\n"
        ">>>>>>> theirs\nneed: parking\n"
    ) in text_of(repository, deal)
    assert repository.shop.kinds(deal) == ["created", "changed", "changed"]


@pytest.mark.parametrize(
    ("choice", "budget"),
    [
        (("--ours",), "250.00 EUR"),
        (("--theirs",), "300.00 EUR"),
        (("--field", "budget=theirs"), "300.00 EUR"),
        (("--field", "budget=275"), "275.00 EUR"),
    ],
)
def test_a_field_of_both_sides_is_decided_and_the_history_says_it(repository, choice, budget):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "250")])
    answer = repository.shop.do("resolve", deal, *choice)
    assert "1 record resolved." in answer.err
    assert repository.shop.facts(deal)["budget"] == budget
    said = [event["fields"]["budget"][1] for event in repository.shop.events(deal)[1:]]
    assert said[-1] == budget or budget == "250.00 EUR"  # ours is the later one
    merged = [event for event in repository.shop.events(deal) if event.get("via") == "merge"]
    assert len(merged) == (0 if budget == "250.00 EUR" else 1)
    assert repository.shop.run("check").code == 0
    assert read_clashes(repository.root) == []


def test_one_place_after_the_other_can_be_decided(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200", "--need", "parking")
    diverge(
        repository, deal,
        [put("--budget", "300", "--need", "commercial")],
        [put("--budget", "250", "--need", "flat-to-let")],
    )  # fmt: skip
    first = repository.shop.run("resolve", "--field", "budget=theirs")
    assert first.code == 1
    assert "need" in first.err and "budget" not in first.err.partition("Next")[0]
    repository.shop.do("resolve", "--field", "need=ours")
    facts = repository.shop.facts(deal)
    assert (facts["budget"], facts["need"]) == ("300.00 EUR", "flat-to-let")
    assert repository.shop.run("check").code == 0


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_of_a_fork_the_side_that_lost_is_voided_with_what_its_closing_wrote(repository, side):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300"), CLOSE], [("opp", "advance", "DEAL")])
    unsettled = repository.shop.run("resolve")
    assert unsettled.code == 1
    assert "theirs  lost          anna, 2026-11-02" in unsettled.err
    assert '"no-answer"' in unsettled.err
    answer = repository.shop.do("resolve", deal, f"--{side}")
    assert "is voided" in answer.err
    facts = repository.shop.facts(deal)
    assert facts["stage"] == ("key-contacts" if side == "ours" else "lost")
    assert facts.get("close_reason") == (None if side == "ours" else "no-answer")
    assert bool(facts["close_date"]) == (side == "theirs")
    assert facts["budget"] == "300.00 EUR"
    assert repository.shop.run("check", "--strict").code == 0


def test_a_change_beside_a_close_that_was_kept_is_voided(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300"), CLOSE], [put("--budget", "250")])
    repository.shop.do("resolve", "--theirs")
    facts = repository.shop.facts(deal)
    assert (facts["stage"], facts["budget"]) == ("lost", "300.00 EUR")
    assert repository.shop.run("check").code == 0


def test_both_went_to_the_same_stage_and_the_later_step_is_voided(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    diverge(repository, deal, [("opp", "advance", "DEAL")], [("opp", "advance", "DEAL")])
    assert repository.shop.run("check").code == 1
    repository.shop.do("resolve", "--auto")
    assert repository.shop.run("check").code == 0
    live = repository.shop.live(deal)
    assert [type(event).__name__ for event in live].count("Moved") == 1


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_of_two_steps_to_one_stage_the_one_of_the_side_that_is_said_stays(repository, side):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    on = ("opp", "advance", "DEAL", "--note")
    diverge(repository, deal, [(*on, "theirs")], [(*on, "ours")])
    repository.shop.do("resolve", f"--{side}")
    (moved,) = (one for one in repository.shop.live(deal) if isinstance(one, Moved))
    assert moved.note == side


def test_undoing_it_brings_the_clash_back_and_the_merge_can_go_on(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300"), CLOSE], [("opp", "advance", "DEAL")])
    before = text_of(repository, deal)
    repository.shop.do("resolve", "--ours")
    repository.shop.do("undo")
    assert text_of(repository, deal) == before
    assert repository.git("ls-files", "-u").stdout
    repository.shop.do("resolve", "--theirs")
    assert repository.shop.facts(deal)["stage"] == "lost"
    assert repository.shop.run("check").code == 0
    repository.git("commit", "-qm", "merged")
    assert "Nothing is left to resolve." in repository.shop.do("resolve", "--auto").err
    refused = repository.shop.run("undo")
    assert refused.code == 1
    head = repository.git("rev-parse", "--short", "HEAD").stdout.strip()
    assert f"git revert -m 1 {head}" in refused.err
    path = repository.file(deal).relative_to(repository.root).as_posix()
    repository.git("checkout", "-m", "--", path)  # nothing that we advise, but git can
    repository.shop.do("resolve", "--theirs")
    assert not repository.git("ls-files", "-u").stdout
    assert repository.shop.run("undo").code == 1


def test_a_record_that_one_side_removed_is_kept_or_goes(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    folder = repository.shop.folder(deal)
    diverge(repository, deal, [("opp", "delete", "DEAL", "--yes")], [put("--budget", "300")])
    asked = repository.shop.run("resolve")
    assert asked.code == 1
    assert "removed" in asked.err
    repository.shop.do("resolve", "--ours")
    assert repository.shop.facts(deal)["budget"] == "300.00 EUR"
    files = [str(path) for path in sorted(folder.iterdir())]
    repository.git("update-index", "--unresolve", *files)  # to decide otherwise
    repository.shop.do("resolve", "--theirs")
    assert not (folder / "opportunity.yaml").exists()
    assert repository.shop.run("check").code == 0


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_record_that_git_took_for_a_new_name_of_another_has_its_own_file_again(repository, side):
    shop = repository.shop
    said = ("--position", "Head of purchasing", "--address", "Brivibas iela 100, Riga")
    maris = shop.make("contact", "create", "Maris Liepins", *said, "--notes", "Prefers mornings")
    repository.commit()
    repository.on_branch("theirs")
    next(repository.root.glob("contacts/maris-l*")).unlink()
    more = shop.make("contact", "create", "Maris Kalnins", *said, "--notes", "Prefers mornings")
    repository.commit()
    repository.on_branch("ours")
    shop.do("contact", "set", maris, "--birthday", "1980-01-02")
    repository.commit()
    repository.git("merge", "--no-commit", "theirs")  # no driver: git's lines merge them, clean
    asked = shop.run("resolve", "--auto")
    assert asked.code == 1
    assert f"Git took {more} for {maris}: each has its own file again." in asked.err
    shop.do("resolve", f"--{side}")
    assert not repository.git("ls-files", "-u").stdout
    texts = [path.read_text(encoding="utf-8") for path in repository.root.glob("contacts/maris*")]
    assert sum(f"id: {more}\nname: Maris Kalnins" in text for text in texts) == 1
    assert sum("birthday" in text for text in texts) == (side == "ours")
    assert len(texts) == 1 + (side == "ours")


@pytest.mark.parametrize(("side", "there"), [("--theirs", False), ("--ours", True)])
def test_a_deal_in_which_one_side_only_noted_is_kept_or_goes(repository, side, there):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    folder = repository.shop.folder(deal)
    diverge(repository, deal, [("opp", "delete", "DEAL", "--yes")], [("note", "DEAL", "x")])
    repository.shop.do("resolve", side)
    assert (folder / "opportunity.yaml").exists() == there
    assert (folder / "history.yaml").exists() == there
    assert not repository.git("ls-files", "-u").stdout


def test_what_was_changed_in_the_midst_of_a_merge_is_told_before_its_commit(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    other = repository.shop.deal("Shop", "--owner", "anna")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "400")])
    repository.git("config", "--local", "salescli.commit", "auto")
    repository.shop.do("note", other, "she called")
    told = repository.shop.do("resolve", "--ours", "--dry-run").err
    assert told.endswith("Next: the same without --dry-run\n")
    path = (repository.shop.folder(other) / "history.yaml").relative_to(repository.root)
    told = repository.shop.do("resolve", "--ours").err
    assert f"Next: git add {path}\n  then git commit --no-edit takes it along\n" in told
    assert (repository.root / ".git" / "MERGE_HEAD").exists()


def test_items_of_both_sides_are_all_there(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    repository.shop.make("contact", "create", "Ivan Petrov")
    diverge(
        repository, deal,
        [("opp", "contact", "add", "DEAL", "Elena Petrova", "--role", "decision-maker")],
        [("opp", "contact", "add", "DEAL", "Ivan Petrov", "--role", "influencer")],
    )  # fmt: skip
    repository.shop.do("resolve", "--auto")
    roles = sorted(item["role"] for item in repository.shop.facts(deal)["contacts"])
    assert roles == ["decision-maker", "influencer"]
    assert repository.shop.run("check").code == 0


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_an_item_that_one_side_changed_and_the_other_took_out_is_there_or_not(repository, side):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    elena = ("DEAL", "Elena Petrova")
    repository.shop.do("opp", "contact", "add", deal, "Elena Petrova", "--role", "decision-maker")
    diverge(
        repository, deal,
        [("opp", "contact", "remove", *elena)],
        [("opp", "contact", "set", *elena, "--role", "influencer")],
    )  # fmt: skip
    repository.shop.do("resolve", f"--{side}")
    found = repository.shop.facts(deal).get("contacts", "no key")
    assert found == "no key" if side == "theirs" else found[0]["role"] == "influencer"
    assert repository.shop.run("check").code == 0


def test_without_union_the_events_of_both_sides_are_kept(repository):
    (repository.root / ".gitattributes").write_text("* text=auto eol=lf\n")
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--need", "parking")])
    repository.shop.do("resolve", "--auto")
    assert repository.shop.kinds(deal) == ["created", "changed", "changed"]
    assert repository.shop.run("check").code == 0


def test_a_half_settled_file_is_left_to_whoever_began(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "250")])
    text = text_of(repository, deal).replace("title: Flat", "title: Flat 9")
    repository.file(deal).write_text(text)
    answer = repository.shop.run("resolve", "--theirs")
    assert answer.code == 1
    assert "git checkout -m" in answer.err
    assert text_of(repository, deal) == text


def test_where_nothing_is_merged_it_says_so(repository):
    repository.shop.deal("Flat", "--owner", "anna")
    repository.commit()
    answer = repository.shop.run("resolve", "--auto")
    assert answer.code == 1
    assert "git merges nothing here" in answer.err


def test_a_name_of_no_clash_lists_those_there_are(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "250")])
    before = text_of(repository, deal)
    for words in (("Nobody", "--ours"), (deal, "--field", "need=ours")):
        answer = repository.shop.run("resolve", *words)
        assert answer.code == 3
        assert f"Flat ({deal}): budget" in answer.err
    assert text_of(repository, deal) == before


def test_on_a_terminal_each_place_is_asked_with_both_sides(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(
        repository, deal,
        [put("--budget", "300"), CLOSE], [put("--budget", "250"), ("opp", "advance", "DEAL")],
    )  # fmt: skip
    before = text_of(repository, deal)
    repository.shop.is_interactive = True
    assert repository.shop.run("resolve", stdin="o\n").code == 130
    assert text_of(repository, deal) == before
    answer = repository.shop.run("resolve", stdin="x\no\nv\n12,5\nv\n275\n")
    assert answer.code == 0, answer.err
    assert 'lost          anna, 2026-11-02 11:04, "no-answer"' in answer.err
    assert answer.err.count("Flat: both sides changed 2 places") == 1
    assert "Decimals take a point" in answer.err
    facts = repository.shop.facts(deal)
    assert (facts["stage"], facts["budget"]) == ("key-contacts", "275.00 EUR")
    assert repository.shop.run("check").code == 0


def test_who_stops_keeps_what_was_answered_and_the_rest_is_told(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    theirs, ours = ("parking", "300"), ("commercial", "250")
    diverge(
        repository, deal,
        [put("--need", theirs[0]), put("--budget", theirs[1])],
        [put("--need", ours[0]), put("--budget", ours[1])],
    )  # fmt: skip
    repository.shop.is_interactive = True
    answer = repository.shop.run("resolve", stdin="theirs\nstop\n")
    assert answer.code == 1
    assert f"Next: salescli resolve {deal} --ours, --theirs or --field need=" in answer.err
    assert "budget: 300.00 EUR\n<<<<<<< ours\nneed: commercial\n" in text_of(repository, deal)


def test_a_store_below_the_top_of_its_repository_is_resolved_and_its_merge_committed(tmp_path):
    shop = new_shop(tmp_path / "sales")
    repository = Repository.__new__(Repository)
    repository.shop, repository.root = shop, tmp_path
    repository.git("init", "-q", "-b", "main", ".")
    deal = shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(
        repository, deal, [put("--budget", "300", "--need", "parking")], [put("--budget", "250")]
    )
    repository.git("config", "salescli.commit", "auto")
    head = repository.git("rev-parse", "HEAD").stdout
    for key, value in (("name", "Anna"), ("email", "anna@riverside.example")):
        repository.git("config", f"user.{key}", value)
    answer = shop.do("resolve", "Flat", "--theirs")
    assert answer.err.endswith("\nCommitted: Merge branch 'theirs' into ours\n")
    assert repository.git("rev-parse", "HEAD^1").stdout == head
    assert (shop.facts(deal)["budget"], shop.facts(deal)["need"]) == ("300.00 EUR", "parking")
    assert shop.run("check").code == 0
    assert not repository.git("status", "--porcelain").stdout


def settle(repository, *words):
    """What somebody makes of a deal in a merge that is committed then."""
    repository.shop.do(*words)
    repository.git("add", ".")
    repository.git("commit", "-q", "--no-edit")


def test_what_was_decided_and_committed_is_not_done_again(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "250")])
    settle(repository, "resolve", "--field", "budget=245")
    answer = repository.shop.do("resolve", "--auto")
    assert "Nothing is left to resolve." in answer.err
    assert repository.shop.facts(deal)["budget"] == "245.00 EUR"


def test_of_a_clean_merge_of_fields_the_lines_are_enough(repository, monkeypatch):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--need", "parking", "--budget", "200")
    diverge(repository, deal, [put("--budget", "250")], [put("--title", "House")])
    assert "<<<<<<< " not in text_of(repository, deal)
    monkeypatch.setattr(resolvefiles, "merge_values", None)  # which is not asked
    assert "Nothing is left to resolve." in repository.shop.do("resolve", "--auto").err


def test_what_was_changed_after_a_clean_merge_stays(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [("note", "DEAL", "of ours")])
    repository.shop.do("opp", "set", deal, "--budget", "310")
    repository.git("commit", "-qa", "--amend", "--no-edit")
    repository.shop.do("resolve", "--auto")
    assert repository.shop.facts(deal)["budget"] == "310.00 EUR"


def test_a_merge_that_took_one_side_whole_stays_so(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--mood", "hopeful")])
    repository.git("reset", "-q", "--hard", "ours")
    repository.git("merge", "-q", "-s", "ours", "--no-edit", "theirs")
    before = text_of(repository, deal)
    repository.shop.do("resolve", "--auto")
    assert text_of(repository, deal) == before


def cross(repository, deal, ours, theirs):
    """Two branches that have merged each other's first change, then changed the deal once more.

    Where the first ones clash, each keeps its own.
    """
    repository.commit()
    sides = {"ours": ours, "theirs": theirs}
    for number in (0, 1):
        for name, lines in sides.items():
            if number:
                repository.git("checkout", "-q", name)
            else:
                repository.on_branch(name)
            repository.shop.do(*(deal if word == "DEAL" else word for word in lines[number]))
            repository.commit()
            repository.git("tag", f"{name}-{number}")
        for name, other in (("ours", "theirs"), ("theirs", "ours")) if not number else ():
            repository.git("checkout", "-q", name)
            repository.git("merge", "-q", "-X", "ours", "--no-edit", f"{other}-0")
    repository.git("checkout", "-q", "ours")
    repository.git("merge", "-q", "--no-edit", "theirs", code=None)


def test_of_branches_that_have_merged_each_other_git_s_own_merge_stays(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    cross(
        repository, deal,
        [put("--budget", "250"), ("note", "DEAL", "of ours")],
        [put("--mood", "hopeful"), put("--budget", "300")],
    )  # fmt: skip
    assert repository.shop.facts(deal)["budget"] == "300.00 EUR"
    assert "Nothing is left" in repository.shop.do("resolve", "--auto").err
    assert repository.shop.facts(deal)["budget"] == "300.00 EUR"


def test_where_their_earlier_merges_clashed_too_it_can_be_decided(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    cross(
        repository, deal,
        [put("--budget", "250"), put("--need", "parking")],
        [put("--budget", "300"), put("--need", "commercial")],
    )  # fmt: skip
    repository.shop.do("resolve", "--theirs")
    facts = repository.shop.facts(deal)
    assert (facts["budget"], facts["need"]) == ("300.00 EUR", "commercial")
    assert repository.shop.run("check").code == 0


def test_a_commit_that_is_picked_is_decided_like_a_merge(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    other = repository.shop.deal("Shop", "--owner", "anna", "--budget", "500")
    repository.commit()
    repository.on_branch("theirs")
    repository.shop.do("opp", "set", other, "--budget", "600")
    repository.commit()
    repository.shop.do("opp", "set", deal, "--budget", "300")
    repository.commit()
    repository.on_branch("ours")
    repository.shop.do("opp", "set", deal, "--budget", "250")
    repository.commit()
    repository.git("cherry-pick", "theirs", code=None)
    repository.shop.do("resolve", "--theirs")
    assert repository.shop.facts(deal)["budget"] == "300.00 EUR"
    assert repository.shop.facts(other)["budget"] == "500.00 EUR"
    assert repository.shop.events(deal)[-1]["via"] == "merge"
    assert repository.shop.run("check").code == 0


def test_a_merge_that_is_squashed_is_decided_like_a_merge(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    lost = ("opp", "close", "DEAL", "--outcome", "lost", "--reason", "price")
    diverge(repository, deal, [lost, put("--mood", "hopeful")], [("opp", "advance", "DEAL")])
    repository.git("merge", "--abort")
    repository.git("merge", "--squash", "theirs", code=1)
    assert "anna, 2026-" in repository.shop.run("resolve", "--auto").err
    told = repository.shop.do("resolve", "--theirs").err
    assert "the step of anna to key-contacts" in told and "then git commit\n" in told
    assert repository.shop.facts(deal)["stage"] == "lost"
    assert not repository.git("ls-files", "-u").stdout
    assert repository.shop.run("check").code == 0


def test_in_a_rebase_that_goes_on_the_steps_of_the_side_that_lost_are_voided(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    repository.commit()
    repository.on_branch("theirs")
    repository.shop.do(*(deal if word == "DEAL" else word for word in CLOSE))
    repository.commit()
    repository.on_branch("ours")
    repository.shop.do("opp", "advance", deal)
    repository.commit()
    repository.git("rebase", "theirs", code=None)
    repository.shop.do("resolve", "--ours")
    assert repository.shop.facts(deal)["close_reason"] == "no-answer"
    assert repository.shop.run("check").code == 0
    repository.git("add", ".")
    repository.git("-c", "core.editor=true", "rebase", "--continue")
    assert repository.shop.run("resolve").code == 1  # REBASE_HEAD alone is no rebase


def test_a_record_that_one_side_removed_is_counted_once(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [("opp", "delete", "DEAL", "--yes")])
    assert "-1" not in repository.shop.do("resolve", "--ours").err


@pytest.mark.parametrize("ends", [(), ("commit", "-q", "--no-edit")])
def test_a_record_that_was_kept_against_a_removal_stays_so(repository, ends):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [("opp", "delete", "DEAL", "--yes")], [put("--budget", "300")])
    repository.shop.do("resolve", "--ours")
    if ends:
        repository.git(*ends)
    assert "Nothing is left" in repository.shop.do("resolve").err
    repository.shop.do("resolve", "--theirs")
    assert repository.shop.facts(deal)["budget"] == "300.00 EUR"


def test_settings_and_team_that_clash_themselves_are_resolved_too(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(
        repository, deal,
        [("person", "set", "anna", "--name", "Anna Z"), put("--budget", "300")],
        [("person", "set", "anna", "--name", "Anna B"), put("--budget", "250")],
    )  # fmt: skip
    settings = repository.root / "salescli.yaml"
    settings.write_text(f"<<<<<<< ours\n{settings.read_text()}=======\n>>>>>>> theirs\n")
    answer = repository.shop.run("resolve", "Flat", "--ours")
    assert answer.code == 1 and "team.yaml" in answer.err and "1 record resolved." in answer.err
    assert repository.shop.facts(deal)["budget"] == "250.00 EUR"
    repository.shop.do("resolve", "--theirs")
    assert "name: Anna Z\n" in (repository.root / "team.yaml").read_text()


def test_a_deal_in_a_clash_is_told_with_the_command_that_resolves_it(
    repository,
):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "250")])
    for _ in range(2):  # whether an index knows the deal, or there is none
        for words in (("opp", "show", "flat"), ("note", "Flat", "hello")):
            answer = repository.shop.run(*words)
            assert answer.code == 4
            assert f"salescli resolve {deal} finishes it" in answer.err
        shutil.rmtree(repository.root / ".salescli")
    assert repository.shop.run("opp", "show", "Loft").code == 3


def test_names_stand_beside_ids_and_git_says_who_and_when_where_no_event_does(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    client, other = (repository.shop.make("contact", "create", one) for one in ("Ivan", "Olga"))
    repository.shop.do("opp", "contact", "add", deal, "Olga", "--role", "decision-maker")
    role = ("opp", "contact", "set", "DEAL", "Olga", "--role")
    diverge(
        repository, deal,
        [put("--client", "Ivan"), (*role, "influencer"), ("contact", "set", "Ivan", "--name", "I")],
        [put("--client", "Olga"), (*role, "contact-person"),
         ("contact", "set", "Ivan", "--name", "O")],
    )  # fmt: skip
    told = repository.shop.run("resolve", "--auto").err
    assert f"ours    Olga ({other})" in told and f"({client})" in told
    assert f"  contacts/{other}/role: Olga\n" in told
    assert "    ours    O  Anna, 2026-11-02 11:00\n    theirs  I  Anna, 2026-11-02 11:00\n" in told


def test_who_took_a_record_out_is_told_from_the_log_of_git(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [("opp", "delete", "DEAL", "--yes")], [put("--budget", "300")])
    told = repository.shop.run("resolve", "--auto").err
    assert "    ours    changed budget  Anna, 2026-11-02 11:00\n" in told
    assert "    theirs  removed         Anna, 2026-11-02 11:00\n" in told
    assert "1 record resolved" in repository.shop.do("resolve", "flat", "--ours").err


def test_what_is_named_wrongly_is_answered_with_all_that_clashed(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(repository, deal, [put("--budget", "300")], [put("--budget", "250")])
    answer = repository.shop.run("resolve", "--ours", "--field", "need=theirs")
    assert answer.code == 3
    assert f"Flat ({deal}): budget" in answer.err


def test_a_dialogue_counts_its_places_goes_back_and_offers_no_value_for_a_stage(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(
        repository, deal,
        [put("--budget", "300"), CLOSE], [put("--budget", "250"), ("opp", "advance", "DEAL")],
    )  # fmt: skip
    repository.shop.is_interactive = True
    answer = repository.shop.run("resolve", stdin="v\n?\nt\nb\no\nt\n")
    assert answer.code == 0, answer.err
    assert "1 of 2: [o]urs, [t]heirs, [l]eave it or [s]top?" in answer.err
    assert "o, t, l or s.\n" in answer.err
    assert "l  decide later: it stays between markers\n" in answer.err
    assert "another value" not in answer.err  # of a stage there is none
    assert "2 of 2: [o]urs, [t]heirs, a [v]alue, [l]eave it, go [b]ack or [s]" in answer.err
    assert answer.err.count("Flat: both sides changed 2 places") == 2
    facts = repository.shop.facts(deal)
    assert (facts["stage"], facts["budget"]) == ("key-contacts", "300.00 EUR")


def test_in_a_rebase_it_is_said_what_ours_and_theirs_are(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    repository.commit()
    for name, budget in (("theirs", "300"), ("ours", "250")):
        repository.on_branch(name, "main")
        repository.shop.do("opp", "set", deal, "--budget", budget)
        repository.commit(f"budget {budget}")
    repository.git("rebase", "theirs", code=None)
    repository.shop.is_interactive = True
    answer = repository.shop.run("resolve", stdin="t\n")
    assert answer.err.startswith(
        "In a rebase ours is what is there already, theirs the commit that is put on\n  top: "
    )
    assert " budget 250.\n" in answer.err and "git rebase --continue" in answer.err
    assert repository.shop.facts(deal)["budget"] == "250.00 EUR"


def test_files_of_which_salescli_knows_nothing_are_named(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    readme = repository.root / "NOTES.txt"
    repository.commit()
    for name in ("theirs", "ours"):
        repository.on_branch(name, "main")
        readme.write_text(name)
        repository.shop.do("note", deal, name)
        repository.commit()
    repository.git("merge", "-q", "theirs", code=None)
    answer = repository.shop.run("resolve", "--auto")
    assert answer.code == 1
    assert "  NOTES.txt\nNext: git add NOTES.txt" in answer.err
    assert "Nothing is left" not in answer.err
    repository.git("add", ".")
    assert "Nothing is left" in repository.shop.do("resolve", "--auto").err
    repository.git("commit", "-q", "--no-edit")
    assert repository.shop.do("resolve", "--auto").err == "Nothing is left to resolve.\n"


def test_what_was_stashed_and_clashes_when_it_comes_back_is_decided_like_a_merge(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    repository.commit()
    repository.shop.do("opp", "set", deal, "--budget", "300")
    repository.git("stash", "-q")
    repository.shop.do("opp", "set", deal, "--budget", "250")
    repository.commit()
    repository.git("stash", "pop", "-q", code=None)
    assert "theirs  300.00 EUR  anna, 2026" in repository.shop.run("resolve", "--auto").err
    repository.shop.do("resolve", "--ours")
    assert repository.shop.facts(deal)["budget"] == "250.00 EUR"
    assert repository.shop.run("check").code == 0
    assert not repository.git("ls-files", "-u").stdout


# What can't be merged by its fields


def diverge_by_hand(repository, deal, theirs, ours):
    """Two branches with the bytes of a deal's file, and git's merge of them."""
    repository.commit()
    for name, data in (("theirs", theirs), ("ours", ours)):
        repository.on_branch(name)
        repository.file(deal).write_bytes(data)
        repository.commit()
    repository.git("merge", "-q", "theirs", code=1)


def test_a_version_that_is_no_text_ends_by_taking_the_other_side(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    text = text_of(repository, deal)
    wide = text.replace("200.00", "300.00").encode("utf-16")
    mended = text.replace("title: Flat", "title: Flat # 47")
    diverge_by_hand(repository, deal, mended.encode(), wide)
    shown = repository.shop.run("resolve", "--auto")
    assert shown.code == 1
    assert "      can't be read: " in shown.err
    refused = repository.shop.run("resolve", "--ours")
    assert refused.code == 1
    assert "ours can't be read:" in refused.err
    assert repository.file(deal).read_bytes() == wide
    wrong = repository.shop.run("resolve", "--field", "record=mine")
    assert wrong.code == 2
    assert "--field record=theirs" in wrong.err
    answer = repository.shop.do("resolve", "--theirs")
    assert "1 record resolved." in answer.err
    assert text_of(repository, deal) == mended
    assert not repository.git("ls-files", "-u").stdout


def test_a_version_that_is_no_text_ends_by_what_somebody_has_made_by_hand(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    text = text_of(repository, deal)
    diverge_by_hand(repository, deal, text.encode("utf-16"), text.encode("utf-16-be") + b"\0")
    repository.file(deal).write_text(text, encoding="utf-8")
    repository.shop.do("resolve", "--auto")
    assert text_of(repository, deal) == text
    assert not repository.git("ls-files", "-u").stdout


@pytest.mark.parametrize("mode", ["begun", "left"])
def test_where_git_keeps_not_what_it_wrote_work_by_hand_stays(repository, mode):
    deal = repository.shop.deal("Flat", "--owner", "anna", "--budget", "200")
    diverge(
        repository, deal,
        [put("--budget", "300", "--mood", "hopeful")], [put("--budget", "250")],
    )  # fmt: skip
    (repository.root / ".git" / "AUTO_MERGE").unlink()
    text = text_of(repository, deal)
    if mode == "begun":
        repository.file(deal).write_text(text.replace("title: Flat", "title: Flat 47"))
    answer = repository.shop.run("resolve", "--auto")
    assert answer.code == 1
    assert ("title: Flat 47" in text_of(repository, deal)) == (mode == "begun")
    assert ("by hand" in answer.err) == (mode == "begun")


def test_a_value_is_typed_for_catalogues_settings_and_processes_too(repository):
    shop = repository.shop
    shop.do("product", "create", "Parking", "--id", "parking")
    repository.commit()
    for name, price, cap, zone in (
        ("theirs", "12", "12", "Europe/Rome"),
        ("ours", "13", "13", "Europe/Oslo"),
    ):
        repository.on_branch(name)
        shop.do("product", "price", "parking", "--from", "2026-12-01", price)
        for file, key, value in (
            ("processes/real-estate.yaml", "    cap", cap),
            ("salescli.yaml", "time_zone", zone),
        ):
            path = repository.root / file
            path.write_text(
                re.sub(f"(?m)^{key}: .*$", f"{key}: {value}", path.read_text(), count=1)
            )
        repository.commit()
    repository.git("merge", "-q", "theirs", code=None)
    price, cap = "products/parking/prices/2026-12-01", "stages/qualification/cap"
    wrong = shop.run("resolve", "--field", f"{cap}=much")
    assert wrong.code == 2 and "much" in wrong.err
    shop.do(
        "resolve",
        *("--field", f"{price}=15 EUR"),
        *("--field", f"{cap}=17"),
        *("--field", "time_zone=Europe/Rome"),
    )
    assert "2026-12-01: 15.00 EUR\n" in (repository.root / "products.yaml").read_text()
    assert "    cap: 17\n" in (repository.root / "processes/real-estate.yaml").read_text()
    assert "time_zone: Europe/Rome\n" in (repository.root / "salescli.yaml").read_text()
