"""What a step of kind `form` asks for, what of it is known, and how its items are typed.

Pure: the deal comes as a state, dictionaries and custom fields as values. What a value means is
for those who read fields and lists of a deal.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.catalogues import CustomField, Dictionary, offered_choices
from salescli.model.definition import Step
from salescli.model.errors import Finding, WrongUsage, finding
from salescli.model.events import Json
from salescli.model.facts import State, build_document_of, is_reference_list
from salescli.model.fields import FieldSpec, spec_named, specs_of
from salescli.model.nearest import did_you_mean
from salescli.model.records import Opportunity

MAPPINGS = ("custom", "external")  # their entries are typed as `custom.<field>`
MAIN = "main"  # typed of an item that comes first on its list
_WORD = re.compile(
    r"""(?:(?P<name>[a-z][a-z_-]*)=)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>\S*))(?=\s|$)"""
)

Typed = Sequence[tuple[str, str]]


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """A field or list that a form asks for.

    `value` is what stands in the deal, as on disk; None: nothing. `choices` are the values that
    it may have, id → name; empty: any. `items` are the fields of a list's item, its key first.
    """

    name: str
    label: str
    kind: str
    is_required: bool = False
    value: Json = None
    choices: Mapping[str, str] = {}
    items: tuple["FormField", ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it yet."""
        return self.value is None

    @property
    def is_list(self) -> bool:
        """Whether it takes items, each typed by itself."""
        return is_list(self.name)


def is_list(name: str) -> bool:
    """Whether a field of a deal is one of its lists: people, rivals, team, lines, leads."""
    spec = spec_named(Opportunity, name)
    return spec is not None and (spec.items is not None or is_reference_list(spec))


def build_form(
    step: Step,
    state: State,
    dictionaries: Mapping[str, Dictionary],
    custom_fields: Mapping[str, CustomField],
) -> tuple[FormField, ...]:
    """All that a form asks for, in its order, with what the deal says of it."""
    document = build_document_of(state)
    return tuple(
        _field(name, document, dictionaries, custom_fields, is_required=name in step.required)
        for name in step.fields
    )


def _field(
    name: str,
    document: Mapping[str, Any],
    dictionaries: Mapping[str, Dictionary],
    custom_fields: Mapping[str, CustomField],
    *,
    is_required: bool,
) -> FormField:
    top, _, key = name.partition(".")
    value = document.get(top)
    if key:
        value = (value or {}).get(key)
        custom = custom_fields.get(key)
        return FormField(
            name=name,
            label=custom.name if custom is not None else key,
            kind=custom.type if custom is not None else "text",
            is_required=is_required,
            value=value,
            choices={entry: entry for entry in custom.values} if custom is not None else {},
        )
    spec = spec_named(Opportunity, name)
    if spec is None:
        return FormField(name=name, label=name, kind="text", is_required=is_required)
    return FormField(
        name=name,
        label=spec.doc,
        kind="list" if is_list(name) else spec.kind,
        is_required=is_required,
        value=value,
        choices=_choices(spec, dictionaries),
        items=tuple(
            FormField(
                name=one.name,
                label=one.doc,
                kind=one.kind,
                is_required=one.required,
                choices=_choices(one, dictionaries),
            )
            for one in (specs_of(spec.items) if spec.items is not None else ())
        ),
    )


def _choices(spec: FieldSpec, dictionaries: Mapping[str, Dictionary]) -> dict[str, str]:
    if spec.kind != "choice":
        return {}
    offered = offered_choices(dictionaries.get(spec.target, {}))
    return {value: entry.name for value, entry in offered.items()}


def form_document(fields: Iterable[FormField]) -> list[dict[str, object]]:
    """The fields of an open form as JSON values: what stands in each, and what it may be."""
    return [_document(entry) for entry in fields]


def _document(entry: FormField) -> dict[str, object]:
    told: dict[str, object] = {
        "field": entry.name,
        "label": entry.label,
        "kind": entry.kind,
        "required": entry.is_required,
        "value": entry.value,
        "values": list(entry.choices),
    }
    if entry.items:
        told["items"] = [
            {"field": one.name, "label": one.label, "kind": one.kind, "values": list(one.choices)}
            for one in entry.items
        ]
    return told


