"""How a record comes back that somebody deleted while another one names it: the very command.

Owns what git is asked for that. Where git has never had the record the findings stay as they are.
"""

import os
from collections.abc import Iterator, Mapping

import msgspec

from salescli.model.errors import Failed, Finding, NotFound
from salescli.model.ids import is_born_id
from salescli.store import layout
from salescli.store.gitobjects import GitObjects
from salescli.store.gitwatch import find_git_directory
from salescli.workspace.checking.survey import Checked
from salescli.workspace.session import Session

MOST_ASKED = 50  # records that are looked up
_MARK = "\x01"


def with_deletions(session: Session, checked: Checked) -> Checked:
    """Findings about names of what is gone with the command that brings it back, as it is typed."""
    wanted = dict.fromkeys(name for found in checked.findings if (name := _gone(found)))
    root = session.files.root
    if not wanted or find_git_directory(root) is None:
        return checked
    names = list(wanted)[:MOST_ASKED]
    try:
        with GitObjects(root, session.surroundings.environ) as objects:
            commits = {**_deleted(objects, names), **dict(_missing(objects, names))}
    except (Failed, NotFound):  # no commit yet, or no git
        return checked
    told = (_told(found, commits) for found in checked.findings)
    return msgspec.structs.replace(checked, findings=tuple(told))


def _gone(found: Finding) -> str:
    """The id of a record that is named and not there; `""` of all other findings."""
    words = found.text.split("'")
    is_one = found.code == "no-such-reference" and len(words) == 3 and is_born_id(words[1])
    return words[1] if is_one else ""


def _deleted(objects: GitObjects, names: list[str]) -> Mapping[str, str]:
    """Id → the commit before the last one that deleted its files."""
    options = ["-z", "--diff-filter=D", "--name-only", f"--format={_MARK}%h", "--end-of-options"]
    found: dict[str, str] = {}
    commit = ""
    for line in objects.read_lines(["log", *options, "HEAD", "--", *map(_pattern, names)]):
        text = os.fsdecode(line).strip()
        if text.startswith(_MARK):
            commit, _, text = text.removeprefix(_MARK).partition("\n")
        for name in names:
            if text and name in text:
                found.setdefault(name, f"{commit}^ ")
    return found


def _missing(objects: GitObjects, names: list[str]) -> Iterator[tuple[str, str]]:
    """Ids whose files git still has, deleted here but in no commit."""
    for line in objects.read_lines(["ls-files", "-z", "--", *map(_pattern, names)]):
        path = os.fsdecode(line)
        yield from ((name, "") for name in names if name in path)


def _pattern(name: str) -> str:
    return f"*{name}*"


def _told(found: Finding, commits: Mapping[str, str]) -> Finding:
    name = _gone(found)
    if name not in commits:
        return found
    of_event = found.place is not None and found.place.file.endswith(f"/{layout.HISTORY}")
    first = "bring it back" if of_event else "name another one, or bring it back"
    command = f"git checkout {commits[name]}-- '{_pattern(name)}'"
    return msgspec.structs.replace(found, hint=f"{first}:\n{command}")
