"""Reads a page without a browser: its elements, and its numbers beside those of the document."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any


class Element:
    """An element with its attributes and the text in it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes, self.text = tag, attributes, ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in ("meta", "link", "img", "br"):
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


def read_page(html: str) -> list[Element]:
    """All elements of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.elements


def numbers_of(html: str) -> list[tuple[str, str, str]]:
    """Of each number on a page: where it stands in the document, what it is there, its text."""
    return [
        (one.attributes["data-figure"], one.attributes["value"], one.text)
        for one in read_page(html)
        if "data-figure" in one.attributes
    ]


def compare_numbers(numbers: list[tuple[str, str, str]], document: Any) -> list[str]:
    """What is wrong with the numbers of a page, a line each: none of them may differ."""
    wrong = []
    for pointer, value, text in numbers:
        found = _at(document, pointer)
        if value != str(found) or not _is(_bare(text), value.split()[0]):
            wrong.append(f"{pointer}: {text!r} for {value!r}, not {str(found)[:200]}")
    return wrong


def _at(document: Any, pointer: str) -> Any:
    for name in pointer.removeprefix("/").split("/"):
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def _bare(text: str) -> str:
    """`+1 250.50 EUR` → `1250.50`, `−3` → `-3`."""
    return "".join(c for c in text.replace("\u2212", "-") if c.isdigit() or c in ".-")


def _is(shown: str, value: str) -> bool:
    """Whether a number was written as it is, but for decimals that were rounded away."""
    try:
        one, other = Decimal(shown), Decimal(value)
    except InvalidOperation:
        return False
    return one == other.quantize(one, ROUND_HALF_UP)
