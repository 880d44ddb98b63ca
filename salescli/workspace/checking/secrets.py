"""Keys and tokens that should not be in git for ever (hardening.md F59). Only with `--strict`."""

import re
from collections.abc import Iterator

from salescli.model.errors import Finding, Place, finding

PATTERNS = {
    "a private key": rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "an access key of AWS": rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,})\b",
    "a token of GitLab": rb"\bglpat-[A-Za-z0-9_-]{20,}",
    "a token of Slack": rb"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a key of Google": rb"\bAIza[0-9A-Za-z_-]{35}",
    "a key of Stripe": rb"\b[rs]k_live_[0-9A-Za-z]{16,}",
    "a signed token": rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "a password in a web address": rb"\b[a-z][a-z0-9+.-]*://[^\s/:@\"']+:[^\s/:@\"']{3,}@",
}
_ANY = re.compile(b"|".join(b"(%s)" % pattern for pattern in PATTERNS.values()))
_WORDS = tuple(PATTERNS)


def find_secrets(path: str, data: bytes) -> Iterator[Finding]:
    """A warning for each thing that looks like a secret; its text is never shown."""
    for match in _ANY.finditer(data):
        line = data.count(b"\n", 0, match.start()) + 1
        column = match.start() - data.rfind(b"\n", 0, match.start())
        text = f"this looks like {_WORDS[(match.lastindex or 1) - 1]}, and git forgets nothing"
        hint = "revoke it where it is valid, then take it out"
        yield finding("secret", text, hint=hint, place=Place(path, line, column), warning=True)
