"""The one expression language of format.md section 4: `--where`, criteria, `when:`, dashboards.

`field op value[,value…]`; a comma is *or*. Values are typed by the name's kind when a condition
is read, so what is wrong with it shows before any record is looked at. `!=` is exactly the
opposite of `=`, so `contacts.role!=…` says that no item has it; a yes/no name alone asks whether
it is true, and absent is no.
"""

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, overload
from unicodedata import normalize

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.errors import Gathered, NotFound, SalesError, WrongUsage, finding
from salescli.model.money import Money, parse_money
from salescli.model.names import ORDERED_KINDS, TEXT_KINDS, NameSpec, NameTable, Subject
from salescli.model.nearest import did_you_mean

S = TypeVar("S")
Values = Callable[[S], Sequence[Any]]  # subject → all values of one name
ME = "@me"
YES_OR_NO = {"true": True, "yes": True, "false": False, "no": False}
_SHAPE = re.compile(r"(!?)\s*([^\W\d][\w.\-]*)\s*(?:(!=|<=|>=|=|<|>|~)(.*))?", re.DOTALL)
_VALUE = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|((?!\s*")[^,]*))(,|\Z)')
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Condition(msgspec.Struct, frozen=True):
    """A condition that has been read.

    `op` is one of `= != < <= > >= ~`, or `set`, `unset`. Days stay text (`today+30d`), and `@me`
    stays itself, until it is known who asks and when. `exact` is False where `~` searches in the
    text of an id because nobody could tell whose names have it.
    """

    text: str
    name: NameSpec
    op: str
    values: tuple[Any, ...] = ()
    exact: bool = True


def parse_condition(text: str, names: NameTable) -> Condition:
    """Read a condition; raises `WrongUsage` (`unknown-name`, `bad-condition`) or `NotFound`.

    `NotFound` is for a value that its dictionary, or no record, has.
    """
    text = normalize("NFC", text).strip()
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise _shapeless(text, names)
    negated, word, op, rest = match.groups()
    name = names.named(word)
    if op is None:
        return Condition(text, name, "unset" if negated else "set")
    if negated:
        raise _bad(text, "! stands before a name alone", f"write {word}!={rest.strip()}")
    _check_op(text, name, op)
    words = _split(text, rest)
    if len(words) > 1 and op in _ORDERS and name.kind in ("money", "decimal"):
        # Who writes 12500,50 means one amount, and would be told of two without a word.
        raise _bad(text, f"{op} takes one {name.kind} value", "decimals take a point: 12500.50")
    return _with_values(text, name, op, words, names)


def _bad(text: str, why: str, hint: str) -> WrongUsage:
    return WrongUsage(finding("bad-condition", f"{text!r} is not a condition: {why}", hint=hint))


_WORDS_OF_ORDER = {
    word: op
    for op, words in {
        ">": "over above more greater larger exceeds after",
        "<": "under below less fewer smaller before",
    }.items()
    for word in words.split()
}
_OF_KIND = {"whole": "10", "percent": "50", "decimal": "1.5"}  # others: a day
_NUMBER = re.compile(r"(?<![\w.])\d{1,18}(?:\.\d{1,6})?(?![\w.%])")


def _shapeless(text: str, names: NameTable) -> WrongUsage:
    """The refusal of words that are no condition, with an example of what they may mean."""
    words = re.findall(r"[^\W\d][\w.\-]*", text)
    known = next((names.names[word] for word in words if word in names.names), None)
    if known is None:
        return _bad(text, "it has no name to begin with", "write it like stage=qualification")
    example = _example(known, text, words, names.currency or "EUR")
    return _bad(text, f"{known.name} is a field, what follows is no comparison", example)


def _example(name: NameSpec, text: str, words: Sequence[str], currency: str) -> str:
    """`write it like budget>300000 EUR`: with the number and the order that the words have."""
    if name.kind in TEXT_KINDS:
        value = next((word for word in words if word in name.values), words[-1])
        is_alone = value == name.name
        return f"write {name.name}, !{name.name}" + ("" if is_alone else f", {name.name}={value}")
    if name.kind not in ORDERED_KINDS:
        return f"write {name.name}, !{name.name}"
    op = next((_WORDS_OF_ORDER[word] for word in words if word in _WORDS_OF_ORDER), ">")
    number = _NUMBER.search(text)
    if name.kind == "money":
        return f"write it like {name.name}{op}{number[0] if number else 10000} {currency}"
    is_whole = number is not None and (name.kind == "decimal" or "." not in number[0])
    given = number[0] if number is not None and is_whole and name.kind in _OF_KIND else None
    return f"write it like {name.name}{op}{given or _OF_KIND.get(name.kind, 'today')}"


def _check_op(text: str, name: NameSpec, op: str) -> None:
    if name.kind == "group":
        raise _bad(text, f"{name.name} is a group of values", f"write {name.name}, !{name.name}")
    if op == "~" and name.kind not in TEXT_KINDS:
        raise _bad(text, f"{name.name} is not text to search in", "use = < <= > >=")
    if op in _ORDERS and name.kind not in ORDERED_KINDS:
        raise _bad(text, f"{name.name} has no order", "use = != ~")


def _split(text: str, rest: str) -> list[str]:
    values: list[str] = []
    place = 0
    while True:
        match = _VALUE.match(rest, place)
        if match is None:
            raise _bad(text, "a quotation mark is left open", 'write "…" around a whole value')
        quoted, plain, end = match.groups()
        value = plain.strip() if quoted is None else quoted.replace('""', '"')
        if quoted is None and not value:
            raise _bad(text, "a value is missing", "a name alone asks if it is set, !name if not")
        values.append(value)
        place = match.end()
        if not end:
            return values


def _with_values(
    text: str, name: NameSpec, op: str, words: list[str], names: NameTable
) -> Condition:
    if name.kind == "reference":
        return _with_references(text, name, op, words, names)
    if op == "~":
        return Condition(text, name, op, tuple(word.casefold() for word in words), exact=False)
    gathered = Gathered()
    typed: list[Any] = []
    for word in words:
        with gathered.trying(name.name):
            if name.values:
                _check_choice(name, word)
            typed.append(_typed(text, word, name, names.currency))
    gathered.raise_all()
    return Condition(text, name, op, tuple(typed))


def _with_references(
    text: str, name: NameSpec, op: str, words: list[str], names: NameTable
) -> Condition:
    ids: list[str] = []
    is_known = True
    gathered = Gathered()
    for word in words:
        found: Sequence[str] | None = [word]
        if word != ME and word not in name.values:
            with gathered.trying():
                found = _found(name, op, word, names)
        is_known = is_known and found is not None
        ids += [word] if found is None else found
    gathered.raise_all()
    if op == "~" and not is_known:
        return Condition(text, name, op, tuple(word.casefold() for word in words), exact=False)
    return Condition(text, name, op, tuple(ids))


def _found(name: NameSpec, op: str, word: str, names: NameTable) -> Sequence[str] | None:
    """The ids that a word names, None where nobody can tell; raises `NotFound` for none."""
    found = names.find(name.target, word, op == "~")
    if found is not None and not found and op != "~":
        kind = name.target.replace("|", " or ")
        why = f"{word!r} is no {kind}, neither by id nor by name"
        hint = f"{name.name}~{word} finds what has it in its name"
        raise NotFound(finding("unknown-value", why, hint=hint, field=name.name))
    return found


def _check_choice(name: NameSpec, word: str) -> None:
    if word in name.values:
        return
    hint = did_you_mean(word, name.values) or f"one of {', '.join(name.values)}"
    raise NotFound(
        finding("unknown-value", f"{word!r} is no value of {name.name}", hint=hint, field=name.name)
    )


def _typed(text: str, word: str, name: NameSpec, currency: str | None) -> Any:
    """A word of a condition's `text` as a value of the name's kind; raises `WrongUsage`."""
    try:
        return _value(word, name, currency)
    except SalesError as error:
        first = error.findings[0]
        raise _bad(text, first.text, first.hint) from None


def _value(word: str, name: NameSpec, currency: str | None) -> Any:
    if name.kind == "money":
        return parse_money(word, currency)
    if name.kind in ("day", "instant"):
        _CALENDAR.parse_day(word, date(2000, 1, 1))
        return word
    if name.kind == "yes-no":
        if word not in YES_OR_NO:
            raise WrongUsage(finding("", f"{word!r} is not yes or no", hint="write yes or no"))
        return YES_OR_NO[word]
    if name.kind not in ORDERED_KINDS:
        return word
    number = _number(word)
    if number is None or (name.kind != "decimal" and number != int(number)):
        raise WrongUsage(finding("", f"{word!r} is not a number", hint="decimals take a point"))
    return number


# Reads days alone, which needs no zone.
_CALENDAR = Calendar("UTC")


def _number(word: str) -> Decimal | None:
    return Decimal(word) if re.fullmatch(r"-?\d{1,18}(\.\d{1,6})?", word) else None


def evaluate(condition: Condition, subject: Subject, today: date, me: str | None = None) -> bool:
    """Whether a condition holds for one subject; for many, `compile_condition` once."""
    return compile_condition(condition, today, me)(subject)


@overload
def compile_condition(
    condition: Condition, today: date, me: str | None = None
) -> Callable[[Subject], bool]: ...


@overload
def compile_condition(
    condition: Condition, today: date, me: str | None, access: Callable[[str], Values[S]]
) -> Callable[[S], bool]: ...


def compile_condition(
    condition: Condition,
    today: date,
    me: str | None = None,
    access: Callable[[str], Values[Any]] | None = None,
) -> Callable[[Any], bool]:
    """Turn a condition into one closure, so that all that can be decided is decided once.

    `access` gives for a name the function that gets its values from a subject; without it a
    subject is asked by `subject.values(name)`. Values may be text where a record keeps text
    (`250000.00 EUR`, `2026-12-15`).
    """
    get = (access or _asking)(condition.name.name)
    if condition.name.kind == "yes-no":
        return _compile_yes_no(condition, get)
    if condition.op in ("set", "unset"):
        is_wanted = condition.op == "set"
        return lambda subject: (len(get(subject)) > 0) is is_wanted
    wanted = _resolved(condition, today, me)
    if condition.op == "~" and not condition.exact:
        return lambda subject: any(
            part in str(value).casefold() for value in get(subject) for part in wanted
        )
    if condition.op in _ORDERS:
        return _compile_order(condition, get, wanted)
    return _compile_equal(condition, get, frozenset(wanted))


def _asking(name: str) -> Values[Subject]:
    return lambda subject: subject.values(name)


def _resolved(condition: Condition, today: date, me: str | None) -> list[Any]:
    kind = condition.name.kind
    if kind in ("day", "instant"):
        return [_CALENDAR.parse_day(word, today).isoformat() for word in condition.values]
    if kind == "reference":
        ids = [me if word == ME else word for word in condition.values]
        return [word for word in ids if word is not None]
    if kind == "money":
        return [(money.currency, money.amount) for money in condition.values]
    return list(condition.values)


def _compile_yes_no(condition: Condition, get: Values[S]) -> Callable[[S], bool]:
    wanted = {
        "set": frozenset({True}),
        "unset": frozenset({False}),
        "=": frozenset(condition.values),
        "!=": frozenset({True, False}) - frozenset(condition.values),
    }[condition.op]
    return lambda subject: any(value in (True, "true") for value in get(subject)) in wanted


def _compile_equal(
    condition: Condition, get: Values[S], wanted: frozenset[Any]
) -> Callable[[S], bool]:
    answer = condition.op != "!="
    key = _KEYS.get(condition.name.kind)
    if key is None:

        def holds(subject: S) -> bool:
            for value in get(subject):
                if value in wanted:
                    return answer
            return not answer

        return holds
    to_key = key
    return lambda subject: any(to_key(value) in wanted for value in get(subject)) is answer


def _compile_order(
    condition: Condition, get: Values[S], wanted: Iterable[Any]
) -> Callable[[S], bool]:
    compare = _ORDERS[condition.op]
    key = _KEYS[condition.name.kind]
    bounds = tuple(wanted)
    if condition.name.kind == "money":
        return _compile_money_order(compare, get, bounds)

    # Plain loops: a generator in `any` makes them half as fast again.
    def holds(subject: S) -> bool:
        for value in get(subject):
            found = key(value)
            if found is not None:
                for bound in bounds:
                    if compare(found, bound):
                        return True
        return False

    return holds


def _compile_money_order(
    compare: Callable[[Any, Any], bool], get: Values[S], bounds: Sequence[tuple[str, Decimal]]
) -> Callable[[S], bool]:
    def holds(subject: S) -> bool:
        for value in get(subject):
            currency, amount = _money_key(value)
            for bound_currency, bound in bounds:
                if currency == bound_currency and compare(amount, bound):
                    return True
        return False

    return holds


def _money_key(value: Money | str) -> tuple[str, Decimal]:
    """Text is split, not parsed: it stands in a record, so it is written in full."""
    if not isinstance(value, str):
        return value.currency, value.amount
    digits, _, currency = value.partition(" ")
    amount = _number_key(digits)
    if amount is None:
        return "", Decimal(0)  # a custom value that `check` reports: in no currency
    return currency, amount


def _day_key(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _number_key(value: Any) -> Decimal | None:
    """None for a custom value that is no number, which `check` reports."""
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return None
    return number if number.is_finite() else None


_KEYS: dict[str, Callable[[Any], Any]] = {
    "money": _money_key,
    "day": _day_key,
    "instant": _day_key,
    "whole": _number_key,
    "percent": _number_key,
    "decimal": _number_key,
}
