"""Accounts, contacts, people, departments, products, dictionaries, processes by command."""

import json

import pytest

from tests.shop import Shop, load


def client_file(shop: Shop, record_id: str) -> str:
    (found,) = shop.root.glob(f"*/*--{record_id}.yaml")
    return found.read_text(encoding="utf-8")


def test_an_account_is_written_in_the_order_of_the_format(shop):
    made = shop.make(
        "account", "create", "Bright Keys Agency", "--kind", "partner", "--website",
        "https://brightkeys.example", "--email", "office@brightkeys.example",
        "--phone", "+371 2000 0000", "--address", "Dzirnavu 1\nLV-1010 Riga\n",
        "--owner", "anna", "--notes", "Sends buyers", "--external", "hubspot=77120",
    )  # fmt: skip
    assert client_file(shop, made) == (
        f"id: {made}\nname: Bright Keys Agency\nkind: partner\n"
        'emails: [office@brightkeys.example]\nphones: ["+371 2000 0000"]\n'
        "website: https://brightkeys.example\naddress: |\n  Dzirnavu 1\n  LV-1010 Riga\n"
        'owner: anna\nnotes: Sends buyers\nexternal:\n  hubspot: "77120"\n'
    )
    assert shop.root.joinpath(f"accounts/bright-keys-agency--{made}.yaml").exists()


def test_a_contact_knows_its_account(shop):
    account = shop.make("account", "create", "Mill Invest")
    made = shop.make("contact", "create", "Elena Petrova", "--account", "Mill Invest",
                     "--email", "a@b.example", "--email", "c@d.example")  # fmt: skip
    text = client_file(shop, made)
    assert f"account: {account}\n" in text
    assert "emails: [a@b.example, c@d.example]\n" in text


def test_a_comment_in_a_clients_file_survives_a_change(shop):
    made = shop.make("contact", "create", "Elena Petrova")
    path = next(shop.root.glob("contacts/*"))
    shop.write(str(path), path.read_text("utf-8") + "# call after six\n")
    assert shop.make("contact", "set", "elena petrova", "--position", "Buyer") == made
    assert client_file(shop, made) == (
        f"id: {made}\nname: Elena Petrova\nposition: Buyer\n# call after six\n"
    )