def spell(name: str) -> str:
    """A field's name as it stands on disk: `close-date` is `close_date`, as with options."""
    top, point, key = name.partition(".")
    return top.replace("-", "_") + point + key


def check_asked(fields: Sequence[FormField], names: Iterable[str]) -> Iterator[Finding]:
    """Refusals of fields that the form doesn't ask for, with those that it does."""
    asked = [entry.name for entry in fields]
    for name in dict.fromkeys(names):
        top, _, key = name.partition(".")
        if name in asked or (key and top in MAPPINGS and top in asked):
            continue
        meant = did_you_mean(name, asked)
        told = tell_asked(fields)
        hint = f"{meant} It{told.removeprefix('it')}" if meant else told
        text = f"the form doesn't ask for {name!r}"
        yield finding("field-not-asked", text, hint=hint, field=name)


def tell_asked(fields: Iterable[FormField]) -> str:
    """What a form asks for: `it asks for budget, need`."""
    return f"it asks for {', '.join(entry.name for entry in fields) or 'nothing'}"


def check_complete(
    fields: Iterable[FormField], address: str, left_out: Iterable[str] = ()
) -> Finding | None:
    """The refusal of a form whose required fields are empty, with the command that fills them.

    `left_out`: names that something else is said of already.
    """
    told = set(left_out)
    missing = [entry for entry in lacking(fields) if entry.name not in told]
    if not missing:
        return None
    names = [entry.name for entry in missing]
    text = f"the form can't be saved without {', '.join(names)}"
    hint = fill_form_command(missing, address)
    return finding("form-incomplete", text, hint=hint, field=names[0])


def lacking(fields: Iterable[FormField]) -> list[FormField]:
    """What a form requires and the deal doesn't say."""
    return [entry for entry in fields if entry.is_required and entry.is_empty]


def fill_form_command(fields: Iterable[FormField], address: str) -> str:
    """The command that fills these fields of a form, `…` where a value goes."""
    told = (f'{entry.name}="NAME …"' if entry.is_list else f"{entry.name}=…" for entry in fields)
    return " ".join(["salescli activity done", address, *told])


def not_known(fields: Iterable[FormField]) -> list[str]:
    """Names of what a form asks for and the deal doesn't say, in the form's order."""
    return [entry.name for entry in fields if entry.is_empty]


def parse_item(text: str, columns: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """(what is added to a list, its options) of `Elena Petrova role=decision-maker`.

    The words before the first `name=value` say what; a value with spaces stands in quotes. Raises
    `WrongUsage` for what is neither, and for a name that an item of this list hasn't.
    """
    who: list[str] = []
    typed: dict[str, str] = {}
    wrong: list[Finding] = []
    for match in _WORD.finditer(text.strip()):
        if not match.group():
            continue
        name, value = match["name"], next(filter(None, match.group("double", "single", "bare")), "")
        if name is None and not typed:
            who.append(value)
        elif name is None:
            last = list(typed)[-1]
            hint = f'a value of several words stands in quotes: {last}="{typed[last]} {value} …"'
            wrong.append(finding("not-a-value", f"{value!r} is no name=value", hint=hint))
        elif spell(name) not in columns:
            hint = did_you_mean(name, columns) or f"it may be {', '.join(columns)}"
            words = f"{name!r} can't be said of one on this list"
            wrong.append(finding("field-not-asked", words, hint=hint))
        else:
            typed[spell(name)] = value
    WrongUsage.raise_if(wrong)
    return " ".join(who) or None, typed


def meant_item(entry: FormField, text: str) -> str | None:
    """`zane role=decision-maker` for `zane decision-maker`: the last word is a value of a column.

    None where it is none, or of several columns.
    """
    who, _, last = text.strip().rpartition(" ")
    columns = [one.name for one in entry.items if last in one.choices]
    return f"{who.strip()} {columns[0]}={last}" if who and len(columns) == 1 else None
