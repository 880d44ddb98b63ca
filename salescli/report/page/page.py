"""A dashboard as one HTML file that needs nothing else: no network, no script to be read.

Pure; the only module that loads jinja2. Whatever stands in a store is text here: everything is
escaped, nothing but our one script may run (by its hash), nothing is ever fetched.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from salescli.model.calendar import format_day
from salescli.report.dashboards.dashboard import Dashboard
from salescli.report.layouts.funnel_words import format_period
from salescli.report.page.cards import Pictures, build_cards
from salescli.report.page.funnel import StageDeals
from salescli.report.page.parts import Card
from salescli.report.text.filterwords import say_filters
from salescli.report.text.numbers import clean_text

_SMALL = "metric"  # the kind of which several stand side by side
_POLICY = (
    "default-src 'none'; script-src 'sha256-{}'; img-src data: 'self'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def build_page(
    dashboard: Dashboard,
    *,
    deals: StageDeals | None = None,
    pictures: Pictures | None = None,
) -> str:
    """The page; the same dashboard makes the same text.

    `deals` are those that stages of funnels open; `pictures` the drawn plots by block and
    place. Without them the page has the same numbers, in tables.
    """
    cards = build_cards(dashboard, deals=deals or {}, pictures=pictures or {})
    template = _environment().get_template("page.html")
    return template.render(
        dashboard=dashboard,
        period=format_period(dashboard.period),
        filters=_build_filters(dashboard),
        as_of=format_day(dashboard.as_of),
        rows=_build_rows(cards),
        cards=cards,
        policy=_POLICY.format(hash_script(_source("page.js"))),
        style=Markup(_source("page.css")),
        script=Markup(_source("page.js")),
    )


def hash_script(script: str) -> str:
    """What a content security policy calls a script that may run: its SHA-256 in base 64."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _build_filters(dashboard: Dashboard) -> list[str]:
    asked = dashboard.question
    parts = say_filters(asked.filters)
    return [*parts, asked.currency] if asked.currency else parts


def _build_rows(cards: Sequence[Card]) -> list[tuple[str, list[Card]]]:
    """Cards that stand in a row: neighbours of a kind that is small, else each alone."""
    rows: list[tuple[str, list[Card]]] = []
    for kind, some in groupby(cards, key=lambda card: card.kind):
        found = list(some)
        rows += [(kind, found)] if kind == _SMALL else [(kind, [card]) for card in found]
    return rows


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("salescli.report.page", "templates"),
        autoescape=True,
        finalize=_clean,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _clean(value: Any) -> Any:
    """Text of users without controls, and without what turns the reading direction around."""
    return clean_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _source(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]
