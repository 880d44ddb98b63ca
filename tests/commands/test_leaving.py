"""Somebody leaves: what is open goes to another, what is closed stays, all in one command."""

import pytest

from salescli.model.activities import build_activities
from salescli.model.events import live_events
from salescli.store.codec import read_history
from tests.planned import append_event, folder_of, plan
from tests.shop import Shop, load, made_once

LEADS = "leads/2026"


def write_lead(shop: Shop, name: str, owner: str, stage: str = "qualification") -> str:
    """A lead written by hand; its directory."""
    lead = f"lead-{name:0>10}"
    folder = f"{LEADS}/{name}--{lead}"
    (shop.root / folder).mkdir(parents=True)
    head = (
        f"id: {lead}\ntitle: Lead {name}\nclient:\nstage: {stage}\nneed:\nowner: {owner}\n"
        "department:\nbudget:\nsource:\ndecision_date:\n"
    )
    shop.write(f"{folder}/lead.yaml", head)
    shop.write(f"{folder}/history.yaml", "")
    fields = {"title": f"Lead {name}", "stage": "qualification", "owner": owner}
    append_event(shop, folder, "created", fields=fields)
    if stage != "qualification":
        append_event(shop, folder, "moved", **{"from": "qualification", "to": stage})
    return folder


@pytest.fixture
@made_once
def store(shop: Shop) -> dict[str, str]:
    """Boris' open and lost deal, Anna's with a task of his, leads, a client, a department."""
    shop.make("person", "create", "Boris")
    shop.make("person", "create", "Carl")
    shop.make("department", "create", "North", "--manager", "boris")
    made = {"open": shop.deal("Open", "--owner", "boris"), "lost": shop.deal("Lost")}
    shop.do("opp", "set", made["lost"], "--owner", "boris")
    shop.do("opp", "close", made["lost"], "--outcome", "lost", "--reason", "price")
    made["anna"] = shop.deal("Anna's")
    for name, number in (("open", "1"), ("lost", "2"), ("anna", "3")):
        plan(shop, folder_of(shop, made[name]), number, "boris")
    plan(shop, folder_of(shop, made["anna"]), "4", "boris")
    append_event(
        shop, folder_of(shop, made["anna"]), "done", activity="act-0000000004", result="done"
    )
    made["account"] = shop.make("account", "create", "Mill", "--owner", "boris")
    made["lead"] = write_lead(shop, "aaaa", "boris")
    made["ended"] = write_lead(shop, "bbbb", "boris", "not-interested")
    plan(shop, made["lead"], "5", "boris")
    assert shop.do("check").err == ""
    return made


def lead_owner(shop: Shop, folder: str) -> str:
    return load(shop.root / folder / "lead.yaml")["owner"]


def activity_owner(shop: Shop, folder: str, number: str) -> str:
    source = (shop.root / folder / "history.yaml").read_bytes()
    return build_activities(live_events(read_history(source, "h")))[f"act-{number:0>10}"].owner


def test_all_that_is_open_goes_to_the_other_and_what_is_closed_stays(shop, store):
    answer = shop.do("person", "leave", "boris", "--to", "carl", "--on", "2026-11-30")
    assert answer.out == "boris\n"
    assert load(shop.root / "team.yaml")["people"]["boris"]["left"] == "2026-11-30"
    assert [shop.facts(store[name])["owner"] for name in ("open", "lost", "anna")] == [
        "carl",
        "boris",
        "anna",
    ]
    folders = [folder_of(shop, store[name]) for name in ("open", "lost", "anna")]
    owners = [activity_owner(shop, folder, str(n)) for n, folder in enumerate(folders, 1)]
    assert owners == ["carl", "carl", "carl"]
    assert activity_owner(shop, folders[2], "4") == "boris"  # done long ago
    assert activity_owner(shop, store["lead"], "5") == "carl"
    assert (lead_owner(shop, store["lead"]), lead_owner(shop, store["ended"])) == ("carl", "boris")
    (account,) = shop.root.glob("accounts/*")
    assert load(account)["owner"] == "carl"
    assert shop.do("check").err == ""


