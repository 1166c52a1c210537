"""Access over HTTP: who asks (tokens, sign-in, sessions), what each route needs, how often one may ask.

Knows requests and credentials. Must not know what is answered, nor how a scope is applied.
"""

from infra.http.access._known import Identified
from infra.http.access._needs import NEEDS, allowed
from infra.http.access._people import people
from infra.http.access._refusals import refusals_of
from infra.http.access._sessions import Askers
from infra.http.access._settings import AccessRules, access_rules
from infra.http.access._signing import signing

__all__ = [
    "NEEDS",
    "AccessRules",
    "Askers",
    "Identified",
    "access_rules",
    "allowed",
    "people",
    "refusals_of",
    "signing",
]
