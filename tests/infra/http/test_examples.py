"""The examples of the documents that ask a server: each is asked of a real one, in the page's order, and shows what the page says.

Streams go on for ever: those the pages only show, as `sh`.
"""

import re
import shlex
from argparse import ArgumentParser
from shutil import copytree

import pytest

from infra.settings.data import Settings
from infra.wiring import open_store
from tests.architecture.test_docs import PAGES, ROOT
from tests.support.answering import asking, projecting, stores_of

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOST = "http://127.0.0.1:8000"
GIVEN = re.compile(r"head -1 (docs/examples/\S+)")
CURL = ArgumentParser("curl")
for flag in "siOJN":
    CURL.add_argument(f"-{flag}", action="store_true")
for option in ("-d", "-w", "--data-binary"):
    CURL.add_argument(option)
CURL.add_argument("-H", action="append", default=[])
CURL.add_argument("address")


def blocks(path, *kinds):
    for kind, block in BLOCK.findall(path.read_text("utf-8")):
        if kind in kinds:
            yield re.sub(r"\\\n\s*", "", block)


def examples(page):
    """(command, lines shown) of every question to a server in the page's console blocks."""
    for block in blocks(ROOT / page, "console"):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = example.split("\n")
            if "curl " in command:
                yield command, [line for line in shown if line]


def asked(client, command):
    """What curl would print, as lines."""
    before, _, curl = command.rpartition(" | ")
    said = CURL.parse_args(shlex.split(curl)[1:])
    body = said.d
    if said.data_binary is not None:
        file = GIVEN.fullmatch(before)
        assert said.data_binary == "@-"
        assert file is not None
        body = (ROOT / file[1]).read_text("utf-8").splitlines()[0]
    headers = dict(header.split(": ", 1) for header in said.H)
    method = "GET" if body is None else "POST"
    # As long as it takes on a machine that does much else; who reads the page has one that does not.
    path = said.address.removeprefix(HOST).replace("wait=5", "wait=30")
    response = client.request(method, path, headers=headers, content=body and body.encode())
    if said.O:
        assert said.J
        assert said.w == r"%{filename_effective}\n"
        return [response.headers["content-disposition"].partition('filename="')[2][:-1]]
    told = response.content.decode("utf-8-sig").splitlines()
    if said.i:
        status = f"HTTP/1.1 {response.status_code} {response.reason_phrase}"
        told = [status, *(f"{name}: {value}" for name, value in response.headers.items()), *told]
    return told


def like(shown):
    """A line as the page shows it: … stands for whatever is left out."""
    return re.compile(".*".join(map(re.escape, shown.split("…"))))


ASKING = ["README.md", "docs/http.md"]


@pytest.mark.parametrize("page", ASKING)
def test_examples_show_what_the_page_says(filled, tmp_path, page):
    folder = tmp_path / "data"
    copytree(filled, folder)
    stores = stores_of(folder)
    with (
        projecting(stores, lambda: open_store(Settings(data=folder))),
        asking(stores) as client,
    ):
        for command, shown in examples(page):
            told = asked(client, command)
            missing = [line for line in shown if not any(map(like(line).fullmatch, told))]
            assert missing == [], f"{command}\n{told}"
            assert shown, command


def test_no_other_page_has_such_examples():
    pages = [str(path.relative_to(ROOT)) for path in PAGES]

    assert [page for page in pages if list(examples(page))] == ASKING


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_only_shown_is_no_question_that_ends(path):
    """A server of one's own that is named, or a stream (`curl -N`)."""
    for block in blocks(path, "sh", "json", ""):
        asked = [line for line in block.splitlines() if HOST in line]
        assert [line for line in asked if not re.search(r"curl -\w*N", line)] == []


def test_a_line_that_is_not_told_is_noticed():
    line = like('{"version": 7, …, "projected": true}')

    assert line.fullmatch('{"version": 7, "id": "x", "projected": true}')
    assert not line.fullmatch('{"version": 7, "id": "x", "projected": false}')
