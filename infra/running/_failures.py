"""What a failure means for a process that is to run for months: wait, do it again, or end.

Knows the stable codes. Must not know where they are raised.
"""

from typing import Final, Literal

from domain.errors import Contended, Refused
from infra.errors import CannotRun
from infra.faults import chain

Handling = Literal["retried", "at_once", "ended"]

AWAY: Final = frozenset(
    {
        "database_unreachable",  # restarted, or the network is gone
        "database_crowded",  # all its connections are taken: one becomes free
        "database_untrusted",  # its certificate has run out, say; files are read anew at each attempt
        "database_locked",
        "database_read_only",  # a standby that is not the first yet, after the first was lost
        "timeout",
        "disk_full",  # nothing of the batch was stored: it goes on when there is room
        "disk_error",  # likewise; what is stored is answered from meanwhile
        "broker_unreachable",
        "broker_failed",  # an error of the client without a meaning of its own: leader elections and the like
        "replicas_missing",
        "generation_switched",  # a rebuild is done: the new tables are found by opening anew
        "topic_missing",  # the relay makes the topics; a consumer may have been started first
    }
)
"""Codes that pass by themselves or by an operator's hand: the process waits. Wrong settings, rights and versions do not."""


def meaning(error: BaseException) -> tuple[Handling, str]:
    """What to do, and the code that it is counted under. Adapters wrap: the first known error of the chain decides."""
    for link in chain(error):
        match link:
            case Contended():
                return "at_once", "contended"
            case CannotRun(code=code):
                return ("retried" if code in AWAY else "ended"), code
            case Refused(code=code):
                return "ended", code
            case _:
                pass
    return "ended", "internal_error"


def sentence(error: BaseException) -> str:
    """One sentence about it. Of an error that nobody foresaw only kind and place: its message may quote a person."""
    for link in chain(error):
        if isinstance(link, CannotRun):
            return link.message
    return f"a fault of the program ({type(error).__name__} at {_place(error)})"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
