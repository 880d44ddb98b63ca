"""What `make demo` does, with a stand-in for the program that writes down how it was called."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = """#!/bin/sh
echo "$*" >>"$(dirname "$0")/calls"
case $1 in
    demo) mkdir -p "$2" && : >"$2/salescli.yaml" ;;
    *) case $* in *--png*) printf 'PNG' ;; *--html*) printf '<html>' ;; *) echo ' Funnel' ;; esac ;;
esac
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    path = tmp_path / "bin of mine" / "salescli"
    path.parent.mkdir()
    path.write_text(STAND_IN, encoding="utf-8")
    path.chmod(0o755)
    return path


def run_demo(stand_in: Path, place: Path) -> str:
    return subprocess.run(
        ["sh", ROOT / "examples" / "demo.sh", stand_in, place],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


def test_the_demo_makes_a_store_its_funnel_and_a_page_and_says_where_they_are(stand_in, tmp_path):
    place = tmp_path / "a demo"
    told = run_demo(stand_in, place)
    assert (place / "funnel.png").read_bytes() == b"PNG"
    assert (place / "funnel.txt").read_text(encoding="utf-8") == " Funnel\n"
    assert (place / "overview.html").read_text(encoding="utf-8") == "<html>"
    assert told.startswith(" Funnel\n")
    for name in ("store", "funnel.png", "funnel.txt", "overview.html"):
        assert f" {place / name}\n" in told


def test_the_demo_run_again_keeps_its_store(stand_in, tmp_path):
    place = tmp_path / "a demo"
    run_demo(stand_in, place)
    run_demo(stand_in, place)
    calls = (stand_in.parent / "calls").read_text(encoding="utf-8").splitlines()
    store = place / "store"
    funnel = "funnel --created any"
    reports = (funnel, f"{funnel} --png -", "dashboard overview --html -")
    drawn = [f"-C {store} report {report} --period this-year" for report in reports]
    assert calls == [f"demo {store}", *drawn, *drawn]
