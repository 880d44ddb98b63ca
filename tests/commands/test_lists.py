"""`salescli opportunity contact | competitor | product | member | lead`: what is written and said.

Expected events and values are written out by hand from the format.
"""

import pytest

from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def stocked(shop: Shop) -> Shop:
    """A store with people, rivals and products, and one open deal, Flat 47, of 250 000 EUR."""
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("person", "create", "Dina Liepa", "--id", "dina", "--left", "2026-06-30")
    shop.make("competitor", "create", "Skyline Homes", "--id", "skyline")
    shop.make("competitor", "product", "add", "skyline", "Skyline Park")
    shop.make("competitor", "create", "Old Town", "--id", "old-town", "--retired", "yes")
    shop.make(
        "product", "create", "Block B, flat 47", "--id", "flat-b47",
        "--price", "2026-01-01=231000", "--price", "2026-09-01=236000",
    )  # fmt: skip
    shop.make("product", "create", "Barn", "--retired", "yes", "--price", "2026-01-01=1000")
    shop.make("product", "create", "Free advice")
    shop.deal("Flat 47", "--budget", "250000")
    shop.make("contact", "create", "Юрис Петров", "--email", "juris@example.com")
    shop.make("contact", "create", "Elena Kuznetsova", "--phone", "+371 29 123 456")
    return shop


def deal_of(shop: Shop) -> str:
    (folder,) = shop.root.glob("opportunities/*/flat-47--*")
    return folder.name.rpartition("--")[2]


def contact_of(shop: Shop, name: str) -> str:
    for path in shop.root.glob("contacts/*"):
        if f"name: {name}\n" in path.read_text("utf-8"):
            return path.stem.rpartition("--")[2]
    raise AssertionError(name)


def items(shop: Shop, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = shop.facts(deal_of(shop)).get(name, [])
    return found


def last_fields(shop: Shop) -> object:
    return shop.events(deal_of(shop))[-1]["fields"]


def add_line(shop: Shop, *more: str) -> str:
    shop.do("opp", "product", "add", "Flat 47", "flat-b47", *more)
    return items(shop, "products")[-1]["line"]


# Contacts


def test_a_contact_is_added_by_one_event_and_said_by_name(stocked):
    juris = contact_of(stocked, "Юрис Петров")
    answer = stocked.do(
        "opp", "contact", "add", "Flat 47", "Юрис Петров", "--role", "Decision maker",
        "--influence", "high", "--loyalty", "2", "--motivator", "School next door", "--main",
    )  # fmt: skip
    assert answer.out == f"{deal_of(stocked)}\n"
    assert answer.err.startswith("Main contact Юрис Петров. Contact Юрис Петров added (")
    assert all(len(line) <= 80 for line in answer.err.splitlines())
    item = {
        "role": "decision-maker",
        "influence": "high",
        "loyalty": 2,
        "motivator": "School next door",
    }
    assert last_fields(stocked) == {
        "main_contact": [None, juris],
        f"contacts/{juris}": [None, item],
    }
    assert items(stocked, "contacts") == [{"contact": juris, **item, "loyalty": "2"}]
    assert stocked.facts(deal_of(stocked))["main_contact"] == juris


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("elena petrova", "Elena Petrova"),
        ("JURIS@example.com", "Юрис Петров"),
        ("юрис", "Юрис Петров"),
        ("29123456", "Elena Kuznetsova"),
        ("kuzn", "Elena Kuznetsova"),
    ],
)
def test_a_contact_is_found_as_a_client_is(stocked, text, name):
    stocked.do("opp", "contact", "add", "Flat 47", text)
    assert [item["contact"] for item in items(stocked, "contacts")] == [contact_of(stocked, name)]


