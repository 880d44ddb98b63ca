"""The next deal of the same client: what it takes from the one before.

It takes who the client is, who decides there and who works on it here; not where the sale
stands, what it costs or what was offered, for that is what is new. `--continue` is for the same
sale in another process and takes more.
"""

from collections.abc import Mapping

from salescli.model.errors import SalesError
from salescli.model.facts import State, apply_value, created_fields
from salescli.workspace.creating import write_opportunity
from salescli.workspace.guiding import client_name
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.references import refuse_dangling
from salescli.workspace.session import Session
from salescli.workspace.steps import start_if_set

CLONED = "owner department need type category source partner main_contact contacts team".split()


def clone_opportunity(
    session: Session, text: str, typed: Mapping[str, str], *, stage: str | None = None
) -> Outcome:
    """Make the next deal of a deal's client; what was typed wins over what is taken.

    Its process is the same, its title `<client>/<n + 1>` unless typed, n the deals that the client
    has. What has left, is retired or archived is left out, and told. Raises every fault together.
    """
    deal = open_deal(session, text)
    taken = {name: deal.state[name] for name in CLONED if name in deal.state and name not in typed}
    state, words = _usable(session, taken)
    state["client"] = deal.facts.client  # an archived one is refused with what to do about it
    if "title" not in typed:
        typed = {"title": next_title(session, deal.facts.client), **typed}
    outcome = write_opportunity(session, state, typed, stage=stage, process=deal.facts.process)
    first = f"{typed['title']}, like {deal.facts.title}."
    started = start_if_set(session, outcome.ids[0], "always")
    return Outcome(outcome.ids, (first, *words, *outcome.words, *started), outcome.title)


def next_title(session: Session, client: str) -> str:
    """`<client>/<n + 1>`, n the deals that the client has already: a label, not an id."""
    session.index.refresh()
    count = sum(deal.client == client for deal in session.index.deals())
    return f"{client_name(session, client)}/{count + 1}"


def _usable(session: Session, taken: State) -> tuple[State, list[str]]:
    """What may be taken anew, and words about what may not."""
    state: State = {}
    words: list[str] = []
    for path, value in created_fields(taken).items():
        try:
            refuse_dangling(session, {path: [None, value]})
        except SalesError as error:
            words += [f"Left out: {path}: {entry.text}." for entry in error.findings]
            continue
        top, _, key = path.partition("/")
        if key:
            state.setdefault(top, {})
        apply_value(state, path, value)
    if state.get("main_contact") not in state.get("contacts", {}):
        state.pop("main_contact", None)
    return {name: value for name, value in state.items() if value != {}}, words
