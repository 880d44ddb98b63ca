"""The example store, written for tests. Test-only."""

from datetime import date
from pathlib import Path

from salescli.store.files import RealFileSystem
from salescli.store.transaction import writing
from salescli.workspace.demo import CHAPTERS, tell_chapter
from tests.shop import Shop

UNTIL = date(2026, 11, 1)


def write_demo(root: Path, seed: int = 1, until: date = UNTIL) -> Shop:
    """Write the example of a day and seed into a new folder."""
    root.mkdir()
    fs = RealFileSystem()
    for number in range(len(CHAPTERS)):
        with writing(root, fs=fs) as staged:
            chapter = tell_chapter(number, staged, until, seed)
            at, ids = chapter.session.now, chapter.outcome.ids
            staged.apply(staged.changeset("demo", "demo", "", at, ids))
    return Shop(root)
