"""A title that several records bear names none of them, however new they are."""

import re

import pytest


@pytest.fixture
def store(console):
    for command in (
        "salescli init sales --currency EUR --time-zone Europe/Riga",
        "cd sales",
        'salescli contact create "Elena Petrova" --email elena@example.com',
        "salescli opp create Flat --client elena@example.com",
        "salescli opp list",
    ):
        assert console.run(command).code == 0
    return console


def test_two_deals_of_one_title_are_told_and_none_is_moved(store):
    assert store.run("salescli opp create Flat --client elena@example.com").code == 0
    refused = store.run("salescli opp advance Flat")
    assert (refused.code, refused.stdout) == (3, "")
    assert len(set(re.findall(r"opp-\w{10}", refused.stderr))) == 2


def test_two_clients_of_one_name_are_told_and_no_deal_is_made(store):
    assert store.run('salescli contact create "elena petrova"').code == 0
    refused = store.run('salescli opp create House --client "Elena Petrova"')
    assert (refused.code, refused.stdout) == (3, "")
    assert len(set(re.findall(r"con-\w{10}", refused.stderr))) == 2


def test_a_title_given_by_hand_counts_at_once(store):
    store.run("salescli opp create House --client elena@example.com")
    assert store.run("salescli opp show House").code == 0
    assert (
        store.run("sed -i 's/^title: House/title: Flat/' opportunities/*/house-*/*.yaml").code == 0
    )
    assert store.run("salescli opp advance Flat").code == 3
    assert store.run("salescli opp advance House").code == 3
