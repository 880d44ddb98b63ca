"""Products with prices, competitors with what they sell, dictionaries: what stands on disk."""

import json

import pytest

from tests.shop import Shop, load, made_once


def products(shop: Shop) -> str:
    return (shop.root / "products.yaml").read_text("utf-8")


def competitors(shop: Shop) -> str:
    return (shop.root / "competitors.yaml").read_text("utf-8")


# Prices


def test_each_price_stands_under_the_day_it_begins(shop):
    shop.make(
        "product", "create", "Block B, flat 47", "--id", "flat-b47", "--group", "flats",
        "--price", "2026-09-01=236000", "--price", "2026-01-01=231000",
    )  # fmt: skip
    assert products(shop) == (
        "products:\n  flat-b47:\n    name: Block B, flat 47\n    group: flats\n    prices:\n"
        "      2026-01-01: 231000.00 EUR\n      2026-09-01: 236000.00 EUR\n"
    )


def test_a_price_from_a_day_on_takes_its_place_among_the_others(shop):
    shop.make("product", "create", "Flat", "--price", "2026-01-01=231000")
    answer = shop.do("product", "price", "Flat", "241000", "--from", "2027-01-01")
    assert (answer.out, answer.err) == ("flat\n", "flat costs 231 000 EUR today.\n")
    answer = shop.do("product", "price", "flat", "236000.5")
    assert answer.err == "flat costs 236 000.50 EUR today.\n"
    assert load(shop.root / "products.yaml")["products"]["flat"]["prices"] == {
        "2026-01-01": "231000.00 EUR",
        "2026-11-02": "236000.50 EUR",
        "2027-01-01": "241000.00 EUR",
    }
    assert list(load(shop.root / "products.yaml")["products"]["flat"]["prices"]) == [
        "2026-01-01",
        "2026-11-02",
        "2027-01-01",
    ]


def test_a_price_is_replaced_taken_out_and_brought_back(shop):
    shop.make("product", "create", "Flat", "--price", "2026-01-01=231000")
    shop.do("product", "price", "Flat", "1", "--from", "2026-01-01")
    assert products(shop).endswith("    prices:\n      2026-01-01: 1.00 EUR\n")
    answer = shop.do("product", "price", "Flat", "", "--from", "2026-01-01")
    assert answer.err == "flat has no price today.\n"
    assert products(shop) == "products:\n  flat:\n    name: Flat\n"
    shop.do("undo")
    assert products(shop).endswith("      2026-01-01: 1.00 EUR\n")


def test_what_begins_with_a_value_of_its_own_stands_in_the_order_of_the_format(shop):
    shop.make("person", "create", "Boris", "--left", "2027-01-01")
    shop.do("person", "set", "boris", "--hourly", "2026-01-01=38", "--hourly", "2026-07-01=40")
    text = (shop.root / "team.yaml").read_text("utf-8")
    assert (
        "  boris:\n    name: Boris\n    hourly:\n      2026-01-01: 38.00 EUR\n"
        "      2026-07-01: 40.00 EUR\n    left: 2027-01-01\n"
    ) in text
    shop.make("product", "create", "Flat", "--retired", "yes")
    shop.do("product", "set", "flat", "--price", "2026-01-01=1", "--external", "sap=7")
    assert products(shop) == (
        "products:\n  flat:\n    name: Flat\n    prices:\n      2026-01-01: 1.00 EUR\n"
        '    retired: true\n    external:\n      sap: "7"\n'
    )


def test_a_new_price_leaves_every_other_line_alone(shop):
    text = (
        "# our goods\nproducts:\n  flat:\n    name: 'Flat'  # the big one\n    prices:\n"
        "      # by contract\n      2026-01-01: 231000.00 EUR # old\n\n  barn: {name: Barn}\n"
    )
    shop.write("products.yaml", text)
    shop.do("product", "price", "flat", "241000", "--from", "2026-06-01")
    lines = text.splitlines(keepends=True)
    lines.insert(7, "      2026-06-01: 241000.00 EUR\n")
    assert products(shop) == "".join(lines)
    shop.do("product", "price", "flat", "", "--from", "2026-06-01")
    assert products(shop) == text


# Competitors


