"""Write captures into a ledger, one batch each, and say when each is kept; a process of its own so that it can be killed.

writer.py LEDGER NAME COUNT [KILL_AT [before|middle|after|statement]]: with KILL_AT the process kills itself at that change of a file, or
at that statement of PostgreSQL after the ledger was opened.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from allegata.capture.made import make_capture
from allegata.ledger import connection, files, open_ledger
from allegata.ledger.records import Shown
from allegata.model import Record


def outward(kind: str, record: Record, shown: Shown) -> Record:
    """Show captures as they are: nobody stands in them."""
    return record


folder, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
if sys.argv[5:] == ["statement"]:
    counted = 0

    def die_in_time() -> None:
        """Die at the chosen statement."""
        global counted
        counted += 1
        if counted == int(sys.argv[4]):
            os.kill(os.getpid(), signal.SIGKILL)

elif len(sys.argv) > 4:
    kill_at, when, made = int(sys.argv[4]), sys.argv[5], 0

    def dies(plain: Any) -> Any:
        """Return *plain*, which changes a file, such that the process dies at the chosen change: before it, in the middle or after it."""

        def change(*given: Any) -> Any:
            global made
            made += 1
            if made == kill_at and when == "middle" and len(given) > 1 and isinstance(given[1], bytes):
                target, data = given
                target.with_name(f".new-{target.name}").write_bytes(data[: len(data) // 2])
            if made == kill_at and when != "after":
                os.kill(os.getpid(), signal.SIGKILL)
            done = plain(*given)
            if made == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return change

    for name_of in ("write_whole", "stage", "place", "sync"):
        setattr(files, name_of, dies(getattr(files, name_of)))

with open_ledger(folder, outward, True) as ledger:
    if sys.argv[5:] == ["statement"]:
        for each in ("execute", "executemany", "rows"):
            made_before = getattr(connection.Connection, each)

            def statement(self: connection.Connection, *given: Any, plain: Any = made_before) -> Any:
                """Run a statement, and die at the chosen one."""
                result = plain(self, *given)
                die_in_time()
                return result

            setattr(connection.Connection, each, statement)
    for number in range(count):
        body = f"{name} says that {number} were held.".encode()
        capture, _ = make_capture(body, "text/plain", f"file:{name}-{number}.txt")
        ledger.append([("capture", capture)], name, "2024-01-01T00:00:00Z", {capture.body: body})
        print(number, flush=True)
