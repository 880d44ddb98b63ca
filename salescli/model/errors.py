"""Findings and the errors that carry them.

A finding is a value: what is wrong, where, why, and what to do. It is collected, never printed,
by whoever notices it; `salescli.cli` alone turns errors into words on stderr and an exit code.
"""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from salescli.model.exitcodes import ExitCode


class Place(msgspec.Struct, frozen=True):
    """A spot in a file of the store. `line` and `column` count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0
    excerpt: str = ""  # the line itself, without its end
    width: int = 1  # characters under the caret

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    `code` is stable and documented in docs/errors.md; `text` says what and why in one or more
    lines; `hint` says what to do, where possible as a command.
    """

    code: str
    text: str
    hint: str = ""
    place: Place | None = None
    field: str = ""
    warning: bool = False  # counts only with `check --strict`


class SalesError(Exception):
    """Base of all errors that a user can cause or meet. Carries all findings at once."""

    exit_code: ClassVar[int] = ExitCode.REFUSED

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.text for finding in findings))
        self.findings: tuple[Finding, ...] = findings

    @classmethod
    def raise_if(cls, findings: Iterable[Finding]) -> None:
        """Raise one error with all of `findings`, or nothing if there are none."""
        found = tuple(findings)
        if found:
            raise cls(*found)


class Refused(SalesError):
    """The rules forbid it."""

    exit_code = ExitCode.REFUSED


class WrongUsage(SalesError):
    """What was typed can't be read as its type."""

    exit_code = ExitCode.USAGE


class NotFound(SalesError):
    """A well-formed name of nothing, or of several things; the findings carry the candidates."""

    exit_code = ExitCode.NOT_FOUND


class Damaged(SalesError):
    """A file of the store can't be read as what it should be."""

    exit_code = ExitCode.DAMAGED


class Clash(SalesError):
    """Changed or locked by someone else."""

    exit_code = ExitCode.CLASH


class Failed(SalesError):
    """Input or output failed: disk full, no permission."""

    exit_code = ExitCode.FAILED


class Unfetched(Failed):
    """Git hasn't got what a commit names. No record is at fault, so none is told apart from it."""


def finding(
    code: str,
    text: str,
    *,
    hint: str = "",
    place: Place | None = None,
    field: str = "",
    warning: bool = False,
) -> Finding:
    """Make a `Finding`; a short name because it is written so often."""
    return Finding(code, text, hint, place, field, warning)


class Gathered:
    """Errors of several attempts, raised all at once with the exit code of the first."""

    def __init__(self) -> None:
        self._first: SalesError | None = None
        self._findings: list[Finding] = []

    def add(self, error: SalesError, field: str = "") -> None:
        """Keep an error; `field` is put on findings that name none."""
        self._first = self._first or error
        self._findings += [
            msgspec.structs.replace(entry, field=entry.field or field) for entry in error.findings
        ]

    def trying(self, field: str = "") -> "_Attempt":
        """Run an attempt; its `SalesError` is kept, not raised."""
        return _Attempt(self, field)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was kept."""
        return self._first is None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was kept so far."""
        return tuple(self._findings)

    def raise_all(self) -> None:
        """Raise what was kept, or nothing."""
        if self._first is not None:
            raise type(self._first)(*dict.fromkeys(self._findings))


class About:
    """A block of code about one field: what is wrong inside it names that field.

    Findings that name another field keep it, but for those `instead_of` which it stands.
    """

    __slots__ = ("_field", "_replaced")

    def __init__(self, field: str, *instead_of: str) -> None:
        self._field = field
        self._replaced = ("", *instead_of)

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, SalesError):
            error.findings = tuple(
                msgspec.structs.replace(found, field=self._field)
                if found.field in self._replaced
                else found
                for found in error.findings
            )


class _Attempt:
    """What `Gathered.trying` gives. A class: a generator costs as much as what it tries."""

    __slots__ = ("_field", "_gathered")

    def __init__(self, gathered: Gathered, field: str) -> None:
        self._gathered = gathered
        self._field = field

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, SalesError):
            return False
        self._gathered.add(error, self._field)
        return True
