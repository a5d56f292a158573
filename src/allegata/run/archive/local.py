"""Parts read on one computer, by as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from allegata.model.error import InputError
from allegata.run.archive.part import read_part
from allegata.run.archive.place import Place
from allegata.run.archive.plan import Part, Settings


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(part: Part, out: str, settings: Settings) -> dict[str, Any]:
    return read_part(part, Place(out), settings)


def end_with_parent() -> None:
    """End this worker once the process that gave it work is gone, also by a kill: nobody would hold others off what it writes."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def read_parts(
    parts: Sequence[Part], out: str, settings: Settings, workers: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what became of each of *parts* as it is finished, read by *workers* processes (one for each core); *out* is an address.

    Raises: InputError if a worker was ended from outside, as for want of memory; parts that are finished stay so.
    """
    # A forked process would have threads of the model in a state that nobody knows.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers or cores(), len(parts)), mp_context=spawn, initializer=end_with_parent)
    try:
        for done in as_completed([pool.submit(_read, part, out, settings) for part in parts]):
            yield done.result()
    except BrokenProcessPool:
        raise InputError(
            f"{out}: a worker was ended from outside, mostly for want of memory (each takes about 1 GB); "
            "run it again with fewer --workers, it goes on where it stopped"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for each in list(multiprocessing.active_children()):
            each.terminate()
