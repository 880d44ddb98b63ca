"""Naming a client by text: each sentence of the rule, and clients made on the spot."""

import pytest

from salescli.model.errors import NotFound, Refused
from salescli.workspace.clients import find_client, find_or_create_client
from salescli.workspace.clientsearch import near_names, search_client
from tests.shop import Shop, made_once

ELENA, MILL, GROUP = "con-4c8t1m9zqa", "acc-2h6w0r5kdn", "acc-9p3x7y1c0f"
CLIENTS = {
    f"contacts/elena-petrova--{ELENA}.yaml": f"id: {ELENA}\nname: Elena Petrova\n"
    'emails: [elena@example.com]\nphones: ["+371 2111 1111"]\n',
    f"accounts/mill--{MILL}.yaml": f"id: {MILL}\nname: Mill Invest\n"
    "emails: [office@mill.example]\n",
    f"accounts/group--{GROUP}.yaml": f"id: {GROUP}\nname: Mill Invest Group\n",
    "contacts/anna--con-mm00000001.yaml": "id: con-mm00000001\nname: Straße Café\n",
}


def put(shop: Shop, path: str, text: str) -> None:
    (shop.root / path).parent.mkdir(exist_ok=True)
    shop.write(path, text)


@pytest.fixture
@made_once
def store(shop: Shop) -> Shop:
    """Clients whose ids are known."""
    for path, text in CLIENTS.items():
        put(shop, path, text)
    return shop


def found(store: Shop, text: str) -> str:
    with store.session() as session:
        return find_client(session, text).id


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ELENA, ELENA),
        ("con-4c", ELENA),
        ("elena PETROVA", ELENA),
        ("Elena@Example.com", ELENA),
        ("+371 2111 1111", ELENA),
        ("+37121111111", ELENA),
        ("(371) 2111-1111", ELENA),
        ("2111 1111", ELENA),  # as it is dialled within the country
        ("petrov", ELENA),
        ("elena@", ELENA),
        ("4c8t", ELENA),
        ("Mill Invest", MILL),  # exact, though a part of another name
        ("office@mill.example", MILL),
        ("group", GROUP),
        ("STRASSE CAFÉ", "con-mm00000001"),
    ],
)
def test_a_client_is_named_by_id_name_mail_phone_or_a_part(store, text, wanted):
    assert found(store, text) == wanted


def test_a_part_of_a_name_wins_over_the_beginning_of_an_id(store):
    put(store, "contacts/x--con-em00000001.yaml", "id: con-em00000001\nname: Other\n")
    put(store, "contacts/y--con-0000000001.yaml", "id: con-0000000001\nname: Emil\n")
    assert found(store, "em") == "con-0000000001"
    assert found(store, "em0") == "con-em00000001"
    assert found(store, "con-em") == "con-em00000001"


def test_several_are_listed_with_kind_and_id_and_nothing_is_chosen(store):
    with pytest.raises(NotFound) as refused:
        found(store, "mill")
    (entry,) = refused.value.findings
    assert entry.code == "ambiguous"
    assert f"account {MILL}  Mill Invest" in entry.text
    assert f"account {GROUP}  Mill Invest Group" in entry.text


def test_a_mail_of_one_that_is_the_name_of_another_names_both(store):
    put(store, "contacts/x--con-0000000001.yaml", "id: con-0000000001\nname: elena@example.com\n")
    with pytest.raises(NotFound, match="may be any of 2"):
        found(store, "elena@example.com")


def test_none_tells_near_misses_and_how_to_make_one(store):
    with pytest.raises(NotFound) as refused, store.session() as session:
        find_or_create_client(session, "petrovva", None)
    (entry,) = refused.value.findings
    assert entry.code == "no-such-client"
    assert "did you mean 'Elena Petrova'?" in entry.text
    assert 'salescli contact create "petrovva"' in entry.hint
    assert 'salescli account create "petrovva"' in entry.hint
    assert "--create-client" in entry.hint


@pytest.mark.parametrize("text", ["1111", "", "  ", "%", "con-zzzz", "acc-4c8t1m9zqa", "'"])
def test_what_names_nobody_is_not_taken_for_somebody(store, text):
    with pytest.raises((NotFound, Refused)):
        found(store, text)


def test_what_is_archived_or_merged_counts_only_where_nothing_else_is_meant(store):
    put(store, "contacts/old--con-0000000001.yaml",
        "id: con-0000000001\nname: Elena Petrova\narchived: true\n")  # fmt: skip
    put(store, "contacts/gone--con-0000000002.yaml",
        f"id: con-0000000002\nname: Elena Petrova\nmerged_into: {ELENA}\n")  # fmt: skip
    assert found(store, "Elena Petrova") == ELENA
    assert found(store, "petrov") == ELENA
    (store.root / f"contacts/elena-petrova--{ELENA}.yaml").unlink()
    with pytest.raises(Refused) as refused:
        found(store, "petrov")
    assert refused.value.findings[0].code == "archived"


