from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.catalogues import (
    Building,
    Competitors,
    Person,
    Plan,
    Products,
    Settings,
    Team,
)
from salescli.model.conversion import (
    Mistyped,
    build_document,
    build_record,
    check_text,
    check_tree,
    format_decimal,
    format_path,
    unknown_keys,
)
from salescli.model.definition import Definition
from salescli.model.money import Money
from salescli.model.records import Account, Contact, Lead, Line, Opportunity

DEAL = {
    "id": "opp-7k2m9xq4tb",
    "title": "Flat",
    "client": "con-4c8t1m9zqa",
    "stage": "qualification",
    "process": "real-estate",
}
LINE = {"line": "line-3n8v5t2h7q", "title": "Kitchen", "price": "9500.00 EUR"}

BLOCKS = {
    "opportunity.yaml": Opportunity,
    "lead.yaml": Lead,
    "account.yaml": Account,
    "contact.yaml": Contact,
    "salescli.yaml": Settings,
    "team.yaml": Team,
    "products.yaml": Products,
    "competitors.yaml": Competitors,
    "plans_2026.yaml": Plan,
    "units_riverside-b.yaml": Building,
    "processes_real-estate.yaml": Definition,
}


def as_text(value):
    """A document with its numbers and booleans as the text that stands on disk."""
    if isinstance(value, dict):
        return {key: as_text(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [as_text(entry) for entry in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


# The format's blocks.


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_of_the_format_is_read_without_a_fault(name, read_block):
    tree = read_block(name)
    assert check_tree(tree, BLOCKS[name]) == []
    assert check_text(tree) == []
    assert unknown_keys(tree, BLOCKS[name]) == []
    assert isinstance(build_record(tree, BLOCKS[name]), BLOCKS[name])


@pytest.mark.parametrize("name", ["opportunity.yaml", "lead.yaml", "account.yaml", "contact.yaml"])
def test_a_record_of_the_format_comes_back_as_it_stands_on_disk(name, read_block):
    tree = read_block(name)
    document = build_document(build_record(tree, BLOCKS[name]))
    assert list(as_text(document).items()) == list(tree.items())


@pytest.mark.parametrize("name", ["products.yaml", "competitors.yaml", "plans_2026.yaml"])
def test_a_catalogue_of_the_format_comes_back_as_it_stands_on_disk(name, read_block):
    tree = read_block(name)
    assert as_text(build_document(build_record(tree, BLOCKS[name]))) == tree


def keys_of(record):
    """A record's keys as they stand on disk, in the order of their declaration."""
    return tuple(info.encode_name for info in msgspec.structs.fields(record))


def test_the_formats_deal_has_typed_values(read_block):
    deal = build_record(read_block("opportunity.yaml"), Opportunity)
    assert deal.budget == Money(Decimal("240000.00"), "EUR")
    assert deal.probability == 35
    assert deal.close_date == date(2026, 12, 15)
    assert deal.contacts[0].loyalty == 2
    assert deal.products[0].discount == Decimal("1.5")
    assert deal.products[0].quantity == 1
    assert deal.custom == {"mortgage": "asked"}
    assert deal.winner is None and deal.archived is None


def test_dated_values_have_days_as_keys(read_block):
    team = build_record(read_block("team.yaml"), Team)
    assert team.people["anna"].hourly[date(2026, 7, 1)] == Money(Decimal("40.00"), "EUR")
    assert team.people["dina"].left == date(2026, 6, 30)


# What is right, what is wrong, and how it is told. One row: value, what it reads as or the words.


WHOLE = [
    ("35", 35),
    ("0", 0),
    ("100", 100),
    (35, 35),
    ("35x", "not a whole number"),
    ("1.0", "not a whole number"),
    ("1e1", "not a whole number"),
    ("30%", "not a whole number: write 30"),
    ("30 %", "not a whole number: write 30"),
    ("3.5%", "not a whole number"),
    ("+1", "not a whole number"),
    ("007", "not a whole number"),
    ("1_0", "not a whole number"),
    (" 1", "not a whole number"),
    ("٣", "not a whole number"),
    ("null", "not a whole number"),
    ("", "not a whole number"),
    (True, "not a whole number"),
    (1.0, "not a whole number"),
    ([], "not a whole number"),
    ("-1", "not a whole number from 0 to 100"),
    ("101", "not a whole number from 0 to 100"),
    ("9" * 18, "not a whole number from 0 to 100"),
    ("9" * 19, "a whole number has at most 18 digits"),
    ("9" * 5000, "a whole number has at most 18 digits"),
]
YES_NO = [
    ("true", True),
    ("false", False),
    (True, True),
    (False, False),
    *(
        (value, "not yes or no: write true or false")
        for value in ("True", "TRUE", "yes", "no", "on", "1", "0", "null", "", 1, 0, [])
    ),
]
DAYS = [
    ("2026-12-15", date(2026, 12, 15)),
    ("2024-02-29", date(2024, 2, 29)),
    ("0026-12-15", "not a year: 0026-12-15 lies before the year 1000"),
    *(
        (value, "not a day: write it like 2026-12-15")
        for value in ("2026-02-29", "2026-13-01", "2026-1-3", "15.12.2026", "20261215", "null")
    ),
    *(
        (value, "not a day: write it like 2026-12-15")
        for value in ("2026-12-15T00:00:00Z", "today", "", 20261215, ["2026-12-15"], "٢٠٢٦-12-15")
    ),
]
MONEY = [
    ("240000.00 EUR", Money(Decimal("240000.00"), "EUR")),
    ("12500 JPY", Money(Decimal(12500), "JPY")),
    ("0.00 EUR", Money(Decimal(0), "EUR")),
    ("9500 EUR", "'9500 EUR' is written 9500.00 EUR in full"),
    ("9500.0 EUR", "'9500.0 EUR' is written 9500.00 EUR in full"),
    ("09.00 EUR", "'09.00 EUR' is written 9.00 EUR in full"),
    ("9500.00EUR", "'9500.00EUR' is written 9500.00 EUR in full"),
    ("9500", "'9500' names no currency; write 9500 EUR"),
    ("1.5 JPY", "'1.5 JPY' has 1 decimals, JPY has 0; 2 JPY would be the nearest"),
    ("12,50 EUR", "'12,50 EUR' is not an amount; decimals take a point: 12.50 EUR"),
    ("-1.00 EUR", "'-1.00 EUR' is not an amount; amounts are never negative"),
    ("nan", "'nan' is not an amount; write it like 12500.00 EUR"),
    (".inf", "'.inf' is not an amount; write it like 12500.00 EUR"),
    ("1e400 EUR", "'1e400 EUR' is not an amount; write it like 12500.00 EUR"),
    ("null", "'null' is not an amount; write it like 12500.00 EUR"),
    (5, "not an amount: write it like 12500.00 EUR"),
    ({"amount": "5", "currency": "EUR"}, "not an amount: write it like 12500.00 EUR"),
]
TEXT = [
    ("Flat", "Flat"),
    ("no", "no"),
    ("0123", "0123"),
    ("null", "null"),
    (5, "not a text"),
    (True, "not a text"),
    (["a"], "not a text"),
    ({}, "not a text"),
]
DECIMALS = [
    ("1.5", Decimal("1.5")),
    ("0", Decimal(0)),
    ("-2.125", Decimal("-2.125")),
    ("100", Decimal(100)),
    ("1.50", Decimal("1.5")),
    ("1,5", "not a number: decimals take a point, 1.5"),
    ("1.2345", "a number has at most 3 decimals"),
    ("1" * 16, "a number has at most 15 digits before the point"),
    *(
        (value, "not a number: write it like 1.5")
        for value in ("1e3", "NaN", "inf", "-Infinity", ".5", "5.", "+1", "1_0", " 1", "٣", "007")
    ),
    *((value, "not a number: write it like 1.5") for value in ("", "null", 1, 1.5, True, [])),
]
ROWS = [
    *(("probability", value, told) for value, told in WHOLE),
    *(("is_primary", value, told) for value, told in YES_NO),
    *(("close_date", value, told) for value, told in DAYS),
    *(("budget", value, told) for value, told in MONEY),
    *(("tactic", value, told) for value, told in TEXT),
    ("title", 5, "not a text"),
    ("leads", "lead-a", "not a list"),
    ("leads", {"a": "b"}, "not a list"),
    ("contacts", "con-a", "not a list"),
    ("contacts", "null", "not a list"),
    ("external", "hubspot", "not a mapping"),
    ("external", "null", "not a mapping"),
    ("custom", ["a"], "not a mapping"),
]


@pytest.mark.parametrize(("name", "value", "told"), ROWS)
def test_each_type_reads_what_is_written_right_and_tells_the_rest_in_plain_words(name, value, told):
    tree = {**DEAL, name: value}
    if isinstance(told, str) and told != value:
        assert check_tree(tree, Opportunity) == [((name,), told)]
        with pytest.raises(Mistyped) as caught:
            build_record(tree, Opportunity)
        assert caught.value.faults == [((name,), told)]
    else:
        assert check_tree(tree, Opportunity) == []
        read = getattr(build_record(tree, Opportunity), name)
        assert (read, type(read)) == (told, type(told))


@pytest.mark.parametrize(("value", "told"), DECIMALS)
def test_a_decimal_has_at_most_three_decimals_and_no_exponent(value, told):
    tree = {**LINE, "quantity": value}
    if isinstance(told, str):
        assert check_tree({**DEAL, "products": [tree]}, Opportunity) == [
            (("products", 0, "quantity"), told)
        ]
        with pytest.raises(Mistyped):
            build_record({**DEAL, "products": [tree]}, Opportunity)
    else:
        assert check_tree(tree, Line) == []
        assert build_record(tree, Line).quantity == told


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2026-11-02T10:12:00Z", True),
        ("2026-11-02T10:12:00", False),
        ("2026-11-02T10:12:00+02:00", False),  # input may have one, the disk hasn't
        ("2026-11-02 10:12:00Z", False),
        ("2026-11-02T10:12:00.5Z", False),
        ("2026-11-31T10:12:00Z", False),
        ("2026-11-02T25:12:00Z", False),
        ("2026-11-02", False),
        ("1700000000", False),
        (1700000000, False),
    ],
)
def test_an_instant_is_utc_to_the_second(value, right):
    tree = {"id": "lead-0f5s3q8n2k", "title": "x", "stage": "nurturing", "meeting_at": value}
    words = "not a time: write it like 2026-11-02T10:12:00Z"
    assert check_tree(tree, Lead) == ([] if right else [(("meeting_at",), words)])
    if right:
        assert build_record(tree, Lead).meeting_at == datetime(2026, 11, 2, 10, 12, tzinfo=UTC)
    else:
        with pytest.raises(Mistyped):
            build_record(tree, Lead)


def test_every_fault_is_told_at_once_with_its_path():
    tree = {
        "id": "opp-7k2m9xq4tb",
        "title": None,
        "client": "con-4c8t1m9zqa",
        "process": "real-estate",
        "probability": "350",
        "close_date": "soon",
        "external": {"hubspot": ["a"], "old": "1"},
        "custom": {"a": {"b": "c"}, "d": ["e", []]},
        "contacts": [{"contact": "con-a", "loyalty": "+2"}, "con-b", None],
        "products": [{**LINE, "quantity": "1,5", "price": "9500 EUR"}, {"line": "line-b"}],
        "leads": ["lead-a", {}],
    }
    assert check_tree(tree, Opportunity) == [
        (("title",), "title is missing"),
        ((), "stage is missing"),
        (("probability",), "not a whole number from 0 to 100"),
        (("close_date",), "not a day: write it like 2026-12-15"),
        (("external", "hubspot"), "not a text"),
        (("custom", "a"), "not a text or a list"),
        (("custom", "d", 1), "not a text"),
        (("contacts", 0, "loyalty"), "not a whole number"),
        (("contacts", 1), "not a mapping"),
        (("contacts", 2), "not a mapping"),
        (("products", 0, "quantity"), "not a number: decimals take a point, 1.5"),
        (("products", 0, "price"), "'9500 EUR' is written 9500.00 EUR in full"),
        (("products", 1), "price is missing"),
        (("leads", 1), "not a text"),
    ]


def test_the_error_says_every_fault_with_its_path():
    with pytest.raises(msgspec.ValidationError) as caught:
        build_record({**DEAL, "products": [{"line": "line-a"}], "leads": "x"}, Opportunity)
    assert str(caught.value) == "products/0: price is missing; leads: not a list"
    assert format_path(()) == "."


@pytest.mark.parametrize(
    ("record", "tree", "faults"),
    [
        (
            Settings,
            {"format": "0", "name": "x", "week_start": "funday", "fiscal_year_start": "13"},
            [
                (("format",), "not a whole number of 1 or more"),
                (
                    ("week_start",),
                    "not one of friday, monday, saturday, sunday, thursday, tuesday, wednesday"
                    ": did you mean sunday?",
                ),
                (("fiscal_year_start",), "not a whole number from 1 to 12"),
            ],
        ),
        (
            Settings,
            {"format": "1", "name": "x", "size_bands": ["1.00 EUR", "2 EUR"]},
            [(("size_bands", 1), "'2 EUR' is written 2.00 EUR in full")],
        ),
        (
            Team,
            {"people": {"anna": {"name": "A", "hourly": {"2026-1-1": "1.00 EUR"}}, "boris": {}}},
            [
                (("people", "anna", "hourly", "2026-1-1"), "not a day: write it like 2026-12-15"),
                (("people", "boris"), "name is missing"),
            ],
        ),
        (
            Products,
            {"products": {"a": {"name": "A", "prices": {"2026-01-01": "5"}, "retired": "yes"}}},
            [
                (("products", "a", "prices", "2026-01-01"), "'5' names no currency; write 5 EUR"),
                (("products", "a", "retired"), "not yes or no: write true or false"),
            ],
        ),
        (Team, {"people": {"anna": None}}, [(("people", "anna"), "not a mapping")]),
        (Team, {"people": ["anna"]}, [(("people",), "not a mapping")]),
        (
            Definition,
            {
                "name": "x",
                "stages": [
                    {"stage": "a", "name": "A", "cap": "101", "final": "maybe"},
                    {
                        "stage": "b",
                        "name": "B",
                        "steps": [{"step": "s", "kind": "walk", "title": "T", "minutes": "-1"}],
                    },
                ],
            },
            [
                (("stages", 0, "cap"), "not a whole number from 0 to 100"),
                (("stages", 0, "final"), "not one of failure, success"),
                (
                    ("stages", 1, "steps", 0, "kind"),
                    "not one of approval, call, form, meeting, question, task",
                ),
                (("stages", 1, "steps", 0, "minutes"), "not a whole number of 0 or more"),
                (("stages", 1, "steps", 0), "then is missing"),
            ],
        ),
    ],
)
def test_settings_catalogues_and_processes_tell_their_faults_alike(record, tree, faults):
    assert check_tree(tree, record) == faults
    with pytest.raises(Mistyped) as caught:
        build_record(tree, record)
    assert caught.value.faults == faults


# Empty keys, unknown keys, order.


def test_an_empty_key_reads_as_absent_at_any_depth():
    deal = {
        **DEAL,
        "owner": None,
        "contacts": None,
        "external": {"hubspot": None, "old": "1"},
        "products": [{**LINE, "quantity": None, "discount": None}],
    }
    assert check_tree(deal, Opportunity) == []
    built = build_record(deal, Opportunity)
    assert (built.owner, built.contacts, built.external) == (None, [], {"old": "1"})
    assert built.products[0].quantity == 1
    team = {"people": {"anna": {"name": "A", "emails": None, "hourly": None}}, "departments": None}
    assert build_record(team, Team) == Team(people={"anna": Person(name="A")})


def test_a_result_without_a_target_stays_one(read_block):
    tree = read_block("processes_real-estate.yaml")
    tree["stages"][0]["steps"][0]["then"]["saved"] = None
    built = build_record(tree, Definition)
    assert built.stages[0].steps[0].then == {"saved": None}


def test_keys_that_nobody_knows_are_passed_over_and_named():
    tree = {**DEAL, "colour": "red", "budgett": "1.00 EUR"}
    assert build_record(tree, Opportunity) == build_record(DEAL, Opportunity)
    assert unknown_keys(tree, Opportunity) == ["colour", "budgett"]


def test_keys_are_written_in_the_order_of_the_format():
    head = "id title client stage process owner department budget need probability type close_date"
    rest = (
        "category mood source partner tactic checked_on strengths weaknesses main_contact "
        "main_competitor winner close_reason close_details actual_revenue direct_expense "
        "is_primary archived external custom contacts competitors team products leads"
    )
    assert keys_of(Opportunity) == tuple(f"{head} {rest}".split())
    assert keys_of(Settings) == tuple(
        "format name currency time_zone week_start fiscal_year_start process start_process "
        "size_bands custom_fields".split()
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.500", "1.5"),
        ("2.000", "2"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.10", "0.1"),
        ("0", "0"),
    ],
)
def test_a_decimal_is_written_without_trailing_zeros_or_exponent(number, text):
    assert format_decimal(Decimal(number)) == text


def test_a_document_has_only_what_is_set_and_text_for_what_json_has_no_type_for():
    line = build_record({**LINE, "discount": "1.50", "offered_on": "2026-11-10"}, Line)
    assert list(build_document(line).items()) == [
        ("line", "line-3n8v5t2h7q"),
        ("title", "Kitchen"),
        ("quantity", "1"),
        ("price", "9500.00 EUR"),
        ("discount", "1.5"),
        ("offered_on", "2026-11-10"),
    ]


# Any tree at all.

SCALARS = st.sampled_from(
    ["x", "1", "-1", "1e3", "TRUE", "true", "null", "NaN", "1.5", "1.2345", "2026-12-15"]
    + ["2026-13-01", "5.00 EUR", "5 EUR", "2026-11-02T10:12:00Z", "", None, 1, True]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["contact", "line", "price", "quantity", "role", "loyalty", "2026-01-01"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(keys_of(Opportunity)), TREES, max_size=5))
def test_a_tree_is_built_exactly_when_it_has_no_fault(tree):
    tree = {**DEAL, **tree}
    faults = check_tree(tree, Opportunity)
    if faults:
        with pytest.raises(Mistyped) as caught:
            build_record(tree, Opportunity)
        assert caught.value.faults == faults
        return
    document = build_document(build_record(tree, Opportunity))
    for again in (document, as_text(document)):
        assert build_document(build_record(again, Opportunity)) == document


@given(st.dictionaries(st.sampled_from(["anna", "boris"]), TREES, max_size=2), TREES)
def test_a_catalogue_is_built_exactly_when_it_has_no_fault(people, hourly):
    tree = {"people": {**people, "carl": {"name": "C", "hourly": hourly}}}
    faults = check_tree(tree, Team)
    if faults:
        with pytest.raises(Mistyped) as caught:
            build_record(tree, Team)
        assert caught.value.faults == faults
    else:
        assert isinstance(build_record(tree, Team), Team)


# Rules for what is inside a text.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Bērziņa\nКузьмин 東京 \U0001f3e0", ""),
        ("a\tb", "has the control character U+0009"),
        ("a\r\nb", "has the control character U+000D"),
        ("\x1b[31m", "has the control character U+001B"),
        ("\x7f", "has the control character U+007F"),
        ("\x85", "has the control character U+0085"),
        ("\ud83c", "has the control character U+D83C"),
        ("e\u0301", "has letters put together from pieces: not NFC"),
        ("x" * 16384, ""),
        ("x" * 16385, "has 16385 bytes, 16384 are allowed"),
        ("ē" * 8193, "has 16386 bytes, 16384 are allowed"),
    ],
)
def test_a_text_is_short_composed_and_without_control_characters(text, words):
    expected = [(("title",), words)] if words else []
    assert check_text({"title": text, "leads": ["ok"]}) == expected


def test_a_bad_text_is_told_at_its_place():
    tree = {"a": ["x", "\t"], "b": [{"c": "\x00"}], "d": 5, "e": None}
    assert check_text(tree) == [
        (("a", 1), "has the control character U+0009"),
        (("b", 0, "c"), "has the control character U+0000"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "meant"),
    [
        (("stages", 0, "steps", 0, "kind"), "quesiton", "question"),
        (("stages", 0, "final"), "succes", "success"),
    ],
)
def test_a_word_that_is_like_one_of_those_there_are_is_told_which(path, value, meant):
    step = {"step": "s", "kind": "task", "title": "S", "then": {"done": "end-of-stage"}}
    stage = {"stage": "a", "name": "A", "steps": [step]}
    (step if "kind" in path else stage)[path[-1]] = value
    [(at, words)] = check_tree({"name": "P", "stages": [stage]}, Definition)
    assert at == path
    assert words.endswith(f": did you mean {meant}?")
