"""Exit criteria in words."""

import pytest

from salescli.model.criteria import Unmet, wanted_words
from salescli.model.definition import Criterion
from salescli.model.expression import parse_condition
from salescli.model.names import build_names

NAMES = build_names("opportunity", currency="EUR")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("budget", "budget"),
        ("!partner", "no partner"),
        ("budget>=1000", "budget at least 1000.00 EUR"),
        ("close_date>today", "close date after today"),
        ("owner=@me", "owner you"),
        ("title~flat", "title with flat"),
        ("proposals", "a proposal"),
        ("!competitors", "no competitor"),
        ("proposals.state=sent,accepted", "a proposal with state sent or accepted"),
        ("contacts.role!=user", "no contact with role user"),
    ],
)
def test_what_a_condition_wants_is_told_in_words(condition: str, words: str) -> None:
    assert wanted_words(parse_condition(condition, NAMES)) == words


def test_a_criterion_without_words_says_whether_it_is_required() -> None:
    condition = parse_condition("proposals.state=sent", NAMES)
    required = Unmet("a", Criterion(require="proposals.state=sent"), condition)
    assert required.words == "a proposal with state sent"
    assert required.sentence == "a proposal with state sent is required"
    advised = Unmet("a", Criterion(advise="proposals.state=sent"), condition)
    assert advised.sentence == "a proposal with state sent is advised"


def test_the_definitions_own_words_stand_as_they_are() -> None:
    criterion = Criterion(require="budget", say="Ask what they can spend")
    unmet = Unmet("a", criterion, parse_condition("budget", NAMES))
    assert (unmet.words, unmet.sentence) == ("Ask what they can spend", "Ask what they can spend")
