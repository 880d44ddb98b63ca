"""A series as blocks."""

from decimal import Decimal

from salescli.report.text.sparkline import build_sparkline


def test_blocks_go_from_nothing_to_the_greatest() -> None:
    assert build_sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert build_sparkline([Decimal("0.5"), Decimal(1)]) == "▅█"  # 3.5 of 7 steps goes up


def test_nothing_and_no_value_are_told_apart() -> None:
    assert build_sparkline([0, None, 0]) == "▁ ▁"
    assert build_sparkline([]) == ""
