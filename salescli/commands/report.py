"""`salescli report …`: figures as tables, documents and pictures.

Each report is a module of its own in `salescli.commands.reports`, loaded when it is called.
"""

from collections.abc import Sequence
from importlib import import_module
from itertools import takewhile

import click

from salescli.commands.neighbours import add_neighbours

REPORTS = {
    "funnel": "The sales funnel: deals, sums and conversions by stage.",
    "compare": "Funnels side by side: owners, departments, periods, or one and the company.",
    "dashboard": "A dashboard of the store: funnels, numbers, charts and lists on one page.",
    "diff": "What is different between two revisions: deals new, moved, closed, forecast.",
    "drill": "The deals behind a number of the funnel, one by one or grouped.",
    "flow": "What entered each stage, and what became of it.",
    "forecast": "What was sold and is likely to be, beside the plans.",
    "forecast-diff": "What moved a forecast since a day, deal by deal.",
    "dynamics": "A figure as a series, by day, week, month or quarter.",
    "fullness": "Is enough in the funnel: the stock, its coverage of the plan, wins expected.",
    "managers": "The best managers: won, win rate, days, active deals, meetings, calls.",
    "stage-time": "How long deals stay at each stage: mean and median of visits.",
    "norms": "What a period says of the next ones: win rates, days, cycle, average value.",
    "state": "Open deals on a day: overdue, undated, stale, without a next step.",
    "win-loss": "What was won and lost: counts, values, win rates, days, velocity.",
}


class ReportGroup(click.Group):
    """The reports there are; each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(REPORTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in REPORTS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"salescli.commands.reports.{name}"), name)
        return add_neighbours(command, f"report {cmd_name}")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        found = find_report(args)
        if found and found != args[0]:
            ctx.fail(f"{' '.join(args[:2])!r} is one word: did you mean report {found}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(REPORTS.items()))


def find_report(words: Sequence[str]) -> str:
    """The report that a command line's words name: `forecast-diff` of `forecast diff`; else ""."""
    typed = [*takewhile(lambda word: not word.startswith("-"), words)]
    names = ("-".join(typed[:2]), *typed[:1])
    return next((name for name in names if name in REPORTS), "")


@click.group(cls=ReportGroup)
def report() -> None:
    """Figures of any day, as tables, documents and pictures."""
