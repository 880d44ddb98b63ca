"""A file of a merge in its three versions, by the names that git has for them."""

import msgspec


class Versions(msgspec.Struct, frozen=True):
    """A file in three versions, by git's names of them; `""` where it isn't there.

    `is_unmerged`: git left it to people. `written` is what git wrote into the work tree then,
    `""` where nobody knows. `is_edited`: it isn't as it was added or committed.
    """

    path: str
    base: str
    ours: str
    theirs: str
    is_unmerged: bool = False
    written: str = ""
    is_edited: bool = False

    @property
    def alone(self) -> str:
        """The version of the one side that has the file; `""` if both have it, or neither."""
        return (self.ours or self.theirs) if bool(self.ours) != bool(self.theirs) else ""
