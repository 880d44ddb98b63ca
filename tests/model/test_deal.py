import msgspec

from salescli.model.deal import Deal
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
    )
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(deal), type=Deal) == deal
    assert msgspec.to_builtins(deal)[:4] == ["opp-7k2m9xq4tb", "Flat", "con-4c8t1m9zqa", "won"]
