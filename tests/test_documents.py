"""Every console block in the documents does what it shows; a document without any has none to do.

The page of errors is left out: it is made from cases that are run one by one.
"""

from pathlib import Path

import pytest

from tests.transcript import run_transcript

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM_CASES = ROOT / "docs" / "errors.md"
DOCUMENTS = [
    path
    for path in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    if path != MADE_FROM_CASES
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_document_does_what_it_shows(path, console):
    run_transcript(path, console)
