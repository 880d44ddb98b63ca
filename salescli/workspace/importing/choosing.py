"""Which mapping `--mapping NAME` means for a file: one by name, or the system's that fits it."""

from salescli.model.errors import NotFound, finding
from salescli.workspace.importing.fitting import (
    DELIMITERS,
    fit_mapping,
    known_columns,
    read_header,
)
from salescli.workspace.importing.library import read_shipped, shipped_names, systems
from salescli.workspace.importing.mapping import OWN_ID, Mapping, needed_fields, read_mapping
from salescli.workspace.importing.rows import decode


def choose_mapping(name: str, source: bytes, file: str) -> tuple[str, bytes]:
    """The name and text of the mapping for a file; raises `NotFound`.

    `hubspot` is the one of `hubspot-…` that knows most of the file's columns.
    """
    if name not in systems() or name in shipped_names():
        return name, read_shipped(name)
    known = [entry for entry in shipped_names() if entry.startswith(f"{name}-")]
    scores = {entry: _score(read_mapping(read_shipped(entry), entry), source) for entry in known}
    best = max(scores.values())
    found = [entry for entry, score in scores.items() if score == best]
    if best == 0 or len(found) > 1:
        which = ", ".join(found if best else known)
        text = f"{file}: its columns don't tell which mapping of {name} it is"
        raise NotFound(
            finding("unclear-mapping", text, hint=f"--mapping NAME: {which}", field="mapping")
        )
    return found[0], read_shipped(found[0])


def _score(mapping: Mapping, source: bytes) -> int:
    """How many columns the mapping knows; none unless it has what every record needs."""
    text = decode(source, "", mapping.encoding, is_strict=False)
    headers = (read_header(text, sign) for sign in DELIMITERS)
    header = max(headers, key=lambda names: len(known_columns(mapping, names)))
    fitted = fit_mapping(mapping, header)
    for name in (OWN_ID,) if mapping.match == OWN_ID else needed_fields(mapping.kind):
        is_there = any(each in header for each in fitted.columns_for(name))
        if not is_there and name not in mapping.stand_ins:
            return 0
    return len(known_columns(mapping, header))
