"""Stores in a PostgreSQL database, with a clock of ours; and databases for those who may do only one thing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg

from infra.postgres.schema import migrate
from infra.wiring import Store, distributed
from tests.support.stores import END, LAW

MASTER = b"k" * 32


@contextmanager
def opened_in(url: str, now: datetime = END) -> Iterator[Store]:
    """A store in a database, migrated if need be."""
    migrate(url)
    store = distributed(url, LAW, now, MASTER)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def asked(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A plain connection, each statement by itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
