from datetime import UTC, datetime

import msgspec

from salescli.model.deal import Deal, Facts, Talk, build_facts
from salescli.model.events import Created, Started, Stopped
from salescli.model.runs import Run
from salescli.model.visits import Entry, Visit


def test_a_deal_is_packed_and_unpacked_as_the_index_keeps_it():
    deal = Deal(
        id="opp-7k2m9xq4tb",
        title="Flat",
        client="con-4c8t1m9zqa",
        stage="won",
        process="real-estate",
        budget="240000.00 EUR",
        probability=0,
        created_at=1709596800,
        changed_at=1709683200,
        touched_at=1709683200,
        visits=(Visit("won", 1709596800, 1709596800, Entry.CLOSED, True),),
        rivals=("skyline",),
        talks=(Talk("call", "anna", 1709683200),),
    )
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(deal), type=Deal) == deal
    assert msgspec.to_builtins(deal)[:4] == ["opp-7k2m9xq4tb", "Flat", "con-4c8t1m9zqa", "won"]


def test_a_deals_value_is_its_revenue_only_if_won_else_amount_else_budget():
    common = {"id": "opp-1", "title": "A", "client": "con-1", "stage": "won", "process": "p"}
    times = {"created_at": 0, "changed_at": 0, "touched_at": 0}
    full = Deal(**common, **times, budget="1.00 EUR", amount="2.00 EUR", revenue="3.00 EUR")
    assert (full.value(True), full.value(False), full.currency) == ("3.00 EUR", "2.00 EUR", "EUR")
    poor = Deal(**common, **times, budget="1.00 EUR")
    assert (poor.value(True), Deal(**common, **times).value(True)) == ("1.00 EUR", None)
    assert Deal(**common, **times).currency is None


def test_the_rest_of_a_deal_says_which_run_of_its_process_goes_on():
    head = {"by": "anna", "at": datetime(2026, 11, 2, 9, tzinfo=UTC)}
    created = Created(id="h-1", seq=1, **head, fields={"title": "Flat", "stage": "first"})
    started = Started(id="h-2", seq=2, **head, run="run-1")
    stopped = Stopped(id="h-3", seq=3, **head, run="run-1", why="by hand")
    facts = build_facts("opp-1", {"title": "Flat"}, [created, started])
    assert facts.run == Run("run-1", "anna", head["at"])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts) == facts
    assert build_facts("opp-1", {"title": "Flat"}, [created, started, stopped]).run is None
