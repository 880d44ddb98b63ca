"""Forms of the process: filled by one event, faults told together, asked on a terminal."""

import pytest

from tests.shop import made_once

DEFINITION = """\
name: Small
stages:
  - stage: talk
    name: Talk
    steps:
      - step: facts
        kind: form
        title: Fill in the deal
        fields: [budget, need, close_date, owner, contacts]
        required: [budget]
        then:
          saved: call
          later: facts
      - step: call
        kind: call
        title: Call them
        then:
          done: end-of-stage
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
"""


@pytest.fixture
@made_once
def deal(shop):
    (shop.root / "processes/small.yaml").write_text(DEFINITION, encoding="utf-8")
    shop.do("person", "create", "Carl", "--id", "carl", "--email", "carl@example.com")
    deal = shop.deal("Flat 47", "--process", "small")
    shop.do("process", "start", "Flat 47")
    return deal


@pytest.fixture
def form(shop, deal):
    return activity_of(shop, deal, "facts")


def activity_of(shop, deal, step):
    planned = [one for one in shop.events(deal) if one.get("step") == step]
    return planned[-1]["activity"]


def done(shop, form, *fields, result="saved", stdin="", **more):
    chosen = ["--result", result] if result else []
    return shop.run("activity", "done", form, *fields, *chosen, stdin=stdin, **more)


