"""Creates the topics that are missing and compares those that exist with what they are to be.

Knows kafka-python's admin client. Must not know which topics there are.
"""

from collections.abc import Sequence
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource
from kafka.errors import for_code

from infra.brokers import Brokers
from infra.errors import CannotRun
from infra.kafka._explained import explained, opened
from infra.topics import Topic, differences

_ALREADY_EXISTS: Final = 36
_UNKNOWN: Final = 3


def ensure_topics(brokers: Brokers, topics: Sequence[Topic], *, patience: float = 30.0) -> None:
    """Create the topics that are missing. CannotRun (`topics_differ`) tells all that is otherwise in those that exist."""
    admin = opened(brokers, KafkaAdminClient, bootstrap_timeout_ms=int(patience * 1000))
    try:
        with explained(brokers):
            _create(admin, topics)
            found = _found(admin, topics)
    finally:
        admin.close()
    told = [
        f"{topic.name} has {', '.join(wrong)}"
        for topic in topics
        if (wrong := differences(topic, *found[topic.name]))
    ]
    if told:
        what = "; ".join(told)
        raise CannotRun(
            f"topics at {brokers} are not as they must be: {what}. Alter them with Kafka's own tools (kafka-configs,"
            " kafka-topics), or choose another prefix",
            code="topics_differ",
            brokers=str(brokers),
            what=what,
        )


def _create(admin: Any, topics: Sequence[Topic]) -> None:
    known = {
        each["name"]
        for each in admin.describe_topics([topic.name for topic in topics])
        if each["error_code"] != _UNKNOWN
    }
    missing = {
        topic.name: {
            "num_partitions": topic.partitions,
            "replication_factor": topic.replicas,
            "configs": dict(topic.settings),
        }
        for topic in topics
        if topic.name not in known
    }
    if not missing:
        return
    for made in admin.create_topics(missing, raise_errors=False)["topics"]:
        if made["error_code"] not in {0, _ALREADY_EXISTS}:  # another process may have been faster
            raise for_code(made["error_code"])(f"{made['name']}: {made['error_message']}")
    admin.wait_for_topics(list(missing))


def _found(admin: Any, topics: Sequence[Topic]) -> dict[str, tuple[int, dict[str, str]]]:
    """Name -> (partitions, settings)."""
    names = [topic.name for topic in topics]
    described = admin.describe_topics(names)
    asked = [ConfigResource("topic", name) for name in names]
    settings = admin.describe_configs(asked, config_filter="all")["topic"]
    return {
        each["name"]: (
            len(each["partitions"]),
            {key: setting["value"] for key, setting in settings[each["name"]].items()},
        )
        for each in described
    }
