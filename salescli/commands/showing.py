"""One record on the screen, field by field, and what screens of records share."""

import re
from collections.abc import Sequence
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.output import print_document
from salescli.model.catalogues import choice_named
from salescli.model.conversion import build_document
from salescli.model.fields import specs_of
from salescli.report.text.numbers import clean_text, escape_markdown
from salescli.report.text.recordwords import as_text
from salescli.workspace import clients
from salescli.workspace.addressing import find_record
from salescli.workspace.named import find_named
from salescli.workspace.session import Session
from salescli.workspace.unchanged import revision_of
from salescli.workspace.values import catalogue_of


def show_client(app: App, kind: str, text: str, format_: str) -> None:
    """Print an account or contact, field by field."""
    with app.reading() as session:
        found = find_record(session, text, kind)
        record = clients.load_client(session, found)[1]
        document = {**build_document(record), "revision": revision_of(session, found)}
    show_fields(kind, document, type(record), format_)


def show_named(app: App, kind: str, text: str, format_: str) -> None:
    """Print a person, department or product, field by field."""
    with app.reading() as session:
        slug = find_named(session, kind, text)
        record = catalogue_of(session, kind)[slug]
    document = {"id": slug, **build_document(record)}
    show_fields(kind, document, type(record), format_)


def _entry_lines(key: str, entry: Any) -> list[str]:
    """An entry of a mapping; what a competitor sells is a mapping again, a line for each value."""
    if not isinstance(entry, dict):
        return [f"{key}: {as_text(entry)}"]
    rest = [f"  {name} {as_text(value)}" for name, value in entry.items() if name != "name"]
    return [f"{key}: {as_text(entry.get('name'))}", *rest]


def show_fields(kind: str, document: dict[str, Any], record: Any, format_: str) -> None:
    """Print a document: JSON, or a line a field."""
    if format_ == "json":
        print_document({"schema": f"salescli/{kind}@1", **document})
        return
    rows: list[tuple[str, list[str]]] = []
    for name in dict.fromkeys(["id", *(spec.name for spec in specs_of(record)), "revision"]):
        if name in document:
            value = document[name]
            if isinstance(value, dict):
                texts = [line for pair in value.items() for line in _entry_lines(*pair)]
            else:
                texts = as_text(value).strip().split("\n")
            rows.append((name, texts))
    if format_ == "md":
        for name, texts in rows:
            said = "; ".join(escape_markdown(clean_text(text)) for text in texts)
            click.echo(f"- **{name}**: {said}")
        return
    width = max(len(name) for name, _ in rows) + 2
    for name, texts in rows:
        for number, text in enumerate(texts):
            click.echo(f" {name if number == 0 else '':<{width}}{clean_text(text)}")


def as_markdown(title: str, lines: Sequence[str]) -> list[str]:
    """A screen as Markdown: the title as heading, the rest as it is between fences.

    The fence is longer than any run of backticks in it, so that no text of a user ends it.
    """
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"# {escape_markdown(clean_text(title))}", "", fence, *lines, fence]


def named_choice(session: Session, dictionary: str, value: str | None) -> str:
    """The name of a dictionary's value, the value itself where it has none."""
    if value is None:
        return ""
    choice = choice_named(session.dictionaries.get(dictionary, {}), value)
    return choice.name if choice else value
