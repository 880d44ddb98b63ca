"""The store's own words for fields that take one of a list: what a file calls them is found here.

Knows dictionaries; no rows and no columns.
"""

from collections.abc import Mapping

import msgspec

from salescli.model.catalogues import Dictionary, offered_choices
from salescli.model.fields import spec_named
from salescli.model.ids import fold_name


class Choices:
    """The values that an import may give the fields of a record."""

    def __init__(
        self, record: type[msgspec.Struct], dictionaries: Mapping[str, Dictionary]
    ) -> None:
        self._record = record
        self._dictionaries = dictionaries
        self._known: dict[str, Mapping[str, str]] = {}  # field → folded id or name → id

    def named(self, field: str, text: str) -> str | None:
        """The id of the value with that id or name, case aside; None where there is none."""
        if field not in self._known:
            self._known[field] = self._words(field)
        return self._known[field].get(fold_name(text))

    def _words(self, field: str) -> Mapping[str, str]:
        spec = spec_named(self._record, field)
        if spec is None or spec.kind != "choice":
            return {}
        offered = offered_choices(self._dictionaries.get(spec.target, {}), imported=True)
        names = {fold_name(entry.name): key for key, entry in offered.items()}
        return names | {fold_name(key): key for key in offered}
