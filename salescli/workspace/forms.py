"""Forms of the process: the fields of a deal that a step asks for, filled by one event.

Every value is read as `opportunity set` and the lists' own commands read it. Which step comes
next is not decided here.
"""

import shlex
from collections.abc import Iterable, Mapping

import msgspec

from salescli.model.activities import Activity
from salescli.model.activity_rules import results_of_step
from salescli.model.conversion import build_document
from salescli.model.definition import Step
from salescli.model.errors import Finding, Gathered, NotFound, Refused, finding
from salescli.model.events import Json
from salescli.model.facts import State, build_state
from salescli.model.ids import kind_of_id
from salescli.model.inputs import parse_input
from salescli.process.forms import (
    MAIN,
    MAPPINGS,
    FormField,
    Typed,
    build_form,
    check_asked,
    check_complete,
    is_list,
    not_known,
    parse_item,
    spell,
)
from salescli.workspace.deals import Loaded, LoadedDeal, load_deal
from salescli.workspace.guiding import client_name
from salescli.workspace.listed import names_of_item
from salescli.workspace.lists import LISTS, read_put, write_fields
from salescli.workspace.opportunities import check_changes, put_fields, read_changes
from salescli.workspace.session import Session
from salescli.workspace.telling import shown

Fields = dict[str, list[Json]]
NO_FIELDS: Fields = {}
NOUNS = {entry.name: entry for entry in LISTS.values()}


class OpenForm(msgspec.Struct, frozen=True):
    """An open form of a deal: its activity, and what the step of today asks for."""

    deal: LoadedDeal
    activity: Activity
    step: Step
    fields: tuple[FormField, ...]

    @property
    def results(self) -> tuple[str, ...]:
        """With which it can be done."""
        return results_of_step(self.activity)


def form_of(session: Session, record: Loaded, activity: Activity) -> OpenForm | None:
    """The form that an activity is; None for every other, and for a step that is gone."""
    step = _step_of(session, record, activity)
    if step is None:
        return None
    deal = load_deal(session, record.directory)
    return OpenForm(deal, activity, step, _fields_of(session, step, deal.state))


def tell_standing(session: Session, form: OpenForm) -> dict[str, tuple[str, ...]]:
    """What stands in each field of a form, in words: an item of a list each, else one or none."""
    return {entry.name: _tell(session, form, entry) for entry in form.fields}


def _tell(session: Session, form: OpenForm, entry: FormField) -> tuple[str, ...]:
    if entry.is_empty:
        return ()
    if not entry.is_list:
        is_client = isinstance(entry.value, str) and kind_of_id(entry.value) is not None
        return (client_name(session, str(entry.value)) if is_client else shown(entry.value),)
    words = []
    for key, item in form.deal.state[entry.name].items():
        values = item if isinstance(item, dict) else {}
        name = next(iter(names_of_item(session, entry.name, key, values)), key)
        words.append(name + (f" ({shown(values)})" if values else ""))
    return tuple(words)


def _step_of(session: Session, record: Loaded, activity: Activity) -> Step | None:
    if record.kind != "opportunity" or activity.step is None:
        return None
    definition = session.process(getattr(record.facts, "process", ""))
    stage = definition.stage_named(record.facts.stage)
    step = stage.step_named(activity.step) if stage is not None else None
    return step if step is not None and step.kind == "form" else None


def _fields_of(session: Session, step: Step, state: State) -> tuple[FormField, ...]:
    custom = session.settings.custom_fields.get("opportunity", {})
    return build_form(step, state, session.dictionaries, custom)


def read_form(session: Session, record: Loaded, activity: Activity, typed: Typed) -> Fields:
    """{path: [before, after]} of what was typed into a form that is to be saved.

    Raises every fault of all fields together, and `Refused` for fields of what is no form, and
    for a form that would be saved without what it requires. Writes nothing.
    """
    form = form_of(session, record, activity)
    if form is None:
        if typed:
            raise Refused(_no_form(session, record, activity, typed))
        return {}
    gathered = Gathered()
    fields: Fields = {}
    with gathered.trying():
        fields = read_answers(session, form, typed)
    given = [spell(name) for name, text in typed if text.strip()]
    with gathered.trying():
        refuse_incomplete(session, record, activity, fields, given)
    gathered.raise_all()
    return fields


def refuse_incomplete(
    session: Session,
    record: Loaded,
    activity: Activity,
    fields: Fields = NO_FIELDS,
    given: Iterable[str] = (),
) -> None:
    """Raise `Refused` for a form that lacks what it requires, once these fields are changed.

    `given`: names of which something was typed, so that their own faults are told.
    """
    form = form_of(session, record, activity)
    if form is None:
        return
    after = build_state(build_document(form.deal.facts))
    put_fields(after, fields)
    filled = _fields_of(session, form.step, after)
    address = session.short_inner(activity.id)
    Refused.raise_if(filter(None, [check_complete(filled, address, given)]))


