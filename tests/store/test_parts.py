"""Rows counted in parts, by two processes or by one: what comes of it is the same."""

import os

import pytest

from salescli.store import parts
from salescli.store.parts import count_in_parts


@pytest.mark.parametrize("number", [0, 1, 7, 8, 9, 100])
def test_the_parts_together_are_all_rows_in_their_order(number, monkeypatch):
    monkeypatch.setattr(parts, "SHARED_FROM", 1)
    found = count_in_parts(range(number), list)
    assert [one for part in found for one in part] == list(range(number))
    assert len(found) <= 8


def test_few_rows_are_counted_at_once():
    assert count_in_parts(range(parts.SHARED_FROM - 1), sum) == [sum(range(parts.SHARED_FROM - 1))]


def test_heavy_rows_are_shared_from_fewer_on(monkeypatch):
    monkeypatch.setattr(parts, "is_sharing_possible", lambda: True)
    assert len(count_in_parts(range(8), sum, are_heavy=True)) == 8
    assert len(count_in_parts(range(7), sum, are_heavy=True)) == 1


def test_what_the_second_process_cannot_count_is_counted_here(monkeypatch):
    monkeypatch.setattr(parts, "SHARED_FROM", 1)
    here = os.getpid()

    def count(rows):
        if os.getpid() != here:
            raise RuntimeError("no database here")
        return sum(rows)

    assert sum(count_in_parts(range(50), count)) == sum(range(50))


def test_what_cannot_be_counted_here_is_raised(monkeypatch):
    monkeypatch.setattr(parts, "SHARED_FROM", 1)

    def count(rows):
        raise ValueError(next(rows))

    with pytest.raises(ValueError, match=r"^\d+$") as raised:
        count_in_parts(range(50), count)
    assert int(str(raised.value)) % 7 == 0  # the beginning of a part, whichever was this process's
