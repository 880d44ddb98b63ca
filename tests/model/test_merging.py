"""Three versions of a value into one: what is kept of each, and what is left to people."""

import pytest

from salescli.model.mergeshapes import shape_of_file
from salescli.model.merging import (
    UNSET,
    build_merged,
    clash_at,
    clashes_of,
    made_of,
    merge_order,
    merge_values,
    plain,
)
from salescli.model.records import Account, Opportunity
from salescli.workspace.schemas import TYPES

DEAL = shape_of_file(Opportunity)
CLIENT = shape_of_file(Account)
PROCESS = shape_of_file(TYPES["process"])
TEAM = shape_of_file(TYPES["team"])
PLAN = shape_of_file(TYPES["plan"])
DICTIONARIES = shape_of_file(TYPES["dictionaries"])
DASHBOARD = shape_of_file(TYPES["dashboard"])


def lines(base: str, ours: str, theirs: str) -> str | None:
    """Texts of two lines, of which each side has changed another."""
    three = zip(*(text.split("\n") for text in (base, ours, theirs)), strict=True)
    made = [ours if theirs in (base, ours) else theirs if ours == base else None
            for base, ours, theirs in three]  # fmt: skip
    return None if None in made else "\n".join(map(str, made))


def people(*names: str, **roles: str) -> dict:
    return {"contacts": [{"contact": name, "role": roles.get(name, "buyer")} for name in names]}


