"""`client history | list | show`: whatever is known of a client, by any part of a name."""

import json

import pytest

from tests.commands.test_leaving import write_lead
from tests.planned import append_event, folder_of
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def mill(shop: Shop) -> dict[str, str]:
    """An account with a won, a lost and an open deal and a lead; its contact with a deal."""
    made = {"mill": shop.make("account", "create", "Mill Invest", "--email", "m@mill.example")}
    made["ivan"] = shop.make("contact", "create", "Иван Мельник", "--account", "Mill Invest")
    for name, budget in (("won", "100"), ("lost", "80"), ("open", "300 USD")):
        made[name] = shop.make("opp", "create", f"Shop {name}", "--client", "mill invest",
                               "--budget", budget, "--at", "2026-10-01")  # fmt: skip
    shop.do("opp", "close", made["won"], "--outcome", "won", "--revenue", "95")
    shop.do("opp", "close", made["lost"], "--outcome", "lost", "--reason", "price")
    made["flat"] = shop.make("opp", "create", "Ivan's flat", "--client", "иван", "--budget", "7")
    shop.do("opp", "contact", "add", made["open"], made["ivan"])
    made["lead"] = write_lead(shop, "aaaa", "anna")
    shop.replace(f"{made['lead']}/lead.yaml", "client:\n", f"client: {made['mill']}\n")
    shop.do("check", "--fix")
    append_event(
        shop, folder_of(shop, made["open"]), "mailed", mail="mail-0000000001", direction="in",
        **{"from": "m@mill.example"}, to=["a@b.example"], subject="Hello", excerpt="",
        at="2026-10-20T08:00:00Z",
    )  # fmt: skip
    return made


def document(shop: Shop, *arguments: str) -> dict:
    return json.loads(shop.do("client", "history", *arguments, "--format", "json").out)


def test_all_deals_and_leads_are_joined_with_what_they_came_to(shop, mill):
    told = document(shop, "mill")
    assert told["client"]["id"] == mill["mill"]
    assert told["deals"] == {
        "open": {"count": 1, "sum": {"USD": "300.00"}, "without_value": 0},
        "won": {"count": 1, "sum": {"EUR": "95.00"}, "without_value": 0},
        "lost": {"count": 1, "sum": {"EUR": "80.00"}, "without_value": 0},
    }
    assert told["leads"] == {"qualification": 1}
    assert {one["id"] for one in told["records"]} == {
        mill["won"], mill["lost"], mill["open"], "lead-000000aaaa",
    }  # fmt: skip
    assert (told["first_contact_on"], told["last_contact_on"]) == ("2026-10-20", "2026-10-20")
    kinds = [one["kind"] for one in told["entries"]]
    assert kinds.count("created") == 4
    assert sorted(one["at"] for one in told["entries"]) == [one["at"] for one in told["entries"]]


def test_deals_of_its_people_are_told_and_counted_only_when_asked(shop, mill):
    answer = shop.do("client", "history", "mill")
    assert "Of its contacts, not counted: Ivan's flat" in answer.out
    assert "--with-contacts" in answer.err
    told = document(shop, "mill", "--with-contacts")
    assert told["deals"]["open"]["sum"] == {"EUR": "7.00", "USD": "300.00"}
    assert told["of_its_contacts"] == []


def test_a_person_who_takes_part_in_a_deal_of_others_is_told_so(shop, mill):
    told = document(shop, "мельник")
    assert [one["id"] for one in told["records"]] == [mill["flat"]]
    assert told["takes_part_in"] == [mill["open"]]
    assert "Takes part in Shop open" in shop.do("client", "history", "мельник").out


def test_kind_and_since_choose_events_and_leave_the_figures_alone(shop, mill):
    told = document(shop, "mill", "--kind", "mailed", "--kind", "closed", "--since", "2026-10-21")
    assert [one["kind"] for one in told["entries"]] == ["closed", "closed"]
    assert told["deals"] == document(shop, "mill")["deals"]
    answer = shop.do("client", "history", "mill", "--kind", "mailed")
    assert "1 of " in answer.err and "events shown." in answer.err


