"""Plain values that other readers take for something else stay the text that was typed."""

import pytest
import yaml

from tests.shop import Shop

# The rows of the fault table: 23 no/off/on, 24 numbers in disguise, 25 exponents, 26 days, 27 null.
ODD = [
    *("no", "NO", "off", "on", "y", "true", "False"),
    *("1_000", "12:30:45", "017", "0x1F", "0b101", "08", "007", "+1", "1e3", "1E400", ".nan"),
    *("2026-1-3", "2026-13-45", "2026-11-02T10:00:00Z", "~x", "=", "<<", "!x", "&a", "*a", "a: b"),
]


@pytest.fixture
def shop(tmp_path):
    """A store with nobody but Anna in it."""
    shop = Shop(tmp_path / "store")
    shop.root.mkdir()
    shop.do("init", ".", "--currency", "EUR")
    return shop


@pytest.mark.parametrize("text", ODD)
def test_what_was_typed_is_what_every_reader_reads(shop, text):
    deal = shop.deal(text)
    file = shop.folder(deal) / "opportunity.yaml"
    assert yaml.safe_load(file.read_bytes())["title"] == text
    assert shop.facts(deal)["title"] == text
    assert shop.events(deal)[0]["fields"]["title"] == text
    shown = shop.do("opportunity", "list", "--columns", "title", "--format", "csv", "--raw").out
    assert shown.splitlines()[1] == text


@pytest.mark.parametrize(
    "text", ["no", "NO", "1_000", "12:30:45", "017", "0x1F", "1e3", "2026-1-3"]
)
def test_what_was_written_by_hand_is_not_written_back_as_something_else(shop, text):
    deal = shop.deal("Flat 47")
    file = shop.folder(deal) / "opportunity.yaml"
    file.write_bytes(file.read_bytes().replace(b"title: Flat 47", b"title: " + text.encode()))
    shop.do("check", "--fix")
    shop.do("opportunity", "set", deal, "--need", "flat-to-live-in")
    assert b"\ntitle: " + text.encode() + b"\n" in file.read_bytes()
    assert shop.events(deal)[1]["fields"]["title"] == ["Flat 47", text]


@pytest.mark.parametrize("text", ["~", "", "null", "Null"])
def test_a_plain_null_is_an_empty_value_and_a_quoted_one_is_text(shop, text):
    deal = shop.deal("Flat 47", "--tactic", "Wait")
    file = shop.folder(deal) / "opportunity.yaml"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"tactic: Wait", b"tactic: " + text.encode()))
    assert "its history Wait" in shop.run("check").out
    assert "(empty)" in shop.run("check").out
    file.write_bytes(whole.replace(b"tactic: Wait", f'tactic: "{text or "null"}"'.encode()))
    assert "(empty)" not in shop.run("check").out


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lines_that_nobody_changes_keep_their_ends_and_the_file_its_mark(shop, end, mark):
    deal = shop.deal("Flat 47")
    file = shop.folder(deal) / "opportunity.yaml"
    written = mark + file.read_bytes().replace(b"\n", end)
    file.write_bytes(written)
    shop.do("opportunity", "set", deal, "--need", "flat-to-live-in")
    changed = file.read_bytes()
    assert changed.replace(b"need: flat-to-live-in", b"need:") == written


@pytest.mark.parametrize("text", [".nan", ".inf", "NaN", "Infinity", "1e400", "1e3", "9" * 5000])
def test_what_is_no_amount_is_wrong_usage_on_the_command_line(shop, text):
    deal = shop.deal("Flat 47")
    before = shop.tree()
    assert shop.run("opportunity", "set", deal, "--budget", text).code == 2
    assert shop.run("opportunity", "set", deal, "--probability", text).code == 2
    assert shop.tree() == before


def test_no_clock_however_wrong_stands_in_the_way(shop):
    shop.now = shop.now.replace(year=1970)
    first = shop.deal("Flat 47")
    shop.now = shop.now.replace(year=2100)
    second = shop.deal("Flat 48")
    shop.do("opportunity", "advance", second)
    shop.now = shop.now.replace(year=1999)
    shop.do("opportunity", "set", second, "--need", "flat-to-live-in")
    assert first != second
    assert [event["seq"] for event in shop.events(second)] == [1, 2, 3]
    assert shop.run("check").code == 0
    warned = shop.run("check", "--strict")
    assert warned.code == 1 and "in-the-future" in warned.out
