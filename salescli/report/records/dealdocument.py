"""A deal as one JSON document: what is on disk, what is computed, what its history holds.

Owns the shape of `salescli/opportunity@1`. Pure.
"""

from datetime import UTC, datetime

from salescli.model.calendar import format_instant
from salescli.model.conversion import build_document
from salescli.model.runs import Run
from salescli.model.visits import Visit
from salescli.report.records.dealview import DealView, day_at, stage_days
from salescli.report.records.happened import build_happened
from salescli.report.records.stakeholders import build_stakeholders_document
from salescli.report.text.json_text import Document

OPPORTUNITY_SCHEMA = "salescli/opportunity@1"


def build_deal_document(view: DealView) -> Document:
    """A deal as a document: the fields of its file, then `computed`, then `history`.

    Instants are UTC, money and percentages text. What was voided is nowhere in it.
    """
    return {
        "schema": OPPORTUNITY_SCHEMA,
        "as_of": view.today.isoformat(),
        **({"revision": view.revision} if view.revision else {}),
        **build_document(view.deal),
        **({"units": list(view.units)} if view.units else {}),
        "computed": _computed(view),
        "history": build_happened(view.events, view.calendar),
    }


def _computed(view: DealView) -> Document:
    computed = view.computed
    amounts = {"amount": computed.amount, "value": computed.value, "weighted": computed.weighted}
    return {
        "status": computed.status,
        "probability": computed.probability,
        **{name: str(money) if money else None for name, money in amounts.items()},
        "created_on": computed.created_on.isoformat() if computed.created_on else None,
        "closed_on": computed.closed_on.isoformat() if computed.closed_on else None,
        "days_in_funnel": computed.days_in_funnel,
        "days_at_stage": computed.days_at_stage,
        "quiet_days": computed.quiet_days,
        "overdue": computed.overdue,
        "stale": computed.stale,
        "hours": f"{computed.hours:f}",
        "completeness": f"{computed.completeness_percent:f}",
        "missing": [entry.field for entry in view.missing],
        "warnings": list(view.warnings),
        "client_name": view.client,
        "people": build_stakeholders_document(view.people),
        "stages": [
            {"stage": one.stage, "name": one.name, "mark": one.mark, "days": one.days}
            for one in stage_days(view)
        ],
        "run": _run(view.run),
        "visits": [_visit(view, visit) for visit in computed.visits],
    }


def _run(run: Run | None) -> Document | None:
    """The run of the process that goes on, and who started it when."""
    if run is None:
        return None
    started_at = format_instant(run.started_at)
    return {"run": run.id, "starter": run.starter, "started_at": started_at}


def _visit(view: DealView, visit: Visit) -> Document:
    """A stay in a stage; `days` are local days, to the reporting day while it runs."""
    ended = visit.ended_at
    end_on = view.today if ended is None else day_at(view, ended)
    return {
        "stage": visit.stage,
        "started_at": _instant(visit.started_at),
        "ended_at": None if ended is None else _instant(ended),
        "days": (end_on - day_at(view, visit.started_at)).days,
        "skipped": visit.is_skipped,
        "historical": visit.historical,
    }


def _instant(seconds: int) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))
