"""Questions to the public command line, each in a process of its own, answered in JSON.

Knows CLI.md and no module of the product: what is tried here is what a script of an inspector would do.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.scenarios.files import Generated

ROOT = Path(__file__).parents[2]
Answer = dict[str, Any]


class Unanswered(Exception):
    """The command line did not answer; the words asked and what it said are in the message."""


@dataclass(slots=True)
class Inspector:
    """Someone with a data folder and the command line; remembers what was answered.

    `watched`: a person looks on, so progress goes to the terminal.
    """

    data: Path
    watched: bool = False
    _answers: dict[tuple[str, ...], Answer] = field(default_factory=dict)

    def ask(self, *words: str) -> Answer:
        """The JSON answer to a command that must succeed."""
        if words not in self._answers:
            self._answers[words] = self.run(*words)
        return self._answers[words]

    def run(self, *words: str) -> Answer:
        """As `ask`, but asked anew each time."""
        command = [sys.executable, "-m", "infra.cli", "--data", str(self.data), *words, "--json"]
        errors = None if self.watched else subprocess.PIPE
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"DUNGHEN_LOG_LEVEL": "error"},  # a new folder's new key is no news
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise Unanswered(
                f"{' '.join(words)}: exit {done.returncode}\n{done.stdout[:2000]}\n{(done.stderr or '')[-4000:]}"
            )
        answer: Answer = json.loads(done.stdout)
        return answer

    def take_in(self, generated: Generated) -> list[Answer]:
        """Import every generated file; the answers of the imports."""
        return [
            self.run("import", *map(str, paths), *options)
            for paths, options in imports(generated.files)
        ]

    def units(self, *words: str) -> dict[str, Answer]:
        """`report units`, its rows by the unit's name; the total under ``."""
        return _by_name(self.ask("report", "units", *words))

    def coverage(self, *words: str) -> dict[str, Answer]:
        """`report coverage`, its rows by the unit's name."""
        return _by_name(self.ask("report", "coverage", *words))

    def counts(self, by: str, *words: str) -> dict[str, int]:
        """`violations --count-by`, as key -> count."""
        answer = self.ask("violations", *words, "--count-by", by)
        return {row["key"]: row["count"] for row in answer["counts"]}


def imports(
    files: Iterable[tuple[Path, tuple[str, ...]]],
) -> list[tuple[list[Path], tuple[str, ...]]]:
    """Files that are imported with the same options together, in the order of the first of them."""
    together: defaultdict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path, options in files:
        together[options].append(path)
    return [(paths, options) for options, paths in together.items()]


def _by_name(answer: Answer) -> dict[str, Answer]:
    rows = {row["name"]: row for row in answer["units"]}
    return rows | ({"": answer["total"]} if "total" in answer else {})
