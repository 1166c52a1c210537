"""The live streams: what changed, looked up once for all who listen, told in the order of commits.

Knows Server-Sent Events and who listens. Must not know what a change means.
"""

from infra.http.streams._following import Reader
from infra.http.streams._routes import Tails, streams

__all__ = ["Reader", "Tails", "streams"]
