"""The dialogue at the end of a stage (domain.md section 4): asked on a terminal alone."""

import pytest

from salescli.commands.dialogue import keys_meant
from salescli.commands.moving import advance
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def at_end(shop: Shop) -> Shop:
    """A store of one deal whose first stage is at its end, and somebody at a terminal."""
    shop.deal("Flat 47")
    shop.do("process", "start", "Flat 47")
    finish(shop)
    shop.is_interactive = shop.is_terminal = True
    return shop


def finish(shop: Shop, *more: str) -> None:
    """Finish the only open activity."""
    rows = shop.do("activity", "list", "--open", "--format", "csv", "--raw").out.splitlines()
    assert len(rows) == 2
    shop.do("activity", "done", rows[1].partition(",")[0], *more)


def stage(shop: Shop) -> str:
    return str(shop.facts(deal(shop))["stage"])


def deal(shop: Shop) -> str:
    (folder,) = shop.root.glob("opportunities/*/*")
    return folder.name.rpartition("--")[2]


def plan(shop: Shop, title: str, kind: str = "meeting") -> str:
    """An activity that the process did not make, planned as in a pipe."""
    made: str = shop.make("activity", "plan", "Flat 47", title, "--type", kind)
    return made


def test_enter_goes_to_the_next_stage_and_tells_the_command_line(at_end):
    address = deal(at_end)[4:8]
    answer = at_end.run("next", "Flat 47", stdin="\n")
    assert answer.code == 0, answer.err
    assert "Qualification is at its end" in answer.out
    assert "[a]dvance to Key contacts" in answer.err
    assert f"\nsalescli opp advance {address}\n" in answer.err
    assert answer.out.splitlines()[-1] == deal(at_end)
    assert stage(at_end) == "key-contacts"


def test_what_the_dialogue_runs_leaves_the_help_of_the_command_as_it_is(at_end, monkeypatch):
    monkeypatch.setattr(advance, "_help_option", None)  # as if nothing had run it before
    at_end.run("next", "Flat 47", stdin="\n")
    assert at_end.run("opportunity", "advance", "-h").code == 0


@pytest.mark.parametrize("typed", ["a", "A", "advance"])
def test_a_letter_or_the_word_is_an_answer(at_end, typed):
    at_end.run("next", "Flat 47", stdin=f"{typed}\n")
    assert stage(at_end) == "key-contacts"


@pytest.mark.parametrize("typed", ["c\nlost\nother\nNo money\n", "close\nLost\nother\nNo money\n"])
def test_close_asks_for_a_final_stage_alone(at_end, typed):
    answer = at_end.run("next", "Flat 47", stdin=typed)
    assert answer.code == 0, answer.err
    assert "  key-contacts " not in answer.err
    assert stage(at_end) == "lost"


def test_a_question_mark_explains_the_answers_and_asks_again(at_end):
    answer = at_end.run("next", "Flat 47", stdin="?\nno\n")
    assert "advance: on to Key contacts; Enter does this." in answer.err
    assert "repeat: the steps of Qualification begin again." in answer.err
    assert "Nothing was changed." in answer.err


def test_what_is_not_known_yet_is_said_before_the_question(at_end):
    answer = at_end.run("next", "Flat 47", stdin="n\n")
    unknown, _, asked = answer.err.partition("How does it go on?")
    assert "Not known yet: budget, need, close_date.\n" in unknown
    assert asked


def test_a_beginning_that_one_stage_has_is_enough_and_earlier_stages_are_marked(at_end):
    at_end.run("next", "Flat 47", stdin="a\n")
    at_end.is_interactive = False
    while rows := at_end.do("activity", "list", "--open", "--format", "csv").out.splitlines()[1:]:
        at_end.do("process", "stop", "Flat 47") if len(rows) > 1 else finish(at_end)
    at_end.is_interactive = True
    answer = at_end.run("next", "Flat 47", stdin="m\nzz\nqualif\n")
    assert "  qualification          Qualification          back\n" in answer.err
    assert "  proposal-presentation  Proposal presentation\n" in answer.err
    assert stage(at_end) == "qualification"


def test_the_lines_of_the_dialogue_break_at_words(at_end):
    answer = at_end.run("next", "Flat 47", stdin="m\nqqqq\nlost\nother\nNo money\n")
    assert all(len(line) <= 80 for line in answer.err.splitlines())


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (
            "a",
            [
                "a",
            ],
        ),
        ("Ab", ["ab"]),
        ("be", ["b"]),
        ("", []),
        ("z", []),
        ("A", ["a"]),
    ],
)
def test_an_exact_name_comes_before_those_that_begin_so(typed, keys):
    assert keys_meant(typed, {"a": "Alpha", "ab": "Abc", "b": "Beta"}) == keys


def test_repeat_opens_the_steps_of_the_stage_again(at_end):
    answer = at_end.run("next", "Flat 47", stdin="r\n")
    assert "Qualification begins again." in answer.err
    assert at_end.kinds(deal(at_end))[-2:] == ["repeated", "planned"]


def test_nothing_writes_nothing(at_end):
    before = at_end.tree()
    answer = at_end.run("next", "Flat 47", stdin="n\n")
    assert (answer.code, at_end.tree()) == (0, before)
    assert "Nothing was changed." in answer.err


@pytest.mark.parametrize("typed", ["", "m\n", "m\nlost\n", "m\nlost\nother\n", "zzz\n"])
def test_the_end_of_input_writes_nothing(at_end, typed):
    before = at_end.tree()
    answer = at_end.run("next", "Flat 47", stdin=typed)
    assert (answer.code, at_end.tree()) == (130, before)
    assert "\nNothing was written.\n" in answer.err


