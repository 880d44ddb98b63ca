"""The document of a dashboard: a page of figures, block by block."""

from collections.abc import Mapping

from salescli.model.contracts.figures import (
    COMPARE,
    FILTERS,
    IDS,
    NUMBER,
    PERIOD,
    SIDE,
    WHOLE_FUNNEL,
)
from salescli.model.contracts.shapes import Shape, by, words

VALUE = {
    "unit": "text",
    "value": NUMBER,
    "value_ids?": IDS,
    "previous": NUMBER,
    "previous_ids?": IDS,
    "change": NUMBER,
    "plan": NUMBER,
    "attainment": NUMBER,
}
PART = {"id": ("text", None), "name": ("text", None), "funnel": WHOLE_FUNNEL}
SERIES = {"name": "text", "values": [NUMBER], "values_ids?": [IDS]}
PLOT = {
    "shape": "text",
    "title": "text",
    "unit": "text",
    "categories": ["text"],
    "series": [SERIES],
}
HEAD = {"block": "text", "kind": "text", "title": "text", "period": PERIOD, "notes": ["text"]}
BLOCKS = (
    {
        **HEAD,
        "figure": "text",
        "compared": (PERIOD, None),
        "planned": ("text", None),
        "values": [VALUE],
    },
    {**HEAD, "plots": [PLOT]},
    {**HEAD, "columns": ["text"], "found": "whole", "ids": IDS, "rows": [by("any")]},
    {
        **HEAD,
        "by": ("text", None),
        "mode": "text",
        "planned": ("text", None),
        "plan": [VALUE],
        "funnel": WHOLE_FUNNEL,
        "parts": [PART],
        "previous": (PART, None),
        "comparison": (
            {"schema": words("salescli/compare@1"), **COMPARE, "sides": [SIDE]},
            None,
        ),
    },
    {**HEAD, "report": "text", "document": by("any")},  # a document of its own `schema`
)

PAGES: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    "dashboard@1": (
        "A page of figures: report dashboard.",
        {
            "dashboard": "text",
            "name": "text",
            "store": "text",
            "as_of": "day",
            "period": PERIOD,
            "filters": FILTERS,
            "blocks": [BLOCKS],
            "notes": ["text"],
        },
    ),
}
