"""Every error that the program can tell is provoked, and its words are those in the docs."""

import ast
import fnmatch
import re
from pathlib import Path

import pytest

import salescli
from tests.catalogue import FOLDER, codes_in, run_case

CASES = sorted(FOLDER.glob("*.md"))
PACKAGE = Path(salescli.__file__).parent


def reached(start: Path) -> set[Path]:
    """The modules that the command line imports, at once or when a command runs.

    What no command reaches yet makes no error that anybody could meet.
    """
    found: set[Path] = set()
    waiting = [start, *(PACKAGE / "commands").rglob("*.py")]
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("salescli"):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names = [node.value] if re.fullmatch(r"salescli(\.\w+)+", node.value) else []
            else:
                continue
            for name in names:
                place = PACKAGE.parent.joinpath(*str(name).split("."))
                waiting += [place.with_suffix(".py"), place / "__init__.py"]
    return found


# `errors` defines `finding` itself.
SOURCES = sorted(reached(PACKAGE / "cli.py") - {PACKAGE / "model" / "errors.py"})


def found_codes() -> dict[str, str]:
    """All codes in the sources, with a place where each is made."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for code, line in codes_in(path.read_text(encoding="utf-8")).lines.items():
            found[code] = f"{path.relative_to(PACKAGE.parent)}:{line}"
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_error_is_raised_and_told_like_this(path, console):
    run_case(path, console)


def test_every_code_has_a_case():
    cases = [path.stem for path in CASES]
    found = found_codes()
    assert {code: place for code, place in found.items() if not fnmatch.filter(cases, code)} == {}


def test_every_case_is_of_a_code_that_exists():
    codes = found_codes()
    cases = [path.stem for path in CASES]
    assert [case for case in cases if not any(fnmatch.fnmatch(case, code) for code in codes)] == []


def test_every_code_is_written_where_its_finding_is_made():
    unreadable = {
        str(path.relative_to(PACKAGE.parent)): codes_in(path.read_text(encoding="utf-8")).unreadable
        for path in SOURCES
    }
    assert {name: lines for name, lines in unreadable.items() if lines} == {}
