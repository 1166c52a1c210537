"""The examples of docs/http.md: each is asked of a real server, and shows what the page says."""

import re
import shlex

import pytest

from tests.architecture.test_docs import ROOT

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOST = "http://127.0.0.1:8000"


def examples():
    for block in BLOCK.findall((ROOT / "docs/http.md").read_text("utf-8")):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = example.split("\n")
            yield command, [line for line in shown if line]


def asked(client, command):
    """What curl would print, as lines."""
    name, *words = shlex.split(command)
    assert name == "curl"
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    (address,) = [word for word in words if word.startswith(HOST)]
    response = client.get(address.removeprefix(HOST), headers=headers)
    told = response.content.decode("utf-8-sig").splitlines()
    if "-i" in words:
        status = f"HTTP/1.1 {response.status_code} {response.reason_phrase}"
        told = [status, *(f"{name}: {value}" for name, value in response.headers.items()), *told]
    return told


@pytest.mark.parametrize(("command", "shown"), list(examples()))
def test_an_example_shows_what_the_page_says(client, command, shown):
    told = asked(client, command)
    assert [line for line in shown if line not in told] == []
    assert shown
