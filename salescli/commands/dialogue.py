"""The dialogue at the end of a stage: it asks how a deal goes on, and runs that command line.

It asks without the store's lock and changes nothing itself: what is answered becomes a command
line, which is printed and run as if it had been typed. So every rule holds, and one learns it.
Nobody calls it without a terminal.
"""

import shlex
from collections.abc import Mapping, Sequence

import click

from salescli.commands.app import App, say
from salescli.commands.findings import wrapped
from salescli.commands.opportunity import opportunity
from salescli.model.activity_rules import CANCELLED, RESULTS, results_for
from salescli.model.catalogues import Dictionary, choice_named
from salescli.model.definition import Stage
from salescli.model.nearest import did_you_mean
from salescli.model.rules import LOST_TO, UNKNOWN_WINNER, needs_details
from salescli.process.closing import offered_reasons
from salescli.process.expected import Expected
from salescli.process.guidance import Guidance
from salescli.report.numbers import clean_text
from salescli.workspace.guiding import Guided

Dictionaries = Mapping[str, Dictionary]


def hold(
    app: App, one: Guided, address: str, dictionaries: Dictionaries, actor: str | None
) -> None:
    """Ask how the deal goes on, and do it; raises `click.Abort` where nobody answers."""
    words = ask(one, address, dictionaries)
    if words is None:
        say("Nothing was changed.")
        return
    line = [*words, *(["--actor", actor] if actor else [])]
    say(f"salescli opp {shlex.join(line)}")
    opportunity.main(line, "salescli opportunity", standalone_mode=False, obj=app)


def ask(one: Guided, address: str, dictionaries: Dictionaries) -> list[str] | None:
    """The words of `salescli opp …` that the answers make; None: nothing is to be done."""
    guidance = one.guidance
    way = _ask_way(guidance)
    if way == "nothing":
        return None
    if way == "move":
        words = _ask_move(one, address, dictionaries)
    elif way == "repeat":
        words = ["repeat", address]
    else:
        words = _forward(guidance, address)
    for activity in guidance.by_hand:
        words += _ask_end(activity, dictionaries.get(RESULTS, {}))
    return words


def _forward(guidance: Guidance, address: str) -> list[str]:
    """The way that is the default: the next stage, or after the last one the win."""
    way = guidance.ways[0]
    if way.do == "close":
        return ["close", address, "--outcome", way.to or ""]
    return ["advance", address]


def _ask_way(guidance: Guidance) -> str:
    way = guidance.ways[0]
    name = clean_text(way.name or "")
    first = f"[w] close as {name}" if way.do == "close" else f"[a]dvance to {name}"
    more = "[r]epeat the stage, [m]ove to another stage, [n]othing"
    for line in wrapped(f"How does it go on? {first}, {more}"):
        say(line)
    key = "won" if way.do == "close" else "advance"
    return _ask_one("Answer", (key, "repeat", "move", "nothing"))


def _ask_move(one: Guided, address: str, dictionaries: Dictionaries) -> list[str]:
    """To any stage but this one, a final one too, which may have to say why."""
    others = [
        stage
        for stage in one.definition.stages
        if stage.stage != one.guidance.stage and not stage.retired
    ]
    names = {stage.stage: stage.name for stage in others}
    chosen = _ask_named("Which stage", names)
    stage = next(stage for stage in others if stage.stage == chosen)
    if stage.is_open:
        return ["move", address, "--to", chosen]
    words = ["close", address, "--outcome", chosen]
    return words if stage.final == "success" else words + _ask_why(stage, dictionaries)


def _ask_why(stage: Stage, dictionaries: Dictionaries) -> list[str]:
    """What a failure has to say: its reason, with some of them details or who won."""
    reasons = dictionaries.get("close_reasons", {})
    choices = {name: choice_named(reasons, name) for name in offered_reasons(reasons)}
    names = {name: choice.name for name, choice in choices.items() if choice is not None}
    reason = _ask_named(f"Why {clean_text(stage.name)}", names)
    words = ["--reason", reason]
    if needs_details(reason, reasons):
        words += ["--details", _ask_text("In words")]
    if reason == LOST_TO:
        words += ["--winner", _ask_text("Who won it", UNKNOWN_WINNER)]
    return words


def _ask_end(one: Expected, results: Dictionary) -> list[str]:
    """How an activity that the process did not make ends with it, or stays."""
    question = f"{clean_text(one.activity.title)}: [d]one, [c]ancel, [l]eave"
    answer = _ask_one(question, ("leave", "done", "cancel"))
    if answer == "leave":
        return []
    if answer == "cancel":
        return ["--cancel", one.address]
    own = [result for result in one.activity.results if result != CANCELLED]
    names = own or results_for(one.activity.type, results)
    if len(names) < 2:
        return ["--done", one.address]
    result = _ask_named("Result", {name: name for name in names}, names[0])
    return ["--done", f"{one.address}={result}"]


def _ask_one(question: str, answers: Sequence[str]) -> str:
    """One of some words, by its first letter or whole; Enter takes the first."""
    while True:
        typed = _prompt(question, answers[0][0]).casefold()
        for answer in answers:
            if typed in (answer[0], answer):
                return answer
        say(f"One of {', '.join(answer[0] for answer in answers)}.")


def _ask_named(question: str, names: Mapping[str, str], default: str | None = None) -> str:
    """A key, by itself or by the name that it has."""
    for key, name in names.items():
        say(f"  {key}" if key == name else f"  {key}  {name}")
    by_name = {name.casefold(): key for key, name in names.items()}
    while True:
        typed = _prompt(question, default)
        if typed in names:
            return typed
        if typed.casefold() in by_name:
            return by_name[typed.casefold()]
        say(did_you_mean(typed, list(names)) or f"One of {', '.join(names)}.")


def _ask_text(question: str, default: str | None = None) -> str:
    while True:
        typed = _prompt(question, default)
        if typed:
            return typed


def _prompt(question: str, default: str | None = None) -> str:
    answer: str = click.prompt(question, default=default, err=True, show_choices=False)
    return answer.strip()
