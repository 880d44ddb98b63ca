"""The fonts of other scripts than DejaVu has: which are wanted, and where they lie here.

Looks at names of files alone, so that it answers without the drawing library and whatever lists of
fonts that keeps. `salescli doctor` tells of these very files, and pictures are drawn with them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

# How names of files begin, in the order in which letters are looked for.
WIDE = (
    "notosanscjk", "sourcehansans", "wqyzenhei", "wqymicrohei", "wqy", "droidsansfallback",
    "hiragino", "ヒラギノ角ゴシック", "pingfang", "applesdgothicneo", "uming", "ukai", "ipag",
    "takao",
)  # fmt: skip
OTHERS = (
    "notosansarabic", "notosanshebrew", "notosansthai", "notosansdevanagari", "arialunicode",
)  # fmt: skip
EVERY = ("unifont",)  # has nearly all, and draws it coarsely
WANTED = (*WIDE, *OTHERS, *EVERY)
FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts",
    "~/.fonts", "~/.local/share/fonts", "~/Library/Fonts",
)  # fmt: skip
_ENDINGS = (".ttf", ".ttc", ".otf")
_REGULAR, _BOLD = "regular", "bold"


class Font(msgspec.Struct, frozen=True):
    """A font by how its file's name begins; `bold` is `regular` where it has no other."""

    begins: str
    regular: Path
    bold: Path


def find_fonts(home: str, folders: tuple[str, ...] = FOLDERS) -> list[Font]:
    """The wanted fonts that lie in the usual folders, at most one for each beginning.

    The order is that of `WANTED`, the same whatever the file system lists first. `home` stands for
    `~`; with "" nobody's folders are looked at.
    """
    files = sorted(_list_files(home, folders), key=lambda path: (plain_name(path), str(path)))
    fonts: list[Font] = []
    for begins in WANTED:
        own = [path for path in files if plain_name(path).startswith(begins)]
        own = [path for path in own if path not in {font.regular for font in fonts}]
        if own:
            regular = min(own, key=lambda path: _rank(plain_name(path), begins))
            fonts.append(Font(begins, regular, _bold_of(regular, own)))
    return fonts


def plain_name(path: Path) -> str:
    """What stands before the ending, in small letters and without signs between words."""
    return path.stem.casefold().translate(dict.fromkeys(map(ord, " -_")))


def _list_files(home: str, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        if folder.startswith("~") and not home:
            continue
        for parent, _, names in os.walk(folder.replace("~", home, 1)):
            for name in names:
                path = Path(parent, name)
                if path.suffix.casefold() in _ENDINGS and plain_name(path).startswith(WANTED):
                    yield path


def _rank(name: str, begins: str) -> tuple[bool, bool, int]:
    """Smaller is plainer: `notosansarabicregular` before `notosansarabiccondensedbold`."""
    return (name not in (begins, begins + _REGULAR), not name.endswith(_REGULAR), len(name))


def _bold_of(regular: Path, own: list[Path]) -> Path:
    name = plain_name(regular)
    wanted = name.removesuffix(_REGULAR) + _BOLD
    return next((path for path in own if plain_name(path) == wanted), regular)
