"""The benchmark that waits for a browser to paint: it is told when, of every page that it asks for."""

import pytest

from benchmarks.painting import painted


@pytest.mark.usefixtures("chromium")
def test_each_page_is_painted_once_and_the_first_few_do_not_count(site):
    times = painted([f"{site}/problems", f"{site}/problems", f"{site}/problems", f"{site}/"])

    assert len(times) == 1
    assert times[0] > 0
