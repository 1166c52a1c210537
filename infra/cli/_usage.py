"""argparse's complaints in the reader's language.

Knows the sentences of the standard library's argparse, Python 3.11 to 3.14: a test provokes each. Must not know our commands.
"""

import re
from typing import Final

from infra.language import Language

_PATTERNS: Final = (
    (re.compile(r"the following arguments are required: (?P<what>.+)"), "usage.missing"),
    (
        re.compile(r"argument (?P<option>.+?): expected (one|at least one) argument"),
        "usage.needs_value",
    ),
    (
        re.compile(
            r"argument (?P<option>.+?): invalid choice: '?(?P<given>.*?)'?"
            r"(?:, maybe you meant '.*')? \(choose from (?P<choices>.+)\)"
        ),
        "usage.choice",
    ),
    (
        re.compile(r"argument (?P<option>.+?): not allowed with argument (?P<other>.+)"),
        "usage.conflict",
    ),
    (re.compile(r"argument (?P<option>.+?): ignored explicit argument .*"), "usage.no_value"),
    (re.compile(r"unrecognized arguments: (?P<given>-\S*).*"), "usage.unknown_option"),
    (re.compile(r"unrecognized arguments: (?P<given>.+)"), "usage.unexpected"),
    (re.compile(r"argument (?P<option>.+?): (?P<what>.+)", re.DOTALL), "usage.for_option"),
)


class WrongUsage(Exception):
    """The command line cannot be understood; the sentence says why. Exit code 2."""

    def __init__(self, what: str, command: str = "dunghen") -> None:
        super().__init__(what)
        self.what = what
        self.command = command


def in_words(message: str, say: Language) -> str:
    """An English sentence of argparse, said by the catalogue."""
    for pattern, key in _PATTERNS:
        match = pattern.fullmatch(message)
        if match:
            found = match.groupdict()
            if "choices" in found:
                found["choices"] = found["choices"].replace("'", "")
            return say(key, **found)
    return say("usage.other", what=message)
