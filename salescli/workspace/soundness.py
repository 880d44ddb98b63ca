"""A process is followed only as long as nothing is wrong with its definition.

Asked where steps open; what is read, and what a deal does without a run, needs none of it.
"""

from salescli.model.catalogues import has_left
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, Finding, finding
from salescli.process.checks import check_definition
from salescli.workspace.processes import check_process, read_definition
from salescli.workspace.session import Session
from salescli.workspace.standing import deal_names

# What is retired opens no more and is passed over: so a step is ended under running deals.
_RETIRED = frozenset(("retired-step", "retired-stage"))


def sound_definition(session: Session, name: str, address: str) -> Definition:
    """The definition that steps of a deal open by; checked once in a session.

    Raises `Damaged` with everything that `process check` refuses, routes to what is retired alone
    excepted. `address` names the deal.
    """
    definition = session.process(name)
    if session.sound is definition:
        return definition
    found = check_definition(
        definition,
        deal_names(session),
        lambda who: who in session.team.people,
        lambda who: has_left(session.team.people, who, session.today),
    )
    if any(_breaks(entry) for _, entry in found):
        faults = check_process(session, *read_definition(session, name))
        text = f"the process {name} is broken, so none of its steps can open"
        ways = f"salescli process check {name}\nor by hand: salescli process stop {address}"
        summary = finding("broken-process", text, hint=ways, field="process")
        raise Damaged(*(entry for entry in faults if _breaks(entry)), summary)
    session.sound = definition
    return definition


def _breaks(entry: Finding) -> bool:
    return not entry.warning and entry.code not in _RETIRED
