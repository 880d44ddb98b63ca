"""Every example runs: the scripts, and the shell steps of each recipe for CI on a repository.

What a step calls beside salescli (pip, gh, curl) is a stand-in that writes down how it was called.
"""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.session import Outcome, Session

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
GITHUB = EXAMPLES / "ci" / "github"
GITLAB = EXAMPLES / "ci" / "gitlab" / ".gitlab-ci.yml"
# Each script, and the test that runs it.
SCRIPTS = {
    "demo.sh": "test_the_demo_runs",
    "ci/morning.sh": "test_the_morning_message_is_handed_to_the_command",
    "maven-crm/build-store": "tests/test_maven.py",
}
RECIPES = {"comment.yaml", "nightly.yaml", "pipeline.yaml"}
USES = {
    "actions/checkout@v4",
    "actions/setup-python@v5",
    "actions/upload-artifact@v4",
    "actions/download-artifact@v4",
    "actions/upload-pages-artifact@v3",
    "actions/deploy-pages@v4",
}
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"$HOME/calls"
case "$*" in
  *"pr list"*) cat "$HOME/number" ;;
  *"run list"*) cat "$HOME/last" ;;
  *"--paginate"*) cat "$HOME/ours" ;;
  *me.json*) echo '{"id": 3}' >me.json ;;
  *notes.json*) cp "$HOME/notes" notes.json ;;
esac
"""
PREPARE = (
    "salescli init sales --currency EUR --time-zone Europe/Riga --git",
    "cd sales",
    'salescli contact create "Elena Petrova"',
    'salescli opp create "Flat 47" --client elena --budget 100000 --close-date 2026-12-15',
    'salescli opp create "Shop 2" --client elena --budget 50000 --close-date 2026-12-20',
    "git add . && git commit --quiet -m one",
    "git checkout --quiet -b proposal",
    'salescli opp advance "Flat 47"',
    "git commit --quiet --all -m two",
    "git checkout --quiet main",
    "git merge --quiet --no-ff -m merged proposal",
)


def run_all(console: Session, *lines: str) -> Outcome:
    """The outcome of the last of some lines, which must all succeed."""
    for line in lines:
        outcome = console.run(line)
        assert outcome.code == 0, f"{line}\n{outcome.stderr}"
    return outcome


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a console has made a store in git, whose HEAD is the merge of a moved deal."""
    place = tmp_path_factory.mktemp("prepared")
    run_all(Session(place / "console"), *PREPARE)
    return place / "console"


@pytest.fixture
def repository(console: Session, prepared: Path) -> Session:
    """A console that goes on in a copy of that store."""
    place = console.home.parent
    shutil.copytree(prepared / "home" / "sales", console.home / "sales")
    shutil.copy(prepared / "world.json", place / "world.json")  # else ids would come again
    for name, text in {"number": "17\n", "last": "", "ours": ""}.items():
        (console.home / name).write_text(text, encoding="utf-8")
    for name in ("pip", "gh", "curl"):
        (place / "bin" / name).write_text(STAND_IN, encoding="utf-8")
        (place / "bin" / name).chmod(0o755)
    run_all(console, "cd sales")
    return console


def calls(console: Session) -> list[str]:
    path = console.home / "calls"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def steps_of(name: str) -> list[dict[str, Any]]:
    recipe = yaml.safe_load((GITHUB / name).read_text(encoding="utf-8"))
    (job,) = recipe["jobs"].values()
    return job["steps"]


def run_github(console: Session, name: str, **environ: str) -> list[Outcome]:
    """Each shell step as Actions runs it, until one fails: then those that run in any case."""
    summary = console.home / "summary.md"
    summary.touch()
    console.environ = {**console.environ, "GITHUB_STEP_SUMMARY": str(summary), **environ}
    outcomes: list[Outcome] = []
    for step in steps_of(name):
        failed = any(outcome.code for outcome in outcomes)
        if "run" in step and (not failed or "!cancelled()" in step.get("if", "")):
            outcomes.append(console.run(f"bash -e -o pipefail -c '{step['run']}'"))
    return outcomes


