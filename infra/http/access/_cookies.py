"""Our cookies: their names, their flags, and what stands in them.

Knows cookies. Must not know sessions. Over TLS the name begins with `__Host-`: a browser takes it from this host only, for all paths,
over TLS; on loopback without TLS it cannot.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from fastapi import Request, Response

SESSION: Final = "dunghen"
SIGNING_IN: Final = "dunghen-signing-in"


class Cookies:
    """Sets and reads cookies; `secure`: over TLS."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure

    def name(self, cookie: str) -> str:
        """As the browser calls it."""
        return f"__Host-{cookie}" if self.secure else cookie

    def read(self, request: Request, cookie: str) -> str | None:
        """What it holds. A second cookie of the name was put there by somebody else: then neither is believed."""
        found = [value for name, value in _sent(request) if name == self.name(cookie)]
        return found[0] if len(found) == 1 and found[0] else None

    def beginning(self, request: Request, cookie: str) -> list[str]:
        """What those hold whose names begin so."""
        return [value for name, value in _sent(request) if name.startswith(self.name(cookie))]

    def set(self, response: Response, cookie: str, value: str, *, seconds: int) -> None:
        """Let the browser keep it for so long."""
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response, cookie: str) -> None:
        """Let the browser forget it."""
        self.set(response, cookie, "", seconds=0)

    def header(self, cookie: str, value: str, *, seconds: int) -> Mapping[str, str]:
        """The same as a header."""
        response = Response()
        self.set(response, cookie, value, seconds=seconds)
        return {"set-cookie": response.headers["set-cookie"]}


def _sent(request: Request) -> Iterator[tuple[str, str]]:
    for part in "; ".join(request.headers.getlist("cookie")).split(";"):
        name, _, value = part.strip().partition("=")
        yield name, value
