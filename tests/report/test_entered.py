"""The entered funnel against domain.md section 6, cell by cell, and against figures by hand."""

from decimal import Decimal

from funnel_deals import entered_of, fixture_deals

from salescli.report.entered import EnteredFunnel


def row_of(funnel: EnteredFunnel) -> list[tuple[int, int, str | None, str | None]]:
    """n, count, to previous, to first."""
    return [
        (
            s.n,
            s.count,
            *(None if p is None else f"{p:f}" for p in (s.previous.percent, s.first.percent)),
        )
        for s in funnel.stages
    ]


def test_every_cell_of_the_entered_fixture() -> None:
    funnel = entered_of(fixture_deals())
    assert row_of(funnel) == [
        (6, 1, "100.00", "100.00"),
        (5, 2, "83.33", "83.33"),
        (3, 1, "60.00", "50.00"),
        (2, 1, "66.67", "33.33"),
        (1, 1, "50.00", "16.67"),
    ]
    assert [f"{s.sum.get('EUR', Decimal(0)):f}" for s in funnel.stages] == [
        "50.00",
        "320.00",
        "150.00",
        "300.00",
        "100.00",
    ]


def test_annas_entered_funnel_of_the_fixture() -> None:
    funnel = entered_of(fixture_deals(), owners=frozenset({"anna"}))
    assert [s.n for s in funnel.stages] == [4, 3, 1, 1, 1]
    assert [f"{s.previous.percent:f}" for s in funnel.stages] == [
        "100.00",
        "75.00",
        "33.33",
        "100.00",
        "100.00",
    ]
    assert [f"{s.first.percent:f}" for s in funnel.stages] == [
        "100.00",
        "75.00",
        "25.00",
        "25.00",
        "25.00",
    ]


def test_boriss_entered_funnel_of_the_fixture() -> None:
    funnel = entered_of(fixture_deals(), owners=frozenset({"boris"}))
    assert [s.n for s in funnel.stages] == [2, 2, 2, 1, 0]
    shares = ["100.00", "100.00", "100.00", "50.00", "0.00"]
    assert [f"{s.previous.percent:f}" for s in funnel.stages] == shares
    assert [f"{s.first.percent:f}" for s in funnel.stages] == shares
