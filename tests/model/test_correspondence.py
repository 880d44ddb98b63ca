"""Posts, files and mails as their events say, and what these events can't say."""

from datetime import UTC, datetime, timedelta

import pytest

from salescli.model.correspondence import (
    AttachedFile,
    Post,
    build_files,
    build_threads,
    correspondence_faults,
    find_mentions,
    users_of,
)
from salescli.model.events import Attached, Mailed, Noted, Posted, Proposed

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
SHA = "6b1f0a1f3c0e7d5b9a4c2e8f7d6b5a49382716059483726150f1e2d3c4b5a697"
HEAD = {"id": "h-7n4t8x1w0q", "seq": 2, "at": NOON, "by": "anna"}


def post(name: str, minutes: int, reply_to: str | None = None) -> Post:
    return Post(
        id=name, at=NOON + timedelta(minutes=minutes), by="anna", text=name, reply_to=reply_to
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@carl can we free a place?", ["carl"]),
        ("ask @carl, @Anna and @carl.", ["carl", "anna"]),
        ("(@carl-ozols)", ["carl-ozols"]),
        ("@борис, когда?", ["борис"]),
        ("write to carl@riverside.example", []),
        ("at @ noon @", []),
        ("carl.@b a+@c @@d", []),
        ("@carl- or so", ["carl"]),
    ],
)
def test_a_mention_is_a_name_after_an_at_sign_outside_addresses(text, names):
    assert find_mentions(text) == names


def test_a_thread_has_its_replies_under_each_post_as_they_were_written():
    posts = [
        post("late", 9),
        post("first", 1),
        post("answer", 5, "first"),
        post("other", 2),
        post("deep", 6, "answer"),
        post("quick", 3, "first"),
    ]
    assert [(depth, one.id) for depth, one in build_threads(posts)] == [
        (0, "first"),
        (1, "quick"),
        (1, "answer"),
        (2, "deep"),
        (0, "other"),
        (0, "late"),
    ]


def test_replies_to_what_is_gone_and_replies_in_a_circle_are_all_told_once():
    posts = [post("orphan", 1, "gone"), post("egg", 2, "hen"), post("hen", 3, "egg")]
    assert [(depth, one.id) for depth, one in build_threads(posts)] == [
        (0, "orphan"),
        (0, "egg"),
        (1, "hen"),
    ]


def test_the_last_event_of_a_file_counts_and_links_are_files_too():
    first = Attached(**HEAD, file="files/a.txt", bytes=1)
    link = Attached(**{**HEAD, "id": "h-2"}, url="https://maps.example", title="Map")
    again = Attached(**{**HEAD, "id": "h-3"}, file="files/a.txt", bytes=2)
    files = build_files([first, Noted(**HEAD, text="x"), link, again])
    assert list(files) == ["https://maps.example", "files/a.txt"]
    assert files["files/a.txt"] == AttachedFile(
        event_id="h-3", at=NOON, by="anna", file="files/a.txt", bytes=2
    )
    assert [one.name for one in files.values()] == ["https://maps.example", "a.txt"]


def test_mails_and_proposals_use_the_files_that_they_name():
    mail = Mailed(
        **HEAD, mail="mail-2q7b4x0k6f", direction="in", from_="a@b", attachments=["files/a.txt"]
    )
    offer = Proposed(**HEAD, proposal="prop-4w9k1t6c8e", state="draft", file="files/b.txt")
    attached = Attached(**HEAD, file="files/a.txt")
    assert users_of([attached, mail, offer], "files/a.txt") == [mail]
    assert users_of([attached, mail, offer], "files/b.txt") == [offer]


GOOD_MAIL = {"mail": "mail-2q7b4x0k6f", "direction": "in", "from_": "a@b"}


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (Mailed(**HEAD, **{**GOOD_MAIL, "direction": "up"}), "direction"),
        (Mailed(**HEAD, **GOOD_MAIL, excerpt="x" * 501), "excerpt"),
        (Mailed(**HEAD, **GOOD_MAIL, subject="a\x1b[31m"), "subject"),
        (Mailed(**HEAD, **{**GOOD_MAIL, "mail": "m1"}), "mail"),
        (Attached(**HEAD), "file"),
        (Attached(**HEAD, file="files/a", url="https://b"), "file"),
        (Attached(**HEAD, file="files/a", sha256="ABC"), "sha256"),
        (Attached(**HEAD, file="files/a", bytes=-1), "bytes"),
        (Proposed(**HEAD, proposal="prop-4w9k1t6c8e", state="gone"), "state"),
        (Proposed(**HEAD, proposal="prop-4w9k1t6c8e", state="sent", version=0), "version"),
        (Proposed(**HEAD, proposal="prop-4w9k1t6c8e", state="sent", amount="12 EUR"), "amount"),
        (Proposed(**HEAD, proposal="p", state="sent"), "prop"),
        (Posted(**HEAD, post="post-6c1z8r4m2g", text="a\x00"), "text"),
        (Posted(**HEAD, post="post-6c1z8r4m2g", reply_to="that one", text="a"), "post"),
        (Noted(**HEAD, text="x" * 16_385), "text"),
    ],
)
def test_what_an_event_cannot_say_is_told_with_its_key(event, key):
    assert [name for name, _ in correspondence_faults(event)] == [key]


@pytest.mark.parametrize(
    "event",
    [
        Mailed(**HEAD, **GOOD_MAIL, excerpt="x" * 500),
        Attached(**HEAD, file="files/a", sha256=SHA, bytes=0),
        Attached(**HEAD, url="https://maps.example"),
        Proposed(**HEAD, proposal="prop-4w9k1t6c8e", state="sent", amount="12.00 EUR", version=1),
        Posted(**HEAD, post="post-6c1z8r4m2g", text="two\nlines"),
        Noted(**HEAD, text="x" * 16_384),
    ],
)
def test_what_the_format_allows_is_no_fault(event):
    assert list(correspondence_faults(event)) == []
