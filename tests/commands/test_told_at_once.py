"""Everything that is wrong with one command line is told by one answer, and nothing is written."""

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def deal(shop):
    return shop.deal("Flat 47")


def refused(shop, *arguments):
    before = shop.tree()
    answer = shop.run(*arguments)
    assert answer.code != 0
    assert shop.tree() == before
    return " ".join(answer.err.split())


def test_a_new_deal_tells_client_leads_and_main_contact(shop, deal):
    err = refused(
        shop, *"opp create Y --client no@example.com --lead lead-zz --main-contact K".split()
    )
    for words in ("no client 'no@example.com'", "no lead 'lead-zz'", "no contact 'K'"):
        assert words in err


def test_a_rival_tells_its_amount_and_its_product(shop, deal):
    shop.make("competitor", "create", "Skyline Homes")
    shop.make("opp", "competitor", "add", deal, "skyline-homes")
    line = f"opp competitor set {deal} skyline-homes --amount -5 --product nope"
    err = refused(shop, *line.split())
    assert "'-5' is not an amount" in err
    assert "Skyline Homes has no product 'nope'" in err


@pytest.mark.parametrize("verb", ["add", "set"])
def test_a_line_tells_its_quantity_and_its_discount_beside_all_else(shop, deal, verb):
    shop.make("product", "create", "Flat 1", "--price", "1000")
    shop.make("opp", "product", "add", deal, "flat-1")
    shop.do("product", "set", "flat-1", "--retired", "yes")
    line = f"opp product {verb} {deal} flat-1 --quantity 0 --discount 200 --price x"
    err = refused(shop, *line.split())
    for words in ("quantity is more than 0", "between 0 and 100 percent", "'x' is not an amount"):
        assert words in err
    assert ("product flat-1 is retired" in err) is (verb == "add")


def test_a_line_is_a_product_or_has_a_title_never_both(shop, deal):
    shop.make("product", "create", "Flat 1", "--price", "1000")
    err = refused(shop, *f"opp product add {deal} flat-1 --title X --quantity=-1".split())
    assert "a --title of its own: not both" in err.replace("A line", "a line")
    assert "'-1' is not a number with at most 3 decimals, 0 or more" in err


def test_a_number_below_nothing_is_not_called_an_option(shop, deal):
    err = refused(shop, "time", "add", deal, "-5")
    assert "-5 reads as an option. Amounts and lengths are never below 0" in err


@pytest.mark.parametrize(
    ("dictionary", "value", "why"),
    [
        ("roles", "decision-maker", "every deal wants a contact in this role"),
        ("close_reasons", "competitor-won", "the winner of a lost deal is named with it"),
        ("activity_types", "call", "a call is planned as one"),
    ],
)
def test_a_value_that_rules_speak_of_is_not_retired(shop, dictionary, value, why):
    for line in (f"retire {dictionary} {value}", f"set {dictionary} {value} --retired yes"):
        assert f"can't be retired: {why}" in refused(shop, "dictionary", *line.split())
    shop.do("dictionary", "set", dictionary, value, "Another name")


def test_leads_named_with_a_new_deal_await_its_sale_and_undo_frees_them(shop, deal):
    lead = shop.make("lead", "create", "Flat for two")
    before = shop.tree()
    made = shop.make("opp", "create", "Y", "--client", "Elena", "--lead", "Flat for two")
    assert shop.facts(made)["leads"] == [lead]
    (path,) = shop.root.glob("leads/*/*/lead.yaml")
    assert "stage: awaiting-sale" in path.read_text()
    assert shop.run("check").code == 0
    assert "covered by an open deal" in refused(
        shop, *f"opp create Z --client Elena --lead {lead}".split()
    )
    shop.do("undo")
    assert {name: data for name, data in shop.tree().items() if "history" not in name} == {
        name: data for name, data in before.items() if "history" not in name
    }


@pytest.mark.parametrize("line", ["opp set DEAL --lead x", "opp clone DEAL --lead x"])
def test_the_list_of_leads_is_changed_by_its_own_commands_alone(shop, deal, line):
    assert "No such option" in refused(shop, *line.replace("DEAL", deal).split())


def test_a_list_of_archived_records_alone_says_so(shop, deal):
    assert shop.run("lead", "list").err == "No leads yet.\n"
    shop.make("lead", "create", "L")
    shop.do("lead", "move", "L", "--to", "not-interested")
    shop.do("lead", "archive", "L")
    assert shop.run("lead", "list").err == "The only lead is archived; --all shows it.\n"
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    shop.do("opp", "archive", deal)
    assert shop.run("opp", "list").err == "The only deal is archived; --all shows it.\n"


def test_after_the_last_activity_of_a_closed_deal_none_is_proposed(shop, deal):
    one = shop.make("activity", "plan", deal, "Send papers")
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    err = shop.do("activity", "done", one).err
    assert "it is closed" in err
    assert "activity plan" not in err


def test_a_day_without_a_time_is_shown_as_a_day_everywhere(shop, deal):
    shop.make("activity", "plan", deal, "Papers", "--start", "2026-11-30")
    shop.make("activity", "plan", deal, "Visit", "--start", "2026-12-01T14:00")
    for view in ("show", "timeline", "brief"):
        out = shop.do("opp", view, deal).out
        assert "00:00" not in out
        assert view == "timeline" or "30 Nov 2026 task Papers" in out
        assert "1 Dec 2026 14:00" in out


def test_a_long_title_is_short_before_each_event_of_a_client(shop):
    title = "A title that goes on and on " * 4
    one = shop.deal(title)
    shop.deal("Flat 48")
    out = shop.do("client", "history", "Elena").out
    assert "A title that goes on and on A…: created" in out
    two = shop.deal(title)
    out = shop.do("client", "history", "Elena").out
    assert f"A title that goes on and on A… ({one}): created" in out
    assert f"A title that goes on and on A… ({two}): created" in out


def test_the_largest_sums_of_a_deal_are_shown_first(shop, deal):
    for title, price in (("Cellar", "3"), ("Flat", "900"), ("Parking", "20")):
        shop.do("opp", "product", "add", deal, "--title", title, "--price", price)
    out = shop.do("opp", "show", deal).out
    assert out.index("Flat  ") < out.index("Parking") < out.index("Cellar")
