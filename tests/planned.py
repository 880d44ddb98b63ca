"""Events that tests put into histories themselves: activities, mails, runs of a process.

Test-only. Written as lines by hand, as another program could have.
"""

import json
from typing import Any

from tests.shop import Shop


def append_event(shop: Shop, folder: str, kind: str, **keys: Any) -> str:
    """Write an event at the end of the history in a folder; its id."""
    path = shop.root / folder / "history.yaml"
    text = path.read_text("utf-8")
    event = {
        "id": f"h-{shop.random.getrandbits(40):010x}",
        "seq": text.count("\n") + 1,
        "at": f"{shop.now:%Y-%m-%dT%H:%M:%SZ}",
        "by": "anna",
        "kind": kind,
        **keys,
    }
    path.write_text(f"{text}- {json.dumps(event, ensure_ascii=False)}\n", "utf-8")
    return str(event["id"])


def plan(shop: Shop, folder: str, activity: str, owner: str, **keys: Any) -> None:
    """Plan an open activity: `activity` is the ending of its id."""
    words = {"type": "task", "title": f"Task {activity}", **keys}
    append_event(shop, folder, "planned", activity=f"act-{activity:0>10}", owner=owner, **words)


def folder_of(shop: Shop, deal_id: str) -> str:
    """A deal's directory, as paths in the store are written."""
    return str(shop.folder(deal_id).relative_to(shop.root))
