"""Which columns each list has, and what stands in them. A column's id never changes; its heading is in the reader's language.

Knows the shapes of answers (CLI.md). Must not know forms of files.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.answers import Answer
from infra.language import Language

Value = Callable[[Answer, Language], object]


@dataclass(frozen=True, slots=True)
class Column:
    """`id` names it for programs, its heading is the sentence `sheet.<id>`."""

    id: str
    value: Value


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list: `name` for files, the field of the answer that holds its `rows`, and the field of a row under them, if any."""

    name: str
    rows: str
    columns: tuple[Column, ...]
    total: str | None = None

    def lines(self, answer: Answer, say: Language) -> Iterator[Answer]:
        """The rows of an answer, and what they are together under them, where that is asked of the whole."""
        yield from answer[self.rows]
        if self.total is not None:
            yield {"unit": None, "name": say("sheet.total"), **answer[self.total]}


def _plain(*names: str) -> tuple[Column, ...]:
    """Fields as they are."""
    return tuple(Column(name, _at(name)) for name in names)


def _nested(*paths: str) -> tuple[Column, ...]:
    """Fields within fields: `received.total` is the column `received_total`."""
    return tuple(Column(path.replace(".", "_"), _at(*path.split("."))) for path in paths)


def _at(*path: str) -> Value:
    def value(row: Answer, say: Language) -> object:
        found: Any = row
        for step in path:
            found = None if found is None else found.get(step)
        return found

    return value


def _listed(name: str, told: Callable[[Any, Language], str], between: str = "; ") -> Column:
    """A field that holds several, in one cell."""
    return Column(name, lambda row, say: between.join(told(each, say) for each in row[name]))


def _basis(basis: Mapping[str, str], say: Language) -> str:
    return f"{basis['document']} {basis['article']}"


def _person(who: Mapping[str, Any], say: Language) -> str:
    name = f"{who['officer'] or ''} [{who['unit'] or ''}]".strip()
    minutes = "" if who["minutes"] is None else f" {who['minutes']}"
    return f"{name} {say.word('role', who['role'])}{minutes}"


def _rules_broken(row: Answer, say: Language) -> object:
    """Of an officer: rule -> how many; of a unit: the findings themselves."""
    found = row.get("findings", {})
    if isinstance(found, dict):
        return "; ".join(f"{rule} {n}" for rule, n in found.items())
    return "; ".join(finding["rule"] for finding in found)


def _data(row: Answer, say: Language) -> object:
    return json.dumps(row["data"], ensure_ascii=False)


_BASIS: Final = _listed("basis", _basis)
_FINDINGS: Final = Column("findings", _rules_broken)

VIOLATIONS: Final = Sheet(
    "violations",
    "violations",
    (
        *_plain("dossier", "unit", "rule", "rule_version", "name", "severity", "since"),
        _BASIS,
        _listed("responsible", _person),
        _listed("evidence", lambda id_, _: id_, " "),
        *_plain("message"),
    ),
)
COUNTS: Final = Sheet("counts", "counts", _plain("key", "count"))
UNITS: Final = Sheet(
    "units", "units", _plain("unit", "name", "parent", "level", "head", "one_stop")
)
HISTORY: Final = Sheet(
    "events",
    "events",
    (
        *_plain("version", "id", "source", "type", "time", "recordedtime", "recorded_known"),
        *_nested("actor.officer", "actor.unit"),
        Column("data", _data),
        *_plain("in_view", "corrected_by", "hash"),
    ),
)
RULES: Final = Sheet(
    "rules", "rules", (*_plain("rule", "rule_version", "name", "severity"), _BASIS)
)
WORKLOAD: Final = Sheet(
    "workload",
    "dossiers",
    (
        *_plain("dossier", "unit", "procedure", "procedure_name", "officer", "officer_name"),
        *_plain("held_since", "accepted_at", "class", "due", "late_working_days", "late_minutes"),
        *_plain("step_due", "left_working_days", "left_minutes"),
    ),
)
OFFICER: Final = Sheet(
    "officer",
    "cases",
    (
        *_plain("dossier", "unit", "class", "held_minutes", "share_minutes"),
        *_plain("unattributed_minutes", "late_minutes"),
    ),
)
_OF_UNITS: Final = (
    *(
        f"received.{name}"
        for name in (
            "total",
            "carried_over",
            "in_period",
            "online",
            "direct",
            "postal",
            "unknown",
        )
    ),
    *(f"resolved.{name}" for name in ("total", "early", "on_time", "late", "no_due")),
    "cancelled",
    "intake_refused",
    *(f"in_process.{name}" for name in ("total", "in_time", "overdue", "waiting", "no_due")),
    "on_time_percent.of_resolved",
    "on_time_percent.of_received",
    "late_percent.of_resolved",
    "late_percent.of_received",
    *(f"letters.{name}" for name in ("owed", "on_time", "late", "missing")),
)
_FEEDBACK: Final = ("received", "answered", "answered_late", "unanswered", "unanswered_overdue")
_COVERED: Final = ("recorded", "declared", "percent")


def _covered_of(*path: str) -> Column:
    """What a coverage is measured against: a percentage of what is merely known is none of what came in."""
    of = _at(*path)

    def value(row: Answer, say: Language) -> object:
        coverage: Any = of(row, say)
        if coverage["percent"] is None:
            return None
        return say("sheet.covered_of." + ("known" if coverage["declared"] is None else "declared"))

    return Column("covered_of", value)


REPORTS: Final[Mapping[str, Sheet]] = {
    "units": Sheet(
        "report-units",
        "units",
        (
            *_plain("unit", "name", "parent", "level"),
            *_nested(*_OF_UNITS),
            *(Column(name, _at("coverage", name)) for name in _COVERED),
            _covered_of("coverage"),
            _FINDINGS,
        ),
        total="total",
    ),
    "officers": Sheet(
        "report-officers",
        "officers",
        (
            *_plain("officer", "unit", "dossiers", "late_dossiers"),
            *_plain("share_minutes", "held_minutes"),
            _FINDINGS,
        ),
    ),
    "coverage": Sheet(
        "report-coverage",
        "units",
        (
            *_plain("unit", "name"),
            *_nested("period.from", "period.to"),
            *_plain("accepted", *_COVERED),
            _covered_of(),
            *_plain("uses_software"),
        ),
    ),
    "feedback": Sheet(
        "report-feedback",
        "units",
        _plain("unit", "name", "parent", "level", *_FEEDBACK),
        total="total",
    ),
}
"""Of each kind of report. Percentages are texts with two decimals, as in JSON."""
