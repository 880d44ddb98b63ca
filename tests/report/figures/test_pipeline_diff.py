"""Two states of a store: what became of each deal, and the sentences of the tour."""

from datetime import date

import msgspec
import pytest

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.forecast_diff import build_difference
from salescli.report.figures.pipeline_diff import (
    PipelineDiff,
    State,
    build_shift,
    build_shifts,
    build_side,
    changed_ids,
)
from salescli.report.layouts.pipeline_diff_layout import build_diff_document, render_diff
from salescli.report.layouts.pipeline_diff_words import (
    describe_deals,
    describe_forecast,
    describe_shift,
    describe_worked,
    titles_of,
)
from salescli.report.text.forge_text import escape_for_forge
from tests.report.forecast_deals import asked
from tests.report.funnel_deals import REAL_ESTATE, make_deal

DAY = date(2024, 3, 31)
IN = "2024-04-25"


def stages_with(caps: dict[str, int]) -> Definition:
    stages = [
        msgspec.structs.replace(stage, cap=caps.get(stage.stage, stage.cap))
        for stage in REAL_ESTATE.stages
    ]
    return msgspec.structs.replace(REAL_ESTATE, stages=stages)


CAPPED = stages_with({"qualification": 10, "key-contacts": 40, "proposal-presentation": 60})


def deal(name: str, moves: str = "Q 03-02", budget: str = "100.00 EUR", **facts: object) -> Deal:
    made = make_deal(name, moves, budget, close_date=IN, owner="anna")
    return msgspec.structs.replace(made, **facts)


def diff_of(
    then: list[Deal], now: list[Deal], definition_then: Definition = CAPPED, **more: object
) -> PipelineDiff:
    question = asked("2024-04", DAY)
    forecast = build_difference(
        then, now, question, question, CAPPED, definition_then=definition_then
    )
    ids = changed_ids(then, now, lambda _: True)
    sides = [{one.id: one for one in each if one.id in ids} for each in (then, now)]
    known = [{"real-estate": one} for one in (definition_then, CAPPED)]
    return PipelineDiff(
        before=State("HEAD~1", "a" * 40, "2024-03-30T10:00:00Z"),
        after=State("the files"),
        process=None,
        shifts=build_shifts(*sides, *known, forecast),
        forecast=forecast,
        invalid=0,
        **more,
    )


@pytest.mark.parametrize(
    ("then", "now", "kind", "words"),
    [
        (None, deal("A"), "new", "at Qualification, 100 EUR"),
        (deal("A"), None, "gone", "at Qualification, 100 EUR"),
        (None, deal("A", "Q 03-02, W 03-10"), "won", "at Won, 100 EUR"),
        (deal("A"), deal("A", "Q 03-02, K 03-10"), "moved", "Qualification → Key contacts"),
        (
            deal("A"),
            deal("A", "Q 03-02, W 03-10", close_date="2024-03-10"),
            "won",
            "Qualification → Won; 100 EUR",
        ),
        (
            deal("A"),
            deal("A", "Q 03-02, L 03-10", close_reason="price"),
            "lost",
            "Qualification → Lost: The price; 100 EUR",
        ),
        (deal("A"), deal("A", "Q 03-02, R 03-10"), "rerouted", "Qualification → Rerouted"),
        (
            deal("A", "Q 03-02, L 03-10"),
            deal("A", "Q 03-02, L 03-10, >Q 03-12"),
            "reopened",
            "Lost → Qualification",
        ),
        (deal("A"), deal("A", budget="120.50 EUR"), "changed", "100 → 120.50 EUR"),
        (deal("A"), deal("A", budget="100.00 USD"), "changed", "100 EUR → 100 USD"),
        (
            deal("A", amount="9.00 EUR"),
            deal("A", amount="9.00 EUR", budget="120.50 EUR"),
            "changed",
            "budget 100 → 120.50 EUR",
        ),
        (deal("A"), deal("A", probability=5), "changed", "10 → 5 %"),
        (
            deal("A"),
            deal("A", close_date=None, owner="boris", title="B"),
            "changed",
            "closes 25 Apr 2024 → no day; owner anna → boris; was called A",
        ),
        (deal("A"), deal("A", touched_at=5), "worked", ""),
    ],
)
def test_what_became_of_a_deal(then, now, kind, words):
    (shift,) = diff_of([then] if then else [], [now] if now else []).shifts
    assert (shift.kind, describe_shift(shift, {"price": "The price"})) == (kind, words)


