"""Text of users in a comment on GitHub or GitLab, where a name could call people or make links."""

import re

from salescli.report.text.numbers import clean_text, escape_markdown

_BREAK = "\u200b"  # no width: what stands before it and behind it is no longer one word
# Mentions of people and groups, references to issues, merge requests, snippets, labels …
_CALLS = re.compile(r"([@#!$%&~^])(?=\w)")
_LINKS = re.compile(r"\b(https?|ftp|mailto|xmpp)(?=:)|\b(www)(?=\.)", re.IGNORECASE)
_SIGNS = str.maketrans({"&": "&amp;"})


def escape_for_forge(text: str) -> str:
    """Text that is shown as it is, notifies nobody, refers to nothing and links nowhere."""
    apart = _CALLS.sub(rf"\1{_BREAK}", clean_text(text))
    apart = _LINKS.sub(lambda match: match.group() + _BREAK, apart)
    return escape_markdown(apart.translate(_SIGNS))
