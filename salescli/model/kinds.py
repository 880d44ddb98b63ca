"""The record that each kind of file in a store holds, loaded when it is asked for.

Whoever needs one of them, as git's merge driver for a single file, doesn't wait for all.
"""

from importlib import import_module

import msgspec

from salescli.model.records import RECORD_TYPES

# Kind → module of `salescli.model`, and the type in it; the rest are records.
_TYPES = {
    "process": ("definition", "Definition"),
    "settings": ("catalogues", "Settings"),
    "team": ("catalogues", "Team"),
    "dictionaries": ("catalogues", "Dictionaries"),
    "products": ("catalogues", "Products"),
    "competitors": ("catalogues", "Competitors"),
    "plan": ("catalogues", "Plan"),
    "dashboard": ("dashboards", "DashboardFile"),
    "units": ("catalogues", "Building"),
}
KINDS = (*_TYPES, *RECORD_TYPES)


def type_of_kind(kind: str) -> type[msgspec.Struct]:
    """The type of what a file of a kind holds; raises `KeyError`."""
    if kind in RECORD_TYPES:
        return RECORD_TYPES[kind]
    module, name = _TYPES[kind]
    found: type[msgspec.Struct] = getattr(import_module(f"salescli.model.{module}"), name)
    return found
