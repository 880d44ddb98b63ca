"""Any store goes out as lines and comes in again as the very same bytes."""

import base64
import json
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged, Refused
from salescli.model.events import Created
from salescli.model.eventtext import format_event
from salescli.model.facts import build_document_of, fold
from salescli.model.records import RECORD_TYPES
from salescli.store.files import RealFileSystem
from salescli.store.journal import apply_changeset
from salescli.store.texts import format_record
from salescli.store.transaction import Transaction
from salescli.workspace.exporting.restoring import restore_store
from salescli.workspace.exporting.storelines import format_line, parse_line, read_file_line
from tests.shop import START, Shop
from tests.workspace.small_store import ELENA, FILES, OPEN, write_small_store

EXAMPLES = 300 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 15
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
) | st.sampled_from(["=1+1", "yes", "0123", "a: b", "# c", '"', "line\nline\n", "Žižka ✓", "'x"])
DAYS = st.dates(date(1000, 1, 1)).map(lambda day: day.isoformat())
MONEY = st.decimals(0, 10**12, places=2).map(lambda amount: f"{amount:.2f} EUR")
SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def ids(prefix: str) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=10, max_size=10).map(lambda text: f"{prefix}-{text}")


def optional(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


CONTACTS = optional(
    account=ids("acc"),
    position=TEXTS,
    emails=st.lists(TEXTS, min_size=1, max_size=3),
    birthday=DAYS,
    notes=TEXTS,
    archived=st.just(True),
    external=st.dictionaries(SLUGS, TEXTS, min_size=1, max_size=3),
    custom=st.dictionaries(SLUGS, TEXTS | st.lists(TEXTS, min_size=1), min_size=1, max_size=2),
)
DEALS = optional(
    owner=SLUGS,
    budget=MONEY,
    probability=st.integers(0, 100),
    close_date=DAYS,
    tactic=TEXTS,
    is_primary=st.booleans(),
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a store: some as commands write them, some as people leave them."""
    tree = {
        "salescli.yaml": FILES["salescli.yaml"].encode(),
        "team.yaml": FILES["team.yaml"].encode(),
        "dictionaries.yaml": b"roles:\n  decision-maker: Decision maker\n",
    }
    for contact in draw(st.lists(ids("con"), max_size=3, unique=True)):
        record = {"id": contact, "name": draw(TEXTS)} | draw(CONTACTS)
        source = format_record(record, RECORD_TYPES["contact"])
        tail = draw(st.sampled_from([b"", b"", b"# by hand\n", b"colour: red\n"]))
        tree[f"contacts/x--{contact}.yaml"] = source + tail
    for deal in draw(st.lists(ids("opp"), max_size=3, unique=True)):
        fields = {"title": draw(TEXTS), "client": draw(ids("con")), "stage": "qualification"}
        fields |= {"process": "real-estate"} | draw(DEALS)
        note = draw(st.none() | TEXTS)
        created = Created(id="h-0000000001", seq=1, at=START, by="anna", fields=fields, note=note)
        state = fold([created])
        document = {"id": deal, **build_document_of(state, RECORD_TYPES["opportunity"])}
        folder = f"opportunities/2026/deal--{deal}"
        facts = format_record(document, RECORD_TYPES["opportunity"])
        line = f"- {format_event(created)}\n".encode()
        tree[f"{folder}/opportunity.yaml"] = facts
        tree[f"{folder}/history.yaml"] = line + draw(st.sampled_from([b"", b"# by hand\n"]))
        if draw(st.booleans()):
            tree[f"{folder}/files/any.bin"] = draw(st.binary(max_size=50))
    return tree


@settings(max_examples=EXAMPLES, deadline=None)
@given(trees())
def test_a_store_is_the_same_bytes_after_export_and_import(tree):
    with tempfile.TemporaryDirectory() as folder:
        one = Shop(Path(folder) / "one")
        for path, source in tree.items():
            target = one.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source)
        exported = one.do("export", "store").out
        (one.root.parent / "store.jsonl").write_text(exported, encoding="utf-8")
        one.do("import", "store", "../store.jsonl", "../two")
        two = Shop(one.root.parent / "two")
        assert two.tree() == tree
        assert two.do("export", "store").out == exported


def test_a_record_is_its_document_and_a_history_its_events():
    source = FILES[f"{OPEN}/history.yaml"].encode()
    told = json.loads(format_line(f"{OPEN}/history.yaml", source))
    assert [event["kind"] for event in told["events"]][:3] == ["created", "moved", "changed"]
    document = {"id": "con-4c8t1m9zqa", "name": "Elena Petrova", "account": "acc-2h6w0r5kdn"}
    document |= {"emails": ["elena@example.com"]}
    told = json.loads(format_line(ELENA, FILES[ELENA].encode(), document))
    assert told == {"path": ELENA, "record": document}


def test_what_a_hand_has_written_into_a_file_goes_out_as_its_text():
    source = FILES[ELENA].encode() + b"# ask her sister\n"
    told = json.loads(format_line(ELENA, source, {"id": "con-4c8t1m9zqa", "name": "Elena"}))
    assert told == {"path": ELENA, "text": source.decode()}


def test_an_attachment_goes_out_as_base64():
    told = json.loads(format_line(f"{OPEN}/files/plan.txt", b"\x00plan"))
    assert base64.b64decode(told["base64"]) == b"\x00plan"


def test_a_line_that_another_program_has_spaced_out_is_written_as_we_write_it():
    line = parse_line(
        b'{ "path" : "%s/history.yaml", "events" : [ { "kind":"noted", "text":"x", "id":"h-1",'
        b' "at":"2026-11-02T12:00:00+02:00", "seq":1, "by":"anna" } ] }' % OPEN.encode()
    )
    at = b'"at":"2026-11-02T10:00:00Z","by":"anna"'
    assert read_file_line(line) == (
        b'- {"id":"h-1","seq":1,' + at + b',"kind":"noted","text":"x"}\n'
    )


@pytest.mark.parametrize(
    "line",
    [
        {"path": "../salescli.yaml", "text": ""},
        {"path": "/etc/cron.d/x", "text": ""},
        {"path": ".git/hooks/pre-commit", "text": ""},
        {"path": ".salescli/journal", "base64": ""},
        {"path": ELENA, "record": {"id": "con-9p3x7y1c0f", "name": "Elena"}},
        {"path": ELENA, "record": {"id": "con-4c8t1m9zqa", "name": "Elena", "colour": "red"}},
        {"path": ELENA, "record": {"id": "con-4c8t1m9zqa", "name": {"first": "Elena"}}},
        {"path": ELENA, "text": "id: con-9p3x7y1c0f\nname: Elena\n"},
        {"path": ELENA, "text": "name: [\n"},
        {"path": ELENA, "events": []},
        {"path": ELENA},
        {"path": "team.yaml", "text": "people: 3\n"},
        {"path": f"{OPEN}/history.yaml", "events": [{"kind": "noted"}]},
        {"path": f"{OPEN}/history.yaml", "events": [3]},
        {"path": f"{OPEN}/files/a.bin", "base64": "?"},
        {"path": f"{OPEN}/files/a/b.bin", "base64": ""},
    ],
    ids=lambda line: json.dumps(line)[:60],
)
def test_what_could_not_be_read_again_is_refused(line):
    with pytest.raises(Damaged):
        read_file_line(parse_line(json.dumps(line).encode()))


@pytest.mark.parametrize("source", [b"", b"[]", b'{"path":', b'{"path":1}', b"\xff", b"[" * 9999])
def test_what_is_no_line_at_all_is_damage_and_no_crash(source):
    with pytest.raises(Damaged) as caught:
        parse_line(source)
    assert caught.value.findings[0].code == "not-a-store-line"


@pytest.fixture
def small(tmp_path: Path) -> Shop:
    write_small_store(tmp_path / "small")
    return Shop(tmp_path / "small")


def restore(lines: list[str], root: Path) -> Transaction:
    files = Transaction(RealFileSystem(), root)
    restore_store(files, [line.encode() for line in lines], "store.jsonl")
    return files


def test_every_fault_is_told_with_its_line(small, tmp_path):
    lines = small.do("export", "store").out.splitlines(keepends=True)
    lines[3] = '{"path":"dictionaries.yaml","text":"roles: ["}\n'
    lines[5] = "no line\n"
    with pytest.raises(Damaged) as caught:
        restore(lines, tmp_path / "new")
    places = [found.place.line for found in caught.value.findings]
    assert places == [4, 6]


@pytest.mark.parametrize("kept", [0, 1, 5, -1])
def test_a_store_that_was_cut_off_is_not_taken(small, tmp_path, kept):
    lines = small.do("export", "store").out.splitlines(keepends=True)[:kept]
    with pytest.raises(Damaged):
        restore(lines, tmp_path / "new")


def test_a_deal_without_its_history_is_not_taken(small, tmp_path):
    lines = small.do("export", "store").out.splitlines(keepends=True)
    left = [line for line in lines if f"{OPEN}/history.yaml" not in line]
    left[-1] = json.dumps({"files": len(left) - 2})
    with pytest.raises(Damaged) as caught:
        restore(left, tmp_path / "new")
    assert [found.code for found in caught.value.findings] == ["missing-file"]


def test_a_store_with_records_is_left_alone(small):
    lines = small.do("export", "store").out.splitlines(keepends=True)
    with pytest.raises(Refused):
        restore(lines, small.root)


def test_settings_and_catalogues_of_an_empty_store_are_replaced(small, shop):
    lines = small.do("export", "store").out.splitlines(keepends=True)
    files = restore(lines, shop.root)
    apply_changeset(files.fs, shop.root, files.changeset("x", "import store", "anna", START))
    assert shop.tree() == small.tree() | beside(shop)


def beside(shop: Shop) -> dict[str, bytes]:
    return {path: shop.tree()[path] for path in (".gitattributes", ".gitignore")}
