"""`check` finds every damage that is done to a small valid store, at its line."""

import os
from pathlib import Path

import pytest

from salescli.model.errors import Clash, Finding
from salescli.store import gitwatch
from salescli.workspace.checking.secrets import find_secrets
from salescli.workspace.checking.survey import Checked, check_store
from tests.workspace.small_store import (
    AGENCY,
    ELENA,
    LEAD,
    LOST,
    NOW,
    OPEN,
    replace_in,
    write_file,
    write_small_store,
)

DEAL = f"{OPEN}/opportunity.yaml"
PAST = f"{OPEN}/history.yaml"
LOST_DEAL = f"{LOST}/opportunity.yaml"
LOST_PAST = f"{LOST}/history.yaml"
LEAD_FILE = f"{LEAD}/lead.yaml"
PROCESS = "processes/real-estate.yaml"

# file, what stands there, what is put there, code of a finding that tells it, its line.
REPLACED = [
    # reading
    (DEAL, "title: Flat 47", "title: Flat 47\ntitle: Flat 48", "duplicate-key", 3),
    (DEAL, "title: Flat 47", "\ttitle: Flat 47", "tab", 2),
    (DEAL, "title: Flat 47", "title: &a Flat 47", "alias", 2),
    (DEAL, "title: Flat 47", "title: !!str Flat 47", "tag", 2),
    (DEAL, "title: Flat 47", "<<<<<<< HEAD\ntitle: Flat 47", "conflict-markers", 2),
    (DEAL, "budget: 240000.00 EUR", "budget: .nan", "wrong-type", 8),
    (DEAL, "budget: 240000.00 EUR", "budget: 240000 EUR", "wrong-type", 8),
    (DEAL, "probability: 35", "probability: 101", "wrong-type", 10),
    (DEAL, "close_date: 2026-12-15", "close_date: 2026-13-45", "wrong-type", 12),
    (DEAL, "title: Flat 47\n", "", "missing-key", 0),
    (DEAL, "leads:\n", "---\nleads:\n", "several-documents", 32),
    (PAST, '- {"id":"h-5w8b2f6k0c"', '- {"id":"h-5w8b2f6k0c', "yaml-syntax", 2),
    (PAST, '- {"id":"h-5w8b2f6k0c"', '<<<<<<< HEAD\n- {"id":"h-5w8b2f6k0c"', "conflict-markers", 2),
    (PAST, '"h-2n6g9r4d0x"', '"h-8c5t1q7y2w"', "event-id-twice", 4),
    (PAST, '"kind":"moved"', '"kind":"walked"', "not-an-event", 2),
    ("salescli.yaml", "format: 1", "format: 2", "newer-format", 1),
    ("team.yaml", "  sales:\n", "  sales: Sales\n  other:\n", "wrong-type", 13),
    # texts and keys
    (DEAL, "title: Flat 47", "title: Fle\u0301t 47", "bad-text", 2),
    (DEAL, "title: Flat 47", 'title: "Flat \\e[31m47"', "bad-text", 2),
    (DEAL, "mood:\n", "mood:\nbugdet: 5\n", "unknown-key", 15),
    (DEAL, "    loyalty: 2\n", "    loyalty: 2\n    loyality: 3\n", "unknown-key", 23),
    (PAST, '"bytes":5', '"bytes":5,"byts":6', "unknown-key", 5),
    (PAST, '"budget":["250000.00 EUR"', '"bugdet":["250000.00 EUR"', "unknown-key", 3),
    # references
    (DEAL, "client: con-4c8t1m9zqa", "client: con-4c8t1m9zqq", "no-such-reference", 3),
    (DEAL, "owner: anna", "owner: ana", "no-such-reference", 6),
    (DEAL, "department: north", "department: nort", "no-such-reference", 7),
    (DEAL, "process: real-estate", "process: quick", "no-such-reference", 5),
    (DEAL, "product: flat-b47", "product: flat-b48", "no-such-reference", 28),
    (DEAL, "competitor: skyline", "competitor: skylin", "no-such-reference", 24),
    (DEAL, "- lead-0f5s3q8n2k", "- lead-0f5s3q8n2q", "no-such-reference", 33),
    (DEAL, "need: flat-to-live-in", "need: flat-to-die-in", "no-such-value", 9),
    (DEAL, "role: decision-maker", "role: decision-taker", "no-such-value", 21),
    (DEAL, "loyalty: 2", "loyalty: 4", "no-such-value", 22),
    (DEAL, "mortgage: asked", "mortgage: maybe", "bad-custom-value", 18),
    (DEAL, "mortgage: asked", "mortgage: asked\n  visits: many", "bad-custom-value", 19),
    (DEAL, "mortgage: asked", "mortage: asked", "no-such-custom-field", 18),
    (ELENA, "account: acc-2h6w0r5kdn", "account: acc-2h6w0r5kdd", "no-such-reference", 3),
    (AGENCY, "kind: partner", "kind: friend", "no-such-value", 3),
    (AGENCY, "owner: anna", "merged_into: con-4c8t1m9zqa", "merged-reference", 0),
    # the record by itself
    (DEAL, "id: opp-7k2m9xq4tb", "id: opp-7k2m9xq4tt", "wrong-id", 1),
    (AGENCY, "id: acc-2h6w0r5kdn", "id: acc-2h6w0r5kdd", "wrong-id", 1),
    (DEAL, "stage: key-contacts", "stage: key-contact", "unknown-stage", 4),
    (DEAL, "probability: 35", "probability: 41", "above-cap", 10),
    (DEAL, "mood:\n", "mood:\nwinner: skyline\n", "reason-not-failed", 15),
    (DEAL, "main_contact: con-4c8t1m9zqa", "main_contact: con-9p3x7y1c0f", "not-in-list", 16),
    (
        DEAL,
        "amount: 228000.00 EUR",
        "amount: 228000.00 EUR\n  - competitor: skyline",
        "twice-in-list",
        0,
    ),
    (DEAL, "price: 236000.00 EUR", "price: 236000.00 USD", "two-currencies", 8),
    (DEAL, "    discount: 1.5", "    discount: 150", "bad-discount", 31),
    (DEAL, "line: line-3n8v5t2h7q", "line: kitchen", "bad-id", 27),
    (LOST_DEAL, "close_reason: no-answer\n", "", "reason-needed", 0),
    (LOST_DEAL, "probability:\n", "probability: 5\n", "probability-when-closed", 10),
    (LOST_DEAL, "close_date: 2026-10-29", "close_date: 2026-10-28", "wrong-closing-day", 12),
    (LEAD_FILE, "stage: awaiting-sale", "stage: awaiting", "unknown-stage", 4),
    (LEAD_FILE, "decision_date:\n", "decision_date:\narchived: true\n", "archived-open", 11),
    # facts against history
    (DEAL, "budget: 240000.00 EUR", "budget: 240001.00 EUR", "unrecorded-edit", 8),
    (DEAL, "stage: key-contacts", "stage: qualification", "unrecorded-edit", 4),
    (DEAL, "loyalty: 2", "loyalty: 3", "unrecorded-edit", 22),
    (DEAL, "mood:\n", "mood: doubtful\n", "unrecorded-edit", 14),
    (LEAD_FILE, "budget:\n", "budget: 1.00 EUR\n", "unrecorded-edit", 8),
    # history
    (PAST, '"kind":"created"', '"kind":"created","x":1', "unknown-key", 1),
    (PAST, '"from":"qualification","to"', '"from":"proposal-preparation","to"', "fork", 2),
    (PAST, "2026-10-12T09:06:00Z", "2026-10-01T09:06:00Z", "fork", 2),
    (PAST, "2026-11-02T10:15:00Z", "2026-10-06T10:15:00Z", "too-early", 3),
    (PAST, "2026-11-11T09:00:00Z", "2027-11-11T09:00:00Z", "in-the-future", 5),
    (PAST, '"events":["h-0w2x6s8k5t"]', '"events":["h-0w2x6s8k5z"]', "voids-nothing", 7),
    (
        PAST,
        '"contacts/con-4c8t1m9zqa/loyalty"',
        '"contacts/con-9p3x7y1c0f/loyalty"',
        "path-into-nothing",
        4,
    ),
    (
        PAST,
        '["250000.00 EUR","240000.00 EUR"]',
        '["250000.00 EUR","24 apples"]',
        "bad-event-value",
        3,
    ),
    (PAST, "[null,35]", '[null,"much"]', "bad-event-value", 3),
    (
        PAST,
        '"by":"carl","kind":"attached"',
        '"by":"karl","kind":"attached"',
        "no-such-reference",
        5,
    ),
    (PAST, '"to":"key-contacts"', '"to":"key-contact"', "unknown-stage", 2),
    (PAST, '"to":"key-contacts"', '"to":"lost"', "wrong-stage-event", 2),
    (PAST, '"id":"h-6s9q2c0m8k"', '"id":"h-6"', "bad-id", 5),
    (PAST, '"file":"files/plan.txt"', '"file":"files/plans.txt"', "missing-attachment", 5),
    (PAST, '"file":"files/plan.txt"', '"file":"../plan.txt"', "bad-file-name", 5),
    (PAST, '"bytes":5', '"bytes":6', "changed-attachment", 5),
    (PAST, "2026-10-05T08:30:00Z", "2025-10-05T08:30:00Z", "wrong-year", 0),
    (PAST, "2026-10-05T08:30:00Z", "0026-10-05T08:30:00Z", "bad-event-value", 1),
    (LEAD_FILE, "stage: awaiting-sale", "stage: nurturing", "unrecorded-edit", 4),
    # settings and catalogues
    ("salescli.yaml", "currency: EUR", "currency: Euro", "bad-setting", 3),
    ("salescli.yaml", "time_zone: Europe/Riga", "time_zone: Europe/Rigga", "bad-setting", 4),
    ("salescli.yaml", "process: real-estate", "process: real-state", "no-such-reference", 5),
    ("salescli.yaml", "  - 250000.00 EUR", "  - 50000.00 EUR", "bad-setting", 9),
    ("salescli.yaml", "  opportunity:\n", "  oportunity:\n", "bad-setting", 11),
    ("salescli.yaml", "currency: EUR", "curency: EUR", "unknown-key", 3),
    ("team.yaml", "manager: carl", "manager: karl", "no-such-reference", 18),
    (
        "team.yaml",
        "    name: Sales\n",
        "    name: Sales\n    parent: north\n",
        "department-cycle",
        15,
    ),
    ("team.yaml", "  carl:\n", "  Carl:\n", "bad-id", 6),
    ("dictionaries.yaml", "  competitor-won: A competitor won\n", "", "required-value", 0),
    ("dictionaries.yaml", "moods:\n", "modes:\n", "unknown-key", 0),
    ("plans/2026.yaml", "2026-Q2:", "2025-Q2:", "bad-plan-period", 5),
    ("plans/2026.yaml", "  anna:\n", "  ana:\n", "no-such-reference", 7),
    (
        "plans/2026.yaml",
        "  2026: 9000000.00 EUR",
        "  2026: 9000000.00 EUR\n  FY2026: 1.00 EUR",
        "plan-period-twice",
        3,
    ),
    (PROCESS, "    final: success\n", "    final: failure\n", "no-success", 0),
    (PROCESS, "      - advise: budget\n", "      - advise: bugdet\n", "unknown-name", 0),
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A small valid store."""
    write_small_store(tmp_path)
    return tmp_path


def check(root: Path) -> Checked:
    return check_store(os.fspath(root), NOW, strict=True)


def places(found: tuple[Finding, ...], code: str) -> list[str]:
    return [str(entry.place) for entry in found if entry.code == code]


def test_a_valid_store_has_no_finding(store):
    checked = check(store)
    assert checked.findings == ()
    assert checked.exit_code(strict=True) == 0


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "line"),
    REPLACED,
    ids=[f"{entry[3]}-{number}" for number, entry in enumerate(REPLACED)],
)
def test_damage_in_a_file_is_found_at_its_line(store, path, old, new, code, line):
    replace_in(store, path, old, new)
    found = [entry for entry in check(store).findings if entry.code == code]
    assert found, [f"{entry.code} {entry.place}" for entry in check(store).findings]
    where = [(entry.place.file, entry.place.line) for entry in found if entry.place]
    if line:
        assert (path, line) in where
    elif code not in ("wrong-year", "merged-reference"):
        assert path in [file for file, _ in where]


@pytest.mark.parametrize(
    ("left", "places_told"), [("2026-10-04", [f"{DEAL}:6:8"]), ("2026-10-05", [])]
)
def test_who_left_before_they_were_given_a_deal_is_told(store, left, places_told):
    replace_in(store, "team.yaml", "  carl:\n", f"    left: {left}\n  carl:\n")
    found = check(store).findings
    assert places(found, "has-left") == places_told
    assert all(one.warning for one in found if one.code == "has-left")


def test_what_a_catalogue_has_lost_is_told_with_the_command_that_takes_it_in_again(store):
    replace_in(store, DEAL, "product: flat-b47", "product: harbour-view")
    (hint,) = {one.hint for one in check(store).findings if one.code == "no-such-reference"}
    assert hint.splitlines()[-1] == "salescli product create harbour-view"


def append_line(root: Path, path: str, line: str) -> None:
    with (root / path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


# path, the event that is appended, code, line
APPENDED = [
    (
        PAST,
        '"seq":8,"at":"2026-11-13T08:00:00Z","by":"anna","kind":"created","fields":{"title":"x"}',
        "created-twice",
        8,
    ),
    (
        PAST,
        '"seq":2,"at":"2026-10-12T10:00:00Z","by":"carl","kind":"moved","from":"qualification",'
        '"to":"proposal-preparation"',
        "fork",
        8,
    ),
    (
        PAST,
        '"seq":8,"at":"2026-11-13T08:00:00Z","by":"anna","kind":"cancelled",'
        '"activity":"act-3t8d0n5v2k"',
        "event-of-nothing",
        8,
    ),
    (
        PAST,
        '"seq":8,"at":"2026-11-13T08:00:00Z","by":"anna","kind":"done",'
        '"activity":"act-3t8d0n5v2k","result":"done"',
        "event-of-nothing",
        8,
    ),
    (
        PAST,
        '"seq":8,"at":"2026-11-13T08:00:00Z","by":"anna","kind":"decided",'
        '"approval":"appr-8d3v5n0j2s","decision":"approved"',
        "event-of-nothing",
        8,
    ),
    (
        LOST_PAST,
        '"seq":3,"at":"2026-10-30T08:00:00Z","by":"carl","kind":"changed",'
        '"fields":{"budget":["90000.00 EUR","80000.00 EUR"]}',
        "locked-change",
        3,
    ),
]


@pytest.mark.parametrize(
    ("path", "event", "code", "line"), APPENDED, ids=[entry[2] for entry in APPENDED]
)
def test_an_event_that_does_not_fit_is_found(store, path, event, code, line):
    append_line(store, path, f'- {{"id":"h-0q0q0q0q0q",{event}}}')
    assert f"{path}:{line}:1" in places(check(store).findings, code)


def test_the_same_line_twice_is_told_and_is_one_event(store):
    lines = (store / PAST).read_text(encoding="utf-8").splitlines()
    append_line(store, PAST, lines[3])
    found = check(store).findings
    assert [entry.code for entry in found] == ["event-line-twice"]
    assert places(found, "event-line-twice") == [f"{PAST}:8:1"]


def test_a_history_that_does_not_begin_is_told(store):
    lines = (store / LOST_PAST).read_text(encoding="utf-8").splitlines()
    write_file(store, LOST_PAST, (lines[1] + "\n").encode())
    assert f"{LOST_PAST}:1:1" in places(check(store).findings, "no-creation")


def test_an_empty_history_is_told(store):
    write_file(store, LOST_PAST, b"")
    assert LOST_PAST in places(check(store).findings, "no-creation")


@pytest.mark.parametrize("path", [ELENA, DEAL, PAST, LOST_PAST, "team.yaml", "salescli.yaml"])
def test_a_file_cut_at_any_byte_is_found(store, path):
    whole = (store / path).read_bytes()
    stride = 1 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 37
    for size in range(len(whole) - 1, -1, -stride):
        write_file(store, path, whole[:size])
        assert check(store).exit_code(strict=False) != 0, f"cut after {size} bytes"


@pytest.mark.parametrize(
    "path", [DEAL, PAST, LOST_DEAL, LOST_PAST, LEAD_FILE, f"{LEAD}/history.yaml"]
)
def test_a_line_that_is_gone_is_missed(store, path):
    lines = (store / path).read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.endswith(b":\n") and not line.startswith((b"c", b"p", b"l")):
            continue  # an empty key of the head says nothing
        if line.strip() in (b"quantity: 1", b"category:", b"probability:"):
            continue  # nor do these: what they say is what holds without them
        write_file(store, path, b"".join(lines[:number] + lines[number + 1 :]))
        assert check(store).findings, line


@pytest.mark.parametrize(
    "path", [DEAL, PAST, LEAD_FILE, f"{LEAD}/history.yaml", f"{OPEN}/files/plan.txt", ELENA]
)
def test_a_file_that_is_gone_is_missed(store, path):
    (store / path).unlink()
    assert check(store).exit_code(strict=False) != 0


def test_a_missing_file_of_a_deal_can_not_be_read(store):
    (store / PAST).unlink()
    checked = check(store)
    assert places(checked.findings, "missing-file") == [PAST]
    assert checked.exit_code(strict=False) == 4


def test_without_a_missing_catalogue_its_names_are_nothing(store):
    (store / "team.yaml").unlink()
    assert f"{DEAL}:6:8" in places(check(store).findings, "no-such-reference")


def test_a_damaged_catalogue_is_told_once(store):
    write_file(store, "team.yaml", b"people: [\n")
    checked = check(store)
    assert {entry.place.file for entry in checked.findings if entry.place} == {"team.yaml"}
    assert checked.exit_code(strict=False) == 4


def test_a_newer_format_is_all_that_is_told(store):
    replace_in(store, "salescli.yaml", "format: 1", "format: 2")
    replace_in(store, DEAL, "owner: anna", "owner: ana")
    checked = check(store)
    assert [entry.code for entry in checked.findings] == ["newer-format"]
    assert checked.exit_code(strict=False) == 4


# path, bytes, code
STRAY = [
    ("accounts/somebody.yaml", b"id: x\n", "misplaced-file"),
    ("accounts/somebody--con-4c8t1m9zqx.yaml", b"id: x\n", "misplaced-file"),
    ("opportunities/flat--opp-1c8t1m9zqa/opportunity.yaml", b"id: x\n", "misplaced-file"),
    ("opportunities/2026/flat/opportunity.yaml", b"id: x\n", "misplaced-file"),
    (f"{OPEN}/deal.yaml", b"id: x\n", "misplaced-file"),
    (f"{OPEN}/notes.txt", b"x\n", "unknown-file"),
    (f"{OPEN}/files/other.txt", b"x\n", "file-without-event"),
    ("teem.yaml", b"people:\n", "unknown-file"),
    ("processes/Quick.yaml", b"name: x\nstages: []\n", "bad-id"),
    ("contacts/e--con-iloumnopqr.yaml", b"id: x\n", "bad-id"),
    (f"{OPEN}/files/con.txt", b"x\n", "bad-file-name"),
    (f"{OPEN}/files/" + "x" * 121, b"x\n", "bad-file-name"),
    ("opportunities/2027/flat--opp-7k2m9xq4tb/history.yaml", b"", "duplicate-id"),
    ("contacts/other--con-4c8t1m9zqa.yaml", b"id: con-4c8t1m9zqa\nname: X\n", "duplicate-id"),
    (f"{OPEN}/files/Plan.txt", b"x\n", "name-collision"),
]


@pytest.mark.parametrize(("path", "data", "code"), STRAY, ids=[entry[0][-30:] for entry in STRAY])
def test_what_stands_where_it_does_not_belong_is_found(store, path, data, code):
    write_file(store, path, data)
    told = [f"{entry.place} {entry.text}" for entry in check(store).findings if entry.code == code]
    assert any(path in words for words in told)


@pytest.mark.parametrize(
    "name", [b"contacts/\xff.yaml", b"processes/\xff.yaml", b"leads/2026/\xff"]
)
def test_a_name_that_is_not_utf8_is_found_and_nothing_below_it_is_looked_at(store, name):
    path = os.fsencode(store) + b"/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if name.endswith(b"yaml"):
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    else:
        os.makedirs(path + b"/files")
    checked = check(store)
    shown = name.decode("utf-8", "backslashreplace")
    assert [(entry.code, str(entry.place)) for entry in checked.findings] == [
        ("bad-file-name", shown)
    ]


def test_other_files_may_stand_beside_a_store(store):
    write_file(store, "README.md", b"about us\n")
    write_file(store, "scripts/draw.py", b"pass\n")
    write_file(store, ".github/workflows/check.yaml", b"on: push\n")
    assert check(store).findings == ()


def test_a_link_and_a_fifo_are_told_and_never_opened(store):
    (store / ELENA).unlink()
    (store / ELENA).symlink_to("/etc/hostname")
    os.mkfifo(store / "dashboards.yaml")
    (store / "dashboards").mkdir()
    os.mkfifo(store / "dashboards/x.yaml")
    checked = check(store)
    told = places(checked.findings, "not-a-regular-file")
    assert told == [ELENA, "dashboards.yaml", "dashboards/x.yaml"]
    assert checked.unreadable >= {ELENA, "dashboards/x.yaml"}


@pytest.mark.parametrize(
    "key",
    [
        "ghp_" + "a1B2" * 9,
        "glpat-" + "a1B2" * 5,
        "xoxb-" + "1234567890-abc",
        "AIza" + "a1B2_" * 7,
        "sk_live_" + "a1B2" * 6,
        "-----BEGIN RSA PRIVATE" + " KEY-----",
        "https://anna:" + "hunter22@git.example/x",
    ],
)
def test_keys_of_many_makers_are_recognised(key):
    (found,) = find_secrets("a.txt", f"first\nsee {key} here".encode())
    assert (found.place.line, found.place.column) == (2, 5)


@pytest.mark.parametrize(
    "text", ["https://example.com:8080/a", "mail anna@riverside.example", "AKIA", "a:b@c", "ghp_x"]
)
def test_plain_text_is_no_secret(text):
    assert list(find_secrets("a.txt", text.encode())) == []


def test_a_store_that_git_is_changing_is_not_judged(store, monkeypatch):
    (store / ".git").mkdir()
    (store / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    (store / ".git" / "index.lock").touch()
    monkeypatch.setattr(gitwatch.time, "monotonic", iter(range(0, 1000, 100)).__next__)
    monkeypatch.setattr(gitwatch.time, "sleep", lambda seconds: None)
    with pytest.raises(Clash) as error:
        check(store)
    assert error.value.findings[0].code == "git-is-switching"


def test_a_secret_is_told_by_its_place_alone(store):
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    write_file(store, f"{OPEN}/files/plan.txt", b"plan\n")
    replace_in(store, AGENCY, "owner: anna", f"notes: {key}")
    found = [entry for entry in check(store).findings if entry.code == "secret"]
    assert [str(entry.place) for entry in found] == [f"{AGENCY}:4:8"]
    assert key not in repr(found)
    assert check_store(os.fspath(store), NOW).exit_code(strict=False) == 0


def test_warnings_count_only_when_they_are_asked_for(store):
    replace_in(store, DEAL, "mood:\n", "mood:\nbugdet: 5\n")
    checked = check(store)
    assert [entry.hint for entry in checked.findings] == ["did you mean budget?"]
    assert checked.exit_code(strict=False) == 0
    assert checked.shown(strict=False) == checked.findings
    assert checked.exit_code(strict=True) == 1


def test_advice_on_how_to_sell_is_told_only_when_it_is_asked_for(store):
    replace_in(store, DEAL, "role: decision-maker", "role: influencer")
    replace_in(store, DEAL, "stage: key-contacts", "stage: proposal-preparation")
    replace_in(store, PAST, '"role":"decision-maker"', '"role":"influencer"')
    replace_in(store, PAST, '"to":"key-contacts"', '"to":"proposal-preparation"')
    checked = check(store)
    assert [entry.code for entry in checked.findings] == ["no-decision-maker"]
    assert checked.shown(strict=False) == ()
    assert checked.shown(strict=True) == checked.findings
    assert [checked.exit_code(strict) for strict in (False, True)] == [0, 1]


def test_merged_clients_are_followed_to_the_end_and_circles_are_told(store):
    other = "contacts/e--con-9p3x7y1c0f.yaml"
    write_file(store, other, b"id: con-9p3x7y1c0f\nname: E\nmerged_into: con-4c8t1m9zqa\n")
    replace_in(store, LOST_DEAL, "client: acc-2h6w0r5kdn", "client: con-9p3x7y1c0f")
    replace_in(store, LOST_PAST, '"client":"acc-2h6w0r5kdn"', '"client":"con-9p3x7y1c0f"')
    found = check(store).findings
    assert places(found, "merged-reference") == [f"{LOST_DEAL}:3:9"]
    assert "con-4c8t1m9zqa" in found[-1].text
    replace_in(store, ELENA, "emails:", "merged_into: con-9p3x7y1c0f\nemails:")
    assert set(places(check(store).findings, "merged-in-circle")) == {
        f"{ELENA}:4:14",
        f"{other}:3:14",
    }


def test_findings_come_in_the_order_of_files_and_lines(store):
    replace_in(store, DEAL, "owner: anna", "owner: ana")
    replace_in(store, DEAL, "need: flat-to-live-in", "need: x")
    replace_in(store, AGENCY, "owner: anna", "owner: ana")
    found = [entry for entry in check(store).findings if entry.place]
    keys = [(entry.place.file, entry.place.line) for entry in found]
    assert keys == sorted(keys)
    assert keys[0][0] == AGENCY


def test_of_a_record_that_clashes_only_that_is_told_and_the_command_that_resolves_it(store):
    replace_in(store, DEAL, "title: Flat 47", "<<<<<<< a\ntitle: A\n=======\n>>>>>>> b\ntitle: B")
    replace_in(store, PAST, '"from":"qualification","to"', '"from":"proposal-preparation","to"')
    replace_in(store, "team.yaml", "people:\n", "<<<<<<< a\n=======\n>>>>>>> b\npeople:\n")
    found = check(store).findings
    assert [(entry.code, entry.place.file) for entry in found] == [
        ("conflict-markers", DEAL),
        ("conflict-markers", "team.yaml"),
    ]
    deal = DEAL.split("--")[1].partition("/")[0]
    assert f"salescli resolve {deal} finishes it" in found[0].hint
    assert "salescli resolve team.yaml finishes it" in found[1].hint
