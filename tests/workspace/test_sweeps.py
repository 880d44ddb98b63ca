"""Deals counted for several questions at once: each as of its own end, each deal read once."""

from datetime import date
from itertools import chain

import pytest

from salescli.report.figures.question import Question, ask
from salescli.store import parts
from salescli.store.index import Index
from salescli.workspace.sweeps import add_up_each
from tests.shop import made_once


@pytest.fixture
@made_once
def moved(shop):
    """A deal that went on in October, and one that came then."""
    shop.deal("A", "--at", "2026-09-01")
    shop.do("opp", "move", "A", "--to", "key-contacts", "--at", "2026-10-10")
    shop.deal("B", "--at", "2026-10-20")
    return shop


def question(session, day):
    period = session.calendar.parse_period("all", day)
    return ask(Question, "real-estate", period, day, session.calendar)


def test_each_question_sees_the_deals_at_its_own_end_in_one_sweep(moved, monkeypatch):
    sweeps = []
    read = Index.count_states

    def watch(self, instants, count):
        sweeps.append(1)
        return read(self, instants, count)

    monkeypatch.setattr(Index, "count_states", watch)
    days = [date(2026, 9, 30), date(2026, 10, 15), date(2026, 9, 30), date(2026, 11, 2)]
    with moved.session() as session:
        session.index.refresh()
        asked = [question(session, day) for day in days]
        stages = [lambda deal: deal.stage] * 3 + [lambda deal: deal.title]
        partials = add_up_each(session, asked, stages, with_ids=True)
    assert [partial.counts for partial in partials] == [
        {"qualification": 1},
        {"key-contacts": 1},
        {"qualification": 1},
        {"A": 1, "B": 1},
    ]
    assert [len(who) for who in partials[3].ids.values()] == [1, 1]
    assert sweeps == [1]


def test_what_two_processes_count_is_what_one_counts(moved, monkeypatch):
    days = [date(2026, 9, 30), date(2026, 10, 15), date(2026, 11, 2)]

    def count(size):
        monkeypatch.setattr(parts, "SHARED_FROM", size)
        with moved.session() as session:
            session.index.refresh()
            asked = [question(session, day) for day in days]
            contributions = [lambda deal: deal.stage] * 3
            return add_up_each(session, asked, contributions, with_ids=True)

    assert count(1) == count(99)


@pytest.mark.parametrize("days", [[date(2026, 11, 2)], [date(2026, 9, 30), date(2026, 11, 2)]])
def test_each_part_is_thinned_before_it_is_handed_on_and_added_up(moved, monkeypatch, days):
    monkeypatch.setattr(parts, "SHARED_FROM", 1)
    monkeypatch.setattr(parts, "is_sharing_possible", lambda: True)
    with moved.session() as session:
        session.index.refresh()
        asked = [question(session, day) for day in days]
        found = add_up_each(
            session,
            asked,
            [lambda deal: deal.title] * len(days),
            with_ids=False,
            thin=lambda partials: [[sorted(one.counts)] for one in partials],
        )
    assert [sorted(chain.from_iterable(one)) for one in found] == [["A"], ["A", "B"]][-len(days) :]


def test_what_contributes_nothing_is_not_counted_and_ids_are_kept_only_if_wanted(moved):
    with moved.session() as session:
        session.index.refresh()
        (partial,) = add_up_each(
            session, [question(session, date(2026, 11, 2))], [lambda _: None], with_ids=False
        )
    assert (partial.counts, partial.ids) == ({}, None)
