"""Which columns each list has, and what stands in them: for people in words of their language, for programs as the answer codes it.

Knows the shapes of answers (CLI.md). Must not know forms of files.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.answers import Answer
from infra.language import Language
from infra.sheets._cells import Kind
from infra.telling import event_name, legal_basis, rule_name

Value = Callable[[Answer, Language | None], object]
"""What stands in a row's cell, in a language; None: as programs know it."""


@dataclass(frozen=True, slots=True)
class Column:
    """`id` names it for programs, its heading is the sentence `sheet.<id>`."""

    id: str
    value: Value
    kind: Kind = "said"


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


def _plain(*names: str, kind: Kind = "said") -> tuple[Column, ...]:
    """Fields as they are."""
    return tuple(Column(name, _at(name), kind) for name in names)


def _nested(*paths: str, kind: Kind = "said") -> tuple[Column, ...]:
    """Fields within fields: `received.total` is the column `received_total`."""
    return tuple(Column(path.replace(".", "_"), _at(*path.split(".")), kind) for path in paths)


def _moments(*names: str) -> tuple[Column, ...]:
    """Fields that are days or instants."""
    return _plain(*names, kind="moment")


def _at(*path: str) -> Value:
    def value(row: Answer, say: Language | None) -> object:
        found: Any = row
        for step in path:
            found = None if found is None else found.get(step)
        return found

    return value


def _worded(name: str, told: Callable[[Any, Language], object]) -> Column:
    """A field whose codes people have words for."""

    def value(row: Answer, say: Language | None) -> object:
        code = row.get(name)
        return code if code is None or say is None else told(code, say)

    return Column(name, value)


def _of(family: str) -> Callable[[str, Language], str]:
    return lambda code, say: say.word(family, code)


def _listed(name: str, told: Callable[[Any, Language | None], str], between: str = "; ") -> Column:
    """A field that holds several, in one cell."""
    return Column(name, lambda row, say: between.join(told(each, say) for each in row[name]))


def _basis(row: Answer, say: Language | None) -> object:
    if say is not None:
        return legal_basis(row["basis"], say)
    return "; ".join(f"{basis['document']} {basis['article']}" for basis in row["basis"])


def _person(who: Mapping[str, Any], say: Language | None) -> str:
    name = f"{who['officer'] or ''} [{who['unit'] or ''}]".strip()
    minutes = "" if who["minutes"] is None else f" {who['minutes']}"
    role = who["role"] if say is None else say.word("role", who["role"])
    return f"{name} {role}{minutes}"


def _rules_broken(row: Answer, say: Language | None) -> object:
    """Of an officer: rule -> how many; of a unit: the findings themselves."""
    found = row.get("findings", {})
    if isinstance(found, dict):
        return "; ".join(f"{_rule(rule, say)} {n}" for rule, n in found.items())
    if say is None:
        return "; ".join(finding["rule"] for finding in found)
    return "; ".join(
        f"{finding['name']}: {finding['message']} ({legal_basis(finding['basis'], say)})"
        for finding in found
    )


def _rule(rule: str, say: Language | None) -> str:
    return rule if say is None else rule_name(rule, say)


def _data(row: Answer, say: Language | None) -> object:
    return json.dumps(row["data"], ensure_ascii=False)


_BASIS: Final = Column("basis", _basis)
_FINDINGS: Final = Column("findings", _rules_broken)
_CLASS: Final = _worded("class", _of("class"))
_LEVEL: Final = _worded("level", _of("level"))


def _class_of(clock: str) -> Column:
    """What one of the clocks says."""

    def value(row: Answer, say: Language | None) -> object:
        code = row["classes"][clock]
        return code if say is None else say.word("class", code)

    return Column(f"class_{clock}", value)


