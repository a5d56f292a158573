"""A ledger in one file, and back: a plain tar with a manifest of hashes. What is read from one may be hostile and is checked before it is kept."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import stat
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from allegata.ledger.chain import ORIGIN
from allegata.ledger.layout import batch_path, body_path, mark, records_path, sync, unchained
from allegata.ledger.whole import Files, check
from allegata.model.batch import Batch
from allegata.model.error import InputError, LedgerError
from allegata.model.json import canonical
from allegata.model.mention import Record

if TYPE_CHECKING:
    from allegata.ledger.store import Ledger

MANIFEST = "manifest.json"
NAME = re.compile(r"ledger\.json|batches/\d{8,}\.json|records/\d{8,}\.jsonl|bodies/([0-9a-f]{2})/\1[0-9a-f]{62}")
"""Paths that a backup may hold beside its manifest."""
PIECE = 1 << 20
TRIES = 3
"""How often a backup is begun again before others have to wait for it."""
SHOWN = 100
"""Characters of a strange name that a message repeats."""
LONGEST = 1 << 30
"""Bytes of a manifest: a ledger of ten million files has a smaller one."""


class Held(Record, frozen=True):
    """One file of a backup. size in bytes, sha256 in hex."""

    path: str
    size: int
    sha256: str


class Manifest(Record, frozen=True):
    """What a backup holds. sequence, hash: of the last batch; files: in the order in which they stand."""

    sequence: int
    hash: str
    files: tuple[Held, ...]
    format: str = "allegata-backup"
    version: int = 1


def backup(ledger: Ledger, out: Path) -> Manifest:
    """Write a backup of *ledger* into the file *out*, and return what it holds. Others may write to the ledger meanwhile.

    The bytes are checked as they are copied. The same ledger gives the same bytes, whatever keeps it.

    Raises: InputError if *out* is there already, lies in the ledger or cannot be written; LedgerError if the ledger is damaged.
    """
    if out.exists() or out.is_symlink():
        raise InputError(f"{out}: is there already, and a backup replaces nothing; give another name")
    if ledger.contains(out):
        raise InputError(f"{out}: lies in the ledger itself; give a place elsewhere")
    for _ in range(TRIES):
        made = _try(ledger, out)
        if made is not None:
            return made
    # Records are erased again and again: now whoever does has to wait.
    with ledger.writing():
        made = _try(ledger, out)
    if made is None:
        raise LedgerError(f"{ledger.name}: records are being erased; back it up when that has finished")
    return made


def _try(ledger: Ledger, out: Path) -> Manifest | None:
    """Return what is now in the file *out*, null, and no file, if something was erased meanwhile."""
    # What is erased in a batch up to the last one is to be gone before it is copied.
    top = ledger.index.last()
    ledger.settle_erasures()
    temporary = out.with_name(f".new-{out.name}")
    try:
        # Records are kept as read, names of affected persons too: nobody else is to read them.
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with ledger.still():
                made = _write(ledger, top, file)
            file.flush()
            os.fsync(file.fileno())
        if made is None or ledger.erased_since(top):
            return None
        _place(temporary, out)
        return made
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written: {error.strerror or error}; free space or write elsewhere"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _place(temporary: Path, out: Path) -> None:
    try:
        os.link(temporary, out)
    except FileExistsError:
        raise InputError(f"{out}: is there already, and a backup replaces nothing; give another name") from None
    except OSError:
        # A file system without links.
        temporary.rename(out)
    sync([out.parent])


def _write(ledger: Ledger, top: int, file: io.BufferedWriter) -> Manifest | None:
    """Write the batches up to *top* into *file*, with what belongs to them; null if something of them is erased meanwhile.

    Raises: LedgerError if they are damaged.
    """
    held: list[Held] = []
    head = ORIGIN
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.USTAR_FORMAT, bufsize=PIECE) as tar:
        try:
            for path, data, batch in _files(ledger, top):
                head = batch.hash if batch else head
                held.append(Held(path, len(data), hashlib.sha256(data).hexdigest()))
                _add(tar, path, data)
        except LedgerError:
            if ledger.erased_since(top):
                return None
            raise
        made = Manifest(top, head, tuple(held))
        _add(tar, MANIFEST, canonical(made) + b"\n")
    return made


def _add(tar: tarfile.TarFile, path: str, data: bytes) -> None:
    info = tarfile.TarInfo(path)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))


def _files(ledger: Ledger, top: int) -> Iterator[tuple[str, bytes, Batch | None]]:
    """Yield path, bytes and, for one, the batch of each file that a folder with the batches up to *top* has, each checked.

    Raises: LedgerError if something is damaged.
    """
    yield "ledger.json", mark(ledger.format()), None
    bodies: set[str] = set()
    previous = ORIGIN
    for sequence in range(1, top + 1):
        whole = ledger.whole(sequence)
        if whole.batch.previous != previous or whole.batch.sequence != sequence:
            raise LedgerError(unchained(f"{ledger.name} batch {sequence}"))
        previous = whole.batch.hash
        yield str(batch_path(Path(), sequence)), whole.content, whole.batch
        yield str(records_path(Path(), sequence)), b"".join(whole.lines), None
        for name in whole.bodies:
            if name not in bodies:
                bodies.add(name)
                yield str(body_path(Path(), name)), ledger.capture_bytes(name), None


def restore(file: Path, into: Path) -> Manifest:
    """Make the ledger in the backup *file* again in the folder *into*, and return what it held.

    It is unpacked beside *into* and checked whole before it is moved there.

    Raises: InputError if *into* is there and not an empty folder, or *file* is no backup or was changed; LedgerError if what is in it
    is no whole ledger.
    """
    if into.is_symlink() or (into.exists() and not (into.is_dir() and not any(into.iterdir()))):
        raise InputError(f"{into}: is there already and not an empty folder; give another")
    temporary = into.absolute().with_name(f".new-{into.absolute().name}-{os.getpid()}")
    try:
        _sweep(into.absolute())
        temporary.mkdir(parents=True)
        for part in ("batches", "records", "bodies"):
            (temporary / part).mkdir()
        made = _unpack(file, temporary)
        found = check(Files(temporary), 0)
        if found.problems:
            raise LedgerError(
                f"{file}: holds no whole ledger: {found.problems[0].what.replace(str(temporary), 'in it')}"
            )
        if (found.sequence, found.hash) != (made.sequence, made.hash):
            raise LedgerError(f"{file}: holds another ledger than it says; take another backup")
        for folder in [temporary, *(each for each in temporary.rglob("*") if each.is_dir())]:
            sync([folder])
        temporary.rename(into)
        sync([into.absolute().parent])
    except OSError as error:
        raise InputError(
            f"{into}: cannot be written: {error.strerror or error}; free space, or give another folder"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return made


def _sweep(into: Path) -> None:
    """Take away what restorings to *into* left that were killed: it has the names of affected persons."""
    start = f".new-{into.name}-"
    for left in into.parent.iterdir() if into.parent.is_dir() else ():
        number = left.name.removeprefix(start)
        if left.name.startswith(start) and number.isascii() and number.isdigit() and not _is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _unpack(file: Path, into: Path) -> Manifest:
    """Write what *file* holds into the folder *into*, and return its manifest.

    Only plain files under the names of a ledger are taken, so that nothing is written elsewhere; as nothing is compressed, no more is written than
    the file is long.

    Raises: InputError if it is no backup or was changed; OSError if the disk refuses.
    """
    try:
        # Opening a pipe waits for whoever writes it, and a device has no end.
        if not stat.S_ISREG(file.stat().st_mode):
            raise InputError(f"{file}: is no plain file; give the file of a backup")
        handle = file.open("rb")
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}; give another file") from error
    held: list[Held] = []
    manifest: bytes | None = None
    with handle:
        size = os.fstat(handle.fileno()).st_size
        try:
            with tarfile.open(fileobj=handle, mode="r:") as tar:
                for member in tar:
                    if manifest is not None or member.type != tarfile.REGTYPE or member.sparse is not None:
                        raise _strange(file, member)
                    if not 0 <= member.size <= size - member.offset_data:
                        raise InputError(f"{file}: is cut short; take another backup")
                    content = tar.extractfile(member)
                    assert content is not None
                    if member.name == MANIFEST and member.size <= LONGEST:
                        manifest = content.read()
                        continue
                    held.append(_unpack_one(file, into, member, content))
        except (tarfile.TarError, EOFError, ValueError, OverflowError, UnicodeError) as error:
            raise InputError(f"{file}: is no backup of a ledger, or damaged: {error}; take another") from error
    return _manifest(file, manifest, held)


def _strange(file: Path, member: tarfile.TarInfo) -> InputError:
    """Return the error of a member that a backup has none of, with the beginning of its name."""
    name = repr(member.name[:SHOWN]) + ("…" if len(member.name) > SHOWN else "")
    return InputError(f"{file}: holds {name}, which is no file of a ledger; do not trust it")


def _unpack_one(file: Path, into: Path, member: tarfile.TarInfo, content: IO[bytes]) -> Held:
    path = into / member.name
    if not NAME.fullmatch(member.name) or path.exists():
        raise _strange(file, member)
    path.parent.mkdir(exist_ok=True)
    hashed, left = hashlib.sha256(), member.size
    with path.open("xb") as made:
        while left:
            piece = content.read(min(left, PIECE))
            if not piece:
                raise InputError(f"{file}: is cut short; take another backup")
            hashed.update(piece)
            made.write(piece)
            left -= len(piece)
        made.flush()
        os.fsync(made.fileno())
    return Held(member.name, member.size, hashed.hexdigest())


def _manifest(file: Path, data: bytes | None, held: list[Held]) -> Manifest:
    if data is None:
        raise InputError(f"{file}: is no backup of a ledger, or cut short: it has no manifest; take another")
    try:
        made = msgspec.json.decode(data, type=Manifest)
        again = canonical(made) + b"\n"
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InputError(f"{file}: its manifest is damaged: {error}; take another backup") from error
    except InputError as error:
        # A number that JSON of this kind has none of.
        raise InputError(f"{file}: its manifest is damaged; take another backup") from error
    if made.format != "allegata-backup" or again != data:
        raise InputError(f"{file}: its manifest is damaged; take another backup")
    if made.version != 1:
        raise InputError(f"{file}: is a backup of format {made.version}; upgrade allegata")
    for one, other in zip(made.files, held, strict=False):
        if one != other:
            raise InputError(f"{file}: {other.path} is not what its manifest says; take another backup")
    if len(made.files) != len(held):
        raise InputError(
            f"{file}: holds {len(held)} files where its manifest has {len(made.files)}; take another backup"
        )
    return made
