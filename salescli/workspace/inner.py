"""What lies inside a deal or lead and is named by an id of its own: activities, posts, proposals.

The index says which record holds an id; the record's file is asked before it is believed.
"""

from collections.abc import Callable, Collection

from salescli.model.errors import NotFound, finding
from salescli.model.ids import kind_of_id
from salescli.workspace.addressing import find_by_id, find_record, other_than
from salescli.workspace.deals import Loaded, load_deal, load_lead
from salescli.workspace.session import Session

NOUNS = {"act": "activity", "post": "post", "prop": "proposal", "appr": "approval", "mail": "mail"}
LISTED = {
    "act": "salescli activity list",
    "post": "salescli feed list DEAL",
    "prop": "salescli proposal list DEAL",
    "appr": "salescli approval list",
    "mail": "salescli mail list DEAL",
}


def open_record(session: Session, text: str) -> Loaded:
    """The deal or lead that `text` names, read from its files."""
    found = find_record(session, text, "opportunity", "lead")
    return (
        load_lead(session, found.path) if found.kind == "lead" else load_deal(session, found.path)
    )


def find_inner(
    session: Session, prefix: str, text: str, known: Callable[[Loaded], Collection[str]]
) -> tuple[str, Loaded]:
    """(full id, its record) of the activity, post, … whose id begins with `text`.

    `known` gives the ids that a record's live events hold. Raises `NotFound`.
    """
    beginning = text if text.startswith(f"{prefix}-") else f"{prefix}-{text}"
    held = _held(session, beginning, known)
    if not held:
        session.index.refresh()
        held = _held(session, beginning, known)
    if len(held) == 1:
        return held[0]
    noun = NOUNS[prefix]
    if not held:
        raise NotFound(
            finding(
                f"no-such-{noun}",
                f"there is no {noun} {text!r}",
                hint=other_than(session, text, prefix)
                or f"give its id, or the first characters of it; {LISTED[prefix]} shows them",
                field=noun,
            )
        )
    lines = [f"{text!r} may be any of {len(held)}:"]
    lines += [f"  {inner}  of {record.facts.title}" for inner, record in held]
    raise NotFound(finding("ambiguous", "\n".join(lines), hint="give more of its id", field=noun))


def _held(
    session: Session, beginning: str, known: Callable[[Loaded], Collection[str]]
) -> list[tuple[str, Loaded]]:
    found: dict[str, Loaded] = {}
    for inner, record_id in session.index.holders(beginning):
        located = find_by_id(session, record_id)
        if located is None:
            continue
        is_lead = kind_of_id(record_id) == "lead"
        record: Loaded = (load_lead if is_lead else load_deal)(session, located.path)
        if inner in known(record):
            found[inner] = record
    return list(found.items())
