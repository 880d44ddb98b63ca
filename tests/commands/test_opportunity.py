"""`salescli opportunity …`: what is printed, what is written, and the exit codes."""

import json

import pytest

from tests.shop import Shop, made_once

BACKWARDS = {"qualification": "Qualification", "key-contacts": "Key contacts"}


@pytest.fixture
@made_once
def deal(shop: Shop) -> str:
    return shop.deal("Flat 47", "--budget", "250000")


def test_create_prints_the_id_alone_and_says_the_rest_on_stderr(shop):
    shop.make("contact", "create", "Elena Petrova")
    answer = shop.run("opportunity", "create", "Flat 47", "--client", "elena", "--budget", "250000")
    assert answer.code == 0
    assert answer.out.startswith("opp-") and len(answer.out) == len("opp-7k2m9xq4tb\n")
    short = answer.out[4:8]
    assert answer.err == f"Qualification, 10 %. Next: ask what they need · salescli next {short}\n"


def test_a_new_deal_stands_on_disk_as_the_format_says(shop):
    client = shop.make("contact", "create", "Elena Petrova")
    made = shop.make("opp", "create", "Flat 47", "--client", client, "--budget", "250000")
    assert list(shop.facts(made)) == (
        "id title client stage process owner department budget need probability type close_date "
        "category mood source".split()
    )
    (event,) = shop.events(made)
    assert list(event) == ["id", "seq", "at", "by", "kind", "fields"]
    assert event["at"] == "2026-11-02T09:01:00Z"
    assert event["fields"] == {
        "title": "Flat 47",
        "client": client,
        "stage": "qualification",
        "process": "real-estate",
        "owner": "anna",
        "budget": "250000.00 EUR",
    }
    assert shop.folder(made).parent.name == "2026"
    assert shop.folder(made).name == f"flat-47--{made}"


