"""The index in the middle of many changes answers as if they were on disk."""

from salescli.store.files import RealFileSystem
from salescli.store.overlay import OverlaidIndex, record_of
from salescli.store.transaction import Transaction
from tests.shop import Shop


def opened(shop: Shop) -> tuple[Transaction, OverlaidIndex]:
    files = Transaction(RealFileSystem(), shop.root)
    return files, OverlaidIndex(files)


def path_of(shop: Shop) -> str:
    (found,) = shop.root.glob("contacts/*")
    return str(found.relative_to(shop.root))


def test_what_was_staged_is_seen_from_the_next_refresh_on(shop: Shop):
    shop.make("contact", "create", "Elena Petrova")
    files, index = opened(shop)
    with index:
        index.refresh()
        assert len(index.titled("contact", "elena petrova")) == 1
        source = files.read(path_of(shop))
        assert source is not None
        files.write(path_of(shop), source.replace(b"Elena", b"Anna"))
        assert len(index.titled("contact", "Elena Petrova")) == 1
        index.refresh()
        assert index.titled("contact", "Elena Petrova") == []
        assert [facts.document["name"] for facts in index.documents("contact")] == ["Anna Petrova"]


def test_what_was_dropped_again_is_not_seen_any_more(shop: Shop):
    shop.make("contact", "create", "Elena Petrova")
    files, index = opened(shop)
    with index:
        source = files.read(path_of(shop))
        assert source is not None
        try:
            with files.attempt():
                files.write(path_of(shop), source.replace(b"Elena", b"Anna"))
                index.refresh()
                assert len(index.titled("contact", "Anna Petrova")) == 1
                raise KeyError
        except KeyError:
            pass
        index.refresh()
        assert index.titled("contact", "Anna Petrova") == []
        assert len(index.titled("contact", "Elena Petrova")) == 1


def test_a_deal_is_seen_whole_though_one_of_its_files_alone_was_staged_last(shop: Shop):
    deal = shop.deal("Flat 47")
    files, index = opened(shop)
    folder = str(shop.folder(deal).relative_to(shop.root))
    with index:
        facts = files.read(f"{folder}/opportunity.yaml")
        assert facts is not None
        files.write(f"{folder}/opportunity.yaml", facts.replace(b"Flat 47", b"Flat 48"))
        index.refresh()
        assert [one.title for one, _ in index.whole_deals()] == ["Flat 48"]
        assert [one.title for one in index.deals()] == ["Flat 48"]
        files.append(f"{folder}/history.yaml", b"# a comment\n")
        index.refresh()
        assert [one.title for one in index.deals()] == ["Flat 48"]


def test_a_record_is_found_by_id_though_no_index_was_ever_made(shop: Shop):
    deal = shop.deal("Flat 47")
    for path in (shop.root / ".salescli").glob("index*"):
        path.unlink()
    _, index = opened(shop)
    with index:
        assert index.path_of(deal) == str(shop.folder(deal).relative_to(shop.root))


def test_a_record_that_is_expected_is_found_where_it_was_moved_to_once_that_is_seen(shop: Shop):
    deal = shop.deal("Flat 47")
    shop.do("opportunity", "list")  # an index that knows it
    _, index = opened(shop)
    with index:
        index.expect([deal, "opp-9999999999"])
        before = shop.folder(deal)
        assert index.path_of(deal) == str(before.relative_to(shop.root))
        before.rename(before.with_name(f"moved--{deal}"))
        index.refresh()
        assert index.path_of(deal) == str(shop.folder(deal).relative_to(shop.root))
        assert index.path_of("opp-9999999999") is None


def test_the_database_on_disk_holds_nothing_of_what_was_staged(shop: Shop):
    shop.make("contact", "create", "Elena Petrova")
    files, index = opened(shop)
    with index:
        source = files.read(path_of(shop))
        assert source is not None
        files.write(path_of(shop), source.replace(b"Elena", b"Anna"))
        index.refresh()
        assert len(index.titled("contact", "Anna Petrova")) == 1
    shop.do("contact", "show", "Elena Petrova")
    assert shop.run("contact", "show", "Anna Petrova").code == 3


def test_a_file_belongs_to_its_record():
    deal = "opportunities/2026/flat--opp-7k2m9xq4tb"
    assert record_of(f"{deal}/history.yaml") == ("opportunity", deal)
    assert record_of(f"{deal}/files/plan.pdf") == ("opportunity", deal)
    contact = "contacts/elena--con-4c8t1m9zqa.yaml"
    assert record_of(contact) == ("contact", contact)
    assert record_of("team.yaml") is None
    assert record_of("notes.txt") is None