@pytest.mark.parametrize("format_", ["table", "md"])
def test_the_screen_has_figures_deals_and_one_timeline(shop, mill, format_):
    out = shop.do("client", "history", "mill", "--format", format_).out
    for words in ("Mill Invest", "Won 1 deal, 95 EUR", "Shop open", "Lead aaaa (lead)",
                  "Shop won: ", "mail in \"Hello\""):  # fmt: skip
        assert words in out


def test_on_a_terminal_it_fits_and_in_a_pipe_nothing_is_cut(shop, mill):
    shop.do("opp", "set", mill["open"], "--title", "Очень длинное название " * 5)
    shop.is_terminal = True
    out = shop.do("client", "history", "mill").out
    assert max(map(len, out.splitlines())) <= 80
    shop.is_terminal = False
    assert ("Очень длинное название " * 5).strip() in shop.do("client", "history", "mill").out


def test_a_client_without_deals_says_what_to_do(shop):
    shop.make("contact", "create", "Elena Petrova")
    answer = shop.do("client", "history", "elena")
    assert "No deals or leads yet. salescli opportunity create" in answer.err


def test_a_deal_that_cannot_be_read_is_named_and_the_rest_shown(shop, mill):
    path = shop.folder(mill["open"]) / "opportunity.yaml"
    path.write_text(path.read_text("utf-8") + "oops\n", "utf-8")
    answer = shop.run("client", "history", "mill")
    assert answer.code == 4
    assert "Shop won" in answer.out and "Shop open" not in answer.out
    assert "opportunity.yaml" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["history", "ghost"], 3, "no client 'ghost'"),
        (["history", "mill", "--kind", "mailled"], 2, "mailed"),
        (["history", "mill", "--since", "soon"], 2, "'soon' is not a day"),
        (["history", ""], 3, "no client"),
        (["show", "ghost"], 3, "no client 'ghost'"),
    ],
)
def test_what_is_wrong_is_told(shop, mill, arguments, code, words):
    answer = shop.run("client", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert words in " ".join(answer.err.split())


def test_clients_of_both_kinds_are_listed_with_what_their_deals_came_to(shop, mill):
    listed = json.loads(shop.do("client", "list", "--format", "json").out)["clients"]
    assert [(one["name"], one["kind"], one["open"], one["won"], one["failed"], one["value"])
            for one in listed] == [
        ("Mill Invest", "account", 1, 1, 1, ["95.00 EUR"]),
        ("Иван Мельник", "contact", 1, 0, 0, []),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [("мель", ["Иван Мельник"]), ("MILL", ["Mill Invest"]), ("m@mill", ["Mill Invest"]), ("z", [])],
)
def test_a_list_is_of_those_that_have_the_text(shop, mill, text, names):
    listed = json.loads(shop.do("client", "list", text, "--format", "json").out)["clients"]
    assert [one["name"] for one in listed] == names


def test_archived_clients_are_listed_when_asked_merged_and_erased_ones_never(shop, mill):
    shop.make("account", "create", "Mill two")
    shop.do("client", "merge", "Mill two", "Mill Invest")
    made = shop.make("contact", "create", "Gone")
    shop.do("contact", "erase", made, "--yes")
    shop.do("account", "set", "Mill Invest", "--archived", "yes")
    assert shop.do("client", "list").err == "1 client.\n"
    assert shop.do("client", "list", "--all").err == "2 clients.\n"


def test_an_empty_store_says_so(shop):
    assert shop.do("client", "list").err == "No clients yet.\n"
    assert shop.do("client", "list", "x").err == "No clients have 'x'.\n"


def test_a_client_is_shown_by_any_part_of_a_name(shop, mill):
    shown = json.loads(shop.do("client", "show", "invest", "--format", "json").out)
    assert (shown["schema"], shown["id"]) == ("salescli/account@1", mill["mill"])
