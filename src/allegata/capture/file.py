"""Reports from files, folders and standard input."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from allegata.capture.made import too_large
from allegata.model.error import InputError

SCHEMES = ("http://", "https://")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20})://")


def is_address(target: str) -> bool:
    """Return whether *target* is an address to fetch and not a name on disk.

    >>> is_address("https://harbor.example/a"), is_address("a.html")
    (True, False)
    """
    return target.lower().startswith(SCHEMES)


def _cannot(name: str, error: OSError) -> InputError:
    reason = (error.strerror or type(error).__name__).lower()
    return InputError(f"{name}: cannot be opened ({reason}); check the name and its permissions")


def expand(target: str) -> tuple[str, ...]:
    """Return the single reports *target* stands for, in a stable order.

    A file, an address and ``-`` stand for themselves. A folder stands for its files and those of its folders,
    sorted by path; names that begin with a dot are left out and links to folders are not followed. What lies in a
    folder and cannot be opened is returned all the same, so that capturing it names it.

    Raises: InputError if there is nothing by that name, if a folder cannot be opened or holds no file.

    >>> expand("-"), expand("https://harbor.example/a")
    (('-',), ('https://harbor.example/a',))
    """
    if target == "-" or is_address(target):
        return (target,)
    if scheme := _SCHEME.match(target):
        raise InputError(f"{target}: {scheme[1]} addresses are not fetched; give an http or https address or a file")
    try:
        folder = stat.S_ISDIR(Path(target).stat().st_mode)
    except FileNotFoundError:
        raise InputError(f"{target}: there is no such file or folder; check the spelling") from None
    except (OSError, ValueError) as error:
        raise _cannot(target, error if isinstance(error, OSError) else OSError(0, str(error))) from None
    if not folder:
        return (target,)
    found: list[str] = []

    def unreadable(error: OSError) -> None:
        if error.filename is None or Path(error.filename) == Path(target):
            raise _cannot(target, error) from None
        found.append(str(error.filename))

    for place, folders, files in os.walk(target, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [str(Path(place) / name) for name in files if not name.startswith(".")]
    if not found:
        raise InputError(f"{target}: the folder holds no file; give one that does")
    return tuple(sorted(found))


def open_file(name: str) -> BinaryIO:
    """Return the regular file *name*, open for reading.

    Raises: InputError for what is missing, closed to the reader, a folder, a pipe or a device. A pipe is refused
    before it is opened, since opening one waits until somebody writes.
    """
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116
        if stat.S_ISDIR(mode):
            raise InputError(f"{name}: is a folder that cannot be read as one report; give its files")
        if not stat.S_ISREG(mode):
            raise InputError(f"{name}: is not a regular file; pipe it in and give - instead")
        return Path(name).open("rb")
    except FileNotFoundError:
        raise InputError(f"{name}: there is no such file or folder; check the spelling") from None
    except OSError as error:
        raise _cannot(name, error) from None
    except ValueError as error:
        raise InputError(f"{name!r}: cannot be a file name ({error})") from None


def read_stream(stream: BinaryIO, name: str, limit_bytes: int) -> bytes:
    """Return all bytes of *stream*.

    Raises: InputError if reading fails or there are more than *limit_bytes*.
    """
    blocks: list[bytes] = []
    left = limit_bytes + 1
    try:
        while left > 0 and (block := stream.read(min(left, 1 << 20))):
            blocks.append(block)
            left -= len(block)
    except OSError as error:
        raise _cannot(name, error) from None
    if left <= 0:
        raise too_large(name, limit_bytes)
    return b"".join(blocks)
