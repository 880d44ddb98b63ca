"""The timeline: every kind of event in words, filtered, as text and as a document."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from salescli.model.calendar import Calendar
from salescli.model.events import (
    Changed,
    Closed,
    Created,
    Event,
    Mailed,
    Moved,
    Planned,
    Replanned,
    Voided,
    live_events,
)
from salescli.report.records.timeline import (
    KINDS,
    Entry,
    build_timeline,
    build_timeline_document,
    filter_entries,
    format_timeline,
)
from salescli.report.text.eventwords import Context, describe_details, describe_event
from salescli.report.text.numbers import width_of
from salescli.report.text.wording import (
    Wording,
    describe_changes,
    format_bytes,
    format_minutes,
    format_value,
    quote,
)
from salescli.store.codec import read_history

FORMAT = Path(__file__).parents[2] / "data" / "format"
DEAL, LEAD = "opp-7k2m9xq4tb", "lead-0f5s3q8n2k"
RIGA = Calendar("Europe/Riga")
NAMES = {
    "person": {"anna": "Anna", "boris": "Boris", "carl": "Carl"},
    "stage": {
        "qualification": "Qualification",
        "key-contacts": "Key contacts",
        "proposal-preparation": "Proposal preparation",
        "lost": "Lost",
        "won": "Won",
    },
    "contact": {"con-4c8t1m9zqa": "Elena Petrova", "con-9p3x7y1c0f": "Juris Petrovs"},
    "account": {"acc-2h6w0r5kdn": "Bright Keys Agency"},
    "roles": {"decision-maker": "Decision maker", "influencer": "Influencer"},
    "loyalties": {"2": "Supportive", "1": "Interested"},
    "competitor": {"skyline": "Skyline Homes"},
    "rival-product": {"skyline-park": "Skyline Park"},
    "product": {"flat-b47": "Block B, flat 47"},
    "close_reasons": {"no-answer": "The client does not answer"},
    "lead": {LEAD: "Flat for Elena"},
    "unit": {"b-47": "B, flat 47"},
}
WORDING = Wording(RIGA, NAMES)


@pytest.fixture
def history() -> list[Event]:
    names = ("history.yaml", "history_reservation.yaml")
    data = b"".join((FORMAT / name).read_bytes() for name in names)
    return live_events(read_history(data, "history.yaml"))


# Kind, id of a line of the format's history, and what a seller should read.
SENTENCES = [
    ("created", "h-8r0k2c5v1m", 'created at Qualification, from lead "Flat for Elena"'),
    ("started", "h-2t6p9d4w7b", "process started"),
    (
        "planned",
        "h-0y3g8n1x6q",
        'form "Fill in the deal and appoint its owner" opened, 30 min, for Carl',
    ),
    ("done", "h-7m4q1z9e3s", 'form "Fill in the deal and appoint its owner": saved, 20 min'),
    (
        "moved",
        "h-5w8b2f6k0c",
        'Qualification → Proposal preparation, skipped Key contacts: "They know what they want"',
    ),
    (
        "moved",
        "h-6k1s5y8m0g",
        'Proposal preparation → Key contacts, back: "The wife decides, we never met her"',
    ),
    (
        "cancelled",
        "h-1x7j4c2q9v",
        'question "Does the proposal need a costing?" cancelled: "stage left"',
    ),
    ("closed", "h-9f2w6n0t8d", "Key contacts → Lost: the client does not answer"),
    ("reopened", "h-4z0e8k3b5r", 'Lost → Key contacts, reopened "They called back"'),
    (
        "changed",
        "h-8c5t1q7y2w",
        "main contact Elena Petrova; contact Elena Petrova added (decision maker, high "
        'influence, supportive, motivator "School next door"); contact Juris Petrovs added '
        "(contact-person)",
    ),
    (
        "changed",
        "h-2n6g9r4d0x",
        "contact Juris Petrovs: role contact-person → influencer, influence high, "
        "loyalty interested",
    ),
    (
        "changed",
        "h-7b3v5m1s8j",
        "type direct → partner; partner Bright Keys Agency; team member Boris added (presales); "
        "team member con-5d2g8j6mvb added (sales-representative)",
    ),
    (
        "planned",
        "h-0p4k8y2c6z",
        'meeting "Show block B with the wife" planned for 6 Nov 2026 16:00, 1 h',
    ),
    (
        "replanned",
        "h-5q9x1f7w3t",
        'meeting "Show block B with the wife" replanned: start 6 Nov 2026 16:00 → 7 Nov 2026 12:00',
    ),
    (
        "done",
        "h-6d2j0s4r8m",
        'meeting "Show block B with the wife" done, 1 h 10 min: '
        '"Liked the courtyard; worries about parking"',
    ),
    (
        "changed",
        "h-4e1r7y3g5x",
        "product Block B, flat 47 added (1 × 236 000 EUR − 1.5 %); "
        "product Kitchen, as discussed added (1 × 9 500 EUR)",
    ),
    ("attached", "h-6s9q2c0m8k", "file costing-b47.xlsx, 47 KB"),
    ("proposed", "h-0j3z7b9d2r", "proposal R-47 v1 draft, 241 960 EUR"),
    ("asked", "h-5g8x0q6y1m", 'asked Carl to approve "Discount of 1.5 %"'),
    ("decided", "h-9k2s4t8c3w", 'approved "Discount of 1.5 %": "Not more"'),
    (
        "mailed",
        "h-3n7e1r5g9z",
        'mail out "Our proposal for flat 47" to elena@example.com, 1 file',
    ),
    ("proposed", "h-8m0c6d2v4b", "proposal R-47 v1 sent"),
    (
        "changed",
        "h-2y4q8w1x7k",
        "budget 250 000 → 240 000 EUR; probability 35 %; close date 1 Dec 2026 → 15 Dec 2026",
    ),
    ("posted", "h-7f9j3s5t0n", 'post "@carl can we free a parking place in block A?"'),
    ("posted", "h-4b6k0g2e8d", 'reply to Boris "Two are left, 14 000 each"'),
    ("noted", "h-6z1m7y5c9r", 'note "Elena is abroad until the 20th"'),
    ("worked", "h-1d8n4v0j3q", '2 h of work: "Drive to the site and back"'),
    ("attached", "h-9e3q5m7d0y", 'link "The flat on the map"'),
    ("changed", "h-3j6t8f0w2v", "hubspot id 9412338817; mortgage asked"),
    (
        "repeated",
        "h-8n1c4z6x9s",
        'Proposal preparation repeated: "The wife wants another flat costed as well"',
    ),
    ("stopped", "h-2k5d7r3b0m", 'process stopped "by hand from here"'),
    ("reserved", "h-7d3w9c1k5v", "unit B, flat 47 reserved until 30 Nov 2026"),
    ("released", "h-0m8y4r2t6n", 'unit B, flat 47 released "by hand"'),
]


@pytest.mark.parametrize(("kind", "event_id", "words"), SENTENCES)
def test_each_event_is_told_in_words(kind, event_id, words, history):
    (entry,) = [one for one in build_timeline(DEAL, history, WORDING) if one.id == event_id]
    assert (entry.kind, entry.words) == (kind, words)


def test_there_are_words_for_every_kind():
    # What was voided stands in no timeline; see the test below.
    assert {kind for kind, _, _ in SENTENCES} == set(KINDS) - {"voided"}
    assert len(KINDS) == 23


def event(kind: type, **own: object) -> Event:
    at = datetime(2026, 11, 12, 10, tzinfo=UTC)
    return kind(**{"id": "h-1", "seq": 1, "at": at, "by": "anna", **own})  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("kind", "own", "words"),
    [
        (Voided, {"events": ["h-2", "h-3"], "why": "undo"}, "2 events taken back (undo)"),
        (
            Moved,
            {"from_": "qualification", "to": "key-contacts", "forced": "boss said so"},
            'Qualification → Key contacts, forced "boss said so"',
        ),
        (
            Mailed,
            {
                "mail": "mail-1", "direction": "in", "from_": "e@x.example", "to": ["a@y"],
                "attachments": ["files/a", "files/b"],
            },
            'mail in "no subject" from e@x.example, 2 files',
        ),
        (
            Mailed,
            {"mail": "mail-1", "direction": "out", "from_": "a@y", "to": ["e@x", "f@x", "g@x"]},
            'mail out "no subject" to e@x and 2 more',
        ),
        (
            Created,
            {"fields": {"stage": "qualification"}, "continues": "opp-3w8d1n6k2z"},
            "created at Qualification, goes on from opp-3w8d1n6k2z",
        ),
        (
            Planned,
            {"activity": "act-1", "type": "call", "title": "\x1b[31mred\nline", "owner": "anna"},
            'call "\ufffd[31mred line" planned',
        ),
    ],
)  # fmt: skip
def test_rarer_forms_of_an_event_are_told_too(kind, own, words):
    assert describe_event(event(kind, **own), Context(wording=WORDING)) == words


def test_what_was_voided_is_not_in_the_timeline(history):
    entries = build_timeline(DEAL, history, WORDING)
    # 52 lines, one of them voids another.
    assert len(entries) == 50
    assert not {"h-0w2x6s8k5t", "h-5c7r9b1g4z"} & {entry.id for entry in entries}


def test_a_long_change_is_cut_short_and_whole_in_the_details():
    fields = {name: [None, "x"] for name in ("need", "type", "category", "mood", "source")}
    fields["tactic"] = [None, "word " * 100]
    changed = event(Changed, fields=fields)
    context = Context(wording=WORDING)
    assert describe_event(changed, context) == "need x; type x; category x; 3 more changes"
    details = describe_details(changed, context)
    assert len(details) == 6
    assert details[5] == 'tactic "' + "word " * 99 + 'word"'


def test_details_say_who_else_and_where_it_came_from():
    planned = event(
        Planned, activity="act-1", type="call", title="Call", owner="anna",
        people=["con-4c8t1m9zqa", "boris"], note="Bring the plan", via="import",
    )  # fmt: skip
    details = describe_details(planned, Context(wording=WORDING))
    assert details == ("with Elena Petrova, Boris", "Bring the plan", "by import")


LEAD_EVENTS = [
    event(
        Created, id="h-a", at=datetime(2026, 10, 1, 8, tzinfo=UTC),
        fields={"title": "Flat for Elena", "stage": "qualification"},
    ),
    event(
        Moved, id="h-b", seq=2, at=datetime(2026, 10, 5, 9, tzinfo=UTC),
        from_="qualification", to="awaiting-sale",
    ),
]  # fmt: skip


def test_the_leads_of_a_deal_stand_in_its_timeline_where_they_happened(history):
    entries = build_timeline(DEAL, history, WORDING, {LEAD: LEAD_EVENTS})
    assert [(entry.id, entry.record) for entry in entries[:5]] == [
        ("h-a", LEAD),
        ("h-8r0k2c5v1m", DEAL),
        ("h-2t6p9d4w7b", DEAL),
        ("h-0y3g8n1x6q", DEAL),
        ("h-b", LEAD),
    ]
    assert entries[4].words == "qualification → awaiting-sale"
    assert format_timeline(entries[:2], DEAL, RIGA) == [
        " 1 Oct 2026",
        "  11:00  anna  on the lead: created at qualification",
        " 5 Oct 2026",
        '  11:30  anna  created at Qualification, from lead "Flat for Elena"',
    ]


def test_a_back_dated_event_stands_where_it_happened():
    late = event(Planned, id="h-x", seq=9, at=datetime(2026, 10, 2, tzinfo=UTC),
                 activity="act-1", type="call", title="Call", owner="anna")  # fmt: skip
    assert [
        one.id for one in build_timeline(LEAD, [*LEAD_EVENTS, late], WORDING, is_lead=True)
    ] == [
        "h-a",
        "h-x",
        "h-b",
    ]


def test_entries_are_filtered_by_kind_and_local_day(history):
    entries = build_timeline(DEAL, history, WORDING)
    notes = filter_entries(entries, RIGA, kinds={"noted", "posted"})
    assert [entry.kind for entry in notes] == ["posted", "posted", "noted"]
    late = filter_entries(entries, RIGA, since=date(2026, 11, 14))
    assert [entry.kind for entry in late] == ["reserved", "released"]
    day = filter_entries(entries, RIGA, since=date(2026, 11, 5), until=date(2026, 11, 7))
    assert [entry.kind for entry in day] == ["replanned", "done", "changed"]
    # 22:30 UTC on the 4th is the 5th in Riga.
    night = [event_entry(datetime(2026, 11, 4, 22, 30, tzinfo=UTC))]
    assert filter_entries(night, RIGA, since=date(2026, 11, 5)) == night
    assert filter_entries(night, RIGA, until=date(2026, 11, 4)) == []


def event_entry(at: datetime, words: str = "words", by: str = "anna") -> Entry:
    return Entry(id="h-1", record=DEAL, at=at, by=by, kind="noted", words=words, details=("more",))


def test_the_text_has_a_heading_a_day_and_wraps_under_its_words():
    at = datetime(2026, 11, 12, 10, tzinfo=UTC)
    entries = [
        event_entry(at, "one two three four"),
        event_entry(at, "日本 日本", "carl-the-great"),
    ]
    assert format_timeline(entries, DEAL, RIGA, width=30, is_full=True) == [
        " 12 Nov 2026",
        "  12:00  anna        one two",
        "                     three",
        "                     four",
        "                     - more",
        "  12:00  carl-the-…  日本 日本",
        "                     - more",
    ]


def test_no_line_of_the_text_is_wider_than_80_columns(history):
    entries = build_timeline(DEAL, history, WORDING)
    lines = format_timeline(entries, DEAL, RIGA, is_full=True)
    assert max(map(width_of, lines)) <= 80
    assert len(format_timeline(entries, DEAL, RIGA, width=None)) == 50 + 15  # 15 days


def test_the_document_has_every_entry(history):
    document = build_timeline_document(DEAL, build_timeline(DEAL, history, WORDING))
    assert (document["schema"], document["record"]) == ("salescli/timeline@1", DEAL)
    assert len(document["entries"]) == 50
    assert document["entries"][1] == {
        "id": "h-2t6p9d4w7b",
        "record": DEAL,
        "at": "2026-10-05T08:30:00Z",
        "by": "anna",
        "kind": "started",
        "words": "process started",
        "details": [],
    }


# Words of fields and values.


@pytest.mark.parametrize(
    ("path", "before", "after", "phrase"),
    [
        ("budget", None, "5.00 EUR", "budget 5 EUR"),
        ("budget", "5.00 EUR", "6.50 USD", "budget 5 EUR → 6.50 USD"),
        ("budget", "5.00 EUR", None, "budget removed, was 5 EUR"),
        ("budget", "odd", "1 EUR", "budget odd → 1 EUR"),
        ("owner", "anna", "boris", "owner Anna → Boris"),
        ("tactic", "old", "new\nlines", 'tactic "new lines"'),
        ("archived", None, True, "archived"),
        ("archived", True, None, "out of the archive"),
        ("is_primary", None, False, "is primary no"),
        ("close_date", None, "soon", "close date soon"),
        ("leads/lead-0f5s3q8n2k", None, True, 'lead "Flat for Elena" covered'),
        ("leads/lead-0f5s3q8n2k", True, None, 'lead "Flat for Elena" no longer covered'),
        ("contacts/con-9p3x7y1c0f", {"role": "x"}, None, "contact Juris Petrovs removed"),
        ("competitors/skyline", None, {}, "competitor Skyline Homes added"),
        ("custom/mortgage", "asked", "granted", "mortgage asked → granted"),
        ("invented", None, ["a", "b"], "invented a, b"),
    ],
)
def test_a_change_is_told_in_words(path, before, after, phrase):
    assert describe_changes({path: [before, after]}, WORDING) == [phrase]


def test_changes_of_a_lead_are_told_by_its_own_fields():
    fields = {"meeting_at": [None, "2026-11-02T10:00:00Z"], "emails": [["a@x"], ["a@x", "b@x"]]}
    assert describe_changes(fields, WORDING, is_lead=True) == [
        "meeting at 2 Nov 2026 12:00",
        "emails a@x → a@x, b@x",
    ]


def test_small_values_have_their_words():
    assert [format_minutes(one) for one in (0, 45, 60, 135)] == [
        "0 min",
        "45 min",
        "1 h",
        "2 h 15 min",
    ]
    assert [format_bytes(one) for one in (812, 48211, 3_355_443)] == [
        "812 bytes",
        "47 KB",
        "3.2 MB",
    ]
    assert quote("a" * 200, 10) == f'"{"a" * 9}…"'
    assert format_value(None, True, WORDING) == "yes"


def test_an_adopted_meeting_is_told_without_the_words_of_the_format():
    head = {"at": datetime(2026, 11, 2, tzinfo=UTC), "by": "anna", "activity": "act-1"}
    planned = Planned(id="h-1", seq=1, **head, type="meeting", title="Show it", owner="anna")
    taken = {"results": [None, ["done"]], "step": [None, "present"], "run": [None, "run-1"]}
    back = {name: [after, None] for name, (_, after) in taken.items()}
    events = [
        planned,
        Replanned(id="h-2", seq=2, **head, fields=taken),
        Replanned(id="h-3", seq=3, **head, fields=back, note="stage left"),
    ]
    told = [entry.words for entry in build_timeline("opp-1", events, Wording(Calendar("UTC")))]
    assert told[1:] == [
        'meeting "Show it" taken as a step',
        'meeting "Show it" is no step any more: "stage left"',
    ]


def test_what_a_move_or_closing_changes_besides_is_told_with_it():
    fields = {"title": ["A", "B"], "probability": [40, None]}
    ends = {"close_date": [None, "2026-11-10"], "close_reason": [None, "no-answer"]}
    context = Context(wording=WORDING)
    head = {"id": "h-1", "seq": 2, "at": datetime(2026, 11, 10, tzinfo=UTC), "by": "anna"}
    moved = Moved(**head, from_="qualification", to="key-contacts", fields=fields)
    closed = Closed(**head, from_="key-contacts", to="lost", fields=fields | ends)
    assert describe_event(moved, context) == 'Qualification → Key contacts; title "B"'
    told = 'Key contacts → Lost: the client does not answer; title "B"'
    assert describe_event(closed, context) == told