def test_it_says_how_many_and_who_manages_what(shop, store):
    told = shop.do("person", "leave", "boris", "--to", "carl", "--on", "2026-11-30").err
    assert "Boris leaves on 30 Nov 2026; carl gets 1 deal, 1 lead, 4 activities, 1 client." in told
    assert "What is closed stays boris's: 1 deal, 1 lead, 1 activity." in told
    assert "boris still manages North: salescli department set north --manager PERSON" in told


def test_departments_go_to_whom_one_names(shop, store):
    told = shop.do("person", "leave", "boris", "--to", "carl", "--manager", "anna").err
    assert load(shop.root / "team.yaml")["departments"]["north"]["manager"] == "anna"
    assert "anna manages North now." in told


def test_undo_takes_all_of_it_back(shop, store):
    before = {path: data for path, data in shop.tree().items() if not path.endswith("history.yaml")}
    shop.do("person", "leave", "boris", "--to", "carl", "--manager", "carl")
    shop.do("undo")
    after = {path: data for path, data in shop.tree().items() if not path.endswith("history.yaml")}
    assert after == before
    assert activity_owner(shop, folder_of(shop, store["anna"]), "3") == "boris"
    assert shop.do("check").err == ""
    shop.do("redo")
    assert shop.facts(store["open"])["owner"] == "carl"


def test_without_a_day_it_is_today_and_a_day_that_is_set_stays(shop, store):
    shop.do("person", "set", "boris", "--left", "2026-12-24")
    shop.do("person", "leave", "boris", "--to", "carl")
    assert load(shop.root / "team.yaml")["people"]["boris"]["left"] == "2026-12-24"
    shop.do("person", "leave", "carl", "--to", "anna")
    assert load(shop.root / "team.yaml")["people"]["carl"]["left"] == "2026-11-02"


def test_what_came_since_is_handed_over_by_saying_it_again(shop, store):
    shop.do("person", "leave", "boris", "--to", "carl", "--on", "2026-12-24")
    late = shop.deal("Late", "--owner", "boris")
    shop.do("person", "leave", "boris", "--to", "carl")
    assert shop.facts(late)["owner"] == "carl"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["boris", "--to", "boris"], 1, "boris is the one who leaves"),
        (["boris", "--to", "ghost"], 3, "no person 'ghost'"),
        (["ghost", "--to", "carl"], 3, "no person 'ghost'"),
        (["boris"], 2, "--to"),
        (["boris", "--to", "carl", "--on", "soon"], 2, "'soon' is not a day"),
        (["boris", "--to", "carl", "--manager", "boris"], 1, "boris is the one who leaves"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(shop, store, arguments, code, words):
    before = shop.tree()
    answer = shop.run("person", "leave", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert words in " ".join(answer.err.split())
    assert shop.tree() == before


def test_nobody_takes_over_who_leaves_before(shop, store):
    shop.do("person", "set", "carl", "--left", "2026-11-15")
    answer = shop.run("person", "leave", "boris", "--to", "carl", "--on", "2026-11-30")
    assert answer.code == 1
    assert "carl leaves too, on 2026-11-15" in answer.err


def test_all_faults_are_told_at_once(shop, store):
    answer = shop.run("person", "leave", "boris", "--to", "bors", "--on", "soon", "--manager", "x")
    assert all(words in answer.err for words in ("'soon'", "'bors'", "'x'"))


def test_a_deal_that_cannot_be_read_stops_it_since_it_may_be_theirs(shop, store):
    path = shop.folder(store["anna"]) / "opportunity.yaml"
    path.write_text(path.read_text("utf-8") + "oops\n", "utf-8")
    before = shop.tree()
    answer = shop.run("person", "leave", "boris", "--to", "carl")
    assert answer.code == 4
    assert "opportunity.yaml" in answer.err
    assert shop.tree() == before


def test_a_dry_run_shows_it_and_writes_nothing(shop, store):
    before = shop.tree()
    answer = shop.do("person", "leave", "boris", "--to", "carl", "--dry-run")
    assert "+owner: carl" in answer.out
    assert shop.tree() == before
