"""Where the body of a request ends, as its head says it (RFC 9112, 6).

Knows two headers. Must not know what a body may say, nor how long it may be.
"""

from fastapi import Request


def announced(request: Request) -> int:
    """How many bytes are said to come; 0 where it is not said."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def has_two_ends(request: Request) -> bool:
    """Whether it is said in both ways: a proxy that believes the other would take what is behind it for another's request (6.1)."""
    return "content-length" in request.headers and "transfer-encoding" in request.headers
