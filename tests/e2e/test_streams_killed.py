"""A server that is killed while it tells, and started again: who listens goes on behind what he heard, without a loss or a repeat."""

from contextlib import closing, suppress

import pytest

from tests.support.listeners import Listener
from tests.support.serving import dossiers, feed, serving

pytestmark = pytest.mark.e2e

LISTENERS = 3
DOSSIERS = 30
KILLS = 2


def test_who_listens_goes_on_over_servers_that_are_killed(tmp_path):
    heard: list[list[int]] = [[] for _ in range(LISTENERS)]

    def coming_again(server):
        afters = [each[-1] if each else 0 for each in heard]
        return [Listener(f"{server.url}/streams/violations?after={after}") for after in afters]

    for kill in range(KILLS):
        with serving(tmp_path) as server:
            listeners = coming_again(server)
            server.send(dossiers(kill * DOSSIERS, DOSSIERS))
            for listener in listeners:
                while len(listener.heard) < 5:
                    listener.read()
            server.process.kill()
            for so_far, listener in zip(heard, listeners, strict=True):
                with closing(listener.socket), suppress(ConnectionError):
                    while not listener.ended:
                        listener.read()
                so_far.extend(listener.heard)

    with serving(tmp_path) as server:
        server.send(dossiers(KILLS * DOSSIERS, 1))
        server.caught_up()
        expected = feed(tmp_path)
        for so_far, listener in zip(heard, coming_again(server), strict=True):
            with closing(listener.socket):
                while len(so_far) + len(listener.heard) < len(expected):
                    listener.read()
            so_far.extend(listener.heard)

    assert len(expected) > KILLS * DOSSIERS
    assert heard == [expected] * LISTENERS
