"""`migrate` and `rebuild`: what makes the tables, which is an administrative act and put on record.

Knows the signatures of `infra.rebuilding.rebuild` and `infra.audit`. Must not know how tables are made. Of a rebuild two things are on record: that
it was begun, and that another generation serves, under which policy.
"""

from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

from infra.answers import Answer
from infra.errors import CannotRun
from infra.settings.data import Settings

Progress = Callable[[str, int, int | None], None]


def migrated(options: Namespace, settings: Settings, *, by: str) -> Answer:
    """The tables of the database, made; the first thing on record is who made them. CannotRun where there is no database."""
    if settings.database_url is None:
        raise CannotRun(
            "there is no PostgreSQL database to migrate: name it with --database or DUNGHEN_DATABASE_URL",
            code="no_database",
        )
    from infra.audit import maintained
    from infra.postgres.schema import SCHEMA, migrate
    from infra.postgres.server import place_of
    from infra.wiring import open_store

    made = migrate(settings.database_url)
    with closing(open_store(settings)) as store:  # makes the first generation of the read database
        if made:
            maintained(store, "migrated", f"format {SCHEMA}", by=by, reason=options.reason)
    return {"database": place_of(settings.database_url), "migrated": made}


def rebuilt(
    store: Any, options: Namespace, settings: Settings, progress: Progress, *, by: str
) -> Answer:
    """The tables made anew, or those of before again; another generation serves then."""
    from infra.audit import maintained
    from infra.rebuilding.rebuild import back, rebuild
    from infra.rebuilding.watched import watched
    from infra.wiring import clock

    who: dict[str, Any] = {"by": by, "reason": options.reason}
    maintained(store, "rebuild_back" if options.back else "rebuild", **who)
    with watched(progress) as shown:
        if options.back:
            answer = back(store, progress=shown, clock=clock)
        else:
            answer = rebuild(
                store,
                drop_old=options.drop_old,
                progress=shown,
                clock=clock,
                room=room(options),
            )
    serves = f"{answer['previous']} → {answer['generation']}"
    if not options.back:  # it was judged by the policy of when it served
        serves += f", {settings.policy}"
    maintained(replace(store, now=clock()), "generation_switched", serves, **who)
    return answer


def room(options: Namespace) -> int | None:
    """`--room`, in bytes."""
    from infra.rebuilding.room import GIGABYTE

    return None if options.room is None else options.room * GIGABYTE
