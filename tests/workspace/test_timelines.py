"""Histories gathered for a timeline: a deal's and its leads', named by what the files say now."""

import pytest

from salescli.model.errors import NotFound, WrongUsage
from salescli.workspace.timelines import read_timeline
from salescli.workspace.wordings import build_wording
from tests.commands.test_views import DEAL, ELENA, LEAD, write_example
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def example(shop: Shop) -> Shop:
    write_example(shop.root)
    return shop


def test_a_lead_has_a_timeline_of_its_own(example):
    with example.session() as session:
        found = read_timeline(session, LEAD)
    assert (found.record, found.title, found.total) == (LEAD, "Flat for Elena", 3)
    assert [entry.words for entry in found.entries] == [
        "created at Qualification",
        'note "She asked for the quiet side"',
        "Qualification → Awaiting sale",
    ]


def test_a_filter_leaves_the_count_of_all(example):
    with example.session() as session:
        found = read_timeline(session, DEAL, kinds=["mailed"])
    assert (len(found.entries), found.total) == (1, 51)


def test_what_names_nothing_is_refused(example):
    with example.session() as session:
        with pytest.raises(NotFound):
            read_timeline(session, "nothing")
        with pytest.raises(WrongUsage):
            read_timeline(session, DEAL, since="soon")


def test_names_of_all_kinds_are_known(example):
    with example.session() as session:
        wording = build_wording(session, session.process("real-estate"))
        named = {
            ("person", "anna"): "Anna Bērziņa",
            ("department", "north"): "North bank",
            ("stage", "key-contacts"): "Key contacts",
            ("lead-stage", "awaiting-sale"): "Awaiting sale",
            ("account|contact", ELENA): "Elena Petrova",
            ("lead", LEAD): "Flat for Elena",
            ("opportunity", DEAL): "Riverside, block B, flat 47",
            ("competitor", "skyline"): "Skyline Homes",
            ("rival-product", "skyline-park"): "Skyline Park",
            ("product", "flat-b47"): "Block B, flat 47",
            ("roles", "influencer"): "Influencer",
            ("custom", "mortgage"): "Mortgage",
            ("unit", "b-47"): "Riverside, block B, b-47",
            ("contact", "con-0000000000"): "con-0000000000",
            ("planet", "mars"): "mars",
        }
        assert {key: wording.name(*key) for key in named} == named


def test_a_name_that_can_not_be_read_is_its_id(example):
    (path,) = example.root.glob("contacts/*.yaml")
    path.write_text("name: [")
    (example.root / "units/riverside-b.yaml").write_text("building: [")
    with example.session() as session:
        wording = build_wording(session)
        assert wording.name("contact", ELENA) == ELENA
        assert wording.name("unit", "b-47") == "b-47"


def test_each_name_is_read_once(example, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "salescli.workspace.wordings.record_name",
        lambda _, record_id: asked.append(record_id) or "Elena",
    )
    with example.session() as session:
        wording = build_wording(session)
        assert [wording.name("contact", ELENA) for _ in range(3)] == ["Elena"] * 3
        assert wording.name("account", ELENA) == "Elena"
    assert asked == [ELENA]
