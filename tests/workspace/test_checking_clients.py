"""Clients whom two sides of a merge treated differently: nobody has their past but git."""

import pytest

from tests.shop import Shop, load, made_once


@pytest.fixture
@made_once
def elena(shop: Shop) -> str:
    return shop.make("contact", "create", "Elena Petrova", "--phone", "26111111")


def file_of(shop: Shop, client: str):
    (path,) = shop.root.glob(f"*/*--{client}.yaml")
    return path


def add_line(shop: Shop, client: str, line: str) -> None:
    """What a merge brings from the other side."""
    path = file_of(shop, client)
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")


def told(shop: Shop, code: str) -> str:
    answer = shop.run("check")
    assert f"({code})" in answer.out.replace("\n  ", " ")
    return answer.out.replace("\n  ", " ")


def test_an_erased_person_is_found_again_and_erased_again(shop, elena):
    shop.do("contact", "erase", elena, "--yes")
    add_line(shop, elena, 'phones: ["26111111"]')
    assert f"salescli contact erase {elena} --yes" in told(shop, "erased-with-data")
    shop.do("contact", "erase", elena, "--yes")
    assert load(file_of(shop, elena)) == {"id": elena, "name": "erased"}
    assert shop.run("check", "--strict").out == ""


def test_an_erased_person_does_not_live_on_in_whom_they_were_merged_into(shop, elena):
    other = shop.make("contact", "create", "E. Petrova")
    shop.do("client", "merge", elena, other)
    file_of(shop, elena).write_text(f"id: {elena}\nname: erased\nmerged_into: {other}\n")
    assert f"salescli contact erase {other} --yes" in told(shop, "erased-with-data")
    shop.do("contact", "erase", other, "--yes")
    assert shop.run("check", "--strict").out == ""
    file_of(shop, elena).write_text(f"id: {elena}\nname: Elena\nmerged_into: {other}\n")
    assert f"salescli contact erase {other} --yes" in told(shop, "erased-with-data")


def test_what_was_given_to_a_merged_client_goes_to_the_one_who_is_left(shop, elena):
    gone = shop.make("contact", "create", "Elena Petrowa", "--external", "hubspot=7")
    shop.do("contact", "set", elena, "--position", "Buyer", "--external", "hubspot=8")
    shop.do("client", "merge", gone, elena)
    assert shop.run("check", "--strict").out == ""
    add_line(shop, gone, 'position: Owner\nphones: ["26222222"]')
    assert "salescli check --fix" in told(shop, "merged-with-data")
    answer = shop.do("check", "--fix")
    assert "Not taken" in answer.err
    assert "position Owner" in answer.err
    kept = load(file_of(shop, elena))
    assert (kept["position"], kept["phones"]) == ("Buyer", ["26111111", "26222222"])
    assert load(file_of(shop, gone)).keys() == {"id", "name", "merged_into", "external"}
    assert shop.run("check", "--strict").out == ""


def test_a_merged_client_is_neither_set_nor_listed(shop, elena):
    gone = shop.make("contact", "create", "Elena Petrowa")
    shop.do("client", "merge", gone, elena)
    before = shop.tree()
    answer = shop.run("contact", "set", gone, "--phone", "26222222")
    assert (answer.code, elena in answer.err) == (1, True)
    assert shop.tree() == before
    assert gone not in shop.do("contact", "list").out
    assert gone in shop.do("contact", "list", "--all").out


@pytest.mark.parametrize("kind", ["opp", "lead"])
def test_what_is_open_for_an_archived_client_is_a_warning_until_it_ends(shop, elena, kind):
    made = shop.make(kind, "create", "Flat", "--client", elena)
    shop.do("contact", "archive", elena)
    hints = told(shop, "archived-client")
    assert f"salescli contact set {elena} --archived no" in hints
    assert f"salescli {kind} set {made} --client NAME" in hints
    assert shop.run("check").code == 0
    end = ("close", made, "--outcome", "lost", "--reason", "price")
    shop.do(kind, *(end if kind == "opp" else ("move", made, "--to", "not-interested")))
    assert "archived-client" not in shop.run("check").out


@pytest.mark.parametrize("kind", ["opp", "lead"])
def test_an_archived_record_that_was_taken_up_again_has_a_command_that_mends_it(shop, elena, kind):
    made = shop.make(kind, "create", "Flat", "--client", elena)
    end = ("close", made, "--outcome", "lost", "--reason", "price")
    shop.do(kind, *(end if kind == "opp" else ("move", made, "--to", "not-interested")))
    up = ("reopen", made, "--to", "qualification", "--reason", "called back")
    shop.do(kind, *(up if kind == "opp" else ("move", made, "--to", "hand-off")))
    (folder,) = shop.root.glob(f"*/*/*--{made}")
    (facts,) = (path for path in folder.glob("*.yaml") if path.name != "history.yaml")
    event = '{"id":"h-aaaaaaaaaa","seq":3,"at":"2026-11-02T09:30:00Z","by":"boris",'
    event += '"kind":"changed","fields":{"archived":[null,true]}}'
    history = folder / "history.yaml"
    history.write_text(f"{history.read_text()}- {event}\n")
    facts.write_text(f"{facts.read_text()}archived: true\n")
    assert "salescli check --fix --void h-aaaaaaaaaa" in told(shop, "archived-open")
    shop.do("check", "--fix", "--void", "h-aaaaaaaaaa")
    assert "archived-open" not in shop.run("check").out
    assert "archived" not in load(facts)
