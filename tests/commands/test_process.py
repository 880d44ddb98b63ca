"""Adding process definitions to a store."""

import json

from tests.shop import load


def test_a_process_can_be_added_as_the_one_that_new_deals_begin_in(shop):
    before = (shop.root / "salescli.yaml").read_text("utf-8")
    shop.do("process", "add", "quick", "--id", "quicker", "--default")
    after = (shop.root / "salescli.yaml").read_text("utf-8")
    assert after == before.replace("process: real-estate", "process: quicker")
    made = shop.deal("Flat 47")
    assert shop.facts(made)["process"] == "quicker"


def test_without_a_word_the_stores_process_stays(shop):
    shop.do("process", "add", "quick", "--id", "quicker")
    assert load(shop.root / "salescli.yaml")["process"] == "real-estate"


WARNED = """\
name: Small
stages:
  - stage: talk
    name: Talk
    steps:
      - step: ask
        kind: question
        title: Ready?
        then: {"yes": end-of-stage}
  - {stage: won, name: Won, final: success}
  - {stage: lost, name: Lost, final: failure}
"""


def test_checking_tells_what_was_walked_of_every_sound_definition(shop):
    told = shop.run("process", "check")
    assert (told.code, told.err) == (0, "")
    assert [line for line in told.out.splitlines() if not line.startswith(" ")] == [
        "corporate: 8 open stages, 18 steps, 31 routes walked, 3 loops walked, 12 paths",
        "quick: 4 open stages, 11 steps, 22 routes walked, 4 loops walked, 11 paths",
        "real-estate: 4 open stages, 8 steps, 14 routes walked, 1 loop walked, 5 paths",
    ]


def test_a_broken_definition_is_not_walked_and_one_with_warnings_is(shop):
    (shop.root / "small.yaml").write_text(WARNED)
    (shop.root / "broken.yaml").write_text(WARNED.replace("end-of-stage", "nowhere"))
    told = shop.run("process", "check", "small.yaml", "broken.yaml", "--format", "json")
    assert told.code == 1
    assert [process["process"] for process in json.loads(told.out)["processes"]] == ["small.yaml"]
    assert "small.yaml:9:15: warning: the question ask has one answer" in told.err
    assert "broken.yaml:9:23: yes of ask leads to 'nowhere'" in told.err
    alone = shop.run("process", "check", "small.yaml")
    assert (alone.code, alone.out.splitlines()[0]) == (
        0,
        "small.yaml: 1 open stage, 1 step, 1 route walked, 0 loops walked, 1 path",
    )


def test_a_performer_who_has_left_is_told_of_in_a_file_and_in_the_store(shop):
    shop.do("person", "create", "Dina", "--left", "2026-10-31")
    source = WARNED.replace("kind: question", "kind: task\n        performer: [dina]")
    (shop.root / "processes" / "small.yaml").write_text(source)
    for command in (("process", "check", "small"), ("check",)):
        told = shop.run(*command)
        assert told.code == 0
        assert "dina has left, so the step ask goes to the next one" in " ".join(
            (told.out + told.err).split()
        )


MISTYPED = WARNED.replace("kind: question", "kind: question\n        mandatry: true")


def test_a_misspelled_key_is_an_error_for_those_who_check_or_add_a_definition(shop):
    (shop.root / "small.yaml").write_text(MISTYPED + "colour: red\n")
    for command in ("check", "add"):
        told = shop.run("process", command, "small.yaml")
        assert told.code != 0
        assert told.out == ""
        assert "small.yaml:8:9: nobody knows the key 'mandatry'" in told.err
        assert "Did you mean mandatory?" in told.err
        assert "small.yaml:13:1: nobody knows the key 'colour'" in told.err
        assert "Take it out: a process has no keys of one's own." in told.err
    assert not (shop.root / "processes" / "small.yaml").exists()


def test_a_misspelled_key_in_the_store_is_a_warning_of_the_whole_check_and_draws(shop):
    (shop.root / "processes" / "small.yaml").write_text(MISTYPED)
    assert shop.run("process", "check", "small").code == 1
    assert shop.run("check").code == 0
    assert shop.run("process", "draw", "small").code == 0


def test_a_file_that_is_not_there_is_called_a_file(shop):
    for command in (("process", "check"), ("process", "add")):
        told = shop.run(*command, "../nofile.yaml")
        assert told.code == 3
        assert "There is no file ../nofile.yaml." in told.err
    told = shop.run("process", "check", "real-estat")
    assert told.code == 3
    assert "There is no process 'real-estat'." in told.err


SIGNING = """name: Small
stages:
  - stage: talk
    name: Talk
    steps:
      - step: sign
        kind: task
        title: Sign
        then: {done: "stage:won"}
  - {stage: won, name: Won, final: success}
  - {stage: lost, name: Lost, final: failure}
"""


def test_a_step_that_is_gone_under_a_deal_that_waits_at_it_is_told(shop):
    file = shop.root / "processes" / "small.yaml"
    file.write_text(SIGNING)
    for title in ("Flat 1", "Flat 2", "Flat 3"):
        deal = shop.deal(title, "--process", "small")
        if title != "Flat 3":
            shop.do("process", "start", deal)
    assert shop.run("process", "check", "small").err == ""
    file.write_text(SIGNING.replace("step: sign", "step: signing"))
    told = shop.run("process", "check", "small")
    assert told.code == 0
    words = " ".join(told.err.split())
    assert "small.yaml:3:12: warning: 2 open deals wait at the step sign, which is gone" in words
    assert "Did you mean signing?" in words
    whole = shop.run("check")
    assert whole.code == 0
    assert (whole.out + whole.err).count("(step-gone)") == 2
    elsewhere = shop.root / "small.yaml"
    elsewhere.write_text(file.read_text())
    assert shop.run("process", "check", "small.yaml").err == ""
    assert shop.run("process", "check", "quick").err == ""
