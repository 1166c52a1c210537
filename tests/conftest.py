"""What all tests share: Hypothesis profiles, time limits by marker, and an environment free of our own variables."""

import os

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.servers.fixtures",
    "tests.support.servers.guarded",
    "tests.support.clients",
]

# A developer's own settings must not reach a test, nor the processes that a test starts. What is said to the tests stays:
# where servers are that they may use, and where fetched ones lie.
SAID_TO_TESTS = ("DUNGHEN_TEST_", "DUNGHEN_CACHE")
for name in [name for name in os.environ if name.startswith("DUNGHEN_")]:
    if not name.startswith(SAID_TO_TESTS):
        del os.environ[name]

SLOW_TEST_SECONDS = 1200

# Speed is judged by the test's own limit, not by Hypothesis: CI machines are slow and shared.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# "ci" tries the same examples on every run: a failure is the change's, not chance's.
settings.register_profile("ci", UNTIMED, derandomize=True)
# "more" looks for new ones: make property.
settings.register_profile("more", UNTIMED, max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(autouse=True)
def logs_of_its_own():
    """A command that ran in a test must not leave its log, with a stream that is closed by now, to the next."""
    yield
    structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        takes_long = item.get_closest_marker("e2e") or item.get_closest_marker("slow")
        if takes_long and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SLOW_TEST_SECONDS))
    # What may take longest begins first: at the end no processor waits for one long test.
    items.sort(key=_limit, reverse=True)


def _limit(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0
