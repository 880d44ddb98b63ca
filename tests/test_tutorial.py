"""The parts of the tutorial that one types are short enough for a first quarter of an hour each."""

import re
from pathlib import Path

from tests.transcript import parse_transcript

TUTORIAL = Path(__file__).resolve().parent.parent / "docs" / "tutorial.md"
MOST_TO_A_FUNNEL = 12
MOST_OF_A_DAY = 15


def commands_of(part: str) -> list[str]:
    """The command lines of one part, its title on the first line."""
    return [step.command for step in parse_transcript(part.split("\n"))]


def runs_in(commands: list[str]) -> int:
    """How often the program is called."""
    return sum(len(re.findall(r"\bsalescli\b", command)) for command in commands)


def test_the_way_to_the_first_funnel_takes_at_most_twelve_commands():
    _, first, second, *_ = TUTORIAL.read_text(encoding="utf-8").split("\n## ")
    commands = commands_of(first)
    assert second.startswith("What is on disk")
    assert "--png" in commands[-1]
    assert 8 <= runs_in(commands) <= MOST_TO_A_FUNNEL


def test_a_day_from_the_first_call_to_what_it_brought_takes_at_most_fifteen_commands():
    parts = TUTORIAL.read_text(encoding="utf-8").split("\n## ")
    (day,) = [part for part in parts if part.startswith("A day of a salesperson\n")]
    commands = commands_of(day)
    said = [" ".join(command.split()[1:3]) for command in commands]
    assert runs_in(commands) <= MOST_OF_A_DAY
    assert said[:3] == ["lead create", "lead qualify", "lead convert"]
    assert said[-2:] == ["opp close", "opp completion"]
    assert {"activity plan", "activity done", "proposal add", "mail import"} <= set(said)
    assert {"agenda", "opp timeline"} <= {*said, *(command.split()[1] for command in commands)}


def test_a_flat_is_sold_with_nothing_but_next_and_the_commands_that_it_prints():
    parts = TUTORIAL.read_text(encoding="utf-8").split("\n## ")
    (story,) = [part for part in parts if part.startswith("From the first call to won")]
    steps = parse_transcript(story.split("\n"))
    starts = [number for number, step in enumerate(steps) if "process start" in step.command]
    assert starts == [2], "a client, a deal, and from then on as it says"
    printed = {"salescli next"}
    for step in steps[3:]:
        assert any(step.command.startswith(told) for told in printed), step.command
        printed |= commands_in("\n".join((*step.stdout, *step.stderr)))
    assert " --outcome won" in steps[-1].command
    assert "→ Won" in steps[-1].stderr[0]


def commands_in(text: str) -> set[str]:
    """The commands that an output prints, each up to where it leaves a choice."""
    lines = re.findall(r"salescli [a-z]+(?: [^ \n…]+)*", text)
    return {re.split(r"[ \"][A-Z]", line)[0] for line in lines}
