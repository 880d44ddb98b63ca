"""HTML of mails as plain text: tags away, line breaks where a reader would see them.

Not a browser: what it owes is readable words in linear time, whatever the HTML. (The standard
library's parser is quadratic on unclosed comments and tags.)
"""

import re
from html import unescape

MAX_CHARACTERS = 1_000_000
_TAG = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<[!?][^<>]*>")
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_BREAKS = frozenset(
    "br p div tr li ul ol table blockquote pre h1 h2 h3 h4 h5 h6 hr section article".split()
)
_PARAGRAPHS = frozenset("p table ul ol blockquote h1 h2 h3 h4 h5 h6".split())
_CELLS = frozenset({"td", "th"})


def parse_html(html: str) -> str:
    """The words of the first million characters of HTML; blank lines between paragraphs."""
    pieces = _pieces(html[:MAX_CHARACTERS])
    lines = (" ".join(line.split()) for line in unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(html: str) -> list[str]:
    """Text between tags, with line breaks for the tags that make them."""
    folded = html.lower()
    if len(folded) != len(html):  # `İ` grows; places must stay the same in both
        folded = html
    pieces: list[str] = []
    here = 0
    while match := _TAG.search(html, here):
        pieces.append(_spaced(html[here : match.start()]))
        here = match.end()
        name = (match.group(2) or "").lower()
        if match.group() == "<!--":
            end = html.find("-->", here)
            here = len(html) if end < 0 else end + 3
        elif name in _HIDDEN and not match.group(1):
            end = folded.find(f"</{name}", here)
            here = len(html) if end < 0 else end
        elif name in _BREAKS:
            pieces.append("\n\n" if name in _PARAGRAPHS else "\n")
        elif name in _CELLS:
            pieces.append(" ")
    pieces.append(_spaced(html[here:]))
    return pieces


def _spaced(text: str) -> str:
    """Line breaks in the source are blanks to a reader."""
    return text.replace("\n", " ").replace("\r", " ")
