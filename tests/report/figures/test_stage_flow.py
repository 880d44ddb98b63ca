"""The flow against domain.md section 6, and against figures by hand."""

from datetime import date

from salescli.model.definition import Definition, Stage
from salescli.report.figures.figure import add_up
from salescli.report.figures.stage_flow import FlowFigure, build_contribution, build_flow, finish
from tests.report.funnel_deals import NAMES, REAL_ESTATE, fixture_deals, flow_of, make_deal


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
    assert figure.process_name == "Real estate, corporate sale"
    assert [stage.name for stage in figure.stages] == list(NAMES)
    assert list(figure.stages[0].fates) == ["advanced", "lost", "moved_back", "still_there"]


def test_the_flow_of_march_made_on_30_april_is_the_same() -> None:
    assert (
        flow_of(fixture_deals(), as_of=date(2024, 4, 30)).stages == flow_of(fixture_deals()).stages
    )


def test_the_ids_have_the_deal_of_each_visit() -> None:
    stage = flow_of(fixture_deals(), with_ids=True).stages[1]
    assert stage.ids == {
        "entered": ("D1", "D2", "D3", "D4", "D7", "D7"),
        "advanced": ("D1", "D3", "D7"),
        "lost": ("D4",),
        "moved_back": (),
        "still_there": ("D2", "D7"),
    }


def test_flows_of_parts_add_up_to_the_flow_of_all() -> None:
    question = flow_of([]).question
    deals = fixture_deals()
    contribute = build_contribution(question, REAL_ESTATE)
    mine, yours = (
        add_up([deal for deal in deals if deal.owner == owner], contribute, with_ids=True)
        for owner in ("anna", "boris")
    )
    assert finish(mine + yours, REAL_ESTATE, question) == flow_of(deals, with_ids=True)


def test_any_failure_is_lost_there_and_has_no_row() -> None:
    deals = [make_deal("A", "Q 03-02, L 03-09"), make_deal("B", "Q 03-02, R 03-09")]
    figure = flow_of(deals)
    assert flows(figure)[0] == "2 = 0+2+0+0"
    assert [stage.stage for stage in figure.stages][-1] == "won"


def test_what_the_footer_of_a_flow_owns_up_to() -> None:
    deals = [
        make_deal("A", "Q 03-02", process="quick"),
        make_deal("B", "Q 01-02, K 02-05", process="quick"),  # nothing began in March
        make_deal("C", "Q 03-02", differs=True),
        make_deal("D", "Q 02-02", differs=True),
    ]
    figure = flow_of(deals)
    assert (figure.other_process, figure.differs, figure.without_value) == (1, 1, 0)


def test_a_flow_that_begins_after_the_as_of_day_has_no_stages() -> None:
    assert flow_of(fixture_deals(), "2024-05", date(2024, 4, 30)).stages == ()


def test_a_retired_stage_has_a_flow_only_if_something_entered_it() -> None:
    definition = Definition(
        name="Own",
        stages=[
            Stage(stage="qualification", name="Q"),
            Stage(stage="key-contacts", name="K", retired=True),
            Stage(stage="won", name="Won", final="success"),
        ],
    )
    before = make_deal("A", "Q 02-02, K 02-03")
    assert len(flow_of([before], definition=definition).stages) == 2
    within = make_deal("B", "Q 02-02, K 03-03")
    assert flows(flow_of([before, within], definition=definition)) == [
        "0 = 0+0+0+0",
        "1 = 0+0+0+1",
        "0 = 0+0+0+0",
    ]


def test_the_footer_of_a_flow_counts_each_deal_once_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-02", differs=True),
        make_deal("B", "Q 03-02, K 03-03", differs=True),
        make_deal("C", "K 03-02"),
        make_deal("D", "Q 03-02", "1.00 USD"),
        make_deal("E", "Q 03-02, K 03-05", "1.00 USD"),
        make_deal("F", "Q 03-02", "1.00 GBP"),
    ]
    asked = flow_of([], currency="EUR").question
    figure = build_flow(deals, asked, REAL_ESTATE, invalid=3)
    assert (figure.other_process, figure.differs, figure.invalid) == (0, 2, 3)
    assert list(figure.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert flow_of(deals).left_out == {}
    assert build_flow(deals, asked, REAL_ESTATE).invalid == 0


def test_a_flow_has_no_ids_unless_asked() -> None:
    figure = build_flow(fixture_deals(), flow_of([]).question, REAL_ESTATE)
    assert [stage.ids for stage in figure.stages] == [None] * 5


def test_the_flow_of_all_time_has_the_visits_that_began_in_february() -> None:
    # D5: Q and K in February; D8: Q in February.
    figure = flow_of(fixture_deals(), "all")
    assert flows(figure)[:2] == ["8 = 6+0+0+2", "7 = 4+1+0+2"]
