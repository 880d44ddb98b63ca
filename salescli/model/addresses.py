"""What an e-mail address looks like: one rule for commands, imports, mails and `check`. Pure.

Refuses only what can't be one; whether mail arrives there, nobody knows but its server.
"""

import re
from collections.abc import Iterable, Iterator

from salescli.model.errors import Finding, finding

ADDRESSES = "emails"  # the field of people and clients that holds them
_PIECE = r"[^\s<>(),;:\"\[\]@.]+"
_ADDRESS = re.compile(rf"[^\s<>(),;:\"\[\]@]+@{_PIECE}(?:\.{_PIECE})*")


def is_address(text: str) -> bool:
    """Whether a text may be one bare address: `elena@example.com`, `anna@localhost`."""
    return _ADDRESS.fullmatch(text) is not None


def check_addresses(texts: Iterable[str], *, warning: bool = False) -> Iterator[Finding]:
    """A finding for each text that can't be an address."""
    return (
        not_an_address(text, ADDRESSES, warning=warning) for text in texts if not is_address(text)
    )


def not_an_address(text: str, field: str = "", *, warning: bool = False) -> Finding:
    """The finding for a text that is no address, or more than one."""
    fault = f"{text!r} is not one e-mail address"
    hint = "write it like elena@example.com"
    return finding("not-an-address", fault, hint=hint, field=field, warning=warning)
