"""The one expression language: what it reads, what it refuses, what holds."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.catalogues import CustomField
from salescli.model.errors import NotFound, WrongUsage
from salescli.model.expression import compile_condition, evaluate, parse_condition
from salescli.model.money import Money
from salescli.model.names import NameTable, build_names

TODAY = date(2026, 11, 13)
PEOPLE = {"elena petrova": "con-4c8t1m9zqa", "elena smirnova": "con-9p3x7y1c0f"}


def find(target: str, text: str, part: bool) -> Sequence[str] | None:
    if "contact" not in target:
        return None
    if part:
        return [id for name, id in PEOPLE.items() if text.casefold() in name]
    return [PEOPLE.get(text.casefold(), text)]


NAMES = build_names(
    currency="EUR",
    custom_fields={
        "mortgage": CustomField(name="Mortgage", type="choice", values=["none", "asked"]),
        "floor": CustomField(name="Floor", type="whole"),
        "deposit": CustomField(name="Deposit", type="money"),
    },
    dictionaries={"moods": {"hopeful": "Hopeful", "doubtful": "Doubtful"}},
    find=find,
)


class Known:
    """A subject that has what it was given."""

    def __init__(self, **values: Sequence[Any]) -> None:
        self.known = {name.replace("__", "."): value for name, value in values.items()}

    def values(self, name: str) -> Sequence[Any]:
        return self.known.get(name, ())


DEAL = Known(
    title=("Riverside, block B, flat 47",),
    client=("con-4c8t1m9zqa",),
    stage=("key-contacts",),
    owner=("anna",),
    budget=(Money(Decimal("240000.00"), "EUR"),),
    probability=(35,),
    close_date=(date(2026, 12, 15),),
    created_at=(date(2026, 10, 5),),
    mood=("hopeful",),
    contacts=("con-4c8t1m9zqa", "con-9p3x7y1c0f"),
    contacts__role=("decision-maker", "influencer"),
    contacts__loyalty=(2, -1),
    products__quantity=(Decimal("1.5"),),
    external__hubspot=("9412338817",),
    custom__mortgage=("asked",),
    custom__floor=("9",),
    custom__deposit=("5000.00 EUR",),
    overdue=(False,),
    stale=(True,),
    status=("open",),
    proposals=(),
)

HOLDS = """
stage=key-contacts | yes
stage = key-contacts | yes
stage=qualification,key-contacts | yes
stage=qualification, key-contacts | yes
stage=qualification | no
stage!=qualification | yes
stage!=qualification,key-contacts | no
need!=flat-to-let | yes
need=flat-to-let | no
budget>=100000 EUR | yes
budget>=100000 | yes
budget=240000 | yes
budget=240000.00 EUR | yes
budget>240000 EUR | no
budget<=240000 EUR | yes
budget<100 EUR | no
budget>=1 USD | no
budget<1000000 USD | no
budget=240000 USD | no
budget!=240000 USD | yes
amount>=0 EUR | no
probability>=35 | yes
probability>35 | no
probability<40 | yes
close_date<today+30d | no
close_date<today+33d | yes
close_date=2026-12-15 | yes
close_date>today | yes
close_date<=tomorrow | no
created_at>=2026-10-05 | yes
created_at<2026-10-05 | no
checked_on<today | no
title~RIVERSIDE | yes
title~"block b, flat" | yes
title="Riverside, block B, flat 47" | yes
title="riverside, block B, flat 47" | no
title~shop,flat | yes
title~shop | no
owner=@me | yes
owner!=@me | no
owner=@me,boris | yes
owner=boris | no
owner~ann | yes
client=Elena Petrova | yes
client=elena smirnova | no
client~elena | yes
client~smirnova | no
contacts | yes
contacts=elena smirnova | yes
!contacts | no
contacts.role=decision-maker | yes
contacts.role=contact-person | no
contacts.role!=decision-maker | no
contacts.role!=contact-person | yes
contacts.loyalty<0 | yes
contacts.loyalty>=3 | no
contacts.loyalty=-1 | yes
proposals | no
!proposals | yes
proposals.state=sent,accepted | no
products.quantity>1.4 | yes
external.hubspot | yes
external.hubspot=9412338817 | yes
external.amo | no
custom.mortgage=asked | yes
custom.mortgage!=asked | no
custom.floor>=9 | yes
custom.floor>9 | no
custom.deposit>=5000 | yes
need | no
!need | yes
! need | yes
budget | yes
overdue | no
!overdue | yes
stale | yes
stale=true | yes
stale=false | no
stale!=true | no
archived | no
archived=false | yes
archived!=true | yes
status=open,won | yes
mood=hopeful | yes
mood~HOPE | yes
"""


@pytest.mark.parametrize(
    ("text", "answer"), [line.split(" | ") for line in HOLDS.strip().splitlines()]
)
def test_what_holds_of_a_deal(text: str, answer: str) -> None:
    condition = parse_condition(text, NAMES)
    assert evaluate(condition, DEAL, TODAY, "anna") is (answer == "yes")


@pytest.mark.parametrize(
    ("text", "near"),
    [("stag=won", "stage"), ("contact.role=x", "contacts.role"), ("bugdet>1", "budget")],
)
def test_an_unknown_name_tells_the_nearest_one(text: str, near: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        parse_condition(text, NAMES)
    (problem,) = caught.value.findings
    assert problem.code == "unknown-name"
    assert problem.hint == f"did you mean {near}?"


def test_a_name_like_nothing_lists_the_names() -> None:
    with pytest.raises(WrongUsage) as caught:
        parse_condition("zzzzzz", NAMES)
    assert "title, client, stage" in caught.value.findings[0].hint


def test_a_custom_field_that_nobody_declared_is_unknown() -> None:
    with pytest.raises(WrongUsage, match=r"custom\.balcony"):
        parse_condition("custom.balcony=yes", NAMES)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no name"),
        ("=won", "no name"),
        ("stage won", "stage is a field"),
        ("!stage=won", "before a name alone"),
        ("stage=", "value is missing"),
        ("stage=won,", "value is missing"),
        ('title="open', "left open"),
        ('title="a" b', "left open"),
        ("stage<won", "no order"),
        ("budget~100", "not text"),
        ("external=77", "group of values"),
        ("budget>=abc", "not an amount"),
        ("budget>=12500,50 EUR", "takes one money value"),
        ("products.quantity<1,5", "takes one decimal value"),
        ("budget>=1.999 EUR", "3 decimals"),
        ("close_date<soon", "not a day"),
        ("close_date<2026-02-30", "not a day"),
        ("probability>=many", "not a number"),
        ("probability>=1.5", "not a number"),
        ("overdue=maybe", "not yes or no"),
    ],
)
def test_what_is_no_condition_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        parse_condition(text, NAMES)
    (problem,) = caught.value.findings
    assert problem.code == "bad-condition"
    assert why in problem.text


def test_money_without_a_code_needs_a_store_with_a_currency() -> None:
    with pytest.raises(WrongUsage, match="names no currency"):
        parse_condition("budget>=100", build_names())


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("status=one", "did you mean open?"),
        ("mood=hopefull", "did you mean hopeful?"),
        ("proposals.state=gone", "one of draft, sent, accepted, declined"),
        ("custom.mortgage=refused", "one of none, asked"),
    ],
)
def test_a_value_that_its_dictionary_does_not_have_is_not_found(text: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        parse_condition(text, NAMES)
    (problem,) = caught.value.findings
    assert problem.code == "unknown-value"
    assert problem.hint.startswith(hint.split("?")[0][:10])


def find_nobody(target: str, text: str, part: bool) -> Sequence[str] | None:
    return []


def test_a_record_that_is_not_there_is_not_found() -> None:
    names = build_names(find=find_nobody)
    for text in ("client=Nobody", "owner!=nobody", "contacts=con-1,con-2"):
        with pytest.raises(NotFound):
            parse_condition(text, names)


def test_searching_in_names_that_nobody_has_finds_nothing() -> None:
    condition = parse_condition("client~nobody", build_names(find=find_nobody))
    assert not evaluate(condition, DEAL, TODAY)


def test_me_and_the_unknown_winner_are_no_records() -> None:
    names = build_names(find=find_nobody)
    assert evaluate(parse_condition("owner=@me", names), DEAL, TODAY, "anna")
    lost = Known(winner=("unknown",))
    assert evaluate(parse_condition("winner=unknown", names), lost, TODAY)


def test_a_quotation_mark_inside_a_quoted_value_is_doubled() -> None:
    condition = parse_condition('title="the ""old"" mill, shop"', NAMES)
    assert evaluate(condition, Known(title=('the "old" mill, shop',)), TODAY)


def test_letters_put_together_from_pieces_are_the_same_letters() -> None:
    decomposed = "title~Be\u0304rzin\u0327a"
    assert evaluate(parse_condition(decomposed, NAMES), Known(title=("B\u0113rzi\u0146a",)), TODAY)


def test_nobody_is_me_when_nobody_asks() -> None:
    assert not evaluate(parse_condition("owner=@me", NAMES), DEAL, TODAY)


def test_text_as_records_keep_it_compares_like_the_values_themselves() -> None:
    packed = Known(budget=("240000.00 EUR",), close_date=("2026-12-15",))
    for text in ("budget>=240000", "budget=240000", "close_date<2027-01-01", "budget!=1"):
        assert evaluate(parse_condition(text, NAMES), packed, TODAY), text


def test_a_badly_typed_custom_value_compares_with_nothing() -> None:
    broken = Known(custom__deposit=("a lot",), custom__floor=("ninth",))
    for text in ("custom.deposit>=0", "custom.floor>0", "custom.floor<=0"):
        assert not evaluate(parse_condition(text, NAMES), broken, TODAY), text


def test_a_compiled_condition_asks_through_the_access_it_was_given() -> None:
    condition = parse_condition("stage=key-contacts", NAMES)
    asked: list[str] = []

    def access(name: str) -> Any:
        asked.append(name)
        return lambda row: (row[name],)

    holds = compile_condition(condition, TODAY, None, access)
    rows = [{"stage": "key-contacts"}, {"stage": "won"}]
    assert [holds(row) for row in rows] == [True, False]
    assert asked == ["stage"]  # once, not for every row


def test_names_of_other_records_are_their_own() -> None:
    people = build_names("person")
    assert evaluate(
        parse_condition("department=north", people), Known(department=("north",)), TODAY
    )
    with pytest.raises(WrongUsage):
        parse_condition("stage=won", people)


def naive(op: str, values: Sequence[int], bounds: Sequence[int]) -> bool:
    """What an operator means, said once more and slowly."""
    pairs = [(value, bound) for value in values for bound in bounds]
    return {
        "=": any(v == b for v, b in pairs),
        "!=": not any(v == b for v, b in pairs),
        "<": any(v < b for v, b in pairs),
        "<=": any(v <= b for v, b in pairs),
        ">": any(v > b for v, b in pairs),
        ">=": any(v >= b for v, b in pairs),
    }[op]


NUMBERS = st.lists(st.integers(-3, 3), max_size=3)


@given(
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    NUMBERS,
    NUMBERS.filter(bool),
    st.sampled_from(["contacts.loyalty", "custom.floor"]),
)
def test_operators_mean_some_item_has_one_of_the_values(
    op: str, values: list[int], bounds: list[int], name: str
) -> None:
    condition = parse_condition(f"{name}{op}{','.join(map(str, bounds))}", NAMES)
    subject = Known(**{name.replace(".", "__"): tuple(values)})
    assert evaluate(condition, subject, TODAY) is naive(op, values, bounds)


@given(st.text(max_size=30) | st.from_regex(r"!?(title|budget|overdue)[=<>~!]{0,2}.*"))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    codes = {"bad-condition", "unknown-name", "unknown-value"}
    try:
        told = parse_condition(text, NAMES).op
    except (WrongUsage, NotFound) as error:
        told = error.findings[0].code
    assert told in codes | {"set", "unset", "=", "!=", "<", "<=", ">", ">=", "~"}


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=3)
)
def test_quoted_values_come_back_as_they_were(values: list[str]) -> None:
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in values)
    condition = parse_condition(f"title={quoted}", NAMES)
    assert list(condition.values) == [normalize("NFC", value) for value in values]


def test_the_table_is_made_from_the_declarations() -> None:
    table: NameTable = build_names()
    kinds = {name: table.names[name].kind for name in ("budget", "close_date", "contacts", "leads")}
    assert kinds == {
        "budget": "money",
        "close_date": "day",
        "contacts": "reference",
        "leads": "words",
    }


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("budget is over 300000", "write it like budget>300000 EUR"),
        ("when budget is under 9.50", "write it like budget<9.50 EUR"),
        ("the budget is high", "write it like budget>10000 EUR"),
        ("probability of more than 30", "write it like probability>30"),
        ("close_date after spring", "write it like close_date>today"),
        ("status is won", "write status, !status, status=won"),
        ("need is known", "write need, !need, need=known"),
        ("they are rich", "write it like stage=qualification"),
    ],
)
def test_words_that_are_no_condition_are_answered_with_one_of_the_field_in_them(
    text: str, hint: str
) -> None:
    with pytest.raises(WrongUsage) as caught:
        parse_condition(text, NAMES)
    assert [problem.hint for problem in caught.value.findings] == [hint]