def test_a_competitor_and_what_it_sells_stand_as_the_format_says(shop):
    made = shop.make("competitor", "create", "Skyline Homes", "--id", "skyline",
                     "--strengths", "Cheap, well known",
                     "--weaknesses", "Late with every block")  # fmt: skip
    assert made == "skyline"
    made = shop.make("competitor", "product", "add", "Skyline Homes", "Skyline Park",
                     "--strengths", "Parking included",
                     "--weaknesses", "Handover a year later")  # fmt: skip
    assert made == "skyline-park"
    assert competitors(shop) == (
        "competitors:\n  skyline:\n    name: Skyline Homes\n    strengths: Cheap, well known\n"
        "    weaknesses: Late with every block\n    products:\n      skyline-park:\n"
        "        name: Skyline Park\n        strengths: Parking included\n"
        "        weaknesses: Handover a year later\n"
    )
    assert shop.do("check", "--strict").out == ""


@pytest.fixture
@made_once
def rivals(shop: Shop) -> Shop:
    """Skyline with two products, and Old Town."""
    shop.make("competitor", "create", "Skyline Homes", "--id", "skyline")
    shop.make("competitor", "product", "add", "skyline", "Skyline Park")
    shop.make("competitor", "product", "add", "skyline", "Башня", "--id", "tower")
    shop.make("competitor", "create", "Old Town")
    return shop


def test_a_product_of_a_competitor_is_changed_by_name_or_id(rivals):
    rivals.do("competitor", "product", "set", "skyline", "БАШНЯ", "--weaknesses", "Late")
    rivals.do("competitor", "product", "set", "Skyline homes", "tower", "--name", "Tower",
              "--retired", "yes")  # fmt: skip
    assert load(rivals.root / "competitors.yaml")["competitors"]["skyline"]["products"] == {
        "skyline-park": {"name": "Skyline Park"},
        "tower": {"name": "Tower", "weaknesses": "Late", "retired": "true"},
    }
    rivals.do("competitor", "product", "set", "skyline", "tower", "--retired", "no",
              "--weaknesses", "")  # fmt: skip
    assert "retired" not in competitors(rivals) and "weaknesses" not in competitors(rivals)


def test_a_product_that_no_deal_ever_named_is_removed_and_the_last_takes_its_key(rivals):
    rivals.do("competitor", "product", "remove", "skyline", "tower")
    rivals.do("competitor", "product", "remove", "skyline", "Skyline Park")
    assert "products" not in competitors(rivals)
    rivals.do("undo")
    assert "skyline-park:\n        name: Skyline Park\n" in competitors(rivals)


def test_a_product_that_a_history_names_is_retired_instead(rivals):
    deal = rivals.deal("Flat 47")
    rivals.do("opp", "competitor", "add", "Flat 47", "skyline", "--product", "Башня")
    rivals.do("opp", "competitor", "set", "Flat 47", "skyline", "--product", "")
    answer = rivals.run("competitor", "product", "remove", "skyline", "tower")
    assert answer.code == 1
    assert f"flat-47--{deal}/history.yaml" in answer.err
    assert "set skyline tower --retired yes" in " ".join(answer.err.split())
    rivals.do("competitor", "product", "set", "skyline", "tower", "--retired", "yes")
    answer = rivals.run("opp", "competitor", "set", "Flat 47", "skyline", "--product", "tower")
    assert answer.code == 1 and "Башня of Skyline Homes is retired" in answer.err


def test_competitors_are_listed_filtered_and_shown(rivals):
    rivals.do("competitor", "set", "Old Town", "--retired", "yes")
    assert rivals.do("competitor", "list", "--format", "csv").out == (
        "id,name,products,strengths,weaknesses,retired\n"
        "old-town,Old Town,,,,yes\n"
        'skyline,Skyline Homes,"skyline-park, tower",,,\n'
    )
    listed = rivals.do("competitor", "list", "--where", "retired=yes", "--columns", "id")
    assert listed.out.split() == ["Id", "old-town"]
    shown = rivals.do("competitor", "show", "skyline homes").out
    assert shown == (
        " id        skyline\n name      Skyline Homes\n"
        " products  skyline-park: Skyline Park\n           tower: Башня\n"
    )
    document = json.loads(rivals.do("competitor", "show", "skyline", "--format", "json").out)
    assert document["products"]["tower"] == {"name": "Башня"}


def test_an_empty_store_lists_no_competitors(shop):
    answer = shop.do("competitor", "list")
    assert (answer.out, answer.err) == ("", "No competitors yet.\n")


