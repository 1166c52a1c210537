"""POSTs to one address, each answered in time or not at all, however slowly its bytes come.

Knows httpx and asyncio. Must not know what is sent, nor what an answer means. httpx limits each read: a receiver that drips a byte a
second would hold its caller for hours. asyncio limits the whole, from the look-up of the name on.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from typing import Final, cast

import httpx

_READ: Final = 1 << 14
"""So much of an answer is read, so that its connection serves again; nobody needs what it says."""

Post = Callable[[bytes, Mapping[str, str]], httpx.Response]
"""Content and headers; the answer's status and headers. Raises TimeoutError or httpx's errors."""


@contextmanager
def line(url: str, tls: ssl.SSLContext, seconds: float) -> Iterator[Post]:
    """Connections to an address for as long as the block lasts; `seconds`: how long an answer may take.

    No redirects are followed: where something signed goes is the operator's to say.
    """
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(
            verify=tls,
            timeout=2 * seconds,  # its own limits never end anything first
            follow_redirects=False,
            headers={"user-agent": "dunghen"},
        )

        def post(content: bytes, headers: Mapping[str, str]) -> httpx.Response:
            request = client.build_request("POST", url, content=content, headers=headers)
            return runner.run(_answered(client, request, seconds))

        try:
            yield post
        finally:
            runner.run(client.aclose())


async def _answered(
    client: httpx.AsyncClient, request: httpx.Request, seconds: float
) -> httpx.Response:
    """The status is the answer; what comes behind it late, broken or without end changes nothing."""
    until = asyncio.get_running_loop().time() + seconds
    async with asyncio.timeout_at(until):
        answer = await client.send(request, stream=True)
    try:
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout_at(until):
                await _emptied(answer)
    finally:
        await answer.aclose()
    return answer


async def _emptied(answer: httpx.Response) -> None:
    size = 0
    said = cast("AsyncGenerator[bytes, None]", answer.aiter_raw())
    async with aclosing(said) as parts:
        async for part in parts:
            size += len(part)
            if size > _READ:
                return
