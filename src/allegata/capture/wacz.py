"""Reports from WACZ files: packages of web archives, as browsers that archive write them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from allegata.capture.made import Taking, origin_name
from allegata.capture.warc import UNPACKED_BYTES, UNPACKED_TIMES, NoPageError, capture_warc
from allegata.model.document import Capture
from allegata.model.error import InputError

DIRECTORY_BYTES = 20_000_000
"""Bytes that the list of what is in a package may have; it is read at once."""
ARCHIVES = (".warc", ".warc.gz")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")


def _directory_bytes(stream: BinaryIO, size_bytes: int) -> int:
    """Return how long the list of what is in a package says to be, 0 where there is none."""
    stream.seek(max(0, size_bytes - 70_000))
    tail = stream.read(70_000)
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    size = int(_END.unpack_from(tail, at)[5])
    at = tail.rfind(b"PK\x06\x06")
    if size == 0xFFFFFFFF and 0 <= at <= len(tail) - _END_64.size:
        size = int(_END_64.unpack_from(tail, at)[8])
    return size


def _archives(package: zipfile.ZipFile, name: str, size_bytes: int) -> list[zipfile.ZipInfo]:
    """Return the web archives in *package*, in the order of their names.

    Raises: InputError if there is none, they are locked, or they say to unpack to too much.
    """
    found = sorted(
        (each for each in package.infolist() if each.filename.lower().endswith(ARCHIVES)),
        key=lambda each: each.filename,
    )
    if not found:
        raise InputError(f"{name}: is a ZIP file without web archives (.warc); unpack it and give its files")
    if any(each.flag_bits & 1 for each in found):
        raise InputError(f"{name}: its web archives are locked with a password; unpack it")
    if sum(each.file_size for each in found) > max(UNPACKED_BYTES, UNPACKED_TIMES * size_bytes):
        raise InputError(f"{name}: unpacks to more than {UNPACKED_TIMES} times its size; give it unpacked")
    return found


def capture_wacz(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    """Yield a capture for each page of the web archives in the package *stream*, as `capture_warc` finds them.

    ``origin`` is ``wacz:NAME#WARC#OFFSET``. A package is read where it lies; nothing is unpacked to the disk.

    Raises: InputError if it is no package of web archives, is broken or unpacks to too much; after the pages that could be read, if one of
    its archives is broken, naming it.
    """
    if _directory_bytes(stream, size_bytes) > DIRECTORY_BYTES:
        raise InputError(f"{name}: lists more files than are read; unpack it and give its web archives")
    problem: InputError | None = None
    empty: InputError | None = None
    yielded = False
    try:
        with zipfile.ZipFile(stream) as package:
            for each in _archives(package, name, size_bytes):
                last = PurePosixPath(each.filename).name
                called, origin = f"{name}: {last}", f"wacz:{origin_name(name)}#{origin_name(last)}"
                try:
                    with package.open(each) as archive:
                        size = max(each.compress_size, 1)
                        for made in capture_warc(
                            archive,  # type: ignore[arg-type]
                            called,
                            size,
                            taking.fetched_at,
                            taking.limit_bytes,
                            skipped=taking.skipped,
                            origin=origin,
                            is_wanted=taking.is_wanted,
                        ):
                            yielded = True
                            yield made
                except NoPageError as error:
                    empty = empty or error
                except InputError as error:
                    problem = problem or error
                except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
                    problem = problem or InputError(f"{called}: is broken ({_reason(error)}); get the whole file")
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, NotImplementedError) as error:
        raise InputError(f"{name}: is broken ({_reason(error)}); get the whole file") from None
    if problem or (empty and not yielded):
        raise problem or empty or InputError(name)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
