"""Deals of every status, a raw lead, and mails to write about. Test-only."""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from tests.shop import Shop

STATUSES = ("open", "won", "lost", "archived")
LEAD = "lead-0f5s3q8n2k"


def deal_of_status(shop: Shop, status: str, title: str = "Flat 47") -> str:
    """A new deal that stands as won, lost, archived or still open."""
    deal = shop.deal(title, "--budget", "250000")
    if status == "won":
        shop.do("opportunity", "close", deal, "--outcome", "won")
    elif status != "open":
        shop.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "price")
    if status == "archived":
        shop.do("opportunity", "archive", deal)
    return deal


def raw_lead(shop: Shop, email: str, stage: str = "qualification") -> Path:
    """A lead of somebody who is no client yet, written by hand; its directory."""
    folder = shop.root / f"leads/2026/flat-for-elena--{LEAD}"
    folder.mkdir(parents=True)
    head = "client need owner department budget source decision_date".split()
    lines = [f"id: {LEAD}", "title: Flat for Elena", "client:", f"stage: {stage}"]
    lines += [f"{name}:" for name in head[1:]]
    lines += ["person: Elena", f"emails: [{email}]"]
    fields = {"title": "Flat for Elena", "stage": stage, "person": "Elena", "emails": [email]}
    (folder / "lead.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    event = {
        "id": "h-0y3g8n1x6q",
        "seq": 1,
        "at": "2026-11-01T08:00:00Z",
        "by": "anna",
        "kind": "created",
        "fields": fields,
    }
    (folder / "history.yaml").write_text(f"- {json.dumps(event)}\n", encoding="utf-8")
    return folder


def events_in(folder: Path) -> list[dict[str, object]]:
    """The events of a record's directory, read by another reader than ours."""
    text = (folder / "history.yaml").read_text(encoding="utf-8")
    return [json.loads(line.removeprefix("- ")) for line in text.splitlines()]


def eml(
    message_id: str = "one@example.com",
    *,
    sender: str = "Elena <elena@example.com>",
    to: str = "anna@riverside.example",
    subject: str = "A question",
    text: str = "What does it cost?",
    date: str = "Sun, 01 Nov 2026 10:00:00 +0200",
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """A mail, with or without files, as a mail program would write it."""
    head = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "MIME-Version: 1.0"]
    head += [f"Date: {date}"] if date else []
    head += [f"Message-ID: <{message_id}>"] if message_id else []
    plain = ["Content-Type: text/plain; charset=utf-8", "", text]
    if not files:
        return "\n".join([*head, *plain, ""]).encode()
    lines = [*head, "Content-Type: multipart/mixed; boundary=frontier", ""]
    lines += ["--frontier", *plain]
    for name, content in files.items():
        lines += ["--frontier", "Content-Type: application/octet-stream"]
        lines += [f'Content-Disposition: attachment; filename="{name}"']
        lines += ["Content-Transfer-Encoding: base64", "", b64encode(content).decode()]
    return "\n".join([*lines, "--frontier--", ""]).encode()


def mbox(*mails: bytes) -> bytes:
    """A mailbox of these mails."""
    envelope = b"From x@example.com Mon Nov  2 12:00:00 2026\n"
    return b"\n".join(envelope + mail for mail in mails)
