"""The example store: a year of a developer's sales, from a seed, through the same use cases.

Every record goes the way that a command takes, so that the example obeys every rule. `year` says
what is in it; the other modules each make one kind of thing, by way of `making`.
"""

from salescli.workspace.demo.year import CHAPTERS, Chapter, last_day, tell_chapter

__all__ = ["CHAPTERS", "Chapter", "last_day", "tell_chapter"]
