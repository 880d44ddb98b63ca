"""Nothing reaches the network but what was asked to: `sync`, which is git's, and `--cluster`."""

import re
from pathlib import Path

import salescli

ROOT = Path(salescli.__file__).parent
# Modules that open connections, or load one that does.
REACHES = (
    "aiohttp|asyncio|dask|distributed|ftplib|http|httpx|imaplib|nntplib|poplib|requests|smtplib|"
    "socket|socketserver|ssl|telnetlib|tornado|urllib3|webbrowser|websockets|xmlrpc"
)
IMPORTS = re.compile(
    rf"^\s*(?:import|from) (?:{REACHES})\b|^\s*(?:import|from) urllib\.request|"
    rf"^\s*from urllib import .*request|import_module\(.(?:{REACHES}|urllib\.request)\b",
    re.MULTILINE,
)
TALKS = re.compile(r"[\"'\s](fetch|push|pull|ls-remote)(?:[\"']|(?= -)[^\n]*\"\.split)")
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*.py"))
}


def test_only_the_module_of_workers_elsewhere_imports_what_opens_connections():
    assert {path for path, text in SOURCES.items() if IMPORTS.search(text)} == {
        "workspace/cluster.py"
    }


def test_only_sync_has_git_talk_to_other_repositories():
    of_git = {
        path: text for path, text in SOURCES.items() if re.search(r"gitprogram|subprocess", text)
    }
    found = {path: sorted(set(TALKS.findall(text))) for path, text in of_git.items()}
    assert {path: words for path, words in found.items() if words} == {
        "workspace/syncing.py": ["fetch", "push"]
    }
