"""Which event gave a field the value that it has."""

from collections.abc import Sequence

from salescli.model.events import Closed, Created, Event, Moved, Reopened, Replanned, live_events


def find_writer(events: Sequence[Event], path: str) -> Event | None:
    """The last live event that set what stands at `path` (`stage`, `contacts/con-…/role`).

    The one that set it as a part of something, or a part of it, counts as well.
    """
    for event in reversed(live_events(events)):
        if path == "stage" and isinstance(event, Moved | Closed | Reopened):
            return event
        if isinstance(event, Replanned):
            continue
        for set_path in getattr(event, "fields", None) or ():
            if f"{set_path}/".startswith(f"{path}/") or f"{path}/".startswith(f"{set_path}/"):
                return event
    return None


def reason_of(event: Event) -> str:
    """Why, as far as an event says it: of a closing its reason, else what was noted."""
    if isinstance(event, Closed) and "close_reason" in event.fields:
        return str(event.fields["close_reason"][1] or "")
    if isinstance(event, Created):
        return ""
    return str(getattr(event, "reason", None) or event.note or getattr(event, "forced", "") or "")
