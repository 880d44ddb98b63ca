"""How the catalogue of errors is read and run."""

from pathlib import Path

import pytest

from tests.catalogue import FOLDER, Codes, check_layout, codes_in, run_case
from tests.session import Session

CASE = """# Nobody has that name

Nobody is called that. Ask for somebody else.

```console
$ salescli greet nobody
» There is nobody.
»
  Nobody at all.
[3]
```
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.delenv("SALESCLI_UPDATE_TRANSCRIPTS", raising=False)
    return Session(tmp_path / "console", program="tests.greeter:main")


def write_case(tmp_path: Path, text: str, code: str = "no-person") -> Path:
    path = tmp_path / f"{code}.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_are_found_wherever_a_finding_is_made():
    source = """
raise Refused(finding("too-much", "words"))
yield errors.finding(
    "a-code" if path else "b-code", "words")
Finding(code="c-code", text="words")
finding("too-much", "again")
find("no-code", "words")
"""
    assert codes_in(source) == Codes({"too-much": 2, "a-code": 3, "b-code": 3, "c-code": 5}, ())


def test_a_code_may_be_chosen_from_a_table():
    source = """
CODES: dict[int, str] = {28: "disk-full", 30: "read-only"}
KINDS = {"a": "bad-a"}
def fail(error, kind):
    code = CODES.get(error.errno or 0, "io-failed")
    yield finding(code, "words")
    yield finding(KINDS[kind], "words")
"""
    assert codes_in(source) == Codes(
        {"disk-full": 6, "read-only": 6, "io-failed": 6, "bad-a": 7}, ()
    )


def test_a_code_made_of_pieces_stands_for_all_that_fit():
    source = 'finding(f"no-such-{kind}" if x else "ambiguous", "words")\nfinding("", "words")\n'
    assert codes_in(source) == Codes({"no-such-*": 1, "ambiguous": 1}, ())


def test_a_code_that_cannot_be_read_is_told():
    source = 'finding(code, "words")\nfinding("a" + "b")\nfinding()\nfinding("x" if a else b)\n'
    assert codes_in(source) == Codes({}, (1, 2, 3, 4))


def test_a_case_passes_when_its_error_is_raised(session, tmp_path):
    run_case(write_case(tmp_path, CASE), session)


def test_a_case_fails_when_another_error_is_raised(session, tmp_path):
    path = write_case(tmp_path, CASE, "no-stage")
    with pytest.raises(AssertionError, match="raised no-person instead"):
        run_case(path, session)


def test_a_case_fails_when_its_last_command_succeeds(session, tmp_path):
    path = write_case(tmp_path, CASE.replace("[3]\n", "[3]\n$ echo\n"))
    with pytest.raises(AssertionError, match="last command succeeds"):
        run_case(path, session)


def test_a_case_fails_when_its_words_differ(session, tmp_path):
    path = write_case(tmp_path, CASE.replace("There is", "There was"))
    with pytest.raises(AssertionError, match="There was nobody"):
        run_case(path, session)


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("# Nobody", "Nobody", "no title"),
        ("name\n", "name.\n", "no title"),
        ("Nobody is called that. Ask for somebody else.", "No.", "1 words"),
        ("Ask", "Ask " * 60, "67 words"),
        ("```console", "```", "no console block"),
    ],
)
def test_the_layout_of_a_case_is_checked(tmp_path, before, after, wrong):
    assert check_layout(write_case(tmp_path, CASE)) == []
    (words,) = check_layout(write_case(tmp_path, CASE.replace(before, after, 1)))
    assert wrong in words


def test_every_case_has_the_layout():
    wrong = {path.name: check_layout(path) for path in FOLDER.glob("*.md")}
    assert {name: words for name, words in wrong.items() if words} == {}