def test_what_is_archived_takes_nothing_new_until_it_is_back(shop):
    made = shop.make("account", "create", "Mill Invest")
    shop.do("account", "set", "Mill Invest", "--archived", "yes")
    for arguments in (
        ["opp", "create", "X", "--client", "Mill Invest"],
        ["contact", "create", "Elena", "--account", made],
    ):
        answer = shop.run(*arguments)
        assert answer.code == 1
        assert "Mill Invest is archived and takes nothing new" in answer.err
        assert f"salescli account set {made} --archived no" in " ".join(answer.err.split())
    shop.do("account", "set", made, "--archived", "no")
    assert shop.run("opp", "create", "X", "--client", "Mill Invest").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["contact", "create", "Bad"],
        ["account", "create", "Bad"],
        ["person", "create", "Bad"],
        ["lead", "create", "Bad", "--person", "Bad"],
        ["contact", "set", "Elena Petrova"],
        ["person", "set", "anna"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_cant_be_an_address_is_refused_and_each_is_told(shop, arguments):
    shop.make("contact", "create", "Elena Petrova")
    before = shop.tree()
    answer = shop.run(*arguments, "--email", "notmail, elena@example.com, elena@")
    assert (answer.code, answer.out) == (2, "")
    told = " ".join(answer.err.split()).casefold()
    assert "'notmail' is not one e-mail address" in told
    assert "'elena@' is not one e-mail address" in told
    assert "'elena@example.com'" not in told
    assert shop.tree() == before
    shop.do(*arguments, "--email", "elena@example.com")


def test_an_address_by_hand_that_is_none_is_a_warning(shop):
    made = shop.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
    (path,) = shop.root.glob(f"contacts/*{made}.yaml")
    shop.replace(path, "elena@example.com", "elena.example.com")
    answer = shop.run("check")
    assert answer.code == 0
    told = " ".join((answer.out + answer.err).split()).casefold()
    assert "'elena.example.com' is not one e-mail address" in told
    assert shop.run("check", "--strict").code == 1
    shop.do("contact", "set", made, "--email", "elena@example.com")
    assert shop.do("check", "--strict").code == 0


def test_what_was_merged_says_into_what(shop):
    kept, gone = shop.make("account", "create", "Mill"), shop.make("account", "create", "Mills")
    (path,) = shop.root.glob(f"accounts/*--{gone}.yaml")
    shop.write(str(path), f"id: {gone}\nname: Mills\nmerged_into: {kept}\n")
    answer = shop.run("opp", "create", "X", "--client", gone)
    assert answer.code == 1
    assert f"Mills was merged into {kept}" in answer.err


WRONG = [
    (["account", "create", "A", "--kind", "friend"], 3, "client, partner, supplier, bank"),
    (["account", "create", ""], 1, "an account needs a name"),
    (["account", "create", "A", "--owner", "ghost"], 3, "no person 'ghost'"),
    (["contact", "create", "A", "--birthday", "1988-02-30"], 2, "not a day"),
    (["contact", "create", "A", "--account", "ghost"], 3, "no account 'ghost'"),
    (["contact", "set", "Elena", "--account", ""], 3, "no contact 'Elena'"),
    (["contact", "set", "anna"], 2, "nothing to set: name a field, like --phone"),
    (["contact", "show", "ghost"], 3, "no contact 'ghost'"),
    (["person", "create", "Anna"], 1, "there is a person anna already"),
    (["person", "create", "Bo", "--id", "-x"], 2, "can't be the id"),
    (["person", "create", "Bo", "--id", "opp-x"], 2, "can't be the id"),
    (["person", "create", "Bo", "--department", "north"], 3, "no department 'north'"),
    (["person", "create", "Bo", "--hourly", "x"], 2, "'x'"),
    (["person", "set", "ghost", "--name", "x"], 3, "no person 'ghost'"),
    (["person", "set", "anna", "--name", ""], 1, "a person needs a name"),
    (["department", "create", "N", "--parent", "ghost"], 3, "no department 'ghost'"),
    (["department", "create", "N", "--manager", "ghost"], 3, "no person 'ghost'"),
    (["product", "create", "P", "--price", "1.234"], 2, "1.234"),
    (["product", "create", "P", "--price", "soon=1"], 2, "not a day"),
    (["product", "show", "ghost"], 3, "no product 'ghost'"),
    (["dictionary", "list", "source"], 3, "sources"),
    (["dictionary", "set", "source", "x", "X"], 3, "sources"),
    (["dictionary", "set", "sources", "fair"], 1, "a new value needs a name"),
    (["dictionary", "set", "sources", "A B", "X"], 2, "can't be the id"),
    (["dictionary", "set", "loyalties", "4", "Fan"], 1, "loyalties"),
    (["process", "show", "qick"], 3, "quick"),
    (["process", "check", "qick"], 3, "quick"),
    (["process", "add", "qick"], 3, "quick"),
    (["process", "add", "quick"], 1, "there is a process quick already"),
    (["process", "add", "quick", "--id", "A"], 2, "can't be the id"),
    (["next", "ghost"], 3, "no deal or lead 'ghost'"),
    (["next", "--person", "ghost"], 3, "no person 'ghost'"),
    (["report", "funnel", "--period", "soon"], 2, "not a period"),
    (["report", "funnel", "--owner", "ghost"], 3, "no person 'ghost'"),
    (["report", "funnel", "--process", "qick"], 3, "quick"),
    (["report", "funnel", "--as-of", "tomorrow"], 2, "still to come"),
    (["help", "funel"], 3, "funnel"),
    (["oportunity"], 2, "opportunity"),
    (["-C", "/nowhere", "next"], 3, "There is no store in /nowhere"),
    (["--lock-timeout", "x", "next"], 2, "x"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=lambda v: str(v)[:60])
def test_what_is_wrong_has_its_code_says_why_and_writes_nothing(shop, arguments, code, words):
    before = shop.tree()
    answer = shop.run(*arguments)
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert words in " ".join(answer.err.split())
    assert shop.tree() == before
    assert max(map(len, answer.err.splitlines())) <= 80


WRITERS = [
    ["account", "create", "Mill Invest"],
    ["contact", "set", "Elena Petrova", "--notes", "x"],
    ["person", "create", "Boris Kalnin"],
    ["person", "set", "anna", "--left", "2027-01-01"],
    ["department", "create", "North bank"],
    ["product", "create", "Flat 47", "--price", "236000"],
    ["dictionary", "set", "sources", "web", "The web"],
    ["dictionary", "set", "sources", "web", "--retired", "yes"],
    ["process", "add", "quick", "--id", "quicker"],
]


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda v: " ".join(v[:3]))
def test_a_dry_run_prints_the_diff_and_writes_nothing(shop, arguments):
    shop.make("contact", "create", "Elena Petrova")
    before = shop.tree()
    answer = shop.do(*arguments, "--dry-run")
    assert answer.out.startswith("--- ")
    assert answer.err == "1 record would change. Nothing was written.\n"
    assert shop.tree() == before
    assert shop.do(*arguments).out.count("\n") == 1
    assert shop.tree() != before


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda v: " ".join(v[:3]))
def test_an_actor_who_is_not_there_is_not_found(shop, arguments):
    shop.make("contact", "create", "Elena Petrova")
    before = shop.tree()
    answer = shop.run(*arguments, "--actor", "ghost")
    assert answer.code == 3
    assert shop.tree() == before


