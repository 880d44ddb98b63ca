"""Which clients may be one: each reason by an example, and what is none."""

import pytest

from salescli.model.near_clients import bare_name, find_near, is_another


def client(number, name, kind="acc", **more):
    return {"id": f"{kind}-{number:010}", "name": name, **more}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (client(1, "ACME Ltd."), client(2, "Acme"), "the same name but for its form or its order"),
        (client(1, "Petrova, Elena", "con"), client(2, "Elena Petrova", "con"),
         "the same name but for its form or its order"),
        (client(1, "Müller GmbH"), client(2, "Mueller GmbH & Co. KG"),
         "the same name but for its form or its order"),
        (client(1, "Straßenbau Søndergård A/S"), client(2, "STRASSENBAU SOENDERGAARD"),
         "the same name but for its form or its order"),
        (client(1, "Müller"), client(2, "Muller"), "the name differs by a letter"),
        (client(1, "Initech"), client(2, "Inittech"), "the name differs by a letter"),
        (client(1, "Bluth"), client(2, "Bluht"), "the name differs by a letter"),
        (client(1, "A", website="https://www.acme.example/x"),
         client(2, "B", website="acme.example"),
         "the same web address acme.example"),
        (client(1, "A", emails=["Info@acme.example"]),
         client(2, "B", "con", emails=["info@acme.example"]),
         "the same e-mail info@acme.example"),
        (client(1, "A", phones=["+371 2111-1111"]), client(2, "B", phones=["37121111111"]),
         "the same phone 37121111111"),
        (client(1, "ООО Ромашка"), client(2, "Ромашка"),
         "the same name but for its form or its order"),
        (client(1, "Müller  GmbH"), client(2, "MÜLLER GmbH"), "the same name"),
        (client(1, 'SIA "Ziemeļvējš"'), client(2, "Ziemelvejs SIA"),
         "the same name in other letters"),
        (client(1, "Jānis Bērziņš", "con"), client(2, "Janis Berzins", "con"),
         "the same name in other letters"),
        (client(1, "ООО Ромашка"), client(2, "OOO Romashka"), "the same name in other letters"),
        (client(1, "A", phones=["+371 2611 2222"]), client(2, "B", phones=["2611 2222"]),
         "the same phone 37126112222"),
        (client(1, "A", phones=["+44 (0)20 7946 0000"]), client(2, "B", phones=["020 7946 0000"]),
         "the same phone 442079460000"),
        (client(1, "A", phones=["0044 20 7946 0000"]), client(2, "B", phones=["+442079460000"]),
         "the same phone 442079460000"),
    ],
)  # fmt: skip
def test_two_that_may_be_one_are_told_with_the_reason(one, other, why):
    (near,) = find_near([one], [other])
    assert (near.id, near.other, near.why) == (other["id"], one["id"], why)
    assert [near.why for near in find_near([], [one, other])] == [why]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (client(1, "Acme"), client(2, "Umbrella")),
        (client(1, "Account 12"), client(2, "Account 13")),
        (client(1, "Abc"), client(2, "Abd")),
        (client(1, "Elena Petrova", "con"), client(2, "Elena Petrova")),
        (client(1, "A", phones=["112"]), client(2, "B", phones=["112"])),
        (client(1, "A", phones=["+371 26112222"]), client(2, "B", phones=["+370 26112222"])),
        (client(1, "A", phones=["495 6112222"]), client(2, "B", phones=["+7 812 6112222"])),
        (client(1, "Acme", merged_into="acc-0000000009"), client(2, "ACME")),
    ],
)
def test_two_that_are_not_alike_are_not_told(one, other):
    assert find_near([one], [other]) == []


def test_what_was_here_before_is_not_told_again():
    assert find_near([client(1, "Acme"), client(2, "ACME Ltd")], []) == []


def test_a_name_of_forms_alone_is_like_no_other():
    assert bare_name("Co. Ltd.") == ""
    assert find_near([client(1, "Co. Ltd.")], [client(2, "Inc")]) == []


@pytest.mark.parametrize(
    ("here", "said", "expected"),
    [
        ({}, {}, False),
        ({"emails": ["ann@a.example"]}, {"emails": ["ann@b.example"]}, True),
        ({"emails": ["ann@a.example"]}, {"emails": ["ANN@a.example", "x@y.example"]}, False),
        ({"emails": ["ann@a.example"]}, {"emails": [""]}, False),
        ({"account": "acc-1"}, {"account": ["acc-2"]}, True),
        ({"account": "acc-1"}, {"account": []}, True),  # an employer that isn't here
        ({"account": "acc-1"}, {"account": ["acc-1"]}, False),
        ({"account": "acc-1"}, {}, False),
        ({}, {"account": ["acc-2"]}, False),
        (
            {"account": "acc-1", "emails": ["a@a.example"]},
            {"account": ["acc-2"], "emails": ["a@a.example"]},
            False,
        ),
        ({"website": "https://www.a.example/x"}, {"website": "a.example"}, False),
        ({"website": "a.example"}, {"website": "b.example"}, True),
    ],
)
def test_what_speaks_against_one_of_the_same_name_makes_it_another(here, said, expected):
    assert is_another({"name": "Ann", **here}, {"name": "Ann", **said}) is expected
