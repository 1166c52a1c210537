"""Which addresses are of the public internet, and which of this machine, its network or nobody.

Knows ranges of addresses and how a name is looked up. Must not know who is to be reached there, nor why. What is sent to an address
that somebody wrote into a setting, or that a name means today, must not reach what stands behind our own firewall.
"""

import asyncio
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_TRANSLATED: Final = ip_network("64:ff9b::/96")
"""NAT64: the last four bytes are the IPv4 address that is reached."""
_NOT_OF_ALL: Final = tuple(map(ip_network, ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""NAT64 within a network (RFC 8215), and two ways of writing an IPv4 address that nobody uses any more."""

_OURS: Final = ("localhost", ".localhost", ".local", ".internal")
"""Names that no public resolver gives an address to."""


def literal(host: str) -> Address | None:
    """The address that a host is, however it is written (`127.1`, `0x7f000001`); None: it is a name."""
    with suppress(ValueError):
        return ip_address(host.strip("[]"))
    with suppress(OSError):
        return (
            IPv4Address(socket.inet_aton(host)) if host.isascii() and host.isprintable() else None
        )
    return None


def is_public(address: Address) -> bool:
    """Whether it is of the public internet, also by the IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if within is None and address in _TRANSLATED:
            within = IPv4Address(address.packed[-4:])
        if within is not None:
            return is_public(within)
        if address.is_site_local or any(address in network for network in _NOT_OF_ALL):
            return False
    return address.is_global and not address.is_multicast


def is_private(host: str) -> bool:
    """Whether a host is private without asking anybody; a name may mean a private address all the same."""
    address = literal(host)
    if address is not None:
        return not is_public(address)
    name = host.lower().rstrip(".")
    return name == _OURS[0] or name.endswith(_OURS[1:])


async def resolved(host: str, port: int) -> Sequence[Address]:
    """The addresses that a name means now, the likeliest first. OSError where it means none.

    In a thread of its own that nobody waits for: a resolver that hangs holds the one who asks no longer than he is willing to wait.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[Address]] = loop.create_future()

    def told(answer: Sequence[Address] | OSError) -> None:
        if found.done():  # whoever asked has gone
            return
        if isinstance(answer, OSError):
            found.set_exception(answer)
        else:
            found.set_result(answer)

    def ask() -> None:
        answer: Sequence[Address] | OSError
        try:
            answer = _asked(host, port)
        except OSError as error:
            answer = error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(told, answer)

    threading.Thread(target=ask, name="dunghen-resolver", daemon=True).start()
    return await found


def _asked(host: str, port: int) -> Sequence[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is too long
        raise OSError(str(error)) from error
    said = dict.fromkeys(str(where[0]) for *_, where in found)
    # One with a zone (`fe80::1%eth0`) is on this network's wire: no receiver is named by it.
    return [ip_address(one) for one in said if "%" not in one]
