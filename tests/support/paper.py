"""The words on the pages of a PDF as Chromium writes it, in the order it draws them.

Knows the part of PDF that Skia uses: objects side by side, streams packed by deflate or not at all, glyphs that a table of their font
leads back to characters. Must not know what a document is about. A document written in any other way has no words for it: a test that
expects some fails.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from itertools import count

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_TABLE = re.compile(r"begin(bfchar|bfrange)\n(.*?)\nend", re.DOTALL)
_SHOWN = re.compile(r"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> ?(?:Tj|[-\d.]*\]? ?TJ)", re.ASCII)

Objects = Mapping[int, bytes]


def pages(document: bytes) -> list[list[str]]:
    """Of each page, the pieces of text that it shows."""
    objects = {int(number): body for number, body in _OBJECT.findall(document)}
    return [
        list(_pieces(objects, body))
        for body in objects.values()
        if re.search(rb"/Type /Page\b", body)
    ]


def squeezed(text: str) -> str:
    """Text without any space: where lines are broken is the paper's affair."""
    return "".join(text.split())


def _pieces(objects: Objects, page: bytes) -> Iterator[str]:
    fonts = {
        name.decode(): _characters(objects, objects[int(number)])
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)
    }
    drawn = _stream(objects[_reference(b"Contents", page)])
    for text in re.findall(r"\nBT\n(.*?)\nET\b", drawn, re.DOTALL):
        piece, font = "", dict[int, str]()
        for name, glyphs in _SHOWN.findall(text):
            if name:
                font = fonts[name]
            piece += "".join(font[int(glyphs[at : at + 4], 16)] for at in range(0, len(glyphs), 4))
        yield piece


def _characters(objects: Objects, font: bytes) -> dict[int, str]:
    """Glyph -> what it stands for."""
    characters = dict[int, str]()
    for kind, lines in _TABLE.findall(_stream(objects[_reference(b"ToUnicode", font)])):
        for first, *rest in (re.findall(r"<(\w+)>", line) for line in lines.split("\n")):
            last, code = rest if kind == "bfrange" else (first, *rest)
            glyphs = range(int(first, 16), int(last, 16) + 1)
            if len(code) > 4:
                characters[glyphs[0]] = bytes.fromhex(code).decode("utf-16-be")
            else:
                characters |= zip(glyphs, map(chr, count(int(code, 16))), strict=False)
    return characters


def _reference(name: bytes, body: bytes) -> int:
    found = re.search(rb"/%b (\d+) 0 R" % name, body)
    assert found is not None, body[:200]
    return int(found[1])


def _stream(body: bytes) -> str:
    head, _, data = body.partition(b"stream\n")
    data = data.rpartition(b"\nendstream")[0]
    return (zlib.decompress(data) if b"/FlateDecode" in head else data).decode("latin-1")
