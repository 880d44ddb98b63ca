"""Two records of one client made one, and taken apart again by undo."""

import pytest

from salescli.model.activities import build_activities
from tests.commands.test_leaving import write_lead
from tests.planned import append_event, folder_of, plan
from tests.shop import Shop, load, made_once


def client_file(shop: Shop, client: str) -> str:
    (path,) = shop.root.glob(f"*/*--{client}.yaml")
    return path.read_text("utf-8")


@pytest.fixture
@made_once
def pair(shop: Shop) -> dict[str, str]:
    """Two Elenas: the second has a deal, a lost one, a part in another's, a lead, a meeting."""
    made = {"kept": shop.make("contact", "create", "Elena Petrova", "--email", "e@x.example")}
    made["gone"] = shop.make(
        "contact", "create", "E. Petrova", "--phone", "+371 2", "--position", "Buyer",
        "--external", "hubspot=7",
    )  # fmt: skip
    gone = made["gone"]
    made["deal"] = shop.make("opp", "create", "Flat 47", "--client", gone)
    shop.do("opp", "contact", "add", made["deal"], gone, "--role", "influencer", "--main")
    shop.do("opp", "contact", "add", made["deal"], made["kept"], "--loyalty", "2")
    made["lost"] = shop.make("opp", "create", "Flat 48", "--client", gone)
    shop.do("opp", "close", made["lost"], "--outcome", "lost", "--reason", "price")
    made["other"] = shop.make("opp", "create", "Flat 49", "--client", made["kept"])
    shop.do("opp", "member", "add", made["other"], gone)
    made["lead"] = write_lead(shop, "aaaa", "anna")
    shop.replace(f"{made['lead']}/lead.yaml", "client:\n", f"client: {gone}\n")
    shop.do("check", "--fix")
    plan(shop, folder_of(shop, made["other"]), "1", "anna", people=[gone, made["kept"]])
    plan(shop, folder_of(shop, made["other"]), "2", "anna", people=[gone])
    append_event(
        shop, folder_of(shop, made["other"]), "done", activity="act-0000000002", result="done"
    )
    assert shop.do("check").err == ""
    return made


def test_everything_that_named_the_one_names_the_other(shop, pair):
    answer = shop.do("client", "merge", pair["gone"], pair["kept"])
    kept, gone = pair["kept"], pair["gone"]
    assert answer.out == f"{kept}\n"
    deal = shop.facts(pair["deal"])
    assert (deal["client"], deal["main_contact"]) == (kept, kept)
    assert deal["contacts"] == [{"contact": kept, "role": "influencer", "loyalty": "2"}]
    assert shop.facts(pair["lost"])["client"] == kept
    assert shop.facts(pair["other"])["team"] == [{"member": kept}]
    assert load(shop.root / pair["lead"] / "lead.yaml")["client"] == kept
    activities = build_activities(shop.live(pair["other"]))
    assert activities["act-0000000001"].people == (kept,)
    assert activities["act-0000000002"].people == (gone,)  # what happened is not rewritten
    assert "relinked: 3 deals, 1 lead, 1 open activity." in " ".join(answer.err.split())
    assert shop.do("check", "--strict").err == ""


def test_a_stub_stays_and_the_other_gets_what_it_lacks(shop, pair):
    shop.do("contact", "set", pair["kept"], "--position", "Head")
    answer = shop.do("client", "merge", pair["gone"], pair["kept"])
    kept, gone = pair["kept"], pair["gone"]
    assert client_file(shop, gone) == f"id: {gone}\nname: E. Petrova\nmerged_into: {kept}\n"
    assert client_file(shop, kept) == (
        f"id: {kept}\nname: Elena Petrova\nposition: Head\nemails: [e@x.example]\n"
        'phones: ["+371 2"]\nexternal:\n  hubspot: "7"\n'
    )
    assert "Not taken, Elena Petrova says otherwise: position Buyer." in answer.err


def test_undo_takes_the_merge_back_whole_and_redo_makes_it_again(shop, pair):
    before = {path: data for path, data in shop.tree().items() if not path.endswith("history.yaml")}
    shop.do("client", "merge", pair["gone"], pair["kept"])
    shop.do("undo")
    after = {path: data for path, data in shop.tree().items() if not path.endswith("history.yaml")}
    assert after == before
    people = build_activities(shop.live(pair["other"]))["act-0000000001"].people
    assert people == (pair["gone"], pair["kept"])
    assert shop.do("check").err == ""
    shop.do("redo")
    assert shop.facts(pair["deal"])["client"] == pair["kept"]
    assert shop.do("check").err == ""


def test_accounts_take_their_contacts_and_partnerships_along(shop):
    kept, gone = shop.make("account", "create", "Mill"), shop.make("account", "create", "Mills")
    shop.make("contact", "create", "Elena Petrova", "--account", gone)
    deal = shop.deal("Flat", "--partner", gone)
    shop.do("client", "merge", "mills", kept)
    assert shop.facts(deal)["partner"] == kept
    (contact,) = shop.root.glob("contacts/*")
    assert load(contact)["account"] == kept
    assert shop.do("check").err == ""


