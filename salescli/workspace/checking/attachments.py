"""Files of deals and leads against the events that name them; mails that stand twice in a store.

What was voided names nothing any more: a file that it left behind is one that nobody attached.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from salescli.model.errors import Finding, finding
from salescli.model.events import Attached, Event, Mailed
from salescli.store import layout
from salescli.store.changeset import hash_bytes
from salescli.workspace.checking.history import void_line
from salescli.workspace.checking.lines import History

Read = Callable[[str], bytes | None]


def files_named(live: Iterable[Event]) -> dict[str, Event]:
    """Files inside a record's directory that live events name → the last that attached each,
    else the first that names it.
    """
    named: dict[str, Event] = {}
    for event in live:
        path = getattr(event, "file", None)
        for name in [path, *getattr(event, "attachments", ())]:
            if name and (isinstance(event, Attached) or name not in named):
                named[name] = event
    return named


def check_attachments(
    history: History,
    live: Iterable[Event],
    directory: str,
    files: Mapping[str, int],
    read: Read,
) -> Iterator[Finding]:
    """Files that events name and that are not there, or not what they were.

    `files` are those of the store: path → bytes.
    """
    live = tuple(live)
    numbers = {line.event.id: line.number for line in history.lines}
    brought: dict[str, list[Attached]] = {}
    for event in live:
        if isinstance(event, Attached) and event.file:
            brought.setdefault(event.file, []).append(event)
    for name, event in files_named(live).items():
        path = f"{directory}/{name}"
        found = [(event, one) for one in _check_place(name, event, path, files)]
        for told, one in found or _check_content(path, brought.get(name, ()), files, read):
            yield msgspec.structs.replace(one, place=history.place(numbers[told.id]))


def _check_place(name: str, event: Event, path: str, files: Mapping[str, int]) -> Iterator[Finding]:
    if not name.startswith(("files/", "mail/")) or ".." in name.split("/"):
        text = f"{name} leads out of the record's files/ and mail/"
        yield finding("bad-file-name", text, hint="write files/ and the name of the file")
    elif path not in files:
        hint = f"bring it back with git checkout, or {void_line(event.id)}"
        yield finding("missing-attachment", f"{name} is not there", hint=hint)


def _check_content(
    path: str, brought: Sequence[Attached], files: Mapping[str, int], read: Read
) -> Iterator[tuple[Attached, Finding]]:
    """Whether a file is what its events say; only a merge makes two of them say different things.

    Then what is there is of one of them, and the other brought nothing that is left here.
    """
    differing = [
        (event, words) for event in brought if (words := _difference(event, path, files, read))
    ]
    right = next(
        (event for event in brought if all(event is not one for one, _ in differing)), None
    )
    for event, words in differing if right is not None else differing[-1:]:
        quoted = shlex.quote(path)
        record = layout.id_in(path.rsplit("/", 2)[0].rpartition("/")[2])
        hint = (
            f"bring back what was committed:\ngit checkout -- {quoted}\n"
            f"or take what is there:\nsalescli file attach {record} {quoted}"
        )
        if right is not None:
            words += f": what is there is what {right.by} attached, in {right.id}"
            hint = void_line(event.id)
        yield event, finding("changed-attachment", f"{event.file} {words}", hint=hint)


def _difference(event: Attached, path: str, files: Mapping[str, int], read: Read) -> str:
    """How a file differs from what its event says of it; read only where its size is right."""
    if event.bytes not in (None, files[path]):
        return f"has {files[path]} bytes, the event says {event.bytes}"
    if event.sha256 is None or hash_bytes(read(path) or b"") == event.sha256:
        return ""
    return "has other content than the event says"


class MailsSeen:
    """The Message-IDs of a store as its records are gone through."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def check(self, history: History, live: Iterable[Event]) -> Iterator[Finding]:
        """A warning for each mail of a record that stands in the store already."""
        numbers: dict[str, int] = {}
        for event in live:
            if not isinstance(event, Mailed) or event.message_id is None:
                continue
            numbers = numbers or {line.event.id: line.number for line in history.lines}
            number = numbers[event.id]
            here = f"{history.path}:{number}"
            first = self._seen.setdefault(event.message_id, here)
            if first != here:
                place = history.place(number)
                text = f"the mail {event.message_id} stands in {first} already"
                hint = f"two branches took it in: {void_line(event.id)}"
                yield finding("mail-twice", text, hint=hint, place=place, warning=True)
