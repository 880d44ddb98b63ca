"""Typed values: every kind of field, choices, references, custom fields."""

import pytest

from salescli.model.errors import SalesError
from salescli.model.records import Opportunity
from salescli.workspace.values import read_values
from tests.shop import Shop, made_once

CUSTOM = """
custom_fields:
  opportunity:
    a-text: {name: T, type: text}
    a-words: {name: W, type: words}
    a-whole: {name: N, type: whole}
    a-decimal: {name: D, type: decimal}
    a-money: {name: M, type: money}
    a-day: {name: Y, type: day}
    a-yes-no: {name: B, type: yes-no}
    a-choice: {name: C, type: choice, values: [none, asked]}
"""


@pytest.fixture
@made_once
def store(shop: Shop) -> Shop:
    settings = (shop.root / "salescli.yaml").read_text("utf-8")
    shop.write("salescli.yaml", settings + CUSTOM.lstrip())
    shop.make("person", "create", "Dina Liepa", "--left", "2026-11-01", "--id", "dina")
    shop.make("person", "create", "Boris Kalnin", "--left", "2026-11-02", "--id", "boris")
    shop.make("department", "create", "South", "--retired", "yes")
    shop.make("department", "create", "North bank", "--id", "north")
    shop.do("dictionary", "set", "sources", "event", "--retired", "yes")
    return shop


GOOD = [
    ("budget", "240000", "240000.00 EUR"),
    ("budget", "12500 JPY", "12500 JPY"),
    ("budget", "0.5", "0.50 EUR"),
    ("budget", "  ", None),
    ("probability", "10", 10),
    ("probability", "10 %", 10),
    ("close_date", "2026-12-15", "2026-12-15"),
    ("close_date", "today+30d", "2026-12-02"),
    ("close_date", "", None),
    ("tactic", "two\r\nlines\tand", "two\nlines and"),
    ("tactic", "e\u0301", "é"),
    ("is_primary", "yes", True),
    ("is_primary", "false", False),
    ("owner", "anna", "anna"),
    ("owner", "anna berzina", "anna"),
    ("owner", "boris", "boris"),  # today is his last day, inclusive
    ("department", "North Bank", "north"),
    ("need", "parking", "parking"),
    ("need", "A parking place", "parking"),
    ("external.hubspot", "0123", "0123"),
    ("custom.a-text", "x", "x"),
    ("custom.a-words", "b, a,", ["b", "a"]),
    ("custom.a-whole", "-3", -3),
    ("custom.a-decimal", "1.50", "1.5"),
    ("custom.a-money", "5", "5.00 EUR"),
    ("custom.a-day", "tomorrow", "2026-11-03"),
    ("custom.a-yes-no", "no", False),
    ("custom.a-choice", "asked", "asked"),
    ("custom.a-choice", "", None),
]
BAD = [
    ("budget", "12,5", 2),
    ("budget", "1.234", 2),
    ("budget", "-5", 2),
    ("budget", "1e3", 2),
    ("budget", "nan", 2),
    ("budget", "5 eur", 2),
    ("budget", "12.5 JPY", 2),
    ("probability", "101", 2),
    ("probability", "-1", 2),
    ("probability", "1.5", 2),
    ("probability", "%", 2),
    ("close_date", "2026-2-3", 2),
    ("close_date", "31.12.2026", 2),
    ("tactic", "a\x00b", 2),
    ("tactic", "x" * 16_385, 2),
    ("is_primary", "maybe", 2),
    ("owner", "ghost", 3),
    ("owner", "dina", 1),
    ("department", "south", 1),
    ("source", "event", 1),
    ("source", "Event", 1),
    ("need", "castle", 3),
    ("partner", "ghost", 3),
    ("main_competitor", "ghost", 3),
    ("close_reason", "not-recorded", 1),
    ("custom.nonsense", "x", 3),
    ("custom.a-whole", "1.5", 2),
    ("custom.a-decimal", "1.2345", 2),
    ("custom.a-money", "x", 2),
    ("custom.a-day", "soon", 2),
    ("custom.a-yes-no", "2", 2),
    ("custom.a-choice", "granted", 3),
]


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_value_is_read_by_the_kind_of_its_field(store, name, text, value):
    with store.session() as session:
        assert read_values(session, Opportunity, {name: text}) == {name.replace(".", "/"): value}


@pytest.mark.parametrize(("name", "text", "code"), BAD, ids=lambda v: str(v)[:30])
def test_what_is_no_value_has_its_code_and_its_field(store, name, text, code):
    with store.session() as session, pytest.raises(SalesError) as caught:
        read_values(session, Opportunity, {name: text})
    assert caught.value.exit_code == code
    (problem,) = caught.value.findings
    assert problem.field in (name, name.partition(".")[0])


def test_all_faults_come_together(store):
    typed = {name: text for name, text, _ in BAD}
    with store.session() as session, pytest.raises(SalesError) as caught:
        read_values(session, Opportunity, typed)
    assert len(caught.value.findings) == len(typed)


def test_an_import_may_take_what_is_offered_to_imports(store):
    with store.session(via="import") as session:
        values = read_values(session, Opportunity, {"close_reason": "not-recorded"})
    assert values == {"close_reason": "not-recorded"}


def test_money_without_any_currency_is_wrong_usage(shop):
    shop.replace("salescli.yaml", "currency: EUR\n", "")
    with shop.session() as session, pytest.raises(SalesError) as caught:
        read_values(session, Opportunity, {"budget": "5"})
    assert caught.value.exit_code == 2
    with shop.session() as session:
        assert read_values(session, Opportunity, {"budget": "5 USD"}) == {"budget": "5.00 USD"}
