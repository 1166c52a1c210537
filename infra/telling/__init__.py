"""Answers in words, for the command line and the pages alike: one way to say a person, an article, a day, an event.

Knows answers and the catalogue of words. Must not know terminals or pages.
"""

from infra.telling._answers import (
    coverage,
    declaring,
    delivery,
    doubts,
    legal_basis,
    moment,
    name_of,
    person,
    rate,
    rule_name,
    side_by_side,
    without_assumed,
)
from infra.telling._days import LONG_RUN, STANDING, Week, notes, spans, weeks, why
from infra.telling._events import assumed, by_day, delay, details, event_name

__all__ = [
    "LONG_RUN",
    "STANDING",
    "Week",
    "assumed",
    "by_day",
    "coverage",
    "declaring",
    "delay",
    "delivery",
    "details",
    "doubts",
    "event_name",
    "legal_basis",
    "moment",
    "name_of",
    "notes",
    "person",
    "rate",
    "rule_name",
    "side_by_side",
    "spans",
    "weeks",
    "why",
    "without_assumed",
]
