"""Making a new store: all shipped values written out, so that an upgrade never changes one."""

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from salescli.model.calendar import Calendar
from salescli.model.errors import Gathered, NotFound, Refused, WrongUsage, finding
from salescli.model.ids import build_slug, is_slug
from salescli.model.inputs import clean_text
from salescli.model.surroundings import Surroundings
from salescli.store import layout
from salescli.store.dump import Value, dump_document
from salescli.store.transaction import Transaction
from salescli.workspace import gitsetup
from salescli.workspace.outcome import Outcome

Settings = Mapping[str, Value]
PROCESSES = ("corporate", "quick", "real-estate")
DASHBOARDS = ("overview", "analytics", "comparison", "best-managers", "my-day")


def shipped(path: str) -> bytes:
    """The bytes of a file that the package brings: `dictionaries.yaml`, `processes/….yaml`."""
    return resources.files("salescli").joinpath("data", path).read_bytes()


def shipped_processes() -> tuple[str, ...]:
    """The ids of the processes that the package brings."""
    return PROCESSES


def refuse_store(root: Path) -> None:
    """Raise `Refused` where a store is already, or around it, `WrongUsage` for a file."""
    around = next((folder for folder in (root, *root.parents) if folder.exists()), root)
    if not around.is_dir():
        text = f"{around} is a file, and a store is a folder"
        hint = "salescli init DIR, with the name of a folder, new or there"
        raise WrongUsage(finding("not-a-folder", text, hint=hint, field="directory"))
    if (root / layout.SETTINGS).exists():
        raise Refused(
            finding("store-exists", "there is a store here already", hint="salescli check reads it")
        )
    above = next((folder for folder in root.parents if (folder / layout.SETTINGS).is_file()), None)
    if above is not None:
        text = f"{root.name} lies inside the store {above}, and no store lies in another"
        hint = "name a folder outside of it; teams of one store are its departments"
        raise Refused(finding("nested-store", text, hint=hint))


def init_store(files: Transaction, surroundings: Surroundings, settings: Settings) -> Outcome:
    """Stage the files of a new store; raises `Refused` where one is, or its files would be in the
    way.

    The acting person is written down: with git's e-mail, or as the system user. What stands in
    the files for git stays.
    """
    refuse_store(files.root)
    person, entry = acting_person(surroundings)
    team: dict[str, Value] = {"people": {person: entry}, "departments": None}
    staged = {
        layout.SETTINGS: dump_document(settings).encode(),
        layout.TEAM: dump_document(team).encode(),
        layout.DICTIONARIES: shipped("dictionaries.yaml"),
        layout.PRODUCTS: b"products:\n",
        layout.COMPETITORS: b"competitors:\n",
    }
    for kind, names in (("process", PROCESSES), ("dashboard", DASHBOARDS)):
        for name in names:
            path = layout.catalogue_file(kind, name)
            staged[path] = shipped(path)
    _refuse_files([path for path in staged if files.exists(path)])
    for path, _ in gitsetup.FILES:
        staged[path] = gitsetup.complete(path, files.read(path))
    for path, source in staged.items():
        files.write(path, source)
    told = [str(settings[key]) for key in ("currency", "time_zone") if key in settings]
    said = ", ".join([*told, f"process {settings['process']}"])
    how = "by git's e-mail" if surroundings.git_email() else "by the system's user name"
    words = (f"{settings['name']} is ready: {said}.", f"You are {person} ({how}).")
    return Outcome((), words, f"init {settings['name']}")


def _refuse_files(paths: Sequence[str]) -> None:
    """Raise `Refused` for files that somebody else has put where those of a store go."""
    if paths:
        text = f"a store would overwrite what is here already: {', '.join(paths)}"
        hint = "name another folder: salescli init DIR; or move them away first"
        raise Refused(finding("files-in-the-way", text, hint=hint, field="directory"))


def build_settings(
    name: str, currency: str | None, time_zone: str, process: str, start_process: str = "from-lead"
) -> Settings:
    """What `salescli.yaml` is to say; raises everything that can't be a setting together."""
    gathered = Gathered()
    if currency is not None and not re.fullmatch(r"[A-Z]{3}", currency):
        text = f"{currency!r} is not a currency code"
        hint = "three capital letters: EUR"
        gathered.add(WrongUsage(finding("not-a-currency", text, hint=hint, field="currency")))
    with gathered.trying("time_zone"):
        _ = Calendar(time_zone).zone  # raises for a zone that doesn't exist
    if process not in PROCESSES:
        text = f"no process {process!r} is shipped"
        hint = f"one of {', '.join(PROCESSES)}; add your own with salescli process add"
        gathered.add(NotFound(finding("no-such-process", text, hint=hint, field="process")))
    with gathered.trying("name"):
        name = clean_text(name)
    gathered.raise_all()
    settings: dict[str, Value] = {"format": 1, "name": name}
    if currency is not None:
        settings["currency"] = currency
    return settings | {
        "time_zone": time_zone,
        "week_start": "monday",
        "fiscal_year_start": 1,
        "process": process,
        "start_process": start_process,
    }


def acting_person(surroundings: Surroundings) -> tuple[str, dict[str, Value]]:
    """Id and entry of the person who makes the store (format.md section 4, "Who acts")."""
    email = surroundings.git_email()
    wanted = email.partition("@")[0] or surroundings.system_user
    slug = build_slug(wanted, "me")
    if not is_slug(slug):
        slug = "me"
    entry: dict[str, Value] = {"name": surroundings.git_name() or wanted or "Me"}
    if email:
        entry["emails"] = [email]
    return slug, entry


def local_time_zone(environ_zone: str | None, link: Path = Path("/etc/localtime")) -> str:
    """The machine's time zone by name, `UTC` where it has none."""
    if environ_zone:
        return environ_zone.lstrip(":")
    try:
        target = str(link.readlink())
    except OSError:
        return "UTC"
    return target.partition("zoneinfo/")[2] or "UTC"
