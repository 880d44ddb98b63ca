"""The harness itself: what it reads, what it lets pass, what it catches, what it rewrites."""

import textwrap
from pathlib import Path

import pytest

from tests.session import Outcome, Session, is_plain
from tests.transcript import (
    format_outcome,
    is_match,
    parse_transcript,
    run_transcript,
)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.delenv("SALESCLI_UPDATE_TRANSCRIPTS", raising=False)
    return Session(tmp_path / "console", program="tests.greeter:main")


def write_document(tmp_path: Path, text: str, name: str = "page.md") -> Path:
    path = tmp_path / name
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def parse(text: str):
    return parse_transcript(textwrap.dedent(text).lstrip("\n").split("\n"))


def test_a_step_has_command_stdout_stderr_and_exit_code():
    (step,) = parse("""
        Words.
        ```console
        $ salescli greet anna
        Hello anna
        » It is polite.
          Next: go
        [3]
        ```
        """)
    assert step.command == "salescli greet anna"
    assert step.stdout == ("Hello anna",)
    assert step.stderr == ("It is polite.", "Next: go")
    assert step.code == 3
    assert (step.line, step.first, step.end) == (2, 3, 7)


def test_stdout_may_go_on_after_stderr_and_an_indented_line_is_stdout_without_it():
    (step,) = parse("""
        ```console
        $ salescli report
          indented
        » words
          more words
        data
          indented data
        ```
        """)
    assert step.stdout == ("  indented", "data", "  indented data")
    assert step.stderr == ("words", "more words")


def test_only_blocks_fenced_as_console_are_run():
    steps = parse("""
        ```
        $ salescli no
        ```
        ````markdown
        ```console
        $ salescli no
        ```
        ````
        ```console
        $ salescli yes

        $ salescli yes too
        ```
        """)
    assert [step.command for step in steps] == ["salescli yes", "salescli yes too"]
    assert steps[0].end == steps[0].first  # the empty line between is nobody's output


def test_a_command_goes_on_after_a_backslash_and_in_a_here_document():
    first, second = parse("""
        ```console
        $ salescli greet \\
            anna
        Hello anna
        $ cat > a.txt <<'END'
        > $ not a prompt
        > END
        ```
        """)
    assert first.command == "salescli greet \\\n    anna"
    assert first.stdout == ("Hello anna",)
    assert second.command == "cat > a.txt <<'END'\n$ not a prompt\nEND"


def test_output_before_any_command_is_an_error():
    with pytest.raises(ValueError, match="line 2: output before any command"):
        parse("""
            ```console
            Hello
            $ salescli greet anna
            ```
            """)


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        (["Hello"], "Hello\n", True),
        (["Hello"], "Hello", True),
        (["Hello"], "Hello\n\n", True),
        (["Hello"], "\nHello\n", False),
        (["Hello"], "Hello you\n", False),
        (["Hello"], "", False),
        ([], "Hello\n", False),
        ([], "", True),
        (["Hello…"], "Hello you\n", True),
        (["Hello…"], "Hello\nyou\n", False),
        (["a…z", "b"], "a to z\nb\n", True),
        (["a", "…", "z"], "a\nb\nc\nz\n", True),
        (["a", "…", "z"], "a\nz\n", True),
        (["a", "…", "z"], "a\nb\n", False),
        (["…"], "", True),
        (["(.*)"], "x\n", False),
    ],
)
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(expected, actual, matches):
    assert is_match(expected, actual) is matches


@pytest.mark.parametrize(
    ("command", "plain"),
    [
        ("salescli greet anna", True),
        ('salescli greet "Anna B"', True),
        ("salescli list --where 'budget>=1 EUR' --where 'a|b'", True),
        ("salescli list --where budget>=1", False),
        ('salescli show "$id"', False),
        ("salescli show '$id'", True),
        ("salescli show 'it", False),
        ("id=$(salescli id)", False),
        ("salescli a && salescli b", False),
        ("WHO=boris salescli where", False),
        ("salescli-other a", False),
        ("cat salescli", False),
    ],
)
def test_a_line_is_plain_when_a_shell_would_change_nothing(command, plain):
    assert is_plain(command) is plain


