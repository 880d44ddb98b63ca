"""The first step of the merge driver: `merge_fields` in `sh`, which starts no process for it."""

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from salescli.store.fieldlines import merge_fields
from salescli.workspace.driversteps import DRIVER
from tests.store.test_fieldlines import DEAL, TABLE, three_of, versions
from tests.store.test_patch_properties import LONG

IS_TOLD = Path("/proc/self/fdinfo").exists()  # how far a file was read; elsewhere others merge it


def drive_alone(folder: Path, three: tuple[bytes, bytes, bytes]) -> bytes | None:
    """What the driver makes of a file where it finds no program at all; None: nothing."""
    command = DRIVER.format(program="no-such-program")
    for name, data in zip("OAB", three, strict=True):
        (folder / name).write_bytes(data)
        command = command.replace(f"%{name}", name)
    command = command.replace("%P", "f").replace("%%", "%")
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env={"PATH": "/none", "LC_ALL": "C.UTF-8"},
        capture_output=True, check=False,
    )  # fmt: skip
    merged = (folder / "A").read_bytes()
    if done.returncode == 0:
        return merged
    assert merged == three[1]
    return None


MORE = {
    "a NUL in a comment": (DEAL.replace(b"# talks", b"# t\0alks"),) * 3,
    "a slash alone, as at the end": (b"id: 1\n/\nowner: a\n",) * 3,
    "very many lines": (b"".join(b"k%d: v\n" % number for number in range(201)),) * 3,
    "no file": (b"",) * 3,
    "made apart": (b"", DEAL, DEAL),
    "a line of a plus": (DEAL, DEAL.replace(b"mood:", b"+\nmood:"), DEAL),
    "an empty line more": (DEAL, DEAL.replace(b"mood:", b"\nmood:"), DEAL),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_shell_merges_what_lines_say_and_leaves_the_rest_as_it_is(tmp_path, name):
    assert drive_alone(tmp_path, three_of(name)) == (TABLE[name][2] if IS_TOLD else None)


@pytest.mark.parametrize("name", MORE)
def test_the_shell_leaves_alone_what_it_can_not_read_to_the_last_byte(tmp_path, name):
    assert drive_alone(tmp_path, MORE[name]) is None


@settings(max_examples=10_000 if LONG else 40, deadline=None)
@given(versions())
def test_the_shell_merges_just_what_python_does(three):
    with tempfile.TemporaryDirectory() as folder:
        expected = merge_fields(*three) if IS_TOLD else None
        assert drive_alone(Path(folder), three) == expected
