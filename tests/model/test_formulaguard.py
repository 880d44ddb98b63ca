"""The guard against formulas: on what it is put, and that it comes off exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.formulaguard import guard, unguard

TEXTS = st.text() | st.text("'=+-@\t\ra")
STARTS = ["=1+1", "+371 2000", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''+"]


@pytest.mark.parametrize("text", STARTS)
def test_what_a_spreadsheet_would_run_has_one_mark_more(text):
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "'", "'tis", "''quoted''", " =1"])
def test_any_other_text_stays_as_it_is(text):
    assert (guard(text), unguard(text)) == (text, text)


@given(TEXTS)
def test_what_was_guarded_comes_back_exactly(text):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
