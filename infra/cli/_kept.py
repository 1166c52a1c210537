"""Commands over what is kept until somebody decides (dead letters, undelivered notices): their arguments, checked alike.

Knows actions, ids and the words that refuse them. Must not know what is kept, nor where.
"""

import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.cli._usage import WrongUsage
from infra.language import Language

_MOST: Final[Mapping[str, int]] = {"list": 0, "show": 1, "export": 1}
"""How many names an action takes, where not any number."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A command: what its ids look like, and the words that refuse another, and `drop` without `--yes`."""

    command: str
    id: re.Pattern[str]
    wrong_id: str
    unconfirmed: str

    def check(self, options: Namespace, say: Language) -> None:
        """WrongUsage where an action cannot be done with what it is given."""
        action, names = options.action, options.names
        ids = [options.cursor] if options.cursor is not None else []
        for given in ids if action in {"list", "export"} else [*ids, *names]:
            if not self.id.fullmatch(given):
                raise self._wrong(say(self.wrong_id, given=given))
        if options.all and action not in {"list", "retry"}:
            raise self._wrong(say("usage.conflict", option="--all", other=action))
        if options.all and names:
            raise self._wrong(say("usage.conflict", option="--all", other=names[0]))
        if not names and action != "list" and not options.all:
            what = say.word("metavar", "FILE" if action == "export" else "ID")
            raise self._wrong(say("usage.missing", what=what))
        most = _MOST.get(action)
        if most is not None and len(names) > most:
            raise self._wrong(say("usage.unexpected", given=names[most]))
        if action == "drop" and not options.yes:
            raise self._wrong(say(self.unconfirmed))

    def _wrong(self, what: str) -> WrongUsage:
        return WrongUsage(what, self.command)
