"""Exit codes: the one table that errors, help, man pages and docs take theirs from.

Knows numbers and words, nothing of what raises them.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told; `words` say what it means, in a line."""

    words: str

    DONE = 0, "done and durable"
    REFUSED = 1, "refused by the rules, or a check found something"
    USAGE = 2, "wrong usage: what was typed can't be read as what it should be"
    NOT_FOUND = 3, "not found or ambiguous; there is no store here"
    DAMAGED = 4, "a file is invalid or damaged"
    CLASH = 5, "changed or locked by someone else; try again"
    FAILED = 6, "input or output failed: disk full, no permission"
    INTERRUPTED = 130, "interrupted, or a question answered with no"
    CLOSED_PIPE = 141, "the pipe was closed"  # what a shell says of whom SIGPIPE ended

    def __new__(cls, number: int, words: str) -> "ExitCode":
        member = int.__new__(cls, number)
        member._value_ = number
        member.words = words
        return member
