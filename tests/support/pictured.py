"""Stores with a picture of the past in them, and what they are asked.

Knows every row and count that a question is answered from. Must not know what is right.
"""

from collections import Counter
from dataclasses import replace

from domain.errors import Unknown
from infra.questions import queries
from infra.questions.asking import asked
from infra.rows.pictures import Job, Picture
from infra.rows.tables import COUNTS, ROWS
from tests.support.stores import put

REPORTS = ("units", "officers", "coverage", "feedback")


def told(store, events):
    put(store, events)
    store.catch_up()


def pictured(store, as_of, known_at=None):
    """The store with a picture in it."""
    picture = Picture(store.views, store.log, store.law)
    at = as_of, known_at or store.now
    picture.make(Job(store.generations, store.generation, store.law, *at), lambda *_: None)
    return replace(store, picture=picture)


def seen(store, as_of, known_at):
    """Every row that a question is answered from, and every count."""
    with asked(store, as_of, known_at) as question:
        tables = {table.name: f"SELECT * FROM asked_{table.name}" for table in ROWS}
        for table in COUNTS:
            by = ", ".join(table.columns[:-1])
            sql = f"SELECT {by}, sum(n) FROM asked_{table.name} GROUP BY {by} HAVING sum(n) <> 0"
            tables[table.name] = sql
        return {name: Counter(map(tuple, question.rows(sql))) for name, sql in tables.items()}


def questions(world, as_of):
    for kind in REPORTS:
        yield lambda store, kind=kind: queries.report(store, kind, as_of=as_of)
    yield lambda store: queries.report(store, "officers", unit="H40", as_of=as_of)
    for by in (None, "rule", "unit", "officer"):
        yield lambda store, by=by: queries.violations(store, count_by=by, as_of=as_of)
    yield lambda store: _of_officer(store, as_of)
    yield lambda store: queries.violations(store, unit="H40", severity=3, limit=2, as_of=as_of)
    for code in world.dossiers:
        yield lambda store, code=code: queries.history(store, code, as_of=as_of)


def _of_officer(store, known_at):
    try:
        return queries.violations(store, officer="cb-01", known_at=known_at)
    except Unknown as unknown:  # before anything was known of him
        return str(unknown)
