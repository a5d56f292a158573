"""Certain fixes, set into the file a draft was read from."""

from __future__ import annotations

import codecs
import difflib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from allegata.check import Fix
from allegata.model.error import InputError
from allegata.run.drafts import Checked


def mended(checked: Checked) -> tuple[str, int]:
    """Return the characters of the file of *checked* with its certain fixes, and how many were set in.

    A fix whose words do not stand in the file as they are (they are cut by markup) is left out, and so is one that overlaps
    one before.
    """
    if checked.placement is None:
        return "", 0
    source, offsets = checked.placement.source, checked.placement.offsets
    parts: list[str] = []
    at = number = 0
    fixes = {each.problem.fix for each in checked.found if each.problem.fix is not None}
    for fix in sorted(fixes, key=lambda each: each.span):
        start, end = offsets[fix.span.start], offsets[fix.span.end - 1] + 1
        if start < at or source[start:end] != fix.span.text:
            continue
        parts += [source[at:start], fix.words]
        at = end
        number += 1
    return "".join(parts) + source[at:], number


def can_mend(checked: Checked, fix: Fix | None) -> bool:
    """Return whether *fix* can be set into the file of *checked*."""
    if fix is None or checked.placement is None or not checked.exact or checked.name == "-":
        return False
    offsets = checked.placement.offsets
    return checked.placement.source[offsets[fix.span.start] : offsets[fix.span.end - 1] + 1] == fix.span.text


def difference(checked: Checked, text: str) -> str:
    """Return how *text* differs from the file of *checked*, as a unified diff."""
    before = checked.placement.source if checked.placement else ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), text.splitlines(keepends=True), checked.name, checked.name
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write_mended(checked: Checked, text: str) -> None:
    """Write *text* to the file of *checked*, all or nothing; its mode and byte order mark stay.

    Raises: InputError if it is not UTF-8, has changed since it was read, or cannot be written.
    """
    path = Path(checked.name).resolve()
    mark = codecs.BOM_UTF8 if checked.body.startswith(codecs.BOM_UTF8) else b""
    try:
        checked.body.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{checked.name}: is not UTF-8, so nothing was mended; save it as UTF-8") from None
    name = None
    try:
        if path.read_bytes() != checked.body:
            raise InputError(f"{checked.name}: changed while it was read, so nothing was mended; run it again")
        if not os.access(path, os.W_OK):
            # Its folder would let it be replaced, but whoever protected it did not mean that.
            raise InputError(f"{checked.name}: is write-protected, so nothing was mended; give a file you may write")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(mark + text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(path.stat().st_mode & 0o7777)
        Path(name).replace(path)
    except OSError as error:
        raise InputError(f"{checked.name}: cannot be written: {error.strerror}; give a file you may write") from error
    finally:
        if name is not None:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)