def test_an_exact_name_that_is_archived_is_not_replaced_by_a_part_of_another(store):
    store.do("account", "set", MILL, "--archived", "yes")
    with pytest.raises(Refused, match="Mill Invest is archived"):
        found(store, "mill invest")


def test_what_is_erased_has_no_name_any_more(store):
    put(store, "contacts/x--con-0000000001.yaml", "id: con-0000000001\nname: erased\n")
    with pytest.raises(NotFound):
        found(store, "erased")
    with pytest.raises(Refused) as refused:
        found(store, "con-0000000001")
    assert refused.value.findings[0].code == "erased"


def test_clients_that_cannot_be_read_are_told_of_where_none_is_found(store):
    put(store, "contacts/bad--con-0000000003.yaml", "id: con-0000000003\nname: [\n")
    with pytest.raises(NotFound, match="1 can't be read: salescli check tells why"):
        found(store, "nobody at all")


def test_a_name_edited_by_hand_is_found_at_once(store):
    assert found(store, "group") == GROUP
    store.replace(f"accounts/group--{GROUP}.yaml", "Mill Invest Group", "Holding")
    assert found(store, "holding") == GROUP


def test_whoever_only_reads_may_name_what_takes_nothing_new(store):
    store.do("account", "set", MILL, "--archived", "yes")
    with store.session() as session:
        assert search_client(session, "Mill Invest").id == MILL


def test_near_names_are_like_the_whole_or_a_word_and_at_most_three():
    names = [
        "Elena Petrova",
        "Anna Bērziņa",
        "Elena Petrovna",
        "Юлия Фёдорова",
        "Petrov",
        "Petrowa",
    ]
    assert set(near_names("petrova", names)) <= {
        "Elena Petrova",
        "Elena Petrovna",
        "Petrov",
        "Petrowa",
    }
    assert len(near_names("petrova", names)) == 3
    assert near_names("ФЕДОРОВА", names) == ["Юлия Фёдорова"]
    assert near_names("qqqq", names) == []


@pytest.mark.parametrize(
    ("kind", "text", "file"),
    [
        ("contact", "Вася Пупкин", "name: Вася Пупкин\n"),
        ("account", "Elena", "name: Elena\n"),  # only a part of somebody's name
        ("contact", "+371 2999 1234", 'name: "+371 2999 1234"\nphones: ["+371 2999 1234"]\n'),
        ("contact", "x@y.example", "name: x@y.example\nemails: [x@y.example]\n"),
    ],
)
def test_a_client_is_made_on_the_spot_in_the_same_command(store, kind, text, file):
    before = store.tree()
    answer = store.do("opp", "create", "Flat 47", "--client", text, "--create-client", kind)
    assert answer.out.startswith("opp-") and answer.out.count("\n") == 1
    client = store.facts(answer.id)["client"]
    (path,) = store.root.glob(f"{kind}s/*--{client}.yaml")
    assert path.read_text("utf-8") == f"id: {client}\n{file}"
    assert f"{client}: {text}." in answer.err
    store.do("undo")
    assert store.tree() == before


@pytest.mark.parametrize("text", ["elena petrova", "elena@example.com", "+37121111111", ELENA])
def test_a_client_that_is_there_is_not_made_again(store, text):
    made = store.make("opp", "create", "Flat 47", "--client", text, "--create-client", "contact")
    assert store.facts(made)["client"] == ELENA
    assert len(list(store.root.glob("contacts/*"))) == 2


def test_no_client_is_made_where_the_deal_is_refused(store):
    before = store.tree()
    answer = store.run("opp", "create", "Flat 47", "--client", "New", "--create-client", "contact",
                       "--budget", "12,5")  # fmt: skip
    assert answer.code == 2
    assert store.tree() == before


def test_an_unknown_id_is_not_taken_for_a_name_to_make(store):
    for text in ("con-zzzzzzzzzz", "con-zz"):
        with store.session() as session, pytest.raises(NotFound):
            find_or_create_client(session, text, "contact")


def test_a_deal_gets_another_client_made_on_the_spot(store):
    made = store.make("opp", "create", "Flat 47", "--client", ELENA)
    store.do("opp", "set", made, "--client", "Juris", "--create-client", "contact")
    client = store.facts(made)["client"]
    assert [path.name for path in store.root.glob(f"contacts/*{client}*")] == [
        f"juris--{client}.yaml"
    ]
    store.do("undo")
    assert store.facts(made)["client"] == ELENA
    assert not list(store.root.glob(f"contacts/*{client}*"))


def test_after_a_merge_the_common_name_means_the_one_that_stays(store):
    other = store.make("contact", "create", "Elena Petrova")
    store.do("client", "merge", other, ELENA)
    made = store.make("opp", "create", "Flat 47", "--client", "Elena Petrova")
    assert store.facts(made)["client"] == ELENA
    assert store.make("contact", "set", "Elena Petrova", "--position", "Buyer") == ELENA
