"""`dunghen dead-letters`: which of its actions is asked for, with what, and who answers it.

Knows the signatures of `infra.setaside.deadletters`. Must not know how letters are kept or printed.
"""

import re
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from infra.answers import Answer
from infra.cli._kept import Kept
from infra.errors import CannotRun
from infra.language import Language
from infra.settings.data import Settings

_KEPT: Final = Kept(
    command="dunghen dead-letters",
    id=re.compile(r"(?:.{1,249}-)?[0-9]{1,9}-[0-9]{1,18}", re.ASCII),
    wrong_id="usage.letter_id",
    unconfirmed="usage.confirm_drop",
)


def dead_letters(options: Namespace, settings: Settings, say: Language, *, by: str) -> Answer:
    """The answer of one of the actions. CannotRun where there is no database; WrongUsage."""
    _KEPT.check(options, say)
    if settings.database_url is None:
        raise CannotRun(
            "dead letters are kept in PostgreSQL, by the intake: name the database with --database or DUNGHEN_DATABASE_URL",
            code="no_dead_letters",
        )
    from infra.postgres.deadletters import DeadLetterTable
    from infra.setaside import deadletters
    from infra.wiring import open_store

    action, names = options.action, options.names
    with closing(DeadLetterTable(settings.database_url)) as table:
        if action == "list":
            return deadletters.listed(
                table,
                state=None if options.all else "waiting",
                after=options.cursor,
                limit=options.limit,
            )
        who: dict[str, Any] = {"by": by, "reason": options.reason}
        with closing(open_store(settings)) as store:
            if action == "show":
                return deadletters.shown(store, table, names[0], **who)
            if action == "export":
                return deadletters.exported(store, table, Path(names[0]), **who)
            refs = None if options.all else deadletters.named(table, names)
            if action == "drop":
                return deadletters.dropped(store, table, refs or (), **who)
            answer = deadletters.retried(store, table, refs, **who)
            store.catch_up()
            return answer


def forget_letters(url: str, code: str, store: Any) -> int:
    """Erase the letters of a dossier whose person is forgotten; how many."""
    from infra.postgres.deadletters import DeadLetterTable
    from infra.questions.findings import found

    with closing(DeadLetterTable(url)) as table:
        return table.forget(found(store, code))