def test_all_fields_make_one_event_before_the_done_and_what_follows(shop, deal, form):
    answer = done(
        shop, form, "budget=250000", "close-date=2026-12-01", "owner=carl",
        "contacts=Elena Petrova role=decision-maker influence=high",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.out == f"{form}\n"
    events = shop.events(deal)
    assert [one["kind"] for one in events] == ["created", "started", "planned", "changed",
                                               "done", "planned"]  # fmt: skip
    (contact,) = [path for path in events[3]["fields"] if path.startswith("contacts/")]
    assert events[3]["fields"] == {
        "budget": [None, "250000.00 EUR"],
        "close_date": [None, "2026-12-01"],
        "owner": ["anna", "carl"],
        contact: [None, {"role": "decision-maker", "influence": "high"}],
    }
    assert events[5]["owner"] == "carl"
    assert shop.facts(deal)["budget"] == "250000.00 EUR"
    assert "Not known yet: need.\n" in answer.err
    assert "Next for Carl: Call them" in answer.err.splitlines()[-1]
    assert shop.run("check").code == 0


def test_every_fault_of_all_fields_is_told_and_nothing_is_written(shop, form):
    before = shop.tree()
    answer = done(shop, form, "need=castle", "close_date=soon", "mod=x", "contacts=Nobody rle=x")
    assert answer.code == 1
    for words in ("'castle'", "'soon'", "'mod'", "'rle'", "without budget"):
        assert words in answer.err
    assert shop.tree() == before


def test_the_words_of_a_fault_are_those_of_opp_set(shop, form):
    by_set = shop.run("opp", "set", "Flat 47", "--need", "castle").err
    told = done(shop, form, "budget=1", "need=castle").err
    assert told == by_set


def test_who_is_on_the_list_already_is_set_not_added(shop, deal, form):
    shop.do("opp", "contact", "add", "Flat 47", "Elena Petrova", "--role", "influencer")
    assert done(shop, form, "budget=1", "contacts=Elena Petrova influence=high").code == 0
    (contact,) = shop.facts(deal)["contacts"]
    assert (contact["role"], contact["influence"]) == ("influencer", "high")


def test_a_part_of_a_listed_name_is_not_taken_for_somebody_else(shop, deal, form):
    shop.make("contact", "create", "Joanna Kalnina")
    shop.make("contact", "create", "Anna")
    shop.do("opp", "contact", "add", "Flat 47", "Joanna Kalnina")
    assert done(shop, form, "budget=1", "contacts=Anna role=influencer").code == 0
    assert len(shop.facts(deal)["contacts"]) == 2


def test_two_items_go_on_one_list_and_the_same_one_twice_is_refused(shop, deal, form):
    shop.make("contact", "create", "Joanna O'Brien")
    twice = done(
        shop, form, "budget=1", "contacts=Elena Petrova", "contacts=Elena Petrova role=influencer"
    )
    assert twice.code == 1
    assert "is given twice" in twice.err
    both = done(
        shop, form, "budget=1", "contacts=Elena Petrova main=yes", "contacts=Joanna O'Brien"
    )
    assert both.code == 0, both.err
    assert len(shop.facts(deal)["contacts"]) == 2
    assert shop.facts(deal)["main_contact"].startswith("con-")


def test_the_form_that_is_done_is_not_handed_over_and_other_steps_are(shop, deal, form):
    done(shop, form, "budget=1", "owner=carl")
    assert "replanned" not in shop.kinds(deal)


def test_what_is_required_may_stand_there_already(shop, deal, form):
    refused = done(shop, form)
    assert refused.code == 1
    assert "budget=…" in refused.err
    shop.do("opp", "set", "Flat 47", "--budget", "1")
    assert done(shop, form).code == 0


def test_emptying_what_is_required_is_refused(shop, form):
    shop.do("opp", "set", "Flat 47", "--budget", "1")
    assert "can't be saved without budget" in done(shop, form, "budget=").err


def test_a_form_ended_together_with_a_move_must_be_complete_too(shop, form):
    answer = shop.run("opp", "close", "Flat 47", "--outcome", "won", "--done", f"{form}=saved")
    assert answer.code == 1
    assert "can't be saved without budget" in answer.err


def test_fields_for_what_is_no_form_are_refused_with_the_command_that_sets_them(shop, deal):
    call = shop.make("activity", "plan", "Flat 47", "Call them")
    answer = shop.run("activity", "done", call, "budget=250 000")
    assert answer.code == 1
    assert "is no form" in answer.err
    assert f"salescli opp set {deal[4:8]} --budget '250 000'" in " ".join(answer.err.split())


def test_what_is_no_pair_is_wrong_usage(shop, form):
    assert done(shop, form, "budget").code == 2


def test_without_a_terminal_nothing_is_asked(shop, form):
    assert done(shop, form, stdin="250000\n").code == 1


def test_on_a_terminal_each_field_is_asked_until_it_can_be_taken(shop, deal, form):
    shop.is_interactive = True
    typed = "\n".join([
        "", "much", "250000",  # budget: needed, then wrong
        "castle", "flat-to-live-in", "", "",
        "Elena Petrova rle=x", "Elena Petrova role=decision-maker", "",
        "maybe", "saved", "",
    ])  # fmt: skip
    answer = done(shop, form, result=None, stdin=typed)
    assert answer.code == 0, answer.err
    facts = shop.facts(deal)
    assert (facts["budget"], facts["need"]) == ("250000.00 EUR", "flat-to-live-in")
    assert facts["contacts"][0]["role"] == "decision-maker"
    assert "owner [anna]: " in answer.err
    assert "flat-to-live-in, " in answer.err
    assert "did you mean role?" in answer.err.casefold()
    assert shop.kinds(deal)[3:] == ["changed", "done", "planned"]


def test_enter_keeps_what_stands_there_and_quotes_empty_it(shop, deal, form):
    shop.do("opp", "set", "Flat 47", "--budget", "1", "--need", "flat-to-live-in")
    shop.is_interactive = True
    assert done(shop, form, stdin='\n""\n\n\n\n').code == 0
    assert shop.facts(deal)["budget"] == "1.00 EUR"
    assert shop.facts(deal).get("need") in (None, "")


def test_the_end_of_the_input_writes_nothing(shop, form):
    shop.is_interactive = True
    before = shop.tree()
    answer = done(shop, form, stdin="250000\n")
    assert answer.code == 130
    assert shop.tree() == before
    assert answer.err.splitlines()[-4:-1] == [
        "Nothing was written.",
        "What was answered so far:",
        f"salescli activity done {form} budget=250000",
    ]


def test_a_role_without_its_name_is_told_how_it_is_typed(shop, form):
    shop.is_interactive = True
    answer = done(shop, form, stdin="1\n\n\n\nzane decision-maker\n")
    assert "  Did you mean zane role=decision-maker?\n" in answer.err


def test_given_fields_are_not_asked_for(shop, form):
    shop.is_interactive = True
    assert done(shop, form, "budget=1").code == 0


WITH_LINES = DEFINITION.replace("contacts]", "contacts, products]")


def test_an_unknown_product_says_how_a_line_of_its_own_is_typed(shop, deal, form):
    shop.write("processes/small.yaml", WITH_LINES)
    answer = done(shop, form, "budget=300000", "products=Flat 1 price=300000")
    assert answer.code == 3
    assert "There is no product 'Flat 1'." in answer.err
    line = """products='title="Flat 1" price=300000'"""
    assert f"  {line} makes a line of its own\n" in answer.err
    assert 'salescli product create "Flat 1" puts it into the catalogue' in answer.err
    done(shop, form, "budget=300000", line.replace("'", ""))
    (made,) = shop.facts(deal)["products"]
    assert (made["title"], made["price"]) == ("Flat 1", "300000.00 EUR")


def test_an_empty_list_says_how_one_is_taken_off(shop, deal, form):
    answer = done(shop, form, "budget=1", "contacts=")
    assert answer.code == 1
    assert f"salescli opp contact remove {deal[4:8]} NAME takes one off" in answer.err
