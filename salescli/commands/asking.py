"""Asks for the fields of a form on a terminal, one by one, each answer read before the next.

Nothing is locked while somebody thinks: a session is opened to read the form, and one for each
answer. Nothing is written here.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.model.errors import SalesError, WrongUsage, finding
from salescli.process.forms import FormField, Typed, meant_item, tell_asked
from salescli.report.text.numbers import fold_words, width_of
from salescli.workspace import activities, forms

WIDTH = 80
EMPTY = '""'  # what empties a field; Enter alone keeps it


def read_pairs(
    app: App, activity_id: str, texts: Sequence[str], actor: str | None
) -> list[tuple[str, str]]:
    """The fields that were typed as `name=value`; raises `WrongUsage` with those of the form."""
    parts = [text.partition("=") for text in texts]
    wrong = [text for text, part in zip(texts, parts, strict=True) if not _is_pair(part)]
    if wrong:
        with app.reading(actor) as session:
            form = activities.find_form(session, activity_id)
        hint = tell_asked(form.fields) if form is not None else "it is no form: leave it out"
        WrongUsage.raise_if(
            finding("not-a-value", f"{text!r} is no name=value", hint=hint, field=text)
            for text in wrong
        )
    return [(name.strip(), value) for name, _, value in parts]


def _is_pair(part: tuple[str, str, str]) -> bool:
    return bool(part[0].strip()) and bool(part[1])


@contextmanager
def telling_nothing_was_written() -> Iterator[None]:
    """Say so, on a line of its own, where nobody answers: Ctrl-C, or the end of the input."""
    try:
        yield
    except click.Abort:
        say("\nNothing was written.")
        raise


def ask_form(
    app: App, activity_id: str, result: str | None, actor: str | None
) -> tuple[list[tuple[str, str]], str | None]:
    """(answers, result) for a form: each asked until it can be taken. Empty for other activities.

    Enter keeps what stands there. The end of the input, or Ctrl-C, raises `click.Abort`.
    """
    with app.reading(actor) as session:
        form = activities.find_form(session, activity_id)
        standing = forms.tell_standing(session, form) if form is not None else {}
    if form is None:
        return [], result
    for line in fold_words(
        f"{form.activity.title}. Enter keeps what stands there, {EMPTY} empties it.", WIDTH
    ):
        say(line)
    answers: list[tuple[str, str]] = []
    try:
        result = _ask_all(app, actor, form, standing, answers, result)
    except click.Abort:
        say("\nNothing was written.")
        if answers:
            told = [f"{name}={value}" for name, value in answers]
            say("What was answered so far:")
            say(f"salescli activity done {shlex.join([activity_id, *told])}")
        raise
    return answers, result


def _ask_all(
    app: App,
    actor: str | None,
    form: forms.OpenForm,
    standing: Mapping[str, Sequence[str]],
    answers: list[tuple[str, str]],
    result: str | None,
) -> str | None:
    """Ask for each field of a form, into `answers`; the result."""
    for entry in form.fields:
        for line in _heading(entry):
            say(line)
        if entry.is_list:
            for words in standing[entry.name]:
                say(f"  · {words}")
        known = "" if entry.is_list else "".join(standing[entry.name])
        _ask_field(app, actor, form.activity.id, entry, known, answers)
    results = form.results
    if result is None and len(results) > 1:
        result = _ask_result(results)
    return result


def _heading(entry: FormField) -> list[str]:
    """What is asked, and what may be answered."""
    needed = " (needed)" if entry.is_required else ""
    lines = fold_words(f"{entry.label}{needed}", WIDTH)
    if entry.is_list:
        _, *rest = entry.items or (entry,)
        told = " ".join(f"{one.name}=…" for one in rest)
        typed = f"NAME {told}".rstrip() + "; Enter when there is nothing more"
        lines += [f"  {line}" for line in fold_words(typed, WIDTH - 2)]
        for one in rest:
            lines += _choices(f"{one.name}: ", one)
    else:
        lines += _choices("", entry)
    return lines


def _choices(lead: str, entry: FormField) -> list[str]:
    if not entry.choices:
        return []
    indent = 2 + width_of(lead)
    first, *rest = fold_words(", ".join(entry.choices), WIDTH - indent)
    return [f"  {lead}{first}", *(" " * indent + line for line in rest)]


def _ask_field(
    app: App,
    actor: str | None,
    activity_id: str,
    entry: FormField,
    known: str,
    answers: list[tuple[str, str]],
) -> None:
    """Ask for one field until the answer can be taken; for a list until there is nothing more."""
    shown = f" [{known}]" if known else ""
    is_needed = entry.is_required and entry.is_empty
    while True:
        text = click.prompt(
            f"{entry.name}{shown}", default="", show_default=False, err=True
        ).strip()
        if not text and not is_needed:
            return
        if not text:
            say("The form can't be saved without it.")
            continue
        answer = (entry.name, "" if text == EMPTY else text)
        if not _is_taken(app, actor, activity_id, [*answers, answer]):
            if meant := meant_item(entry, text):
                say(f"  Did you mean {meant}?")
            continue
        answers.append(answer)
        is_needed = False
        if not entry.is_list:
            return


def _is_taken(app: App, actor: str | None, activity_id: str, answers: Typed) -> bool:
    """Whether the form takes these answers; what is wrong with them is told."""
    try:
        with app.reading(actor) as session:
            form = activities.find_form(session, activity_id)
            if form is not None:
                forms.read_answers(session, form, answers)
    except SalesError as error:
        for line in format_findings(error.findings):
            say(line)
        return False
    return True


def _ask_result(results: Sequence[str]) -> str:
    say("How it ended")
    for line in fold_words(", ".join(results), WIDTH - 2):
        say(f"  {line}")
    while True:
        text = str(click.prompt("result", err=True)).strip()
        if text in results:
            return text
        for line in fold_words(f"It is one of {', '.join(results)}.", WIDTH):
            say(line)
