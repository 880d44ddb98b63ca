"""Exit criteria of stages, asked of a subject. Pure; knows no moves."""

from collections.abc import Iterable
from datetime import date

import msgspec

from salescli.model.definition import Criterion, Stage
from salescli.model.expression import Condition, evaluate, parse_condition
from salescli.model.names import NameTable, Subject


class Unmet(msgspec.Struct, frozen=True):
    """A criterion that does not hold. `is_required` ones block, the others are advice."""

    stage: str
    criterion: Criterion
    condition: Condition

    @property
    def is_required(self) -> bool:
        """Whether it blocks a move."""
        return self.criterion.require is not None

    @property
    def field(self) -> str:
        """The field or list that it is about: `contacts` of `contacts.role=…`."""
        return self.condition.name.name

    @property
    def words(self) -> str:
        """What to do, in the definition's words, else the condition itself."""
        return self.criterion.say or f"{self.condition.text} does not hold"


def unmet_criteria(
    stages: Iterable[Stage],
    subject: Subject,
    names: NameTable,
    today: date,
    me: str | None = None,
) -> list[Unmet]:
    """All criteria of the stages that do not hold, in the order of the definition.

    Raises what `parse_condition` raises; a checked definition gives no cause to.
    """
    unmet: list[Unmet] = []
    for stage in stages:
        for criterion in stage.exit:
            condition = parse_condition(criterion.expression, names)
            if not evaluate(condition, subject, today, me):
                unmet.append(Unmet(stage.stage, criterion, condition))
    return unmet
