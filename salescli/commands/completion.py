"""`salescli opportunity completion`: the closing figures of a deal."""

from collections.abc import Iterator
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.output import print_document
from salescli.commands.showing import as_markdown, named_choice
from salescli.model.calendar import format_day
from salescli.report.records.completion import (
    build_completion_document,
    format_by_hand,
    format_completion,
)
from salescli.report.records.dealscreen import wrapped
from salescli.report.text.numbers import fold_words
from salescli.workspace.hours import Closing, complete_deal
from salescli.workspace.opportunities import open_deal
from salescli.workspace.session import Session
from salescli.workspace.values import named_things

WIDTH = 80


def show_completion(app: App, text: str, format_: str) -> None:
    """Print what a deal has brought and cost, and how it ended."""
    with app.reading() as session:
        one = complete_deal(session, open_deal(session, text))
        if format_ == "json":
            print_document(completion_document(one))
            return
        lines = list(completion_lines(session, one))
    if format_ == "md":
        lines = as_markdown(one.deal.facts.title, lines)
    for line in lines:
        click.echo(line)


def completion_document(one: Closing) -> dict[str, Any]:
    """The figures as a JSON document, with the deal and how it ended."""
    facts = one.deal.facts
    figures = build_completion_document(one.figures)
    return {
        "schema": figures.pop("schema"),
        "opportunity": facts.id,
        "title": facts.title,
        "status": one.status,
        "closed_on": one.closed_on.isoformat() if one.closed_on else None,
        "close_reason": facts.close_reason,
        "close_details": facts.close_details,
        "winner": facts.winner,
        **figures,
    }


def completion_lines(session: Session, one: Closing) -> Iterator[str]:
    """The screen, at most 80 columns: title, end, figures, hours by hand."""
    facts = one.deal.facts
    yield from wrapped([facts.title, facts.id], "  ")
    yield from wrapped(_ending(session, one), " · ")
    people = {key: entry.name for key, entry in session.team.people.items()}
    for line in format_completion(one.figures, people):
        indent = " " * (len(line) - len(line.lstrip()) + 1)
        yield from (f"{indent}{part}" for part in fold_words(line.strip(), WIDTH - len(indent)))
    by_hand = format_by_hand(one.figures, people, session.calendar)
    if by_hand:
        yield " By hand"
    for line in by_hand:
        yield from (f"   {part}" for part in fold_words(line, WIDTH - 3))


def _ending(session: Session, one: Closing) -> list[str]:
    """Status and day, and of what was not won why and to whom it went."""
    facts = one.deal.facts
    stage = one.definition.stage_named(facts.stage)
    words = [stage.name if stage else facts.stage]
    if one.status != "open" and one.closed_on is not None:
        words[0] += f" on {format_day(one.closed_on)}"
    if facts.close_reason:
        words.append(named_choice(session, "close_reasons", facts.close_reason))
    if facts.close_details:
        words.append(facts.close_details)
    if facts.winner:
        rivals = named_things(session, "competitor")
        words.append(f"won by {rivals.get(facts.winner, facts.winner)}")
    return words