def read_answers(session: Session, form: OpenForm, typed: Typed) -> Fields:
    """{path: [before, after]} of answers to some of a form's questions; writes nothing.

    Raises every fault of all of them together, and of the deal that they would make.
    """
    gathered = Gathered()
    fields: Fields = {}
    typed = [(spell(name), text) for name, text in typed]
    wrong = {entry.field for entry in check_asked(form.fields, [name for name, _ in typed])}
    with gathered.trying():
        Refused.raise_if(check_asked(form.fields, [name for name, _ in typed]))
    asked = [(name, text) for name, text in typed if name not in wrong]
    plain: dict[str, str] = {}
    for name, text in asked:
        with gathered.trying(name):
            if is_list(name):
                _join(session, fields, _read_item(session, form.deal, name, text))
            elif name in MAPPINGS:
                words = f"{name} takes a name: {name}.NAME=VALUE"
                raise Refused(finding("not-a-value", words, field=name))
            elif name in plain:
                raise Refused(_given_twice(name))
            else:
                plain[name] = text
    with gathered.trying():
        _join(session, fields, read_changes(session, form.deal, plain)[0])
    gathered.raise_all()
    check_changes(session, form.deal, fields, session.process(form.deal.facts.process))
    return fields


def _read_item(session: Session, deal: LoadedDeal, name: str, text: str) -> Fields:
    """The change that one item of a list makes."""
    entry = NOUNS[name]
    if not text.strip():
        words = f"{name} takes one to add or change; nothing is taken off a list in a form"
        hint = f"salescli opp {entry.noun} remove {session.short(deal.id)} NAME takes one off"
        raise Refused(finding("missing-value", words, hint=hint, field=name))
    columns = entry.columns if entry.main is None else (*entry.columns, MAIN)
    who, options = parse_item(text, columns)
    main = options.pop(MAIN, "")
    is_main = parse_input("yes-no", main, session.calendar, session.today, None)
    try:
        return read_put(session, deal, entry.noun, who, options, is_main=bool(is_main))
    except NotFound as error:
        raise NotFound(
            *(_own_line(found, name, who, options) for found in error.findings)
        ) from None


def _own_line(found: Finding, name: str, who: str | None, options: Mapping[str, str]) -> Finding:
    """A refusal of an unknown product, with how a line of its own is typed into a form."""
    if found.code != "no-such-product" or who is None:
        return found
    line = f"{name}='title=\"{who}\" price={options.get('price', '…')}'"
    lead = f"{found.hint}\n" if found.hint.startswith("did you mean") else ""
    hint = f"{lead}{line} makes a line of its own"
    if not lead:
        hint += f'\nsalescli product create "{who}" puts it into the catalogue'
    return msgspec.structs.replace(found, hint=hint)


def _join(session: Session, fields: Fields, more: Fields) -> None:
    """Add changes to others; raises `Refused` where both speak of the same."""
    places = {_place(path) for path in fields}
    both = dict.fromkeys(place for path in more if (place := _place(path)) in places)
    Refused.raise_if(_given_twice(_named(session, place)) for place in both)
    fields |= more


def _named(session: Session, place: str) -> str:
    """A field, or what stands on a list, by the name that people know it by."""
    top, _, key = place.partition("/")
    return next(iter(names_of_item(session, top, key, {})), key) if is_list(top) else place


def _place(path: str) -> str:
    """The field, or the item of a list, that a path lies in."""
    return "/".join(path.split("/")[:2])


def _given_twice(name: str) -> Finding:
    return finding("given-twice", f"{name} is given twice", hint="leave one out", field=name)


def _no_form(session: Session, record: Loaded, activity: Activity, typed: Typed) -> Finding:
    """The refusal of fields for an activity that asks for none, with what takes them."""
    text = f"{activity.title!r} is no form of the process, so it takes no fields"
    command = "salescli lead set" if record.kind == "lead" else "salescli opp set"
    told = " ".join(
        f"--{spell(name).replace('_', '-')} {shlex.quote(value)}"
        for name, value in typed
        if not is_list(spell(name))
    )
    hint = f"{command} {session.short(record.id)} {told}" if told else "leave them out"
    return finding("not-a-form", text, hint=hint, field="activity")


def write_form(
    session: Session, record: Loaded, activity: Activity, fields: Fields
) -> tuple[Loaded, tuple[str, ...]]:
    """Stage what was read of a form; (the record as it is then, words about it).

    The activity itself goes to nobody: it is about to be done.
    """
    form = form_of(session, record, activity)
    if form is None:
        return record, ()
    words: tuple[str, ...] = ()
    if fields:
        title = f"fill {activity.title!r} of"
        words = write_fields(session, form.deal, fields, title, ending={activity.id}).words
    form = form_of(session, load_deal(session, record.directory), activity)
    assert form is not None
    empty = not_known(form.fields)
    told = (f"Not known yet: {', '.join(empty)}.",) if empty else ()
    return form.deal, (*words, *told)
