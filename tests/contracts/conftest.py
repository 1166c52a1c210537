"""A store of each kind for the suites that hold of both."""

import pytest

from tests.support.postgres import opened_in
from tests.support.stores import opened


@pytest.fixture
def embedded(tmp_path):
    with opened(tmp_path) as store:
        yield store


@pytest.fixture
def distributed(database):
    with opened_in(database.url) as store:
        yield store


@pytest.fixture(params=["embedded", "distributed"])
def store(request):
    return request.getfixturevalue(request.param)
