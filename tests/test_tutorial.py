"""The first part of the tutorial is short enough for a first quarter of an hour."""

import re
from pathlib import Path

from tests.transcript import parse_transcript

TUTORIAL = Path(__file__).resolve().parent.parent / "docs" / "tutorial.md"
MOST = 12


def test_the_way_to_the_first_funnel_takes_at_most_twelve_commands():
    _, first, second, *_ = TUTORIAL.read_text(encoding="utf-8").split("\n## ")
    commands = [step.command for step in parse_transcript(first.split("\n"))]
    runs = [run for command in commands for run in re.findall(r"\bsalescli\b", command)]
    assert second.startswith("What is on disk")
    assert "--png" in commands[-1]
    assert 8 <= len(runs) <= MOST
