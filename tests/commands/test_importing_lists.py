"""Lines, rivals and people that come by import obey the rules of a deal's lists."""

import csv
import io

import pytest

from tests.shop import Shop

MAPPING = """\
kind: opportunity
key: id
columns:
  title: deal
  client: account
  budget: amount
  product: item
  quantity: number
  price: each
  main_contact: person
  main_competitor: rival
  stage: stage
  created: made
stages:
  New: qualification
"""
HEADER = "id,deal,account,amount,item,number,each,person,rival,stage,made"


@pytest.fixture
def office(shop: Shop) -> Shop:
    """A store with a client, products and rivals, and a mapping beside it."""
    shop.make("account", "create", "Acme")
    shop.make("contact", "create", "Elena Petrova")
    shop.make("product", "create", "Flat", "--price", "2026-01-01=236000")
    shop.make("product", "create", "Barn", "--retired", "yes", "--price", "2026-01-01=1")
    shop.make("competitor", "create", "Skyline")
    (shop.root.parent / "m.yaml").write_text(MAPPING, "utf-8")
    return shop


def refused(shop: Shop, row: str) -> str:
    """Why a row was refused; nothing was written."""
    (shop.root.parent / "in.csv").write_text(f"{HEADER}\n{row}\n", "utf-8")
    before = shop.tree()
    answer = shop.run("import", "csv", "../in.csv", "--mapping", "../m.yaml", "--key", "crm",
                      "--rejected", "../out.csv")  # fmt: skip
    assert answer.code == 4, answer.err
    assert shop.tree() == before
    text = (shop.root.parent / "out.csv").read_text("utf-8")
    (line,) = csv.DictReader(io.StringIO(text))
    return " ".join(line.values())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,D,Acme,1,barn,1,,,,New,2026-02-01", "product barn is retired"),
        ("1,D,Acme,1,flat,0,,,,New,2026-02-01", "quantity is more than 0"),
        ("1,D,Acme,1 USD,flat,1,,,,New,2026-02-01", "in EUR, USD"),
        ("1,D,Acme,1,flat,1,,,,New,2025-02-01", "flat has no price on 2025-02-01"),
        ("1,D,Acme,1,,,,Elena Petrova,,New,2026-02-01", "not among the deal's contacts"),
        ("1,D,Acme,1,,,,,Skyline,New,2026-02-01", "not among the deal's competitors"),
    ],
)
def test_a_row_that_breaks_a_rule_of_lists_is_refused(office, row, words):
    assert words in refused(office, row)


def test_contacts_that_were_exported_come_back_as_they_were(shop):
    shop.make("contact", "create", "=Elena", "--phone", "+371 2000", "--phone", "+371 3000",
              "--position", "@home")  # fmt: skip
    text = shop.do("export", "csv", "contact", "--columns", "id,name,phones,position").out
    assert "'=Elena,\"'+371 2000" in text
    (shop.root.parent / "ct.csv").write_text(text, "utf-8")
    columns = "{id: id, name: name, phones: phones, position: position}"
    mapping = f"kind: contact\nmatch: id\ncolumns: {columns}\n"
    (shop.root.parent / "ct.yaml").write_text(mapping, "utf-8")
    before = shop.tree()
    answer = shop.run("import", "csv", "../ct.csv", "--mapping", "../ct.yaml")
    assert "0 changed, 1 unchanged" in answer.err
    assert shop.tree() == before


def test_a_refused_row_stands_guarded_in_the_file_that_one_opens_to_mend_it(office):
    row = "1,=cmd(),'+Acme,1,barn,1,,,,New,2026-02-01"
    assert "'=cmd() '+Acme 1 barn" in refused(office, row)
