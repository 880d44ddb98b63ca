"""Man pages, made from the tree of commands: a page a command, a page a topic.

Owns the form of a page (roff, the macros of man(7)). What stands in it is what `--help` says, so
nothing is written down a second time.
"""

import inspect
import re
from collections.abc import Iterator

import click

from salescli import __version__
from salescli.commands.neighbours import neighbours_of
from salescli.commands.topics import TOPICS, build_topic
from salescli.commands.walking import walk_commands
from salescli.model.exitcodes import ExitCode

PROGRAM = "salescli"


def build_man_pages(root: click.Command) -> Iterator[tuple[str, str]]:
    """(path under a `man` folder, text) of every command, and of every topic."""
    for context in walk_commands(root, PROGRAM):
        words = context.command_path.split()[1:]
        yield f"man1/{_file_name(words)}.1", _build_command_page(context, words)
    for topic in TOPICS:
        yield f"man7/{_file_name([topic])}.7", _build_topic_page(topic)


def _file_name(words: list[str]) -> str:
    return "-".join([PROGRAM, *words])


def _build_command_page(context: click.Context, words: list[str]) -> str:
    command = context.command
    about = _paragraphs(command.help or "")
    pieces = " ".join(command.collect_usage_pieces(context))
    name = " ".join(words)
    lines = [
        _head(_file_name(words), 1),
        ".SH NAME",
        f"{_escape(_file_name(words))} \\- {_escape(_summary(about))}",
        ".SH SYNOPSIS",
        f".B {_escape(context.command_path)}",
        _line(pieces),
        ".SH DESCRIPTION",
        *_body(about),
        *_options(context),
        *_commands(context, words),
        ".SH EXIT STATUS",
        *(_exit_codes() if not words else (f"0 when {_escape(ExitCode.DONE.words)}.",)),
        *(() if not words else (_refer("The others are told in ", "help exit-codes", "."),)),
        *_see_also(neighbours_of(name), words),
    ]
    return "\n".join(lines) + "\n"


def _build_topic_page(topic: str) -> str:
    title, _, rest = build_topic(topic).partition("\n\n")
    lines = [
        _head(_file_name([topic]), 7),
        ".SH NAME",
        f"{_escape(_file_name([topic]))} \\- {_escape(title[:1].lower() + title[1:])}",
        ".SH DESCRIPTION",
        *_as_it_stands(rest.rstrip("\n").split("\n")),
        *_see_also(neighbours_of(f"help {topic}"), [topic]),
    ]
    return "\n".join(lines) + "\n"


def _head(name: str, section: int) -> str:
    title = f'.TH "{_escape(name.upper())}" "{section}" "" "{PROGRAM} {__version__}" "{PROGRAM}"'
    return f"{title}\n.nh\n.ad l"


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text as click reads it; one that begins with BS is kept as it is."""
    return inspect.cleandoc(text).partition("\f")[0].split("\n\n")


def _summary(about: list[str]) -> str:
    """The first sentence, as NAME wants it: in a line and without a full stop."""
    first = " ".join(about[0].split())
    return re.split(r"(?<=\w)\.(?: |$)", first)[0].rstrip(".") or PROGRAM


def _body(about: list[str]) -> Iterator[str]:
    for number, paragraph in enumerate(about):
        if number:
            yield ".PP"
        if paragraph.startswith("\b"):
            yield from _as_it_stands(paragraph.split("\n")[1:])
        else:
            text, example, command = " ".join(paragraph.split()).partition("Example: ")
            if text:
                yield _line(text.rstrip())
            if example:
                yield from (".br", _line(example + command))


def _as_it_stands(lines: list[str]) -> Iterator[str]:
    yield ".nf"
    yield from (_line(line) for line in lines)
    yield ".fi"


def _options(context: click.Context) -> Iterator[str]:
    records = [one.get_help_record(context) for one in context.command.get_params(context)]
    told = [record for record in records if record is not None and record[1]]
    if told:
        yield ".SH OPTIONS"
    for names, words in told:
        yield from (".TP", f"\\fB{_escape(names)}\\fR", _line(words))


def _commands(context: click.Context, words: list[str]) -> Iterator[str]:
    command = context.command
    if not isinstance(command, click.Group):
        return
    yield ".SH COMMANDS"
    for child in command.list_commands(context):
        found = command.get_command(context, child)
        if found is not None and not found.hidden:
            about = _summary(_paragraphs(found.help or ""))
            page = f"\\fB{_escape(_file_name([*words, child]))}\\fR(1)"
            yield from (".TP", page, _line(f"{about}."))


def _exit_codes() -> Iterator[str]:
    for code in ExitCode:
        yield from (".TP", f"\\fB{code}\\fR", _line(code.words))


def _see_also(near: tuple[str, ...], words: list[str]) -> Iterator[str]:
    pages = [_page_of(name) for name in near]
    if words:
        pages.insert(0, _page_of(""))
    yield ".SH SEE ALSO"
    yield ",\n".join(pages)


def _page_of(name: str) -> str:
    """A reference to the page of a neighbour."""
    words = name.split()
    topic = name.removeprefix("help ")
    if topic in TOPICS and topic != name:
        return f"\\fB{_escape(_file_name([topic]))}\\fR(7)"
    return f"\\fB{_escape(_file_name(words))}\\fR(1)"


def _refer(before: str, name: str, after: str) -> str:
    return f"{before}{_page_of(name)}{after}"


def _escape(text: str) -> str:
    """Text as roff reads it: no backslash of its own, and hyphens that can be searched for."""
    return text.replace("\\", "\\(rs").replace("-", "\\-")


def _line(text: str) -> str:
    """A line of text, which is no request whatever it begins with."""
    escaped = _escape(text)
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
