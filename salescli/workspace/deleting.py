"""Deleting a deal or lead: its directory goes, if nothing refers to it. `undo` brings it back."""

from salescli.model.errors import Refused, finding
from salescli.workspace.deals import Loaded
from salescli.workspace.outcome import Outcome
from salescli.workspace.references import references_to
from salescli.workspace.session import Session


def delete_opportunity(session: Session, deal: Loaded) -> Outcome:
    """Remove a deal's or lead's directory; raises `Refused` with what refers to it."""
    referring = [
        path
        for path in references_to(session, deal.id)
        if not path.startswith(f"{deal.directory}/")
    ]
    if referring:
        raise Refused(
            finding(
                "still-referred-to",
                f"{deal.facts.title} is referred to by {', '.join(referring[:10])}",
                hint="take those references out first, or "
                + ("close the deal" if deal.kind == "opportunity" else "disqualify the lead")
                + " instead",
            )
        )
    for path in files_below(session, deal.directory):
        session.files.remove(path)
    words = f"Deleted: {deal.facts.title}. salescli undo brings it back."
    return Outcome((deal.id,), (words,), f"delete {deal.id}: {deal.facts.title}")


def files_below(session: Session, directory: str) -> list[str]:
    """Every file in a record's directory, at any depth."""
    found: list[str] = []
    for name in session.files.list_directory(directory):
        path = f"{directory}/{name}"
        found += [path] if session.files.exists(path) else files_below(session, path)
    return found
