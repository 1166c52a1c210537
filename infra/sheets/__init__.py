"""Lists of answers as tables for spreadsheets: CSV and XLSX, a row at a time.

Knows which columns a list has, what a list is of, and what spreadsheets make of a text. Must not know how a list is asked for, nor where
it is sent.
"""

from infra.sheets._about import Asked
from infra.sheets._columns import (
    COUNTS,
    DOSSIERS,
    HISTORY,
    OFFICER,
    REPORTS,
    RULES,
    UNITS,
    VIOLATIONS,
    WORKLOAD,
    Column,
    Sheet,
)
from infra.sheets._writing import Form, Heads, Written, write

__all__ = [
    "COUNTS",
    "DOSSIERS",
    "HISTORY",
    "OFFICER",
    "REPORTS",
    "RULES",
    "UNITS",
    "VIOLATIONS",
    "WORKLOAD",
    "Asked",
    "Column",
    "Form",
    "Heads",
    "Sheet",
    "Written",
    "write",
]
