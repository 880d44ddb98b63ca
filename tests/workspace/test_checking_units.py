"""What `check` says of units: by themselves, against deals, against histories."""

import json

import pytest

from tests.shop import made_once

FILE = "units/river-b.yaml"


@pytest.fixture
@made_once
def town(shop):
    """A store with two flats, of which a deal has reserved one until the end of November."""
    shop.do("product", "create", "Flat 47 in block B", "--id", "flat-b47", "--price", "236000")
    shop.do("unit", "building", "create", "river-b", "--name", "Riverside, block B")
    shop.do("unit", "create", "river-b", "b-47", "--kind", "flat", "--product", "flat-b47")
    shop.do("unit", "create", "river-b", "b-48", "--kind", "flat", "--floor", "2")
    shop.held = shop.deal()
    shop.do("reservation", "add", shop.held, "b-47", "--until", "2026-11-30")
    return shop


def told(town):
    """(code, line) of the findings in the building's file, and codes of all others."""
    answer = town.run("check", "--format", "json")
    found = json.loads(answer.out)["findings"]
    return [(one["code"], one["line"] if one["file"] == FILE else None) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("reserved_for: opp-", "reserved_for: con-", ("no-such-reference", 7)),
        ("product: flat-b47", "product: flat-b74", ("no-such-reference", 6)),
        ("reserved_until: 2026-11-30", "reserved_until: 2026-12-01", ("unrecorded-reservation", 8)),
        ("    reserved_until: 2026-11-30\n", "", ("half-reserved", 7)),
        ("floor: 2", "rooms: -2", ("bad-unit", 11)),
        ("floor: 2", "floor: second", ("wrong-type", 11)),
        ("floor: 2", "floor: 2.5", ("wrong-type", 11)),
        ("floor: 2", "area: 1e3", ("wrong-type", 11)),
        ("floor: 2", "contracted_on: 2026-11-01", ("contracted-for-nobody", 11)),
        ("floor: 2", "contracted_on: 2027-01-01", ("in-the-future", 11)),
        ("floor: 2", "reserved_until: 2026-13-01", ("wrong-type", 11)),
        ("  b-48:", "  B 48:", ("bad-id", 9)),
        ("building: river-b", "building: river-c", ("wrong-id", 1)),
        ("  b-48:", "  b-47:", ("duplicate-key", 9)),
    ],
)
def test_an_edit_by_hand_is_told_with_its_line(town, old, new, finding):
    town.replace(FILE, old, new)
    assert finding in told(town)


def test_a_unit_in_two_buildings_is_told(town):
    town.write(
        "units/river-c.yaml", "building: river-c\nname: C\nunits:\n  b-48:\n    kind: flat\n"
    )
    assert told(town) == [("unit-twice", None)]
    answer = town.run("unit", "show", "b-48")
    assert answer.code == 3 and "river-c/b-48" in answer.err
    assert town.do("unit", "show", "river-c/b-48").out != ""


def test_a_deal_that_was_lost_by_hand_holds_its_unit_until_it_is_released(town):
    facts = town.folder(town.held) / "opportunity.yaml"
    town.replace(facts, "stage: qualification", "stage: lost")
    town.replace(facts, "close_date:", "close_date: 2026-11-02")
    facts.write_text(facts.read_text("utf-8") + "close_reason: price\n", "utf-8")
    town.run("check", "--fix")
    assert told(town) == [("reserved-for-failed", 7)]
    town.do("reservation", "release", town.held, "b-47")
    assert told(town) == []


def test_a_reservation_by_hand_is_told_until_a_command_writes_it_down(town):
    other = town.deal("Flat 48")
    town.replace(
        FILE, "floor: 2", f"floor: 2\n    reserved_for: {other}\n    reserved_until: 2026-12-24"
    )
    assert told(town) == [("unrecorded-reservation", 12)]
    town.do("reservation", "add", other, "b-48", "--until", "2026-12-24")
    assert told(town) == []


def test_a_reservation_taken_out_by_hand_is_told_until_its_last_day_has_passed(town):
    text = (town.root / FILE).read_text("utf-8")
    lines = [line for line in text.splitlines(keepends=True) if "reserved_" not in line]
    town.write(FILE, "".join(lines))
    assert told(town) == [("reserved-twice", None)]
    town.now = town.now.replace(month=12)
    assert told(town) == []


def test_an_event_of_a_unit_that_is_gone_is_told(town):
    town.write(FILE, "building: river-b\nname: Riverside\n")
    assert told(town) == [("no-such-reference", None)]


def test_a_building_that_cannot_be_read_lets_nothing_be_said_about_its_units(town):
    town.replace(FILE, "floor: 2", "floor: [")
    answer = town.run("check", "--format", "json")
    found = json.loads(answer.out)["findings"]
    assert answer.code == 4
    assert {one["file"] for one in found} == {FILE}


def test_a_won_deal_without_the_unit_of_its_line_is_warned_of(town):
    buyer = town.deal("Flat 47 again")
    town.do("opportunity", "product", "add", buyer, "--unit", "b-47")
    town.do("opportunity", "close", buyer, "--outcome", "won")
    assert told(town) == [("unit-not-sold", None)]
    assert town.run("check").code == 0
    assert town.run("check", "--strict").code == 1
    town.do("reservation", "release", town.held, "b-47")
    town.do("reservation", "add", buyer, "b-47", "--until", "2026-11-02")
    assert told(town) == []


def test_a_deal_that_a_unit_names_is_not_deleted(town):
    answer = town.run("opportunity", "delete", town.held, "--yes")
    assert answer.code == 1 and FILE in answer.err
