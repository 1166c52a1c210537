"""The figures of a page: what stands in its tiles, its tables and its counts, and where each of them leads.

Knows HTML and the classes of the pages. Must not know what is asked.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from typing_extensions import override

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
NUMBER = re.compile(r"\d[\d.]*")
PERCENT = re.compile(r"\d[\d.]*,\d\d\s%")
FRACTION = re.compile(r"[\d.]+/[\d.]+")


class Node:
    """An element: its name, its attributes, the element that it stands in, and what stands in it, texts and elements."""

    def __init__(self, name: str, attributes: dict[str, str], within: "Node | None") -> None:
        self.name, self.attributes, self.within = name, attributes, within
        self.content: list[Node | str] = []

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def above(self) -> Iterator["Node"]:
        """It and all that it stands in, from the inside."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.within

    @property
    def elements(self) -> Iterator["Node"]:
        """It and all elements in it."""
        yield self
        for each in self.content:
            if isinstance(each, Node):
                yield from each.elements

    @property
    def texts(self) -> Iterator[tuple["Node", str]]:
        """The texts in it that are read, each with its element."""
        for each in self.content:
            if isinstance(each, str):
                yield self, each
            elif each.name not in {"svg", "script", "style"} and "unseen" not in each.classes:
                yield from each.texts

    @property
    def words(self) -> str:
        return " ".join("".join(text for _, text in self.texts).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.at = self.root = Node("", {}, None)

    def _put(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.content.append(node)
        return node

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = self._put(tag, attrs)
        if tag not in VOID:
            self.at = node

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._put(tag, attrs)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.at.name == tag, f"</{tag}> ends <{self.at.name}>"
        assert self.at.within is not None
        self.at = self.at.within

    @override
    def handle_data(self, data: str) -> None:
        self.at.content.append(data)


def tree(page: str) -> Node:
    """The main part of a page."""
    builder = _Builder()
    builder.feed(page)
    return next(each for each in builder.root.elements if each.name == "main")


def cells(page: Node) -> list[Node]:
    """Where figures stand: tiles, counts and cells of tables. A row that is about one dossier has none."""
    return [each for each in page.elements if _is_cell(each)]


def _is_cell(node: Node) -> bool:
    within = node.within.classes if node.within else []
    if node.name == "td":
        heads = (
            [each for each in node.within.content if isinstance(each, Node)][:1]
            if node.within
            else []
        )
        return not any(
            each.name == "a" and "code" in each.classes for head in heads for each in head.elements
        )
    return (
        "figure" in node.classes
        or (node.name == "div" and "tiles" in within)
        or (node.name == "li" and bool({"counts", "ranked"}.intersection(within)))
    )


def unlinked(cell: Node) -> list[str]:
    """The texts of a cell with digits that lead nowhere."""
    return [
        " ".join(text.split())
        for node, text in cell.texts
        if re.search(r"\d", text) and not any(each.name == "a" for each in node.above)
    ]


_NO_COUNT = re.compile(r"%|phút|giờ|ngày|/(?:NĐ|QĐ|TT)-")


def led(cell: Node) -> Iterator[tuple[str, int]]:
    """Where the counts of a cell lead, each with its number; rates, times and articles are none."""
    for each in cell.elements:
        number = NUMBER.search(each.words)
        if each.name == "a" and number and not _NO_COUNT.search(each.words):
            yield each.attributes["href"], int(number[0].replace(".", ""))


def total(page: Node, place: str = "") -> int:
    """How many a list says that there are: the one at a place (the fragment of an address), or the page's only one."""
    said = [
        each
        for each in page.elements
        if "data-total" in each.attributes and place in {"", each.attributes.get("id")}
    ]
    assert len(said) == 1, place
    return int(said[0].attributes["data-total"])