def test_a_budget_is_told_beside_the_value_where_it_was_the_value_on_one_side_alone():
    (came,) = diff_of([deal("A")], [deal("A", amount="9.00 EUR", budget="50.00 EUR")]).shifts
    (went,) = diff_of([deal("A", amount="9.00 EUR", budget="50.00 EUR")], [deal("A")]).shifts
    assert came.fields == went.fields == ("value", "budget")


def test_deals_that_are_kept_in_one_of_the_states_are_compared():
    then = [deal("A"), deal("B"), deal("C"), deal("D", owner="boris"), deal("E", owner="boris")]
    now = [
        deal("A", touched_at=5),
        deal("B"),
        deal("C", owner="boris"),
        deal("D", touched_at=5, owner="boris"),
        deal("E"),
        deal("F", owner="boris"),
    ]
    assert changed_ids(then, now, lambda one: one.owner == "anna") == {"A", "C", "E"}


def test_a_deal_moves_the_forecast_by_all_its_changes_together():
    """Of 100 at 10 % to 200 at 50 %: 10 more by the value, then 80 by the probability."""
    (shift,) = diff_of([deal("A")], [deal("A", budget="200.00 EUR", probability=50)]).shifts
    euros = shift.forecast["EUR"]
    assert (shift.fields, shift.process) == (("value", "probability"), "real-estate")
    assert (euros.pipeline, euros.weighted) == (100_00, 90_00)  # cents


def test_a_deal_that_moves_no_forecast_has_none():
    (shift,) = diff_of([deal("A")], [deal("A", touched_at=5)]).shifts
    assert (shift.forecast, shift.fields) == ({}, ())


def test_of_a_deal_that_is_new_or_gone_no_fields_are_told():
    known = {"real-estate": CAPPED}
    for then, now in ((None, deal("A")), (deal("A"), None)):
        shift = build_shift(then, now, known, known, {})
        assert (shift.fields, shift.id) == ((), "A")
        assert (shift.before is None, shift.after is None) == (then is None, now is None)


def test_a_stage_that_no_process_has_is_its_id_and_open():
    for known in ({}, {"real-estate": CAPPED}):
        side = build_side(deal("A", stage="gone"), known)
        assert (side.stage, side.stage_name, side.status) == ("gone", "gone", "open")
        assert side.probability == 0
    assert build_side(deal("A", "Q 03-02, W 03-10"), {}).status == "open"
    assert build_side(deal("A", stage="gone", probability=30), {}).probability == 30


def test_only_a_won_deal_is_worth_its_revenue():
    won = deal("A", "Q 03-02, W 03-10", revenue="90.00 EUR")
    assert build_side(won, {"real-estate": CAPPED}).value == "90.00 EUR"
    still = deal("A", revenue="90.00 EUR")
    assert build_side(still, {"real-estate": CAPPED}).value == "100.00 EUR"


def test_a_deal_that_is_the_same_is_not_told():
    assert diff_of([deal("A")], [deal("A")]).shifts == ()


def test_the_sentences_say_what_moved_the_forecast_those_first_that_did_most():
    """100 of 10 %, then of 35 %; 50 new at 10 %; 236 of 60 % won: 10 + 141.60 → 35 + 5."""
    then = [deal("Flat 47"), deal("Flat 12", "Q 03-01, S 03-02", "236.00 EUR")]
    now = [
        deal("Flat 47", probability=35),
        deal("Flat 12", "Q 03-01, S 03-02, W 03-20", "236.00 EUR"),
        deal("Shop 2", budget="50.00 EUR"),
    ]
    diff = diff_of(then, now)
    assert describe_deals(diff) == "1 deal won (236 EUR), 1 new (50 EUR), 1 changed."
    assert describe_forecast(diff) == [
        "Weighted April 2024: 151.60 → 40 EUR (−111.60): Flat 12 −141.60 (won, was 60 % of 236), "
        "Flat 47 +25 (10 → 35 %), Shop 2 +5 (new)."
    ]