VIOLATIONS: Final = Sheet(
    "violations",
    "violations",
    (
        *_plain("dossier", "unit", "rule", "rule_version", "name", "severity"),
        *_moments("since"),
        _BASIS,
        _listed("responsible", _person),
        _listed("evidence", lambda id_, _: id_, " "),
        *_plain("message"),
        *_moments("accepted_at", "due", "finished_at"),
    ),
)
COUNTS: Final = Sheet("counts", "counts", _plain("key", "count"))
UNITS: Final = Sheet(
    "units", "units", (*_plain("unit", "name", "parent"), _LEVEL, *_plain("head", "one_stop"))
)
HISTORY: Final = Sheet(
    "events",
    "events",
    (
        *_plain("version", "id", "source"),
        _worded("type", event_name),
        *_moments("time", "recordedtime"),
        *_plain("recorded_known"),
        *_nested("actor.officer", "actor.unit"),
        Column("data", _data),
        *_plain("in_view", "corrected_by", "hash"),
    ),
)
RULES: Final = Sheet(
    "rules", "rules", (*_plain("rule", "rule_version", "name", "severity"), _BASIS)
)
DOSSIERS: Final = Sheet(
    "dossiers",
    "dossiers",
    (
        *_plain("dossier", "unit", "unit_name", "procedure", "procedure_name"),
        *_moments("accepted_at", "due", "finished_at"),
        *map(_class_of, ("legal", "portal", "qd766")),
        *_plain("late_working_days", "late_minutes"),
        *_moments("step_due"),
        *_plain("left_working_days", "left_minutes"),
        Column("officer", _at("holder", "officer")),
        Column("officer_name", _at("holder", "name")),
        _worded("letter", _of("grade")),
    ),
)
WORKLOAD: Final = Sheet(
    "workload",
    "dossiers",
    (
        *_plain("dossier", "unit", "procedure", "procedure_name", "officer", "officer_name"),
        *_moments("held_since", "accepted_at"),
        _CLASS,
        *_moments("due"),
        *_plain("late_working_days", "late_minutes"),
        *_moments("step_due"),
        *_plain("left_working_days", "left_minutes"),
    ),
)
OFFICER: Final = Sheet(
    "officer",
    "cases",
    (
        *_plain("dossier", "unit"),
        _CLASS,
        *_plain("held_minutes", "share_minutes"),
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
)
_PERCENTAGES: Final = tuple(
    f"{share}_percent.of_{whole}"
    for share in ("on_time", "late")
    for whole in ("resolved", "received")
)
_LETTERS: Final = tuple(f"letters.{name}" for name in ("owed", "on_time", "late", "missing"))
_FEEDBACK: Final = ("received", "answered", "answered_late", "unanswered", "unanswered_overdue")


def _covered(*path: str) -> tuple[Column, ...]:
    """A coverage, and what it is measured against."""
    return (
        Column("recorded", _at(*path, "recorded")),
        Column("declared", _at(*path, "declared")),
        Column("percent", _at(*path, "percent"), "decimal"),
        Column("covered_of", _covered_of(*path)),
    )


def _covered_of(*path: str) -> Value:
    """What a coverage is measured against: a percentage of what is merely known is none of what came in."""
    of = _at(*path)

    def value(row: Answer, say: Language | None) -> object:
        coverage: Any = of(row, say)
        if coverage["percent"] is None:
            return None
        against = "known" if coverage["declared"] is None else "declared"
        return against if say is None else say.word("sheet.covered_of", against)

    return value


REPORTS: Final[Mapping[str, Sheet]] = {
    "units": Sheet(
        "report-units",
        "units",
        (
            *_plain("unit", "name", "parent"),
            _LEVEL,
            *_nested(*_OF_UNITS),
            *_nested(*_PERCENTAGES, kind="decimal"),
            *_nested(*_LETTERS),
            *_covered("coverage"),
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
            *_nested("period.from", "period.to", kind="moment"),
            *_plain("accepted"),
            *_covered(),
            *_plain("uses_software"),
        ),
    ),
    "feedback": Sheet(
        "report-feedback",
        "units",
        (*_plain("unit", "name", "parent"), _LEVEL, *_plain(*_FEEDBACK)),
        total="total",
    ),
}
"""Of each kind of report."""