def test_an_outcome_is_written_so_that_it_reads_back_the_same():
    for outcome in (
        Outcome("a\n  b\n", "c\n\n  d\n", 3),
        Outcome("", "", 0),
        Outcome("[1]\n", "", 0),
        Outcome("a\n\nb", "", 1),
    ):
        lines = ["```console", "$ salescli x", *format_outcome(outcome), "```"]
        (step,) = parse_transcript(lines)
        assert "\n".join(step.stdout) == outcome.stdout.rstrip("\n")
        assert "\n".join(step.stderr) == outcome.stderr.rstrip("\n")
        assert step.code == outcome.code


def test_the_clock_advances_a_minute_a_command_in_both_ways_of_running(session):
    assert session.run("salescli now").stdout == "2026-11-02T09:00:00+00:00\n"
    assert session.run("salescli now | cat").stdout == "2026-11-02T09:01:00+00:00\n"
    assert session.run("salescli now").stdout == "2026-11-02T09:02:00+00:00\n"


def test_a_comment_between_blocks_sets_the_clock(session, tmp_path):
    page = write_document(
        tmp_path,
        """
        <!-- clock: 2026-12-01T08:00:00Z -->
        ```console
        $ salescli now
        2026-12-01T08:00:00+00:00
        ```
        A minute later:
        ```console
        $ salescli now
        2026-12-01T08:01:00+00:00
        ```
        """,
    )
    assert len(run_transcript(page, session)) == 2


def test_what_stands_before_a_block_is_run_unseen(session, tmp_path):
    page = write_document(
        tmp_path,
        """
        <!-- before
        mkdir sales
        cat > sales/words.txt <<'END'
        Hello
        END
        cd sales
        -->
        ```console
        $ cat words.txt
        Hello
        ```
        <!-- before salescli greet anna -->
        ```console
        $ salescli where
        ~/sales unknown
        $ rm words.txt
        ```
        """,
    )
    run_transcript(page, session)


def test_what_stands_before_a_block_must_succeed(session, tmp_path, monkeypatch):
    monkeypatch.setenv("SALESCLI_UPDATE_TRANSCRIPTS", "1")
    page = write_document(
        tmp_path,
        """
        <!-- before
        salescli greet nobody
        echo on
        -->
        ```console
        $ salescli now
        ```
        """,
    )
    with pytest.raises(AssertionError, match=r"page\.md:6: .* left with 3\nThere is nobody"):
        run_transcript(page, session)


def test_random_ids_differ_by_command_and_come_out_the_same_in_another_session(tmp_path):
    lines = ["salescli id", "salescli id | cat", "salescli id"]
    first, second = (Session(tmp_path / name, program="tests.greeter:main") for name in "ab")
    ids = [first.run(line).stdout for line in lines]
    assert len(set(ids)) == 3
    assert [second.run(line).stdout for line in reversed(lines)] == ids


def test_directory_and_variables_last_from_line_to_line(session):
    assert session.run("mkdir sales && cd sales").code == 0
    assert session.run("salescli where").stdout == "~/sales unknown\n"
    session.run("export WHO=anna; who=$(salescli greet boris 2>/dev/null)")
    assert session.run("salescli where").stdout == "~/sales anna\n"
    assert session.run("salescli where | cat").stdout == "~/sales anna\n"
    assert session.run('echo "$who"').stdout == "Hello boris\n"
    assert session.run("unset WHO").code == 0
    assert session.run("salescli where").stdout == "~/sales unknown\n"


def test_a_piece_of_shell_that_only_looks_something_up_is_as_in_a_shell(session):
    session.run("printf '#!/bin/sh\\necho anna\\n' > ../bin/who; chmod +x ../bin/who")
    assert session.run("salescli greet $(who)").stdout == "Hello anna\n"
    assert session.run("salescli greet $(who) | cat").stdout == "Hello anna\n"
    assert "no-such-thing" in session.run("salescli greet $(no-such-thing)").stderr


