"""What a use case answers: ids for stdout, words for stderr."""

import msgspec


class Outcome(msgspec.Struct, frozen=True):
    """`ids` of the records made or changed; `words` are lines for people, never data.

    `title` says the command in the trade's words, for the log and for commits.
    """

    ids: tuple[str, ...]
    words: tuple[str, ...] = ()
    title: str = ""
