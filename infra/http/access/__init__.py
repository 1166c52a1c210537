"""Access over HTTP: who asks (tokens, sign-in, sessions), what each route needs, how often one may ask.

Knows requests and credentials. Must not know what is answered, nor how a scope is applied.
"""

from infra.http.access._known import Identify, Known, operator
from infra.http.access._needs import NEEDS, allowed

__all__ = ["NEEDS", "Identify", "Known", "allowed", "operator"]