def test_what_was_won_in_the_period_is_told_besides():
    diff = diff_of([deal("A", "Q 03-02, W 04-10")], [])
    assert "Won April 2024: −100 EUR." in describe_forecast(diff)


def test_a_change_of_the_process_alone_moves_the_forecast_too():
    diff = diff_of([deal("A")], [deal("A")], stages_with({"qualification": 20}))
    assert describe_deals(diff) == "No deal is different."
    assert describe_forecast(diff) == [
        "Weighted April 2024: 20 → 10 EUR (−10): A −10 (probability down)."
    ]


def test_nothing_different_is_said_so():
    diff = diff_of([deal("A")], [deal("A")])
    assert describe_forecast(diff) == ["Weighted April 2024: 10 EUR, unchanged."]


def test_of_many_movers_five_are_named():
    diff = diff_of([], [deal(f"D{n}") for n in range(7)])
    (sentence,) = describe_forecast(diff)
    assert sentence.count("(new)") == 5 and sentence.endswith(" and 2 more deals.")


def test_deals_of_which_only_the_history_has_grown_are_named_but_have_no_row():
    then = [deal(f"D{n}") for n in range(7)]
    diff = diff_of(then, [deal(f"D{n}", touched_at=5) for n in range(7)])
    assert describe_worked(diff) == ["Worked on: D0, D1, D2, D3, D4 and 2 more."]
    for form in ("table", "md"):
        text = render_diff(diff, form).text
        assert "7 deals worked on." in text and "D4 and 2 more." in text
        assert "Owner" not in text  # no table


def test_a_diff_without_such_deals_names_none():
    assert describe_worked(diff_of([], [deal("A")])) == []


def test_a_title_in_a_comment_calls_nobody_and_links_nowhere():
    title = "@anna #1 <b>|![x](https://evil.example) www.evil.example"
    text = render_diff(diff_of([], [deal("A", title=title)]), "md").text
    for trap in ("@anna", "#1", "<b>", "https:", "www.", "![x]"):
        assert trap not in text
    assert text.split("\n\n")[1].count("\n") == 2  # a head, a rule, a row


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, 35 % & more", "plain, 35 % &amp; more"),
        ("a|b `c` *d*", r"a\|b \`c\` \*d\*"),
        ("me@example.com", "me@\u200bexample.com"),
        ("HTTP://a", "HTTP\u200b://a"),
        ("\x1b[31mred", "\ufffd\\[31mred"),
    ],
)
def test_text_of_users_is_shown_as_it_is(text, shown):
    assert escape_for_forge(text) == shown


def test_every_line_of_a_terminal_fits():
    long = deal("A", title="A very long title of a deal that goes on and on and on")
    rendered = render_diff(diff_of([], [long]), "table", width=60)
    assert max(map(len, rendered.text.split("\n"))) <= 60


def test_the_document_has_both_sides_of_each_deal_and_the_forecast():
    document = build_diff_document(diff_of([deal("A")], [deal("A", "Q 03-02, K 03-10")]))
    assert document["schema"] == "salescli/diff@1"
    assert document["before"]["commit"] == "a" * 40
    assert document["after"] == {"revision": None, "commit": None, "at": None}
    assert document["counts"] == {"moved": 1}
    (found,) = document["deals"]
    assert (found["before"]["stage"], found["after"]["stage"]) == ("qualification", "key-contacts")
    assert found["forecast"]["EUR"]["weighted"] == "30.00"
    assert document["forecast"]["after"]["sums"]["EUR"]["weighted"] == "40.00"


def test_deals_of_one_title_are_told_apart_by_the_beginning_of_their_ids():
    then = [deal("opp-abcd000001", title="Old Mill"), deal("opp-abce000002", title="old mill")]
    now = [msgspec.structs.replace(one, budget="50.00 EUR") for one in then]
    alone = deal("opp-zzzz000003", title="Shop", owner="boris")
    diff = diff_of(then, [*now, alone])
    assert titles_of(diff) == {
        "opp-abcd000001": "Old Mill (abcd)",
        "opp-abce000002": "old mill (abce)",
        "opp-zzzz000003": "Shop",
    }
    text = render_diff(diff, "table").text
    assert "Old Mill (abcd)" in text and "old mill (abce)" in text
    assert "| new | Shop | boris | at" in render_diff(diff, "md").text
