"""Console transcripts: documents whose commands are run and whose outputs are compared.

A Markdown file's blocks fenced as ```` ```console ```` (a `.txt` file is one such block) hold

    $ salescli opportunity create "Flat 47" \\
        --client elena
    opp-7k2m9xq4tb
    » Qualification, 10 %.
      Next: ask what they need …
    [0]

a command after `$ ` (going on after a `\\` at the end, and on lines after `> `, for here
documents), what it wrote to stdout, then to stderr after `» ` and on lines indented by two blanks
after that (`»` alone is an empty line), then its exit code if it isn't 0. `…` stands for anything
in its line, on a line of its own for any lines. Empty lines at an end of an output don't count.
Between blocks, `<!-- clock: 2026-11-09T09:00:00Z -->` sets the clock for the next command, and
what stands in `<!-- before` … `-->` is a piece of shell that is run unseen and must succeed.
`<!-- fault: EIO team.yaml -->` lets the next command fail with that error where it writes a file
with that end of its path; `<!-- meanwhile: … -->` is a line of shell that is run between what the
next command reads and what it writes.

All commands of a document run in one `Session`, one after the other. With
SALESCLI_UPDATE_TRANSCRIPTS=1 outputs that differ are written into the document instead of failing,
and a command that names an id of an earlier output names the one that stands there now.
"""

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tests.session import Outcome, Session, is_plain

_CLOCK = re.compile(r"<!-- clock: (\S+) -->")
_BEFORE = re.compile(r"^<!-- before\b(.*?)-->", re.DOTALL | re.MULTILINE)
_FAULT = re.compile(r"<!-- fault: (\w+ \S+) -->")
_MEANWHILE = re.compile(r"<!-- meanwhile: (.*) -->")
# An id in an output.
_NAMED = re.compile(r"(?:(?:activity done|salescli next) |--void h-)([0-9a-z]{4,10})\b")
_WORD = re.compile(r"\b[0-9a-z]{4,10}\b")
_CODE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Step:
    """One command and what it should do. Lines count from 0; `first` … `end` hold the output."""

    command: str
    line: int
    first: int
    end: int
    stdout: tuple[str, ...]
    stderr: tuple[str, ...]
    code: int
    clock: datetime | None = None
    before: str = ""  # shell to run first
    fault: str = ""  # see `Session.set_misfortune`
    meanwhile: str = ""


