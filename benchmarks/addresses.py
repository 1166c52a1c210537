"""What the benchmarks ask of `dunghen serve`: addresses to read and to write, and the routes that they leave out, with the reason.

Knows addresses and bodies. Must not know how they are asked. In what is read `{unit}` and `{officer}` are numbers of the store's units and
officers, `{month}` one of the first nine months of 2024; in what is written `%(unit)d` and `%(officer)d`, `%(key)s` is another at each request, and `%(time)s` an instant of the last day.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from infra.commands import COMMANDS
from infra.http.pages._static import ROOT

_UNIT = "unit=H40.{unit:02}"
_DOSSIER = "H40.{unit:02}-240102-{unit:04}"

READ: Final = {
    "rules (asks no database)": "/rules",
    "violations, 20 rows": "/violations?limit=20",
    "violations: a unit, 20 rows": f"/violations?{_UNIT}&limit=20",
    "violations: a unit, 100 rows": f"/violations?{_UNIT}",
    "violations: a rule, 20 rows": "/violations?rule=result_overdue&limit=20",
    "violations: rule, unit, 20 rows": f"/violations?rule=result_overdue&{_UNIT}&limit=20",
    "violations: rule, unit, severity, 20 rows": f"/violations?rule=result_overdue&{_UNIT}&severity=2&limit=20",
    "violations: an officer, 20 rows": "/violations?officer=cb-{unit}-{officer}&limit=20",
    "violations: a dossier": f"/violations?dossier={_DOSSIER}",
    "violations: counted by rule": "/violations?count_by=rule",
    "violations: a month, 20 rows": "/violations?period=2024-0{month}&limit=20",
    "violations: a week of a unit, 20 rows": f"/violations?{_UNIT}&period=2024-0{{month}}-08..2024-0{{month}}-14&limit=20",
    "violations: a month of an officer, 20 rows": "/violations?officer=cb-{unit}-{officer}&period=2024-0{month}&limit=20",
    "violations: a month, counted by officer": "/violations?period=2024-0{month}&count_by=officer",
    "violations: a month, counted by rule": "/violations?period=2024-0{month}&count_by=rule",
    "violations: a unit, all of it as CSV": f"/violations?{_UNIT}&format=csv",
    "violations: a unit, all of it as XLSX": f"/violations?{_UNIT}&format=xlsx",
    "reports/units": "/reports/units",
    "reports/units: a unit": f"/reports/units?{_UNIT}",
    "reports/coverage": "/reports/coverage",
    "reports/feedback": "/reports/feedback",
    "reports/officers: a unit": f"/reports/officers?{_UNIT}",
    "units": "/units",
    "dossiers: a unit, 20 rows": f"/dossiers?{_UNIT}&limit=20",
    "workload of a unit, 20 rows": f"/workload?{_UNIT}&limit=20",
    "an officer": "/officers/cb-{unit}-{officer}?limit=20",
    "a dossier": f"/dossiers/{_DOSSIER}",
    "its explanation": f"/dossiers/{_DOSSIER}/explain",
    "its history": f"/dossiers/{_DOSSIER}/history",
    "audit": "/audit",
    "tokens": "/tokens",
    "sessions": "/sessions",
    "session": "/session",
    "openapi.json": "/openapi.json",
    "the style sheet": f"{ROOT}/app.css",
    "page /problems (asks no database)": "/problems",
    "page /": "/",
    "page /vi-pham": "/vi-pham",
    "page /vi-pham, a unit": f"/vi-pham?{_UNIT}",
    "page /ho-so": "/ho-so",
    "page /ho-so, a unit": f"/ho-so?{_UNIT}",
    "page of a dossier": f"/ho-so/{_DOSSIER}",
    "page of an officer": "/can-bo/cb-{unit}-{officer}",
    "page of a unit": "/don-vi/H40.{unit:02}",
    "page /nhap": "/nhap",
}
"""Name -> address. A page's name begins with the word; the first of them, and of all, are the baselines."""
LONG: Final = {name for name in READ if "all of it" in name}
"""Each answer is a file of some thousand findings, which takes seconds."""
PAGES: Final = {name: address for name, address in READ.items() if name.startswith("page ")}


