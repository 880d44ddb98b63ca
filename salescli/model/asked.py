"""What may be asked of funnels and sums: words of options, and of keys in files of dashboards."""

from typing import Literal

WITHOUT = "@none"
"""In a filter of a report: the deals that have no owner, no department. No id has an @."""

SumKind = Literal["budget", "amount", "value"]
FunnelDefinition = Literal["reference", "entered"]
FunnelMode = Literal["count", "stage-conversion", "first-stage"]
Created = Literal["period", "any"]


def is_created_idle(created: Created | None, definition: FunnelDefinition | None) -> bool:
    """Whether `created` asks for what the definition has not: entered stages know no creation.

    None is what holds where nothing was said: `period`, `reference`.
    """
    return created == "any" and definition == "entered"
