"""`salescli opportunity blame`, `salescli lead blame`: who set each field."""

from collections.abc import Callable
from typing import Any

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.commands.output import print_rows
from salescli.commands.revision import rev_option
from salescli.model.calendar import format_instant
from salescli.report.text.listing import Column
from salescli.report.text.wording import format_time
from salescli.workspace.blaming import HAND, Blame, Blamed, read_blame
from salescli.workspace.deals import Loaded
from salescli.workspace.session import Session

Opener = Callable[[Session, str], Loaded]
_DIGITS = 7  # of a commit
_COLUMNS = (
    Column("words", "What", least=30),
    Column("by", "Who"),
    Column("at", "When", kind="day"),
    Column("how", "How", least=7),
    Column("commit", "Commit", least=_DIGITS),  # its subject is cut before what was set
)
_MACHINE = ("field", "value", "by", "at", "how", "event", "commit", "author", "subject")


def blame_options(function: Any) -> Any:
    """What every blame takes."""
    return rev_option(format_option()(function))


def print_blame(app: App, text: str, open_: Opener, format_: str) -> None:
    """Print who set each field of the record that `open_` finds by `text`."""
    with app.reading() as session:
        found = read_blame(session, open_(session, text))
    rows = [_row(one) for one in found.fields]
    columns = _COLUMNS if format_ in ("table", "md") else [Column(name, name) for name in _MACHINE]
    shown = [_shown(one, found) for one in found.fields]
    print_rows(app, rows, columns, format_, schema="salescli/blame@1", shown=shown)
    if any(one.how == HAND for one in found.fields):
        say("What was set by hand is in no history yet: salescli check --fix records it.")
    if not found.has_git:
        say("This store is in no git repository: git init begins what commits can tell.")


def _row(one: Blamed) -> dict[str, Any]:
    commit = one.commit
    return {
        "field": one.path,
        "value": one.value,
        "by": one.by,
        "at": format_instant(one.at) if one.at else None,
        "how": one.how,
        "event": one.event or None,
        "commit": commit.oid if commit else None,
        "author": f"{commit.author} <{commit.email}>" if commit else None,
        "subject": commit.subject if commit else None,
    }


def _shown(one: Blamed, found: Blame) -> dict[str, Any]:
    """A row for people: dates by the store's clock, a commit by its first digits and its words."""
    commit = f"{one.commit.oid[:_DIGITS]} {one.commit.subject}" if one.commit else ""
    if found.has_git and not commit:
        commit = "not committed yet"
    return {
        "words": one.words,
        "by": one.by,
        "at": format_time(one.at, found.calendar) if one.at else "",
        "how": "by hand" if one.how == HAND else one.how,
        "commit": commit,
    }
