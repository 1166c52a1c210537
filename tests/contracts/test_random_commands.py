"""Whatever is recorded, in whatever batches and however often: the same outcomes in PostgreSQL as in SQLite, and then the same rows.

`test_databases.py` tells whole stories of dossiers; here facts of every kind come at random, repeated, contradicted, bound together.
"""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import events
from infra.rebuilding.verifying import verify
from tests.strategies import some_fact
from tests.support.postgres import opened_in
from tests.support.stores import opened, quiet, rows

pytestmark = [pytest.mark.contracts, pytest.mark.property, pytest.mark.slow]

commands = st.lists(
    st.tuples(
        some_fact(),
        st.sampled_from("abc"),  # few ids: many come again, with the same content or with another
        st.sampled_from("12"),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=8,
)
FEW = settings(max_examples=max(20, settings().max_examples // 10))
again = st.lists(st.integers(0, 7), max_size=3)


def of_example(number, given_facts):
    """The facts with ids and subjects of this example's own: examples share a log, and must not know of each other."""
    return [
        events.with_content(
            nameless(fact)._replace(
                id=f"{number}-{id_}", source="/s", subject=f"X{number}-{subject}"
            )
        )
        for fact, id_, subject, _ in given_facts
    ]


def nameless(fact):
    """Without the applicant, who is sealed by other random bytes in either."""
    said = fact.data
    return fact._replace(data=replace(said, applicant=None)) if hasattr(said, "applicant") else fact


def test_random_commands_have_the_same_outcomes_and_rows_in_both(tmp_path, database):
    numbers = count()

    @FEW
    @given(commands, again, st.booleans())
    def law(given_facts, repeated, bound):
        sent = of_example(next(numbers), given_facts)
        groups = [group for *_, group in given_facts]
        more = [sent[at] for at in repeated if at < len(sent)]
        together = groups if bound else None
        here, there = (
            # Conflicts are errors: equal only to themselves.
            [
                repr(outcome)
                for outcome in (*s.engine.record(sent, together=together), *s.engine.record(more))
            ]
            for s in stores
        )
        assert here == there

    with opened(tmp_path) as embedded, opened_in(database.url) as distributed:
        stores = (embedded, distributed)
        law()
        for store in stores:
            store.catch_up()
        assert distributed.log.max_position() > 10
        lines = [[tuple(line) for line in s.log.select(0, 10_000)] for s in stores]
        assert lines[0] == lines[1]
        assert rows(distributed.views) == rows(embedded.views)
        assert verify(distributed, progress=quiet)["broken"] == []
