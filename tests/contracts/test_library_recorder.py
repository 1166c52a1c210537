"""The event-sourcing library's own suites for recorders, over our event logs.

Of `eventsourcing.tests.persistence` those for application recorders apply. Not those for aggregate recorders (which give no positions:
ours do), tracking and process recorders (how far a reader is stands in bookmarks and in the tables, `infra.postgres.bookmark`), and the
optional part about `subscribe` (readers poll by position, in both databases). What the library has no suite for, that nothing stored
is ever changed, is in `tests/infra/log` and `tests/infra/postgres`.
"""

import sys
import threading
from dataclasses import replace
from types import ModuleType
from uuid import uuid4

import pytest

from infra.postgres.log import PostgresLog
from infra.postgres.schema import migrate
from infra.sqlite.log import SqliteLog

# The suite's module also holds tests of the library's cipher, which needs a package that we do not have.
_cipher = ModuleType("eventsourcing.cipher")
_cipher.AESCipher = object  # type: ignore[attr-defined]
sys.modules.setdefault("eventsourcing.cipher", _cipher)

from eventsourcing.tests.persistence import (  # noqa: E402  # after the stand-in
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

pytestmark = [pytest.mark.contracts, pytest.mark.slow]


class CountedFromZero:
    """A log as the suite counts: versions from 0, in places without a setting; ours begin with 1 and have no holes."""

    def __init__(self, log):
        self.log, self.max_notification_id = log, log.max_notification_id

    def insert_events(self, stored_events):
        return self.log.insert_events([moved(event, 1) for event in stored_events])

    def select_events(self, originator_id):
        return [moved(event, -1) for event in self.log.select_events(originator_id)]

    def select_notifications(self, *args, **kwargs):
        found = self.log.select_notifications(*args, **kwargs)
        return [moved(event, -1) for event in found]


def moved(event, by):
    return replace(event, originator_version=event.originator_version + by)


class OverOurLog:
    INITIAL_VERSION = 0
    log: PostgresLog | SqliteLog

    def setUp(self):
        self.before = set(threading.enumerate())

    def tearDown(self):
        # The suite does not wait for its readers; a connection closed under one brings the process down.
        for thread in set(threading.enumerate()) - self.before:
            thread.join()
        self.log.close()

    def create_recorder(self):
        return CountedFromZero(self.log)

    def new_originator_id(self):
        return str(uuid4())  # ids are texts here, as dossier codes are


class OverSqlite(OverOurLog):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path):
        self.log = SqliteLog(tmp_path / "log.sqlite")


class OverPostgres(OverOurLog):
    @pytest.fixture(autouse=True)
    def place(self, database):
        migrate(database.url)
        self.log = PostgresLog(database.url)
        self.log.max_position()  # the pool's own threads go on: they are none of the suite's


class TestApplicationRecorder(OverSqlite, ApplicationRecorderTestCase[SqliteLog]):
    pass


class TestPositionsDoNotInterleave(OverSqlite, NonInterleavingNotificationIDsBaseCase):
    pass


class TestApplicationRecorderInPostgres(OverPostgres, ApplicationRecorderTestCase[PostgresLog]):
    pass


class TestPositionsDoNotInterleaveInPostgres(OverPostgres, NonInterleavingNotificationIDsBaseCase):
    pass


del (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)  # not to be collected themselves
