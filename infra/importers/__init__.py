"""Readers of what offices and systems hand over: event files, dossier registers, national and iGate JSON.

Each turns a file into lines, each line into facts or a refusal. They know formats; they must not know the log, the law,
nor what is counted.
"""

from infra.importers._contradictions import contradiction
from infra.importers._model import LINE_LIMIT, Format, Line
from infra.importers.events import read_events
from infra.importers.files import Input, expand
from infra.importers.igate import read_igate
from infra.importers.reading import File
from infra.importers.register import read_register, read_workbook
from infra.importers.sync import read_sync

__all__ = [
    "LINE_LIMIT",
    "File",
    "Format",
    "Input",
    "Line",
    "contradiction",
    "expand",
    "read_events",
    "read_igate",
    "read_register",
    "read_sync",
    "read_workbook",
]
