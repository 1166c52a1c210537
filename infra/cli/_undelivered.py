"""`dunghen undelivered`: which of its actions is asked for, with what, and who answers it.

Knows the signatures of `infra.setaside.undelivered` and `infra.services.notices`. Must not know how notices are kept, sent or printed.
"""

import re
from argparse import Namespace
from contextlib import closing
from typing import Any, Final

from infra.answers import Answer
from infra.cli._kept import Kept
from infra.errors import CannotRun
from infra.language import Language
from infra.settings.data import Settings

_KEPT: Final = Kept(
    command="dunghen undelivered",
    id=re.compile(r"(?:[0-9a-f]{1,16}-)?[0-9]{1,18}", re.ASCII),
    wrong_id="usage.notice_id",
    unconfirmed="usage.confirm_drop_notice",
)


def undelivered(options: Namespace, settings: Settings, say: Language, *, by: str) -> Answer:
    """The answer of one of the actions. CannotRun where there is no database or receiver; WrongUsage."""
    _KEPT.check(options, say)
    if settings.database_url is None:
        raise CannotRun(
            "undelivered notices are kept in PostgreSQL, by `consume notify`: name the database with --database or"
            " DUNGHEN_DATABASE_URL",
            code="no_undelivered",
        )
    from infra.postgres.undelivered import UndeliveredTable
    from infra.setaside import undelivered as answers

    action, names = options.action, options.names
    with closing(UndeliveredTable(settings.database_url)) as table:
        if action == "list":
            return answers.listed(
                table,
                state=None if options.all else "waiting",
                after=options.cursor,
                limit=options.limit,
            )
        if action == "show":
            return answers.shown(table, names[0])
        from infra.wiring import open_store

        who: dict[str, Any] = {"by": by, "reason": options.reason}
        chosen = None if options.all else answers.named(table, names)
        with closing(open_store(settings)) as store:
            if action == "drop":
                return answers.dropped(store, table, chosen or (), **who)
            from infra.services.notices import resending

            with resending() as receivers:
                return answers.retried(store, table, chosen, receivers, **who)
