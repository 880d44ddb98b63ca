"""A warm `salescli` for lines of shell: each call is a process forked off one that has it imported.

Test-only. Starting Python and importing the program is most of what a short command costs, and the
documents run thousands of them. A call hands its words, directory,
variables and open files to a server, which forks a process that is `salescli` with just these; the
caller ends with its exit code. The server ends with the tests that began it.
"""

import array
import atexit
import gc
import importlib
import io
import marshal
import os
import pkgutil
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import salescli.commands

ROOT = Path(__file__).resolve().parent.parent
KILLED = 137  # what a shell says of a process that was killed
_HEADER = 8  # bytes: the length of a request
# What a process sends: its open files with the length of the rest, then the rest. Only what is
# built into the interpreter, so that it starts at once.
_CALL = f"""
import _socket, marshal, os, sys
link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
link.connect(sys.argv[1])
request = marshal.dumps((sys.argv[2:], os.getcwd(), dict(os.environ)))
files = b"".join(n.to_bytes(4, sys.byteorder) for n in (0, 1, 2))
length = len(request).to_bytes({_HEADER}, "big")
link.sendmsg([length], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
link.sendall(request)
os._exit((link.recv(1) or bytes([{KILLED}]))[0])
"""


def warm_words(world: Path) -> list[str]:
    """The words of a command that calls `tests.steady.main(world)`, warm."""
    # -I -S: neither the current directory nor site-packages is looked at.
    return [sys.executable, "-I", "-S", "-c", _CALL, str(_address()), str(world)]


@cache
def _address() -> Path:
    """Where the server of this process listens; it is started when first asked for."""
    folder = tempfile.TemporaryDirectory(prefix="warm-")
    address = Path(folder.name) / "socket"
    source = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        f"from tests.warm import serve; serve({str(address)!r})"
    )
    environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    server = subprocess.Popen(
        [sys.executable, "-P", "-c", source], stdin=subprocess.PIPE, env=environ
    )
    assert server.stdin is not None
    atexit.register(folder.cleanup)
    atexit.register(server.stdin.close)  # it reads the end of its input, and ends
    assert server.wait() == 0, "the warm server did not start"
    return address


def serve(address: str) -> None:
    """Answer calls until the standard input ends; returns in a process that is nobody's child, so
    that tests see no other children than those that they make.
    """
    main = _import_all()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address + ".new")
    listener.listen(64)
    os.rename(address + ".new", address)
    if os.fork() != 0:
        os._exit(0)  # whoever waited for this can connect
    gc.collect()
    gc.freeze()
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        _reap()
        if sys.stdin in ready:
            return
        link, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _answer(link, main)
        link.close()


def _import_all() -> Callable[[str], int]:
    """All commands, which are imported only when called, and the entry to call."""
    for found in pkgutil.walk_packages(salescli.commands.__path__, "salescli.commands."):
        importlib.import_module(found.name)
    main: Callable[[str], int] = importlib.import_module("tests.steady").main
    return main


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return


def _answer(link: socket.socket, main: Callable[[str], int]) -> None:
    """Be the process of one call; never returns."""
    code = 1
    try:
        (world, *words), directory, environ = _receive(link)
        os.chdir(directory)
        os.environ.clear()
        os.environ.update(environ)
        time.tzset()
        sys.argv = ["-c", *words]
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            setattr(sys, name, _open_stream(number, getattr(sys, name)))
        code = main(world)
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - as the interpreter does at the end of a program
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        sys.stderr.flush()
        link.sendall(bytes([code & 0xFF]))
        os._exit(code & 0xFF)


def _receive(link: socket.socket) -> tuple[list[str], str, dict[str, str]]:
    """A request; its open files become this process's first three."""
    files = array.array("i")
    header, ancillary, _, _ = link.recvmsg(_HEADER, socket.CMSG_SPACE(3 * files.itemsize))
    files.frombytes(ancillary[0][2])
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    wanted, request = int.from_bytes(header, "big"), b""
    while len(request) < wanted:
        request += link.recv(wanted - len(request))
    found: tuple[list[str], str, dict[str, str]] = marshal.loads(request)
    return found


def _open_stream(number: int, like: Any) -> io.TextIOWrapper:
    """A standard stream as a new process has it."""
    raw = open(number, "rb" if number == 0 else "wb", closefd=False)  # noqa: SIM115
    is_line_buffered = number == 2 or raw.isatty()
    return io.TextIOWrapper(
        raw, encoding="utf-8", errors=like.errors, line_buffering=is_line_buffered
    )
