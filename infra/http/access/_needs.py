"""What each route needs of the one who asks: the one table, and what enforces it before a route runs.

Knows paths as the routes declare them. Must not know what they answer. A route that is not in the table is for who administers; a
test fails until it is here. What of the answer the asker may see is decided by his scope, where the question is answered.
"""

from collections.abc import Mapping
from typing import Final, Literal

from fastapi import Request

from infra.access import Right
from infra.commands import COMMANDS
from infra.http._asking import asker
from infra.http.access._forged import not_forged
from infra.http.access._sessions import Known

Need = Right | Literal["anybody", "somebody"]
"""A right; `anybody`, signed in or not; `somebody`, whatever his role."""

NEEDS: Final[Mapping[tuple[str, str], Need]] = {
    ("GET", "/session"): "anybody",
    ("GET", "/sign-in"): "anybody",
    ("GET", "/sign-in/callback"): "anybody",
    ("POST", "/sign-out"): "somebody",
    ("GET", "/audit"): "audit",
    ("GET", "/tokens"): "administer",
    ("POST", "/tokens"): "administer",
    ("DELETE", "/tokens/{token}"): "administer",
    ("GET", "/sessions"): "administer",
    ("POST", "/sessions/{session}/end"): "administer",
    ("POST", "/dossiers/{code:path}/person"): "persons",
    ("POST", "/ho-so/{code:path}/nguoi-nop"): "persons",
    ("GET", "/dossiers/{code:path}"): "dossiers",
    ("GET", "/dossiers/{code:path}/history"): "dossiers",
    ("GET", "/dossiers/{code:path}/explain"): "dossiers",
    ("GET", "/dossiers"): "dossiers",
    ("GET", "/violations"): "dossiers",
    ("GET", "/units"): "figures",
    ("GET", "/reports/{kind}"): "figures",
    ("GET", "/reports/officers"): "dossiers",
    ("GET", "/workload"): "dossiers",
    ("GET", "/officers/{who:path}"): "dossiers",
    ("GET", "/rules"): "anybody",
    ("GET", "/openapi.json"): "anybody",
    ("POST", "/events"): "take",
    ("GET", "/streams/violations"): "dossiers",
    ("GET", "/streams/units"): "figures",
    ("GET", "/streams/dossiers/{code:path}"): "dossiers",
    ("POST", "/dossiers"): "record",
    **{("POST", f"/dossiers/{{code:path}}/{command.name}"): "record" for command in COMMANDS},
    ("GET", "/static/{version}/{name}"): "anybody",
    ("GET", "/problems"): "anybody",
    ("GET", "/"): "figures",
    ("GET", "/ho-so"): "dossiers",
    ("GET", "/vi-pham"): "dossiers",
    ("GET", "/ho-so/{code:path}"): "dossiers",
    ("GET", "/can-bo/{who:path}"): "dossiers",
    ("GET", "/don-vi/{code:path}"): "dossiers",
    ("GET", "/nhap"): "take",
    ("POST", "/nhap"): "take",
    ("GET", "/nhap/{id_}"): "take",
    ("GET", "/nhap/{id_}/dong-bi-tu-choi.jsonl"): "take",
    ("POST", "/nhap/{id_}/nap"): "take",
    ("POST", "/nhap/{id_}/dung"): "take",
}


def need_of(method: str, path: str) -> Need:
    """What a route needs."""
    return NEEDS.get((method, path), "administer")


async def allowed(request: Request) -> None:
    """Forbidden where the asker's role has not what the route needs; the same whatever is asked for. Forged."""
    known: Known = request.state.known
    await not_forged(request, known, request.app.state.access)
    need = need_of(request.method, request.scope["route"].path)
    if need == "anybody":
        return
    scope = asker(request).scope
    if need != "somebody":
        scope.need(need)
    elif not scope.rights:
        scope.need("figures")
