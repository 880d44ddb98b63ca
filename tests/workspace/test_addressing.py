"""From text to record: full id, exact title, unique prefix; and how clients are searched."""

import pytest

from salescli.model.errors import NotFound, Refused
from salescli.workspace.addressing import find_record
from salescli.workspace.clients import find_client
from tests.shop import Shop, made_once

IDS = {"7k2m9xq4tb": "Flat 47", "7k9m9xq4tb": "Flat 48", "abcd9xq4tb": "7k2m"}


@pytest.fixture
@made_once
def store(shop: Shop) -> Shop:
    """Deals whose ids are known, one of which has another's prefix as title; and some clients."""
    for ending, title in IDS.items():
        made = shop.deal(title)
        folder = shop.folder(made)
        path = folder / "opportunity.yaml"
        path.write_text(path.read_text("utf-8").replace(made, f"opp-{ending}"), encoding="utf-8")
        folder.rename(folder.with_name(folder.name.replace(made, f"opp-{ending}")))
    shop.make("account", "create", "Mill Invest", "--email", "elena.office@mill.example",
              "--phone", "+371 2000 0000")  # fmt: skip
    shop.make("account", "create", "Mill Invest Group", "--email", "info@group.example")
    shop.make("contact", "create", "Straße Café")
    shop.do("opp", "list")  # what was renamed by hand is in the index
    return shop


def deal_of(store: Shop, text: str) -> str:
    with store.session() as session:
        return find_record(session, text, "opportunity").id.removeprefix("opp-")


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("opp-7k2m9xq4tb", "7k2m9xq4tb"),
        ("Flat 47", "7k2m9xq4tb"),
        ("opp-7k2m", "7k2m9xq4tb"),
        ("7k9", "7k9m9xq4tb"),
        ("a", "abcd9xq4tb"),
        ("7k2m", "abcd9xq4tb"),  # a title comes before a prefix
    ],
)
def test_ids_titles_and_prefixes_in_this_order(store, text, ending):
    assert deal_of(store, text) == ending


def test_a_prefix_of_several_lists_them(store):
    answer = store.run("opp", "show", "7k")
    assert answer.code == 3
    assert answer.err == (
        "'7k' may be any of 2:\n"
        "  opportunity opp-7k2m9xq4tb  Flat 47 · Elena Petrova, qualification, anna\n"
        "  opportunity opp-7k9m9xq4tb  Flat 48 · Elena Petrova, qualification, anna\n"
        "  Give the id of the one you mean.\n"
    )


@pytest.mark.parametrize("text", ["opp-7k2m9xq4tc", "acc-7k2m", "", "7K2M9", "flat", "../x", "-"])
def test_what_names_nothing_is_not_found(store, text):
    with pytest.raises(NotFound) as caught:
        deal_of(store, text)
    assert caught.value.findings[0].code == "no-such-record"


def test_a_near_title_is_suggested(store):
    with pytest.raises(NotFound) as caught:
        deal_of(store, "Flat 74")
    assert "did you mean Flat 4" in caught.value.findings[0].hint


def test_a_title_edited_by_hand_is_found_and_its_old_one_is_not(store):
    path = next(store.root.glob("opportunities/*/*7k2m9xq4tb")) / "opportunity.yaml"
    assert deal_of(store, "Flat 47") == "7k2m9xq4tb"
    store.replace(path, "title: Flat 47", "title: River view")
    assert deal_of(store, "river view") == "7k2m9xq4tb"
    with pytest.raises(NotFound):
        deal_of(store, "Flat 47")


def client(store: Shop, text: str) -> str:
    with store.session() as session:
        found = find_client(session, text)
        path = store.root / found.path
        return path.read_text("utf-8").split("\n")[1].removeprefix("name: ")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mill invest", "Mill Invest"),  # exact, though it is a part of another
        ("invest group", "Mill Invest Group"),
        ("ELENA.OFFICE@mill.example", "Mill Invest"),
        ("group.example", "Mill Invest Group"),
        ("elena@example.com", "Elena Petrova"),
        ("+371 2000-0000", "Mill Invest"),
        ("20000000", "Mill Invest"),  # as it is dialled there
        ("STRASSE CAFE\u0301", "Straße Café"),
        ("petrova", "Elena Petrova"),
    ],
)
def test_an_exact_name_mail_or_phone_wins_and_parts_count_only_without(store, text, name):
    assert client(store, text) == name


@pytest.mark.parametrize(("text", "count"), [("mill", 2), ("elena", 2), ("e", 4)])
def test_several_clients_are_listed_with_kind_and_id(store, text, count):
    with store.session() as session, pytest.raises(NotFound) as caught:
        find_client(session, text)
    (problem,) = caught.value.findings
    first, *lines = problem.text.split("\n")
    assert first == f"{text!r} may be any of {count}:"
    assert len(lines) == count
    assert all(line.split()[0] in ("account", "contact") for line in lines)
    assert all(line.split()[1][:4] in ("acc-", "con-") for line in lines)


@pytest.mark.parametrize("text", ["Zoë", "200", "99999999"])
def test_nobody_of_that_name_comes_with_how_to_make_one(store, text):
    with store.session() as session, pytest.raises(NotFound) as caught:
        find_client(session, text)
    assert f'salescli contact create "{text}" (a person)' in caught.value.findings[0].hint


def test_an_empty_text_is_no_client(store):
    with store.session() as session, pytest.raises(Refused):
        find_client(session, " ")


def test_a_part_of_titles_lists_those_that_have_it(shop):
    shop.deal("Block A, 7")
    shop.deal("Big block A")
    shop.deal("Blockade")
    answer = shop.run("opp", "show", "block a")
    assert answer.code == 3
    first, *lines, hint = answer.err.splitlines()
    assert first == "There is no deal 'block a'; it is a part of"
    assert [" ".join(line.split()[2:]) for line in lines] == [
        "Block A, 7 · Elena Petrova, qualification, anna",
        "Big block A · Elena Petrova, qualification, anna",
    ]
    assert hint == "  Give the id of the one you mean."


def test_candidates_of_one_title_are_told_apart_in_80_columns(shop):
    title = "Flat 47 with a balcony to the river, and a cellar"
    for _ in range(2):
        shop.deal(title)
    answer = shop.run("opp", "show", title)
    lines = answer.err.splitlines()
    assert lines[2] == lines[4] == "    Elena Petrova, qualification, anna"


def test_an_id_of_another_kind_says_what_it_is(shop):
    deal = shop.deal("Flat 47")
    act = shop.make("activity", "plan", "Flat 47", "Ring", "--type", "call")[4:]
    answer = shop.run("opp", "show", act)
    assert answer.code == 3
    assert f"{act} is an activity of Flat 47: salescli activity done {act}" in answer.err
    answer = shop.run("approval", "approve", act[:6])
    assert f"salescli activity done {act[:6]}" in answer.err
    answer = shop.run("activity", "done", deal[4:8])
    assert answer.code == 3
    assert f"{deal[4:8]} is the deal 'Flat 47': salescli opportunity show {deal[4:8]}" in answer.err
