"""`opportunity set | advance | close --where`: all deals that meet conditions, or none of them."""

import json
import shlex

import pytest

from salescli.workspace.bulk import change_each, choose_deals
from salescli.workspace.outcome import Outcome
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def stocked(shop: Shop) -> Shop:
    """Deals 1 to 5 of Elena's; Boris owns 1 and 2, Anna the others."""
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    for number in range(1, 6):
        shop.deal(f"Deal {number}", "--owner", "boris" if number < 3 else "anna")
    return shop


def titles(shop: Shop, condition: str) -> set[str]:
    listed = shop.do("opp", "list", "--where", condition, "--format", "jsonl", "--columns", "title")
    return {json.loads(line)["title"] for line in listed.out.splitlines()}


def test_all_deals_that_meet_the_conditions_change_with_one_undo(stocked: Shop):
    before = stocked.tree()
    done = stocked.do("opp", "set", "--where", "owner=boris", "--owner", "anna", "--yes")
    assert len(done.out.splitlines()) == 2
    assert "Deal 1 · qualification, boris" in done.err
    assert "Deal 3" not in done.err
    assert done.err.endswith("2 deals changed. salescli undo takes all of it back.\n")
    assert titles(stocked, "owner=boris") == set()
    logged = json.loads(stocked.do("log", "--format", "jsonl").out.splitlines()[0])
    assert logged["words"] == "set 2 deals where owner=boris"
    stocked.do("undo")
    assert titles(stocked, "owner=boris") == {"Deal 1", "Deal 2"}
    facts = {p: d for p, d in stocked.tree().items() if p.endswith("opportunity.yaml")}
    assert facts == {path: before[path] for path in facts}


def test_conditions_are_met_together(stocked: Shop):
    both = ["--where", "owner=anna", "--where", "title~4"]
    stocked.do("opp", "advance", *both, "--yes")
    assert titles(stocked, "stage=key-contacts") == {"Deal 4"}


def test_what_one_deal_is_refused_keeps_all_of_them_as_they_are(stocked: Shop):
    stocked.do("opp", "advance", "Deal 2")
    before = stocked.tree()
    refused = stocked.run("opp", "set", "--where", "title~Deal", "--probability", "30", "--yes")
    assert refused.code == 1
    said = " ".join(refused.err.partition("Refused: ")[2].split())
    assert said.startswith("4 deals: 30 % is above what Qualification allows (10 %): Deal 1 (opp-")
    for number in (1, 3, 4, 5):  # at qualification, whose cap is 10 %
        assert said.count(f"Deal {number} (opp-") == 1
    assert "Deal 2" not in said
    assert stocked.tree() == before


def test_what_all_deals_are_refused_alike_is_told_once_and_names_the_first(stocked: Shop):
    for number in (6, 7):
        stocked.deal(f"Deal {number}")
    typo = stocked.run("opp", "set", "--where", "title~Deal", "--owner", "zed", "--yes")
    said = " ".join(typo.err.split())
    assert typo.code == 3 and said.count("'zed'") == 1
    assert "7 deals: " in said and "Deal 5 (opp-" in said and " and 2 more" in said
    assert "Deal 6 (opp-" not in said


def test_closing_many_needs_what_closing_one_needs(stocked: Shop):
    many = ["opp", "close", "--where", "owner=boris", "--outcome", "lost", "--yes"]
    assert stocked.run(*many).code == 1
    stocked.do(*many, "--reason", "no-budget")
    assert titles(stocked, "stage=lost") == {"Deal 1", "Deal 2"}


def test_without_a_terminal_it_wants_a_yes_and_shows_what_it_would_touch(stocked: Shop):
    before = stocked.tree()
    asked = stocked.run("opp", "advance", "--where", "title~Deal")
    assert asked.code == 2
    assert all(f"Deal {number} · qualification" in asked.err for number in range(1, 6))
    assert "Advance 5 deals, to their next stage? There is nobody here to ask." in asked.err
    assert stocked.tree() == before


def test_the_line_that_says_yes_can_be_pasted(stocked: Shop):
    typed = ["opp", "close", "--where", "title~Deal", "--outcome", "lost", "--reason", "price"]
    typed += ["--note", "It's over, and so it may be for long", "--at", "2026-11-02"]
    told = stocked.run(*typed).err.partition("There is nobody here to ask.\n")[2]
    assert max(map(len, told.splitlines())) <= 80
    line = shlex.split(told.replace("\\\n", " "))  # as a shell goes on
    assert line[:3] == ["salescli", "opportunity", "close"]
    assert sorted(line[3:]) == sorted([*typed[2:], "--yes"])
    assert len(stocked.do(*line[1:]).out.splitlines()) == 5


