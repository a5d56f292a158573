"""How often one account may ask the API: a program that asks without end is told when it may go on, and keeps no reader waiting."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from time import monotonic

from allegata.model.error import InputError

MOST, WINDOW_S = 600, 60
"""Requests of an account, and the seconds in which it may send so many."""


class TooOftenError(InputError):
    """An account has asked more often than it may. headers: how it stands, and when it may go on."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(
            f"asked too often; ask again in {headers['retry-after']} seconds, and for more records at once"
        )
        self.headers = headers


class Limit:
    """What accounts have asked in the window they are in; any thread may ask. clock: seconds that only grow."""

    def __init__(self, most: int | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._clock = most or MOST, clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, name: str) -> dict[str, str]:
        """Count one request of the account *name*, and return the headers that say how it stands (draft-ietf-httpapi-ratelimit-headers). Nobody is not counted.

        Raises: TooOftenError where it was one too many.

        >>> Limit(2, lambda: 0.0).take("ana")["ratelimit"]
        '"account";r=1;t=60'
        """
        if not name:
            return {}
        at = self._clock()
        with self._lock:
            begun, asked = self._windows.get(name, (at, 0))
            if at - begun >= WINDOW_S:
                begun, asked = at, 0
            over = asked >= self._most
            self._windows[name] = begun, asked + (not over)
        left = math.ceil(begun + WINDOW_S - at)
        headers = {
            "ratelimit-policy": f'"account";q={self._most};w={WINDOW_S}',
            "ratelimit": f'"account";r={self._most - asked - (not over)};t={left}',
        }
        if over:
            raise TooOftenError({**headers, "retry-after": str(left)})
        return headers
