"""A store read from git: the same as the files that were committed, whatever the tree holds."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salescli.model.errors import Damaged, NotFound, Unfetched
from salescli.store import gitobjects
from salescli.store.gitobjects import Blob, GitObjects, Wish
from salescli.store.index import open_index
from salescli.store.revisions import Revision, RevisionFiles, RevisionIndex, open_revision
from tests.hostile.limits import environment
from tests.workspace.small_store import LOST, OPEN, replace_in, write_file, write_small_store

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "Anna"),
        ("EMAIL", "anna@riverside.example"),
        ("DATE", "2026-11-20T10:00:00+02:00"),
    )
}
FACTS = f"{OPEN}/opportunity.yaml"
KINDS = ("opportunity", "lead", "account", "contact")


def git(store: Path, *words: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(
        ["git", *words],
        cwd=store,
        env=environment(**IDENTITY),
        input=stdin,
        capture_output=True,
        check=True,
    ).stdout


def commit(store: Path, words: str) -> None:
    git(store, "add", "-A")
    git(store, "commit", "-q", "-m", words)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """A small store below the top of a repository, committed once."""
    root = tmp_path / "our sales"
    root.mkdir()
    write_small_store(root)
    write_file(root, ".gitignore", b".salescli/\n")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "Begin")
    yield root
    while _objects:
        _objects.pop().close()


_objects: list[GitObjects] = []


def opened(store: Path, name: str = "HEAD") -> Revision:
    """The store at a revision, until the end of the test."""
    _objects.append(GitObjects(store, environment()))
    return open_revision(_objects[-1], name)


def commit_tree(store: Path, entries: bytes) -> None:
    """Make HEAD a commit whose tree is written by hand, as no checkout could make it."""
    tree = git(store, "mktree", "-z", stdin=entries).decode().strip()
    made = git(store, "commit-tree", "-m", "odd", tree).decode().strip()
    git(store, "update-ref", "refs/heads/odd", made)


def test_the_index_of_a_revision_is_that_of_the_files_that_were_committed(store):
    index, files = RevisionIndex(store, opened(store)), open_index(store)
    index.refresh()
    files.refresh()
    assert {deal.id: deal for deal in index.deals()} == {deal.id: deal for deal in files.deals()}
    for kind in KINDS:
        found = [{one.id: one for one in each.documents(kind)} for each in (index, files)]
        assert found[0] == found[1] != {}
    assert index.invalid() == files.invalid()


def test_what_is_not_committed_is_not_seen_and_nothing_is_checked_out(store):
    replace_in(store, FACTS, "title: Flat 47", "title: Flat 49")
    before = {path: path.read_bytes() for path in store.rglob("*.yaml")}
    index = RevisionIndex(store, opened(store))
    index.refresh()
    assert "Flat 47" in {deal.title for deal in index.deals()}
    files = RevisionFiles(store, opened(store))
    assert b"title: Flat 47" in (files.read(FACTS) or b"")
    assert {path: path.read_bytes() for path in store.rglob("*.yaml")} == before
    assert not (store / ".salescli").exists()


def test_the_files_of_a_revision_are_listed_as_on_a_disk(store):
    files = RevisionFiles(store, opened(store))
    assert files.list_directory("opportunities/2026") == [OPEN.split("/")[2], LOST.split("/")[2]]
    assert files.exists("team.yaml") and not files.exists("opportunities")
    assert files.read("nothing.yaml") is None and files.list_directory("nothing") == []
    assert set(files.list_directory("")) == set(os.listdir(store))


def test_what_the_work_tree_has_alike_is_not_read_again(store, monkeypatch):
    replace_in(store, FACTS, "title: Flat 47", "title: Flat 49")
    (store / LOST / "opportunity.yaml").chmod(0o755)  # git sees another file then
    commit(store, "Changes")
    replace_in(store, FACTS, "title: Flat 49", "title: Flat 50")
    files = open_index(store)
    files.refresh()
    asked: list[str] = []
    read = Revision.read

    def noting(self: Revision, path: str, *rest: Any) -> bytes:
        asked.append(path)
        return read(self, path, *rest)

    monkeypatch.setattr(Revision, "read", noting)
    index = RevisionIndex(store, opened(store))
    index.refresh()
    assert {path.rpartition("/")[0] for path in asked} == {FACTS.rpartition("/")[0], LOST}
    monkeypatch.undo()
    assert "Flat 49" in {deal.title for deal in index.deals()}
    fresh = RevisionIndex(store, opened(store))
    fresh._is_begun = True  # with nothing
    fresh.refresh()
    assert {d.id: d for d in index.deals()} == {d.id: d for d in fresh.deals()}


def test_a_broken_index_of_the_work_tree_is_no_beginning(store):
    files = open_index(store)
    files.refresh()
    files.run(lambda db: db.execute("UPDATE deals SET blob = x'ffff'"))
    files.close()
    index = RevisionIndex(store, opened(store))
    index.refresh()
    assert "Flat 47" in {deal.title for deal in index.deals()}


def test_another_revision_reads_only_what_differs(store, monkeypatch):
    replace_in(store, "team.yaml", "Carl Ozols", "Carl Ozoliņš")
    (store / LOST / "opportunity.yaml").unlink()
    (store / LOST / "history.yaml").unlink()
    text = (store / FACTS).read_text(encoding="utf-8")
    (store / FACTS).write_text(f"{text}# a remark\n", encoding="utf-8")
    commit(store, "Changes")
    first = RevisionIndex(store, opened(store, "HEAD~1"))
    first.refresh()
    asked: list[str] = []
    fetch = GitObjects._fetch

    def noting(self: GitObjects, wishes: list[Wish]) -> None:
        asked.extend(wish.oid for wish in wishes)
        fetch(self, wishes)

    monkeypatch.setattr(GitObjects, "_fetch", noting)
    later = opened(store)
    second = first.moved_to(later)
    second.refresh()
    assert {deal.id for deal in first.deals()} - {deal.id for deal in second.deals()} == {
        LOST.rpartition("--")[2]
    }
    assert asked == [later.blobs[FACTS].oid, later.blobs[f"{OPEN}/history.yaml"].oid]


def test_a_link_in_a_tree_is_not_followed(store):
    (store / FACTS).unlink()
    (store / FACTS).symlink_to("/etc/passwd")
    commit(store, "Link")
    index = RevisionIndex(store, opened(store))
    index.refresh()
    ((path, (found,)),) = index.invalid()
    assert (path, found.code) == (OPEN, "not-a-regular-file")


def test_a_record_that_is_too_large_is_told_and_the_others_are_read(store):
    write_file(store, FACTS, b"#" * (1024 * 1024 + 1))
    commit(store, "Large")
    index = RevisionIndex(store, opened(store))
    index.refresh()
    ((path, (found,)),) = index.invalid()
    assert (path, found.code) == (OPEN, "too-large")
    assert [deal.id for deal in index.deals()] == [LOST.rpartition("--")[2]]
    revision = opened(store)
    assert len(revision.read(FACTS, None)) == 1024 * 1024 + 1


def test_paths_that_no_checkout_would_make_are_read_by_nobody(store):
    blob = git(store, "hash-object", "-w", "--stdin", stdin=b"x\n").strip()
    settings = git(store, "rev-parse", "HEAD:our sales/salescli.yaml").strip()
    for name in (b"..", b".git", b"a\nb.yaml", b"\xff.yaml"):
        inner = git(store, "mktree", "-z", stdin=b"100644 blob %s\t%s\0" % (blob, name)).strip()
        sales = b"040000 tree %s\taccounts\x00100644 blob %s\tsalescli.yaml\0" % (inner, settings)
        tree = git(store, "mktree", "-z", stdin=sales).strip()
        commit_tree(store, b"040000 tree %s\tour sales\0" % tree)
        index = RevisionIndex(store, opened(store, "odd"))
        index.refresh()
        assert list(index.documents("account")) == []


def test_a_tree_that_holds_itself_over_and_over_is_left(store, monkeypatch):
    monkeypatch.setattr(gitobjects, "MOST_ENTRIES", 50)
    blob = git(store, "hash-object", "-w", "--stdin", stdin=b"x\n").decode().strip()
    inner = f"100644 blob {blob}\ta\0"
    for _ in range(12):
        tree = git(store, "mktree", "-z", stdin=inner.encode()).decode().strip()
        inner = f"040000 tree {tree}\ta\x00040000 tree {tree}\tb\0"
    settings = git(store, "rev-parse", "HEAD:our sales/salescli.yaml").decode().strip()
    sales = git(
        store, "mktree", "-z", stdin=f"{inner}100644 blob {settings}\tsalescli.yaml\0".encode()
    )
    commit_tree(store, b"040000 tree %s\tour sales\0" % sales.strip())
    with pytest.raises(Damaged) as raised:
        opened(store, "odd")
    assert raised.value.findings[0].code == "too-large"


@pytest.mark.parametrize(
    "name",
    ["--output=made", "-h", "", "HEAD\0", "HEAD:our sales", "nowhere", "^HEAD", "HEAD..main"],
)
def test_what_is_no_revision_is_never_an_option(store, name):
    with pytest.raises(NotFound) as raised:
        opened(store, name)
    assert raised.value.findings[0].code == "no-such-revision"
    assert not (store / "made").exists()


def test_a_commit_is_found_by_its_words(store):
    assert opened(store, ":/Begin").commit == opened(store).commit


def test_the_settings_of_a_copied_repository_run_nothing(store):
    marker = store / "marker"
    evil = store / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch '{marker}'\n", encoding="utf-8")
    evil.chmod(0o755)
    hooks = store.parent / ".git" / "hooks"
    for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch '{marker}'\n", encoding="utf-8")
        (hooks / hook).chmod(0o755)
    for name, value in (
        ("core.fsmonitor", str(evil)),
        ("core.sshCommand", str(evil)),
        ("core.pager", str(evil)),
        ("filter.evil.smudge", str(evil)),
        ("diff.evil.textconv", str(evil)),
        ("log.showSignature", "true"),
        ("gpg.program", str(evil)),
        ("alias.cat-file", f"!{evil}"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::{evil}"),
        ("protocol.ext.allow", "always"),
    ):
        git(store, "config", name, value)
    (store / ".gitattributes").write_text("* filter=evil diff=evil\n", encoding="utf-8")
    oid = git(store, "rev-parse", f"HEAD:our sales/{FACTS}").decode().strip()
    marker.unlink(missing_ok=True)
    (store.parent / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(Unfetched) as raised:
        RevisionIndex(store, opened(store)).refresh()
    assert [found.code for found in raised.value.findings] == ["object-missing"]
    assert not marker.exists()


def test_a_hook_of_another_repository_does_not_mislead(store, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    environ = environment(GIT_DIR=str(other / ".git"), GIT_INDEX_FILE="nothing", GIT_PREFIX="x/")
    with GitObjects(store, environ) as objects:
        assert objects.prefix() == "our sales/"
        assert objects.commit_of("HEAD") == git(store, "rev-parse", "HEAD").decode().strip()


def test_a_forked_process_reads_through_a_git_of_its_own(store):
    revision = opened(store)
    assert revision.read("team.yaml", None)
    child = os.fork()
    if child == 0:
        is_same = revision.read(FACTS, None) == (store / FACTS).read_bytes()
        os._exit(0 if is_same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert revision.read(FACTS, None) == (store / FACTS).read_bytes()


def test_a_file_is_the_same_as_a_blob_if_git_would_name_it_so(store):
    revision = opened(store)
    source = (store / FACTS).read_bytes()
    assert revision.has_same(FACTS, source)
    assert not revision.has_same(FACTS, source + b"\n")
    assert not revision.has_same("nothing", source)


def test_a_commit_tells_when_it_was_made(store):
    assert opened(store).committed_at.isoformat() == "2026-11-20T08:00:00+00:00"


def test_what_was_read_ahead_is_not_asked_for_again(store):
    with GitObjects(store, environment()) as objects:
        revision = open_revision(objects, "HEAD")
        facts, team = revision.blobs[FACTS], revision.blobs["team.yaml"]
        first = objects.read(facts, None, FACTS, [Wish(team.oid, 10)])
        assert first == (store / FACTS).read_bytes()
        with pytest.raises(Damaged):
            objects.read(team, 10, "team.yaml")
        assert objects.read(team, None, "team.yaml") == (store / "team.yaml").read_bytes()
        with pytest.raises(Damaged):
            objects.read(Blob("160000", team.oid), None, "a submodule")