def test_on_a_terminal_it_asks_above_three(stocked: Shop):
    stocked.is_interactive = True
    few = stocked.run("opp", "advance", "--where", "owner=anna", stdin="n\n")
    assert few.code == 0  # three: not asked
    four = ("opp", "advance", "--where", "title~Deal", "--where", "title!=Deal 1")
    assert stocked.run(*four, stdin="n\n").code == 130
    no = stocked.run("opp", "advance", "--where", "title~Deal", stdin="n\n")
    assert (no.code, no.err.endswith("Nothing was changed.\n")) == (130, True)
    assert titles(stocked, "stage=qualification") == {"Deal 1", "Deal 2"}
    assert stocked.run("opp", "advance", "--where", "title~Deal", stdin="y\n").code == 0


def test_without_a_terminal_even_one_deal_wants_a_yes(stocked: Shop):
    before = stocked.tree()
    assert stocked.run("opp", "advance", "--where", "title=Deal 1").code == 2
    assert stocked.tree() == before


def test_what_came_to_meet_the_conditions_after_the_yes_is_left_out(stocked: Shop):
    with stocked.session() as session:
        seen = [one for one in choose_deals(session, ["title~Deal"]) if one.title != "Deal 1"]
        touched = []

        def change(_, deal):
            touched.append(deal.facts.title)
            return Outcome((deal.id,))

        change_each(session, "set", ["title~Deal"], seen, change)
    assert sorted(touched) == ["Deal 2", "Deal 3", "Deal 4", "Deal 5"]


def test_a_dry_run_asks_nothing_and_prints_every_change(stocked: Shop):
    before = stocked.tree()
    shown = stocked.do("opp", "set", "--where", "owner=boris", "--owner", "anna", "--dry-run")
    assert shown.out.count("-owner: boris\n+owner: anna\n") == 2
    assert shown.err == "2 records would change. Nothing was written.\n"
    assert stocked.tree() == before


def test_what_says_so_already_is_not_written(stocked: Shop):
    done = stocked.do("opp", "set", "--where", "title~Deal", "--owner", "boris", "--yes")
    assert done.err.endswith("3 deals of 5 changed. salescli undo takes all of it back.\n")
    assert len(done.out.splitlines()) == 3
    again = stocked.do("opp", "set", "--where", "title~Deal", "--owner", "boris", "--yes")
    assert again.err.endswith("Nothing to change: it says so already.\n")
    assert again.out == ""


def test_where_no_deal_meets_the_conditions_there_is_nothing_to_do(stocked: Shop):
    for more in ((), ("--yes",), ("--dry-run",)):
        done = stocked.do("opp", "set", "--where", "title~Castle", "--owner", "anna", *more)
        assert done.out == ""
    assert stocked.do("opp", "advance", "--where", "title~Castle").err == (
        "Nothing to change: no deal meets title~Castle.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--owner", "anna"), 2),  # neither a deal nor a condition
        (("Deal 1", "--where", "owner=boris", "--owner", "anna"), 2),
        (("--where", "owner=boris"), 2),  # nothing to set
        (("--where", "nonsense=1", "--owner", "anna", "--yes"), 2),
    ],
)
def test_wrong_usage_of_conditions_is_told_and_writes_nothing(arguments, code, stocked: Shop):
    before = stocked.tree()
    assert stocked.run("opp", "set", *arguments).code == code
    assert stocked.tree() == before


def test_a_deal_that_cannot_be_read_is_not_left_out_unseen(stocked: Shop):
    path = next(stocked.root.glob("opportunities/*/deal-1--*/opportunity.yaml"))
    stocked.replace(path, "owner: boris", "owner: [")
    assert stocked.run("opp", "set", "--where", "owner=anna", "--owner", "boris", "--yes").code == 4


def test_the_question_says_what_the_deals_are_worth_and_what_becomes_of_them(stocked: Shop):
    stocked.deal("Deal 8", "--budget", "1000")
    stocked.deal("Deal 9", "--budget", "500.50")
    where = ("--where", "title~Deal")
    advanced = stocked.run("opp", "advance", *where, "--to", "key-contacts")
    told = " ".join(advanced.err.split())
    assert "Advance 7 deals, 1 500.50 EUR, to key-contacts?" in told
    closed = stocked.run("opp", "close", *where, "--outcome", "lost", "--reason", "price")
    assert "Close 7 deals, 1 500.50 EUR, as lost?" in " ".join(closed.err.split())
    owned = stocked.run("opp", "set", *where, "--owner", "anna")
    assert "Set 7 deals, 1 500.50 EUR: owner anna?" in " ".join(owned.err.split())


def test_undo_of_many_says_how_many_are_as_before(stocked: Shop):
    stocked.do("opp", "advance", "--where", "title~Deal", "--yes")
    back = " ".join(stocked.do("undo").err.split())
    assert "5 deals as before. salescli redo brings it back." in back and "→" not in back
    again = " ".join(stocked.do("redo").err.split())
    assert "5 deals changed again." in again
