"""Asks on a terminal about each place of a merge that clashes, one after the other.

Nothing is locked while somebody thinks, and nothing is written here: the choices come back.
"""

from collections.abc import Sequence

import click
import msgspec

from salescli.commands.app import App, say
from salescli.commands.asking import telling_nothing_was_written
from salescli.commands.findings import format_findings, wrapped
from salescli.model.errors import SalesError
from salescli.report.records.clashes import Clashing, format_count, format_places
from salescli.workspace.mergefinish import tell_sides
from salescli.workspace.mergesides import read_as_ours
from salescli.workspace.resolvechoices import Choices, Clashed
from salescli.workspace.resolvevalues import takes_value
from salescli.workspace.resolving import Resolved, resolve

_WORDS = {
    "ours": "[o]urs",
    "theirs": "[t]heirs",
    "value": "a [v]alue",
    "leave": "[l]eave it",
    "back": "go [b]ack",
    "stop": "[s]top",
}
_EXPLAINED = {
    "ours": "o  what this clone has",
    "theirs": "t  what comes in",
    "value": "v  another value, which is asked for next",
    "leave": "l  decide later: it stays between markers",
    "back": "b  the place before this one again",
    "stop": "s  no more questions: what is decided so far is written, the rest stays",
}


def ask_all(app: App, choices: Choices, actor: str | None) -> Choices:
    """Ask for each place that clashes, until all are answered or somebody stops."""
    found = _look(app, choices, actor)
    say_sides(app)
    asked = [(clashed, place) for clashed in found.clashed for place in clashed.places]
    # The choices before each place: the last are those that hold.
    heard = [msgspec.structs.replace(choices, merge=found.merge)]
    with telling_nothing_was_written():
        while len(heard) <= len(asked):
            clashed, place = asked[len(heard) - 1]
            if place is clashed.places[0]:
                say(format_count(clashed.title, len(clashed.places)))
            answer = _ask(app, heard, len(asked), actor, clashed, place)
            if answer == "stop":
                break
            if isinstance(answer, Choices):
                heard.append(answer)
            else:
                heard.pop()
    return heard[-1]


def say_sides(app: App) -> None:
    """What ours and theirs are, where that isn't as in a merge."""
    if told := tell_sides(app.root, app.surroundings.environ):
        for line in wrapped(told):
            say(line)


def _look(app: App, choices: Choices, actor: str | None) -> Resolved:
    with app.reading(actor) as session:
        read_as_ours(session)
        return resolve(session, choices)


def _ask(
    app: App,
    heard: Sequence[Choices],
    count: int,
    actor: str | None,
    clashed: Clashed,
    place: Clashing,
) -> Choices | str:
    """The choices with what was said of a place, or without if it is left; else `back`, `stop`."""
    for line in format_places([place]):
        say(line)
    can_type = takes_value(clashed.home.kind, place.path)
    words = [
        word
        for word in _WORDS
        if (word != "value" or can_type) and (word != "back" or len(heard) > 1)
    ]
    *first, last = (_WORDS[word] for word in words)
    question = f"{len(heard)} of {count}: {', '.join(first)} or {last}?"
    while True:
        text = str(click.prompt(question, err=True, prompt_suffix=" ")).strip().lower()
        word = next((word for word in words if text and word.startswith(text)), "")
        if word == "leave":
            return heard[-1]
        if word in ("back", "stop"):
            return word
        if not word:
            letters = f"{', '.join(one[0] for one in words[:-1])} or {words[-1][0]}"
            for line in [_EXPLAINED[one] for one in words] if text == "?" else [f"{letters}."]:
                say(line)
            continue
        said = str(click.prompt(place.path, err=True)).strip() if word == "value" else word
        answers = {**heard[-1].answers, (clashed.home.file, place.path): said}
        chosen = msgspec.structs.replace(heard[-1], answers=answers)
        if word != "value" or _is_taken(app, chosen, actor):
            return chosen


def _is_taken(app: App, chosen: Choices, actor: str | None) -> bool:
    """Whether a typed value can be read; what is wrong with it is told."""
    try:
        _look(app, chosen, actor)
    except SalesError as error:
        for line in format_findings(error.findings):
            say(line)
        return False
    return True
