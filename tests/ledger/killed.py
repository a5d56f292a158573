"""Kill what works on a ledger at chance moments, over and over: killed.py FOLDER ROUNDS SEED append|erase|backup

Each round forks a process that works and says on a pipe what is done, kills it (SIGKILL) a chance time later, and looks at what it left.
Prints what happened as JSON; ends with an error at the first round that lost or broke something.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from allegata.capture.made import make_capture
from allegata.ledger import FileLedger, backup, erase, open_ledger, restore
from allegata.ledger.records import as_stored
from allegata.model import Document, Masks

NOW = "2024-01-01T00:00:00Z"
FRESH = 25
"""Rounds after which a new ledger is begun."""
Say = Callable[[str], None]


def opened(folder: Path) -> FileLedger:
    return open_ledger(str(folder), as_stored, True)


def keep(ledger: FileLedger, name: str) -> str:
    """Keep a page that says *name*, and return the id of its document."""
    body = f"{name} says that some were held. ".encode() * 40
    capture, _ = make_capture(body, "text/plain", f"file:{name}.txt")
    document = Document(f"id-{name}", capture.id, body.decode(), "en", None, None, None, None, None, "test")
    records = [("capture", capture), ("document", document), ("masks", Masks(document.id, ()))]
    batch = ledger.append(records, name, NOW, {capture.body: body})
    assert batch is not None
    return f"{batch.sequence} {batch.hash} {document.id}"


def do_append(folder: Path, mark: str, say: Say) -> None:
    with opened(folder) as ledger:
        for number in range(1000):
            say("kept " + keep(ledger, f"{mark}x{number}x"))


def do_erase(folder: Path, mark: str, say: Say) -> None:
    with opened(folder) as ledger:
        for number in range(1000):
            say("kept " + keep(ledger, f"{mark}x{number}x"))
            if number % 2:
                say(f"began {mark}x{number - 1}x")
                erase(ledger, [f"id-{mark}x{number - 1}x"], "asked for", "test", NOW)
                say(f"erased {mark}x{number - 1}x")


def do_backup(folder: Path, mark: str, say: Say) -> None:
    with opened(folder) as ledger:
        for number in range(1000):
            say("kept " + keep(ledger, f"{mark}x{number}x"))
            out = folder.with_name(f"{mark}-{number}.tar")
            made = backup(ledger, out)
            say(f"backed {out} {made.sequence} {made.hash}")


WORK = {"append": do_append, "erase": do_erase, "backup": do_backup}


def killed(work: Callable[[Path, str, Say], None], folder: Path, mark: str, after_s: float) -> list[list[str]]:
    """Return what a process said that did *work* until it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(folder, mark, lambda words: (os.write(writing, f"{words}\n".encode()), None)[1])
        finally:
            os._exit(3)
    os.close(writing)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        lines = said.read().splitlines()
    assert os.WIFSIGNALED(status), f"it ended by itself: {status}, {lines[-3:]}"
    return [line.split() for line in lines]


def bytes_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


def look(folder: Path, said: list[list[str]], mark: str, before: int, torn: dict[str, int]) -> int:
    """Check what a killed process left, and return the number of batches then."""
    left = len(list(folder.glob("**/.new-*")))
    records, batches = (len(list((folder / part).glob("[!.]*"))) for part in ("records", "batches"))
    torn["a file half written"] += left
    torn["records without a batch"] += records > batches
    with opened(folder) as ledger:
        torn["an erasure half done"] += bool(ledger.index.pending())
        keep(ledger, f"{mark}xlastx")
        assert ledger.verify() == (), ledger.verify()
        held = {batch.sequence: batch.hash for batch in ledger.batches()}
        kept = [line for line in said if line[0] == "kept"]
        assert all(held[int(number)] == name for _, number, name, _ in kept), "an acknowledged batch is lost"
        gone = {line[1] for line in said if line[0] == "erased"}
        begun = {line[1] for line in said if line[0] == "began"}
        extra = 1 + len(gone)
        assert len(held) - before - len(kept) - extra in (0, 1), "more is there than was written"
        everything = bytes_of(folder)
        for _, _, _, identity in kept:
            word = identity.removeprefix("id-")
            if word in gone:
                assert f"{word} says".encode() not in everything, "what was erased is there"
            elif word not in begun:
                assert ledger.is_kept("document", identity), "a document is lost"
    assert not list(folder.glob("**/.new-*"))
    for line in said:
        if line[0] == "backed":
            out, into = Path(line[1]), folder.with_name("restored")
            made = restore(out, into)
            assert (made.sequence, made.hash) == (int(line[2]), line[3])
            assert held[made.sequence] == made.hash
            shutil.rmtree(into)
    for out in folder.parent.glob("[!.]*.tar"):
        restore(out, folder.with_name("restored"))
        shutil.rmtree(folder.with_name("restored"))
        out.unlink()
    for out in folder.parent.glob(".new-*.tar"):
        torn["a backup half written"] += 1
        out.unlink()
    return len(held)


def main() -> None:
    place, rounds, chance, what = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3])), sys.argv[4]
    torn = dict.fromkeys(
        ("a file half written", "records without a batch", "an erasure half done", "a backup half written"), 0
    )
    acknowledged = before = 0
    place.mkdir()
    folder = place / "ledger"
    for number in range(rounds):
        if number % FRESH == 0:
            shutil.rmtree(folder, ignore_errors=True)
            before = 0
        # From before there is a ledger to after some batches.
        said = killed(WORK[what], folder, f"r{number}", chance.random() ** 2 * 0.3)
        acknowledged += len(said)
        before = look(folder, said, f"r{number}", before, torn)
    print(json.dumps({"rounds": rounds, "acknowledged": acknowledged, "torn": torn}))


main()