WRONG = [
    (["create"], 1, "a deal needs a title"),
    (["create", "X"], 1, "a deal needs a client: --client NAME"),
    (["create", "X", "--client", ""], 1, "a deal needs a client"),
    (["create", "", "--client", "Elena Petrova"], 1, "a deal needs a title"),
    (["create", "X", "--client", "Zoë"], 3, "no client 'Zoë'"),
    (["create", "X", "--client", "Elena Petrova", "--budget", "12,5"], 2, "12,5"),
    (["create", "X", "--client", "Elena Petrova", "--budget", "12.555"], 2, "12.555"),
    (["create", "X", "--client", "Elena Petrova", "--probability", "101"], 2, "101"),
    (["create", "X", "--client", "Elena Petrova", "--close-date", "2026-13-01"], 2, "2026-13-01"),
    (["create", "X", "--client", "Elena Petrova", "--stage", "contracting"], 3, "contracting"),
    (["create", "X", "--client", "Elena Petrova", "--stage", "won"], 1, "won is none"),
    (["create", "X", "--client", "Elena Petrova", "--process", "other"], 3, "other"),
    (["create", "X", "--client", "Elena Petrova", "--owner", "bo"], 3, "no person 'bo'"),
    (["create", "X", "--client", "Elena Petrova", "--need", "boat"], 3, "Needs has no value"),
    (["create", "X", "--client", "Elena Petrova", "--probability", "20"], 1, "20 % is above"),
    (["create", "X", "--client", "Elena Petrova", "--nonsense", "20"], 2, "nonsense"),
    (["create", "X", "--client", "Elena Petrova", "--at", "tomorrow"], 1, "lies in the future"),
    (["create", "X", "--client", "Elena Petrova", "--at", "noon"], 2, "'noon' is not a time"),
    (["create", "X\x1b[31m", "--client", "Elena Petrova"], 2, "control character U+001B"),
    (["set", "Flat 47"], 2, "nothing to set"),
    (["set", "Flat 48", "--need", "parking"], 3, "Did you mean Flat 47?"),
    (["set", "Flat 47", "--title", ""], 1, "a deal needs a title"),
    (["set", "Flat 47", "--client", ""], 1, "a deal needs a client"),
    (["set", "Flat 47", "--custom", "x"], 2, "KEY=VALUE"),
    (["set", "Flat 47", "--custom", "x=1"], 3, "no custom field 'x'"),
    (
        ["set", "Flat 47", "--probability", "55"],
        1,
        "55 % is above what Qualification allows (10 %)",
    ),
    (["set", "Flat 47", "--direct-expense", "5 USD"], 1, "one currency"),
    (["set", "Flat 47", "--archived", "yes"], 2, "archived"),
    (["advance", "Flat 47", "--to", "contracting"], 3, 'no stage "contracting"'),
    (["advance", "Flat 47", "--to", ""], 3, 'no stage ""'),
    (["advance", "Flat 47", "--note", "a\x07b"], 2, "control character U+0007"),
    (["advance", "Flat 47", "--at", "2026-11-01"], 1, "lies before the last change of stage"),
    (["move", "Flat 47"], 2, "--to"),
    (["move", "Flat 47", "--to", "qualification"], 1, "already"),
    (["move", "Flat 47", "--to", "won"], 1, "close"),
    (["close", "Flat 47"], 2, "--outcome"),
    (["close", "Flat 47", "--outcome", "lost"], 1, "needs --reason"),
    (["close", "Flat 47", "--outcome", "lost", "--reason", "weather"], 3, "no value 'weather'"),
    (["close", "Flat 47", "--outcome", "lost", "--reason", "not-recorded"], 1, "is for imports"),
    (["close", "Flat 47", "--outcome", "lost", "--reason", "other"], 1, "details"),
    (["close", "Flat 47", "--outcome", "lost", "--reason", "competitor-won"], 1, "winner"),
    (["close", "Flat 47", "--outcome", "won", "--revenue", "x"], 2, "'x'"),
    (["close", "Flat 47", "--outcome", "sold"], 3, "sold"),
    (["close", "Flat 47", "--outcome", "lost", "--reason", "price", "--note", "\x00"], 2, "U+0000"),
    (["reopen", "Flat 47", "--to", "key-contacts", "--reason", "x"], 1, "open"),
    (["archive", "Flat 47"], 1, "only a closed deal can be archived"),
    (["show", "opp-0000000000"], 3, "There is no deal 'opp-0000000000'"),
    (["delete", "Flat 48"], 3, "Flat 47"),
    (["edit", "Flat 48"], 3, "Flat 47"),
    (["list", "--where", "budgt>1"], 2, "budget"),
    (["list", "--sort", "titel"], 2, "title"),
    (["list", "--columns", "titel"], 2, "title"),
    (["list", "--format", "xml"], 2, "xml"),
    (["list", "--limit", "-1"], 2, "-1"),
    (["advnce", "Flat 47"], 2, "advance"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=lambda v: str(v)[:60])
def test_what_is_wrong_has_its_code_says_why_and_writes_nothing(shop, deal, arguments, code, words):
    before = shop.tree()
    answer = shop.run("opportunity", *arguments)
    said = " ".join(answer.err.split())
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert words in said
    assert shop.tree() == before
    assert max(map(len, answer.err.splitlines())) <= 80


WRITERS = [
    ["create", "Shop 2", "--client", "Elena Petrova"],
    ["set", "Flat 47", "--budget", "240000"],
    ["advance", "Flat 47"],
    ["move", "Flat 47", "--to", "proposal-preparation"],
    ["close", "Flat 47", "--outcome", "lost", "--reason", "price"],
    ["delete", "Flat 47", "--yes"],
]


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda v: v[0])
def test_a_dry_run_prints_the_diff_and_writes_nothing(shop, deal, arguments):
    before, log = shop.tree(), shop.run("log", "--format", "json").out
    answer = shop.do("opportunity", *arguments, "--dry-run")
    assert answer.out.startswith("--- ") and "\n+++ " in answer.out
    assert answer.err == "1 record would change. Nothing was written.\n"
    assert shop.tree() == before
    assert shop.run("log", "--format", "json").out == log
    shop.do("opportunity", *arguments)
    assert shop.tree() != before


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda v: v[0])
def test_an_actor_who_is_not_there_is_not_found(shop, deal, arguments):
    before = shop.tree()
    answer = shop.run("opportunity", *arguments, "--actor", "annna")
    assert answer.code == 3
    assert "no person 'annna' to act" in answer.err
    assert "Did you mean anna?" in answer.err
    assert shop.tree() == before


@pytest.mark.parametrize("arguments", WRITERS[:5], ids=lambda v: v[0])
def test_an_event_is_by_the_one_named_as_actor(shop, deal, arguments):
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    made = shop.make("opportunity", *arguments, "--actor", "Boris Kalnin")
    assert shop.events(made)[-1]["by"] == "boris"


@pytest.mark.parametrize("arguments", WRITERS[1:5], ids=lambda v: v[0])
def test_a_change_prints_the_id_of_its_record(shop, deal, arguments):
    assert shop.make("opportunity", *arguments) == deal


def test_set_of_several_fields_is_one_event(shop, deal):
    answer = shop.do("opp", "set", "Flat 47", "--budget", "240000", "--need", "parking")
    assert shop.kinds(deal) == ["created", "changed"]
    assert shop.events(deal)[1]["fields"] == {
        "budget": ["250000.00 EUR", "240000.00 EUR"],
        "need": [None, "parking"],
    }
    assert answer.err == "budget 250000.00 EUR → 240000.00 EUR, need (empty) → parking\n"


