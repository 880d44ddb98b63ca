"""Which files are none for a person to have written, of a store and of what is just read."""

import pytest

from salescli.model.errors import Refused
from salescli.store.overwriting import refuse_overwriting


@pytest.fixture
def store(tmp_path):
    root = tmp_path / "store"
    root.mkdir()
    for name in ("salescli.yaml", "team.yaml", "report.md", "rows.csv"):
        (root / name).write_text("x: 1\n")
    (root / "link.yaml").symlink_to(root / "team.yaml")
    (tmp_path / "door").symlink_to(root)
    return root


@pytest.mark.parametrize(
    "path",
    ["salescli.yaml", "team.yaml", "link.yaml", "../door/team.yaml", "../store/team.yaml"]
    + ["processes/real-estate.yaml", ".salescli/index", ".git/config", ".gitattributes"]
    + ["opportunities/2026/x--opp-4c8t1m9zqa/history.yaml", "accounts/x--acc-4c8t1m9zqa.yaml"],
)
def test_a_file_that_the_store_reads_is_none_to_write(store, path):
    with pytest.raises(Refused) as caught:
        refuse_overwriting(store / path, path)
    assert caught.value.findings[0].code == "not-to-be-overwritten"
    assert caught.value.findings[0].text.startswith(f"{path} is a file of the store")


@pytest.mark.parametrize("path", ["report.md", "public/index.html", "../team.yaml", "/dev/null"])
def test_any_other_file_may_be_written(store, path):
    refuse_overwriting(store / path, path, [store / "rows.csv", store / "nothing-there.csv"])


def test_what_is_read_is_none_to_write_under_another_name_of_it_either(store):
    with pytest.raises(Refused, match="is read by this command"):
        refuse_overwriting(store / "../door/rows.csv", "rows.csv", [store / "rows.csv"])
    refuse_overwriting(store / "/dev/null", "/dev/null", [store / "/dev/null"])
