"""What is told of a revision that git can't find, or that it takes for one of several.

Owns how git's own words about it are read. Runs no git.
"""

import re

from salescli.model.errors import Finding, NotFound, finding

MOST_CANDIDATES = 10  # commits that begin alike
_DAY = re.compile(r"\d{4}-\d\d-\d\d[\w :+-]*|today|yesterday|[\w .]+[ .]ago")
_TOO_OLD = re.compile(r"log for '?(.+?)'? only goes back to (.+)")
_TWO_NAMES = re.compile(r"refname '(.+)' is ambiguous")
_BEGINS_ALIKE = re.compile(r"short object ID (\w+) is ambiguous")
_CANDIDATE = re.compile(r"hint: +(\w+ (?:commit|tag) .*)")


def no_such_revision(revision: str, *, is_shallow: bool) -> Finding:
    """Git knows nothing of that name."""
    hint = "git log --oneline lists them; branches and tags are names of theirs"
    if _DAY.fullmatch(revision):
        hint = _of_day(revision)
    elif is_shallow:
        hint = "this clone has only the last commits: git fetch --unshallow brings the others"
    text = f"there is no revision {revision!r} in this repository"
    return finding("no-such-revision", text, hint=hint, field="rev")


def refuse_doubtful(revision: str, said: str) -> None:
    """Raise `NotFound` where git took a revision for something, and says that it is in doubt."""
    if found := _TOO_OLD.search(said):
        name, begin = found.groups()
        text = f"{revision!r} can't be told: what {name} was, this clone knows since {begin} only"
        raise NotFound(finding("log-too-young", text, hint=_of_day("DAY"), field="rev"))
    if found := _BEGINS_ALIKE.search(said):
        candidates = _CANDIDATE.findall(said)
        rows = [f"  {row}" for row in candidates[:MOST_CANDIDATES]]
        if len(candidates) > MOST_CANDIDATES:
            rows.append(f"  and {len(candidates) - MOST_CANDIDATES} more")
        text = "\n".join([f"{found[1]} begins the names of several commits:", *rows])
        raise _ambiguous(text, "write one digit more")
    # Git's own names, as HEAD, come before all others.
    if (found := _TWO_NAMES.search(said)) and not found[1].endswith("HEAD"):
        name = found[1]
        text = f"{name!r} is the name of more than one: a branch, a tag or a remote"
        hint = f"heads/{name} is the branch, tags/{name} the tag"
        raise _ambiguous(text, hint)


def _ambiguous(text: str, hint: str) -> NotFound:
    return NotFound(finding("ambiguous-revision", text, hint=hint, field="rev"))


def _of_day(day: str) -> str:
    """How the last commit of a day is named, the same in every clone."""
    until = f"{day} 23:59" if re.fullmatch(r"[\d-]+|DAY", day) else day
    return f'--rev $(git rev-list -1 --before="{until}" HEAD) is the last commit until then'
