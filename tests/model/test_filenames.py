"""Names of files from outside: nothing in them can leave a directory or trouble a system."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.filenames import distinct_file_names, safe_file_name

DEVICES = {"con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9", "com¹", "conin$"}
nasty = st.text(st.sampled_from("./\\:*con aux COM1é́e\u202e\u200b\x00\x1b\n\ud800ß日-_~\u0130"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Смета №5.xlsx", "Смета №5.xlsx"),
        ("../../../etc/cron.d/x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\Public\\plan.doc", "plan.doc"),
        ("C:plan.doc", "C_plan.doc"),
        ("notes.txt:hidden", "notes.txt_hidden"),
        ("..", "file"),
        ("", "file"),
        ("a/", "file"),
        ("\u200b\x00", "file"),
        (".bashrc", "bashrc"),
        ("... .x", "x"),
        ("plan.", "plan"),
        ("plan. . ", "plan"),
        ("two\r\nlines\tand  more.txt", "two lines and more.txt"),
        ("\x1b]0;title\x07a.txt", "]0;titlea.txt"),
        ("gpj\u202e.exe", "gpj.exe"),
        ("half\ud800.txt", "half.txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul .tar.gz", "_nul .tar.gz"),
        ("LPT1.doc", "_LPT1.doc"),
        ("console.txt", "console.txt"),
        ("e\u0301tage.pdf", "\u00e9tage.pdf"),
        ("e\u200b\u0301.pdf", "\u00e9.pdf"),
        ("-rf", "-rf"),
    ],
)
def test_a_name_becomes_safe(text, name):
    assert safe_file_name(text) == name


def test_a_long_name_is_cut_between_characters_and_keeps_its_ending():
    # 116 bytes are left beside `.pdf`: 58 letters of two bytes each.
    assert safe_file_name("é" * 200 + ".pdf") == "é" * 58 + ".pdf"
    assert safe_file_name("日" * 200) == "日" * 40
    assert safe_file_name("a" * 130 + "." + "b" * 60) == "a" * 120


def test_an_ending_that_is_none_is_cut_like_the_rest():
    assert safe_file_name("v1." + "x" * 300) == "v1." + "x" * 117


def test_same_names_become_different_ones():
    given_names = ["a.png", "A.png", "b.png", "a.png", "../a.png"]
    assert distinct_file_names(given_names) == ["a.png", "A-2.png", "b.png", "a-3.png", "a-4.png"]


def test_long_same_names_stay_within_their_bytes():
    first, second = distinct_file_names(["x" * 130 + ".pdf"] * 2)
    assert first == "x" * 116 + ".pdf"
    assert second == "x" * 114 + "-2.pdf"


@given(st.text() | nasty)
def test_no_text_makes_an_unsafe_name(text):
    name = safe_file_name(text)
    assert 1 <= len(name.encode()) <= 120
    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set('/\\<>:"|?*')
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert not {unicodedata.category(one) for one in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name.split(".")[0].strip().lower() not in DEVICES
    assert safe_file_name(name) == name
