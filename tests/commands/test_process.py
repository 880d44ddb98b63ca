"""Adding process definitions to a store."""

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
