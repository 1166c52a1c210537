"""The change feed: a row for every finding that opened or ceased, in the order of commits.

Folding it gives the violations that hold, however the changes were batched. Rows are dated by the fact or deadline that made
them, not by when a loop woke. Must not know who reads it.
"""

from collections.abc import Iterator, Sequence

from projections._projection import Change, Projection, Row, Table, Tx, text

TABLE = Table("feed", ("dossier", "rule", "change", "at"), 0)


def _rows(change: Change) -> Iterator[Row]:
    a = change.judged.assessment
    holds = {finding.rule.name: finding for finding in a.findings}
    for rule in sorted(change.found - holds.keys()):
        yield change.judged.dossier, rule, "ceased", text(a.changed_at)
    for rule in sorted(holds.keys() - change.found):
        yield change.judged.dossier, rule, "opened", text(holds[rule].since)


def _apply(changes: Sequence[Change], tx: Tx) -> None:
    tx.append(TABLE, [row for change in changes for row in _rows(change)])


FEED = Projection("feed", (TABLE,), _apply)
