"""What kafka-python leaves behind: it forgets to close the sockets of connections that ended. A plugin of the tests."""

import gc
import warnings

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("kafka"):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))
            item.fixturenames.insert(0, "sockets_left_behind")  # the last to end


def pytest_sessionfinish():
    collect()


@pytest.fixture
def sockets_left_behind():
    """They are collected here, not in another test."""
    yield
    collect()


def collect():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for _ in range(3):  # what one round frees may have held the next
            gc.collect()
