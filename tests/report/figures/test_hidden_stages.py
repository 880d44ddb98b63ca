"""What a funnel says of deals that stand where it has no slice: counted, with money and ids."""

from decimal import Decimal

import msgspec

from salescli.report.figures.entered import build_entered
from salescli.report.figures.funnel import build_funnel
from salescli.report.layouts.documents import build_funnel_document
from salescli.report.layouts.funnel_words import build_notes
from tests.report.funnel_deals import REAL_ESTATE, ask_of, make_deal

HIDDEN = msgspec.structs.replace(
    REAL_ESTATE,
    stages=[
        msgspec.structs.replace(stage, in_funnel=stage.stage not in ("key-contacts", "lost"))
        for stage in REAL_ESTATE.stages
    ],
)
DEALS = [
    make_deal("A", "Q 03-01, K 03-02", budget="10.00 EUR"),
    make_deal("B", "Q 03-01, K 03-03", budget="5.00 USD"),
    make_deal("C", "Q 03-01, K 03-03", budget="2.50 EUR"),
    make_deal("D", "Q 03-01, K 03-04"),
    make_deal("E", "Q 03-01", budget="100.00 EUR"),
    make_deal("F", "Q 03-01, K 03-04, L 03-05", budget="7.00 EUR"),
]


def test_open_deals_at_a_hidden_stage_are_counted_with_their_money() -> None:
    for build in (build_funnel, build_entered):
        hidden = build(DEALS, ask_of(), HIDDEN, with_ids=True).hidden
        assert (hidden.count, hidden.without_value) == (4, 1)
        assert hidden.sum == {"EUR": Decimal("12.50"), "USD": Decimal("5.00")}
        assert hidden.ids is not None
        assert hidden.ids.count == ("A", "B", "C", "D")
        assert hidden.ids.sum == {"EUR": ("A", "C"), "USD": ("B",)}
        assert hidden.ids.without_value == ("D",)


def test_a_footer_and_the_document_say_it() -> None:
    funnel = build_funnel(DEALS, ask_of(), HIDDEN)
    assert "4 open deals stand at stages that no funnel shows." in build_notes(funnel)
    assert build_funnel_document(funnel)["hidden"] == {
        "count": 4,
        "sum": {"EUR": "12.50", "USD": "5.00"},
        "without_value": 1,
    }
    one = build_funnel(DEALS[:1], ask_of(), HIDDEN)
    assert "1 open deal stands at stages that no funnel shows." in build_notes(one)


def test_where_every_open_stage_has_a_slice_nothing_is_said() -> None:
    funnel = build_funnel(DEALS, ask_of(), REAL_ESTATE, with_ids=True)
    assert (funnel.hidden.count, funnel.hidden.sum) == (0, {})
    assert not [note for note in build_notes(funnel) if "no funnel shows" in note]


def test_a_period_to_come_hides_nothing() -> None:
    for created in ("period", "any"):
        question = msgspec.structs.replace(ask_of(), start=ask_of().end + 1, created=created)
        assert question.is_before_start
        assert build_funnel(DEALS, question, HIDDEN).hidden.count == 0
        assert build_entered(DEALS, question, HIDDEN).hidden.count == 0


def test_several_hidden_stages_add_up() -> None:
    none = [msgspec.structs.replace(stage, in_funnel=False) for stage in REAL_ESTATE.stages]
    hidden = build_funnel(
        DEALS, ask_of(), msgspec.structs.replace(REAL_ESTATE, stages=none), with_ids=True
    ).hidden
    assert hidden.sum == {"EUR": Decimal("112.50"), "USD": Decimal("5.00")}
    assert hidden.ids is not None
    assert hidden.ids.sum == {"EUR": ("A", "C", "E"), "USD": ("B",)}
