"""`salescli init`: what a new store holds, who is in it, and what it refuses."""

import subprocess
from pathlib import Path

import pytest

from salescli.store import layout
from tests.shop import Shop, load

FILES = {
    "salescli.yaml",
    "team.yaml",
    "dictionaries.yaml",
    "products.yaml",
    "competitors.yaml",
    "dashboards/analytics.yaml",
    "dashboards/best-managers.yaml",
    "dashboards/comparison.yaml",
    "dashboards/my-day.yaml",
    "dashboards/overview.yaml",
    "processes/corporate.yaml",
    "processes/quick.yaml",
    "processes/real-estate.yaml",
    ".gitattributes",
    ".gitignore",
}


@pytest.fixture
def place(tmp_path: Path) -> Shop:
    root = tmp_path / "place"
    root.mkdir()
    return Shop(root)


def git(place: Shop, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=place.root, capture_output=True, encoding="utf-8", check=True
    ).stdout


def test_a_new_store_has_every_file_of_the_format(place):
    answer = place.do("init", ".", "--currency", "EUR", "--time-zone", "Europe/Riga")
    assert answer.out == ""
    assert answer.err == (
        "place is ready: EUR, Europe/Riga, process real-estate.\nYou are anna (by git's e-mail).\n"
    )
    assert set(place.tree()) == FILES
    assert load(place.root / "salescli.yaml") == {
        "format": "1",
        "name": "place",
        "currency": "EUR",
        "time_zone": "Europe/Riga",
        "week_start": "monday",
        "fiscal_year_start": "1",
        "process": "real-estate",
        "start_process": "from-lead",
    }
    assert (place.root / "team.yaml").read_text("utf-8") == (
        "people:\n  anna:\n    name: Anna Berzina\n    emails: [anna@riverside.example]\n"
        "departments:\n"
    )
    assert (place.root / "products.yaml").read_bytes() == b"products:\n"
    assert (place.root / ".gitignore").read_bytes() == b"/.salescli/\n"
    assert (place.root / ".gitattributes").read_bytes() == (
        b"* text=auto eol=lf\n*.yaml merge=salescli\nhistory.yaml merge=union\n"
        b"**/files/** binary\n**/mail/** binary\n"
    )


def test_a_store_in_a_new_folder_has_its_name(place):
    place.do("init", "sales", "--time-zone", "UTC")
    assert load(place.root / "sales" / "salescli.yaml")["name"] == "sales"
    assert "currency" not in load(place.root / "sales" / "salescli.yaml")


def test_minus_c_says_where_a_store_is_made(place):
    (place.root / "there").mkdir()
    place.do("-C", "there", "init", "--time-zone", "UTC")
    assert (place.root / "there" / "salescli.yaml").exists()
    assert not (place.root / "salescli.yaml").exists()


def test_the_time_zone_is_the_one_of_the_environment(place):
    place.environ["TZ"] = ":Asia/Tokyo"
    place.do("init")
    assert load(place.root / "salescli.yaml")["time_zone"] == "Asia/Tokyo"


WRONG = [
    (["--currency", "euro"], 2, "'euro' is not a currency code"),
    (["--time-zone", "Riga/Europe"], 2, "'Riga/Europe' is not a time zone"),
    (["--time-zone", "../../etc/passwd"], 2, "is not a time zone"),
    (["--process", "other"], 3, "No process 'other' is shipped"),
    (["--commit"], 2, "--commit goes with --git"),
    (["--name", "a\x1bb"], 2, "control character"),
]


@pytest.mark.parametrize(("options", "code", "words"), WRONG)
def test_wrong_settings_make_nothing_at_all(place, options, code, words):
    answer = place.run("init", "sales", *options)
    assert answer.code == code
    assert words in " ".join(answer.err.split())
    assert list(place.root.iterdir()) == []


def test_a_store_that_is_there_is_left_alone(place):
    place.do("init", "--time-zone", "UTC")
    place.write("salescli.yaml", "format: 1\n# mine\n")
    before = place.tree()
    answer = place.run("init", "--currency", "USD")
    assert answer.code == 1
    assert "there is a store here already" in answer.err
    assert place.tree() == before


