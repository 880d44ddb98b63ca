import json
import re
from datetime import UTC, datetime

import msgspec
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from salescli.model.errors import Refused
from salescli.model.events import Changed, Created, Done, Mailed, Moved, Noted, Planned
from salescli.model.eventtext import MAX_LINE, decode_event, format_event

AT = datetime(2026, 11, 2, 10, 12, tzinfo=UTC)
FIRST = {"id": "h-8r0k2c5v1m", "seq": 1, "at": AT, "by": "anna"}
START = '{"id":"h-8r0k2c5v1m","seq":1,"at":"2026-11-02T10:12:00Z","by":"anna",'


def noted(text):
    return Noted(**FIRST, text=text)


def test_the_formats_52_lines_come_back_byte_for_byte(history_lines):
    assert len(history_lines) == 52
    for line in history_lines:
        assert format_event(decode_event(line)).encode() == line


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", r"a\nb"),
        ("a\tb", r"a\u0009b"),
        ("a\rb\bc\fd", r"a\u000db\u0008c\u000cd"),
        ("\0\x1b\x1f", r"\u0000\u001b\u001f"),
        ('say "x"', r"say \"x\""),
        ("C:\\temp\\new", r"C:\\temp\\new"),  # no tab is made of a path
        ("\\\t", r"\\\u0009"),
        ("a/b", "a/b"),
        ("\x7f", r"\u007f"),
        ("\x80\x85\x9b\x9f", r"\u0080\u0085\u009b\u009f"),
        ("\u2028\u2029\ufeff", r"\u2028\u2029\ufeff"),
        ("\ufffe\uffff", r"\ufffe\uffff"),  # no characters for YAML
        ("\xa0Bērziņa Кузьмин 東京", "\xa0Bērziņa Кузьмин 東京"),
        ("\U0001f3e0\U0010fffd", "\U0001f3e0\U0010fffd"),
        ("\ud7ff\ue000\ufffd", "\ud7ff\ue000\ufffd"),
    ],
)
def test_characters_are_escaped_as_the_format_says(text, written):
    line = format_event(noted(text))
    assert line == f'{START}"kind":"noted","text":"{written}"}}'
    assert decode_event(line.encode()) == noted(text)


def test_half_a_surrogate_pair_is_not_written():
    with pytest.raises(UnicodeEncodeError):
        format_event(noted("\ud83c"))


def test_an_event_longer_than_a_line_may_be_is_refused():
    longest = MAX_LINE - len(format_event(noted("")))
    assert len(format_event(noted("ē" * (longest // 2) + "x" * (longest % 2))).encode()) == MAX_LINE
    with pytest.raises(Refused) as caught:
        format_event(noted("ē" * (longest // 2) + "xx"))
    assert caught.value.findings[0].code == "event-too-long"


def test_keys_stand_in_the_formats_order_and_nothing_empty_is_written():
    event = Planned(
        **FIRST,
        activity="act-3t8d0n5v2k",
        type="meeting",
        title="Show",
        owner="anna",
        remind=30,
        minutes=0,
        start=AT,
        key="k/1",
        via="import",
        logged=datetime(2026, 11, 2, 11, tzinfo=UTC),
        note="n",
    )
    assert format_event(event) == (
        START + '"kind":"planned","activity":"act-3t8d0n5v2k","type":"meeting","title":"Show",'
        '"owner":"anna","start":"2026-11-02T10:12:00Z","minutes":0,"remind":30,'
        '"note":"n","logged":"2026-11-02T11:00:00Z","via":"import","key":"k/1"}'
    )


def test_a_required_list_is_written_even_when_empty():
    line = format_event(Created(**FIRST, fields={}))
    assert line == START + '"kind":"created","fields":{}}'


def test_before_and_after_keep_their_types():
    fields = {"probability": [None, 35], "archived": [True, False], "budget": ["1.00 EUR", None]}
    line = format_event(Changed(**FIRST, fields=fields))
    assert line.endswith(
        '"fields":{"probability":[null,35],"archived":[true,false],"budget":["1.00 EUR",null]}}'
    )


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"kind":"noted"}',
        (START + '"kind":"teleported","text":"x"}').encode(),
        (START + '"kind":"noted","text":1}').encode(),
        (START + '"kind":"noted"}').encode(),
        (START + '"kind":"noted","text":"x"} x').encode(),
        (START + '"kind":"changed","fields":{"budget":["1.00 EUR"]}}').encode(),
        (START + '"kind":"changed","fields":{"budget":[1,2,3]}}').encode(),
        (START + '"kind":"changed","fields":{"budget":[null,1.5]}}').encode(),
        (START + '"kind":"noted","text":"x"}').replace('"seq":1', '"seq":0').encode(),
        (START + '"kind":"noted","text":"x"}').replace('"seq":1', '"seq":"1"').encode(),
        (START + '"kind":"noted","text":"x"}').replace("00Z", "00").encode(),  # no zone
        b"\xff",
        b"<<<<<<< HEAD",
    ],
)
def test_what_is_no_event_is_refused(line):
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode_event(line)


# Any text at all, of all that a file can hold, with those that readers differ about made likely.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(
        '\\"\n\r\t\b\f/u0\x00\x7f\x80\x85\x9b\xa0\u2028\u2029\ufeff\ufffe\uffff\U0001f3e0'
    ),
)
TEXTS = st.text(CHARACTERS, max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
INSTANTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
FIRST_VALUES = {"id": TEXTS, "seq": st.integers(1, 10**9), "at": INSTANTS, "by": TEXTS}
EVENTS = st.one_of(
    st.builds(Noted, **FIRST_VALUES, text=TEXTS, note=st.none() | TEXTS, key=st.none() | TEXTS),
    st.builds(Created, **FIRST_VALUES, fields=st.dictionaries(TEXTS, VALUES, max_size=3)),
    st.builds(
        Changed,
        **FIRST_VALUES,
        fields=st.dictionaries(TEXTS, st.lists(VALUES, min_size=2, max_size=2), max_size=3),
    ),
    st.builds(Moved, **FIRST_VALUES, from_=TEXTS, to=TEXTS, skipped=st.lists(TEXTS, max_size=3)),
    st.builds(Mailed, **FIRST_VALUES, mail=TEXTS, direction=TEXTS, from_=TEXTS, subject=TEXTS),
    st.builds(Done, **FIRST_VALUES, activity=TEXTS, result=TEXTS, start=st.none() | INSTANTS),
)


@given(EVENTS)
@example(noted("\x7f"))
@example(noted("\x85"))
@example(noted("\u2028"))
@example(noted("\\t\\u0041\U0001f3e0"))
def test_every_event_reads_back_as_itself(event):
    assert decode_event(format_event(event).encode()) == event


@given(EVENTS)
@example(noted("\x00\t\x85\u2028\ufffe\uffff\U0001f3e0"))
def test_a_line_is_the_same_value_to_json_and_to_yaml_1_1(event):
    line = format_event(event)
    value = json.loads(line)
    assert yaml.safe_load(f"- {line}\n") == [value]
    assert yaml.load(f"- {line}\n", yaml.CSafeLoader) == [value]


@given(EVENTS)
def test_a_line_is_one_line_with_no_escape_but_the_formats(event):
    line = format_event(event)
    assert len(line.splitlines()) == 1
    escapes = re.findall(r"\\(u....|.)", line)
    assert all(entry in ("n", '"', "\\") or entry.startswith("u") for entry in escapes)
