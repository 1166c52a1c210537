"""What is registered, told again by a topic, on PostgreSQL: who judges meanwhile is not waited for."""

from contextlib import ExitStack

from consumers import project
from infra.postgres.schema import migrate
from infra.wiring import distributed
from tests.support.lines import accepted
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW, put
from tests.support.streams import registered


def test_what_is_registered_already_waits_for_nobody(database):
    migrate(database.url)
    with ExitStack() as stack:
        stores = [distributed(database.url, LAW, END, MASTER) for _ in range(2)]
        for store in stores:
            stack.callback(store.close)
        judging, registering = stores
        put(judging, [registered("H40.01"), accepted()])
        lines = judging.log.select(0, 10)
        assert project.take(lines, judging.log, judging.views, LAW, END) == 1
        with judging.views.writing() as tx:
            tx.directory(END)
            # Were it to wait, it would be for ever.
            project.take(lines, registering.log, registering.views, LAW, END)
        assert registering.caught_up
