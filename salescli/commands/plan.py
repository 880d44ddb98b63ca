"""`salescli plan set | list`: what is to be sold, by whom, in which period."""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_rows, store_columns
from salescli.commands.stores import store_options
from salescli.report.text.listing import Column
from salescli.report.text.numbers import format_money, format_number_of
from salescli.workspace import plans
from salescli.workspace.naming import names_of
from salescli.workspace.outcome import Outcome
from salescli.workspace.planned import Planned
from salescli.workspace.session import Session

COLUMNS = (
    Column("object", "Of", kind="id"),
    Column("id", "Id", kind="id"),
    Column("name", "Name"),
    Column("period", "Period", kind="id"),
    Column("plan", "Plan", "right", "money"),
)


@click.group()
def plan() -> None:
    """Plans of the company, its people, departments, clients, needs and products.

    They stand in plans/YEAR.yaml and are held against what is sold by salescli report forecast.
    """


@plan.command("set")
@click.argument("target", metavar="OBJECT")
@click.argument("period")
@click.argument("amount", metavar="MONEY")
@writer_options
@click.pass_obj
def set_(
    app: App, /, target: str, period: str, amount: str, actor: str | None, dry_run: bool
) -> None:
    """Plan an amount for an object and a period; an empty amount ("") takes the plan out.

    OBJECT is company, or owner=, department=, client=, need= or product= with an id or a name;
    PERIOD a month, quarter or year: 2026-07, 2026-Q3, FY2026, next-quarter.

    Example: salescli plan set owner=anna 2026-Q3 "250 EUR"
    """

    def action(session: Session) -> Outcome:
        return plans.set_plan(session, target, period, amount)

    app.write("plan set", action, actor=actor, dry_run=dry_run)


@plan.command("list")
@click.argument("target", metavar="[OBJECT]", required=False)
@click.option("--period", help="Only plans of periods that lie in it.")
@format_option()
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@store_options
@click.pass_obj
def list_(app: App, /, target: str | None, period: str | None, format_: str, raw: bool) -> None:
    """List plans: all, those of owner, department …, or those of owner=anna.

    Example: salescli plan list owner --period 2026
    """
    with app.reading() as session:
        found = plans.list_plans(session, target, period)
        records = _records(session, found.plans)
    people = [{**r, "plan": _words(one)} for r, one in zip(records, found.plans, strict=True)]
    empty = "No plans yet." if not (target or period) else "No plans like that."
    print_rows(
        app,
        records,
        store_columns(session, COLUMNS),
        format_,
        schema="salescli/plans@1",
        raw=raw,
        empty="" if found.invalid else empty,
        shown=people,
    )
    if format_ == "table" and records:
        say(f"{format_number_of(len(records), 'plan')}.")
    report_invalid(found.invalid)


def _words(one: Planned) -> str:
    return format_money(one.money.amount, one.money.currency)


def _records(session: Session, found: list[Planned]) -> list[dict[str, Any]]:
    ids: dict[str, set[str]] = {}
    for one in found:
        ids.setdefault(one.kind, set()).add(one.id)
    names = {kind: names_of(session, kind, of) for kind, of in ids.items()}
    return [
        {
            "object": one.kind,
            "id": one.id or None,
            "name": names[one.kind].get(one.id),
            "period": one.key,
            "plan": str(one.money),
            **({"store": one.store} if one.store else {}),
        }
        for one in found
    ]