def test_a_person_is_added_in_the_order_of_ids_with_dated_pay(shop):
    shop.make("department", "create", "North bank", "--id", "north")
    shop.make("person", "create", "Zane Ozola", "--hourly", "2026-01-01=38")
    assert shop.make("person", "create", "Борис Калнин", "--department", "north") == "boris-kalnin"
    team = load(shop.root / "team.yaml")
    assert list(team["people"]) == ["anna", "boris-kalnin", "zane-ozola"]
    assert team["people"]["zane-ozola"]["hourly"] == {"2026-01-01": "38.00 EUR"}
    shop.do("person", "set", "Zane Ozola", "--hourly", "2026-07-01=40")
    assert load(shop.root / "team.yaml")["people"]["zane-ozola"]["hourly"] == {
        "2026-01-01": "38.00 EUR",
        "2026-07-01": "40.00 EUR",
    }


def test_departments_never_stand_above_themselves(shop):
    shop.make("department", "create", "Sales")
    shop.make("department", "create", "North", "--parent", "sales")
    answer = shop.run("department", "set", "sales", "--parent", "north")
    assert answer.code == 1
    assert "sales → north → sales" in answer.err
    assert shop.run("department", "set", "sales", "--parent", "sales").code == 1


def test_a_value_is_renamed_retired_and_offered_again(shop):
    shop.do("dictionary", "set", "sources", "web", "The web", "--retired", "yes")
    assert load(shop.root / "dictionaries.yaml")["sources"]["web"] == {
        "name": "The web",
        "retired": "true",
    }
    answer = shop.run("opp", "create", "X", "--client", "Y", "--source", "web")
    assert "web of sources is retired" in answer.err
    shop.do("dictionary", "set", "sources", "web", "--retired", "no")
    assert load(shop.root / "dictionaries.yaml")["sources"]["web"] == "The web"


def test_a_new_value_goes_last(shop):
    shop.do("dictionary", "set", "sources", "air", "From the air")
    assert list(load(shop.root / "dictionaries.yaml")["sources"])[-1] == "air"
    listed = json.loads(shop.do("dictionary", "list", "sources", "--format", "json").out)
    assert listed["dictionaries"][-1]["value"] == "air"


def test_a_loyalty_is_renamed_by_its_number(shop):
    shop.do("dictionary", "set", "loyalties", "--", "-3", "Foe")
    text = (shop.root / "dictionaries.yaml").read_text("utf-8")
    assert '  "-3": Foe\n' in text


def test_a_process_of_ones_own_is_checked_then_copied(shop):
    source = (shop.root / "processes/quick.yaml").read_text("utf-8")
    own = shop.root.parent / "Own Way.yaml"
    own.write_text(source, encoding="utf-8")
    assert shop.run("process", "add", str(own)).code == 2  # no id can be made of it
    assert shop.make("process", "add", str(own), "--id", "own") == "own"
    assert (shop.root / "processes/own.yaml").read_text("utf-8") == source
    own.write_text(source.replace("final: success", "final: failure"), encoding="utf-8")
    answer = shop.run("process", "add", str(own), "--id", "own2")
    assert answer.code == 4
    assert "success" in answer.err
    assert shop.run("process", "check", str(own)).code == 1


def test_shipped_processes_are_sound_and_shown(shop):
    assert shop.do("process", "check").err == ""
    listed = json.loads(shop.do("process", "list", "--format", "json").out)["processes"]
    assert [(p["process"], p["stages"], p["default"]) for p in listed] == [
        ("corporate", 8, False),
        ("quick", 4, False),
        ("real-estate", 4, True),
    ]
    shown = json.loads(shop.do("process", "show", "--format", "json").out)
    assert shown["process"] == "real-estate"
    assert [stage["stage"] for stage in shown["stages"]][:2] == ["qualification", "key-contacts"]


@pytest.mark.parametrize(
    ("kind", "name"), [("account", "Mill"), ("contact", "Elena"), ("person", "Anna Berzina")]
)
@pytest.mark.parametrize("format_", ["table", "json", "md"])
def test_show_tells_every_field(shop, kind, name, format_):
    if kind != "person":
        shop.make(kind, "create", name, "--email", "x@y.example")
    answer = shop.do(kind, "show", name, "--format", format_)
    assert name in answer.out and "@" in answer.out
    if format_ == "json":
        assert json.loads(answer.out)["schema"] == f"salescli/{kind}@1"


def test_a_dry_run_counts_each_client_as_a_record(shop):
    lines = "\n".join(f'{{"op":"contact.create","name":"N{n}"}}' for n in (1, 2))
    answer = shop.run("batch", "-", "--dry-run", stdin=lines)
    assert "2 records would change" in answer.err
