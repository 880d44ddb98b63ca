"""A small store for tests of the index, written by hand and not by what is under test."""

import json
import os
from pathlib import Path
from typing import Any

HEAD = (
    "title client stage process owner department budget need probability type close_date category "
    "mood source"
).split()


def event(seq: int, at: str, kind: str, **own: Any) -> dict[str, Any]:
    """An event of anna's; `at` without its `Z`."""
    if "from_" in own:
        own = {"from": own.pop("from_"), **own}
    return {"id": f"h-{seq:010}", "seq": seq, "at": f"{at}Z", "by": "anna", "kind": kind, **own}


def created(at: str = "2026-01-05T08:00:00", **fields: Any) -> dict[str, Any]:
    """A deal's first event, with what every deal has."""
    first = {"title": "Flat 1", "client": "con-4c8t1m9zqa", "stage": "qualification"}
    return event(1, at, "created", fields={**first, "process": "real-estate", **fields})


def history_text(events: list[dict[str, Any]]) -> str:
    """A history of events."""
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in events)
    return "".join(f"- {line}\n" for line in lines)


def facts_text(record_id: str, values: dict[str, Any]) -> str:
    """A deal's file of plain words."""
    head = "".join(f"{name}: {values[name]}\n" if name in values else f"{name}:\n" for name in HEAD)
    later = "".join(f"{name}: {values[name]}\n" for name in values if name not in HEAD)
    return f"id: {record_id}\n{head}{later}"


def folded(events: list[dict[str, Any]]) -> dict[str, Any]:
    """What plain fields amount to: the last word of each, in the order of `seq`."""
    values: dict[str, Any] = {}
    for one in sorted(events, key=lambda one: (one["seq"], one["at"], one["id"])):
        for name, change in one.get("fields", {}).items():
            values[name] = change if one["kind"] == "created" else change[1]
        if one["kind"] in ("moved", "closed", "reopened"):
            values["stage"] = one["to"]
    return {name: value for name, value in values.items() if value is not None}


def write_deal(
    root: Path,
    number: int,
    events: list[dict[str, Any]] | None = None,
    *,
    year: int = 2026,
    slug: str = "flat",
    facts: dict[str, Any] | None = None,
) -> Path:
    """Write the deal `opp-000000000N`; gives its directory."""
    record_id = f"opp-{number:010}"
    events = events if events is not None else [created(title=f"Flat {number}")]
    directory = root / "opportunities" / str(year) / f"{slug}--{record_id}"
    directory.mkdir(parents=True, exist_ok=True)
    text = facts_text(record_id, folded(events) if facts is None else facts)
    (directory / "opportunity.yaml").write_text(text, encoding="utf-8")
    (directory / "history.yaml").write_text(history_text(events), encoding="utf-8")
    return directory


def write_client(root: Path, kind: str, number: int, name: str, more: str = "") -> Path:
    """Write the account or contact `acc-000000000N` or `con-…`; gives its file."""
    prefix, folder = {"account": ("acc", "accounts"), "contact": ("con", "contacts")}[kind]
    record_id = f"{prefix}-{number:010}"
    (root / folder).mkdir(exist_ok=True)
    path = root / folder / f"client--{record_id}.yaml"
    path.write_text(f"id: {record_id}\nname: {name}\n{more}", encoding="utf-8")
    return path


def age(*paths: Path) -> None:
    """Give files an old mtime. Their ctime stays: no program can set it."""
    for path in paths:
        os.utime(path, ns=(10**18, 10**18))
