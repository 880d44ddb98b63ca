"""What holds for all sources: what may be imported where, how long things are, what is in them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "salescli"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MODULE_LINES, FUNCTION_LINES, DOCSTRING_SHARE = 400, 50, 0.9
YAML_READER = PACKAGE / "store" / "yamltext.py"
# Only one module each may import these; all have a reason to stay away from all others.
KEPT_IN = {
    "yaml": YAML_READER,
    "sqlite3": PACKAGE / "store" / "database.py",
    "matplotlib": PACKAGE / "report" / "pictures" / "chart.py",
    "tabulate": PACKAGE / "report" / "text" / "tables.py",
    "jinja2": PACKAGE / "report" / "page" / "page.py",
    "icalendar": PACKAGE / "report" / "files" / "ics.py",
    "distributed": PACKAGE / "workspace" / "cluster.py",
    "xlsxwriter": PACKAGE / "report" / "files" / "workbook.py",
    "pyarrow": PACKAGE / "report" / "files" / "parquet.py",
}
# The Tab key reads the index without what `database.py` loads, which would take longer than it may.
ALSO_IN = {"sqlite3": PACKAGE / "completing.py"}
# Where an import may stand inside a function (see the decision on these).
LATE_IMPORTS = {
    "cli.py",
    "commands/app.py",
    "commands/bulk.py",
    "commands/catalogue.py",
    "commands/client.py",
    "commands/cloning.py",
    "commands/erasing.py",
    "commands/lead.py",
    "commands/next.py",
    "commands/moving.py",
    "commands/opportunity.py",
    "commands/running.py",
    "commands/views.py",
    "entry.py",
    "report/pictures/chart.py",
}
# The world enters through `Surroundings`, which only the first makes from the real one; the second
# answers a shell and has none.
EDGES = (PACKAGE / "cli.py", PACKAGE / "entry.py")
WORLD = re.compile(
    r"(datetime|date)\.(now|today|utcnow)|time\.(time|time_ns)|os\.(environ|environb|getenv|urandom)"
)
# Waiting for a lock differs from try to try; files of the last moments are never trusted; the
# example store comes from a seed.
SEEN_BY = {
    PACKAGE / "store" / "lock.py": ("random",),
    PACKAGE / "store" / "indexdatabase.py": ("time.time_ns",),
    PACKAGE / "workspace" / "demo" / "making.py": ("random",),
}
WORLDLY_MODULES = {"random", "secrets", "uuid", "getpass"}
# What only one machine has; anna is the user in examples.
MACHINE_PATHS = re.compile(
    "|".join(
        [
            r"(?<![\w.~$}-])/" + r"(?:home|Users)/(?!anna\b)[\w.-]+",
            r"(?<![\w.~$}-])/" + r"(?:work|root)/[\w.-]+",
            r"(?<![\w.~$}-])/" + r"tmp/[\w.-]+/",
            r"\b[A-Za-z]:" + r"\\Users\\",
        ]
    )
)
# What a wheel would hold, without the wheel.
BUILD = """
import sys, setuptools
setuptools.setup(script_args=["--quiet", "build_py", "--build-lib", sys.argv[1]])
"""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a source, walked once for all tests that look at them."""
    return tuple(ast.walk(tree_of(path)))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions_in(nodes: Iterable[ast.AST]) -> Iterator[Function]:
    return (node for node in nodes if isinstance(node, Function))


