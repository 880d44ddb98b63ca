"""From what people type to the named thing they mean: a person, a department, a process …

Apart from the use cases that alter these, since every report asks here and alters nothing.
"""

from salescli.model.errors import NotFound, finding
from salescli.model.nearest import SHOWN, meant_by
from salescli.workspace.session import Session
from salescli.workspace.values import ids_named, named_things


def find_named(session: Session, kind: str, text: str, *, is_filter: bool = False) -> str:
    """The id of the named thing that `text` names by id or exact name; raises `NotFound`.

    Who filters is told which there are; anyone else, how one is added.
    """
    known = named_things(session, kind)
    if text in known:
        return text
    found = ids_named(known, text)
    if len(found) == 1:
        return found[0]
    raise NotFound(
        finding(
            f"no-such-{kind}" if not found else "ambiguous",
            f"there is no {kind} {text!r}" if not found else f"{text!r} may be {', '.join(found)}",
            hint=meant_by(text, known)
            or (is_filter and _there_are(list(known)))
            or f'salescli {kind} create "{text}" adds one',
            field=kind,
        )
    )


def _there_are(known: list[str]) -> str:
    """`there are anna, boris`; of many the first ones; `""` of none."""
    if not known:
        return ""
    more = " …" if len(known) > SHOWN else ""
    return f"there {'is' if len(known) == 1 else 'are'} {', '.join(known[:SHOWN])}{more}"


def find_process(session: Session, text: str | None) -> str:
    """The id of a process given by id or name; the store's own without one."""
    if text is None:
        return session.settings.process
    for name in session.process_names():
        if text == name:
            return name
    for name in session.process_names():
        if session.process(name).name.casefold() == text.casefold():
            return name
    session.process(text)  # raises with the nearest name
    return text