def test_nothing_of_the_machine_comes_in(session, monkeypatch):
    monkeypatch.setenv("WHO", "the one at the keyboard")
    assert session.run("salescli where").stdout == "~ unknown\n"
    assert session.run("salescli where | cat").stdout == "~ unknown\n"


@pytest.mark.parametrize("command", ["salescli greet nobody", "salescli greet nobody || exit $?"])
def test_exit_code_streams_and_codes_of_findings_are_seen(session, command):
    outcome = session.run(command)
    assert outcome == Outcome("", "There is nobody.\n\nNobody at all.\n", 3, ("no-person",))
    assert session.run("salescli now").codes == ()


def test_a_line_that_the_shell_cannot_read_fails_and_the_next_one_works(session):
    assert session.run("echo (").code == 2
    assert session.run("echo on").stdout == "on\n"


DIFFERING = """
    # Page

    ```console
    $ salescli greet anna
    Hello anna
    » It is …

    $ salescli greet boris
    Hello carl
    » It is …
      Next: go

    $ salescli greet nobody
    ```

    The end.
    """


def test_all_differences_of_a_document_are_told_with_their_lines(session, tmp_path, monkeypatch):
    monkeypatch.delenv("SALESCLI_UPDATE_TRANSCRIPTS", raising=False)
    page = write_document(tmp_path, DIFFERING)
    before = page.read_text(encoding="utf-8")
    with pytest.raises(AssertionError) as caught:
        run_transcript(page, session)
    words = str(caught.value)
    assert f"{page}:4: $ salescli greet anna" in words
    assert f"{page}:8: $ salescli greet boris" in words
    assert "\n-Hello carl\n" in words and "\n+Hello boris\n" in words
    assert f"{page}:13: $ salescli greet nobody" in words
    assert "+[3]" in words
    assert page.read_text(encoding="utf-8") == before


def test_updating_rewrites_what_differs_and_nothing_else(session, tmp_path, monkeypatch):
    page = write_document(tmp_path, DIFFERING)
    monkeypatch.setenv("SALESCLI_UPDATE_TRANSCRIPTS", "1")
    run_transcript(page, session)
    expected = """
    # Page

    ```console
    $ salescli greet anna
    Hello anna
    » It is polite.
      Next: go

    $ salescli greet boris
    Hello boris
    » It is polite.
      Next: go

    $ salescli greet nobody
    » There is nobody.
    »
      Nobody at all.
    [3]
    ```

    The end.
    """
    assert page.read_text(encoding="utf-8") == textwrap.dedent(expected).lstrip("\n")
    monkeypatch.delenv("SALESCLI_UPDATE_TRANSCRIPTS")
    run_transcript(page, Session(tmp_path / "again", program="tests.greeter:main"))


@pytest.mark.parametrize("lead", ["salescli activity done ", "salescli check --fix --void h-"])
def test_updating_takes_the_id_that_an_output_says_now(lead, session, tmp_path, monkeypatch):
    page = write_document(
        tmp_path,
        f"""
        $ echo "{lead}$(salescli id)"
        {lead}0ab1
        $ echo 0ab1 0ab2
        0ab1 0ab2
        """,
        "page.txt",
    )
    monkeypatch.setenv("SALESCLI_UPDATE_TRANSCRIPTS", "1")
    run_transcript(page, session)
    _, said, _, last = page.read_text(encoding="utf-8").splitlines()
    now = said.removeprefix(lead)
    assert now != "0ab1"
    assert last == f"{now} 0ab2"
    monkeypatch.delenv("SALESCLI_UPDATE_TRANSCRIPTS")
    run_transcript(page, Session(tmp_path / "again", program="tests.greeter:main"))


def test_an_output_that_fits_its_ellipsis_is_left_when_updating(session, tmp_path, monkeypatch):
    page = write_document(
        tmp_path,
        """
        Any prose before the first prompt.

        $ salescli greet anna
        Hello …
        » …
        """,
        "page.txt",
    )
    before = page.read_text(encoding="utf-8")
    monkeypatch.setenv("SALESCLI_UPDATE_TRANSCRIPTS", "1")
    run_transcript(page, session)
    assert page.read_text(encoding="utf-8") == before
