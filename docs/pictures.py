"""Draws the pictures of the documents: what stands beneath each is run on the example store.

`python docs/pictures.py` draws all of them anew. The pages are the only list: where lines of
pictures are followed by a block of `sh`, its command draws them into the folder `pictures`.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNTIL = "2024-06-30"  # the day for which the example store is made
PICTURE = re.compile(r"^!\[[^\]]+\]\(pictures/([^)]+)\)$", re.MULTILINE)
_SHOWN = re.compile(
    rf"((?:{PICTURE.pattern}\n+)+)^```sh\nsalescli ((?:.*\\\n)*.*)\n```$", re.MULTILINE
)
Run = Callable[[Sequence[str], Path], None]


@dataclass(frozen=True)
class Drawing:
    """Pictures by their places in the folder, and the words after `salescli` that draw them."""

    pictures: tuple[str, ...]
    words: tuple[str, ...]


def read_drawings(page: str) -> list[Drawing]:
    """What a page shows with the command beneath it, in order."""
    return [
        Drawing(tuple(PICTURE.findall(found[1])), tuple(shlex.split(found[3].replace("\\\n", ""))))
        for found in _SHOWN.finditer(page)
    ]


def read_pages(docs: Path) -> Iterator[tuple[Path, str]]:
    """The pages that may show pictures, with their texts."""
    for path in sorted(docs.glob("*.md")):
        yield path, path.read_text(encoding="utf-8")


def draw(drawings: Iterable[Drawing], place: Path, folder: Path, run: Run) -> Iterator[str]:
    """Draw in the store `place`, copy what is shown into `folder`, tell the name of each."""
    for drawing in drawings:
        run(drawing.words, place)
        for name in drawing.pictures:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place / name, folder / name)
            yield name


def run_salescli(words: Sequence[str], place: Path) -> None:
    """Run one command in `place`. Raises CalledProcessError where it is refused."""
    command = [sys.executable, "-m", "salescli", *words]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=place, env=environ, check=True)


def main() -> None:
    """Draw the pictures of all pages."""
    drawings = [found for _, page in read_pages(ROOT / "docs") for found in read_drawings(page)]
    with tempfile.TemporaryDirectory() as home:
        run_salescli(["demo", "shop", "--until", UNTIL], Path(home))
        for name in draw(drawings, Path(home, "shop"), ROOT / "docs" / "pictures", run_salescli):
            sys.stderr.write(f"docs/pictures/{name} drawn\n")


if __name__ == "__main__":
    main()
