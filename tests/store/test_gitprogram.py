"""How git is called: it only reads, and only what lies in the repository."""

import os
import subprocess

from salescli.store.gitprogram import call_git, own_environ, reading_environ

QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def test_an_object_that_is_not_here_is_fetched_by_nobody_who_only_reads(tmp_path):
    environ = {**os.environ, **QUIET}
    origin, copy, marker = (tmp_path / name for name in ("origin", "copy", "marker"))

    def git(*words):
        done = subprocess.run(["git", *words], env=environ, capture_output=True, check=True)
        return done.stdout.decode().strip()

    git("init", "-q", str(origin))
    (origin / "a").write_text("A", encoding="utf-8")
    git("-C", str(origin), "add", "a")
    person = ("-c", "user.name=A", "-c", "user.email=a@x.example")
    git("-C", str(origin), *person, "commit", "-q", "-m", "A")
    blob = git("-C", str(origin), "rev-parse", "HEAD:a")
    git("-C", str(origin), "config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{origin}", str(copy))
    git("-C", str(copy), "config", "remote.origin.url", f"ext::touch {marker}")
    git("-C", str(copy), "config", "protocol.ext.allow", "always")
    asked = ["cat-file", "blob", blob]
    assert call_git(copy, asked, environ=reading_environ(environ)).returncode != 0
    assert not marker.exists()
    call_git(copy, asked, environ=own_environ(environ))
    assert marker.exists()  # git would have run what the settings name