def test_files_that_are_no_store_stay(place):
    place.write("notes.txt", "mine")
    place.do("init", "--time-zone", "UTC")
    assert set(place.tree()) == FILES | {"notes.txt"}


def test_a_dry_run_shows_every_file_and_makes_none(place):
    answer = place.do("init", "sales", "--time-zone", "UTC", "--dry-run")
    for path in FILES:
        assert f"+++ {path}\n" in answer.out
    assert list(place.root.iterdir()) == []


def test_the_one_who_makes_it_is_known_by_git_else_by_the_system(place):
    place.git_email, place.git_name, place.system_user = "", "", "dina"
    answer = place.do("init", "--time-zone", "UTC")
    assert answer.err.endswith("You are dina (by the system's user name).\n")
    assert load(place.root / "team.yaml")["people"] == {"dina": {"name": "dina"}}
    place.make("contact", "create", "Elena")
    deal = place.make("opp", "create", "Flat", "--client", "Elena")
    assert place.events(deal)[0]["by"] == "dina"


def test_a_name_of_other_letters_becomes_an_id_that_is_allowed(place):
    place.git_email, place.system_user = "Анна.Берзиня@riverside.example", "x"
    place.do("init", "--time-zone", "UTC")
    (person,) = load(place.root / "team.yaml")["people"]
    assert person == "anna-berzinya" or person.isascii()
    assert place.do("next").code == 0


def test_git_makes_a_repository_and_commits_nothing_by_itself(place):
    answer = place.do("init", "--time-zone", "UTC", "--git")
    assert (
        "A git repository is ready, and merges by field; nothing is committed yet.\n" in answer.err
    )
    assert git(place, "rev-list", "--all") == ""


def test_a_commit_holds_the_store_and_nothing_else(place, monkeypatch):
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Anna")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "anna@riverside.example")
    git(place, "init", "-q")
    place.write("secret.txt", "staged by somebody")
    git(place, "add", "secret.txt")
    place.do("init", "--time-zone", "UTC", "--git", "--commit")
    assert set(git(place, "ls-tree", "-r", "--name-only", "HEAD").split()) == FILES
    assert git(place, "status", "--porcelain") == "A  secret.txt\n"
    assert layout.IGNORED == "/.salescli/\n"


def test_without_git_in_the_store_no_commit_is_made(place, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    answer = place.run("init", "--time-zone", "UTC", "--git")
    assert answer.code == 6
    assert "git can't be run" in answer.err


def test_no_store_is_made_inside_another(place):
    place.do("init", "shop")
    before = place.tree()
    answer = place.run("init", "shop/teams/north")
    assert answer.code == 1
    assert "lies inside the store" in answer.err
    assert place.tree() == before


@pytest.mark.parametrize("directory", ["notes.txt", "notes.txt/shop"])
def test_a_file_is_no_place_for_a_store(place, directory):
    (place.root / "notes.txt").write_text("x", encoding="utf-8")
    answer = place.run("init", directory)
    assert answer.code == 2
    assert "is a file, and a store is a folder" in " ".join(answer.err.split())


def test_an_empty_name_is_no_folder(place):
    assert place.run("init", "").code == 2
    assert place.tree() == {}


def test_what_git_was_told_of_a_folder_stays_and_other_files_are_not_overwritten(place):
    (place.root / ".gitignore").write_text("node_modules/\n.env\n")
    (place.root / "products.yaml").write_text("mine: 1\n")
    answer = place.run("init", ".", "--currency", "EUR")
    assert answer.code == 1
    assert "overwrite what is here already: products.yaml" in answer.err
    assert not (place.root / "salescli.yaml").exists()
    (place.root / "products.yaml").unlink()
    place.run("init", ".", "--currency", "EUR")
    ignored = (place.root / ".gitignore").read_text()
    assert ignored == "node_modules/\n.env\n" + layout.IGNORED
