"""The funnel as the text of a Mermaid flowchart, for a page or a comment that draws it. Pure."""

from collections.abc import Iterator

from salescli.report.figures.funnel import Funnel, StageFigure
from salescli.report.text.mermaid import WON_STYLE, quote, quote_lines
from salescli.report.text.numbers import format_number_of, format_share, format_sums


def format_funnel_mermaid(funnel: Funnel, before: Funnel | None = None) -> str:
    """Stages from the first to the won one, each with its deals and their sum.

    On each arrow stands how many went on, of those that were ever there. `before` is the funnel
    of an earlier state: then each stage says by how many deals it grew or shrank.
    """
    was = {} if before is None else {stage.stage: stage.count for stage in before.stages}
    lines = ["flowchart TD"]
    for number, stage in enumerate(funnel.stages, 1):
        change = stage.count - was.get(stage.stage, 0) if before is not None else 0
        is_last = number == len(funnel.stages)
        start, end = ("([", "])") if is_last else ("[", "]")
        label = quote_lines(_tell(stage, change))
        lines.append(f"  s{number}{start}{label}{end}{':::won' if is_last else ''}")
    lines += _draw_arrows(funnel)
    return "\n".join([*lines, WON_STYLE])


def _tell(stage: StageFigure, change: int) -> Iterator[str]:
    yield stage.name
    yield format_number_of(stage.count, "deal") + (f" ({change:+d})" if change else "")
    if stage.sum:
        yield format_sums(stage.sum)


def _draw_arrows(funnel: Funnel) -> Iterator[str]:
    for number, stage in enumerate(funnel.stages[:-1], 1):
        went_on = format_share(stage.conversion)
        yield f"  s{number} -->|{quote(went_on)}| s{number + 1}"
