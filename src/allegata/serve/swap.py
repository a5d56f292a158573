"""A folder of files that takes the place of an earlier one: whenever the program is ended, the one or the other stands there, whole."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from allegata.model.error import InputError

BEGINNING = ".allegata-publish-"
"""How the name of a folder begins in which a new one is made, beside the one that it takes the place of."""
LOCK = "for"
"""A file of such a folder: the name of what it is made for. It is locked for as long as somebody makes it."""
OTHERS = frozenset((".git", ".gitattributes", ".gitignore", ".nojekyll", "CNAME"))
"""What may stand in a folder before a first site is written to it: that by which it is sent on."""
NAMED = 5
"""Files that a message names."""
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of renameat2(2)."""


def place_of(out: Path, ledger: Path | None) -> Path:
    """Return the folder that *out* means, with no link in it. ledger: the folder that must neither be in it nor hold it, null for none.

    Raises: InputError if it cannot be replaced.
    """
    try:
        place, here = out.resolve(), Path.cwd()
        kept = ledger.resolve() if ledger is not None else None
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{out}: is no folder; give another one") from error
    if kept is not None and (place.is_relative_to(kept) or kept.is_relative_to(place)):
        raise InputError(
            f"{out}: is in the folder of the ledger, or holds it, so that names would be published or lost; give another one"
        )
    if here.is_relative_to(place):
        raise InputError(f"{out}: cannot be replaced from inside; run the command from the folder above it")
    return place


def files_in(place: Path, mark: str) -> frozenset[str]:
    """Return the names of the files that were written to *place*, as its file *mark* lists them; none where there is no folder, or one that is empty but for `OTHERS`.

    Raises: InputError if it holds something else.
    """
    if not os.path.lexists(place) or (place.is_dir() and {each.name for each in place.iterdir()} <= OTHERS):
        return frozenset()
    listed = place / mark
    if listed.is_symlink() or not listed.is_file():
        raise InputError(f"{place}: holds something else than a published site; give a new folder")
    try:
        found = json.loads(listed.read_bytes())["files"]
        names = frozenset(each for each in found if isinstance(each, str))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(
            f"{listed}: does not list the files of the site, so that yours cannot be told from them; give a new folder, and take your own files there"
        ) from error
    return names | {mark}


def replace_folder(place: Path, files: Iterable[tuple[str, bytes]], mark: str) -> None:
    """Write *files* to *place*, an absolute path, instead of those that its file *mark* lists; all other files stay as they are.

    Raises: InputError if *place* holds something else, or files with names that are to be written; OSError if it cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    _mend(place)
    files_in(place, mark)
    with _beside(place) as work:
        fresh = work / "new"
        fresh.mkdir()
        names = set[str]()
        for name, body in files:
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(body)
            names.add(name)
        if place.is_dir():
            # Anew: another one may have written the site while this one was made, and what it lists is not the user's.
            _keep(place, fresh, files_in(place, mark), names)
            _like(place, fresh)
            _exchange(fresh, place, work / "old")
        else:
            fresh.rename(place)


def _keep(place: Path, fresh: Path, before: frozenset[str], names: set[str]) -> None:
    """Give *fresh* the files of *place* that are not among *before*; they stay where they are, too, until *place* goes.

    Raises: InputError if one has a name among *names*, or is where a folder for them has to be.
    """
    others = list(_others(place, before))
    folders = _folders(names)
    taken = [
        name
        for name, is_folder in others
        if name in names or (name in folders and not is_folder) or not names.isdisjoint(_folders((name,)))
    ]
    if taken:
        some = ", ".join(sorted(taken)[:NAMED])
        more = f" and {len(taken) - NAMED} more" if len(taken) > NAMED else ""
        raise InputError(
            f"{place}: {some}{more} would be written over; rename what is yours there, or give a new folder"
        )
    for name, is_folder in others:
        if is_folder:
            (fresh / name).mkdir(parents=True, exist_ok=True)
        else:
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            _give(place / name, fresh / name)
    # Once all is in them: a folder that may not be written to could not have been filled. The innermost ones first.
    for name, is_folder in reversed(others):
        if is_folder:
            _like(place / name, fresh / name)


def _others(place: Path, before: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield the name of everything in *place* that is not of *before*, and whether it is a folder; a folder stands before what it holds."""
    own = _folders(before)
    for at, folders, files in os.walk(place, onerror=_raised):
        for name in sorted([*folders, *files]):
            path = Path(at, name)
            is_folder = path.is_dir() and not path.is_symlink()
            short = path.relative_to(place).as_posix()
            if short not in (own if is_folder else before):
                yield short, is_folder


def _raised(error: OSError) -> None:
    raise error


def _folders(names: Iterable[str]) -> frozenset[str]:
    """Return the folders that files of *names* are in.

    >>> sorted(_folders({"a/b/c.html", "d.html"}))
    ['a', 'a/b']
    """
    return frozenset(str(each) for name in names for each in PurePosixPath(name).parents if each.parts)


def _give(kept: Path, to: Path) -> None:
    """Make *to* the file *kept* under a second name, where the disk can do that, else a copy."""
    try:
        os.link(kept, to, follow_symlinks=False)
    except OSError:
        mode = kept.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise
        shutil.copy2(kept, to, follow_symlinks=False)


def _like(before: Path, fresh: Path) -> None:
    """Give the folder *fresh* the rights that *before* has."""
    with suppress(OSError):
        os.chown(fresh, -1, before.stat().st_gid)
    shutil.copystat(before, fresh)


def _exchange(fresh: Path, place: Path, old: Path) -> None:
    """Let *fresh* and *place* change places at once; where the system cannot, *place* is *old* for a moment, and `_mend` finds it there."""
    if not _exchanged(fresh, place):
        place.rename(old)
        fresh.rename(place)


def _exchanged(one: Path, other: Path) -> bool:
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number), str(other))


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a new folder on the disk of *place*, known to be made for it; it goes with the block."""
    work = Path(tempfile.mkdtemp(prefix=BEGINNING, dir=place.parent))
    handle = os.open(work / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        # Nobody takes the folder away before it says what it is for, and it is locked by then.
        os.write(handle, os.fsencode(place.name))
        yield work
    finally:
        _gone(work, place)
        os.close(handle)


def _mend(place: Path) -> None:
    """Put back the folder that a program that was ended took from *place*, and take away what it made beside it."""
    for work in place.parent.glob(f"{BEGINNING}*"):
        with suppress(OSError):
            if work.is_symlink() or (work / LOCK).is_symlink() or (work / LOCK).read_bytes() != os.fsencode(place.name):
                continue
            handle = os.open(work / LOCK, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _gone(work, place)
            finally:
                os.close(handle)


def _gone(work: Path, place: Path) -> None:
    old, fresh = work / "old", work / "new"
    with suppress(OSError):
        # Both are there only where the program was ended between the two steps.
        if old.exists() and fresh.exists() and not os.path.lexists(place):
            old.rename(place)
    if old.exists() and fresh.exists():
        return
    for each in (old, fresh):
        shutil.rmtree(each, ignore_errors=True)
    with suppress(OSError):
        if {each.name for each in work.iterdir()} <= {LOCK}:
            (work / LOCK).unlink(missing_ok=True)
            work.rmdir()
