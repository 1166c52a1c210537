"""POSTs to one address, each answered in time or not at all, however slowly its bytes come, and never to a private address unmeant.

Knows httpx and asyncio. Must not know what is sent, nor what an answer means. httpx limits each read: a receiver that drips a byte a
second would hold its caller for hours. asyncio limits the whole, from the look-up of the name on.

A name is looked up here, at each POST, and what was looked at is what is connected to: between a look and another one by the client
its owner could have changed what it means. TLS still asks for the name.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from functools import partial
from typing import Any, Final, cast
from urllib.request import getproxies, proxy_bypass

import httpx

from infra.settings.publicaddress import is_private, is_public, literal, resolved

_READ: Final = 1 << 14
"""So much of an answer is read, so that its connection serves again; nobody needs what it says."""

Post = Callable[[bytes, Mapping[str, str]], httpx.Response]
"""Content and headers; the answer's status and headers. Raises TimeoutError, OSError or httpx's errors."""


class PrivateAddress(OSError):
    """The name means private addresses only, and none is meant to be asked there."""


@contextmanager
def line(url: str, tls: ssl.SSLContext, seconds: float, *, private: bool = False) -> Iterator[Post]:
    """Connections to an address for as long as the block lasts; `seconds`: how long an answer may take.

    `private`: whether it may be one of this machine or network. No redirects are followed: where something signed goes is the
    operator's to say.
    """
    to, proxy = httpx.URL(url), _proxy(url)
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(
            verify=tls,
            follow_redirects=False,
            headers={"user-agent": "dunghen"},
            proxy=proxy,
            trust_env=False,
        )

        async def posted(content: bytes, headers: Mapping[str, str]) -> httpx.Response:
            until = asyncio.get_running_loop().time() + seconds
            async with asyncio.timeout_at(until):
                ways = await _ways(to, private=private, proxied=proxy is not None)
            # TLS asks for the name, and so does whoever serves several of them at one place.
            asking = partial(
                client.build_request,
                "POST",
                content=content,
                headers={"host": to.netloc.decode("ascii"), **headers},
                extensions={"sni_hostname": to.raw_host.decode("ascii")},
            )
            return await _first(client, ways, asking, until)

        try:
            yield lambda content, headers: runner.run(posted(content, headers))
        finally:
            runner.run(client.aclose())


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for an address, as other programs take it: then it is the proxy that looks the name up."""
    to, known = httpx.URL(url), getproxies()
    named = known.get(to.scheme) or known.get("all")
    return named if named and not proxy_bypass(to.host) else None


async def _ways(to: httpx.URL, *, private: bool, proxied: bool) -> Sequence[httpx.URL]:
    """The address with each of the places that its name means. Raises OSError where there is none that may be asked."""
    host = to.raw_host.decode("ascii")
    if not private and is_private(host):
        raise PrivateAddress
    if proxied or literal(host) is not None:
        return [to]
    found = await resolved(host, to.port or {"http": 80}.get(to.scheme, 443))
    allowed = [to.copy_with(host=str(one)) for one in found if private or is_public(one)]
    if not allowed:
        raise PrivateAddress
    return allowed


async def _first(
    client: httpx.AsyncClient,
    ways: Sequence[httpx.URL],
    asking: Callable[..., httpx.Request],
    until: float,
) -> httpx.Response:
    """What the first place answers that can be connected to, each having its part of the time."""
    for left, way in zip(range(len(ways), 0, -1), ways, strict=True):
        time = max(0.0, until - asyncio.get_running_loop().time())
        # The last one's limit is the whole's, so that it never ends anything first.
        limit = httpx.Timeout(2 * time, connect=time / left if left > 1 else 2 * time)
        try:
            return await _answered(client, asking(url=way, timeout=limit), until)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if left == 1:
                raise
    raise AssertionError  # the last one answers or raises


async def _answered(
    client: httpx.AsyncClient, request: httpx.Request, until: float
) -> httpx.Response:
    """The status is the answer; what comes behind it late, broken or without end changes nothing."""
    made: list[Callable[[], Awaitable[None]]] = []

    async def noted(event: str, about: Mapping[str, Any]) -> None:
        if event.endswith(".connect_tcp.complete"):
            made.append(about["return_value"].aclose)

    request.extensions["trace"] = noted
    try:
        async with asyncio.timeout_at(until):
            answer = await client.send(request, stream=True)
    except BaseException:
        # Cut short while TLS begins, the client would leave it open until the garbage is collected.
        for close in made:
            await close()
        raise
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
