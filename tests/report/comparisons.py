"""Comparisons for tests: sides of the domain's fixture, and made-up ones for the looks alone."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import cycle, islice

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.report.figures.comparison import Comparison, Side, build_comparison
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel import Funnel, StageFigure
from salescli.report.figures.funnel_looks import AnyFunnel
from tests.report.funnel_deals import REAL_ESTATE, entered_of, fixture_deals, funnel_of

NAMES = {"anna": "Anna Berzina", "boris": "Boris Kalnins", None: "Company"}


def compare_owners(
    *owners: str | None,
    deals: Sequence[Deal] | None = None,
    definition: Definition = REAL_ESTATE,
    entered: bool = False,
    **asked: object,
) -> Comparison:
    """The fixture's owners in March; None is the company."""
    build = entered_of if entered else funnel_of
    found = list(fixture_deals() if deals is None else deals)
    sides = []
    for owner in owners:
        own: dict[str, object] = dict(asked)
        if owner is not None:
            own |= {"owners": frozenset({owner}), "filters": (("owner", (owner,)),)}
        funnel: AnyFunnel = build(found, definition=definition, **own)  # type: ignore[arg-type]
        sides.append(Side(owner, NAMES.get(owner, str(owner)), funnel))
    return build_comparison("owner", sides, definition)


def make_comparison(
    sides: Sequence[str],
    stages: Sequence[str],
    counts: Sequence[int],
    amounts: Sequence[str | None],
    mode: str = "count",
) -> Comparison:
    """A comparison of made-up figures, for the looks alone."""
    definition = Definition(
        name="Any",
        stages=[
            *(Stage(stage=f"s{place}", name=name) for place, name in enumerate(stages[:-1])),
            Stage(stage=f"s{len(stages) - 1}", name=stages[-1], final="success"),
        ],
    )
    base = funnel_of(fixture_deals(), mode=mode)
    numbers, money = cycle(counts), cycle(amounts)
    made = [
        Side(str(place), name, _make_funnel(base, stages, numbers_of(numbers, stages), money))
        for place, name in enumerate(sides)
    ]
    return build_comparison("owner", made, definition)


def numbers_of(numbers: "cycle[int]", stages: Sequence[str]) -> list[int]:
    """The next numbers, one for each stage."""
    return list(islice(numbers, len(stages)))


def _make_funnel(
    base: Funnel, stages: Sequence[str], counts: list[int], amounts: "cycle[str | None]"
) -> Funnel:
    most = max(counts)
    figures = tuple(
        StageFigure(
            stage=f"s{place}",
            name=name,
            count=count,
            sum={} if amount is None else {"EUR": Decimal(amount)},
            without_value=0,
            conversion=Share(count // 3, count) if place < len(stages) - 1 else None,
            first=Share(count, most),
        )
        for place, (name, count, amount) in enumerate(zip(stages, counts, amounts, strict=False))
    )
    return msgspec.structs.replace(base, stages=figures, new=most)
