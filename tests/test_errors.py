"""Every error that the program can tell is provoked, and its words are those in the docs."""

import fnmatch
from pathlib import Path

import pytest

import salescli
from tests.catalogue import FOLDER, codes_in, run_case

CASES = sorted(FOLDER.glob("*.md"))
PACKAGE = Path(salescli.__file__).parent
# It defines `finding` itself.
SOURCES = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "model" / "errors.py"]


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
