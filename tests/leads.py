"""What tests of leads share: a shop's lead by id, and one that is ready to be converted."""

import json
from pathlib import Path
from typing import Any

from tests.shop import Shop, load


def lead_folder(shop: Shop, lead_id: str) -> Path:
    """A lead's directory."""
    (found,) = shop.root.glob(f"leads/*/*--{lead_id}")
    return found


def lead_facts(shop: Shop, lead_id: str) -> dict[str, Any]:
    """What a lead's file says, read by another reader than ours; all values are text."""
    facts: dict[str, Any] = load(lead_folder(shop, lead_id) / "lead.yaml")
    return facts


def lead_events(shop: Shop, lead_id: str) -> list[dict[str, Any]]:
    """A lead's events as they stand, read by another reader than ours."""
    text = (lead_folder(shop, lead_id) / "history.yaml").read_text(encoding="utf-8")
    return [json.loads(line.removeprefix("- ")) for line in text.splitlines()]


def stage_of(shop: Shop, lead_id: str) -> str:
    """Where a lead stands."""
    return str(lead_facts(shop, lead_id)["stage"])


def contact_facts(shop: Shop, record_id: str) -> dict[str, Any]:
    """What an account's or contact's file says."""
    (path,) = [
        *shop.root.glob(f"contacts/*{record_id}*"),
        *shop.root.glob(f"accounts/*{record_id}*"),
    ]
    facts: dict[str, Any] = load(path)
    return facts
