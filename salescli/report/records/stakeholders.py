"""The people around a deal: part in the decision × influence × loyalty, those who decide first.

Pure: names come as values. Lines for the screen of a deal, a matrix of its own, a document.
"""

from collections.abc import Mapping, Sequence

import msgspec

from salescli.model.catalogues import Dictionary, choice_named
from salescli.model.records import Stakeholder
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import clean_text, cut, pad, width_of
from salescli.report.text.wrapping import wrap_text

DECIDES = "decision-maker"
# Roles that rules speak of have a verb; a role of the team's own stands with its name.
_VERBS = {DECIDES: "Decides", "influencer": "Influences", "contact-person": "Contact"}
_NOBODY_SAID = "–"
_LABEL = 11
_NAME = 20
_WIDEST_NAME = 32


class StakeholderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of the people. `role_name` and the like are for people, and empty if nobody said."""

    contact: str
    name: str
    is_main: bool = False
    role: str | None = None
    influence: str | None = None
    loyalty: int | None = None
    role_name: str = ""
    influence_name: str = ""
    influence_place: int = 0  # in its dictionary
    loyalty_name: str = ""
    motivator: str = ""


def build_stakeholders(
    contacts: Sequence[Stakeholder],
    names: Mapping[str, str],
    dictionaries: Mapping[str, Dictionary],
    main_contact: str | None = None,
) -> tuple[StakeholderRow, ...]:
    """Everybody in order: role, the main one first in it, influence, loyalty, name.

    Roles and influences have the order of their dictionaries, but who decides comes first
    whatever the dictionary says, and who has no role last. `names` are those of contacts.
    """
    roles = [DECIDES, *dictionaries.get("roles", {})]
    influences = list(dictionaries.get("influences", {}))
    people = [
        StakeholderRow(
            contact=one.contact,
            name=clean_text(names.get(one.contact, one.contact)),
            is_main=one.contact == main_contact,
            role=one.role,
            influence=one.influence,
            loyalty=one.loyalty,
            role_name=_name(dictionaries, "roles", one.role),
            influence_name=_name(dictionaries, "influences", one.influence),
            influence_place=_place(influences, one.influence),
            loyalty_name=_name(dictionaries, "loyalties", one.loyalty),
            motivator=clean_text(one.motivator or ""),
        )
        for one in contacts
    ]

    def key(person: StakeholderRow) -> tuple[int, bool, int, int, str, str]:
        loyalty = -4 if person.loyalty is None else person.loyalty
        return (
            _place(roles, person.role),
            not person.is_main,
            person.influence_place,
            -loyalty,
            person.name.casefold(),
            person.contact,
        )

    return tuple(sorted(people, key=key))


def _name(dictionaries: Mapping[str, Dictionary], dictionary: str, value: object) -> str:
    if value is None:
        return ""
    choice = choice_named(dictionaries.get(dictionary, {}), str(value))
    return clean_text(choice.name if choice else str(value))


def _place(order: list[str], value: str | None) -> int:
    return order.index(value) if value in order else len(order) + (value is None)


def format_stakeholders(people: Sequence[StakeholderRow], *, width: int | None = 80) -> list[str]:
    """A line each: ` Decides    Elena Petrova       high influence, supportive`."""
    lines = []
    label = ""
    widest = max((width_of(person.name) for person in people), default=0) + 1
    names = min(max(_NAME, widest), _WIDEST_NAME)
    margin = " " * (1 + _LABEL + names)
    room = None if width is None else width - len(margin)
    for person in people:
        verb = _VERBS.get(person.role or "", person.role_name or "Knows us")
        shown, label = ("" if verb == label else verb), verb
        words = [f"{_soft(person.influence_name)} influence"] if person.influence_name else []
        words += [_soft(person.loyalty_name)] if person.loyalty_name else []
        words += [person.motivator] if person.motivator else []
        wrapped = wrap_text(", ".join(words), room)
        head = f" {pad(cut(shown, _LABEL - 1), _LABEL)}"
        if width_of(person.name) < names:
            lines.append(f"{head}{pad(person.name, names)}{wrapped[0]}".rstrip())
        else:  # on lines of its own: a name is never cut
            first, *rest = wrap_text(person.name, None if width is None else width - 1 - _LABEL)
            lines += [head + first, *(" " * (1 + _LABEL) + line for line in rest)]
            lines += [margin + wrapped[0]] if wrapped[0] else []
        lines += [margin + line for line in wrapped[1:]]
    return lines


def _soft(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def format_matrix(people: Sequence[StakeholderRow], *, width: int | None = 80) -> list[str]:
    """Roles as rows, influences as columns; in the cells names with their loyalty, `+2`.

    Rows and columns without anybody are left out; the columns share the width, and names that
    don't fit are cut.
    """
    rows = list(dict.fromkeys(person.role_name or _NOBODY_SAID for person in people))
    columns = _column_order(people)
    cells = {
        (row, column): [
            _cell(one)
            for one in people
            if (one.role_name or _NOBODY_SAID, one.influence_name or _NOBODY_SAID) == (row, column)
        ]
        for row in rows
        for column in columns
    }
    first = max(map(width_of, rows), default=0)
    widths = [
        max([width_of(column), *(width_of(name) for row in rows for name in cells[row, column])])
        for column in columns
    ]
    while width is not None and first + sum(widths) + 2 * len(widths) > width and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    lines = [_row("", first, columns, widths)] if people else []
    for row in rows:
        height = max(len(cells[row, column]) for column in columns)
        for place in range(height):
            texts = [(cells[row, column][place : place + 1] or [""])[0] for column in columns]
            lines.append(_row("" if place else row, first, texts, widths))
    return lines


def _row(head: str, first: int, texts: Sequence[str], widths: Sequence[int]) -> str:
    cells = [pad(cut(text, room), room) for text, room in zip(texts, widths, strict=True)]
    return "  ".join([pad(head, first), *cells]).rstrip()


def _column_order(people: Sequence[StakeholderRow]) -> list[str]:
    """Influences in the order of their dictionary, those who have none last."""
    ordered = sorted(people, key=lambda person: person.influence_place)
    return list(dict.fromkeys(person.influence_name or _NOBODY_SAID for person in ordered))


def _cell(person: StakeholderRow) -> str:
    return person.name if person.loyalty is None else f"{person.name} {person.loyalty:+d}"


def build_stakeholders_document(people: Sequence[StakeholderRow]) -> list[Document]:
    """The people as they stand in the document of a deal, in the order of the screen."""
    return [
        {
            "contact": person.contact,
            "name": person.name,
            "main": person.is_main,
            "role": person.role,
            "influence": person.influence,
            "loyalty": person.loyalty,
            "motivator": person.motivator or None,
        }
        for person in people
    ]