# Dictionaries


def test_a_value_is_added_last_renamed_and_retired(shop):
    shop.do("dictionary", "add", "sources", "fair", "Met at a fair")
    sources = load(shop.root / "dictionaries.yaml")["sources"]
    assert list(sources)[-1] == "fair" and sources["fair"] == "Met at a fair"
    shop.do("dictionary", "set", "sources", "fair", "At a fair")
    shop.do("dictionary", "retire", "sources", "fair")
    text = (shop.root / "dictionaries.yaml").read_text("utf-8")
    assert load(shop.root / "dictionaries.yaml")["sources"]["fair"] == {
        "name": "At a fair",
        "retired": "true",
    }
    assert shop.do("dictionary", "retire", "sources", "fair").err == (
        "Nothing to change: it says so already.\n"
    )
    assert (shop.root / "dictionaries.yaml").read_text("utf-8") == text
    shop.do("dictionary", "set", "sources", "fair", "--retired", "no")
    assert load(shop.root / "dictionaries.yaml")["sources"]["fair"] == "At a fair"


def test_a_retired_value_stays_where_it_is_and_goes_nowhere_else(shop):
    shop.deal("Flat 47", "--source", "web")
    shop.do("dictionary", "retire", "sources", "web")
    assert shop.do("check", "--strict").out == ""
    answer = shop.run("opp", "create", "Flat 48", "--client", "Elena Petrova", "--source", "web")
    assert answer.code == 1 and "web of sources is retired" in answer.err


