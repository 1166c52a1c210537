"""Creates the topics that are missing and compares those that exist with what they are to be; how much was written to one.

Knows kafka-python's admin client. Must not know which topics there are.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, OffsetSpec
from kafka.errors import for_code

from infra.errors import CannotRun
from infra.kafka._explained import explained, opened
from infra.messages.topics import Topic, differences
from infra.settings.brokers import Brokers

_ALREADY_EXISTS: Final = 36
_UNKNOWN: Final = 3


def ensure_topics(
    brokers: Brokers,
    topics: Sequence[Topic],
    *,
    before: Callable[[AbstractSet[str]], None] = lambda missing: None,
    patience: float = 30.0,
) -> None:
    """Create the topics that are missing. CannotRun (`topics_differ`) tells all that is otherwise in those that exist.

    `before` is told their names before they are made: what must be done for a new topic is done, whatever happens in between.
    """
    admin = opened(brokers, KafkaAdminClient, bootstrap_timeout_ms=int(patience * 1000))
    try:
        with explained(brokers):
            missing = _missing(admin, topics)
            if missing:
                before({topic.name for topic in missing})
                _create(admin, missing)
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


def written(brokers: Brokers, topic: str, *, patience: float = 30.0) -> int:
    """How many messages a topic was ever given: what was removed since counts, what stood in one of the same name before does not."""
    admin = opened(brokers, KafkaAdminClient, bootstrap_timeout_ms=int(patience * 1000))
    try:
        with explained(brokers):
            (described,) = admin.describe_topics([topic])
            if described[
                "error_code"
            ]:  # it has no partitions then, which is not to be taken for an empty topic
                raise for_code(described["error_code"])(topic)
            asked = {
                TopicPartition(topic, each["partition_index"]): OffsetSpec.LATEST
                for each in described["partitions"]
            }
            return sum(end.offset for end in admin.list_partition_offsets(asked).values())
    finally:
        admin.close()


def _missing(admin: Any, topics: Sequence[Topic]) -> list[Topic]:
    known = {
        each["name"]
        for each in admin.describe_topics([topic.name for topic in topics])
        if each["error_code"] != _UNKNOWN
    }
    return [topic for topic in topics if topic.name not in known]


def _create(admin: Any, missing: Sequence[Topic]) -> None:
    wanted = {
        topic.name: {
            "num_partitions": topic.partitions,
            "replication_factor": topic.replicas,
            "configs": dict(topic.settings),
        }
        for topic in missing
    }
    for made in admin.create_topics(wanted, raise_errors=False)["topics"]:
        if made["error_code"] not in {0, _ALREADY_EXISTS}:  # another process may have been faster
            raise for_code(made["error_code"])(f"{made['name']}: {made['error_message']}")
    admin.wait_for_topics(list(wanted))


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
