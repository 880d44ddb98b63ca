"""The command line's edge, mostly as a process of its own: pipes, locale, hostile folders."""

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shop import Shop

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = [sys.executable, "-P", "-m", "salescli"]
ESCAPES = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202egnp.exe\u200b"
CONTROLS = {"\x1b", "\x07", "\x9b", "\u202e", "\u200b"}


def environ(shop: Shop, **more: str) -> dict[str, str]:
    kept = {"PATH": os.environ["PATH"], "HOME": str(shop.root.parent), "PYTHONPATH": str(ROOT)}
    return kept | {"SALESCLI_ACTOR": "anna", "LC_ALL": "C.UTF-8"} | more


def console(shop: Shop, *arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*CONSOLE, *arguments],
        cwd=shop.root,
        env=environ(shop, **env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


def on_terminal(shop: Shop, *arguments: str, **env: str) -> bytes:
    """What a command writes to a terminal of its own."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*CONSOLE, *arguments], cwd=shop.root, env=environ(shop, **env),
        stdin=slave, stdout=slave, stderr=slave, close_fds=True,
    ) as process:  # fmt: skip
        os.close(slave)
        written = b""
        while select.select([master], [], [], 30)[0]:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # Linux ends a terminal so
                break
            if not chunk:
                break
            written += chunk
        process.wait(timeout=30)
    os.close(master)
    return written


def hostile(shop: Shop) -> str:
    """A deal whose texts hold what a terminal would obey, written by hand as YAML escapes."""
    deal = shop.deal("Flat 47", "--tactic", "Wait")
    quoted = '"' + "".join(f"\\u{ord(c):04x}" for c in ESCAPES) + '"'
    for path, key in ((shop.folder(deal) / "opportunity.yaml", "tactic: Wait"),):
        shop.replace(path, "title: Flat 47", f"title: {quoted}")
        shop.replace(path, key, f"tactic: {quoted}")
    (client,) = shop.root.glob("contacts/*")
    shop.replace(client, "name: Elena Petrova", f"name: {quoted}")
    return deal


COMMANDS = [
    ["opp", "list"],
    ["opp", "list", "--format", "md"],
    ["opp", "show", "DEAL"],
    ["opp", "show", "DEAL", "--format", "md"],
    ["next"],
    ["next", "DEAL"],
    ["contact", "list"],
    ["report", "funnel"],
    ["report", "forecast", "--by", "client"],
    ["report", "forecast-diff", "--since", "yesterday"],
    ["plan", "list"],
    ["opp", "create", "X", "--client", ESCAPES],
    ["opp", "set", "DEAL", "--owner", ESCAPES],
    ["opp", "set", "DEAL", "--title", "Y", "--dry-run"],
    ["opp", "advance", "DEAL"],
    ["undo"],
    ["log"],
    [ESCAPES],
    ["opp", "list", "--where", ESCAPES],
]


@pytest.mark.parametrize("is_terminal", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda v: " ".join(v).translate({27: 36})[:20])
def test_no_terminal_escape_of_data_comes_through(shop, arguments, is_terminal):
    deal = hostile(shop)
    shop.is_terminal = is_terminal
    answer = shop.run(*[deal if one == "DEAL" else one for one in arguments])
    assert answer.out + answer.err
    assert CONTROLS.isdisjoint(answer.out + answer.err)


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_json_escapes_what_a_terminal_would_obey(shop, format_):
    hostile(shop)
    out = shop.do("opp", "list", "--format", format_).out
    assert "\\u001b" in out
    assert "\x1b" not in out and "\x9b" not in out


def test_a_real_terminal_gets_no_raw_escape_either(shop):
    hostile(shop)
    written = on_terminal(shop, "opp", "list", NO_COLOR="1")
    assert b"1 deal." in written
    assert b"\x1b" not in written and b"\x9b2J" not in written


def test_the_folder_one_works_in_brings_no_modules(shop):
    marker = shop.root.parent / "owned"
    shop.deal("Flat 47")
    for name in ("tabulate", "yaml", "click", "json", "msgspec", "sqlite3", "wcwidth"):
        shop.write(f"{name}.py", f"open({str(marker)!r}, 'w')\n")
    for command in (CONSOLE, [sys.executable, "-m", "salescli"]):
        done = subprocess.run(
            [*command, "opp", "list"],
            cwd=shop.root,
            env=environ(shop),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"Flat 47" in done.stdout) == (0, True), done.stderr
        assert not marker.exists()


def test_a_closed_pipe_is_quiet(shop):
    for number in range(5):
        shop.deal(f"Flat {number}")
    script = f"set -o pipefail; {' '.join(CONSOLE)} opp list --format json | true"
    done = subprocess.run(
        ["bash", "-c", script], cwd=shop.root, env=environ(shop), capture_output=True, check=False
    )
    assert done.stderr == b""
    assert done.returncode in (0, 141)  # 0 where the pipe took it all before it closed


def test_a_pipe_closed_before_the_first_byte_is_141(shop):
    shop.deal("Flat 47")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*CONSOLE, "opp", "list"], cwd=shop.root, env=environ(shop), stdout=writer,
        stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("locale", ["C", "POSIX", "nonsense"])
@pytest.mark.parametrize("coerce", ["0", "1"])
def test_an_odd_locale_writes_utf_8_all_the_same(shop, locale, coerce):
    env = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": coerce, "PYTHONUTF8": coerce}
    made = console(shop, "contact", "create", "Анна Bērziņa", **env)
    assert made.returncode == 0, made.stderr
    (path,) = shop.root.glob("contacts/*")
    assert "name: Анна Bērziņa\n" in path.read_text(encoding="utf-8")
    listed = console(shop, "contact", "list", **env)
    assert "Анна Bērziņa" in listed.stdout.decode("utf-8")
    missing = console(shop, "contact", "show", "Чужой", **env)
    assert missing.returncode == 3
    assert "Чужой" in missing.stderr.decode("utf-8")


def test_an_interrupt_is_130_and_leaves_no_half(shop):
    shop.deal("Flat 47")
    before = shop.tree()
    environment = environ(shop, EDITOR=f"{sys.executable} -c 'import time; time.sleep(60)'")
    with subprocess.Popen(
        [*CONSOLE, "opp", "edit", "Flat 47"], cwd=shop.root, env=environment,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert shop.tree() == before


def test_without_a_terminal_nothing_waits_for_input(shop):
    shop.deal("Flat 47")
    for arguments in (["opp", "edit", "Flat 47"], ["opp", "delete", "Flat 47"]):
        assert console(shop, *arguments).returncode == 2
    for arguments in (["next"], ["opp", "delete", "Flat 47", "--yes"], ["undo"], ["redo"]):
        assert console(shop, *arguments).returncode == 0


def test_nobody_acts_is_wrong_usage_with_a_line_that_helps(shop):
    client = shop.make("contact", "create", "Elena")
    for email, name, user in (
        ("", "", "root"),
        ("", "", "R00T$"),
        ("new@riverside.example", "New Body", "other"),
    ):
        shop.git_email, shop.git_name, shop.system_user = email, name, user
        answer = shop.run("opp", "create", "X", "--client", client)
        assert answer.code == 2
        assert "Nobody is known to act" in answer.err
        line = " ".join(answer.err.split()).partition("salescli ")[2]
        command, _, setting = line.partition(", then ")
        words = command.replace('"Your Name"', "Your\0Name").replace('"New Body"', "New\0Body")
        shop.do(*[word.replace("\0", " ") for word in words.split()])
        if setting:
            key, _, value = setting.partition("=")
            shop.environ[key] = value
        shop.do("opp", "create", "X", "--client", client)
        shop.environ.clear()


def test_the_actor_is_the_option_then_the_variable_then_git_then_the_system(shop):
    for name in ("Boris", "Carl", "Dina"):
        shop.make("person", "create", name, "--email", f"{name.lower()}@riverside.example")
    client = shop.make("contact", "create", "Elena")
    shop.system_user = "dina"
    shop.git_email = "CARL@riverside.example"

    def who(*more: str) -> str:
        made = shop.make("opp", "create", "X", "--client", client, *more)
        return str(shop.events(made)[0]["by"])

    assert who() == "carl"
    shop.environ["SALESCLI_ACTOR"] = "boris"
    assert who() == "boris"
    assert who("--actor", "anna") == "anna"
    shop.environ.clear()
    shop.git_email = "nobody@riverside.example"
    assert who() == "dina"


def test_a_variable_that_names_nobody_is_not_found(shop):
    shop.environ["SALESCLI_ACTOR"] = "ghost"
    answer = shop.run("dictionary", "set", "sources", "web", "The web")
    assert answer.code == 3
    assert "o person 'ghost' to act" in answer.err
    assert shop.make("person", "create", "ghost") == "ghost"


def test_the_store_is_found_by_option_variable_and_walking_up(shop):
    shop.deal("Flat 47")
    inner = shop.root / "opportunities" / "2026"
    outside = Shop(shop.root.parent)
    assert outside.run("next").code == 3
    assert "salescli init" in outside.run("next").err
    assert outside.do("-C", str(shop.root), "opp", "list").out
    outside.environ["SALESCLI_DIR"] = str(shop.root)
    assert outside.do("opp", "list").out
    assert outside.run("-C", ".", "opp", "list").code == 3
    assert Shop(inner).do("opp", "list").out


def test_no_color_and_pipes_get_no_color(shop):
    shop.deal("Flat 47")
    for arguments in (["opp", "list"], ["next"], ["opp", "show", "Flat 47"], ["report", "funnel"]):
        assert b"\x1b" not in console(shop, *arguments).stdout
        assert b"\x1b" not in on_terminal(shop, *arguments, NO_COLOR="1")


def test_a_store_of_a_newer_format_is_neither_read_nor_written(shop):
    shop.deal("Flat 47")
    shop.replace("salescli.yaml", "format: 1", "format: 2")
    before = shop.tree()
    for arguments in (
        ["opp", "list"], ["opp", "show", "Flat 47"], ["next"], ["report", "funnel"],
        ["opp", "set", "Flat 47", "--need", "parking"], ["undo"], ["contact", "create", "X"],
        ["person", "create", "X"], ["dictionary", "set", "sources", "web", "x"],
        ["process", "add", "quick", "--id", "q"],
    ):  # fmt: skip
        answer = shop.run(*arguments)
        assert (answer.code, answer.out) == (4, ""), arguments
        assert "salescli.yaml:1:9" in answer.err, arguments
    assert shop.tree() == before


def test_damaged_settings_are_told_with_their_place(shop):
    shop.replace("salescli.yaml", "week_start: monday", "week_start: mon")
    answer = shop.run("opp", "list")
    assert answer.code == 4
    assert answer.err.startswith("salescli.yaml:5:13: ")


def test_a_store_that_can_not_be_written_is_a_failure_with_its_path(shop):
    shop.deal("Flat 47")
    folder = shop.folder(
        shop.run("opp", "list", "--format", "csv").out.split("\n")[1].split(",")[0]
    )
    before = shop.tree()
    if os.geteuid() == 0:
        return  # who may write everything can't be kept from it
    folder.chmod(0o555)
    answer = shop.run("opp", "set", "Flat 47", "--need", "parking")
    folder.chmod(0o755)
    assert answer.code == 6
    assert shop.tree() == before


def test_another_one_who_writes_is_waited_for_and_then_told_but_hides_nothing(shop):
    shop.deal("Flat 47")
    holder = subprocess.Popen(
        [sys.executable, "-c",
         "import sys; from pathlib import Path\n"
         "from salescli.store.transaction import writing\n"
         "with writing(Path('.'), command='salescli batch'):\n"
         "    print('held', flush=True); sys.stdin.read()"],
        cwd=shop.root, env=environ(shop), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdin is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
        answer = shop.run("--lock-timeout", "0.05", "opp", "set", "Flat 47", "--need", "parking")
        listed = shop.run("--lock-timeout", "0", "opp", "list")
        holder.stdin.close()
    assert answer.code == 5
    assert f"salescli batch (process {holder.pid}) has held the store" in answer.err
    assert "Flat 47" in listed.out
    assert shop.do("opp", "set", "Flat 47", "--need", "parking").code == 0


def test_where_there_are_people_one_of_them_is_offered_before_a_new_one(shop):
    shop.make("person", "create", "Boris Kalns", "--id", "boris")
    client = shop.make("contact", "create", "Elena")
    shop.git_email, shop.system_user = "new@riverside.example", "other"
    shop.git_name = "Carla Ozola"
    answer = shop.run("opp", "create", "X", "--client", client)
    assert answer.code == 2
    *_, offer, adds = answer.err.splitlines()
    assert offer == "  --actor anna, or SALESCLI_ACTOR=anna; there are anna, boris"
    assert adds == '  salescli person create "Carla Ozola" --email new@riverside.example'
    shop.do("opp", "create", "X", "--client", client, "--actor", "boris")


@pytest.mark.parametrize("arguments", [("--owner", "anna-b"), ("--actor", "berzina")])
def test_a_person_by_a_part_of_the_name_is_offered_before_a_new_one(shop, arguments):
    shop.make("person", "create", "Anna Maria Berzina", "--id", "anna-berzina")
    shop.make("contact", "create", "Elena")
    answer = shop.run("opp", "create", "X", "--client", "Elena", *arguments)
    assert answer.code == 3
    assert "id you mean " in answer.err
    assert "anna-berzina" in answer.err
    assert "person create" not in answer.err
