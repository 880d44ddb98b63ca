"""The same file again, and files of the past, where something has gone out of use since."""

import json

import pytest

from tests.commands.test_importing_systems import PIPEDRIVE, Desk
from tests.shop import made_once

SOURCE = "kind: opportunity\nsystem: x\nkey: key\n"
SOURCE += "columns: {title: t, client: c, created: d, owner: o, source: s, product: p, stage: st, "
SOURCE += "close_date: e}\ncreate: {client: account}\n"
DEAL = "key,t,c,d,o,s,p,st,e\n1,Flat,Acme,2026-01-05,boris,web,flat,,\n"


@pytest.fixture
@made_once
def desk(shop):
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("product", "create", "Flat", "--id", "flat", "--price", "2020-01-01=100")
    return Desk(shop)


def test_the_same_deals_change_nothing_after_all_they_name_went_out_of_use(desk):
    shop, own = desk.shop, desk.give("own.yaml", SOURCE)
    desk.take(DEAL, own)
    shop.do("opportunity", "close", "Flat", "--outcome", "won", "--revenue", "100")
    text = DEAL.replace("flat,,", "flat,won,")
    shop.do("account", "archive", "Acme")
    shop.do("person", "set", "boris", "--left", "2026-01-01")
    shop.do("product", "set", "flat", "--retired", "yes")
    shop.do("dictionary", "retire", "sources", "web")
    assert desk.take(text, own)["unchanged"] == 1
    shop.make("account", "create", "Zeta")
    shop.do("account", "archive", "Zeta")
    assert desk.refuse(text.replace("Acme", "Zeta"), own) == [(2, "c", "archived")]


def test_what_a_deal_or_client_says_already_may_be_said_again(desk):
    shop = desk.shop
    deal = shop.make("opportunity", "create", "Flat", "--client", "Acme", "--create-client",
                     "account", "--source", "web", "--owner", "boris")  # fmt: skip
    elena = shop.make("contact", "create", "Elena", "--account", "Acme")
    shop.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "no-budget")
    shop.do("account", "archive", "Acme")
    shop.do("dictionary", "retire", "sources", "web")
    shop.do("person", "set", "boris", "--left", "2026-01-01")
    before = shop.tree()
    same = ("--client", "Acme", "--source", "web", "--owner", "boris")
    assert "Nothing to change" in shop.do("opportunity", "set", deal, *same).err
    shop.do("contact", "set", elena, "--account", "Acme")
    assert shop.tree() == before
    assert shop.run("opportunity", "create", "B", "--client", "Acme").code == 1


def test_a_deal_of_somebody_who_left_since_comes_in_on_its_day(desk):
    shop, own = desk.shop, desk.give("own.yaml", SOURCE)
    shop.do("person", "set", "boris", "--left", "2026-03-01")
    text = DEAL.replace("flat,,", "flat,won,2026-02-01")
    desk.take(text, own)
    assert desk.facts("Flat")["owner"] == "boris"
    late = text.replace("1,Flat,", "2,Late,").replace("2026-01-05", "2026-03-02")
    late = late.replace("2026-02-01", "2026-03-03")
    assert desk.refuse(late, own) == [(2, "o", "has-left")]
    line = ("opportunity", "create", "Old", "--client", "Acme", "--owner", "boris")
    assert shop.run(*line).code == 1
    shop.do(*line, "--at", "2026-02-01")
    assert shop.run("check").code == 0


def test_an_archived_client_of_a_shipped_mapping_hinders_no_second_import(desk):
    rows = "\n".join(PIPEDRIVE.splitlines()[:2]) + "\n"
    desk.take(rows, "pipedrive")
    desk.shop.do("account", "archive", "Acme")
    assert desk.take(rows, "pipedrive")["unchanged"] == 1


STAGES = "kind: opportunity\nsystem: x\nkey: key\ncreate: {client: account}\n"
STAGES += "stand_ins: {close_reason: not-recorded}\nstage_dates: {key-contacts: k}\n"
STAGES += "columns: {title: t, client: c, created: d, stage: s, close_date: e, budget: b, "
STAGES += "probability: p}\n"
ROW = "key,t,c,d,s,e,b,p,k\n1,{},Acme,2026-01-05,{}\n"


def taken_events(desk: Desk, own: str, *rows: tuple[str, str]) -> list[dict]:
    """The events of the only deal after these rows, each taken once and the second time known."""
    for title, rest in rows:
        desk.take(ROW.format(title, rest), own)
        assert desk.take(ROW.format(title, rest), own)["unchanged"] == 1
    (path,) = desk.shop.root.glob("opportunities/*/*")
    assert desk.shop.run("check").code == 0
    return desk.shop.events(path.name.partition("--")[2])


def test_a_row_that_closes_a_deal_and_says_more_is_one_event_on_the_day_of_the_closing(desk):
    own = desk.give("own.yaml", STAGES)
    events = taken_events(
        desk, own, ("Flat", "qualification,,5,,"), ("House", "lost,2026-10-01,7,,")
    )
    assert [event["kind"] for event in events] == ["created", "closed"]
    assert events[1]["at"] == "2026-09-30T21:00:00Z"  # midnight in Riga
    assert events[1]["fields"] == {
        "title": ["Flat", "House"],
        "budget": ["5.00 EUR", "7.00 EUR"],
        "close_date": [None, "2026-10-01"],
        "close_reason": [None, "not-recorded"],
    }
    shown = desk.shop.do("opportunity", "show", "House", "--as-of", "2026-10-15").out
    assert "Budget 7 EUR" in shown


def test_of_several_moves_the_first_has_the_fields_and_the_last_the_probability(desk):
    own = desk.give("own.yaml", STAGES)
    row = "proposal-preparation,,7,35,2026-02-01"
    events = taken_events(desk, own, ("Flat", "qualification,,5,,"), ("Flat", row))
    assert [(event["kind"], event["fields"]) for event in events[1:]] == [
        ("moved", {"budget": ["5.00 EUR", "7.00 EUR"]}),
        ("moved", {"probability": [None, 35]}),  # more than key contacts allow
    ]


def test_a_row_that_ends_a_lead_and_says_more_is_one_event(desk):
    own = "kind: lead\nsystem: x\nkey: key\n"
    own += "columns: {title: t, created: d, stage: s, ended: e, person: p, disqualify_reason: r}\n"
    own = desk.give("own.yaml", own)
    head = "key,t,d,s,e,p,r\n"
    desk.take(f"{head}1,Inquiry,2026-01-05,qualification,,Elena,\n", own)
    row = f"{head}1,Call back,2026-01-05,disqualified,2026-02-01,Elena,wrong-data\n"
    desk.take(row, own)
    assert desk.take(row, own)["unchanged"] == 1
    (path,) = desk.shop.root.glob("leads/*/*/history.yaml")
    _, line = path.read_text(encoding="utf-8").splitlines()
    moved = json.loads(line.removeprefix("- "))
    assert (moved["kind"], moved["at"]) == ("moved", "2026-01-31T22:00:00Z")
    assert moved["fields"] == {
        "title": ["Inquiry", "Call back"], "disqualify_reason": [None, "wrong-data"],
    }  # fmt: skip
