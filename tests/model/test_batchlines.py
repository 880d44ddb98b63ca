"""Lines of a batch: what is read from JSON, and which key a finding is about."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.batchlines import key_at_fault, plain_words, read_line
from salescli.model.errors import Place, WrongUsage, finding


def test_numbers_keep_the_digits_that_were_written():
    line = read_line(1, '{"op":"x","a":12.50,"b":1e5,"c":-7,"d":[1.10],"e":{"k":2.0}}')
    assert line.values == {"a": "12.50", "b": "1e5", "c": "-7", "d": ["1.10"], "e": {"k": "2.0"}}


def test_the_keys_of_a_line_itself_are_no_values():
    text = '{"op":"note","ref":"n1","if_unchanged":"0123456789ab","idempotency_key":"k","text":"x"}'
    line = read_line(4, text)
    assert (line.number, line.op, line.ref) == (4, "note", "n1")
    assert (line.revision, line.key, line.values) == ("0123456789ab", "k", {"text": "x"})


def test_a_switch_stays_one_and_inside_a_list_it_is_a_word():
    assert read_line(1, '{"op":"x","a":true,"b":[false]}').values == {"a": True, "b": ["no"]}


def test_all_that_is_wrong_with_a_line_is_told():
    with pytest.raises(WrongUsage) as caught:
        read_line(1, '{"op":"x","ref":"a b","if_unchanged":"q","a":null,"b":[[]]}')
    assert [one.field for one in caught.value.findings] == ["ref", "if_unchanged", "a", "b"]


def test_a_line_that_is_no_object_is_told_as_it_stands():
    with pytest.raises(WrongUsage) as caught:
        read_line(1, "[1]")
    assert caught.value.findings[0].text == "a line is an object, not '[1]'"


def test_deep_nesting_and_endless_numbers_end_in_words():
    for text in ("[" * 100_000, '{"op":"x","a":' + "[" * 50_000 + "}", '{"op":"x","a":Infinity}'):
        with pytest.raises(WrongUsage) as caught:
            read_line(1, text)
        assert caught.value.findings[0].code == "not-json"
        assert len(caught.value.findings[0].text) < 200
    assert read_line(1, '{"op":"x","a":' + "9" * 9000 + "}").values["a"] == "9" * 9000


@given(st.text())
def test_any_text_is_a_line_or_wrong_usage(text):
    with contextlib.suppress(WrongUsage):
        read_line(1, text)


@given(st.dictionaries(st.text(), st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_texts_come_back_as_they_were_written(values):
    values = {
        k: v for k, v in values.items() if k not in ("op", "ref", "if_unchanged", "idempotency_key")
    }
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert read_line(1, json.dumps({"op": "x", **values})).values == values


def test_what_is_wrong_with_a_file_is_about_the_key_that_names_it():
    found = finding("x", "name is missing", field="name", place=Place("p.yaml", 1, 1))
    assert key_at_fault(found, {"name": "P", "source": "p.yaml"}, ["name", "source"]) == "source"


@pytest.mark.parametrize(
    ("field", "text", "values", "key"),
    [
        ("budget", "'12,5' is not an amount", {"budget": "12,5"}, "budget"),
        ("stage", "already at Qualification", {"to": "qualification"}, "to"),
        ("close_reason", "a lost deal needs a reason", {"outcome": "lost"}, "reason"),
        ("client", "there is no client 'A'", {"client": "A", "into": "B"}, "client"),
        ("client", "there is no client 'A'", {"account": "A"}, "account"),
        ("contacts", "'Boris' is not on the list", {"contact": "Boris"}, "contact"),
        ("custom.colour", "no custom field 'colour'", {"custom": {"colour": "red"}}, "custom"),
        ("record", "there is no deal 'A'", {"lead": "A"}, "lead"),
        ("file", "there is no file plan.pdf", {"path": "plan.pdf"}, "path"),
        ("", "the title says 'plan.pdf', which nobody likes", {"path": "plan.pdf"}, ""),
        ("team.yaml", "a line is missing", {}, "team.yaml"),
    ],
)
def test_a_finding_is_about_the_key_that_stands_for_its_field(field, text, values, key):
    keys = {*values, "reason", "note"}
    assert key_at_fault(finding("x", text, field=field), values, keys) == key


def test_words_of_a_command_are_plain_ones_for_a_program():
    text = "'D' may be any of 2:\n  deal opp-1  D\n    Elena, won\n  deal opp-2  D · boris"
    assert plain_words(text, []) == (
        "'D' may be any of 2: deal opp-1 D · Elena, won; deal opp-2 D · boris"
    )
    assert plain_words("needs --close-date DAY, or --other", ["close_date"]) == (
        "needs 'close_date' DAY, or --other"
    )
