"""Exit criteria of stages, asked of a subject, and told in words. Pure; knows no moves."""

from collections.abc import Iterable
from datetime import date

import msgspec

from salescli.model.definition import Criterion, Stage
from salescli.model.expression import ME, Condition, evaluate, parse_condition
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
        """What to do, in the definition's words, else what the condition wants."""
        return self.criterion.say or wanted_words(self.condition)

    @property
    def sentence(self) -> str:
        """The same where it stands by itself: `a proposal with state sent is required`."""
        kind = "required" if self.is_required else "advised"
        return self.criterion.say or f"{self.words} is {kind}"


_ITEMS = {  # of lists: one, none
    "contacts": ("a contact", "contact"),
    "competitors": ("a competitor", "competitor"),
    "team": ("a team member", "team member"),
    "products": ("a product", "product"),
    "leads": ("a lead", "lead"),
    "proposals": ("a proposal", "proposal"),
    "activities": ("an activity", "activity"),
}
_COMPARED = {"<": "less than ", "<=": "at most ", ">": "more than ", ">=": "at least "}
_COMPARED_DAYS = {"<": "before ", "<=": "by ", ">": "after ", ">=": "not before "}


def wanted_words(condition: Condition) -> str:
    """What a condition wants, as a noun: `a proposal with state sent`, `budget of at least 5`."""
    top, _, inner = condition.name.name.partition(".")
    told = _told_values(condition)
    if top in _ITEMS:
        one, none = _ITEMS[top]
        is_none = condition.op in ("unset", "!=")
        head = f"no {none}" if is_none else one
        return " ".join(filter(None, (head, "with" if inner else "", _spoken(inner), told)))
    name = _spoken(inner or top)
    if condition.op == "unset":
        return f"no {name}"
    return f"{name} other than {told}" if condition.op == "!=" else f"{name} {told}".rstrip()


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _told_values(condition: Condition) -> str:
    is_day = condition.name.kind == "day"
    before = (_COMPARED_DAYS if is_day else _COMPARED).get(condition.op, "")
    between = "with " if condition.op == "~" else ""
    return between + before + " or ".join(_told_value(one) for one in condition.values)


def _told_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "you" if value == ME else str(value)


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
