"""The flow against domain.md section 6, and against figures by hand."""

from datetime import date

from funnel_deals import fixture_deals, flow_of

from salescli.report.stage_flow import FlowFigure


def flows(figure: FlowFigure) -> list[str]:
    """`6 = 5+0+0+1` of each stage: entered = advanced + lost there + moved back + still there."""
    return [f"{s.entered} = {'+'.join(map(str, s.fates.values()))}" for s in figure.stages]


def test_the_flow_of_march_of_the_fixture() -> None:
    figure = flow_of(fixture_deals())
    assert flows(figure) == [
        "6 = 5+0+0+1",
        "6 = 3+1+0+2",
        "4 = 2+0+1+1",
        "2 = 1+0+0+1",
        "1 = 0+0+0+1",
    ]
    assert list(figure.stages[0].fates) == ["advanced", "lost", "moved_back", "still_there"]


def test_the_flow_of_march_made_on_30_april_is_the_same() -> None:
    assert (
        flow_of(fixture_deals(), as_of=date(2024, 4, 30)).stages == flow_of(fixture_deals()).stages
    )