# name, shape, base, ours, theirs, result with clashes decided for ours, paths that clash
CASES = [
    ("other fields", DEAL, {"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "2"},
     {"a": "2", "b": "2"}, []),
    ("one field, one value", DEAL, {"budget": "1"}, {"budget": "2"}, {"budget": "2"},
     {"budget": "2"}, []),
    ("one field, two values", DEAL, {"budget": "1"}, {"budget": "2"}, {"budget": "3"},
     {"budget": "2"}, ["budget"]),
    ("both set what was empty", DEAL, {"budget": None}, {"budget": "2"}, {"budget": "3"},
     {"budget": "2"}, ["budget"]),
    ("emptied and changed", DEAL, {"budget": "1"}, {"budget": None}, {"budget": "3"},
     {"budget": None}, ["budget"]),
    ("emptied and left out are one", DEAL, {"partner": "x"}, {"partner": None}, {},
     {"partner": None}, []),
    ("new keys on both sides", DEAL, {"id": "1"}, {"id": "1", "tactic": "a"},
     {"id": "1", "partner": "b"}, {"id": "1", "partner": "b", "tactic": "a"}, []),
    ("people added on both sides", DEAL, people("b"), people("b", "c"), people("a", "b"),
     people("a", "b", "c"), []),
    ("the first people on both sides", DEAL, {}, people("b"), people("a"), people("a", "b"), []),
    ("one person removed, another changed", DEAL, people("a", "b"), people("b"),
     people("a", "b", b="user"), people("b", b="user"), []),
    ("one person removed and changed", DEAL, people("a", "b"), people("b"),
     people("a", "b", a="user"), people("b"), ["contacts/a"]),
    ("all people removed, one added", DEAL, people("a"), {}, people("a", "b"), people("b"), []),
    ("fields of one person", DEAL, people("a"),
     {"contacts": [{"contact": "a", "role": "buyer", "loyalty": "1"}]}, people("a", a="user"),
     {"contacts": [{"contact": "a", "role": "user", "loyalty": "1"}]}, []),
    ("one person added twice", DEAL, {}, {"contacts": [{"contact": "a", "role": "buyer"}]},
     {"contacts": [{"contact": "a", "loyalty": "2"}]},
     {"contacts": [{"contact": "a", "role": "buyer", "loyalty": "2"}]}, []),
    ("one person added twice, in two roles", DEAL, {}, people("a"), people("a", a="user"),
     people("a"), ["contacts/a/role"]),
    ("people in another order", DEAL, people("a", "b"), people("b", "a"),
     people("a", "b", a="user"), people("a", "b", a="user"), []),
    ("a list with one key twice is one value", DEAL, people("a"), people("a", "a"),
     people("a", "b"), people("a", "a"), ["contacts"]),
    ("words are a set", CLIENT, {"emails": ["a", "b"]}, {"emails": ["b", "c"]},
     {"emails": ["a", "b", "d"]}, {"emails": ["b", "c", "d"]}, []),
    ("words of both, none before", CLIENT, {}, {"emails": ["b"]}, {"emails": ["a"]},
     {"emails": ["a", "b"]}, []),
    ("words of a custom field", DEAL, {"custom": {"x": ["a"]}}, {"custom": {"x": ["a", "b"]}},
     {"custom": {"x": ["a", "c"]}}, {"custom": {"x": ["a", "b", "c"]}}, []),
    ("custom fields one by one", DEAL, {}, {"custom": {"x": "1", "z": "1"}},
     {"custom": {"y": "1", "z": "2"}}, {"custom": {"x": "1", "y": "1", "z": "1"}}, ["custom/z"]),
    ("lines of a text", DEAL, {"tactic": "a\nb"}, {"tactic": "A\nb"}, {"tactic": "a\nB"},
     {"tactic": "A\nB"}, []),
    ("one line of a text", DEAL, {"tactic": "a\nb"}, {"tactic": "A\nb"}, {"tactic": "Z\nb"},
     {"tactic": "A\nb"}, ["tactic"]),
    ("people of the team, and one who went", TEAM,
     {"people": {"a": {"name": "A"}, "b": {"name": "B"}}},
     {"people": {"b": {"name": "B"}}},
     {"people": {"a": {"name": "A", "left": "2026-01-01"}, "b": {"name": "B2"}}},
     {"people": {"b": {"name": "B2"}}}, ["people/a"]),
    ("prices from two days", TEAM, {"people": {"a": {"hourly": {"2026-01-01": "1 EUR"}}}},
     {"people": {"a": {"hourly": {"2026-01-01": "1 EUR", "2026-03-01": "3 EUR"}}}},
     {"people": {"a": {"hourly": {"2026-01-01": "1 EUR", "2026-02-01": "2 EUR"}}}},
     {"people": {"a": {"hourly": {
         "2026-01-01": "1 EUR", "2026-02-01": "2 EUR", "2026-03-01": "3 EUR"}}}}, []),
    ("plans by their keys", PLAN, {"owner": {"anna": {"2026-01": "1 EUR"}}},
     {"owner": {"anna": {"2026-01": "2 EUR"}}}, {"owner": {"anna": {"2026-01": "3 EUR"}}},
     {"owner": {"anna": {"2026-01": "2 EUR"}}}, ["owner/anna/2026-01"]),
    ("a stage moved, its cap changed", PROCESS, {"stages": [{"stage": "a"}, {"stage": "b"}]},
     {"stages": [{"stage": "b"}, {"stage": "a"}]},
     {"stages": [{"stage": "a", "cap": "5"}, {"stage": "b"}]},
     {"stages": [{"stage": "b"}, {"stage": "a", "cap": "5"}]}, []),
    ("stages moved in two ways", PROCESS,
     {"stages": [{"stage": "a"}, {"stage": "b"}, {"stage": "c"}]},
     {"stages": [{"stage": "b"}, {"stage": "a"}, {"stage": "c"}]},
     {"stages": [{"stage": "a"}, {"stage": "c"}, {"stage": "b"}]},
     {"stages": [{"stage": "b"}, {"stage": "a"}, {"stage": "c"}]}, ["stages"]),
    ("a stage between others stays there", PROCESS,
     {"stages": [{"stage": "m"}, {"stage": "n"}]},
     {"stages": [{"stage": "m"}, {"stage": "z"}, {"stage": "n"}]},
     {"stages": [{"stage": "m"}, {"stage": "n"}, {"stage": "a"}]},
     {"stages": [{"stage": "m"}, {"stage": "z"}, {"stage": "n"}, {"stage": "a"}]}, []),
    ("exit criteria by their expression", PROCESS,
     {"stages": [{"stage": "a", "exit": [{"advise": "need"}]}]},
     {"stages": [{"stage": "a", "exit": [{"advise": "need", "say": "Ask"}]}]},
     {"stages": [{"stage": "a", "exit": [{"advise": "need"}, {"require": "budget"}]}]},
     {"stages": [{"stage": "a", "exit": [
         {"advise": "need", "say": "Ask"}, {"require": "budget"}]}]}, []),
    ("words in a stage are one value", PROCESS, {"stages": [{"stage": "a", "moves": ["b"]}]},
     {"stages": [{"stage": "a", "moves": ["b", "c"]}]},
     {"stages": [{"stage": "a", "moves": ["b", "d"]}]},
     {"stages": [{"stage": "a", "moves": ["b", "c"]}]}, ["stages/a/moves"]),
    ("blocks by their ids", DASHBOARD, {"blocks": [{"block": "a"}]},
     {"blocks": [{"block": "a"}, {"block": "c"}]}, {"blocks": [{"block": "a"}, {"block": "b"}]},
     {"blocks": [{"block": "a"}, {"block": "b"}, {"block": "c"}]}, []),
    ("a dictionary", DICTIONARIES, {"needs": {"x": "X"}}, {"needs": {"x": "X", "z": "Z"}},
     {"needs": {"x": "Y"}}, {"needs": {"x": "Y", "z": "Z"}}, []),
    ("keys that nobody knows", DEAL, {"odd": {"a": "1"}}, {"odd": {"a": "2"}},
     {"odd": {"a": "1", "b": "1"}}, {"odd": {"a": "2", "b": "1"}}, []),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_three_versions_make_one(case):
    _, shape, base, ours, theirs, expected, paths = case
    plan = merge_values(base, ours, theirs, shape, lines)
    assert build_merged(plan, ours, theirs, "ours") == expected
    assert [path for path, _ in clashes_of(plan)] == paths


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_it_does_not_matter_who_merges(case):
    _, shape, base, ours, theirs, expected, paths = case
    plan = merge_values(base, theirs, ours, shape, lines)
    assert [path for path, _ in clashes_of(plan)] == paths
    assert plain(build_merged(plan, theirs, ours, "theirs"), shape) == plain(expected, shape)


def test_a_clash_holds_all_three_values():
    plan = merge_values({"budget": "1"}, {"budget": "2"}, {}, DEAL, lines)
    ((path, clash),) = clashes_of(plan)
    assert (path, clash.base, clash.ours, clash.theirs) == ("budget", "1", "2", UNSET)


def test_what_neither_side_has_is_named_since_no_event_says_it():
    base = {"tactic": "a\nb", "contacts": [], "leads": ["lead-1"]}
    ours = {"tactic": "A\nb", "leads": ["lead-1", "lead-2"]}
    theirs = {"tactic": "a\nB", "leads": ["lead-1", "lead-3"]}
    assert list(made_of(merge_values(base, ours, theirs, DEAL, lines))) == ["tactic", "leads"]


def test_an_empty_target_of_a_route_is_not_an_absent_one():
    def stage(**then: str | None) -> dict:
        return {"stages": [{"stage": "a", "steps": [{"step": "s", "then": then}]}]}

    three = (stage(done="x"), stage(done=None), stage(done="x", again="s"))
    plan = merge_values(*three, PROCESS, lines)
    assert build_merged(plan, *three[1:], "ours") == stage(done=None, again="s")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("ab", "ab", "ba", "ba"),
        ("ab", "ba", "ab", "ba"),
        ("abc", "bac", "acb", "bac"),
        ("ac", "abc", "adc", "abdc"),
        ("ac", "adc", "abc", "abdc"),
        ("abd", "abxd", "ad", "abxd"),
        ("ad", "abxd", "acd", "abcxd"),
        ("pr", "px", "prn", "prnx"),
    ],
)
def test_keys_of_both_sides_stand_in_one_order(base, ours, theirs, expected):
    assert merge_order(base, ours, theirs, CLIENT) == list(expected)


def test_a_clash_can_be_told_of_a_value_that_holds_merged_ones():
    three = (people("a"), people("a", a="user"), people("a", "b"))
    plan = merge_values(*three, DEAL, lines)
    forced = clash_at(plan, ("contacts", "a"), three, DEAL)
    ((path, clash),) = clashes_of(forced)
    assert path == "contacts/a"
    assert clash.ours == {"contact": "a", "role": "user"}
    assert build_merged(forced, *three[1:], "theirs") == three[2]
