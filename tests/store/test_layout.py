"""Where files of a store lie, and to which record they belong."""

import pytest

from salescli.store.layout import home_of

DEAL = "opportunities/2026/flat-47--opp-7k2m9xq4tb"


@pytest.mark.parametrize(
    ("path", "home"),
    [
        (f"{DEAL}/opportunity.yaml", DEAL),
        (f"{DEAL}/history.yaml", DEAL),
        (f"{DEAL}/files/plan.pdf", DEAL),
        ("contacts/elena--con-krvyxyb8f9.yaml", "contacts/elena--con-krvyxyb8f9.yaml"),
        ("accounts/acme--acc-krvyxyb8f9.yaml", "accounts/acme--acc-krvyxyb8f9.yaml"),
        ("processes/b2b.yaml", "processes/b2b.yaml"),
        ("team.yaml", "team.yaml"),
    ],
)
def test_files_of_a_deal_have_one_home_and_each_client_is_its_own(path, home):
    assert home_of(path) == home