class Written(NamedTuple):
    """A request that stores something: each one another dossier, or so many."""

    address: str
    kind: str
    body: str
    events: int = 1

    def request(self, values: Mapping[str, Any]) -> tuple[str, str, str, dict[str, str]]:
        """Method, address, body and headers."""
        headers = {"content-type": self.kind, "idempotency-key": values["key"]}
        return "POST", self.address % values, self.body % values, headers


_MANY = 100
_WITHIN = "H40.%(unit)02d"
_CODE = f"{_WITHIN}-%(key)s"
_SUBMITTED = {"procedure": "1.000001", "channel": "online", "actor": {"unit": _WITHIN}}
_ACCEPTED = {
    "competent_unit": _WITHIN,
    "limit": {"amount": 8, "unit": "working_days"},
    "actor": {"officer": "cb-%(unit)d-%(officer)d", "unit": _WITHIN},
}


def _event(number: str = "") -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"%(key)s{number}",
        "source": "/benchmark",
        "type": "vn.dunghen.dossier.accepted.v1",
        "subject": f"{_CODE}{number}",
        "time": "%(time)s",
        "recordedtime": "%(time)s",
        "data": _ACCEPTED,
    }


def _stated(said: Mapping[str, Any]) -> str:
    return json.dumps({"time": "%(time)s", **said})


WRITE: Final = {
    "POST /events: one": Written("/events", "application/cloudevents+json", json.dumps(_event())),
    f"POST /events: a batch of {_MANY}": Written(
        "/events",
        "application/cloudevents-batch+json",
        json.dumps([_event(f"-{number:02}") for number in range(_MANY)]),
        _MANY,
    ),
    "POST /dossiers": Written(
        "/dossiers", "application/json", _stated({"code": _CODE, **_SUBMITTED})
    ),
    "POST /dossiers/…/acceptances": Written(
        f"/dossiers/{_CODE}/acceptances", "application/json", _stated(_ACCEPTED)
    ),
    "POST /dossiers/…/acceptances?wait=5": Written(
        f"/dossiers/{_CODE}/acceptances?wait=5", "application/json", _stated(_ACCEPTED)
    ),
}

_SIGNING = "there is no sign-in here: its time is the provider's"
_ADMINISTERED = "an act of who administers, a few in a year"
_PERSON = "each reading is put on record, and the examples of life have no persons"
_LISTENED = "goes on for ever: bench_streams"
_IMPORTED = "an import that somebody sent: bench_import"
LEFT_OUT: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "/sign-in"): _SIGNING,
    ("GET", "/sign-in/callback"): _SIGNING,
    ("POST", "/sign-out"): _SIGNING,
    ("POST", "/tokens"): _ADMINISTERED,
    ("DELETE", "/tokens/{token}"): _ADMINISTERED,
    ("POST", "/sessions/{session}/end"): _ADMINISTERED,
    ("POST", "/dossiers/{code:path}/person"): _PERSON,
    ("POST", "/ho-so/{code:path}/nguoi-nop"): _PERSON,
    ("GET", "/streams/violations"): _LISTENED,
    ("GET", "/streams/units"): _LISTENED,
    ("GET", "/streams/dossiers/{code:path}"): _LISTENED,
    ("POST", "/nhap"): _IMPORTED,
    ("GET", "/nhap/{id_}"): _IMPORTED,
    ("GET", "/nhap/{id_}/dong-bi-tu-choi.jsonl"): _IMPORTED,
    ("POST", "/nhap/{id_}/nap"): _IMPORTED,
    ("POST", "/nhap/{id_}/dung"): _IMPORTED,
    **{
        ("POST", f"/dossiers/{{code:path}}/{command.name}"): "one function with /acceptances"
        for command in COMMANDS
        if command.kind != "accepted"
    },
}
"""Route -> why nothing is asked of it. A test looks for every other route among what is asked."""
