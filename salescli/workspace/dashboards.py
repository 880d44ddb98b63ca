"""Dashboards of a store: which there are, what is wrong with one, adding another.

Their figures are made in `workspace.dashboarding`.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from salescli.model.conversion import check_tree
from salescli.model.dashboard_checks import check_dashboard
from salescli.model.dashboards import DashboardFile
from salescli.model.errors import Damaged, Finding, NotFound, Refused, finding
from salescli.model.nearest import did_you_mean
from salescli.model.salvage import salvage
from salescli.store import layout
from salescli.store.codec import place_faults, read_typed
from salescli.store.outside import read_outside
from salescli.store.yamltext import parse_nodes, read_tree
from salescli.workspace.catalogue import new_slug
from salescli.workspace.checking.collected import place_key
from salescli.workspace.checking.wholefile import refuse_keys
from salescli.workspace.initialising import DASHBOARDS, shipped
from salescli.workspace.listing import kind_names
from salescli.workspace.outcome import Outcome
from salescli.workspace.processes import is_path
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows
from salescli.workspace.values import named_things

FOLDER = layout.CATALOGUE_FOLDERS["dashboard"]
_MOST_BYTES = 1024 * 1024
_NO_OWN_KEYS = "take it out: a dashboard has no keys of one's own"


def dashboard_names(session: Session) -> list[str]:
    """The ids of the dashboards there are."""
    names = session.files.list_directory(FOLDER)
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


class DashboardRow(msgspec.Struct, frozen=True):
    """A dashboard with its id, and of a group of stores the one that has it."""

    id: str
    file: DashboardFile
    store: str = ""


def list_dashboards(session: Session) -> tuple[list[DashboardRow], list[Finding]]:
    """Each dashboard that can be read, and what is wrong with the others."""
    found, invalid = gather_rows(session, find_dashboards, key=lambda row: row.id)
    return found, [one for _, broken in invalid for one in broken]


def find_dashboards(session: Session) -> tuple[list[DashboardRow], Invalid]:
    """The same of one store."""
    found: list[DashboardRow] = []
    broken: list[tuple[str, tuple[Finding, ...]]] = []
    for name in dashboard_names(session):
        file = layout.catalogue_file("dashboard", name)
        try:
            read = read_typed(session.read_required(file), file, DashboardFile)
            found.append(DashboardRow(name, read))
        except Damaged as error:
            broken.append((file, error.findings))
    return found, broken


def check_dashboard_text(session: Session, source: bytes, file: str) -> list[Finding]:
    """Everything that is wrong with a dashboard's text, each with file:line:column, by its place.

    A key that can't be read as its type doesn't hide what else is wrong. The index is as it was
    last refreshed: it is asked for the clients that conditions name.
    """
    tree = read_tree(source, file)
    found = [*refuse_keys(source, file, DashboardFile, _NO_OWN_KEYS)]
    found += place_faults(source, file, check_tree(tree, DashboardFile))
    read = salvage(tree, DashboardFile, ("name", "title"))
    if read.record is not None:
        document = parse_nodes(source, file)
        names, is_there = kind_names(session, "opportunity"), partial(_is_there, session)
        told = check_dashboard(read.record, names, session.calendar, is_there)
        found += [
            msgspec.structs.replace(entry, place=document.place(path))
            for path, entry in told
            if read.is_known(path)
        ]
    return sorted(found, key=place_key)


def _is_there(session: Session, target: str, name: str) -> bool:
    """Whether what a plan is of is there."""
    if target == "needs":
        return name in session.dictionaries.get(target, {})
    if target == "account|contact":
        return session.index.path_of(name) is not None
    return name in named_things(session, target)


def read_source(session: Session, name: str) -> tuple[bytes, str]:
    """The bytes of a dashboard and its file: one of the store, or a file anywhere.

    Raises `NotFound` (`no-such-dashboard`) with the nearest one.
    """
    path = session.surroundings.directory / name
    known = dashboard_names(session)
    if name in known:
        file = layout.catalogue_file("dashboard", name)
        return session.read_required(file), file
    if path.is_file() or is_path(name):
        return read_outside(path, name, _MOST_BYTES), name
    raise NotFound(_no_such(name, known))


def _no_such(name: str, known: Sequence[str]) -> Finding:
    hint = did_you_mean(name, known)
    if not hint and name in DASHBOARDS:
        hint = f"salescli dashboard add {name} adds the shipped one"
    elif not hint and known:
        hint = f"there are {', '.join(known)}"
    elif not hint:
        hint = "salescli dashboard add --shipped adds those that come with the program"
    return finding("no-such-dashboard", f"there is no dashboard {name!r}", hint=hint)


def read_dashboard(session: Session, name: str) -> tuple[str, DashboardFile]:
    """(id, dashboard) of a store's dashboard or of a file; raises all that is wrong with it."""
    source, file = read_source(session, name)
    Damaged.raise_if(one for one in check_dashboard_text(session, source, file) if not one.warning)
    return Path(file).stem, read_typed(source, file, DashboardFile)


def add_dashboard(session: Session, name_or_file: str, slug: str | None) -> Outcome:
    """Copy a shipped dashboard, or one of a file, into the store; never over one that is there.

    Raises `Damaged` with everything that is wrong with it.
    """
    path = session.surroundings.directory / name_or_file
    if name_or_file in DASHBOARDS and not path.is_file():
        name, source, file = name_or_file, shipped(f"dashboards/{name_or_file}.yaml"), name_or_file
    elif path.is_file() or is_path(name_or_file):
        source, name = read_outside(path, name_or_file, _MOST_BYTES), path.stem
        file = name_or_file
    else:
        text = f"there is neither a file nor a shipped dashboard {name_or_file!r}"
        hint = did_you_mean(name_or_file, DASHBOARDS) or f"shipped are {', '.join(DASHBOARDS)}"
        raise NotFound(finding("no-such-dashboard", text, hint=hint, field="source"))
    known = dict.fromkeys(dashboard_names(session))
    name = new_slug(name, slug if slug is not None else name, known, "dashboard")
    session.index.refresh()
    Damaged.raise_if(one for one in check_dashboard_text(session, source, file) if not one.warning)
    session.files.write(layout.catalogue_file("dashboard", name), source)
    words = f"salescli report dashboard {name} shows it."
    return Outcome((name,), (words,), f"add dashboard {name}")


def add_shipped(session: Session) -> Outcome:
    """Copy all shipped dashboards that a store lacks; those that are there stay as they are.

    Raises `Refused` where none is missing.
    """
    known = dashboard_names(session)
    missing = [name for name in DASHBOARDS if name not in known]
    if not missing:
        text = "all shipped dashboards are here already"
        hint = "salescli dashboard list shows them"
        raise Refused(finding("dashboards-are-here", text, hint=hint))
    for name in missing:
        file = layout.catalogue_file("dashboard", name)
        session.files.write(file, shipped(f"dashboards/{name}.yaml"))
    kept = [name for name in DASHBOARDS if name in known]
    words = [f"Kept as they are: {', '.join(kept)}."] if kept else []
    words.append(f"salescli report dashboard {missing[0]} shows one.")
    return Outcome(tuple(missing), tuple(words), f"add dashboards {', '.join(missing)}")
