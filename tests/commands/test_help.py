"""Help: topics, neighbours, man pages. All of it is made from the tree of commands."""

import re
import shutil
import subprocess

import pytest

from salescli.cli import cli
from salescli.commands.manpages import build_man_pages
from salescli.commands.neighbours import neighbours_of
from salescli.commands.topics import TOPICS, build_topic
from salescli.commands.walking import walk_commands
from salescli.model import errors
from salescli.model.exitcodes import ExitCode
from salescli.workspace.schemas import OUTSIDE, TYPES

CONTEXTS = {context.command_path[9:]: context for context in walk_commands(cli, "salescli")}
TOPIC_PAGES = {f"help {topic}" for topic in TOPICS}
PAGES = dict(build_man_pages(cli))


def test_every_command_and_topic_has_neighbours_that_exist_and_is_not_its_own():
    for name in CONTEXTS.keys() | TOPIC_PAGES:
        near = neighbours_of(name)
        assert near, f"{name!r} has no neighbours"
        assert len(set(near)) == len(near) and name not in near, name
        assert set(near) <= CONTEXTS.keys() | TOPIC_PAGES, name


def test_every_help_page_ends_with_its_neighbours_within_eighty_columns():
    for name, context in CONTEXTS.items():
        page = context.command.get_help(context)
        last = page[page.rindex("See also:") :]
        assert " ".join(last.split()) == f"See also: {', '.join(neighbours_of(name))}", name
        assert max(map(len, last.split("\n"))) <= 78, name


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_fits_the_screen_and_ends_with_its_neighbours(console, topic):
    printed = console.run(f"salescli help {topic}")
    assert (printed.code, printed.stderr) == (0, "")
    *lines, last = printed.stdout.splitlines()
    assert last == f"See also: {', '.join(neighbours_of(f'help {topic}'))}"
    assert max(map(len, [*lines, last])) <= 80


def test_the_topic_of_exit_codes_has_those_of_every_error():
    told = dict(re.findall(r"^  (\d+) +(.*)$", build_topic("exit-codes"), re.M))
    assert told == {str(int(code)): code.words for code in ExitCode}
    kinds = [errors.Refused, errors.WrongUsage, errors.NotFound, errors.Damaged]
    assert [kind.exit_code for kind in [*kinds, errors.Clash, errors.Failed]] == [1, 2, 3, 4, 5, 6]
    assert list(told) == ["0", "1", "2", "3", "4", "5", "6", "130", "141"]


def test_the_topic_of_files_has_every_kind_of_file_of_a_store():
    paths = [line.split("  ")[1] for line in build_topic("files").split("\n") if line[:2] == "  "]
    assert paths[:3] == ["salescli.yaml", "team.yaml", "dictionaries.yaml"]
    assert len(set(paths)) == len(TYPES) - len(OUTSIDE) + 3  # beside a record two, and .salescli


def test_man_pages_are_those_of_all_commands_and_topics():
    commands = {f"man1/{'-'.join(['salescli', *name.split()])}.1" for name in CONTEXTS}
    assert PAGES.keys() == commands | {f"man7/salescli-{topic}.7" for topic in TOPICS}
    page = PAGES["man1/salescli-opportunity-close.1"]
    assert page.startswith('.TH "SALESCLI\\-OPPORTUNITY\\-CLOSE" "1"')
    assert ".SH SYNOPSIS\n.B salescli opportunity close\n[OPTIONS] [DEAL]\n" in page
    assert "\\fBsalescli\\-report\\-win\\-loss\\fR(1)" in page.split(".SH SEE ALSO")[1]


def test_a_man_page_names_pages_that_exist_and_no_line_is_a_request_by_chance():
    requests = re.compile(r"\.(TH|SH|TP|PP|B|nf|fi|br|nh|ad)\b")
    files = {path.split("/")[1] for path in PAGES}
    for path, page in PAGES.items():
        for line in page.split("\n"):
            assert not line.startswith(("'", ".")) or requests.match(line), (path, line)
        for name, section in re.findall(r"\\fB([a-z0-9\\-]+)\\fR\((\d)\)", page):
            assert f"{name.replace(chr(92), '')}.{section}" in files, path


def test_a_page_reads_as_it_was_meant():
    page = PAGES["man1/salescli-opportunity-close.1"]
    assert "salescli\\-opportunity\\-close \\- Close a deal: won, lost, rerouted or rej" in page
    if groff := shutil.which("groff"):  # every page, where there is what reads them
        done = subprocess.run(
            [groff, "-man", "-Tutf8", "-Kutf8", "-ww", "-Wbreak"],
            input="".join(PAGES.values()), capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        assert done.stderr == ""


def test_man_pages_are_written_where_they_were_asked_for(console):
    written = console.run("salescli help --man share/man")
    assert written.stdout == "share/man\n"
    assert f"{len(PAGES)} pages are written" in written.stderr
    for path, text in PAGES.items():
        assert (console.home / "share" / "man" / path).read_text(encoding="utf-8") == text
    refused = console.run("salescli help --man share/man next")
    assert (refused.code, refused.stdout) == (2, "")


def test_a_report_that_is_asked_for_in_other_words_is_named(shop):
    for words in (("forecast", "diff", "--since", "2026-01-01"), ("report", "forecast", "diff")):
        answer = shop.run(*words)
        assert answer.code == 2 and "did you mean report forecast-diff?" in answer.err
    assert "did you mean report funnel?" in shop.run("funnel").err
