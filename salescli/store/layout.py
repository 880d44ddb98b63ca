"""Where each file of a store stands (format.md section 3). Paths are relative, with `/`."""

import os
import re
from pathlib import Path

import msgspec

from salescli.model.errors import Finding, NotFound, Place, finding
from salescli.model.fields import key_order
from salescli.model.ids import RECORD_PREFIXES, build_slug
from salescli.model.records import RECORD_TYPES

SETTINGS = "salescli.yaml"
TEAM = "team.yaml"
DICTIONARIES = "dictionaries.yaml"
PRODUCTS = "products.yaml"
COMPETITORS = "competitors.yaml"
LOCAL = ".salescli"
HISTORY = "history.yaml"
FOLDERS = {
    "opportunity": "opportunities",
    "lead": "leads",
    "account": "accounts",
    "contact": "contacts",
}
CATALOGUE_FOLDERS = {
    "process": "processes",
    "plan": "plans",
    "dashboard": "dashboards",
    "units": "units",
}
SINGLE_FILES = {
    SETTINGS: "settings",
    TEAM: "team",
    DICTIONARIES: "dictionaries",
    PRODUCTS: "products",
    COMPETITORS: "competitors",
}
_NAMED = re.compile(r"(?P<slug>[a-z0-9-]{1,40})--(?P<id>(?:opp|lead|acc|con)-[0-9a-z]{10})")

KEY_ORDER = {kind: key_order(record) for kind, record in RECORD_TYPES.items()}

ATTRIBUTES = """\
* text=auto eol=lf
*.yaml merge=salescli
history.yaml merge=union
**/files/** binary
**/mail/** binary
"""
IGNORED = "/.salescli/\n"


class Located(msgspec.Struct, frozen=True):
    """What a path is: its kind (`opportunity`, `history`, `team`, …) and the id it names."""

    kind: str
    id: str = ""
    of: str = ""  # of a history, file or mail: the record kind it belongs to


def record_directory(kind: str, year: int, slug: str, record_id: str) -> str:
    """The directory of a deal or lead: `opportunities/2026/<slug>--<id>`."""
    return f"{FOLDERS[kind]}/{year}/{slug}--{record_id}"


def record_file(kind: str, directory: str) -> str:
    """The facts file inside a deal's or lead's directory."""
    return f"{directory}/{kind}.yaml"


def client_file(kind: str, slug: str, record_id: str) -> str:
    """The file of an account or contact."""
    return f"{FOLDERS[kind]}/{slug}--{record_id}.yaml"


def catalogue_file(kind: str, name: str) -> str:
    """The file of a process, plan, dashboard or building."""
    return f"{CATALOGUE_FOLDERS[kind]}/{name}.yaml"


def slug_at_birth(kind: str, title: str) -> str:
    """The slug in a new record's path: from its title, else the kind's word."""
    return build_slug(title, "deal" if kind == "opportunity" else kind)


def id_in(name: str) -> str:
    """The id in the name of a directory or file, `""` if it has none."""
    match = _NAMED.fullmatch(name.removesuffix(".yaml"))
    return match.group("id") if match else ""


def locate(path: str) -> Located | None:
    """What stands at a path of a store; None for what has no place in one."""
    if path in SINGLE_FILES:
        return Located(SINGLE_FILES[path])
    parts = path.split("/")
    for kind, folder in CATALOGUE_FOLDERS.items():
        if parts[0] == folder:
            is_file = len(parts) == 2 and parts[1].endswith(".yaml")
            return Located(kind, parts[1].removesuffix(".yaml")) if is_file else None
    for kind in ("account", "contact"):
        if parts[0] == FOLDERS[kind] and len(parts) == 2 and parts[1].endswith(".yaml"):
            record_id = id_in(parts[1])
            return Located(kind, record_id) if record_id.startswith(prefix_of(kind)) else None
    for kind in ("opportunity", "lead"):
        if parts[0] == FOLDERS[kind] and len(parts) >= 4 and re.fullmatch(r"\d{4}", parts[1]):
            return _inside(kind, parts)
    return None


def home_of(path: str) -> str:
    """Where the record lies that a file belongs to: a deal's or lead's directory, else the file."""
    located = locate(path)
    kind = (located.of or located.kind) if located is not None else ""
    return "/".join(path.split("/")[:3]) if kind in ("opportunity", "lead") else path


def _inside(kind: str, parts: list[str]) -> Located | None:
    record_id = id_in(parts[2])
    if not record_id.startswith(prefix_of(kind)):
        return None
    if len(parts) == 4 and parts[3] == f"{kind}.yaml":
        return Located(kind, record_id)
    if len(parts) == 4 and parts[3] == HISTORY:
        return Located("history", record_id, kind)
    if len(parts) == 5 and parts[3] in ("files", "mail"):
        return Located(parts[3], record_id, kind)
    return None


def printable(path: str) -> str:
    """A path as it can be shown and kept; bytes that are not UTF-8 are written like `\\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def not_utf8(path: str) -> Finding:
    """That the name of a file or folder isn't UTF-8; its place is the path as it can be shown."""
    return finding(
        "bad-file-name",
        "this name is not UTF-8, so nothing here is read",
        hint="rename it as its neighbours are named: in a-z, 0-9 and -",
        place=Place(printable(path)),
    )


def prefix_of(kind: str) -> str:
    """The id prefix of a record kind, with its dash."""
    return f"{RECORD_PREFIXES[kind]}-"


def find_root(start: Path) -> Path:
    """The store around `start`: the nearest folder upwards with a salescli.yaml."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).exists():
            return folder
    raise NotFound(
        finding(
            "no-store",
            f"there is no store in {start} or above it",
            hint="salescli init makes one here; -C DIR names another",
        )
    )
