"""The named things of a store, for the completion of words in a shell.

What can't be read is left out: the command that is being typed will tell why.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from salescli.model.catalogues import Competitors, Products, Team
from salescli.model.definition import Definition
from salescli.model.errors import SalesError
from salescli.model.names import NAMED_TYPES, NameSpec, build_names
from salescli.model.records import RECORD_TYPES
from salescli.model.tables import table_specs
from salescli.store import layout
from salescli.store.codec import read_dictionaries, read_settings, read_typed

Named = dict[str, dict[str, str]]


def read_named_things(folder: str) -> Named:
    """kind → id → name: of people, departments, products, competitors, processes, stages, values.

    A dictionary's values stand under `dictionary:NAME`, its own name under `dictionary`.
    """
    root, named = Path(folder), Named()

    def read(path: str, take: Callable[[bytes], Mapping[str, Mapping[str, str]]]) -> None:
        try:
            found = take((root / path).read_bytes())
        except (OSError, SalesError):
            return
        for kind, entries in found.items():
            named.setdefault(kind, {}).update(entries)

    read(layout.SETTINGS, _settings)
    read(layout.TEAM, _team)
    read(layout.PRODUCTS, _products)
    read(layout.COMPETITORS, _competitors)
    read(layout.DICTIONARIES, _dictionaries)
    for kind, place in layout.CATALOGUE_FOLDERS.items():
        for path in sorted((root / place).glob("*.yaml")):
            named.setdefault(kind, {}).setdefault(path.stem, "")
            if kind == "process":
                read(f"{place}/{path.name}", lambda source, name=path.stem: _process(source, name))  # type: ignore[misc]
    return named


def _names(entries: Mapping[str, object]) -> dict[str, str]:
    """id → name; a dictionary has the bare name of a value that has nothing else."""
    return {key: str(getattr(entry, "name", entry)) for key, entry in entries.items()}


def _settings(source: bytes) -> Named:
    """`name:KIND`: what conditions, orders and columns of a list of that kind may name.

    With the kinds of value that each has, as the table of completion has them. `column:TABLE`: the
    columns of a table.
    """
    custom = read_settings(source, layout.SETTINGS).custom_fields
    named = {}
    for kind in (*RECORD_TYPES, *NAMED_TYPES):
        names = build_names(kind, custom_fields=custom.get(kind)).names
        named[f"name:{kind}"] = {name: _values_of(spec) for name, spec in names.items()}
    for table in table_specs(custom).values():
        fields = (*(one.name for one in table.fields), *(one.name for one in table.columns))
        named[f"column:{table.name}"] = dict.fromkeys(fields, "")
    return named


def _values_of(spec: NameSpec) -> str:
    """The kinds of value of a name, with blanks between; `=text` is a value itself."""
    kinds = [f"={value}" for value in spec.values if " " not in value]
    if spec.kind == "choice" and spec.target:
        kinds.append(f"dictionary:{spec.target}")
    elif spec.kind == "reference":
        kinds += spec.target.split("|")
    return " ".join(kinds)


def _team(source: bytes) -> Named:
    team = read_typed(source, layout.TEAM, Team)
    return {"person": _names(team.people), "department": _names(team.departments)}


def _products(source: bytes) -> Named:
    return {"product": _names(read_typed(source, layout.PRODUCTS, Products).products)}


def _competitors(source: bytes) -> Named:
    read = read_typed(source, layout.COMPETITORS, Competitors)
    return {"competitor": _names(read.competitors)}


def _dictionaries(source: bytes) -> Named:
    read = read_dictionaries(source, layout.DICTIONARIES)
    values = {f"dictionary:{name}": _names(entries) for name, entries in read.items()}
    return {"dictionary": dict.fromkeys(read, ""), **values}


def _process(source: bytes, name: str) -> Named:
    process = read_typed(source, name, Definition)
    stages = {stage.stage: stage.name for stage in process.stages}
    return {
        "process": {name: process.name},
        "stage": stages,
        "open-stage": {stage.stage: stage.name for stage in process.stages if stage.is_open},
    }
