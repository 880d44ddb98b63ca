"""Units on the command line: made, changed, listed, shown, drawn."""

import csv
import io
import json

import pytest

from salescli.report.text.numbers import width_of
from tests.shop import load, made_once

FILE = "units/river-b.yaml"


@pytest.fixture
@made_once
def town(shop):
    """Two buildings; of the first one's units one is reserved, one sold, one contracted."""
    shop.do("product", "create", "Flat 47 in block B", "--id", "flat-b47", "--price", "236000")
    shop.do("unit", "building", "create", "river-b", "--name", "Riverside, block B")
    shop.do("unit", "building", "create", "mill", "--name", "Old Mill", "--project", "mill")
    for name, *options in (
        ("b-47", "--section", "2", "--floor", "9", "--rooms", "3", "--product", "flat-b47"),
        ("b-9", "--section", "1", "--floor", "2", "--rooms", "2", "--area", "52.5"),
        ("b-10", "--section", "1", "--floor", "2", "--rooms", "1"),
        ("b-11", "--section", "1", "--floor", "3", "--rooms", "1"),
    ):
        shop.do("unit", "create", "river-b", name, "--kind", "flat", *options)
    shop.do("unit", "create", "mill", "p-1", "--kind", "parking", "--floor", "-1")
    shop.deals = [shop.deal(title) for title in ("Flat 47", "Flat 9", "Квартира 10")]
    for deal, name in zip(shop.deals, ("b-47", "b-9", "b-10"), strict=True):
        shop.do("reservation", "add", deal, name, "--until", "2026-11-30")
    shop.do("opportunity", "close", shop.deals[1], "--outcome", "won")
    shop.do("unit", "set", "b-10", "--contracted-on", "2026-11-02")
    return shop


def ids(town, *options):
    """The ids that a list shows, in its order."""
    rows = json.loads(town.do(*options, "--format", "json").out)
    (found,) = (value for value in rows.values() if isinstance(value, list))
    return [row["id"] for row in found]


def test_a_building_and_a_unit_are_written_as_the_format_says(shop):
    shop.do("unit", "building", "create", "river-b", "--name", "Riverside, block B")
    words = "--rooms 3 --kind flat --area 78.40 --floor 9 --section 2".split()
    assert shop.do("unit", "create", "river-b", "b-47", *words).id == "b-47"
    assert (shop.root / FILE).read_text("utf-8") == (
        "building: river-b\nname: Riverside, block B\nunits:\n  b-47:\n    kind: flat\n"
        '    section: "2"\n    floor: 9\n    rooms: 3\n    area: 78.4\n'
    )
    assert shop.do("check", "--strict").out == ""


def test_setting_a_unit_changes_its_lines_alone_and_an_empty_value_empties_one(town):
    before = (town.root / FILE).read_text("utf-8")
    town.do("unit", "set", "b-9", "--rooms", "", "--area", "53", "--kind", "studio")
    after = before.replace(
        '    kind: flat\n    section: "1"\n    floor: 2\n    rooms: 2\n    area: 52.5\n',
        '    kind: studio\n    section: "1"\n    floor: 2\n    area: 53\n',
    )
    assert after != before
    assert (town.root / FILE).read_text("utf-8") == after
    answer = town.do("unit", "set", "b-9", "--area", "53")
    assert "Nothing to change" in answer.err


def test_who_holds_a_unit_is_not_set_but_reserved(town):
    answer = town.run("unit", "set", "b-11", "--reserved-for", town.deals[0])
    assert answer.code == 2
    assert town.run("unit", "set", "b-11").code == 2


def test_a_building_gets_another_name_and_keeps_its_id(town):
    town.do("unit", "building", "set", "Old Mill", "--name", "The Mill", "--project", "")
    assert load(town.root / "units/mill.yaml") == {
        "building": "mill",
        "name": "The Mill",
        "units": {"p-1": {"kind": "parking", "floor": "-1"}},
    }
    assert town.run("unit", "building", "set", "mill", "--name", "").code == 1


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (("building", "create", "River B", "--name", "B"), 2, ["'River B' can't be the id"]),
        (("building", "create", "mill"), 1, ["a building mill already", "needs a name"]),
        (
            ("create", "nowhere", "b-47", "--kind", "", "--rooms", "two", "--product", "x"),
            3,
            ["no building 'nowhere'", "a unit b-47 already", "'two' is not a whole", "product 'x'"],
        ),
        (("create", "mill", "b-47", "--kind", "flat"), 1, ["a unit b-47 already"]),
        (("create", "mill", "m-1"), 1, ["needs a kind"]),
        (("set", "b-11", "--area", "0", "--rooms", "-1"), 1, ["area of a unit", "rooms of a unit"]),
        (("list", "--state", "fre"), 3, ["Did you mean free?"]),
        (("list", "--floor-from", "high"), 2, ["'high' is not a number"]),
        (("list", "--building", "mil"), 3, ["Did you mean mill?"]),
        (("list", "--columns", "prise"), 2, ["Did you mean price?"]),
        (("list", "--sort", "prise"), 2, ["Did you mean price?"]),
        (("show", "b-4"), 3, ["Did you mean"]),
        (("chess",), 3, ["which building?", "mill, river-b"]),
    ],
)
def test_what_is_wrong_is_told_at_once_and_nothing_is_written(town, command, code, told):
    before = town.tree()
    answer = town.run("unit", *command)
    said = " ".join(answer.err.split()).casefold()
    assert answer.code == code, answer.err
    assert [words for words in told if words.casefold() not in said] == []
    assert town.tree() == before


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), ["p-1", "b-9", "b-10", "b-11", "b-47"]),
        (("--state", "free"), ["p-1", "b-11"]),
        (("--state", "sold,contracted"), ["b-9", "b-10"]),
        (("--building", "river-b", "--floor-from", "3"), ["b-11", "b-47"]),
        (("--floor-to", "2"), ["p-1", "b-9", "b-10"]),
        (("--rooms", "1,2", "--kind", "flat"), ["b-9", "b-10", "b-11"]),
        (("--where", "price>200000", "--where", "owner=@me"), ["b-47"]),
        (("--where", "deal~КВАРТИРА"), ["b-10"]),
        (("--where", "product=Flat 47 in block B"), ["b-47"]),
        (("--where", "project=mill"), ["p-1"]),
        (("--where", "reserved_until<=2026-11-30"), ["b-47"]),
        (("--sort", "-floor,id"), ["b-47", "b-11", "b-9", "b-10", "p-1"]),
        (("--sort", "state", "--limit", "2"), ["p-1", "b-11"]),
    ],
)
def test_a_list_of_units_is_narrowed_and_sorted(town, options, found):
    assert ids(town, "unit", "list", *options) == found


