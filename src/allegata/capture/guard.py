"""What may be fetched: http and https at usual ports of public hosts. A name is resolved once, each address it has is checked, and none other is connected to."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from allegata.model.error import InputError

if TYPE_CHECKING:
    import httpx

PORTS = {"http": 80, "https": 443}
"""The schemes that are fetched, with their ports."""
FURTHER_PORTS = frozenset({80, 443, 8080, 8443})
ADDRESSES = 4
"""How many addresses of one host are tried."""
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_ENTRY = re.compile(
    r"(?:\[(?P<bracketed>[^]]+)]|(?P<plain>[^:\[\]]+|[^\[\]]*:[^\[\]]*:[^\[\]]*))(?::(?P<port>\d{1,5}))?"
)
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host for a port, or raises OSError."""


class RefusedError(InputError):
    """An address that is not fetched, as it is no public one."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses that the system knows *host* by.

    Raises: OSError
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Return whether *address* is one of the public internet, and one in it that stands for another address, too.

    >>> [is_public(each) for each in ("8.8.8.8", "2600::1", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, True, False, False, False]
    >>> [is_public(each) for each in ("64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1", "2002:7f00:1::", "100.64.0.1", "fe80::1%eth0")]
    [True, False, False, False, False]
    """
    found: _Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(found.packed[-4:])))
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if any(inner):
            return all(is_public(str(each)) for each in inner if each)
        if found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


@dataclass(frozen=True)
class Guard:
    """What may be fetched, and how.

    allowed: addresses that may be fetched at any port though they are not public, as ``ADDRESS``, ``NETWORK/BITS`` or ``ADDRESS:PORT``,
    version 6 in brackets where a port follows. proxy: http, https, socks5 or socks5h address of a proxy that fetches instead: it resolves
    names itself, so that only addresses written as such are checked. resolve: gives the addresses of a host.

    Raises: InputError for what is none.
    """

    allowed: tuple[str, ...] = ()
    proxy: str | None = None
    resolve: Resolver = resolve

    def __post_init__(self) -> None:
        for each in self.allowed:
            _allowed(each)
        if self.proxy is not None and not self.proxy.startswith(("http://", "https://", "socks5://", "socks5h://")):
            raise InputError("the proxy is no address; give one such as socks5h://127.0.0.1:9050")

    def is_allowed(self, address: str, port: int) -> bool:
        """Return whether *address* was allowed by name, for all ports or *port*."""
        found = ipaddress.ip_address(address.partition("%")[0])
        for each in self.allowed:
            network, only = _allowed(each)
            if found in network and only in (None, port):
                return True
        return False


class Target(NamedTuple):
    """Where one request goes. host: as a certificate has to name it. addresses: what it may connect to, none where a proxy resolves."""

    url: httpx.URL
    host: str
    port: int
    addresses: tuple[str, ...]


def target_of(url: httpx.URL, name: str, guard: Guard, timeout_s: float) -> Target:
    """Return where a request for *url* goes, called *name* in messages.

    Raises: RefusedError if it is not to be fetched; InputError if its host is not known, or not within *timeout_s*.
    """
    scheme, host = url.scheme, url.raw_host.decode("ascii", "replace")
    if scheme not in PORTS or not host:
        raise RefusedError(f"{name}: leads to an address that is neither http nor https; give the page's own")
    port = url.port or PORTS[scheme]
    try:
        written: tuple[str, ...] = (str(ipaddress.ip_address(host.strip("[]"))),)
    except ValueError:
        written = ()
    addresses = written
    if not written and guard.proxy is None:
        addresses = tuple(_resolved(host, port, name, guard.resolve, timeout_s))
    for each in addresses:
        if not (is_public(each) or guard.is_allowed(each, port)):
            how = "is" if written else "leads to"
            raise RefusedError(f"{name}: {how} {each}, which is no public address; {_mend(each, port)}")
    known = bool(addresses) and all(guard.is_allowed(each, port) for each in addresses)
    if port not in FURTHER_PORTS and not known:
        ports = ", ".join(map(str, sorted(FURTHER_PORTS)))
        raise RefusedError(
            f"{name}: is at port {port}; only {ports} are fetched from hosts that were not allowed by their address"
        )
    return Target(url, host, port, addresses[:ADDRESSES])


def _mend(address: str, port: int) -> str:
    allowed = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return f"if this is meant, allow it with --allow-address {allowed}"


def _allowed(entry: str) -> tuple[_Network, int | None]:
    """Return the network and port that *entry* of `Guard.allowed` is.

    >>> _allowed("10.0.0.0/8"), _allowed("[::1]:8000")
    ((IPv4Network('10.0.0.0/8'), None), (IPv6Network('::1/128'), 8000))
    """
    found = _ENTRY.fullmatch(entry)
    address, port = (found["bracketed"] or found["plain"], found["port"]) if found else ("", None)
    try:
        network = ipaddress.ip_network(address, strict=False)
        return network, int(port) if port else None
    except ValueError:
        raise InputError(
            f"{entry!r}: is no address that can be allowed; give one such as 10.0.0.0/8 or 127.0.0.1:8000"
        ) from None


def _resolved(host: str, port: int, name: str, resolver: Resolver, timeout_s: float) -> Sequence[str]:
    """Return what *resolver* gives in time; the system's own cannot be broken off."""
    answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise InputError(f"{name}: its host is not found in time; check the connection and try again") from None
    if isinstance(found, OSError) or not found:
        reason = str(getattr(found, "strerror", None) or found or "no address")
        raise InputError(f"{name}: cannot be reached ({reason}); check the address and the connection")
    return found