def test_a_change_of_a_contact_names_the_values_that_changed_alone(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис", "--role", "influencer", "--loyalty", "1")
    juris = contact_of(stocked, "Юрис Петров")
    answer = stocked.do(
        "opp", "contact", "set", "Flat 47", "ЮРИС",
        "--role", "decision-maker", "--loyalty", "-3", "--motivator", "",
    )  # fmt: skip
    assert last_fields(stocked) == {
        f"contacts/{juris}/role": ["influencer", "decision-maker"],
        f"contacts/{juris}/loyalty": [1, -3],
    }
    assert "role influencer → decision maker" in answer.err
    assert "loyalty interested → antagonist" in " ".join(answer.err.split())


def test_an_empty_value_empties_a_field_of_an_item(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис", "--role", "influencer")
    stocked.do("opp", "contact", "set", "Flat 47", "юрис", "--role", "")
    assert items(stocked, "contacts") == [{"contact": contact_of(stocked, "Юрис Петров")}]


def test_the_main_contact_goes_with_its_item(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис", "--main")
    stocked.do("opp", "contact", "remove", "Flat 47", "юрис")
    juris = contact_of(stocked, "Юрис Петров")
    assert last_fields(stocked) == {
        "main_contact": [juris, None],
        f"contacts/{juris}": [{}, None],
    }
    facts = stocked.facts(deal_of(stocked))
    assert "contacts" not in facts and "main_contact" not in facts


def test_another_contact_may_become_the_main_one(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис", "--main")
    stocked.do("opp", "contact", "add", "Flat 47", "kuzn")
    stocked.do("opp", "contact", "set", "Flat 47", "kuzn", "--main")
    assert last_fields(stocked) == {
        "main_contact": [
            contact_of(stocked, "Юрис Петров"),
            contact_of(stocked, "Elena Kuznetsova"),
        ]
    }


# Competitors


def test_a_competitor_comes_with_its_product_and_price(stocked):
    answer = stocked.do(
        "opp", "competitor", "add", "Flat 47", "skyline homes", "--product", "Skyline PARK",
        "--amount", "228000", "--strengths", "Parking included", "--main",
    )  # fmt: skip
    assert last_fields(stocked) == {
        "main_competitor": [None, "skyline"],
        "competitors/skyline": [
            None,
            {
                "product": "skyline-park",
                "strengths": "Parking included",
                "amount": "228000.00 EUR",
            },
        ],
    }
    assert "Skyline Park" in answer.err and "228 000 EUR" in answer.err


def test_a_rivals_amount_may_be_in_any_currency(stocked):
    stocked.do("opp", "competitor", "add", "Flat 47", "skyline", "--amount", "250000 USD")
    assert items(stocked, "competitors") == [{"competitor": "skyline", "amount": "250000.00 USD"}]


def test_who_won_the_deal_stays_on_the_list(stocked):
    stocked.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "competitor-won",
               "--winner", "Skyline Homes")  # fmt: skip
    assert items(stocked, "competitors") == [{"competitor": "skyline"}]
    answer = stocked.run("opp", "competitor", "remove", "Flat 47", "skyline")
    assert answer.code == 1
    assert "Skyline Homes won this deal, so it stays on the list" in answer.err
    stocked.do("opp", "reopen", "Flat 47", "--to", "qualification", "--reason", "They called")
    stocked.do("opp", "competitor", "remove", "Flat 47", "skyline")
    assert items(stocked, "competitors") == []


# Product lines


def test_a_line_freezes_the_price_in_force_and_no_later_price_changes_it(stocked):
    answer = stocked.do("opp", "product", "add", "Flat 47", "flat-b47", "--discount", "1.5")
    (line,) = items(stocked, "products")
    assert line.pop("line").startswith("line-")
    assert line == {
        "product": "flat-b47",
        "quantity": "1",
        "price": "236000.00 EUR",
        "discount": "1.5",
    }
    # 236 000 × 0.985 = 232 460
    assert "(1 × 236 000 EUR − 1.5 %). Amount 232 460 EUR." in " ".join(answer.err.split())
    stocked.do("product", "price", "flat-b47", "300000", "--from", "2026-10-01")
    assert items(stocked, "products")[0]["price"] == "236000.00 EUR"


def test_the_price_of_a_line_is_that_of_the_day_it_was_added(stocked):
    stocked.make("opp", "create", "Flat 48", "--client", "Elena Petrova", "--at", "2026-08-01")
    stocked.do("opp", "product", "add", "Flat 48", "flat-b47", "--at", "2026-08-31")
    (folder,) = stocked.root.glob("opportunities/*/flat-48--*")
    assert "price: 231000.00 EUR\n" in (folder / "opportunity.yaml").read_text("utf-8")


def test_a_line_outside_the_catalogue_has_a_title_and_a_price(stocked):
    stocked.do("opp", "product", "add", "Flat 47", "--title", "Кухня", "--price", "9500",
               "--quantity", "2.5")  # fmt: skip
    answer = stocked.do("opp", "product", "set", "Flat 47", "кухня", "--offer-result", "offered",
                        "--offered-on", "2026-11-01")  # fmt: skip
    (line,) = items(stocked, "products")
    del line["line"]
    assert line == {
        "title": "Кухня",
        "quantity": "2.5",
        "price": "9500.00 EUR",
        "offered_on": "2026-11-01",
        "offer_result": "offered",
    }
    assert "Amount 23 750 EUR." in answer.err  # 2.5 × 9 500


def test_a_line_is_named_by_id_beginning_product_or_a_part_of_the_name(stocked):
    line = add_line(stocked)
    for text in (line, line[:9], line[5:9], "flat-b47", "BLOCK b, flat 47", "block"):
        answer = stocked.do("opp", "product", "set", "Flat 47", text, "--discount", "1")
        assert answer.out
    stocked.do("opp", "product", "remove", "Flat 47", line[5:9])
    assert items(stocked, "products") == []


def test_two_lines_of_one_product_are_told_apart_by_their_ids(stocked):
    first = add_line(stocked)
    add_line(stocked)
    answer = stocked.run("opp", "product", "remove", "Flat 47", "flat-b47")
    assert answer.code == 3
    assert "'flat-b47' may be any of 2:" in answer.err and first in answer.err
    assert len(items(stocked, "products")) == 2


def test_the_last_line_gone_there_is_no_amount(stocked):
    add_line(stocked)
    answer = stocked.do("opp", "product", "remove", "Flat 47", "block")
    assert answer.err == "Product Block B, flat 47 removed. No lines are left.\n"
    listed = stocked.do("opp", "list", "--columns", "title,amount", "--format", "csv").out
    assert listed == "title,amount\nFlat 47,\n"


# Team and leads


def test_the_team_takes_our_people_and_people_from_outside(stocked):
    stocked.do("opp", "member", "add", "Flat 47", "Boris Kalnin", "--role", "presales")
    stocked.do("opp", "member", "add", "Flat 47", "kuzn", "--role", "Sales representative")
    assert items(stocked, "team") == [
        {"member": "boris", "role": "presales"},
        {"member": contact_of(stocked, "Elena Kuznetsova"), "role": "sales-representative"},
    ]
    stocked.do("opp", "member", "set", "Flat 47", "boris", "--role", "sales-manager")
    stocked.do("opp", "member", "remove", "Flat 47", "Elena Kuznetsova")
    assert items(stocked, "team") == [{"member": "boris", "role": "sales-manager"}]


# Refusals

WRONG = [
    (["contact", "add", "Flat 47", "Zoë"], 3, "there is no contact 'Zoë'"),
    (["contact", "add", "Flat 47", ""], 1, "which contact?"),
    (["contact", "add", "Flat 47", "elena"], 3, "'elena' may be any of 2"),
    (["contact", "add", "Flat 47", "Elena Petrova", "--role", "boss"], 3, "Roles has no value"),
    (["contact", "add", "Flat 47", "Elena Petrova", "--loyalty", "0"], 3, "Loyalties has no"),
    (["contact", "add", "No deal", "Elena Petrova"], 3, "no deal 'No deal'"),
    (["contact", "set", "Flat 47", "Elena Petrova", "--role", "influencer"], 3, "not on the list"),
    (["contact", "remove", "Flat 47", "x"], 3, "nothing is"),
    (["competitor", "add", "Flat 47", "Zed"], 3, 'salescli competitor create "Zed" adds one'),
    (["competitor", "add", "Flat 47", "old-town"], 1, "competitor old-town is retired"),
    (["competitor", "add", "Flat 47", "skyline", "--product", "Skyline Prak"], 3, "Skyline Park?"),
    (["competitor", "add", "Flat 47", "skyline", "--amount", "12,5"], 2, "12.5"),
    (["product", "add", "Flat 47"], 1, "a product of the catalogue, or has a --title"),
    (["product", "add", "Flat 47", "flat-b47", "--title", "X"], 2, "not both"),
    (["product", "add", "Flat 47", "--title", "X"], 1, "needs a price: --price MONEY"),
    (["product", "add", "Flat 47", "barn"], 1, "product barn is retired"),
    (["product", "add", "Flat 47", "free-advice"], 1, "free-advice has no price on 2026-11-02"),
    (["product", "add", "Flat 47", "flat-b47", "--quantity", "0"], 1, "quantity is more than 0"),
    (["product", "add", "Flat 47", "flat-b47", "--quantity", "1,5"], 2, "decimals take a point"),
    (["product", "add", "Flat 47", "flat-b47", "--quantity", "1.2345"], 2, "at most 3 decimals"),
    (["product", "add", "Flat 47", "flat-b47", "--discount", "100.5"], 1, "between 0 and 100"),
    (["product", "add", "Flat 47", "flat-b47", "--price", "9 USD"], 1, "in EUR, USD"),
    (["product", "add", "Flat 47", "flat-b47", "--offer-result", "rejected"], 1, "is retired"),
    (["member", "add", "Flat 47", "dina"], 1, "dina left on 2026-06-30"),
    (["lead", "add", "Flat 47", "Zed"], 3, "there is no lead 'Zed'"),
    (["contact", "add", "Flat 47", "юрис", "--at", "2027-01-01"], 1, "lies in the future"),
    (["contact", "add", "Flat 47", "юрис", "--at", "2026-01-01"], 1, "lies before the creation"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=lambda v: str(v)[:50])
def test_what_is_wrong_is_refused_and_writes_nothing(stocked, arguments, code, words):
    before = stocked.tree()
    answer = stocked.run("opportunity", *arguments)
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert words.casefold() in " ".join(answer.err.split()).casefold()
    assert stocked.tree() == before


def test_all_faults_of_an_item_are_told_at_once(stocked):
    answer = stocked.run("opp", "contact", "add", "Flat 47", "Zoë", "--role", "boss",
                         "--loyalty", "9")  # fmt: skip
    assert answer.code == 3
    for words in ("no contact 'Zoë'", "oles has no value", "oyalties has no value"):
        assert words in answer.err


def test_one_record_has_one_place_in_a_list(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис")
    answer = stocked.run("opp", "contact", "add", "Flat 47", "Юрис Петров")
    assert answer.code == 1
    assert answer.err.startswith("Refused: Юрис Петров is on the list already.")


@pytest.mark.parametrize("value", ["", "  "])
def test_a_line_is_never_without_its_price(stocked, value):
    add_line(stocked)
    before = stocked.tree()
    answer = stocked.run("opp", "product", "set", "Flat 47", "block", "--price", value)
    assert (answer.code, answer.err) == (1, "Refused: a product needs a price.\n")
    assert stocked.tree() == before


@pytest.mark.parametrize("text", ["zoe@example.com", "+371 2999-8888", "29998888", "zoe@"])
def test_a_list_finds_its_contact_by_what_added_it(stocked, text):
    stocked.make("contact", "create", "Zoë", "--email", "zoe@example.com", "--phone",
                 "+371 2999 8888")  # fmt: skip
    for noun in ("contact", "member"):
        stocked.do("opp", noun, "add", "Flat 47", text)
        stocked.do("opp", noun, "remove", "Flat 47", text)
        answer = stocked.run("opp", noun, "remove", "Flat 47", text)
        assert answer.code == 3
        assert "is not on the list" in answer.err


def test_where_a_person_is_meant_no_account_is_found_by_a_part_of_its_name(stocked):
    stocked.make("account", "create", "Borys Ltd")
    answer = stocked.run("opp", "member", "add", "Flat 47", "borys")
    assert answer.code == 3
    told = " ".join(answer.err.split())
    assert "no person or contact 'borys'; did you mean 'Boris Kalnin'?" in told
    assert "account" not in told
    told = " ".join(stocked.run("opp", "contact", "add", "Flat 47", "yuris petrov").err.split())
    assert "no contact 'yuris petrov'" in told
    assert "--create-client" not in told


def test_an_account_is_no_contact_of_a_deal(stocked):
    stocked.make("account", "create", "Mill Invest")
    answer = stocked.run("opp", "contact", "add", "Flat 47", "Mill Invest")
    assert answer.code == 3
    assert "'Mill Invest' is an account, and here a person is meant" in answer.err


def test_what_was_taken_out_of_use_stays_listed_and_changes_but_is_not_made_the_main_one(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис")
    stocked.do("opp", "competitor", "add", "Flat 47", "skyline")
    stocked.do("contact", "archive", "Юрис Петров")
    stocked.do("competitor", "set", "skyline", "--retired", "yes")
    stocked.do("opp", "contact", "set", "Flat 47", "юрис", "--loyalty", "-1")
    stocked.do("opp", "competitor", "set", "Flat 47", "skyline", "--strengths", "Cheap")
    assert stocked.do("check").code == 0
    for noun, who, words in (
        ("contact", "юрис", "archived and takes nothing new"),
        ("competitor", "skyline", "competitor skyline is retired"),
    ):
        answer = stocked.run("opp", noun, "set", "Flat 47", who, "--main")
        assert answer.code == 1 and words in answer.err
        stocked.do("opp", noun, "remove", "Flat 47", who)
        assert stocked.run("opp", noun, "add", "Flat 47", who).code in (1, 3)


@pytest.mark.parametrize("group", [["opp", "contact"], ["competitor", "product"]])
def test_a_group_without_a_command_shows_its_help_as_it_is(shop, group):
    answer = shop.run(*group)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: salescli ")
    assert "\nCommands:\n  add " in answer.err and "Error" not in answer.err


def test_nothing_to_set_is_wrong_usage(stocked):
    answer = stocked.run("opp", "contact", "set", "Flat 47", "Elena Petrova")
    assert answer.code == 2 and "name a field" in answer.err


# Statuses, undo, dry run, time

CLOSINGS = [("won", []), ("lost", ["--reason", "price"]), ("rejected", ["--reason", "price"])]


@pytest.mark.parametrize(("outcome", "more"), CLOSINGS)
def test_lines_are_locked_in_a_closed_deal_and_all_else_is_not(stocked, outcome, more):
    add_line(stocked)
    stocked.do("opp", "close", "Flat 47", "--outcome", outcome, *more)
    stocked.do("opp", "archive", "Flat 47")
    for arguments in (
        ["add", "Flat 47", "flat-b47"],
        ["set", "Flat 47", "block", "--discount", "1"],
        ["remove", "Flat 47", "block"],
    ):
        answer = stocked.run("opp", "product", *arguments)
        assert answer.code == 1
        assert "products can't be changed" in answer.err and "opp reopen" in answer.err
    answer = stocked.run("opp", "product", "add", "Flat 47", "flta", "--discount", "x")
    for words in ("can't be changed", "no product 'flta'", "'x' is not a number"):
        assert words in answer.err  # all at once
    stocked.do("opp", "contact", "add", "Flat 47", "юрис", "--role", "decision-maker", "--main")
    stocked.do("opp", "contact", "set", "Flat 47", "юрис", "--loyalty", "1")
    stocked.do("opp", "competitor", "add", "Flat 47", "skyline")
    stocked.do("opp", "competitor", "remove", "Flat 47", "skyline")
    stocked.do("opp", "member", "add", "Flat 47", "boris")
    assert stocked.do("check", "--strict").code == 0


CHANGES = [
    ["contact", "add", "Flat 47", "юрис", "--role", "influencer", "--main"],
    ["contact", "set", "Flat 47", "petrova", "--role", "influencer"],
    ["contact", "remove", "Flat 47", "petrova"],
    ["competitor", "add", "Flat 47", "skyline", "--product", "skyline-park"],
    ["product", "add", "Flat 47", "flat-b47"],
    ["product", "set", "Flat 47", "kitchen", "--discount", "5"],
    ["product", "remove", "Flat 47", "kitchen"],
    ["member", "add", "Flat 47", "boris", "--role", "presales"],
]


@pytest.mark.parametrize("arguments", CHANGES, ids=lambda v: " ".join(v[:2]))
def test_a_dry_run_writes_nothing_and_undo_takes_back_what_was_written(stocked, arguments):
    stocked.do("opp", "contact", "add", "Flat 47", "Elena Petrova", "--main")
    stocked.do("opp", "product", "add", "Flat 47", "--title", "Kitchen", "--price", "9500")
    before, facts = stocked.tree(), stocked.facts(deal_of(stocked))
    answer = stocked.do("opp", *arguments, "--dry-run")
    assert "1 record would change. Nothing was written." in answer.err
    assert stocked.tree() == before
    stocked.do("opp", *arguments)
    changed = stocked.facts(deal_of(stocked))
    assert changed != facts
    stocked.do("undo")
    assert stocked.facts(deal_of(stocked)) == facts
    assert stocked.kinds(deal_of(stocked))[-1] == "voided"
    stocked.do("redo")
    assert stocked.facts(deal_of(stocked)) == changed
    assert stocked.do("check").code == 0


def test_who_and_when_stand_in_the_event(stocked):
    stocked.do("opp", "member", "add", "Flat 47", "boris", "--actor", "boris", "--at", "today")
    event = stocked.events(deal_of(stocked))[-1]
    assert (event["by"], event["kind"]) == ("boris", "changed")
    assert event["logged"] > event["at"]


# The warning about deciders

NOBODY = "Nobody is known to decide"


def test_a_deal_past_key_contacts_without_a_decision_maker_is_warned_of(stocked):
    answer = stocked.do("opp", "advance", "Flat 47", "--to", "key-contacts")
    assert NOBODY not in answer.err
    answer = stocked.do("opp", "advance", "Flat 47")
    assert NOBODY in answer.err
    assert "NAME --role decision-maker" in answer.err
    assert answer.err.splitlines()[-1].startswith("Next: ")
    assert NOBODY in stocked.do("opp", "contact", "add", "Flat 47", "юрис").err
    assert NOBODY not in stocked.do("opp", "set", "Flat 47", "--mood", "hopeful").err
    strict = stocked.run("check", "--strict")
    assert strict.code == 1 and "(no-decision-maker)" in strict.out
    assert stocked.do("check").code == 0
    answer = stocked.do("opp", "contact", "set", "Flat 47", "юрис", "--role", "decision-maker")
    assert NOBODY not in answer.err
    assert stocked.do("check", "--strict").code == 0
    assert NOBODY in stocked.do("opp", "contact", "remove", "Flat 47", "юрис").err
    assert NOBODY not in stocked.do("opp", "move", "Flat 47", "--to", "qualification").err


def test_a_deal_born_or_reopened_past_key_contacts_is_warned_of_and_a_closed_one_is_not(stocked):
    stage = "proposal-presentation"
    answer = stocked.do("opp", "create", "X", "--client", "Elena Petrova", "--stage", stage)
    assert NOBODY in answer.err
    answer = stocked.do("opp", "close", "X", "--outcome", "lost", "--reason", "price")
    assert NOBODY not in answer.err
    answer = stocked.do("opp", "reopen", "X", "--to", stage, "--reason", "They called back")
    assert NOBODY in answer.err


def test_an_edit_that_leaves_nobody_to_decide_is_warned_of(stocked):
    stocked.do("opp", "contact", "add", "Flat 47", "юрис", "--role", "decision-maker")
    stocked.do("opp", "advance", "Flat 47", "--to", "proposal-preparation")
    editor = stocked.root.parent / "editor"
    editor.write_text('#!/bin/sh\nsed -i s/decision-maker/influencer/ "$1"\n', "utf-8")
    editor.chmod(0o755)
    stocked.environ["EDITOR"] = str(editor)
    assert NOBODY in stocked.do("opp", "edit", "Flat 47").err