def test_a_list_for_programs_has_every_name_and_one_for_people_says_how_many(town):
    rows = list(csv.DictReader(io.StringIO(town.do("unit", "list", "--format", "csv").out)))
    last = rows[-1]
    assert (last["id"], last["price"], last["state"]) == ("b-47", "236000.00 EUR", "reserved")
    assert (last["reserved_for"], last["days_left"]) == (town.deals[0], "28")
    answer = town.do("unit", "list")
    assert answer.err == "5 units: 2 free, 1 reserved, 1 contracted, 1 sold.\n"
    assert "236 000 EUR" in answer.out and "Flat 47" in answer.out


def test_a_list_fits_the_terminal(town):
    town.is_terminal = True
    for words in ("unit list", "reservation list", "unit chess river-b", "unit building list"):
        lines = town.do(*words.split()).out.splitlines()
        assert max(map(width_of, lines)) <= 80


def test_reservations_in_force_are_listed_and_on_demand_contracts_and_sales(town):
    assert ids(town, "reservation", "list") == ["b-47"]
    assert ids(town, "reservation", "list", "--all") == ["b-47", "b-10", "b-9"]
    assert ids(town, "reservation", "list", "--where", "reserved_until<today+7d") == []
    town.now = town.now.replace(month=12)
    assert ids(town, "reservation", "list") == []


def test_a_unit_is_shown_in_words(town):
    lines = town.do("unit", "show", "b-47").out.splitlines()
    short = town.deals[0].removeprefix("opp-")[:4]
    assert lines == [
        " b-47  Riverside, block B (river-b)",
        " flat, section 2, floor 9, 3 rooms",
        " Flat 47 in block B, flat-b47, 236 000 EUR",
        f" Reserved for Flat 47 ({short}), anna, until 30 Nov 2026, 28 days left",
    ]
    assert "Sold with Flat 9" in town.do("unit", "show", "b-9").out
    assert "contract of 2 Nov 2026" in town.do("unit", "show", "b-10").out
    assert town.do("unit", "show", "b-11", "--format", "md").out.endswith("- Free\n")


def test_buildings_are_counted(town):
    told = json.loads(town.do("unit", "building", "list", "--format", "json").out)["buildings"]
    assert told == [
        {
            "building": "mill",
            "name": "Old Mill",
            "project": "mill",
            "units": 1,
            "free": 1,
            "reserved": 0,
            "contracted": 0,
            "sold": 0,
        },
        {
            "building": "river-b",
            "name": "Riverside, block B",
            "project": None,
            "units": 4,
            "free": 1,
            "reserved": 1,
            "contracted": 1,
            "sold": 1,
        },
    ]


def test_the_board_of_a_building_is_drawn(town):
    assert town.do("unit", "chess", "Riverside, block B").out.splitlines() == [
        " Riverside, block B (river-b)",
        " Floor    Section 1         Section 2",
        "     9                      ◔ b-47",
        "     3    ○ b-11",
        "     2    ● b-9   ◑ b-10",
        " ○ 1 free  ◔ 1 reserved  ◑ 1 contracted  ● 1 sold",
    ]
    town.do("unit", "building", "create", "bare", "--name", "Bare")
    assert "No units yet" in town.do("unit", "chess", "bare").err


def test_a_broken_building_is_named_and_the_others_are_listed(town):
    town.replace(FILE, "rooms: 3", "rooms: [")
    answer = town.run("unit", "list")
    assert answer.code == 4 and FILE in answer.err and "p-1" in answer.out


@pytest.mark.parametrize("words", ["unit list", "unit building list", "reservation list"])
def test_a_store_without_units_says_how_to_begin(shop, words):
    answer = shop.do(*words.split())
    assert answer.out == "" and "No units yet: salescli unit building create" in answer.err
    told = json.loads(shop.do(*words.split(), "--format", "json").out)
    assert [value for value in told.values() if isinstance(value, list)] == [[]]


def test_the_screen_of_a_deal_shows_its_unit(town):
    assert (
        "b-47                reserved until 30 Nov 2026"
        in town.do("opportunity", "show", town.deals[0]).out
    )
    document = json.loads(town.do("opportunity", "show", town.deals[0], "--format", "json").out)
    assert [(row["id"], row["state"]) for row in document["units"]] == [("b-47", "reserved")]
