"""What a commit is about comes before the id of it."""

import pytest

from salescli.report.text.subjects import format_subject


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("note on opp-7k2m9xq4tb: Flat 47", "Flat 47: note on opp-7k2m9xq4tb"),
        (
            "advance opp-7k2m9xq4tb to key-contacts: Mill: shop 2",
            "Mill: shop 2: advance opp-7k2m9xq4tb to key-contacts",
        ),
        (
            "undo: note on opp-7k2m9xq4tb: Flat 47",
            "Flat 47: undo: note on opp-7k2m9xq4tb",
        ),
        ("create person boris: Boris Kalnin", "create person boris: Boris Kalnin"),
        ("Merge remote-tracking branch 'origin/main'",) * 2,
        ("fix: cut", "fix: cut"),
    ],
)
def test_the_title_of_a_record_is_told_before_what_was_done_to_it(subject, shown):
    assert format_subject(subject) == shown
