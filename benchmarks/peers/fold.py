"""The light fold of one dossier, for the Python peers: late, letter owed, minutes of overrun by officer, on the wall clock.

Knows the types and data of some events, and nothing of the product: no calendar, no pauses, no law. `Fold.java` says the same. State
and judgement are plain values for JSON.
"""

import json
from datetime import datetime
from typing import Any

_OF = "vn.dunghen.dossier."
_MINUTES = {"working_days": 24 * 60 * 7 // 5}
"""Without a calendar a working day is seven fifths of a day; anything else counts as a day."""
_A_DAY = 24 * 60

State = dict[str, Any]


def begun() -> State:
    """Minutes since 1970; 0 is not known yet."""
    return {"due": 0, "holder": None, "since": 0, "letter": False, "overrun": {}}


def moved(state: State, type_: str, time: str, value: bytes) -> dict[str, Any] | None:
    """Move the state on; a judgement when the result is issued."""
    at = int(datetime.fromisoformat(time).timestamp()) // 60
    match type_.removeprefix(_OF):
        case "accepted.v1":
            limit = json.loads(value)["limit"]
            state["due"] = at + limit["amount"] * _MINUTES.get(limit["unit"], _A_DAY)
        case "transferred.v1":
            _settle(state, at)
            to = json.loads(value)["to"]
            state["holder"] = to.get("officer") or to["unit"]
        case "apology_letter_sent.v1":
            state["letter"] = True
        case "result_issued.v1":
            _settle(state, at)
            late = 0 < state["due"] < at
            owed = late and not state["letter"]
            return {"late": late, "letter_owed": owed, "overrun": state["overrun"]}
        case _:
            pass
    return None


def _settle(state: State, at: int) -> None:
    due, holder = state["due"], state["holder"]
    if holder is not None and 0 < due < at:
        overrun = state["overrun"]
        overrun[holder] = overrun.get(holder, 0) + at - max(state["since"], due)
    state["since"] = at