def test_every_script_of_the_examples_is_run_by_a_test():
    found = {
        str(path.relative_to(EXAMPLES))
        for path in EXAMPLES.rglob("*")
        if path.is_file() and path.read_bytes().startswith(b"#!")
    }
    assert found == set(SCRIPTS)
    for test in SCRIPTS.values():
        assert test in globals() or (ROOT / test).exists()


def test_every_recipe_is_run_by_a_test():
    assert {path.name for path in GITHUB.iterdir()} == RECIPES
    assert [path.name for path in GITLAB.parent.iterdir()] == [GITLAB.name]


def test_the_demo_runs(console):
    outcome = console.run(f"sh {EXAMPLES / 'demo.sh'} salescli place")
    assert outcome.code == 0, outcome.stderr
    assert (console.home / "place" / "funnel.png").read_bytes().startswith(b"\x89PNG")
    assert outcome.stdout.startswith(" Funnel")


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_step_of_github_is_known_and_nothing_is_put_into_its_shell(name):
    for step in steps_of(name):
        assert ("run" in step) != ("uses" in step)
        assert "${{" not in step.get("run", "")
        assert step.get("uses", "actions/checkout@v4") in USES


def test_the_files_of_a_pull_request_are_read_without_a_right_or_a_secret():
    text = (GITHUB / "pipeline.yaml").read_text(encoding="utf-8")
    recipe = yaml.safe_load(text)
    assert recipe["permissions"] == {"contents": "read"}
    assert list(recipe[True]) == ["pull_request"]  # YAML 1.1 reads `on` as true
    assert "secrets" not in text and "token" not in text
    comment = [step.get("uses", "") for step in steps_of("comment.yaml")]
    assert not any("checkout" in one for one in comment)


def test_a_pull_request_gets_its_check_and_the_text_of_its_comment(repository):
    outcomes = run_github(repository, "pipeline.yaml")
    assert [outcome.code for outcome in outcomes] == [0, 0, 0], outcomes
    assert calls(repository) == ["pip install salescli @ git+https://git.example/salescli@v0.1.0"]
    body = (repository.directory / "comment" / "body.md").read_text(encoding="utf-8")
    assert body.startswith("**Pipeline:** 1 deal moved. Weighted 2026-Q4: 15 000 → 45 000 EUR")
    assert "| moved | Flat 47 | anna | Qualification → Key contacts | +30 000 |" in body
    assert '```mermaid\nflowchart TD\n  s1["Qualification<br/>1 deal (-1)<br/>50 000 EUR"]' in body
    assert (repository.home / "summary.md").read_text(encoding="utf-8") == body


def test_a_pull_request_that_breaks_a_file_is_annotated_and_still_gets_a_comment(repository):
    broken = next(repository.directory.glob("opportunities/*/shop-2--*/opportunity.yaml"))
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("50000.00 EUR", "12,5 EUR"), encoding="utf-8")
    run_all(repository, "git commit --quiet --all -m broken")
    check, diff = run_github(repository, "pipeline.yaml")[1:]
    assert check.code == 4
    assert re.match(r"::error file=opportunities/2026/shop-2--\S+line=\d+,col=\d+", check.stdout)
    assert diff.code == 0, diff.stderr
    body = (repository.directory / "comment" / "body.md").read_text(encoding="utf-8")
    assert "1 file left out: not readable." in body


@pytest.mark.parametrize(
    ("ours", "call"),
    [
        ("", "gh api --method POST repos/o/r/issues/17/comments"),
        ("4\n8\n", "gh api --method PATCH repos/o/r/issues/comments/8"),
    ],
)
def test_a_pull_request_has_one_comment_of_ours_and_no_others_is_touched(repository, ours, call):
    run_github(repository, "pipeline.yaml")
    run_all(repository, "rm ~/calls")
    (repository.home / "ours").write_text(ours, encoding="utf-8")
    (outcome,) = run_github(repository, "comment.yaml", HEAD_SHA="abc", GH_REPO="o/r")
    assert outcome.code == 0, outcome.stderr
    assert calls(repository)[-1] == f"{call} --field body=@comment/body.md"
    body = (repository.directory / "comment" / "body.md").read_text(encoding="utf-8")
    assert body.endswith("\n<!-- salescli -->")
    assert "<!-- salescli -->" in "".join(calls(repository)[1:-1])  # by which ours is found


