"""Which fonts are found in the usual folders, and which of their files."""

from pathlib import Path

import pytest

from salescli.report.pictures.fonts import find_fonts


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "fonts" / "deep").mkdir(parents=True)
    return tmp_path


def put(home: Path, *names: str) -> None:
    for name in names:
        (home / "fonts" / name).touch()


def found(home: Path) -> list[tuple[str, str]]:
    return [(f.regular.name, f.bold.name) for f in find_fonts(str(home), ("~/fonts",))]


def test_the_regular_and_the_bold_file_of_a_font_are_taken(home: Path) -> None:
    put(home, "NotoSansCJK-Black.ttc", "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc")
    put(home, "NotoSansArabic-CondensedBold.ttf", "deep/NotoSansArabic-Regular.ttf")
    assert found(home) == [
        ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
        ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Regular.ttf"),
    ]


def test_wanted_fonts_have_one_order_and_others_are_left(home: Path) -> None:
    put(home, "unifont.otf", "DejaVuSans.ttf", "wqy-zenhei.ttc", "unifont.hex", "Arial Unicode.ttf")
    assert [name for name, _ in found(home)] == [
        "wqy-zenhei.ttc",
        "Arial Unicode.ttf",
        "unifont.otf",
    ]


def test_without_a_home_nobodys_folders_are_looked_at(home: Path) -> None:
    put(home, "unifont.otf")
    assert find_fonts("", ("~/fonts",)) == []
