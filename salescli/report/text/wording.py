"""Values and changes of fields in the trade's words: `budget 250 000 → 240 000 EUR`.

Owns how a value of each kind is told in a sentence. Knows the declared fields, and names only as
far as it is handed them; an id without a name stands for itself.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from salescli.model.activities import Activity
from salescli.model.calendar import Calendar, format_day
from salescli.model.events import Json
from salescli.model.fields import FieldSpec, spec_named, specs_of
from salescli.model.records import Lead, Opportunity
from salescli.report.figures.figure import parse_amount
from salescli.report.text.numbers import clean_text, cut, format_money

LONGEST_QUOTE = 120  # columns of a text inside a sentence; all of it stands in the details
_SINGULAR = {
    "contacts": "contact",
    "competitors": "competitor",
    "team": "team member",
    "products": "product",
}


class Wording(msgspec.Struct, frozen=True):
    """Names by what they are of, then by id: `names["person"]["anna"]`.

    Keys are the targets of declared fields (`person`, `stage`, `contact`, the dictionaries …),
    and `lead`, `unit`, `custom` (custom fields), `line` (product lines), `rival-product`.
    """

    calendar: Calendar
    names: Mapping[str, Mapping[str, str]] = {}
    longest: int = LONGEST_QUOTE  # columns of a text among changes

    def name(self, target: str, value: object) -> str:
        """The name of an id, or the id; `target` may be several with `|` between them."""
        for one in target.split("|"):
            found = self.names.get(one, {}).get(str(value))
            if found is not None:
                return clean_text(found)
        return clean_text(str(value))

    def choice(self, dictionary: str, value: object) -> str:
        """A dictionary's value inside a sentence: its name, with a small first letter."""
        name = self.name(dictionary, value)
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def quote(text: str, width: int = LONGEST_QUOTE) -> str:
    """Text of users inside a sentence: on one line, in quotes, cut to `width` columns."""
    return f'"{cut(" ".join(clean_text(text).split()), width)}"'


