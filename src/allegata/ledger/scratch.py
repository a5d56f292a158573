"""A copy of a ledger's folder to try something on; the ledger itself is only read."""

from __future__ import annotations

import shutil
from pathlib import Path

from allegata.model.error import LedgerError


def copy_folder(location: str, into: Path) -> Path:
    """Return the folder under *into* that now holds a copy of the ledger in the folder *location*, without its index.

    The batches are copied before the records they commit to are, so that what is written meanwhile is not half in the copy. Captured bytes are
    not copied but linked to: whoever uses the copy adds none.

    Raises: LedgerError if *location* is no folder, or the disk refuses.
    """
    source, target = Path(location).absolute(), into / "copy"
    if not (source / "ledger.json").exists():
        raise LedgerError(f"{location}: is no ledger in a folder, so nothing can be tried on it; leave --dry-run out")
    try:
        target.mkdir()
        for part, end in (("batches", ".json"), ("records", ".jsonl")):
            (target / part).mkdir()
            for each in sorted((source / part).glob(f"[!.]*{end}")):
                if part == "batches" or (target / "batches" / f"{each.stem}.json").exists():
                    shutil.copyfile(each, target / part / each.name)
        (target / "bodies").symlink_to(source / "bodies", target_is_directory=True)
        shutil.copyfile(source / "ledger.json", target / "ledger.json")
    except OSError as error:
        raise LedgerError(f"{location}: cannot be copied: {error.strerror or error}; free space") from error
    return target
