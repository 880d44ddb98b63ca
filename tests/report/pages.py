"""A dashboard made by hand for tests of pages: one block of each kind, and names that attack."""

from datetime import date
from decimal import Decimal

from salescli.model.calendar import Period
from salescli.report.dashboards.dashboard import (
    ChartFigure,
    Dashboard,
    FunnelFigure,
    FunnelPart,
    ListFigure,
    MetricFigure,
    MetricValue,
    Question,
    TableFigure,
)
from salescli.report.figures.entered import EnteredFunnel, EnteredStage
from salescli.report.figures.figure import Share
from salescli.report.figures.forecast import Cell
from salescli.report.figures.funnel import Funnel, StageFigure, StageIds
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.figures.piles import Counted
from salescli.report.figures.plan_bar import FittingPlan, PlanBar
from salescli.report.figures.question import FunnelQuestion
from salescli.report.layouts.plot import Plot, Series
from salescli.report.page.funnel import DealLine, pick_deals
from salescli.report.text.listing import Column

MARCH = Period(date(2024, 3, 1), date(2024, 3, 31), "2024-03")
FEBRUARY = Period(date(2024, 2, 1), date(2024, 2, 29), "2024-02")
AS_OF = date(2024, 3, 31)
HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "</title></style><h1>owned</h1>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:document.title='owned'",
    "' onmouseover='document.title=1' x='",
    "\x1b]0;owned\x07\u202egnp.exe\x00",
)
LONG = "Строительная компания «Северный берег и сыновья», третий корпус у старой набережной"
CJK = "東京不動産開発株式会社 第三営業部"


def _ids(count: tuple[str, ...]) -> StageIds:
    return StageIds(count, {}, (), (), (), (), ())


def build_funnel(*, names: tuple[str, ...] = (), ids: bool = True) -> Funnel:
    """Seven new deals of March: 3, 2, 0 and 2 of them, two currencies."""
    titles = names or ("Qualification", "Needs", "Proposal", "Won")
    counts: tuple[tuple[str, ...], ...] = (
        ("opp-1", "opp-2", "opp-3"),
        ("opp-4", "opp-5"),
        (),
        ("opp-6", "opp-7"),
    )
    sums = (
        {"EUR": Decimal("50.00")},
        {"EUR": Decimal("1250000.50"), "USD": Decimal("700.00")},
        {},
        {"EUR": Decimal("90000.00")},
    )
    shares = (Share(5, 7), Share(3, 5), Share(0, 0), None)
    reached = (7, 5, 3, 2)
    stages = tuple(
        StageFigure(
            stage=f"stage-{place}",
            name=name,
            count=len(counts[place]),
            sum=sums[place],
            without_value=0,
            conversion=shares[place],
            first=Share(reached[place], 7),
            ids=_ids(counts[place]) if ids else None,
        )
        for place, name in enumerate(titles)
    )
    question = FunnelQuestion(process="sales", start=0, end=1, period=MARCH, as_of=AS_OF)
    return Funnel(
        question=question,
        process_name="Sales",
        stages=stages,
        new=7,
        other_process=0,
        left_out={},
        differs=0,
        invalid=0,
        plan=build_plan(),
    )


def build_plan(plan: str = "120000.00") -> PlanBar:
    """90 000 of 120 000 won, 15 000 likely: 75.00 and 87.50 %."""
    cell = Cell(
        plan={"EUR": Decimal(plan)},
        actual=Counted(2, {"EUR": Decimal("90000.00")}, 0),
        pipeline=Counted(1, {"EUR": Decimal("30000.00")}, 0),
        weighted={"EUR": Decimal("15000.00")},
    )
    fit = FittingPlan("company", "", {"EUR": Decimal(plan)})
    return PlanBar(fit=fit, cell=cell)


def build_entered() -> EnteredFunnel:
    """Seven deals entered the first stage, five the second; none the third; two were won."""
    stages = tuple(
        EnteredStage(
            stage=f"stage-{place}",
            name=name,
            count=count,
            sum={"EUR": Decimal(100 * count)} if count else {},
            without_value=0,
            n=n,
            previous=previous,
            first=Share(n, 7),
        )
        for place, (name, count, n, previous) in enumerate(
            (
                ("Qualification", 2, 7, Share(7, 7)),
                ("Needs", 1, 5, Share(5, 7)),
                ("Proposal", 0, 0, Share(0, 5)),
                ("Won", 2, 2, Share(2, 5)),
            )
        )
    )
    question = FunnelQuestion(process="sales", start=0, end=1, period=MARCH, as_of=AS_OF)
    return EnteredFunnel(
        question=question,
        process_name="Sales",
        stages=stages,
        other_process=0,
        left_out={},
        differs=0,
        invalid=0,
    )


