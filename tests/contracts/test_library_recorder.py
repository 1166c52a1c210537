"""The event-sourcing library's own suite for recorders, over our event log."""

import sys
import threading
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from uuid import uuid4

import pytest
from typing_extensions import override

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


class CountedFromZero(SqliteLog):
    """The suite counts versions from 0, in places without a setting; our versions begin with 1 and have no holes."""

    @override
    def _insert_events(self, c, stored_events, **kwargs):
        return super()._insert_events(c, [moved(event, 1) for event in stored_events], **kwargs)

    @override
    def select_events(self, originator_id, **kwargs):
        return [moved(event, -1) for event in super().select_events(originator_id, **kwargs)]

    @override
    def select_notifications(self, *args, **kwargs):
        return [moved(event, -1) for event in super().select_notifications(*args, **kwargs)]


def moved(event, by):
    return replace(event, originator_version=event.originator_version + by)


class OverOurLog:
    INITIAL_VERSION = 0

    def setUp(self):
        self.before = set(threading.enumerate())
        self.folder = TemporaryDirectory()
        self.log = CountedFromZero(Path(self.folder.name) / "log.sqlite")

    def tearDown(self):
        # The suite does not wait for its readers; a connection closed under one brings the process down.
        for thread in set(threading.enumerate()) - self.before:
            thread.join()
        self.log.close()
        self.folder.cleanup()

    def create_recorder(self):
        return self.log

    def new_originator_id(self):
        return str(uuid4())  # ids are texts here, as dossier codes are


class TestApplicationRecorder(OverOurLog, ApplicationRecorderTestCase[SqliteLog]):
    pass


class TestPositionsDoNotInterleave(OverOurLog, NonInterleavingNotificationIDsBaseCase):
    pass


del (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)  # not to be collected themselves
