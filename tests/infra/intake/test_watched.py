"""What an operator sees of the intake, and what the settings do to it."""

from base64 import b64encode
from contextlib import closing

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from infra.kafka import Subscriber
from infra.metrics import COMMITS_FAILED, LAG, PARTITIONS, RENEWALS, Metrics
from infra.services.registry import open_taking
from infra.settings.service import ServiceSettings
from tests.infra.intake.conftest import until
from tests.support.log import envelope
from tests.support.postgres import MASTER


@pytest.fixture
def settings(made):
    return ServiceSettings(
        database_url=made.url,
        kafka=made.brokers.bootstrap,
        kafka_topic_prefix=made.topics.facts.name.removesuffix(".facts.v1"),
        kafka_group_prefix=made.topics.facts.name,
        master_key=SecretStr(b64encode(MASTER).decode()),
        poll_seconds=0.07,
    )


def shown(metrics, metric):
    said = metrics.exposed().decode().splitlines()
    return sorted(line.rsplit(" ", 1)[1] for line in said if line.startswith(metric.name))


def test_the_intake_waits_as_long_as_is_set_and_tells_of_its_partitions(
    made, settings, monkeypatch
):
    waited, poll = set(), Subscriber.poll

    def noted(self, limit, timeout):
        waited.add(timeout)
        return poll(self, limit, timeout)

    monkeypatch.setattr(Subscriber, "poll", noted)
    made.send(made.structured(envelope("accepted", "a1")))
    with capture_logs() as logged, closing(open_taking(settings, Metrics("consume intake"))) as one:
        until(one, 1)
        turns = [(line["event"], line["turn"], line["partitions"]) for line in logged]
    assert turns == [("partitions", "assigned", [0, 1])]
    assert waited == {0.07}


def test_the_client_of_the_intake_is_measured(made, settings):
    metrics = Metrics("consume intake")
    with closing(open_taking(settings, metrics)) as taking:
        while len(taking._intake.reader.lag()) < 2:  # of each partition
            taking.step()
        taking._looked_at = None  # as after so many seconds
        taking._intake.reader.commits_failed += 2
        taking._intake.reader.renewed += 1
        taking.step()
    assert shown(metrics, COMMITS_FAILED) == ["2.0"]
    assert shown(metrics, RENEWALS) == ["1.0"]
    assert shown(metrics, PARTITIONS) == ["2.0"]
    assert shown(metrics, LAG) == ["0.0", "0.0"]
