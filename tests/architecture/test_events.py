"""Every event of every aggregate is where readers look for it: in its union, under a name that never moves."""

import importlib
import inspect
import pkgutil
from typing import get_args

import pytest
from eventsourcing.domain import CanMutateAggregate

import domain
from domain.events import KINDS
from domain.record import Record

for module in pkgutil.walk_packages(domain.__path__, "domain."):
    importlib.import_module(module.name)

AGGREGATES = sorted(Record.__subclasses__(), key=lambda aggregate: aggregate.__name__)


def nested_events(aggregate):
    """The event classes written in the aggregate's body; `Event`, the library's own base for them, is none."""
    return [
        value
        for name, value in vars(aggregate).items()
        if name != "Event" and inspect.isclass(value) and issubclass(value, CanMutateAggregate)
    ]


EVENTS = [event for aggregate in AGGREGATES for event in nested_events(aggregate)]


def of_class(cls):
    return cls.__qualname__


def test_the_aggregates_are_found():
    assert [aggregate.__name__ for aggregate in AGGREGATES] == [
        "Access",
        "Dossier",
        "Feedback",
        "Officer",
        "Procedure",
        "Unit",
    ]


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=of_class)
def test_union_holds_every_nested_event_and_no_other(aggregate):
    union = getattr(inspect.getmodule(aggregate), f"{aggregate.__name__}Event")
    assert set(get_args(union) or (union,)) == set(nested_events(aggregate))


@pytest.mark.parametrize("cls", [*AGGREGATES, *EVENTS], ids=of_class)
def test_topic_is_written_out(cls):
    # The library derives each nested event anew, under its old name: what was written is one of its bases.
    written = [vars(base) for base in cls.__mro__ if base.__qualname__ == cls.__qualname__]
    assert any(body.get("TOPIC", "").startswith("vn.dunghen.") for body in written)


def test_topics_are_unique():
    topics = [cls.TOPIC for cls in [*AGGREGATES, *EVENTS]]
    assert sorted(topics) == sorted(set(topics))


def test_catalogue_and_aggregates_know_the_same_types():
    assert {event.TOPIC for event in EVENTS} == {type_ for type_, _ in KINDS.values()}


@pytest.mark.parametrize("event", EVENTS, ids=of_class)
def test_event_carries_what_the_catalogue_says(event):
    said = dict(KINDS.values())[event.TOPIC]
    parameters = [
        get_args(base) for cls in event.__mro__ for base in vars(cls).get("__orig_bases__", ())
    ]
    assert (said,) in parameters
