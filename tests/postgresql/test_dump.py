"""The SQL of `export sql` in a real PostgreSQL: `make test-postgresql` installs and asks one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from salescli.model.tables import table_specs

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
TABLES = list(table_specs({}))
DANGEROUS = ["=1+1", "+1", "@sum", "\\.", "a\\tb", "tab\there", '"quoted"', "' or 1=1 --", "Žižka"]


@pytest.fixture
def postgres() -> Iterator[Path]:
    """A server of one's own, asked through the socket in a folder."""
    folder = Path(tempfile.mkdtemp(prefix="salescli-pg-"))  # a socket's path is short
    user = "postgres" if os.getuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(folder, user)

    def run(program: str, *words: str) -> None:
        command = [str(BINARIES[-1] / program), *words]
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")

    run("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "postgres", "--no-sync")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    run("pg_ctl", "-D", f"{folder}/data", "-w", "-o", options, "-l", f"{folder}/log", "start")
    try:
        yield folder
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def psql(folder: Path, text: str) -> str:
    command = ["psql", "-X", "-q", "-A", "-t", "-h", str(folder), "-U", "postgres"]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def test_postgresql_loads_the_dump_twice_and_says_the_same(shop, postgres):
    shop.deal("Flat", "--budget", "250000", "--close-date", "2026-12-15")
    house = shop.deal("Garden house", "--budget", "90000.50")
    shop.do("opportunity", "close", house, "--outcome", "lost", "--reason", "no-budget")
    for number, text in enumerate(DANGEROUS):
        shop.deal(f"{number}", "--tactic", text)
    dump = shop.do("export", "sql").out
    psql(postgres, dump)
    psql(postgres, dump)
    for table in TABLES:
        count = psql(postgres, f'select count(*) from salescli."{table}"').strip()
        assert int(count) == len(shop.do("export", "jsonl", table).out.splitlines()), table
    total = "select sum(budget), max(close_date), bool_or(overdue) from salescli.opportunity"
    assert psql(postgres, total) == "340000.50|2026-12-15|f\n"
    told = psql(
        postgres,
        "select tactic from salescli.opportunity where title ~ '^[0-9]' order by title::int",
    )
    assert told.splitlines() == [text.replace("\t", " ") for text in DANGEROUS]
    own = "select own->>'to' from salescli.event where kind = 'closed'"
    assert psql(postgres, own) == "lost\n"
    said = "select col_description('salescli.opportunity'::regclass, 2)"
    assert psql(postgres, said) == "What people call the deal\n"