def test_a_reason_may_want_details_and_a_result_its_types(shop):
    shop.do("dictionary", "add", "close_reasons", "legal", "Legal trouble", "--details", "yes")
    shop.do("dictionary", "add", "activity_results", "voicemail", "Voicemail", "--type", "call")
    known = load(shop.root / "dictionaries.yaml")
    assert known["close_reasons"]["legal"] == {"name": "Legal trouble", "details": "true"}
    assert known["activity_results"]["voicemail"] == {"name": "Voicemail", "types": ["call"]}
    shop.deal("Flat 47")
    answer = shop.run("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "legal")
    assert answer.code == 1 and "needs --details" in answer.err
    shop.do("dictionary", "set", "close_reasons", "legal", "--details", "no")
    shop.do("dictionary", "set", "activity_results", "voicemail", "--type", "")
    known = load(shop.root / "dictionaries.yaml")
    assert known["close_reasons"]["legal"] == "Legal trouble"
    assert known["activity_results"]["voicemail"] == "Voicemail"
    assert shop.do("check", "--strict").out == ""


# Out of use


@pytest.mark.parametrize(("kind", "folder"), [("account", "accounts"), ("contact", "contacts")])
def test_a_client_is_archived_and_comes_back(shop, kind, folder):
    made = shop.make(kind, "create", "Mill Invest")
    (path,) = shop.root.glob(f"{folder}/*")
    before = path.read_text("utf-8")
    assert shop.do(kind, "archive", "mill invest").out == f"{made}\n"
    assert path.read_text("utf-8") == before + "archived: true\n"
    assert shop.do(kind, "list").out == ""
    shop.do(kind, "set", made, "--archived", "no")
    assert path.read_text("utf-8") == before


def test_no_is_what_the_absence_of_retired_says_already(shop):
    shop.make("product", "create", "Flat", "--retired", "no")
    shop.make("competitor", "create", "Skyline", "--retired", "yes")
    shop.do("competitor", "set", "skyline", "--retired", "no")
    assert "retired" not in products(shop) + competitors(shop)


WRONG = [
    (["product", "price", "flat", "12,5"], 2, "decimals take a point"),
    (["product", "price", "flat", "1", "--from", "soon"], 2, "'soon' is not a day"),
    (["product", "price", "flat", "", "--from", "2030-01-01"], 3, "no price that begins on"),
    (["product", "price", "falt", "1"], 3, "did you mean flat?"),
    (["product", "create", "Two", "--price", "2026-01-01=1", "--price", "2026-01-01=2"], 1,
     "2026-01-01 would have two prices: 1.00 EUR and 2.00 EUR"),
    (["product", "create", "Two", "--price", "2026-01-01=1", "--price", "x=2"], 2, "'x' is not a"),
    (["product", "create", "Flat"], 1, "there is a product flat already"),
    (["competitor", "create", ""], 2, "can't be the id of a competitor"),
    (["competitor", "create", "Skyline"], 1, "there is a competitor skyline already"),
    (["competitor", "set", "skylin", "--name", "X"], 3, "did you mean skyline?"),
    (["competitor", "set", "skyline", "--name", ""], 1, "a competitor needs a name"),
    (["competitor", "set", "skyline"], 2, "nothing to set"),
    (["competitor", "show", "zed"], 3, 'salescli competitor create "zed" adds one'),
    (["competitor", "product", "add", "zed", "Park"], 3, "there is no competitor 'zed'"),
    (["competitor", "product", "add", "skyline", ""], 2, "a product needs a name"),
    (["competitor", "product", "add", "skyline", "Park"], 1, "there is a product park already"),
    (["competitor", "product", "set", "skyline", "Prak", "--name", "X"], 3, "did you mean Park?"),
    (["competitor", "product", "set", "skyline", "park", "--name", ""], 1, "needs a name"),
    (["competitor", "product", "remove", "skyline", "zed"], 3, "has no product 'zed'"),
    (["dictionary", "add", "sources", "web", "Web"], 1, "sources has web already: Web"),
    (["dictionary", "add", "sources", "a b", "X"], 2, "'a b' can't be the id of a value"),
    (["dictionary", "add", "sources", "x", " "], 1, "a new value needs a name"),
    (["dictionary", "add", "colours", "x", "X"], 3, "there is no dictionary 'colours'"),
    (["dictionary", "add", "loyalties", "4", "X"], 1, "numbers from -3 to 3"),
    (["dictionary", "add", "sources", "x", "X", "--details", "yes"], 1, "values of close_reasons"),
    (["dictionary", "add", "activity_results", "x", "X", "--type", "cal"], 1, "did you mean call?"),
    (["dictionary", "retire", "sources", "wbe"], 3, "did you mean web?"),
    (["account", "archive", "Nobody"], 3, "no account 'Nobody'"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=lambda v: str(v)[:50])
def test_what_is_wrong_is_refused_and_writes_nothing(shop, arguments, code, words):
    shop.make("product", "create", "Flat", "--price", "2026-01-01=231000")
    shop.make("competitor", "create", "Skyline")
    shop.make("competitor", "product", "add", "skyline", "Park")
    before = shop.tree()
    answer = shop.run(*arguments)
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert words.casefold() in " ".join(answer.err.split()).casefold()
    assert shop.tree() == before


WRITERS = [
    ["product", "price", "flat", "1"],
    ["competitor", "create", "Old Town"],
    ["competitor", "set", "skyline", "--strengths", "Cheap"],
    ["competitor", "product", "add", "skyline", "Tower"],
    ["competitor", "product", "set", "skyline", "park", "--strengths", "Near"],
    ["competitor", "product", "remove", "skyline", "park"],
    ["dictionary", "add", "sources", "fair", "Fair"],
    ["dictionary", "retire", "sources", "web"],
    ["contact", "archive", "Elena Petrova"],
]


@pytest.mark.parametrize("arguments", WRITERS, ids=" ".join)
def test_a_dry_run_writes_nothing_and_undo_brings_every_byte_back(shop, arguments):
    shop.make("contact", "create", "Elena Petrova")
    shop.make("product", "create", "Flat", "--price", "2026-01-01=231000")
    shop.make("competitor", "create", "Skyline")
    shop.make("competitor", "product", "add", "skyline", "Park")
    before = shop.tree()
    assert "Nothing was written." in shop.do(*arguments, "--dry-run").err
    assert shop.tree() == before
    shop.do(*arguments)
    assert shop.tree() != before
    assert shop.do("check").out == ""
    shop.do("undo")
    assert shop.tree() == before


def test_who_is_one_of_us_with_another_email_is_told_to_add_that_one(shop):
    shop.git_email, shop.system_user = "anna@home.example", "ab"
    told = shop.run("contact", "create", "Elena").err
    assert "person create" not in told
    command = told.partition("salescli person set")[2].replace("\\\n", " ")
    shop.do("person", "set", *command.split())
    assert shop.make("contact", "create", "Elena")
    assert shop.run("person", "list", "--format", "json").out.count("anna@") == 2
