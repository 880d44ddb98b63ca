"""The catalogue of errors: `tests/errors/<code>.md`, one file for each code of a finding.

A file is a title, a sentence or two on what happened and what to do, and console blocks whose
last command provokes the error (see `tests.transcript`). docs/errors.md is made from them.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

from tests.session import Session
from tests.transcript import parse_transcript, run_transcript

FOLDER = Path(__file__).resolve().parent / "errors"
MAKERS = ("finding", "Finding")
WORDS_ALLOWED = 60


@dataclass(frozen=True)
class Codes:
    """The codes in a source: where each stands first, and the lines where none can be read."""

    lines: dict[str, int]
    unreadable: tuple[int, ...]


def codes_in(source: str) -> Codes:
    """All codes that `finding("code", …)` or `Finding("code", …)` make in a Python source."""
    lines: dict[str, int] = {}
    unreadable = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name_of(node.func) in MAKERS:
            keyword = [entry.value for entry in node.keywords if entry.arg == "code"]
            texts = _texts((node.args + keyword)[0]) if node.args or keyword else None
            if texts is None:
                unreadable.append(node.lineno)
            for text in texts or ():
                lines[text] = min(node.lineno, lines.get(text, node.lineno))
    return Codes(lines, tuple(unreadable))


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _texts(node: ast.expr) -> list[str] | None:
    """The texts that an expression can be, or None if that can't be read."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        body, other = _texts(node.body), _texts(node.orelse)
        return None if body is None or other is None else body + other
    return None


def check_layout(path: Path) -> list[str]:
    """What is wrong with the layout of a case, in words."""
    lines = path.read_text(encoding="utf-8").split("\n")
    wrong = []
    if not lines[0].startswith("# ") or lines[0].endswith("."):
        wrong.append("begins with no title")
    told = [line for line in lines[1 : _first_fence(lines)] if not line.startswith("<!--")]
    words = " ".join(told).split()
    if not 5 <= len(words) <= WORDS_ALLOWED:
        wrong.append(f"has {len(words)} words before its block, 5 to {WORDS_ALLOWED} are allowed")
    if not parse_transcript(lines):
        wrong.append("has no console block")
    return wrong


def _first_fence(lines: list[str]) -> int:
    """Where a case's words end: at its first block, or at what is run unseen before it."""
    ends = (n for n, line in enumerate(lines) if line.startswith(("```", "<!-- before")))
    return next(ends, len(lines))


def run_case(path: Path, session: Session) -> None:
    """Run a case. AssertionError if it comes out differently or another error is raised."""
    provoked = run_transcript(path, session)[-1]
    assert provoked.code != 0, f"{path}: its last command succeeds"
    shown = f'"code": "{path.stem}"' in provoked.stdout
    assert shown or path.stem in provoked.codes, (
        f"{path}: raised {', '.join(provoked.codes) or 'nothing'} instead"
    )
