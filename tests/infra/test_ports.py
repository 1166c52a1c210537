"""Ports of servers that start later: nobody is given one that another has, or may have soon."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.support.servers import free_port, ports
from tests.support.servers.jars import ROOT

TAKES_THREE = """
import sys
from tests.support.servers import ports

ports.PORTS = [*map(int, sys.argv[1:])]
print(*(ports.free_port() for _ in range(3)), flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.xdist_group("ports")


@pytest.fixture
def few(monkeypatch, tmp_path):
    """Nine that are given to nobody else."""
    chosen = sorted(free_port() for _ in range(9))
    monkeypatch.setattr(ports, "PORTS", chosen)
    monkeypatch.setattr(ports, "_given", set())
    claims = os.open(tmp_path / f"dunghen-ports-{os.getuid()}", os.O_RDWR | os.O_CREAT)
    monkeypatch.setattr(ports, "_claims", lambda: claims)
    yield chosen
    os.close(claims)


@pytest.fixture
def another(few, tmp_path):
    """Another process that takes three of the few; what it took, and how it ends."""
    with ExitStack() as stack:

        def begun():
            process = subprocess.Popen(
                [sys.executable, "-c", TAKES_THREE, *map(str, few)],
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(tmp_path)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            assert process.stdout is not None
            return process, {int(port) for port in process.stdout.readline().split()}

        yield begun


def test_no_two_processes_are_given_the_same_until_one_has_ended(few, another):
    ours = {free_port() for _ in range(3)}
    first, its = another()
    _, other = another()
    assert ours | its | other == set(few)

    first.communicate()
    _, again = another()
    assert again == its


def test_no_two_threads_are_given_the_same(few):
    with ThreadPoolExecutor(9) as many:
        assert sorted(many.map(lambda _: free_port(), few)) == few


def test_one_that_somebody_listens_at_is_not_given(few):
    with socket.create_server(("127.0.0.1", few[4])):
        assert sorted(free_port() for _ in few[1:]) == [port for port in few if port != few[4]]
