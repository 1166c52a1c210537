"""`make up` and `make down`: the whole product runs without Docker, from the import to the answer over HTTP, and is gone afterwards."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.test_services import wait
from tests.support import product
from tests.support.servers import standing
from tests.support.servers.fixtures import give_up
from tests.support.servers.jars import ROOT
from tests.support.servers.ports import free_port

EXAMPLES = ROOT / "docs/examples/events.jsonl"


def run(*words, **environment):
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def make(verb, folder, port):
    return run("-m", "tests.support.product", verb, "--folder", str(folder), "--port", str(port))


def up(folder, port):
    done = make("up", folder, port)
    if done.returncode == 3:
        give_up(done.stderr, os.environ)
    return done


def exported(done):
    """What a shell would take from it."""
    lines = done.stdout.splitlines()
    assert all(line.startswith("export DUNGHEN_") for line in lines), done.stdout
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


@pytest.fixture
def folder():
    # Not in pytest's folders: they are closed to the account that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="dunghen-up-") as made:
        Path(made).chmod(0o755)
        yield Path(made)
        assert make("down", Path(made), 0).returncode == 0


def findings(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/violations", timeout=60) as answer:
        told = json.load(answer)
    return told["complete"] and told["total"]


def test_it_comes_up_answers_and_goes(folder):
    port = free_port()
    done = up(folder, port)
    assert done.returncode == 0, done.stderr
    environment = exported(done)
    assert f"http://127.0.0.1:{port}" in done.stderr
    wait(lambda: make("status", folder, port).returncode == 0)

    imported = run(*product.DUNGHEN[1:], "import", str(EXAMPLES), **environment)
    assert imported.returncode == 0, imported.stderr
    assert wait(lambda: findings(port)) > 0

    again = make("up", folder, port)
    assert (again.returncode, exported(again)) == (0, environment)
    assert make("down", folder, port).returncode == 0
    # At once: what is given to nobody any more others may take.
    for address in (port, int(environment["DUNGHEN_KAFKA"].rpartition(":")[2])):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", address)) != 0
    assert make("status", folder, port).returncode == 1


def test_where_the_port_is_taken_nothing_half_starts_and_it_says_why(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = up(folder, port)
    assert done.returncode == 1
    assert "serve ended, and all others with it" in done.stderr
    assert f"127.0.0.1:{port}" in done.stderr.rpartition("serve: ")[2]
    assert standing.running(folder, product.PRODUCT) is None
