"""The loop beside the server, and how a server ends that ended already."""

import asyncio
import socket
from contextlib import closing

import httpx
import pytest

from consumers import deadlines, project
from infra.errors import CannotRun
from infra.http import Stores, application
from infra.http._serving import Following, listening, served
from infra.settings.data import Settings
from infra.wiring import clock, open_store


@pytest.fixture
def store(tmp_path):
    with closing(open_store(Settings(data=tmp_path))) as store:
        yield store


def test_a_server_that_ended_by_itself_ends_the_process(store):
    with pytest.raises(CannotRun) as ended:
        Following(store, lambda: False).step()

    assert ended.value.code == "server_ended"


def test_each_step_projects_and_lets_time_pass(store, monkeypatch):
    monkeypatch.setattr(project, "step", lambda *given: 2)
    monkeypatch.setattr(deadlines, "step", lambda *given: 3)

    assert Following(store, lambda: True).step() == 5


def test_a_server_whose_loop_is_closed_is_left_without_an_error(tmp_path):
    loop = asyncio.new_event_loop()
    loop.close()
    app = application(Stores(lambda: open_store(Settings(data=tmp_path)), clock, most=1))
    with listening("127.0.0.1", 0) as listener:
        with served(app, listener) as server:
            assert httpx.get(f"{server.url}/rules", timeout=60).status_code == 200
            assert server.alive()
            app.state.end_streams = lambda: loop.call_soon_threadsafe(print)
        assert not server.alive()


def test_an_answer_on_a_connection_that_is_kept_does_not_wait_for_an_acknowledgement():
    """A head and a body are two writes: without TCP_NODELAY the second waits for the first one's delayed ACK, 40 ms."""
    with (
        listening("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