def test_set_to_what_it_says_already_writes_nothing(shop, deal):
    before = shop.tree()
    answer = shop.do("opp", "set", "Flat 47", "--budget", "250000.00 EUR", "--title", "Flat 47")
    assert answer.err == "Nothing to change: it says so already.\n"
    assert shop.tree() == before


def test_an_empty_value_empties_a_field(shop, deal):
    shop.do("opp", "set", "Flat 47", "--budget", "")
    assert shop.facts(deal)["budget"] == ""
    assert shop.events(deal)[1]["fields"] == {"budget": ["250000.00 EUR", None]}


def test_all_faults_of_a_creation_are_told_at_once(shop):
    answer = shop.run(
        "opp", "create", "--budget", "12,5", "--owner", "nobody", "--need", "boat",
        "--close-date", "soon", "--stage", "nowhere", "--client", "Zoë",
    )  # fmt: skip
    for words in ("12,5", "nobody", "boat", "soon", "nowhere", "Zoë", "needs a title"):
        assert words in answer.err
    assert answer.code == 2  # of the first


def test_all_faults_of_a_closing_are_told_at_once(shop, deal):
    answer = shop.run(
        "opp", "close", "Flat 47", "--outcome", "lost", "--reason", "weather",
        "--winner", "skyline", "--revenue", "a lot",
    )  # fmt: skip
    for words in ("weather", "skyline", "a lot"):
        assert words in answer.err


@pytest.mark.parametrize("field", ["budget", "probability", "close_date"])
def test_a_closed_deal_keeps_what_its_closing_locked(shop, deal, field):
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    before = shop.tree()
    value = {"budget": "1", "probability": "5", "close_date": "2026-12-01"}[field]
    answer = shop.run("opp", "set", "Flat 47", f"--{field.replace('_', '-')}", value)
    assert answer.code == 1
    assert f"{field} can't be changed at Lost" in answer.err
    assert "salescli opp reopen" in answer.err
    assert shop.tree() == before


def test_a_closed_deal_takes_everything_else(shop, deal):
    shop.do("opp", "close", "Flat 47", "--outcome", "won", "--revenue", "249000")
    shop.do("opp", "set", "Flat 47", "--actual-revenue", "248000", "--tactic", "Stay in touch")
    assert shop.facts(deal)["actual_revenue"] == "248000.00 EUR"


def test_a_win_locks_in_its_day_and_frees_the_probability(shop, deal):
    shop.do("opp", "set", "Flat 47", "--probability", "5", "--close-date", "2026-12-24")
    answer = shop.do("opp", "close", "Flat 47", "--outcome", "won", "--revenue", "249000")
    facts = shop.facts(deal)
    assert (facts["stage"], facts["close_date"], facts["probability"]) == ("won", "2026-11-02", "")
    closed = shop.events(deal)[-1]
    assert closed["skipped"] == ["key-contacts", "proposal-preparation", "proposal-presentation"]
    assert closed["fields"]["close_date"] == ["2026-12-24", "2026-11-02"]
    assert closed["fields"]["probability"] == [5, None]
    assert "Qualification → Won, probability 5 → 100 %." in answer.err


def test_a_lost_deal_opens_again_with_the_date_that_was_expected(shop, deal):
    shop.do("opp", "set", "Flat 47", "--close-date", "2026-12-24")
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "other", "--details", "War")
    assert shop.facts(deal)["close_details"] == "War"
    shop.do("opp", "archive", "Flat 47")
    shop.do("opp", "reopen", "Flat 47", "--to", "key-contacts", "--reason", "Peace")
    facts = shop.facts(deal)
    assert facts["stage"] == "key-contacts"
    assert facts["close_date"] == "2026-12-24"
    assert {"close_reason", "close_details", "archived"}.isdisjoint(facts)
    assert shop.events(deal)[-1]["undone"] == ["lost"]
    assert shop.events(deal)[-1]["reason"] == "Peace"


def test_a_deal_opens_again_with_a_new_date_or_none_if_the_old_one_has_passed(shop, deal):
    shop.do("opp", "set", "Flat 47", "--close-date", "2026-11-01")
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    shop.do("opp", "reopen", "Flat 47", "--to", "key-contacts", "--reason", "x")
    assert shop.facts(deal)["close_date"] == ""
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    shop.do("opp", "reopen", "Flat 47", "--to", "key-contacts", "--reason", "x",
            "--close-date", "2027-02-01")  # fmt: skip
    assert shop.facts(deal)["close_date"] == "2027-02-01"


