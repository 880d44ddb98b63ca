"""Process definitions: which there are, what is wrong with one, adding another."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from salescli.model.catalogues import has_left
from salescli.model.conversion import check_tree
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, Finding, NotFound, finding
from salescli.model.flow import Flow, Simulation
from salescli.model.nearest import did_you_mean
from salescli.model.runs import steps_waiting
from salescli.model.salvage import salvage
from salescli.process.checks import check_definition
from salescli.process.gonesteps import check_waiting
from salescli.process.graph import build_flow
from salescli.process.simulation import simulate
from salescli.store import layout
from salescli.store.codec import place_faults, read_typed
from salescli.store.outside import read_outside
from salescli.store.patch import Set, patch
from salescli.store.yamltext import parse_nodes, read_tree
from salescli.workspace.catalogue import new_slug
from salescli.workspace.checking.collected import place_key
from salescli.workspace.checking.wholefile import refuse_keys
from salescli.workspace.initialising import shipped, shipped_processes
from salescli.workspace.named import find_process
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.standing import deal_names

_MOST_BYTES = 16 * 1024 * 1024  # of a definition
_NO_OWN_KEYS = "take it out: a process has no keys of one's own"
UNREADABLE = frozenset(("wrong-type", "missing-key"))  # findings of a text that is no definition
# What can't be told of stages while nobody knows which of them are final.
_OF_THE_ENDS = frozenset(
    "no-open-stage no-success open-after-final unreachable-stage trap not-for-final".split()
)


def check_process(session: Session, source: bytes, file: str) -> list[Finding]:
    """Everything that is wrong with a definition, each with file:line:column, by its place.

    A key that nobody knows is an error here, not the warning of `salescli check`: a rule that is
    misspelled guards nothing. A key that can't be read as its type doesn't hide what else is wrong.
    """
    unknown = refuse_keys(source, file, Definition, _NO_OWN_KEYS)
    return sorted([*unknown, *_check_known(session, source, file)], key=place_key)


def _check_known(session: Session, source: bytes, file: str) -> list[Finding]:
    """What is wrong with the keys that are known."""
    tree = read_tree(source, file)
    faults = check_tree(tree, Definition)
    found = place_faults(source, file, faults)
    read = salvage(tree, Definition)
    if read.record is not None:
        document = parse_nodes(source, file)
        waiting = _waiting_at(session, file)
        found += [
            msgspec.structs.replace(entry, place=document.place(path))
            for path, entry in check_waiting(read.record, waiting)
            if read.is_known((*path[:2], "steps"))
        ]
        is_end_unknown = any("final" in path for path, _ in faults)
        for path, entry in check_definition(
            read.record,
            deal_names(session),
            lambda who: who in session.team.people,
            lambda who: has_left(session.team.people, who, session.today),
        ):
            if read.is_known(path) and not (is_end_unknown and entry.code in _OF_THE_ENDS):
                found.append(msgspec.structs.replace(entry, place=document.place(path)))
    return found


def _waiting_at(session: Session, file: str) -> Iterator[tuple[str, str]]:
    """(stage, step) of each step at which a deal of the store's process waits."""
    name = Path(file).stem
    if file != layout.catalogue_file("process", name) or name not in session.process_names():
        return
    session.index.refresh()
    stages = {deal.id: deal.stage for deal in session.index.deals() if deal.process == name}
    for facts in session.index.facts(stages):
        for step in steps_waiting(facts.waiting, facts.run):
            yield stages[facts.id], step.step or ""


def read_definition(session: Session, name: str) -> tuple[bytes, str]:
    """The bytes of a definition and its file: a process of the store, or a file anywhere."""
    path = session.surroundings.directory / name
    if name not in session.process_names():
        if path.is_file() or is_path(name):
            return read_outside(path, name, _MOST_BYTES), name
        session.process(name)  # raises with the nearest name
    file = layout.catalogue_file("process", name)
    return session.read_required(file), file


def is_path(name: str) -> bool:
    """Whether it was typed as a file, not as the name of something."""
    return "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))


def read_sound(session: Session, source: bytes, file: str) -> Definition:
    """The definition of a text; raises `Damaged` with everything that is wrong with it.

    Keys that nobody knows are passed over.
    """
    found = sorted(_check_known(session, source, file), key=place_key)
    Damaged.raise_if(entry for entry in found if not entry.warning)
    return read_typed(source, file, Definition)


def read_flow(session: Session, name_or_file: str | None) -> Flow:
    """The graph of a definition, without a name of the store's process; raises `Damaged`."""
    name = name_or_file if name_or_file is not None else find_process(session, None)
    return build_flow(read_sound(session, *read_definition(session, name)))


def simulate_process(source: bytes, file: str) -> Simulation:
    """Walk through a definition that `check_process` found nothing but warnings of."""
    return simulate(read_typed(source, file, Definition))


def add_process(
    session: Session, name_or_file: str, slug: str | None, *, is_default: bool = False
) -> Outcome:
    """Copy a shipped definition, or one of a file, into the store; never over one that is there.

    `is_default`: new deals begin in it, and reports are about it, unless another is named.
    Raises `Damaged` with everything that is wrong with it.
    """
    path = session.surroundings.directory / name_or_file
    if name_or_file in shipped_processes() and not path.is_file():
        name, source, file = name_or_file, shipped(f"processes/{name_or_file}.yaml"), name_or_file
    elif path.is_file() or is_path(name_or_file):
        source = read_outside(path, name_or_file, _MOST_BYTES)
        name, file = path.stem, name_or_file
    else:
        raise NotFound(
            finding(
                "no-such-process",
                f"there is neither a file nor a shipped process {name_or_file!r}",
                hint=did_you_mean(name_or_file, shipped_processes())
                or f"shipped are {', '.join(shipped_processes())}",
                field="source",
            )
        )
    known = dict.fromkeys(session.process_names())
    name = new_slug(name, slug if slug is not None else name, known, "process")
    Damaged.raise_if(entry for entry in check_process(session, source, file) if not entry.warning)
    session.files.write(layout.catalogue_file("process", name), source)
    if is_default:
        settings = session.read_required(layout.SETTINGS)
        edits = [Set(("process",), name)]
        session.files.write(layout.SETTINGS, patch(settings, layout.SETTINGS, edits, ()))
    return Outcome((name,), (f"salescli process draw {name} draws it.",), f"add process {name}")