def test_what_was_merged_into_the_one_that_goes_leads_to_the_one_that_stays(shop, pair):
    third = shop.make("contact", "create", "Lena")
    shop.do("client", "merge", third, pair["gone"])
    shop.do("client", "merge", pair["gone"], pair["kept"])
    assert f"merged_into: {pair['kept']}\n" in client_file(shop, third)


def test_a_reference_made_on_another_branch_is_redirected_by_check(shop, pair):
    shop.do("client", "merge", pair["gone"], pair["kept"])
    path = f"{folder_of(shop, pair['other'])}/opportunity.yaml"
    shop.replace(path, f"client: {pair['kept']}", f"client: {pair['gone']}")
    assert shop.run("check").code == 1
    shop.do("check", "--fix")
    assert shop.facts(pair["other"])["client"] == pair["kept"]
    assert shop.do("check").err == ""


def test_the_history_of_either_name_is_that_of_both(shop, pair):
    shop.do("client", "merge", pair["gone"], pair["kept"])
    told = [shop.do("client", "history", pair[name]).out for name in ("gone", "kept")]
    assert told[0] == told[1]
    assert all(title in told[0] for title in ("Flat 47", "Flat 48", "Flat 49", "Lead aaaa"))


def test_an_owner_who_has_left_is_not_taken_over(shop, pair):
    shop.make("person", "create", "Boris")
    shop.do("contact", "set", pair["gone"], "--owner", "boris")
    shop.do("person", "set", "boris", "--left", "2026-11-01")
    shop.do("client", "merge", pair["gone"], pair["kept"])
    assert "owner" not in client_file(shop, pair["kept"])


def test_a_plan_for_the_client_becomes_one_for_the_other(shop, pair):
    kept, gone = pair["kept"], pair["gone"]
    (shop.root / "plans").mkdir()
    before = (
        f"client:\n  {kept}:\n    2026-Q2: 1.00 EUR  # agreed\n"
        f"  {gone}:\n    2026-Q1: 5.00 EUR\n    2026-Q3: 6.00 EUR\ncompany:\n  2026: 9.00 EUR\n"
    )
    shop.write("plans/2026.yaml", before)
    shop.do("client", "merge", gone, kept)
    assert (shop.root / "plans/2026.yaml").read_text("utf-8") == (
        f"client:\n  {kept}:\n    2026-Q1: 5.00 EUR\n    2026-Q2: 1.00 EUR  # agreed\n"
        "    2026-Q3: 6.00 EUR\ncompany:\n  2026: 9.00 EUR\n"
    )
    shop.do("undo")
    assert (shop.root / "plans/2026.yaml").read_text("utf-8") == before


def test_two_plans_for_the_same_days_are_told_of(shop, pair):
    (shop.root / "plans").mkdir()
    lines = [f"  {pair[name]}:\n    2026: 5.00 EUR\n" for name in ("kept", "gone")]
    shop.write("plans/2026.yaml", "client:\n" + "".join(sorted(lines)))
    told = shop.do("client", "merge", pair["gone"], pair["kept"]).err
    assert f"plans/2026.yaml still names {pair['gone']}" in " ".join(told.split())


@pytest.mark.parametrize(
    ("first", "second", "code", "words"),
    [
        ("kept", "kept", 1, "can't be merged into itself"),
        ("kept", "account", 1, "they can't be one"),
        ("ghost", "kept", 3, "no client 'ghost'"),
        ("petrova", "kept", 3, "may be any of 2"),
        ("stub", "kept", 1, "was merged into"),
        ("kept", "stub", 1, "was merged into"),
        ("kept", "archived", 1, "is archived"),
        ("erased", "kept", 1, "was erased"),
        ("kept", "erased", 1, "was erased"),
    ],
)
def test_what_cannot_be_one_is_refused(shop, pair, first, second, code, words):
    pair["account"] = shop.make("account", "create", "Mill")
    pair["stub"] = shop.make("contact", "create", "Stub")
    shop.do("client", "merge", pair["stub"], pair["gone"])
    pair["archived"] = shop.make("contact", "create", "Old")
    shop.do("contact", "set", "Old", "--archived", "yes")
    pair["erased"] = shop.make("contact", "create", "Who")
    shop.do("contact", "erase", pair["erased"], "--yes")
    before = shop.tree()
    answer = shop.run("client", "merge", pair.get(first, first), pair.get(second, second))
    assert answer.code == code
    assert words in " ".join(answer.err.split())
    assert shop.tree() == before


def test_a_deal_that_cannot_be_read_stops_it_and_nothing_is_half_merged(shop, pair):
    path = shop.folder(pair["deal"]) / "opportunity.yaml"
    path.write_text(path.read_text("utf-8") + "oops\n", "utf-8")
    before = shop.tree()
    answer = shop.run("client", "merge", pair["gone"], pair["kept"])
    assert answer.code == 4
    assert shop.tree() == before


def test_a_day_before_the_deals_is_refused_with_every_deal(shop, pair):
    answer = shop.run("client", "merge", pair["gone"], pair["kept"], "--at", "2026-01-01")
    assert answer.code == 1
    assert answer.err.count("lies before the creation") >= 1


def test_a_dry_run_writes_nothing(shop, pair):
    before = shop.tree()
    answer = shop.do("client", "merge", pair["gone"], pair["kept"], "--dry-run")
    assert f"+merged_into: {pair['kept']}" in answer.out
    assert shop.tree() == before