def test_advance_at_the_last_open_stage_prints_how_to_close(shop, deal):
    shop.do("opp", "advance", "Flat 47", "--to", "proposal-presentation")
    answer = shop.run("opp", "advance", "Flat 47")
    assert answer.code == 1
    assert "salescli opp close" in answer.err and "--outcome won" in answer.err


def test_stages_are_named_by_their_names_too(shop, deal):
    shop.do("opp", "move", "Flat 47", "--to", "Proposal preparation")
    assert shop.facts(deal)["stage"] == "proposal-preparation"
    made = shop.deal("Shop 2", "--stage", "key contacts")
    assert shop.facts(made)["stage"] == "key-contacts"


def test_a_lost_deal_to_a_rival_names_it(shop, deal):
    shop.write("competitors.yaml", "competitors:\n  skyline:\n    name: Skyline Homes\n")
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "competitor-won",
            "--winner", "Skyline Homes")  # fmt: skip
    facts = shop.facts(deal)
    assert facts["winner"] == "skyline"
    assert facts["competitors"] == [{"competitor": "skyline"}]


def test_delete_is_refused_while_another_deal_goes_on_from_it(shop, deal):
    shop.do("opp", "create", "--continue", "Flat 47", "Flat 48")
    answer = shop.run("opp", "delete", deal, "--yes")
    assert answer.code == 1
    assert "is referred to by opportunities/2026/flat-48--" in " ".join(answer.err.split())
    shop.do("opp", "delete", "Flat 48", "--yes")
    shop.do("opp", "delete", deal, "--yes")
    assert list(shop.root.glob("opportunities/*/*")) == []


def test_delete_asks_on_a_terminal_and_wants_a_word_elsewhere(shop, deal):
    refused = shop.run("opp", "delete", "Flat 47")
    assert refused.code == 2
    assert f"salescli opportunity delete {deal} --yes" in refused.err
    shop.is_interactive = True
    refused = shop.run("opp", "delete", "Flat 47", stdin="n\n")
    assert refused.code == 130
    assert shop.folder(deal).is_dir()
    shop.do("opp", "delete", "Flat 47", "--yes")
    shop.do("undo")
    assert shop.run("opp", "delete", "Flat 47", stdin="y\n").code == 0
    assert not list(shop.root.glob("opportunities/*/*"))


def test_archived_deals_leave_the_list_and_stay_in_all(shop, deal):
    shop.do("opp", "close", "Flat 47", "--outcome", "rejected", "--reason", "price")
    shop.do("opp", "archive", "Flat 47")
    assert "archived: true\n" in (shop.folder(deal) / "opportunity.yaml").read_text("utf-8")
    assert shop.do("opp", "list").err == "The only deal is archived; --all shows it.\n"
    assert deal in shop.do("opp", "list", "--all").out
    assert shop.do("opp", "archive", "Flat 47").err == "Nothing to change: it says so already.\n"


def test_reason_and_winner_can_be_put_right_after_the_closing(shop, deal):
    shop.make("competitor", "create", "Skyline Homes", "--id", "skyline")
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "competitor-won",
            "--winner", "unknown")  # fmt: skip
    shop.do("opp", "set", "Flat 47", "--winner", "Skyline Homes")
    assert shop.facts(deal)["winner"] == "skyline"
    assert shop.facts(deal)["competitors"] == [{"competitor": "skyline"}]
    answer = shop.do("opp", "set", "Flat 47", "--close-reason", "price")
    facts = shop.facts(deal)
    assert (facts["close_reason"], facts.get("winner")) == ("price", None)
    assert "winner skyline → (empty)" in answer.err
    refused = shop.run("opp", "set", "Flat 47", "--close-reason", "competitor-won")
    assert refused.code == 1
    assert "--winner unknown" in refused.err
    shop.do("opp", "set", "Flat 47", "--close-reason", "competitor-won", "--winner", "unknown")
    assert shop.facts(deal)["winner"] == "unknown"
    assert "'x'" in shop.run("opp", "set", "Flat 47", "--winner", "x").err


def test_a_picture_is_drawn_beside_the_format_that_was_asked_for(shop, deal):
    answer = shop.do("report", "funnel", "--png", "f.png", "--format", "json")
    assert json.loads(answer.out)["stages"][0]["count"] == 1
    assert (shop.root / "f.png").read_bytes().startswith(b"\x89PNG")
    assert shop.do("report", "funnel", "--png", "f.png").out == ""
    refused = shop.run("report", "funnel", "--png", "-", "--format", "json")
    assert (refused.code, refused.out) == (2, "")


def test_a_report_in_no_currency_is_refused(shop, deal):
    answer = shop.run("report", "funnel", "--currency", "eur")
    assert answer.code == 2
    assert "Did you mean EUR?" in answer.err