def build_deals(client: str = "Petrov") -> dict[tuple[str, str], list[DealLine]]:
    """The seven deals of the funnel, by block and stage."""
    found: dict[tuple[str, str], list[DealLine]] = {}
    for stage in build_funnel().stages:
        ids = stage.ids.count if stage.ids else ()
        found["funnel", stage.stage] = pick_deals(_build_deal(one, client) for one in ids)
    return found


def _build_deal(id: str, client: str) -> DealLine:
    number = int(id.removeprefix("opp-"))
    money = (Decimal(number * 1000), "EUR") if number % 3 else (None, "")
    return DealLine(id, f"Flat {number}", client, "Anna", *money)


def build_dashboard(
    *, names: tuple[str, ...] = (), title: str = "Overview", funnel: AnyFunnel | None = None
) -> Dashboard:
    """A block of each kind. `names` are those of people and clients in it, at least four."""
    who = names or ("Anna", "Boris", "Clara", "Dmitri")
    funnel = funnel or build_funnel(names=who[:4] if names else ())
    return Dashboard(
        question=Question(period=MARCH, as_of=AS_OF, filters=(("owner", (who[0],)),)),
        name="overview",
        title=title,
        store=who[1] if names else "North Homes",
        blocks=(
            FunnelFigure(
                id="funnel",
                title="Funnel",
                period=MARCH,
                funnel=funnel,
                by="owner",
                parts=(FunnelPart("anna", who[0], funnel), FunnelPart(None, "", funnel)),
            ),
            MetricFigure(
                id="open",
                title="Open deals",
                period=MARCH,
                figure="count",
                values=(MetricValue(unit="", value=Decimal(5), previous=Decimal(8)),),
                compared=FEBRUARY,
            ),
            MetricFigure(
                id="won",
                title="Won this month",
                period=MARCH,
                figure="sum value",
                values=(
                    MetricValue(
                        unit="EUR",
                        value=Decimal("90000.00"),
                        previous=Decimal("70000.00"),
                        plan=Decimal("120000.00"),
                        attainment=Decimal("75.00"),
                    ),
                    MetricValue(unit="USD", value=Decimal("1234567.89")),
                ),
                compared=FEBRUARY,
                planned="company",
                notes=("2 deals without a value.",),
            ),
            MetricFigure(
                id="rate",
                title="Win rate",
                period=MARCH,
                figure="win rate",
                values=(MetricValue(unit="%", value=None),),
            ),
            ChartFigure(
                id="category",
                title="New deals",
                period=MARCH,
                plots=(
                    Plot(
                        shape="column",
                        title="New deals",
                        categories=("Flats", "Houses", who[2]),
                        series=(
                            Series("new", (Decimal(4), Decimal(3), Decimal(0))),
                            Series(who[3], (Decimal(1), None, Decimal(12))),
                        ),
                    ),
                ),
            ),
            ListFigure(
                id="likely",
                title="Ten likeliest",
                period=Period(None, None, "all"),
                columns=(
                    Column("title", "Title"),
                    Column("client", "Client"),
                    Column("budget", "Budget", "right", "money"),
                    Column("probability", "Probability", "right", "percent"),
                    Column("close_date", "Closes", kind="day"),
                ),
                rows=(
                    ("Flat 4", who[0], "1 250 000.50 EUR", "80 %", "2024-04-02"),
                    ("Flat 12", who[1], "700 USD", "9 %", "2024-03-28"),
                    ("Flat 5", who[2], "", "55 %", ""),
                ),
                records=(
                    {"title": "Flat 4", "client": "con-3", "budget": "1250000.50 EUR",
                     "probability": 80, "close_date": "2024-04-02"},
                    {"title": "Flat 12", "client": "con-1", "budget": "700.00 USD",
                     "probability": 9, "close_date": "2024-03-28"},
                    {"title": "Flat 5", "client": "con-2", "budget": None,
                     "probability": 55, "close_date": None},
                ),
                ids=("opp-4", "opp-12", "opp-5"),
                found=12,
            ),
            TableFigure(
                id="managers",
                title="Best managers",
                period=MARCH,
                report="managers",
                columns=(
                    Column("person", "Person"),
                    Column("won", "Won", "right", "number"),
                    Column("rate", "Win rate", "right", "number"),
                ),
                rows=(
                    (who[0], "90 000", "66.67 %"),
                    (who[1], "1 000", "50.00 %"),
                    ("– fewer than 5 closed", "", ""),
                    (who[2], "0", "n/a"),
                    (who[3], "500", "n/a"),
                    ("Total", "91 000", "60.00 %"),
                ),
                document={
                    "total": {"won": "91000"},
                    "rows": ["90000", "1000", "0", "500", "66.67", "50.00", "60.00"],
                },
                places=(
                    ("", "/rows/0", "/rows/4"),
                    ("", "/rows/1", "/rows/5"),
                    ("", "", ""),
                    ("", "/rows/2", ""),
                    ("", "/rows/3", ""),
                    ("", "/total/won", "/rows/6"),
                ),
            ),
        ),
        notes=("Reference definition.",),
    )  # fmt: skip
