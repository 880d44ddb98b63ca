"""`salescli check` on the command line: silence, words, documents, exit codes, --fix and undo."""

import json

import pytest

from tests.session import Session
from tests.workspace.small_store import DEALS_DAY, OPEN, replace_in, write_small_store

DEAL = f"{OPEN}/opportunity.yaml"


@pytest.fixture
def small(console: Session) -> Session:
    """A console in a small valid store."""
    write_small_store(console.home)
    console.set_clock(DEALS_DAY)
    return console


def test_a_valid_store_is_met_with_silence(small):
    assert small.run("salescli check --strict").code == 0
    outcome = small.run("salescli check")
    assert (outcome.stdout, outcome.stderr, outcome.code) == ("", "", 0)


def test_a_broken_rule_is_told_with_line_and_caret(small):
    replace_in(small.home, DEAL, "owner: anna", "owner: ana")
    outcome = small.run("salescli check")
    assert outcome.code == 1
    told = " ".join(outcome.stdout.split())
    assert f"{DEAL}:6:8: there is no person 'ana' (no-such-reference)." in told
    assert "6 | owner: ana" in told
    assert "Did you mean anna?" in told
    assert outcome.stderr == "2 findings in 1 of 16 files.\n"


def test_a_file_that_can_not_be_read_is_exit_4(small):
    (small.home / "team.yaml").write_text("people: [\n", encoding="utf-8")
    assert small.run("salescli check").code == 4


def test_a_warning_is_told_and_counts_with_strict_alone(small):
    replace_in(small.home, DEAL, "mood:\n", "mood:\nbugdet: 5\n")
    for options, code in (("", 0), (" --strict", 1)):
        outcome = small.run(f"salescli check{options}")
        assert outcome.code == code
        said = " ".join(outcome.stdout.split())
        assert "warning: nobody knows the key 'bugdet'" in said
        assert "Did you mean budget?" in said


def test_json_has_everything_of_a_finding(small):
    replace_in(small.home, DEAL, "budget: 240000.00 EUR", "budget: 1.00 EUR")
    document = json.loads(small.run("salescli check --format json").stdout)
    assert document == {
        "schema": "salescli/check@1",
        "files": 16,
        "unreadable": [],
        "findings": [
            {
                "code": "unrecorded-edit",
                "level": "error",
                "file": DEAL,
                "line": 8,
                "column": 9,
                "field": "budget",
                "text": "budget: the file says 1.00 EUR, its history 240000.00 EUR",
                "hint": "salescli check --fix writes it down",
            }
        ],
    }


def test_json_of_a_valid_store_has_no_findings(small):
    outcome = small.run("salescli check --format json")
    assert json.loads(outcome.stdout)["findings"] == []
    assert outcome.code == 0


def test_github_gets_annotations_that_nothing_breaks_out_of(small):
    replace_in(small.home, DEAL, "owner: anna", 'owner: "a%na\\n::error::x"')
    outcome = small.run("salescli check --format github")
    lines = outcome.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"::error file={DEAL},line=6,col=8,title=") for line in lines)
    assert "a%25na" in lines[0]


def test_annotations_of_a_store_below_the_top_of_a_repository_have_its_folder(small):
    replace_in(small.home, DEAL, "owner: anna", "owner: boris")
    (small.home.parent / ".git").mkdir()
    lines = small.run("salescli check --format github").stdout.splitlines()
    assert lines and all(f" file={small.home.name}/{DEAL}," in line for line in lines)


def test_fix_says_what_it_wrote_and_undo_takes_it_back(small):
    replace_in(small.home, DEAL, "budget: 240000.00 EUR", "budget: 1.00 EUR")
    outcome = small.run("salescli check --fix --actor anna")
    assert (outcome.stdout, outcome.code) == ("", 0)
    assert outcome.stderr == (
        "Flat 47 (opp-7k2m9xq4tb): wrote down budget 240000.00 EUR → 1.00 EUR.\n1 record mended.\n"
    )
    assert small.run("salescli check").code == 0
    assert small.run("salescli undo --actor anna").code == 0
    assert "budget: 240000.00 EUR" in (small.home / DEAL).read_text(encoding="utf-8")
    assert small.run("salescli check").code == 0


def test_a_dry_run_shows_the_diff_and_writes_nothing(small):
    replace_in(small.home, DEAL, "budget: 240000.00 EUR", "budget: 1.00 EUR")
    before = (small.home / OPEN / "history.yaml").read_bytes()
    outcome = small.run("salescli check --fix --dry-run --actor anna")
    assert '"budget":["240000.00 EUR","1.00 EUR"]' in outcome.stdout
    assert (small.home / OPEN / "history.yaml").read_bytes() == before


def test_what_can_not_be_mended_is_told_and_is_exit_1(small):
    replace_in(small.home, DEAL, "owner: anna", "owner: ana")
    outcome = small.run("salescli check --fix --actor anna")
    assert outcome.code == 1
    assert "no-such-reference" in outcome.stdout
    assert "Nothing could be mended." in outcome.stderr


def test_without_anybody_to_act_nothing_is_written_down(small):
    replace_in(small.home, DEAL, "budget: 240000.00 EUR", "budget: 1.00 EUR")
    before = (small.home / OPEN / "history.yaml").read_bytes()
    outcome = small.run("salescli check --fix --actor zoe")
    assert (outcome.code, outcome.codes[:1]) == (3, ("no-such-person",))
    assert (small.home / OPEN / "history.yaml").read_bytes() == before


@pytest.mark.parametrize("options", ["--keep facts", "--dry-run"])
def test_options_of_fix_want_fix(small, options):
    assert small.run(f"salescli check {options}").code == 2
