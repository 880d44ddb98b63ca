"""Notes, and the feed of a deal or lead: posts, replies, and whom they mention."""

from salescli.model.catalogues import is_employed_on
from salescli.model.correspondence import Post, build_posts, find_mentions
from salescli.model.errors import Refused, finding
from salescli.model.events import Noted, Posted
from salescli.model.inputs import clean_text
from salescli.model.nearest import did_you_mean
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.inner import find_inner
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


def add_note(session: Session, record: Loaded, text: str) -> Outcome:
    """Write a note on a deal or lead, whatever its status."""
    event = Noted(**event_head(session, record), text=_required(text, "a note"))
    stage_event(session, record, event)
    words = f"Noted on {record.facts.title}."
    return Outcome((record.id,), (words,), f"note on {record.id}: {record.facts.title}")


def add_post(session: Session, record: Loaded, text: str, reply_to: str | None = None) -> Outcome:
    """Post in the feed of a deal or lead; the id is the post's.

    A mention of nobody is told, with the nearest name, and is no mention.
    """
    said = _required(text, "a reply" if reply_to else "a post")
    mentions, words = _mentioned(session, said)
    event = Posted(
        **event_head(session, record),
        post=session.new_id("post"),
        reply_to=reply_to,
        text=said,
        mentions=mentions,
    )
    stage_event(session, record, event)
    verb = "Replied" if reply_to else "Posted"
    people = f", to {' and '.join(mentions)}" if mentions else ""
    told = f"{verb} on {record.facts.title}{people}."
    title = f"{'reply' if reply_to else 'post'} on {record.id}: {record.facts.title}"
    return Outcome((event.post,), (told, *words), title)


def reply(session: Session, post: str, text: str) -> Outcome:
    """Answer a post, wherever it stands; `post` is its id or the beginning of it."""
    post_id, record = find_post(session, post)
    return add_post(session, record, text, post_id)


def find_post(session: Session, text: str) -> tuple[str, Loaded]:
    """The post whose id begins so, and its deal or lead; raises `NotFound`."""
    return find_inner(session, "post", text, lambda record: build_posts(record.live))


def list_posts(record: Loaded) -> list[Post]:
    """All posts of a deal or lead that count."""
    return list(build_posts(record.live).values())


def _required(text: str, what: str) -> str:
    said = clean_text(text).strip("\n")
    if not said.strip():
        raise Refused(finding("missing-value", f"{what} needs a text", field="text"))
    return said


def _mentioned(session: Session, text: str) -> tuple[list[str], list[str]]:
    """The people that a text mentions, and warnings about those that it can't mean."""
    people = session.team.people
    found: list[str] = []
    words: list[str] = []
    for name in find_mentions(text):
        if name not in people:
            near = did_you_mean(name, people)
            words.append(f"Nobody is called @{name}; {near or 'salescli person list shows all'}")
        elif not is_employed_on(people[name], session.today):
            words.append(f"@{name} left on {people[name].left}: not mentioned.")
        else:
            found.append(name)
    return found, words
