"""Every console block in the documents does what it shows; a document without any has none to do.

Left out are the page of errors, which is made from cases that are run one by one, and that of the
process, whose store is looked at further in `tests/test_process_page.py`.
"""

from pathlib import Path

import pytest

from tests.transcript import run_transcript

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = (ROOT / "docs" / "errors.md", ROOT / "docs" / "process.md")
DOCUMENTS = [
    path
    for path in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    if path not in ELSEWHERE
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_document_does_what_it_shows(path, console):
    run_transcript(path, console)