def begun_small(text: str) -> str:
    """Words for the middle of a sentence: `ask what they need`; `KYC check` stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def format_minutes(minutes: int) -> str:
    """`45 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{rest} min"] if rest or not hours else parts)


def format_value(spec: FieldSpec | None, value: Json, wording: Wording) -> str:
    """A value of a declared field; of an unknown one, its text."""
    if spec is None or value is None:
        return _plain(value)
    if spec.kind == "reference":
        return wording.name(spec.target, value)
    if spec.kind == "choice":
        return wording.choice(spec.target, value)
    if spec.kind == "text":
        return quote(_plain(value), wording.longest)
    shape = {"money": _money, "day": _day, "percent": _percent}.get(spec.kind)
    if shape is not None:
        return shape(_plain(value))
    return _instant(value, wording) if spec.kind == "instant" else _plain(value)


def _plain(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return clean_text(", ".join(map(str, value)))
    return clean_text(str(value))


def _money(text: str) -> str:
    try:
        return format_money(*parse_amount(text))
    except ArithmeticError:  # an event written by hand may say anything
        return text


def _day(text: str) -> str:
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return text


def _percent(text: str) -> str:
    return f"{text} %"


def _instant(value: Json, wording: Wording) -> str:
    try:
        return format_start(datetime.fromisoformat(str(value)), wording.calendar)
    except ValueError:
        return _plain(value)


def format_time(at: datetime, calendar: Calendar) -> str:
    """`6 Nov 2026 16:00`, local."""
    local = at.astimezone(calendar.zone)
    return f"{format_day(local.date())} {local:%H:%M}"


def format_start(at: datetime, calendar: Calendar) -> str:
    """When something is to begin; the day alone where it is one for the whole day."""
    day = calendar.day_of(at)
    return format_day(day) if at == calendar.start_of(day) else format_time(at, calendar)


def describe_changes(
    fields: Mapping[str, Sequence[Json]], wording: Wording, *, is_lead: bool = False
) -> list[str]:
    """What the `fields` of an event change, a phrase each; keys of one item make one phrase."""
    record = Lead if is_lead else Opportunity
    phrases: list[str] = []
    items: dict[str, list[str]] = {}
    for path, (before, after) in fields.items():
        top, *keys = path.split("/")
        spec = spec_named(record, top)
        if spec is not None and spec.items is not None and keys:
            head = f"{_SINGULAR.get(top, top)} {_item_name(top, spec, keys[0], after, wording)}"
            if len(keys) == 1:
                phrases.append(_item_phrase(head, spec, before, after, wording))
            else:
                inner = spec_named(spec.items, keys[1])
                items.setdefault(head, []).append(
                    _phrase(_word(keys[1]), inner, before, after, wording)
                )
        elif top == "leads" and keys:
            covered = "covered" if after else "no longer covered"
            phrases.append(f"lead {quote(wording.name('lead', keys[0]))} {covered}")
        else:
            phrases.append(_field_phrase(top, keys, spec, before, after, wording))
    return phrases + [f"{head}: {', '.join(changes)}" for head, changes in items.items()]


def _field_phrase(
    top: str, keys: list[str], spec: FieldSpec | None, before: Json, after: Json, wording: Wording
) -> str:
    if top == "archived":
        return "archived" if after else "out of the archive"
    if keys and top == "custom":
        return _phrase(wording.choice("custom", keys[0]), None, before, after, wording)
    if keys and top == "external":
        return _phrase(f"{keys[0]} id", None, before, after, wording)
    return _phrase(" ".join(map(_word, [top, *keys])), spec, before, after, wording)


def _word(name: str) -> str:
    return clean_text(name.replace("_", " "))


def _phrase(word: str, spec: FieldSpec | None, before: Json, after: Json, wording: Wording) -> str:
    old, new = (format_value(spec, value, wording) for value in (before, after))
    if after in (None, [], ""):
        return f"{word} removed, was {old}" if before is not None else f"{word} removed"
    if before in (None, []) or (spec is not None and spec.kind == "text"):
        return f"{word} {new}"
    if spec is not None and spec.kind == "money" and old[-4:] == new[-4:]:
        old = old[:-4]
    return f"{word} {old} → {new}"


def _item_name(top: str, spec: FieldSpec, key: str, after: Json, wording: Wording) -> str:
    if top == "products":
        return wording.name("line", key)
    assert spec.items is not None
    return wording.name(specs_of(spec.items)[0].target, key)


def _item_phrase(head: str, spec: FieldSpec, before: Json, after: Json, wording: Wording) -> str:
    if not isinstance(after, dict):
        return f"{head} removed"
    words = describe_item(spec, after, wording)
    verb = "replaced" if isinstance(before, dict) else "added"
    return f"{head} {verb} ({', '.join(words)})" if words else f"{head} {verb}"


def describe_item(spec: FieldSpec, item: Mapping[str, Any], wording: Wording) -> list[str]:
    """What an item of a list says beside its name: `decision maker, high influence`."""
    assert spec.items is not None
    if spec.name == "products":
        return _line_words(item)
    words = []
    for name, value in item.items():
        inner = spec_named(spec.items, name)
        if name == "influence":
            words.append(f"{wording.choice('influences', value)} influence")
        elif name == "product":
            words.append(wording.name("rival-product", value))
        elif inner is not None and inner.kind == "text":
            words.append(f"{_word(name)} {quote(str(value), wording.longest // 3)}")
        else:
            words.append(format_value(inner, value, wording))
    return words


def _line_words(item: Mapping[str, Any]) -> list[str]:
    """`2 × 9 500 EUR − 1.5 %`."""
    words = f"{item.get('quantity', '1')} × {_money(str(item.get('price', '')))}"
    return [f"{words} − {item['discount']} %" if item.get("discount") else words]


def format_bytes(count: int) -> str:
    """`812 bytes`, `47 KB`, `3.2 MB`."""
    if count < 1024:
        return f"{count} bytes"
    if count < 1024 * 1024:
        return f"{round(count / 1024)} KB"
    return f"{count / (1024 * 1024):.1f} MB"


def quoted_titles(activities: Sequence[Activity]) -> str:
    """Titles of activities: the first three, and how many more."""
    told = [f'"{activity.title}"' for activity in activities[:3]]
    more = len(activities) - 3
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
