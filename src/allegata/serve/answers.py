"""Answers that take a while: worked out once for each state of the ledger, beside the pages, which do not wait for long."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Unready
from time import monotonic
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from allegata.ledger import Ledger

T = TypeVar("T")
PATIENCE_S = 0.25
"""Seconds a page waits for an answer before it says that it is being worked out."""
KEPT = 64
"""Answers that are kept."""
LASTING = 12
"""Answers that are kept whatever state the ledger is in."""


class _Lasting(NamedTuple):
    """An answer that is used until a newer one is there. before: the one that it takes the place of, null for none."""

    state: Hashable
    found: Future[object]
    before: object | None


def _found(made: Future[object]) -> object | None:
    return None if made.cancelled() or made.exception() else made.result()


class Answers:
    """What was asked of a ledger in one state, by the hash of its last batch; *open_own* opens the ledger that the worker reads."""

    def __init__(self, open_own: Callable[[], Ledger]) -> None:
        self._open_own = open_own
        self._ledger: Ledger | None = None
        self._worker = ThreadPoolExecutor(1, "allegata-answers")
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Future[object]] = OrderedDict()
        self._lasting: OrderedDict[Hashable, _Lasting] = OrderedDict()
        self._ended: WeakKeyDictionary[Future[object], float] = WeakKeyDictionary()

    def of(
        self,
        ledger: Ledger,
        question: Hashable,
        work: Callable[[Ledger], T],
        patience_s: float = PATIENCE_S,
        lasts_s: float | None = None,
    ) -> T | None:
        """Return what *work* finds in the state that *ledger* is in, null while it is still being worked out.

        question: what *work* depends on beside the ledger. lasts_s: seconds that an answer is given, null for as long as the state of the ledger
        is the same. What fails is raised here, and tried again when it is asked for again.
        """
        head = ledger.head()
        key = (head.hash if head else "", question)
        with self._lock:
            made = self._kept.get(key)
            if made is None or self._is_old(made, lasts_s):
                made = self._kept[key] = self._worker.submit(self._work, work)
                made.add_done_callback(self._note)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)[1].cancel()
        return self._awaited(made, patience_s, None, lambda: self._kept.pop(key, None))  # type: ignore[return-value]

    def _note(self, made: Future[object]) -> None:
        self._ended[made] = monotonic()

    def _is_old(self, made: Future[object], lasts_s: float | None) -> bool:
        ended = self._ended.get(made)
        return lasts_s is not None and ended is not None and monotonic() - ended > lasts_s

    def latest(
        self,
        ledger: Ledger,
        question: Hashable,
        state: Hashable,
        work: Callable[[Ledger], T],
        patience_s: float = PATIENCE_S,
    ) -> T | None:
        """Return what *work* finds, while it is being worked out anew what it found before; null where there is nothing yet.

        state: what the answer depends on; it is worked out anew where that is another one. For what stays useful when it is old.
        """
        with self._lock:
            made = self._lasting.get(question)
            if made is None or (made.state != state and made.found.done()):
                made = self._lasting[question] = _Lasting(
                    state, self._worker.submit(self._work, work), _found(made.found) if made else None
                )
            self._lasting.move_to_end(question)
            while len(self._lasting) > LASTING:
                self._lasting.popitem(last=False)[1].found.cancel()
        patience_s = patience_s if made.before is None else 0
        return self._awaited(made.found, patience_s, made.before, lambda: self._lasting.pop(question, None))  # type: ignore[return-value]

    def _awaited(
        self, made: Future[object], patience_s: float, otherwise: object | None, forget: Callable[[], object]
    ) -> object | None:
        """Return what *made* comes to, *otherwise* where that takes longer; what fails is raised, and first made to be tried again by *forget*."""
        try:
            return made.result(timeout=patience_s)
        except Unready:
            return otherwise
        except BaseException:
            with self._lock:
                forget()
            raise

    def _work(self, work: Callable[[Ledger], object]) -> object:
        if self._ledger is None:
            self._ledger = self._open_own()
        return work(self._ledger)

    def close(self) -> None:
        """Let go of the ledger; what is not begun is not worked out."""
        with self._lock:
            for made in (*self._kept.values(), *(each.found for each in self._lasting.values())):
                made.cancel()
            self._kept.clear()
            self._lasting.clear()
        self._worker.submit(self._let_go)
        self._worker.shutdown(wait=True)

    def _let_go(self) -> None:
        # A connection is closed by the thread that opened it.
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
