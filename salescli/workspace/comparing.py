"""Funnels of one store side by side: which sides were asked for, and their figures in one sweep."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from salescli.model.asked import WITHOUT
from salescli.model.catalogues import Department, Person
from salescli.model.definition import Definition
from salescli.model.errors import Gathered, WrongUsage, finding
from salescli.report.figures import forecast
from salescli.report.figures.comparison import (
    COMPANY,
    ComparedBy,
    Comparison,
    Side,
    build_comparison,
)
from salescli.report.figures.figure import Partial, Partials
from salescli.report.figures.funnel_by import METHODS
from salescli.report.figures.question import FunnelQuestion
from salescli.report.layouts.funnel_words import format_period
from salescli.report.text.filterwords import say_filter
from salescli.workspace.plan_bars import CountedPlan, build_plan_bar, read_plan
from salescli.workspace.reporting import (
    Counted,
    FunnelOptions,
    count_stores,
    read_question,
    read_readable,
)
from salescli.workspace.session import Session
from salescli.workspace.sweeps import add_up_each

_FIELDS: dict[ComparedBy, str] = {
    "owner": "owners",
    "department": "departments",
    "period": "period",
}


class CompareOptions(FunnelOptions, frozen=True, kw_only=True):
    """What was typed for a comparison: of owners, departments or `periods` two or more.

    Or one owner or department, `compared_with` the company.
    """

    periods: Sequence[str] = ()
    compared_with: Literal["company"] | None = None


def report_comparison(session: Session, options: CompareOptions) -> Comparison:
    """The funnels that were asked for, side by side.

    Raises `WrongUsage` where there is nothing to compare, `Damaged` where a file can't be read;
    with `skip_invalid` those are left out and counted on each side.
    """
    by, questions, process = _ask(session, options)
    counted = count_stores(session, count_comparison, options)
    funnels: Sequence[Partial[Any]]
    plans: Sequence[CountedPlan | None]
    funnels, plans = (counted.partial.parts[::2], counted.partial.parts[1::2])
    finish = METHODS[options.definition].finish
    sides = [
        Side(
            _key_of(by, question),
            name,
            msgspec.structs.replace(
                finish(partial, process, question, invalid=counted.invalid),
                plan=build_plan_bar(session, question, process, plan),
            ),
        )
        for name, question, partial, plan in zip(
            _name_sides(session, by, questions), questions, funnels, plans, strict=True
        )
    ]
    return build_comparison(by, sides, process)


def count_comparison(session: Session, options: CompareOptions) -> Counted:
    """What one store adds to each side: to its funnel, and to the plan under it."""
    _, questions, process = _ask(session, options)
    invalid = read_readable(session, options)
    plans = [read_plan(session, question) for question in questions]
    method = METHODS[options.definition]
    fitting = [asked for asked, _ in plans if asked is not None]
    contributions = [method.build_contribution(question, process) for question in questions]
    contributions += [forecast.build_contribution(question, process) for question in fitting]
    asked_all = [*questions, *fitting]
    found = add_up_each(session, asked_all, contributions, with_ids=options.with_ids)
    rest = iter(found[len(questions) :])
    parts: list[Any] = []
    for partial, (asked, plan) in zip(found, plans, strict=False):
        if asked is not None and plan is not None:
            plan = msgspec.structs.replace(plan, deals=next(rest))
        parts += [partial, plan]
    return Counted(Partials(tuple(parts)), invalid)


def _ask(
    session: Session, options: CompareOptions
) -> tuple[ComparedBy, list[FunnelQuestion], Definition]:
    by, asked = choose_sides(options)
    questions = _read_questions(session, asked)
    _refuse_twins([_key_of(by, question) for question in questions])
    return by, questions, session.process(questions[0].process)


def choose_sides(options: CompareOptions) -> tuple[ComparedBy, list[CompareOptions]]:
    """What is compared, and the options of each side; the one compared with first.

    The one of owners, departments, periods that was named more than once is compared; of the
    others one at most narrows all sides. With the company it is the one owner or department.
    Raises `WrongUsage` with what to do.
    """
    named: dict[ComparedBy, Sequence[str]] = {
        "owner": options.owners,
        "department": options.departments,
        "period": options.periods,
    }
    by = _choose_with_company(named) if options.compared_with else _choose(named)
    whole = msgspec.structs.replace(options, period=(*options.periods, "all")[0])
    company = [msgspec.structs.replace(whole, **{_FIELDS[by]: ()})] if options.compared_with else []
    return by, [
        *company,
        *(
            msgspec.structs.replace(whole, **{_FIELDS[by]: value if by == "period" else (value,)})
            for value in named[by]
        ),
    ]


def _choose(named: dict[ComparedBy, Sequence[str]]) -> ComparedBy:
    several = [by for by, values in named.items() if len(values) > 1]
    if not several:
        parts = [by for by, values in named.items() if values and by != "period"]
        if len(parts) > 1:
            raise _mixed(parts)
        raise _nothing("a comparison takes two or more of one kind")
    if len(several) > 1:
        raise _mixed(several)
    return several[0]


def _choose_with_company(named: dict[ComparedBy, Sequence[str]]) -> ComparedBy:
    parts: list[ComparedBy] = [by for by in named if by != "period" and named[by]]
    if len(named["period"]) > 1:
        raise _mixed([*parts, "period"])
    if not parts:
        raise _nothing("the company alone can be compared with nothing")
    if len(parts) > 1:
        raise _mixed(parts)
    return parts[0]


def _nothing(text: str) -> WrongUsage:
    return WrongUsage(
        finding(
            "nothing-to-compare",
            text,
            hint="name them, as in --owner anna --owner boris, or --department north --department "
            "south, or --period 2026-Q2 --period 2026-Q3, or --owner anna --with company",
        )
    )


def _mixed(kinds: Sequence[str]) -> WrongUsage:
    told = " and ".join(f"--{kind}" for kind in kinds)
    return WrongUsage(
        finding(
            "mixed-comparison",
            f"{told} can't be compared in one report",
            hint="name several of one kind, and of the others at most one, which holds for all; "
            "with the company, of one kind alone",
        )
    )


def _read_questions(session: Session, sides: Sequence[CompareOptions]) -> list[FunnelQuestion]:
    """A question for each side; what is wrong with any is told together."""
    gathered = Gathered()
    questions: list[FunnelQuestion] = []
    for options in sides:
        with gathered.trying():
            asked = {"created": options.created, "mode": options.mode}
            questions.append(read_question(session, options, FunnelQuestion, **asked))
    gathered.raise_all()
    return questions


def _refuse_twins(keys: Sequence[str | None]) -> None:
    """The same side twice differs by nothing: one of them is mistyped."""
    WrongUsage.raise_if(
        finding("compared-with-itself", f"{key!r} is named twice", hint="name each side once")
        for key in dict.fromkeys(key for place, key in enumerate(keys) if key in keys[:place])
    )


def _key_of(by: ComparedBy, question: FunnelQuestion) -> str | None:
    """The id of a side's owner or department, None for the company, or its days."""
    if by == "period":
        first, last = question.period.first, question.period.last
        return "all" if first is last is None else f"{first or ''}..{last or ''}"
    return dict(question.filters).get(by, (None,))[0]


def _name_sides(session: Session, by: ComparedBy, questions: Sequence[FunnelQuestion]) -> list[str]:
    """What people call each side; its id stands beside a name that two of them have."""
    if by == "period":
        return [format_period(question.period) for question in questions]
    known: Mapping[str, Person | Department] = (
        session.team.people if by == "owner" else session.team.departments
    )
    keys = [_key_of(by, question) for question in questions]
    others = {None: COMPANY, WITHOUT: say_filter(by, (WITHOUT,)).capitalize()}
    names = [others.get(key) or known[str(key)].name for key in keys]
    return [
        name if names.count(name) == 1 else f"{name} ({key})"
        for name, key in zip(names, keys, strict=True)
    ]
