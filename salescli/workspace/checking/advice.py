"""What to do about an edit by hand that `check --fix` doesn't write down: a hint never offers that.

Owns the words; whoever tries the mending says what was left and why.
"""

from collections.abc import Container, Iterable, Iterator, Mapping

import msgspec

from salescli.model.errors import Finding
from salescli.process.ways import stage_line
from salescli.workspace.checking.examining import Examined
from salescli.workspace.checking.forks import SETTLE_FIRST

EDITS = ("unrecorded-edit", "unsettled-merge")
_FORKED = "settle the fork first: until then nobody knows from where this edit leads"
_UNBORN = "bring the beginning of its history back first"
_LATER = "mend what else is wrong with it; then salescli check --fix writes it down"


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Why the differences of one file were left: what the rules say, or that nobody can know.

    `stage_way` is how a stage is changed properly, where it was among the edits.
    """

    refused: tuple[Finding, ...] = ()
    why: str = ""
    stage_way: str = ""


def left_for_later(examined: Examined) -> Left:
    """What to say of a record that isn't mended as long as its history contradicts itself."""
    return Left(why=_FORKED if examined.road is not None and examined.road.is_born else _UNBORN)


def left_by_rules(examined: Examined, refused: Iterable[Finding], address: str) -> Left:
    """What to say of a record whose edits the rules refuse."""
    return Left(refused=tuple(refused), stage_way=_stage_way(examined, address))


def _stage_way(examined: Examined, address: str) -> str:
    before, after = examined.fields.get("stage", ("", ""))
    if examined.definition is None or "stage" not in examined.fields:
        return ""
    again = f"write stage: {before} again"
    line = stage_line(examined.definition, str(before), str(after), address)
    return f"{again}, then:\n{line}" if line else again


def true_hints(
    findings: Iterable[Finding], left: Mapping[str, Left], keep: str | None, *, shows_refused: bool
) -> Iterator[Finding]:
    """Findings whose hints offer only what will be done.

    `left`: file → why its edits stay. `shows_refused` says whether the refusals are told beside
    the findings, so that none has to be told in a hint.
    """
    findings = tuple(findings)
    told = {(found.code, found.field, found.place.file) for found in findings if found.place}
    for found in findings:
        entry = left.get(found.place.file) if found.place else None
        if entry is None or found.code not in EDITS or found.hint == SETTLE_FIRST:
            yield found
        else:
            is_told = _Told(told, found.place.file if found.place else "", shows_refused)
            yield msgspec.structs.replace(found, hint=_hint(found, entry, keep, is_told))


class _Told:
    """Whether a refusal is told as a finding of its own."""

    def __init__(
        self, told: Container[tuple[str, str, str]], file: str, shows_refused: bool
    ) -> None:
        self._told, self._file, self._shows_refused = told, file, shows_refused

    def __call__(self, found: Finding) -> bool:
        return self._shows_refused or (found.code, found.field, self._file) in self._told


def _hint(found: Finding, left: Left, keep: str | None, is_told: _Told) -> str:
    if found.code == "unsettled-merge" and keep == "facts":
        return "salescli check --fix --keep history, or mend what else is wrong with it"
    if left.why:
        return left.why
    own = [entry for entry in left.refused if entry.field == found.field]
    own.sort(key=lambda entry: entry.place != found.place)
    if found.field == "stage" and left.stage_way:
        is_said = any(entry.hint.startswith("write stage:") and is_told(entry) for entry in own)
        return "" if is_said else left.stage_way
    if not own:
        return _LATER
    if is_told(own[0]):
        return ""
    if own[0].code == "locked-field":
        return f"{own[0].text}. Put back what its history says, or:\n{own[0].hint}"
    return "\n".join(words for words in (own[0].text, own[0].hint) if words)


def without_repeats(refused: Iterable[Finding], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Refusals that no finding tells already, in other words, of the same field."""
    told = {(found.code, found.field, found.place.file) for found in findings if found.place}
    for entry in refused:
        if entry.place is None or (entry.code, entry.field, entry.place.file) not in told:
            yield entry
