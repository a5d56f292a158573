"""The threads that read and write a ledger: each opens it once, so that no connection is shared."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.serve.answers import Answers, Asking, BusyError
from allegata.serve.visit import CrewName

T = TypeVar("T")
THREADS = 4
"""Pages that are made at once; what is masked and written takes the processor, so that more would not be quicker."""
ASIDE = 2
"""What is made at once of that which takes longer than a page."""
CHECKED = 1
"""Passwords that are checked at once: each takes the processor and memory on purpose, and anybody may send one."""
PAGES, LONGER, LOGINS = 64, 8, 8
"""Requests that may be asked and not be answered yet, of pages, of what takes longer, and of logins."""
PATIENCE_S = 0.25
"""Seconds that a page waits for what is being worked out, before it says so; once more where it then lacks something else."""

ROUNDS = 4
"""Times that a page is made at most: what it lacks may be of another state each time, where others write."""


class Crew:
    """Threads that do one thing after another, each with a ledger of its own that *open_own* opens. most: what may wait or be done."""

    def __init__(self, name: str, threads: int, most: int, open_own: Callable[[], Ledger]) -> None:
        self._open, self._number, self._most = open_own, threads, most
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(threads, name)
        self._asked = 0

    async def do(self, work: Callable[[Ledger], T]) -> T:
        """Return what *work* makes of the ledger.

        Raises: BusyError if too much waits; what *work* raises; LedgerError if the ledger cannot be opened.
        """
        if self._asked >= self._most:
            raise BusyError
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._do, work)
        finally:
            self._asked -= 1

    def _do(self, work: Callable[[Ledger], T]) -> T:
        ledger: Ledger | None = getattr(self._own, "ledger", None)
        if ledger is None:
            ledger = self._own.ledger = self._open()
        try:
            return work(ledger)
        finally:
            # Whoever is sent on sees what they have done, whichever thread answers them.
            ledger.index_written()

    def close(self) -> None:
        """Let go of the ledgers, once what is being done is."""
        barrier = threading.Barrier(self._number)
        for _ in range(self._number):
            self._threads.submit(self._let_go, barrier)
        self._threads.shutdown(wait=True)

    def _let_go(self, barrier: threading.Barrier) -> None:
        # Each thread takes one of these, as none ends before all have begun; a connection is closed by the thread that opened it.
        barrier.wait(timeout=60)
        ledger: Ledger | None = getattr(self._own, "ledger", None)
        if ledger is not None:
            ledger.close()


class Desk:
    """A ledger at *location* for an app: asked by requests, which wait for a free thread, and keep none while they wait for an answer."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._crews: dict[CrewName, Crew] = {
            "pages": Crew("allegata-desk", THREADS, PAGES, self._open),
            "longer": Crew("allegata-aside", ASIDE, LONGER, self._open),
            "logins": Crew("allegata-login", CHECKED, LOGINS, self._open),
        }
        self.answers = Answers(self._open)

    def _open(self) -> Ledger:
        return open_ledger(self._location, outward)

    async def ask(self, work: Callable[[Ledger, Asking], T], crew: CrewName = "pages", again: bool = False) -> T:
        """Return what *work* makes of the ledger and the answers.

        crew: who does it; what takes longer than a page keeps none waiting. again: it changes nothing, so that it is done again once an answer is there that it
        lacked, within `PATIENCE_S`; not where many answers are waited for.

        Raises: BusyError if too much waits; what *work* raises; LedgerError if the ledger cannot be opened.
        """
        for left in reversed(range(ROUNDS)):
            asking = Asking(self.answers)
            made = await self._crews[crew].do(lambda ledger, asking=asking: work(ledger, asking))  # type: ignore[misc]
            waits = again and left and asking.waits and self.answers.are_few()
            if not (waits and await _any(asking.waits, PATIENCE_S)):
                break
        return made

    def close(self) -> None:
        """Let go of the ledger, once what is being answered is."""
        self.answers.close()
        for crew in self._crews.values():
            crew.close()


async def _any(waits: Sequence[Future[Any]], seconds: float) -> bool:
    """Return whether one of *waits* is there within *seconds*; no thread waits for it."""
    loop, there = asyncio.get_running_loop(), asyncio.Event()
    for each in waits:
        each.add_done_callback(lambda _: loop.call_soon_threadsafe(there.set))
    try:
        await asyncio.wait_for(there.wait(), seconds)
    except TimeoutError:
        return False
    return True
