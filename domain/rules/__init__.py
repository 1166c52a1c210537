"""The rule catalogue: every duty of the one-stop mechanism that can be checked against a dossier's facts."""

from domain.rules import (
    appointments,
    endings,
    handling,
    intake,
    lateness,
    letters,
    opinions,
    portal,
    records,
    supplements,
)
from domain.rules._rule import (
    Basis,
    Breach,
    Case,
    Finding,
    Responsible,
    Role,
    Rule,
    Severity,
    cited,
)

RULES: tuple[Rule, ...] = (
    *lateness.RULES,
    *letters.RULES,
    *appointments.RULES,
    *supplements.RULES,
    *handling.RULES,
    *records.RULES,
    *intake.RULES,
    *opinions.RULES,
    *endings.RULES,
    *portal.RULES,
)
"""Every rule over one dossier."""

__all__ = [
    "RULES",
    "Basis",
    "Breach",
    "Case",
    "Finding",
    "Responsible",
    "Role",
    "Rule",
    "Severity",
    "cited",
]
