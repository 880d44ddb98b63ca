"""JSON Schema from declarations: what it takes, what it tells, and that it explains every key."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import jsonschema
import msgspec
import pytest

from salescli.model import definition, fields
from salescli.model.catalogues import CustomField, Product, Team
from salescli.model.definition import Criterion, Definition, Stage, Step
from salescli.model.jsonschema import DRAFT, build_schema
from salescli.model.money import Money
from salescli.model.records import Account, Opportunity
from salescli.process import stepchecks
from tests.editor import type_plain

OPEN = fields.Only("state", (None,), "an open door")


class Hinge(msgspec.Struct, kw_only=True):
    """What it turns on.

    More words.
    """

    left: Annotated[bool | None, fields.field("yes-no", "On the left")] = None


class Door(msgspec.Struct, kw_only=True):
    """A door."""

    exactly_one: ClassVar[tuple[str, ...]] = ("bell", "knocker")

    id: Annotated[str, fields.field("slug", "Id")]
    bell: Annotated[str | None, fields.text("How it rings")] = None
    knocker: Annotated[str | None, fields.text("How it knocks")] = None
    height: Annotated[Decimal | None, fields.field("decimal", "In metres")] = None
    locks: Annotated[int, msgspec.Meta(ge=0, le=9), fields.field("whole", "How many")] = 1
    built: Annotated[date | None, fields.field("day", "When")] = None
    price: Annotated[Money | None, fields.field("money", "What it costs")] = None
    state: Annotated[Literal["shut", "locked"] | None, fields.field("one-of", "Absent: open")] = (
        None
    )
    guests: Annotated[list[str], fields.field("words", "Who comes in", only=OPEN)] = []
    draught: Annotated[bool, fields.field("yes-no", "Whether it is cold", only=OPEN)] = False
    owner: Annotated[str | None, fields.reference("person", "Whose")] = None
    client: Annotated[str | None, fields.reference("account|contact", "For whom")] = None
    hinges: Annotated[list[Hinge], fields.field("list", "Its hinges")] = []


DOOR = build_schema(Door, "doors/*.yaml")


def takes(schema: dict[str, Any], value: Any) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def door(**more: Any) -> dict[str, Any]:
    return {"id": "front", "bell": "ding", **more}


def test_a_schema_names_its_draft_and_its_files_and_explains_each_key():
    assert (DOOR["$schema"], DOOR["title"], DOOR["description"]) == (
        DRAFT,
        "doors/*.yaml",
        "A door.",
    )
    assert DOOR["required"] == ["id"]
    assert DOOR["properties"]["locks"]["description"] == "How many."
    assert DOOR["properties"]["locks"]["default"] == 1
    assert DOOR["properties"]["guests"]["description"] == "Who comes in. Only for an open door."
    assert DOOR["properties"]["hinges"]["items"] == {"$ref": "#/$defs/Hinge"}
    assert DOOR["$defs"]["Hinge"]["description"] == "What it turns on."


@pytest.mark.parametrize(
    ("key", "bare"),
    [
        ("bell", "2026"),
        ("bell", "1e3"),
        ("bell", ""),
        ("id", "47"),
        ("height", "2.05"),
        ("height", "2"),
        ("locks", "9"),
        ("locks", ""),
        ("built", "2026-12-15"),
        ("price", "12500.00 EUR"),
        ("price", "12500 JPY"),
        ("state", "locked"),
        ("state", "~"),
        ("draught", "true"),
        ("owner", "anna"),
        ("client", "acc-2h6w0r5kdn"),
        ("client", "con-4c8t1m9zqa"),
    ],
)
def test_a_value_is_taken_as_an_editor_sees_it_bare_and_quoted(key, bare):
    other = {"knocker": "bang"} if key == "bell" and not bare else {}
    assert takes(DOOR, door(**{key: type_plain(bare)}, **other))
    assert not bare or bare == "~" or takes(DOOR, door(**{key: bare}))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"id": None},
        {"id": "Front door"},
        {"id": "opp-1"},
        {"id": "con"},
        {"bell": True},
        {"bell": ["ding"]},
        {"height": "2,05"},
        {"height": "1e3"},
        {"locks": 10},
        {"locks": 1.5},
        {"locks": "many"},
        {"built": "15.12.2026"},
        {"price": 12500},
        {"price": "12500 eur"},
        {"state": "open"},
        {"draught": "yes"},
        {"owner": "Anna B"},
        {"client": "anna"},
        {"client": "opp-2h6w0r5kdn"},
        {"guests": "anna"},
        {"guests": [None]},
        {"hinges": [{"right": True}]},
        {"colour": "red"},
        {"knocker": "bang"},
        {"bell": None},
        {"state": "shut", "guests": ["anna"]},
        {"state": "shut", "draught": True},
    ],
)
def test_what_does_not_fit_is_told(broken):
    assert not takes(DOOR, door(**broken) if broken else {})


def test_where_a_key_does_not_belong_it_may_still_say_nothing():
    assert takes(DOOR, door(state="shut", guests=None, draught=None))
    assert takes(DOOR, door(state="shut", guests=[], draught=False))
    assert takes(DOOR, door(state=None, guests=["anna"], draught=True))


def test_an_editor_is_told_in_words_what_a_value_should_be():
    words = {key: value.get("patternErrorMessage") for key, value in DOOR["properties"].items()}
    assert words["built"] == "not a day: write it like 2026-12-15"
    assert words["client"] == "no id of: account or contact"
    assert words["bell"] is None


def test_a_mapping_of_days_has_days_for_keys():
    schema = build_schema(Product, "")
    assert takes(schema, {"name": "Flat", "prices": {"2026-01-01": "900.00 EUR"}})
    assert not takes(schema, {"name": "Flat", "prices": {"January": "900.00 EUR"}})


def test_a_field_of_the_teams_own_takes_any_value():
    schema = build_schema(Account, "")
    custom = {"a": True, "b": 1.5, "c": "x", "d": ["x", "y"], "e": None}
    assert takes(schema, {"id": "acc-2h6w0r5kdn", "name": "A", "custom": custom})
    assert not takes(schema, {"id": "acc-2h6w0r5kdn", "name": "A", "custom": {"a": {"b": 1}}})


def properties_of(record: type[msgspec.Struct]) -> dict[str, Any]:
    schema = build_schema(record, "")
    parts = {"": schema, **schema.get("$defs", {})}
    return {
        f"{part}.{key}": value
        for part, one in parts.items()
        for key, value in one["properties"].items()
    }


@pytest.mark.parametrize("record", [Definition, Team, Opportunity, CustomField])
def test_every_key_is_explained(record):
    silent = [key for key, value in properties_of(record).items() if "description" not in value]
    assert silent == []


def test_the_words_of_a_definition_are_those_that_its_checks_know():
    assert (definition.PERFORMERS, definition.ENDS, definition.TO_STAGE) == (
        stepchecks.PERFORMERS,
        stepchecks.ENDS,
        stepchecks.TO_STAGE,
    )


PROCESS = build_schema(Definition, "processes/*.yaml")
STEP = {"step": "call", "kind": "call", "title": "Call", "then": {"done": "end-of-stage"}}
WON = {"stage": "won", "name": "Won", "final": "success"}


def process(stage: dict[str, Any] | None = None, **step: Any) -> dict[str, Any]:
    steps = [{**STEP, **step}]
    first = {"stage": "talk", "name": "Talk", "steps": steps, **(stage or {})}
    return {"name": "Small", "stages": [first, WON]}


@pytest.mark.parametrize(
    "right",
    [
        process(),
        process({"cap": 10, "days_in_stage": 30, "in_funnel": False, "retired": False}),
        process({"moves": ["won"], "begin": ["call"], "exit": [{"advise": "budget"}]}),
        process({"exit": [{"require": "budget>=1", "say": "Ask"}], "goal": None, "moves": None}),
        process(
            then={"done": None, "no-answer": "call", "yes": "stage:won", "x": "end-of-process"}
        ),
        process(kind="form", fields=["budget"], required=["budget"]),
        process(kind="meeting", adopt=True),
        process(kind="approval", performer=["department-manager", "starter", "owner", "anna"]),
        process(start_after="30m", remind=10, minutes=0, when="budget>1000", mandatory=True),
        {"name": 2026, "stages": [{"stage": 1, "name": 1}, WON]},
        {"name": "x", "stages": [{"stage": "a", "name": "A"}, {**WON, "cap": 100, "steps": []}]},
    ],
)
def test_the_schema_of_a_process_takes_what_the_language_says(right):
    jsonschema.Draft202012Validator(PROCESS).validate(right)


@pytest.mark.parametrize(
    "broken",
    [
        {"name": "No stages"},
        {"stages": [WON]},
        {"name": "x", "stages": {"won": WON}},
        {"name": "x", "stages": [WON], "colour": "red"},
        {"name": "x", "stages": [{**WON, "cap": 90}]},
        {"name": "x", "stages": [{**WON, "final": "victory"}]},
        {"name": "x", "stages": [{**WON, "goal": "Money"}]},
        {"name": "x", "stages": [{**WON, "steps": [STEP]}]},
        {"name": "x", "stages": [{**WON, "exit": [{"advise": "budget"}]}]},
        process({"cap": 101}),
        process({"cap": "ten"}),
        process({"stage": "Talk to them"}),
        process({"stage": None}),
        process({"moves": "won"}),
        process({"exit": ["budget"]}),
        process({"exit": [{"say": "Ask"}]}),
        process({"exit": [{"advise": "budget", "require": "budget"}]}),
        process({"gaol": "We know"}),
        process(kind="visit"),
        process(step="end-of-stage"),
        process(then={}),
        process(then=None),
        process(then={"done": True}),
        process(then={"done": ["call"]}),
        process(then={"done": "stage:Won"}),
        process(then={"done": "to the end"}),
        process(performer="owner"),
        process(performer=["The boss"]),
        process(start_after="soon"),
        process(minutes=-1),
        process(remind="a day"),
        process(fields=["budget"]),
        process(kind="form", adopt=True),
        process(adopt="yes"),
        process(titel="Call"),
    ],
)
def test_the_schema_of_a_process_tells_what_is_wrong(broken):
    assert not takes(PROCESS, broken)


@pytest.mark.parametrize("part", [Definition, Stage, Step, Criterion])
def test_every_key_of_a_definition_is_declared(part):
    assert tuple(spec.name for spec in fields.specs_of(part)) == part.__struct_fields__
