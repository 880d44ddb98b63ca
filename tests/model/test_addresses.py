"""What may be an e-mail address and what can't."""

import pytest

from salescli.model.addresses import check_addresses, is_address


@pytest.mark.parametrize(
    "text",
    [
        "elena@example.com",
        "Elena.P+flat@mail.example.co.uk",
        "anna@localhost",
        "o'brien_x-1@x.example",
        "зоя@почта.example",
        "e..p@example.com",  # some servers hand these out
    ],
)
def test_what_may_be_an_address_is_one(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notmail",
        "elena@",
        "@example.com",
        "elena@@example.com",
        "a@b@example.com",
        "elena example@example.com",
        "elena@example.com ",
        "elena@example.com\n",
        "elena@exam ple.com",
        "Elena <elena@example.com>",
        "elena@example.com;juris@example.com",
        "elena@.com",
        "elena@example..com",
        "elena@example.com.",
        "mailto:elena@example.com",
    ],
)
def test_what_cant_be_an_address_is_none(text):
    assert not is_address(text)


def test_each_that_is_none_is_told_by_itself():
    told = list(check_addresses(["a", "b@x", "c"], warning=True))
    assert [(one.code, one.text, one.field, one.warning) for one in told] == [
        ("not-an-address", "'a' is not one e-mail address", "emails", True),
        ("not-an-address", "'c' is not one e-mail address", "emails", True),
    ]
