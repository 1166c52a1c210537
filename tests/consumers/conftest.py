"""A store of the test's own."""

import pytest

from tests.support.stores import opened


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        yield store
