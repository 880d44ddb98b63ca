"""Names of everything that an event may speak of, looked up when a sentence asks for them.

Owns where each kind of name comes from. A deal's history names few of all clients, so these are
read from their own files, one by one.
"""

from collections.abc import Callable, Iterator, Mapping

from salescli.model.catalogues import Building, choice_named
from salescli.model.definition import Definition
from salescli.model.errors import Damaged
from salescli.model.leads import STAGE_NAMES
from salescli.report.text.wording import Wording
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.workspace.addressing import find_by_id, title_of
from salescli.workspace.session import Session
from salescli.workspace.values import named_things


class AskedNames(Mapping[str, str]):
    """id → name of what `look_up` knows; each is asked for once."""

    def __init__(self, look_up: Callable[[str], str]) -> None:
        self._look_up = look_up
        self._known: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key not in self._known:
            self._known[key] = self._look_up(key)
        if not self._known[key]:
            raise KeyError(key)
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class _Catalogues(Mapping[str, Mapping[str, str]]):
    """Kind → names of that kind, each made when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], Mapping[str, str]]]) -> None:
        self._makers = makers
        self._made: dict[str, Mapping[str, str]] = {}

    def __getitem__(self, kind: str) -> Mapping[str, str]:
        if kind not in self._made:
            self._made[kind] = self._makers[kind]()
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def build_wording(session: Session, definition: Definition | None = None) -> Wording:
    """Names of this store; stages are those of `definition`. Use it while the store is locked.

    A name that can't be found or read is the id: a timeline is shown whatever else is broken.
    """
    records = AskedNames(lambda record_id: record_name(session, record_id))
    makers: dict[str, Callable[[], Mapping[str, str]]] = {
        kind: lambda kind=kind: named_things(session, kind)  # type: ignore[misc]
        for kind in ("person", "department", "product", "competitor", "process")
    }
    makers |= {kind: lambda: records for kind in ("account", "contact", "lead", "opportunity")}
    makers |= {
        name: lambda name=name: _choices(session, name)  # type: ignore[misc]
        for name in session.dictionaries
    }
    makers |= {
        "stage": lambda: _stages(definition),
        "lead-stage": lambda: STAGE_NAMES,
        "rival-product": lambda: _rival_products(session),
        "custom": lambda: _custom_fields(session),
        "unit": lambda: _units(session),
    }
    return Wording(session.calendar, _Catalogues(makers))


def record_name(session: Session, record_id: str) -> str:
    """The title or name that a record's file says; empty where no file tells one."""
    try:
        found = find_by_id(session, record_id)
        return title_of(session, found) if found else ""
    except Damaged:
        return ""


def _choices(session: Session, dictionary: str) -> dict[str, str]:
    known = session.dictionaries.get(dictionary, {})
    return {value: choice.name for value in known if (choice := choice_named(known, value))}


def _stages(definition: Definition | None) -> dict[str, str]:
    return {stage.stage: stage.name for stage in definition.stages} if definition else {}


def _rival_products(session: Session) -> dict[str, str]:
    return {
        product: entry.name
        for rival in session.competitors.competitors.values()
        for product, entry in rival.products.items()
    }


def _custom_fields(session: Session) -> dict[str, str]:
    return {
        name: entry.name
        for fields in session.settings.custom_fields.values()
        for name, entry in fields.items()
    }


def _units(session: Session) -> dict[str, str]:
    """Units by id: the building's name and the unit."""
    names: dict[str, str] = {}
    folder = layout.CATALOGUE_FOLDERS["units"]
    for name in session.files.list_directory(folder):
        path = f"{folder}/{name}"
        source = session.files.read(path) if name.endswith(".yaml") else None
        if source is None:
            continue
        try:
            building = read_typed(source, path, Building)
        except Damaged:
            continue
        names |= {unit: f"{building.name}, {unit}" for unit in building.units}
    return names
