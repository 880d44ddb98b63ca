"""A drill as a public JSON document."""

from salescli.report.figures.drill import Drill, DrilledDeal, DrillRow
from salescli.report.layouts.counted_document import build_counted, build_sums
from salescli.report.layouts.documents import build_asked, build_left_out, build_share
from salescli.report.text.json_text import Document

DRILL_SCHEMA = "salescli/drill@1"


def build_drill_document(drill: Drill, limit: int | None = None) -> Document:
    """`salescli/drill@1`: the number, its money, and its deals, or with `by` its rows.

    If the figures hold ids, each number `x` has its deals beside it as `x_ids`. `limit` cuts the
    list of deals, never a number.
    """
    question = drill.question
    filters = {} if question.definition == "entered" else {"created": question.created}
    document: Document = {
        "schema": DRILL_SCHEMA,
        "definition": question.definition,
        **build_asked(question, **filters),
        "stage": question.stage,
        "name": drill.stage_name,
        "part": question.part,
        "by": question.grouped,
        "total": build_counted(drill.counted),
        "share": _build_whole(drill),
    }
    if drill.fates:
        document["became"] = {fate: build_counted(one) for fate, one in drill.fates.items()}
    if question.grouped is None:
        document["totals"] = {name: build_sums(sums) for name, sums in drill.totals.items()}
        document["deals"] = [_build_deal(one, drill) for one in drill.deals[:limit]]
    else:
        document["rows"] = [_build_row(row, drill) for row in drill.rows]
    return {
        **document,
        **build_left_out(drill),
    }


def _build_whole(drill: Drill) -> Document | None:
    if drill.whole is None:
        return None
    document = build_share("part", drill.whole)
    ids = drill.counted.ids
    if ids is not None:
        document["part_ids"] = list(ids.count)
        document["of_ids"] = sorted([*ids.count, *(drill.rest_ids or ())])
    return document


def _build_row(row: DrillRow, drill: Drill) -> Document:
    document: Document = {
        "row": row.key,
        "name": row.name or None,
        **build_counted(row.counted),
        "share": build_share("part", row.share),
    }
    if row.counted.ids is not None and drill.counted.ids is not None:
        document["share"]["part_ids"] = list(row.counted.ids.count)
        document["share"]["of_ids"] = list(drill.counted.ids.count)
    return document


def _build_deal(one: DrilledDeal, drill: Drill) -> Document:
    """A deal of the list; its money is text with its currency, as in lists of deals."""
    deal = one.deal
    document: Document = {
        "id": deal.id,
        "title": deal.title,
        "client": deal.client,
        "client_name": one.client,
        "owner": deal.owner,
        "department": deal.department,
        "stage": deal.stage,
        "budget": deal.budget,
        "amount": deal.amount,
        "probability": one.probability,
        "close_date": deal.close_date,
        "days_at_stage": one.stay.days,
    }
    if drill.question.sum == "value":
        document["value"] = one.money
    if drill.question.part == "not-passed":
        document |= {"became": one.stay.fate, "became_stage": one.stay.to}
    elif drill.question.part == "passed":
        document["went_to"] = one.stay.to
    return document