def test_the_move_asks_which_stage_by_its_id_or_name(at_end):
    at_end.run("next", "Flat 47", stdin="m\nproposal-presntation\nProposal presentation\n")
    assert stage(at_end) == "proposal-presentation"


def test_a_misspelt_stage_is_asked_again_with_the_nearest(at_end):
    answer = at_end.run("next", "Flat 47", stdin="m\nkey-cntacts\nkey-contacts\n")
    assert "id you mean key-contacts?" in answer.err
    assert stage(at_end) == "key-contacts"


def test_a_failure_is_asked_for_its_reason_and_what_the_reason_needs(at_end):
    answer = at_end.run("next", "Flat 47", stdin="m\nlost\nother\nThe bank says no\n")
    line = f"salescli opp close {deal(at_end)[4:8]} --outcome lost --reason other"
    assert f"{line} --details 'The bank says no'\n" in answer.err
    facts = at_end.facts(deal(at_end))
    assert (facts["stage"], facts["close_reason"]) == ("lost", "other")
    assert facts["close_details"] == "The bank says no"


def test_a_deal_that_a_competitor_won_is_asked_who(at_end):
    at_end.run("next", "Flat 47", stdin="m\nlost\ncompetitor-won\n\n")
    assert at_end.facts(deal(at_end))["close_reason"] == "competitor-won"


def test_each_unfinished_activity_that_the_process_did_not_make_is_asked_about(at_end):
    call, cancelled, left = plan(at_end, "Ask", "call"), plan(at_end, "See it"), plan(at_end, "Eat")
    answer = at_end.run("next", "Flat 47", stdin="a\nd\nno-answer\nc\nl\n")
    assert answer.code == 0, answer.err
    assert 'Planned by hand: "See it". [d]one, [c]ancel, [l]eave it open\n' in answer.err
    assert 'How "Ask" ended\n' in answer.err
    assert f"--done {call[4:8]}=no-answer --cancel {cancelled[4:8]}\n" in answer.err
    ended = {
        event["activity"]: (event["kind"], event.get("result"))
        for event in at_end.events(deal(at_end))
        if event["kind"] in ("done", "cancelled")
    }
    assert (ended[call], ended[cancelled][0]) == (("done", "no-answer"), "cancelled")
    assert left not in ended
    assert stage(at_end) == "key-contacts"


def test_what_is_refused_leaves_everything_as_it_was(at_end):
    at_end.replace(
        "processes/real-estate.yaml",
        "      - advise: budget\n        say: Ask what they can spend\n      - advise: need",
        "      - require: budget\n        say: Ask what they can spend\n      - advise: need",
    )
    before = at_end.tree()
    answer = at_end.run("next", "Flat 47", stdin="a\n")
    assert answer.code == 1
    assert "Qualification requires: Ask what they can spend" in answer.err
    assert at_end.tree() == before


def test_after_the_last_stage_the_default_is_the_win(at_end):
    at_end.is_interactive = False
    at_end.do("opp", "move", "Flat 47", "--to", "proposal-presentation")
    for result in ("done", "saved", "done"):
        finish(at_end, "--result", result)
    at_end.is_interactive = True
    answer = at_end.run("next", "Flat 47", stdin="\n")
    assert "[w] close as Won" in answer.err
    assert stage(at_end) == "won"


def test_who_acts_stands_in_the_command_line(at_end):
    at_end.make("person", "create", "Carl Ozols", "--id", "carl")
    answer = at_end.run("next", "Flat 47", "--actor", "carl", stdin="a\n")
    assert " --actor carl\n" in answer.err
    assert at_end.events(deal(at_end))[-1]["by"] == "carl"


@pytest.mark.parametrize(
    ("stdin_is_one", "stdout_is_one", "more"),
    [
        (False, True, []),
        (True, False, []),
        (True, True, ["--format", "json"]),
        (True, True, ["--format", "md"]),
    ],
)
def test_nothing_is_asked_elsewhere(at_end, stdin_is_one, stdout_is_one, more):
    at_end.is_interactive, at_end.is_terminal = stdin_is_one, stdout_is_one
    before = at_end.tree()
    answer = at_end.run("next", "Flat 47", *more, stdin="a\n")
    assert (answer.code, answer.err, at_end.tree()) == (0, "", before)


def test_somebodys_deals_ask_nothing(at_end):
    before = at_end.tree()
    answer = at_end.run("next", stdin="a\n")
    assert (answer.code, at_end.tree()) == (0, before)


def test_a_step_that_is_open_asks_nothing(at_end):
    at_end.run("next", "Flat 47", stdin="a\n")
    before = at_end.tree()
    answer = at_end.run("next", "Flat 47", stdin="a\n")
    assert (answer.code, answer.err, at_end.tree()) == (0, "", before)


def test_others_may_write_while_it_asks(at_end, monkeypatch):
    """The lock is free: what somebody else does meanwhile is done."""
    from salescli.commands import dialogue

    asked = dialogue._prompt

    def slow(question, default=None):
        monkeypatch.setattr(dialogue, "_prompt", asked)
        other = Shop(at_end.root)
        other.now = at_end.now
        other.do("opp", "set", "Flat 47", "--budget", "1000")
        return asked(question, default)

    monkeypatch.setattr(dialogue, "_prompt", slow)
    answer = at_end.run("next", "Flat 47", stdin="a\n")
    assert answer.code == 0, answer.err
    assert at_end.facts(deal(at_end))["budget"] == "1000.00 EUR"
    assert stage(at_end) == "key-contacts"