def parse_transcript(lines: Sequence[str], *, is_markdown: bool = True) -> list[Step]:
    """All steps of a document, in order. Raises ValueError for output before any command."""
    steps: list[Step] = []
    last = 0
    for start, end in _blocks(lines) if is_markdown else [_after_prose(lines)]:
        prose = "\n".join(lines[last:start])
        last = end
        clocks = [datetime.fromisoformat(text) for text in _CLOCK.findall(prose)]
        before = "\n".join(text.strip() for text in _BEFORE.findall(prose))
        for number, span in enumerate(_step_spans(lines, start, end)):
            step = _parse_step(lines, *span)
            if number == 0:
                step = replace(step, clock=clocks[-1] if clocks else None, before=before)
                fault, meanwhile = _FAULT.findall(prose), _MEANWHILE.findall(prose)
                step = replace(step, fault="".join(fault), meanwhile="".join(meanwhile))
            steps.append(step)
    return steps


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the insides of console blocks begin and end."""
    fence, start, is_console = "", 0, False
    for number, line in enumerate(lines):
        if fence and line.rstrip() == fence:
            if is_console:
                yield start, number
            fence = ""
        elif not fence and (opening := re.match(r"(`{3,})(.*)", line)):
            fence, start, is_console = opening[1], number + 1, opening[2].strip() == "console"


def _after_prose(lines: Sequence[str]) -> tuple[int, int]:
    """A plain text is one block from its first prompt on."""
    prompts = (number for number, line in enumerate(lines) if line.startswith("$ "))
    return next(prompts, len(lines)), len(lines)


def _step_spans(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    prompts = [number for number in range(start, end) if lines[number].startswith("$ ")]
    strays = [n for n in range(start, prompts[0] if prompts else end) if lines[n].strip()]
    if strays:
        raise ValueError(f"line {strays[0] + 1}: output before any command")
    yield from zip(prompts, [*prompts[1:], end], strict=True)


def _parse_step(lines: Sequence[str], start: int, end: int) -> Step:
    first = start + 1
    command = [lines[start][2:]]
    while first < end and (command[-1].endswith("\\") or lines[first].startswith("> ")):
        command.append(lines[first].removeprefix("> "))
        first += 1
    while end > first and not lines[end - 1].strip():
        end -= 1
    output = list(lines[first:end])
    code = 0
    if output and (last := _CODE.fullmatch(output[-1])):
        code = int(last[1])
        output.pop()
    stdout, stderr = _split_output(output)
    return Step("\n".join(command), start, first, end, stdout, stderr, code)


def _split_output(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """stdout and stderr, told apart by the mark."""
    stdout: list[str] = []
    stderr: list[str] = []
    is_error = False
    for line in lines:
        if line == "»" or line.startswith("» "):
            is_error = True
            stderr.append(line[2:])
        elif is_error and line.startswith("  "):
            stderr.append(line[2:])
        else:
            is_error = False
            stdout.append(line)
    return tuple(stdout), tuple(stderr)


def is_match(expected: Sequence[str], actual: str) -> bool:
    """True if `actual` is what was expected, with `…` for anything."""
    pattern = "".join(
        r"(?:[^\n]*\n)*?"
        if line.strip() == "…"
        else "[^\n]*".join(re.escape(part) for part in line.split("…")) + r"\n"
        for line in expected
    )
    # Empty lines at an end can't be told from those between two commands.
    text = actual.rstrip("\n")
    return re.fullmatch(pattern, text + "\n" if text else "") is not None


def format_outcome(outcome: Outcome) -> list[str]:
    """How an outcome is written into a document."""
    out, err = outcome.stdout.rstrip("\n"), outcome.stderr.rstrip("\n")
    lines = out.split("\n") if out else []
    for number, line in enumerate(err.split("\n") if err else []):
        mark = "  " if number else "» "
        lines.append(mark + line if line else "»")
    if outcome.code or (lines and _CODE.fullmatch(lines[-1])):
        lines.append(f"[{outcome.code}]")
    return lines


def is_as_told(step: Step, outcome: Outcome) -> bool:
    """True if a command did what its step says."""
    return (
        step.code == outcome.code
        and is_match(step.stdout, outcome.stdout)
        and is_match(step.stderr, outcome.stderr)
    )


def run_transcript(path: Path, session: Session) -> list[Outcome]:
    """Run all commands of a document; the outcomes, in order.

    Raises AssertionError with all differences, or writes them into the document when updating.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    steps = parse_transcript(lines, is_markdown=path.suffix == ".md")
    if os.environ.get("SALESCLI_UPDATE_TRANSCRIPTS") == "1":
        return _update(path, lines, steps, session)
    outcomes = [_run_step(step, session, path) for step in steps]
    pairs = list(zip(steps, outcomes, strict=True))
    differing = [pair for pair in pairs if not is_as_told(*pair)]
    if differing:
        raise AssertionError("\n\n".join(_difference(path, lines, *pair) for pair in differing))
    return outcomes


def _update(path: Path, lines: list[str], steps: Sequence[Step], session: Session) -> list[Outcome]:
    """Run all commands and write what they do now into the document."""
    renamed: dict[str, str] = {}
    done: list[tuple[Step, Outcome]] = []
    for told in steps:
        step = replace(told, command=_rename(told.command, renamed))
        outcome = _run_step(step, session, path)
        before = _NAMED.findall("\n".join(told.stdout + told.stderr))
        after = _NAMED.findall(outcome.stdout + outcome.stderr)
        renamed |= zip(before, after, strict=True) if len(before) == len(after) else ()
        done.append((step, outcome))
    for step, outcome in reversed(done):
        if not is_as_told(step, outcome):
            lines[step.first : step.end] = format_outcome(outcome)
        first, *more = step.command.split("\n")
        lines[step.line] = f"$ {first}"
        for number, line in enumerate(more, step.line + 1):
            mark = "> " if lines[number].startswith("> ") else ""
            lines[number] = mark + line
    path.write_text("\n".join(lines), encoding="utf-8")
    return [outcome for _, outcome in done]


def _rename(command: str, renamed: Mapping[str, str]) -> str:
    """The command with the ids that stand now in place of those that were told."""
    return _WORD.sub(lambda word: renamed.get(word[0], word[0]), command)


def _run_step(step: Step, session: Session, path: Path) -> Outcome:
    before = step.before
    while before:
        # Plain lines at the beginning need no shell, which is what takes the time.
        line, _, rest = before.partition("\n")
        first, before = (line, rest) if is_plain(line) else (f"set -e\n{before}", "")
        prepared = session.run(first)
        if prepared.code:
            raise AssertionError(
                f"{path}:{step.line + 1}: what comes before it left with {prepared.code}\n"
                f"{prepared.stderr}"
            )
    if step.clock:
        session.set_clock(step.clock)
    if step.fault or step.meanwhile:
        session.set_misfortune(fault=step.fault, meanwhile=step.meanwhile)
    return session.run(step.command)


def _difference(path: Path, lines: Sequence[str], step: Step, outcome: Outcome) -> str:
    told = lines[step.first : step.end]
    diff = difflib.unified_diff(told, format_outcome(outcome), "told", "done", lineterm="", n=9)
    return "\n".join([f"{path}:{step.line + 1}: $ {step.command}", *diff])
