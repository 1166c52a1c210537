"""The HTTP API: the questions of the command line over the wire, the same JSON byte for byte.

Knows requests and responses. Must not know how anything is answered: both call `infra.questions.queries`.
"""

from infra.http._application import application
from infra.http._serving import serve
from infra.http._stores import Stores

__all__ = ["Stores", "application", "serve"]
