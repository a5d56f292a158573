"""Answers that take a while: worked out once for each state of the ledger, beside the pages, which are made without them until they are there."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from allegata.ledger import Ledger
from allegata.model.error import LedgerError

T = TypeVar("T")
K = TypeVar("K")
KEPT = 64
"""Answers that are kept."""
LASTING = 12
"""Answers that are kept whatever state the ledger is in."""
MOST = 16
"""Answers that may be asked for and not be there yet."""
FEW = 4
"""With more of them a page does not wait for its own, not even for a moment."""


class BusyError(LedgerError):
    """So much is asked for already that whoever asks has to come again."""

    def __init__(self) -> None:
        super().__init__("much is being worked out already; ask again in a few seconds")


class _Lasting(NamedTuple):
    """An answer that is used until a newer one is there. before: the one that it takes the place of, null for none."""

    state: Hashable
    found: Future[object]
    before: object | None


class Wanted(NamedTuple):
    """An answer that is asked for. before: what is shown meanwhile, null for nothing. forget: makes it be tried again where it failed."""

    found: Future[Any]
    before: Any | None
    forget: Callable[[], object]


def _found(made: Future[object]) -> object | None:
    return None if made.cancelled() or made.exception() else made.result()


class Answers:
    """What was asked of a ledger in one state, by its `state`; *open_own* opens the ledger that the worker reads."""

    def __init__(self, open_own: Callable[[], Ledger]) -> None:
        self._open_own = open_own
        self._ledger: Ledger | None = None
        self._worker = ThreadPoolExecutor(1, "allegata-answers")
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Future[object]] = OrderedDict()
        self._lasting: OrderedDict[Hashable, _Lasting] = OrderedDict()
        self._ended: WeakKeyDictionary[Future[object], float] = WeakKeyDictionary()

    def of(
        self, ledger: Ledger, question: Hashable, work: Callable[[Ledger], object], lasts_s: float | None = None
    ) -> Wanted:
        """Return what *work* finds in the state that *ledger* is in.

        question: what *work* depends on beside what was read in and decided. lasts_s: seconds that an answer is given, null for as long as the state of the
        ledger is the same.

        Raises: BusyError if it is not kept and too much is being worked out already.
        """
        key = (ledger.state(), question)
        with self._lock:
            made = self._kept.get(key)
            if made is None or self._is_old(made, lasts_s):
                made = self._kept[key] = self._asked(work)
                made.add_done_callback(self._note)
            self._kept.move_to_end(key)
            _shorten(self._kept, KEPT, lambda each: each)
        return Wanted(made, None, lambda: self._forget(self._kept, key, made))

    def _note(self, made: Future[object]) -> None:
        self._ended[made] = monotonic()

    def _is_old(self, made: Future[object], lasts_s: float | None) -> bool:
        ended = self._ended.get(made)
        return lasts_s is not None and ended is not None and monotonic() - ended > lasts_s

    def latest(self, ledger: Ledger, question: Hashable, state: Hashable, work: Callable[[Ledger], object]) -> Wanted:
        """Return what *work* finds, or found before while it is being worked out anew, or too much is.

        state: what the answer depends on; it is worked out anew where that is another one. For what stays useful when it is old.

        Raises: BusyError if there is nothing yet, and too much is being worked out already.
        """
        with self._lock:
            made = self._lasting.get(question)
            if made is None or (made.state != state and made.found.done()):
                before = _found(made.found) if made else None
                if made is None or before is None or self._number() < MOST:
                    made = self._lasting[question] = _Lasting(state, self._asked(work), before)
            self._lasting.move_to_end(question)
            _shorten(self._lasting, LASTING, lambda each: each.found)
        return Wanted(made.found, made.before, lambda: self._forget(self._lasting, question, made))

    def are_few(self) -> bool:
        """Return whether it is likely that what is asked for now is there soon."""
        with self._lock:
            return self._number() <= FEW

    def _number(self) -> int:
        return sum(not each.done() for each in self._all())

    def _all(self) -> Iterator[Future[object]]:
        yield from self._kept.values()
        yield from (each.found for each in self._lasting.values())

    def _asked(self, work: Callable[[Ledger], object]) -> Future[object]:
        if self._number() >= MOST:
            raise BusyError
        return self._worker.submit(self._work, work)

    def _forget(self, kept: MutableMapping[Hashable, T], key: Hashable, made: T) -> None:
        with self._lock:
            if kept.get(key) is made:
                del kept[key]

    def _work(self, work: Callable[[Ledger], object]) -> object:
        if self._ledger is None:
            self._ledger = self._open_own()
        return work(self._ledger)

    def close(self) -> None:
        """Let go of the ledger; what is not begun is not worked out."""
        with self._lock:
            for made in self._all():
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


def _shorten(kept: MutableMapping[K, T], most: int, found: Callable[[T], Future[object]]) -> None:
    """Take the oldest of *kept* away that are there, until it has *most*; somebody waits for the others."""
    for key in [key for key, each in kept.items() if found(each).done()][: max(0, len(kept) - most)]:
        del kept[key]


class Asking:
    """The answers that one visit asks for; none is waited for here. waits: those that are not there, for whoever can wait without keeping others."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.waits: list[Future[Any]] = []

    def of(
        self, ledger: Ledger, question: Hashable, work: Callable[[Ledger], T], lasts_s: float | None = None
    ) -> T | None:
        """Return what *work* finds in the state that *ledger* is in, null while it is still being worked out.

        question: what *work* depends on beside what was read in and decided. lasts_s: seconds that an answer is given, null for as long as the state of the
        ledger is the same. What fails is raised here, and tried again when it is asked for again.

        Raises: BusyError if too much is being worked out already.
        """
        return self._taken(self._answers.of(ledger, question, work, lasts_s))

    def spared(self, ledger: Ledger, question: Hashable, work: Callable[[Ledger], T]) -> T | None:
        """Return what `of` does, null where it is not there: for what a page is whole without, so that it neither waits for it nor is sent away."""
        try:
            wanted = self._answers.of(ledger, question, work)
        except BusyError:
            return None
        return self._taken(wanted) if wanted.found.done() else None

    def latest(self, ledger: Ledger, question: Hashable, state: Hashable, work: Callable[[Ledger], T]) -> T | None:
        """Return what *work* finds, while it is being worked out anew what it found before; null where there is nothing yet.

        state: what the answer depends on; it is worked out anew where that is another one. For what stays useful when it is old.

        Raises: BusyError if there is nothing yet, and too much is being worked out already.
        """
        return self._taken(self._answers.latest(ledger, question, state, work))

    def _taken(self, wanted: Wanted) -> Any | None:
        if not wanted.found.done():
            if wanted.before is None:
                self.waits.append(wanted.found)
            return wanted.before
        try:
            return wanted.found.result()
        except BaseException:
            wanted.forget()
            raise
