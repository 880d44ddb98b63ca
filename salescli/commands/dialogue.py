"""The dialogue at the end of a stage: it asks how a deal goes on, and runs that command line.

It asks without the store's lock and changes nothing itself: what is answered becomes a command
line, which is printed and run as if it had been typed. So every rule holds, and one learns it.
Nobody calls it without a terminal.
"""

import shlex
from collections.abc import Mapping, Sequence

import click

from salescli.commands.app import say
from salescli.commands.asking import telling_nothing_was_written
from salescli.commands.findings import wrapped
from salescli.commands.opportunity import opportunity
from salescli.model.activity_rules import CANCELLED, RESULTS, results_for
from salescli.model.catalogues import Dictionary, choice_named
from salescli.model.definition import Stage
from salescli.model.ids import fold_name
from salescli.model.nearest import meant_by
from salescli.model.rules import LOST_TO, UNKNOWN_WINNER, needs_details
from salescli.process.closing import offered_reasons
from salescli.process.expected import Expected
from salescli.process.guidance import Guidance
from salescli.report.text.numbers import clean_text, pad, width_of
from salescli.workspace.guiding import Guided

Dictionaries = Mapping[str, Dictionary]
NOT_MARKED: Mapping[str, str] = {}


def hold(one: Guided, address: str, dictionaries: Dictionaries, actor: str | None) -> None:
    """Ask how the deal goes on, and do it; raises `click.Abort` where nobody answers."""
    with telling_nothing_was_written():
        words = ask(one, address, dictionaries)
    if words is None:
        say("Nothing was changed.")
        return
    line = [*words, *(["--actor", actor] if actor else [])]
    say(f"salescli opp {shlex.join(line)}")
    # Under the whole program's context: click remembers a command's help option as it first was.
    root = click.get_current_context().find_root()
    opportunity.main(line, "opportunity", standalone_mode=False, parent=root)


def ask(one: Guided, address: str, dictionaries: Dictionaries) -> list[str] | None:
    """The words of `salescli opp …` that the answers make; None: nothing is to be done."""
    guidance = one.guidance
    way = _ask_way(guidance)
    if way == "nothing":
        return None
    if way in ("move", "close"):
        words = _ask_move(one, address, dictionaries, is_closing=way == "close")
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
    is_won = way.do == "close"
    first = f"[w] close as {name}" if is_won else f"[a]dvance to {name}"
    unknown = ", ".join(dict.fromkeys(clean_text(one.field) for one in guidance.missing))
    if unknown:
        _say(f"Not known yet: {unknown}.")
    more = "[r]epeat the stage, [m]ove to another stage, [c]lose, [n]othing, [?] explain"
    _say(f"How does it go on? {first}, {more}")
    key = "won" if is_won else "advance"
    answers = (key, "repeat", "move", "close", "nothing")
    while (answer := _ask_one("Answer", answers, "?")) == "?":
        for line in _explained(guidance.name, name, is_won=is_won):
            _say(line)
    return answer


def _explained(stage: str, name: str, *, is_won: bool) -> tuple[str, ...]:
    """What each answer does."""
    forward = f"won: the deal is closed as {name}" if is_won else f"advance: on to {name}"
    return (
        f"{forward}; Enter does this.",
        f"repeat: the steps of {clean_text(stage)} begin again.",
        "move: to any other stage, earlier, later or final.",
        "close: to a final stage; a failure says why.",
        "nothing: the deal stays as it is, and nothing is written.",
    )


def _ask_move(
    one: Guided, address: str, dictionaries: Dictionaries, *, is_closing: bool
) -> list[str]:
    """To any stage but this one, a final one too, which may have to say why."""
    others = [
        stage
        for stage in one.definition.stages
        if stage.stage != one.guidance.stage
        and not stage.retired
        and not (is_closing and stage.is_open)
    ]
    chosen = _ask_named(
        "Which stage",
        {stage.stage: stage.name for stage in others},
        marked=dict.fromkeys(_before(one), "back"),
    )
    stage = next(stage for stage in others if stage.stage == chosen)
    if stage.is_open:
        return ["move", address, "--to", chosen]
    words = ["close", address, "--outcome", chosen]
    return words if stage.final == "success" else words + _ask_why(stage, dictionaries)


def _before(one: Guided) -> list[str]:
    """The open stages that come before the deal's own."""
    order = [stage.stage for stage in one.definition.stages if stage.is_open]
    return order[: order.index(one.guidance.stage)] if one.guidance.stage in order else []


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
    title = clean_text(one.activity.title)
    _say(f'Planned by hand: "{title}". [d]one, [c]ancel, [l]eave it open')
    answer = _ask_one("Answer", ("leave", "done", "cancel"))
    if answer == "leave":
        return []
    if answer == "cancel":
        return ["--cancel", one.address]
    own = [result for result in one.activity.results if result != CANCELLED]
    names = own or results_for(one.activity.type, results)
    if len(names) < 2:
        return ["--done", one.address]
    _say(f'How "{title}" ended')
    result = _ask_named("Result", {name: name for name in names}, names[0])
    return ["--done", f"{one.address}={result}"]


def _ask_one(question: str, answers: Sequence[str], *more: str) -> str:
    """One of some words, by the word or a beginning of it; Enter takes the first.

    `more` are answers of one character, beside the words.
    """
    while True:
        typed = _prompt(question, answers[0][0]).casefold()
        if typed in more:
            return typed
        for answer in answers:
            if typed and answer.startswith(typed):
                return answer
        _say(f"One of {', '.join([*answers, *more])}.")


def _ask_named(
    question: str,
    names: Mapping[str, str],
    default: str | None = None,
    *,
    marked: Mapping[str, str] = NOT_MARKED,
) -> str:
    """A key, by itself, by the name that it has, or by a beginning of one that no other has."""
    for line in _listed(names, marked):
        say(line)
    while True:
        typed = _prompt(question, default)
        found = keys_meant(typed, names)
        if len(found) == 1:
            return found[0]
        if found:
            _say(f"{typed} may be {' or '.join(found)}.")
            continue
        meant = meant_by(typed, names)
        _say(meant[:1].upper() + meant[1:] if meant else f"One of {', '.join(names)}.")


def keys_meant(typed: str, names: Mapping[str, str]) -> list[str]:
    """The keys that a text may mean: exactly that key or name, else those that begin so."""
    wanted = fold_name(typed)
    if not wanted:
        return []
    both = {key: (fold_name(key), fold_name(name)) for key, name in names.items()}
    exact = [key for key, texts in both.items() if wanted in texts]
    return exact or [key for key, texts in both.items() if any(t.startswith(wanted) for t in texts)]


def _listed(names: Mapping[str, str], marked: Mapping[str, str]) -> list[str]:
    """Keys and names in columns that stand below each other."""
    room = max(map(width_of, names), default=0)
    wide = max(map(width_of, names.values()), default=0)
    lines = []
    for key, name in names.items():
        words = key if key == name else f"{pad(key, room)}  {pad(name, wide)}"
        lines.append(f"  {words}  {marked.get(key, '')}".rstrip())
    return lines


def _say(words: str) -> None:
    for line in wrapped(words):
        say(line)


def _ask_text(question: str, default: str | None = None) -> str:
    while True:
        typed = _prompt(question, default)
        if typed:
            return typed


def _prompt(question: str, default: str | None = None) -> str:
    answer: str = click.prompt(question, default=default, err=True, show_choices=False)
    return answer.strip()