def test_where_the_branch_has_moved_on_nothing_is_posted(repository):
    run_github(repository, "pipeline.yaml")
    run_all(repository, "rm ~/calls ~/number && touch ~/number")
    (outcome,) = run_github(repository, "comment.yaml", HEAD_SHA="abc", GH_REPO="o/r")
    assert outcome.code == 0, outcome.stderr
    assert [call.split(" --")[0] for call in calls(repository)] == ["gh pr list"]


@pytest.mark.parametrize("is_known", [True, False])
def test_the_night_makes_the_page_and_tells_what_happened_since_the_last(repository, is_known):
    base = run_all(repository, "git rev-parse HEAD^1").stdout.strip()
    (repository.home / "last").write_text(base if is_known else "0" * 40, encoding="utf-8")
    outcomes = run_github(repository, "nightly.yaml")
    assert [outcome.code for outcome in outcomes] == [0, 0, 0], outcomes
    page = (repository.directory / "public" / "index.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "Flat 47" in page
    summary = (repository.home / "summary.md").read_text(encoding="utf-8")
    since = f"`{base}` (2026-11-02 11:00)" if is_known else "2026-11-01 00:00"
    assert summary.startswith(f"**Since {since}: ")
    assert "- *Flat 47* (" in summary and "Qualification → Key contacts" in summary
    assert ("created" in summary) is not is_known


def run_gitlab(console: Session, job: str, **environ: str) -> Outcome:
    """All lines of a job of GitLab, which go to one shell."""
    recipe = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    lines = [*recipe["default"]["before_script"], *recipe[job]["script"]]
    console.environ = {**console.environ, **environ}
    path = console.home / "job.sh"
    path.write_text("\n".join(lines), encoding="utf-8")
    return console.run(f"bash -e -o pipefail {path} && true")


def test_a_merge_request_gets_its_check(repository):
    assert run_gitlab(repository, "check").code == 0
    run_all(repository, "rm salescli.yaml && touch salescli.yaml")
    assert run_gitlab(repository, "check").code == 4


OURS = '{"id": 9, "author": {"id": 3}, "body": "Old <!-- salescli -->"}'
STRANGERS = '{"id": 8, "author": {"id": 4}, "body": "Mine <!-- salescli -->"}'


@pytest.mark.parametrize(
    ("token", "notes", "last"),
    [("", "", None), ("secret", STRANGERS, ("POST", "")), ("secret", OURS, ("PUT", "/9"))],
)
def test_a_merge_request_has_one_comment_where_there_is_a_token(repository, token, notes, last):
    base = run_all(repository, "git rev-parse HEAD^1").stdout.strip()
    head = run_all(repository, "git rev-parse HEAD").stdout.strip()
    (repository.home / "notes").write_text(f"[{notes}]", encoding="utf-8")
    outcome = run_gitlab(
        repository,
        "comment",
        COMMENT_TOKEN=token,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
        CI_COMMIT_SHA=head,
        CI_API_V4_URL="https://gitlab.example/api/v4",
        CI_PROJECT_ID="5",
        CI_MERGE_REQUEST_IID="7",
    )
    assert outcome.code == 0, outcome.stderr
    text = (repository.directory / "comment.md").read_text(encoding="utf-8")
    assert text.startswith("**Pipeline:** 1 deal moved.")
    posted = [call for call in calls(repository) if call.startswith("curl ") and "body@" in call]
    address = "https://gitlab.example/api/v4/projects/5/merge_requests/7/notes"
    assert len(posted) == (last is not None)
    if last is not None:
        assert f"--request {last[0]} " in posted[0] and posted[0].endswith(address + last[1])


def test_the_schedule_makes_the_page(repository):
    assert run_gitlab(repository, "pages").code == 0
    assert (repository.directory / "public" / "index.html").exists()


def morning(console: Session, now: str, command: str = "cat") -> Outcome:
    """What the script does at a time, told by a stand-in of the system's clock."""
    path = console.home.parent / "bin" / "date"
    path.write_text(f"#!/bin/sh\necho {now}\n", encoding="utf-8")
    path.chmod(0o755)
    return console.run(f"{EXAMPLES / 'ci' / 'morning.sh'} . {command}")


def test_the_morning_message_is_handed_to_the_command(repository):
    outcome = morning(repository, "2026-11-02T09:30:00Z")
    assert outcome.stdout.startswith("**Since 2026-11-01 00:00: ")
    assert "*Flat 47*" in outcome.stdout


def test_a_message_goes_on_where_the_one_before_it_ended_however_long_ago(repository):
    morning(repository, "2026-11-02T09:30:00Z")
    assert morning(repository, "2026-11-06T05:15:00Z").stdout == ""  # nothing happened
    repository.set_clock(datetime(2026, 11, 6, 15, 0, tzinfo=UTC))  # on a Friday
    run_all(repository, "salescli note 'Flat 47' Friday")
    assert morning(repository, "2026-11-09T05:15:00Z", "false").code == 1
    for expected in ("**Since 2026-11-06 07:15: 1 change", ""):  # not sent is told in the next
        outcome = morning(repository, "2026-11-09T05:15:00Z")
        assert (outcome.code, outcome.stdout[: len(expected) or None]) == (0, expected)


def test_a_morning_tells_the_rest_where_something_cannot_be_read(repository):
    history = next(repository.directory.glob("opportunities/*/shop-2--*/history.yaml"))
    history.write_text("x{\n", encoding="utf-8")
    outcome = morning(repository, "2026-11-02T09:30:00Z")
    assert outcome.code == 4
    assert "*Flat 47*" in outcome.stdout and "so this isn't all" in outcome.stdout


def test_a_morning_after_nothing_sends_nothing(console):
    run_all(console, "salescli init sales --currency EUR")
    outcome = run_all(console, f"{EXAMPLES / 'ci' / 'morning.sh'} sales touch sent")
    assert outcome.stdout == "" and not (console.directory / "sent").exists()


def as_pre_commit_runs_it(hook: dict[str, Any]) -> str:
    """What pre-commit does with a hook: without `always_run` nothing where files only go."""
    command = f"{hook['entry']} {' '.join(hook['args'])}"
    names = "$files" if hook.get("pass_filenames", True) else ""
    filtered = f"grep -E '{hook.get('files', '')}'"
    wanted = "true" if hook.get("always_run") else 'test -n "$files"'
    return (
        f"#!/bin/sh\nfiles=$(git diff --staged --name-only --diff-filter=ACMRTUXB | {filtered})\n"
        f"if {wanted}; then exec {command} {names}; fi\n"
    )


def test_the_pre_commit_hook_lets_a_sound_commit_through_and_stops_a_damaged_one(repository):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"]) == ("salescli-check", "python")
    path = repository.directory / ".git" / "hooks" / "pre-commit"
    path.write_text(as_pre_commit_runs_it(hook), "utf-8")
    path.chmod(0o755)
    run_all(repository, 'salescli opp advance "Shop 2"', "git commit --quiet --all -m sound")
    settings = repository.directory / "team.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "people: {}\n", encoding="utf-8")
    refused = repository.run("git commit --quiet --all -m damaged")
    assert refused.code == 1
    assert "duplicate-key" in refused.stdout + refused.stderr
    run_all(repository, "git checkout --quiet team.yaml", "git rm --quiet contacts/*")
    refused = repository.run("git commit --quiet -m gone")
    assert refused.code == 1
    assert "no-such-reference" in refused.stdout + refused.stderr
    log = subprocess.run(
        ["git", "log", "--format=%s", "-1"],
        cwd=repository.directory,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert log.stdout == "sound\n"
