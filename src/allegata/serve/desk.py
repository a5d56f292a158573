"""The threads that read and write a ledger: each opens it once, so that no connection is shared."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.serve.answers import Answers

T = TypeVar("T")
THREADS = 4
"""Requests that are answered at once; what is masked and written takes the processor, so that more would not be quicker."""


class Desk:
    """A ledger at *location* for an app: asked by requests, which wait for a free thread."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(THREADS, "allegata-desk")
        self.answers = Answers(self._open)

    def _open(self) -> Ledger:
        return open_ledger(self._location, outward)

    def _do(self, work: Callable[[Ledger], T]) -> T:
        ledger: Ledger | None = getattr(self._own, "ledger", None)
        if ledger is None:
            ledger = self._own.ledger = self._open()
        try:
            return work(ledger)
        finally:
            # What was written is seen by the other threads once this one reads: whoever is sent on sees what they have done.
            ledger.head()

    async def ask(self, work: Callable[[Ledger], T]) -> T:
        """Return what *work* makes of the ledger.

        Raises: what *work* raises; LedgerError if the ledger cannot be opened.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._do, work)

    def close(self) -> None:
        """Let go of the ledger, once what is being answered is."""
        self.answers.close()
        barrier = threading.Barrier(THREADS)
        for _ in range(THREADS):
            self._threads.submit(self._let_go, barrier)
        self._threads.shutdown(wait=True)

    def _let_go(self, barrier: threading.Barrier) -> None:
        # Each thread takes one of these, as none ends before all have begun; a connection is closed by the thread that opened it.
        barrier.wait(timeout=60)
        ledger: Ledger | None = getattr(self._own, "ledger", None)
        if ledger is not None:
            ledger.close()
