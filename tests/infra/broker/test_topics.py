"""The topics: distinct, kept as long as what they hold is needed, and checked in words."""

from infra.messages.topics import differences, topics

WHOLE = topics()


def test_topics_have_names_of_their_own_under_one_prefix():
    assert len({topic.name for topic in topics("thu-nghiem")}) == 5
    assert all(topic.name.startswith("thu-nghiem.") for topic in topics("thu-nghiem"))


def test_what_is_nowhere_else_is_kept_for_ever():
    kept = {"cleanup.policy": "delete", "retention.ms": "-1"}
    assert WHOLE.dead_letters.settings == kept
    assert WHOLE.dossier_events.settings == kept | {"max.message.bytes": "9437184"}


def test_judgements_are_compacted_and_their_tombstones_stay_a_week():
    for topic in (WHOLE.assessments, WHOLE.violations):
        assert topic.settings == {
            "cleanup.policy": "compact",
            "delete.retention.ms": "604800000",
            "max.message.bytes": "9437184",
        }


def test_a_topic_as_it_should_be_differs_in_nothing():
    assert differences(WHOLE.facts, 6, {**WHOLE.facts.settings, "segment.bytes": "1"}) == []


def test_all_differences_are_told():
    told = differences(WHOLE.dossier_events, 1, {"cleanup.policy": "compact"})
    assert told == [
        "1 partitions instead of 6",
        "cleanup.policy=compact instead of delete",
        "retention.ms=(not set) instead of -1",
        "max.message.bytes=(not set) instead of 9437184",
    ]


def test_a_topic_may_take_more_than_it_must():
    settings = dict(WHOLE.dossier_events.settings)
    assert differences(WHOLE.dossier_events, 6, settings | {"max.message.bytes": "20000000"}) == []
    assert differences(WHOLE.dossier_events, 6, settings | {"max.message.bytes": "1048588"}) == [
        "max.message.bytes=1048588 instead of 9437184"
    ]
