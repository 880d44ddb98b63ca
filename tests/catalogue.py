"""The catalogue of errors: `tests/errors/<code>.md`, one file for each code of a finding.

A file is a title, a sentence or two on what happened and what to do, and console blocks whose
last command provokes the error (see `tests.transcript`). docs/errors.md is made from them.
"""

import ast
from dataclasses import dataclass
from functools import cache
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


@cache
def codes_in(source: str) -> Codes:
    """All codes that `finding("code", …)` or `Finding("code", …)` make in a Python source.

    A code may be chosen: `finding("a" if x else "b", …)`, or by a name that got its value from
    texts or a table of texts in the same source. What an f-string puts in comes out as `*`, and an
    empty code is none: such a finding never leaves its module as it is.
    """
    tree = ast.parse(source)
    assigned = _assigned(tree)
    lines: dict[str, int] = {}
    unreadable = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func) in MAKERS:
            keyword = [entry.value for entry in node.keywords if entry.arg == "code"]
            given = [*node.args, *keyword][:1]
            texts = [text for code in given for text in _texts(code, assigned)]
            if not texts:
                unreadable.append(node.lineno)
            for text in filter(None, texts):
                lines[text] = min(node.lineno, lines.get(text, node.lineno))
    return Codes(lines, tuple(sorted(unreadable)))


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each plain name is set to, anywhere in a source."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    assigned.setdefault(target.id, []).append(node.value)
    return assigned


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _texts(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> list[str]:
    """The texts that an expression can be; none if that can't be read."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        body, other = _texts(node.body, assigned), _texts(node.orelse, assigned)
        return body + other if body and other else []
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "*" for part in node.values]
        return ["".join(str(part) for part in parts)]
    if isinstance(node, ast.Dict):
        return [text for value in node.values for text in _texts(value, assigned)]
    if isinstance(node, ast.Subscript):
        return _texts(node.value, assigned)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        places = [node.func.value, *node.args[1:]] if node.func.attr == "get" else []
        return [text for place in places for text in _texts(place, assigned)]
    if isinstance(node, ast.Name):
        others = {name: values for name, values in assigned.items() if name != node.id}
        values = assigned.get(node.id, ())
        return [text for value in values for text in _texts(value, others)]
    return []


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
    marks = (f'"code": "{path.stem}"', f"({path.stem})")  # as JSON, and in the words of `check`
    shown = any(mark in provoked.stdout for mark in marks)
    assert shown or path.stem in provoked.codes, (
        f"{path}: raised {', '.join(provoked.codes) or 'nothing'} instead"
    )