def imported_roots(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """The top-level package of every import, wherever it stands."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0], node


def lines_of(function: Function) -> int:
    """Lines from `def` to the end, without its docstring and the functions inside it."""
    first, last = function.lineno, function.end_lineno or function.lineno
    head = function.body[0]
    told = (
        (head.end_lineno or head.lineno) - head.lineno + 1
        if ast.get_docstring(function) is not None
        else 0
    )
    inner = [node for node in function.body if isinstance(node, Function)]
    return last - first + 1 - told - sum((n.end_lineno or n.lineno) - n.lineno + 1 for n in inner)


def is_broad(handler: ast.ExceptHandler) -> bool:
    """True for `except:`, `except Exception` and `except BaseException`, alone or among others.

    One that ends by raising again catches nothing: it cleans up.
    """
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
        for kind in kinds
    )


def public_definitions(tree: ast.Module) -> Iterator[ast.AST]:
    """The module, its public classes and functions, and the public methods of those classes."""
    yield tree
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield inner


def unsafe_yaml_calls(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    """Every use of a loader or dumper of yaml by its name, called or handed on."""
    return [
        node
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "yaml"
        and re.fullmatch(r"(safe_|full_|unsafe_)?(load|dump)(_all)?", node.attr)
    ]


def worldly_uses(nodes: Iterable[ast.AST]) -> list[str]:
    """Line and name of every look at the clock, at randomness or at the environment."""
    nodes = tuple(nodes)
    used = [
        f"{node.lineno} {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Attribute) and WORLD.fullmatch(ast.unparse(node))
    ]
    imported = [f"1 {name}" for name, _ in imported_roots(nodes) if name in WORLDLY_MODULES]
    return used + imported


def inner_imports(nodes: Iterable[ast.AST]) -> list[ast.stmt]:
    """Imports inside functions; they hide cycles and what a start loads."""
    return [
        node
        for function in functions_in(nodes)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@cache
def inner_imports_of(path: Path) -> list[ast.stmt]:
    return inner_imports(nodes_of(path))


def tracked_files() -> list[Path]:
    """The files of the project: those that git knows or would take."""
    command = "git -c safe.directory=* ls-files -z --cached --others --exclude-standard"
    listed = subprocess.run(command.split(), cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_module_is_longer_than_400_lines():
    lengths = {str(p.relative_to(ROOT)): len(p.read_bytes().splitlines()) for p in SOURCES}
    assert len(lengths) > 10
    assert {name: count for name, count in lengths.items() if count > MODULE_LINES} == {}


def test_no_function_is_longer_than_50_lines():
    long = [
        f"{place(path, function)} {function.name}: {lines_of(function)}"
        for path in SOURCES
        for function in functions_in(nodes_of(path))
        if lines_of(function) > FUNCTION_LINES
    ]
    assert long == []


def test_nothing_catches_whatever_comes():
    broad = [
        place(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]
    assert broad == []


def test_nine_of_ten_public_things_have_a_docstring():
    public = [(path, node) for path in SOURCES for node in public_definitions(tree_of(path))]
    bare = [place(path, node) for path, node in public if ast.get_docstring(node) is None]
    assert len(public) > 100
    assert 1 - len(bare) / len(public) >= DOCSTRING_SHARE, bare


def test_each_heavy_library_is_imported_by_one_module():
    strays = [
        f"{place(path, node)} {name}"
        for path in SOURCES
        for name, node in imported_roots(nodes_of(path))
        if path not in (KEPT_IN.get(name, path), ALSO_IN.get(name))
    ]
    assert strays == []


def test_yaml_is_never_loaded_or_dumped_the_short_way_outside_its_reader():
    found = [
        place(path, node)
        for path in SOURCES
        if path != YAML_READER
        for node in unsafe_yaml_calls(nodes_of(path))
    ]
    assert found == []


def test_clock_randomness_and_environment_are_read_at_the_edge_alone():
    found = [
        f"{path.relative_to(ROOT)}:{use}"
        for path in SOURCES
        if path not in EDGES
        for use in worldly_uses(nodes_of(path))
        if use.split()[1] not in SEEN_BY.get(path, ())
    ]
    assert found == []


def test_only_commands_import_inside_functions():
    late = [
        path for path in SOURCES if path not in EDGES and PACKAGE / "commands" not in path.parents
    ]
    assert [place(path, node) for path in late for node in inner_imports_of(path)] == []


def test_no_source_promises_to_be_finished_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [str(path) for path in SOURCES if marks.search(path.read_text("utf-8"))] == []


def test_no_file_knows_the_machine_it_was_written_on():
    texts = ((path, path.read_bytes().decode("utf-8", "replace")) for path in tracked_files())
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path, text in texts
        for match in MACHINE_PATHS.finditer(text)
    ]
    assert found == []


def test_every_text_file_ends_with_a_newline_and_has_no_blank_before_it():
    endings = {".py", ".md", ".cfg", ".toml", ".yaml", ".txt", ".sh"}
    wrong = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix in endings and (text := path.read_bytes())
        if not text.endswith(b"\n") or text.endswith(b"\n\n")
    ]
    assert wrong == []


def test_what_is_installed_has_every_module_and_all_data(tmp_path):
    # A copy, because building leaves files beside the sources.
    source, built = tmp_path / "source", tmp_path / "built"
    for path in tracked_files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(built)],
        cwd=source,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    held = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}
    assert "salescli/py.typed" in held
    assert held == {
        str(path.relative_to(ROOT)) for path in tracked_files() if PACKAGE in path.parents
    }


# The measures themselves, each on a source that it must catch and one that it must let pass.


@pytest.mark.parametrize(
    ("source", "broad"),
    [
        ("except Exception:", True),
        ("except:", True),
        ("except (OSError, BaseException):", True),
        ("except (OSError, ValueError) as error:", False),
        ("except errors.Refused:", False),
        ("except BaseException:\n    clean()\n    raise\nelse:", False),
        ("except BaseException:\n    raise Refused\nelse:", True),
    ],
)
def test_a_broad_except_is_seen(source, broad):
    tree = ast.parse(f"try:\n    pass\n{source}\n    a = 1\n")
    (handler,) = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert is_broad(handler) is broad


def test_a_function_is_measured_without_its_docstring_and_inner_functions():
    tree = ast.parse('def f():\n    """One.\n\n    Two."""\n    a = 1\n    b\n')
    (function,) = functions_in(ast.walk(tree))
    assert lines_of(function) == 3


def test_imports_inside_functions_count():
    tree = ast.parse(
        "import os.path\ndef f():\n    from yaml.nodes import Node\n    from . import a"
    )
    assert [name for name, _ in imported_roots(ast.walk(tree))] == ["os", "yaml"]


def test_a_look_at_the_world_is_seen():
    source = "import secrets\nx = datetime.now(UTC)\nos.environ['A']\ntime.monotonic()\na.now()\n"
    assert worldly_uses(ast.walk(ast.parse(source))) == [
        "2 datetime.now",
        "3 os.environ",
        "1 secrets",
    ]


def test_an_import_inside_a_function_is_seen():
    tree = ast.parse("import a\nif a:\n    import b\ndef f():\n    if a:\n        import c\n")
    assert [ast.unparse(node) for node in inner_imports(ast.walk(tree))] == ["import c"]


def test_private_things_need_no_docstring():
    tree = ast.parse("class A:\n    def b(self): ...\n    def _c(self): ...\ndef _d(): ...\n")
    names = [getattr(node, "name", "module") for node in public_definitions(tree)]
    assert names == ["module", "A", "b"]


def test_short_ways_to_load_yaml_are_seen():
    tree = ast.parse("yaml.safe_load(x)\nmap(yaml.load, x)\nyaml.compose(x)\njson.load(x)\n")
    assert len(unsafe_yaml_calls(ast.walk(tree))) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see /" + "home/ann/salescli", True),
        ("see /home/anna/salescli", False),
        ('"/' + 'tmp/abc/venv"', True),
        ("C:" + "\\Users\\ann", True),
        ("#!/usr/bin/env bash", False),
        ("https://a.example/" + "home/page", False),
        ("docs/" + "work/page", False),
        ("~/" + "work/page", False),
    ],
)
def test_a_path_of_one_machine_is_seen(text, found):
    assert (MACHINE_PATHS.search(text) is not None) is found


def test_imports_stand_at_the_top_but_where_a_start_must_be_short():
    late = [
        place(path, node)
        for path in SOURCES
        if str(path.relative_to(PACKAGE)) not in LATE_IMPORTS
        for node in inner_imports_of(path)
    ]
    assert late == []


def test_modules_with_late_imports_are_there():
    assert [name for name in sorted(LATE_IMPORTS) if not (PACKAGE / name).exists()] == []
