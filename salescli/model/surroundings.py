"""What the world is at the moment of a command: time, randomness, environment, place.

It enters once, at the edge, so that no other module reads a clock, a random source or a variable.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec


class Surroundings(msgspec.Struct, frozen=True):
    """Clock, random source, environment variables, current directory and terminal."""

    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    environ: Mapping[str, str]
    directory: Path
    git_email: Callable[[], str] = str  # git's `user.email` here, "" if there is none
    git_name: Callable[[], str] = str
    system_user: str = ""
    is_interactive: bool = False  # stdin and stderr are a terminal and nobody forbade questions
    is_terminal: bool = False  # stdout is a terminal
    width: int = 80
    height: int = 24

    def now(self) -> datetime:
        """The current instant: UTC, whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    @property
    def in_git_hook(self) -> bool:
        """Whether git runs this as a hook: it waits, and holds the lock of its index meanwhile."""
        return "GIT_INDEX_FILE" in self.environ
