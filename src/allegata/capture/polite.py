"""Fetching as a guest: what robots.txt refuses is not asked for, a host is given time between two requests, and what it asks to wait is waited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urlsplit

from protego import Protego

from allegata.capture.guard import Guard
from allegata.capture.http import NOTHING, Response, StatusError, fetch
from allegata.capture.made import LIMIT_BYTES
from allegata.model.error import InputError

ROBOTS_BYTES = 500_000
"""Of robots.txt; the standard asks for as many at least (RFC 9309)."""
ROBOTS_LAST_S = 86_400
LONGEST_DELAY_S = 300.0
"""The longest time between two requests that robots.txt is followed in."""
ASKED_TO_WAIT = (429, 503)


class DisallowedError(InputError):
    """A page that robots.txt asks not to fetch."""


class NoRulesError(DisallowedError):
    """A page of a host whose robots.txt cannot be had, so that it is not known what it asks."""


class WaitError(InputError):
    """A host that asks to wait. until_s: when it may be asked again, in seconds since 1970."""

    def __init__(self, message: str, until_s: float) -> None:
        super().__init__(message)
        self.until_s = until_s


class Clock(Protocol):
    """What time it is, and how one waits."""

    def time(self) -> float:
        """Return the seconds since 1970."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


@dataclass
class _Host:
    """What is known of a host. free_s: when it may be asked again."""

    free_s: float = 0.0
    rules: Protego | None = None
    rules_until_s: float = 0.0
    unreadable: str | None = None


@dataclass
class Guest:
    """Fetches pages of many hosts. name: who says so in the User-Agent, and to robots.txt by its first word.

    delay_s: between two requests to one host, more where its robots.txt asks for more. waits: hosts that asked to wait, and until when, in
    seconds since 1970; what is known when one begins, and changed as it goes.
    """

    clock: Clock
    guard: Guard
    name: str
    delay_s: float = 5.0
    limit_bytes: int = LIMIT_BYTES
    timeout_s: float = 30.0
    waits: dict[str, float] = field(default_factory=dict)
    on_wait: Callable[[str, float], object] = lambda host, until_s: None
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def get(self, url: str, headers: Mapping[str, str] = NOTHING) -> Response:
        """Return what is served at *url*, once its host may be asked.

        Raises: DisallowedError if robots.txt refuses it or cannot be had; WaitError if the host asked to wait; what `fetch` raises.
        """
        place = host_of(url)
        until_s = self.waits.get(place, 0.0)
        if until_s > self.clock.time():
            raise WaitError(f"{url}: its host asked to wait", until_s)
        host = self._hosts.setdefault(place, _Host())
        rules = self._rules(url, host)
        if rules is not None and not rules.can_fetch(url, self.name.split()[0]):
            raise DisallowedError(f"{url}: robots.txt asks not to fetch it")
        asked = rules.crawl_delay(self.name.split()[0]) if rules is not None else None
        try:
            return self._asked(url, host, max(self.delay_s, min(asked or 0.0, LONGEST_DELAY_S)), headers)
        except StatusError as error:
            if error.status in ASKED_TO_WAIT:
                self._wait(place, error)
            raise

    def _wait(self, place: str, error: StatusError) -> None:
        now = self.clock.time()
        wait_s = _seconds_to_wait(error.retry_after, datetime.fromtimestamp(now, UTC))
        if wait_s is not None:
            self.waits[place] = now + wait_s
            self.on_wait(place, now + wait_s)
            raise WaitError(f"{error}; it asks to wait {wait_s:.0f} seconds", now + wait_s) from error

    def _asked(self, url: str, host: _Host, delay_s: float, headers: Mapping[str, str], most: int = 0) -> Response:
        wait_s = host.free_s - self.clock.time()
        if wait_s > 0:
            self.clock.sleep(wait_s)
        try:
            return fetch(
                url,
                limit_bytes=most or self.limit_bytes,
                timeout_s=self.timeout_s,
                guard=self.guard,
                agent=self.name,
                headers=headers,
            )
        finally:
            host.free_s = self.clock.time() + delay_s

    def _rules(self, url: str, host: _Host) -> Protego | None:
        """Return what robots.txt says, null where there is none.

        Raises: NoRulesError if it cannot be had, which means that nothing may be fetched (RFC 9309).
        """
        if self.clock.time() >= host.rules_until_s:
            host.rules, host.unreadable = None, None
            parts = urlsplit(url)
            try:
                found = self._asked(f"{parts.scheme}://{parts.netloc}/robots.txt", host, 0.0, NOTHING, ROBOTS_BYTES)
                host.rules = Protego.parse(found.body.decode("utf-8", "replace"))
            except StatusError as error:
                if error.status in ASKED_TO_WAIT:
                    self._wait(host_of(url), error)
                if error.status >= 500:
                    host.unreadable = f"robots.txt of its host cannot be had (it answers {error.status})"
            except InputError as error:
                host.unreadable = f"robots.txt of its host cannot be had: {error}"
            host.rules_until_s = self.clock.time() + (600 if host.unreadable else ROBOTS_LAST_S)
        if host.unreadable is not None:
            raise NoRulesError(f"{url}: {host.unreadable}")
        return host.rules


def host_of(url: str) -> str:
    """Return the scheme, host and port that *url* is of.

    >>> host_of("https://a.example/ten")
    'https://a.example'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _seconds_to_wait(retry_after: str | None, now: datetime, most_s: float = 86_400) -> float | None:
    """Return the seconds that a Retry-After header asks to wait, at most *most_s*; null where it says nothing.

    >>> _seconds_to_wait("120", datetime(2024, 5, 8, tzinfo=UTC)), _seconds_to_wait("soon", datetime(2024, 5, 8, tzinfo=UTC))
    (120.0, None)
    >>> _seconds_to_wait("Wed, 08 May 2024 00:01:00 GMT", datetime(2024, 5, 8, tzinfo=UTC))
    60.0
    """
    if not retry_after:
        return None
    try:
        waits = float(retry_after) if retry_after.strip().isdecimal() else None
        if waits is None:
            at = parsedate_to_datetime(retry_after)
            waits = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(waits, 0.0), most_s)
