"""Processes, deals and standings for the tests of the engine."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import salescli
from salescli.model.catalogues import Dictionary
from salescli.model.definition import Criterion, Definition, Stage
from salescli.model.money import Money
from salescli.model.names import build_names, subject_of
from salescli.model.records import Opportunity
from salescli.model.visits import Entry, Visit
from salescli.process.engine import Advanced, Outcome, RefusedMove, Standing
from salescli.process.standing import OpenStep
from salescli.store.codec import read_dictionaries, read_typed

DATA = Path(salescli.__file__).parent / "data"
TODAY = date(2026, 11, 13)
NAMES = build_names(currency="EUR")


def shipped(process: str) -> Definition:
    """A definition as it is shipped."""
    file = DATA / "processes" / f"{process}.yaml"
    return read_typed(file.read_bytes(), file.name, Definition)


REAL_ESTATE = shipped("real-estate")
CORPORATE = shipped("corporate")
REASONS: Dictionary = read_dictionaries(
    (DATA / "dictionaries.yaml").read_bytes(), "dictionaries.yaml"
)["close_reasons"]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def final(stage: str, kind: Any) -> Stage:
    return Stage(stage=stage, name=stage.capitalize(), final=kind)


WON, LOST = final("won", "success"), final("lost", "failure")


def stage(name: str, **more: Any) -> Stage:
    return Stage(stage=name, name=name.upper(), **more)


def process(*stages: Stage, finals: Sequence[Stage] = (WON, LOST)) -> Definition:
    return Definition(name="Small", stages=[*stages, *finals])


def require(*conditions: str) -> list[Criterion]:
    return [Criterion(require=condition, say=f"say {condition}") for condition in conditions]


def make_deal(stage: str, **more: Any) -> Opportunity:
    given = {"id": "opp-7k2m9xq4tb", "title": "Flat", "client": "con-1", "process": "real-estate"}
    return Opportunity(**{**given, "stage": stage, **more})


def make_standing(
    stage: str,
    definition: Definition = REAL_ESTATE,
    visited: Sequence[str] = (),
    *,
    today: date = TODAY,
    open_mandatory: Sequence[str] = (),
    empties_probability: bool = False,
    **more: Any,
) -> Standing:
    """A deal at a stage; `visited` are the stages of its visits before the running one."""
    deal = make_deal(stage, **more)
    visits = [Visit(name, 0, 1, Entry.FORWARD) for name in visited]
    return Standing(
        deal=deal,
        definition=definition,
        visits=[*visits, Visit(stage, 1, None, Entry.FORWARD)],
        subject=subject_of(deal),
        names=NAMES,
        today=today,
        open_mandatory=[
            OpenStep("act-a6xr", title, "salescli activity done a6xr") for title in open_mandatory
        ],
        empties_probability=empties_probability,
        address="7k2m",
    )


def advanced(outcome: Outcome) -> Advanced:
    assert isinstance(outcome, Advanced), outcome
    return outcome


def reasons(outcome: Outcome) -> list[str]:
    """The codes of a refusal."""
    assert isinstance(outcome, RefusedMove), outcome
    return [problem.code for problem in outcome.findings]
