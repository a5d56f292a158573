"""Where archives lie and what is read of them goes: a folder, or object storage (s3://, gs://, hdfs://), through pyarrow."""

from __future__ import annotations

import fcntl
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl, quote, urlsplit

from allegata.model.error import InputError

MISSING = 'archives are written with pyarrow; install it: pip install "allegata[archive]"'
LOCK = "lock"
PLAN = "plan.json"
TABLES = ("documents", "claims", "records")
BLOCK_BYTES = 8 << 20
"""Bytes that are asked of object storage at a time: fewer, and waiting for answers takes longer than reading."""
SECRETS = re.compile(r"key|secret|token|password|signature|sig$", re.IGNORECASE)
"""Names of what may be a credential in the query of an address."""
ARCHIVES = (".warc", ".warc.gz", ".wacz", ".parquet", ".jsonl", ".ndjson", ".jsonl.gz", ".csv", ".tsv", ".mbox")
"""How the files of a folder end that are taken as archives."""
_BEGUN = re.compile(r"\.\d+\.part$")
_READ = re.compile(rf"(.*/)(?:{'|'.join(TABLES)})/part-\d+\.parquet")
"""Tables that were read of archives, in a folder with a plan."""


def arrow() -> Any:
    """Return pyarrow.

    Raises: InputError where it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.fs
        import pyarrow.parquet
    except ImportError:
        raise InputError(MISSING) from None
    return pyarrow


class Place:
    """A folder or file at an address. address: as it was given, a path or a URI."""

    def __init__(self, address: str) -> None:
        fs = arrow().fs
        if _holds_credential(address):
            raise InputError(
                "an address holds a credential, which would be kept and shown; give it in the environment, as AWS_ACCESS_KEY_ID"
            )
        self.address = address
        self._fs: Any
        self._path: str
        try:
            self._fs, self._path = (
                fs.FileSystem.from_uri(address)
                if "://" in address
                else (fs.LocalFileSystem(), str(Path(address).absolute()))
            )
        except (ValueError, OSError) as error:
            raise InputError(f"{address}: {_reason(error)}; give a path or an address as s3://BUCKET/FOLDER") from None
        self._is_local = isinstance(self._fs, fs.LocalFileSystem)

    @property
    def name(self) -> str:
        """What lies here as it is called there: the address without its query, its signs not escaped.

        >>> Place("file:///in/day%201.warc.gz").name
        'file:///in/day 1.warc.gz'
        """
        scheme, mark, _ = self.address.partition("://")
        return f"{scheme}://{self._path}" if mark else self.address

    def files(self) -> Iterator[tuple[str, int]]:
        """Yield address and size in bytes of each archive here, in the order of their names; of a file, its own.

        What was read of archives before is none of them, as where OUT lies in INPUT.

        Raises: InputError if there is none.
        """
        fs = arrow().fs
        info = self._asked(lambda: self._fs.get_file_info(self._path))
        if info.type == fs.FileType.File:
            yield self.address, info.size
            return
        if info.type == fs.FileType.NotFound:
            raise InputError(f"{self.address}: no such file or folder; check the name")
        inside = self._asked(self._inside)
        plans = {each.path for each in inside if each.base_name == PLAN}
        found = sorted(
            (each.path, each.size)
            for each in inside
            if each.is_file
            and each.path.lower().endswith(ARCHIVES)
            and not ((read := _READ.fullmatch(each.path)) and read[1] + PLAN in plans)
        )
        if not found:
            raise InputError(f"{self.address}: holds no archives ({', '.join(ARCHIVES)})")
        for path, size in found:
            yield self._address_of(path[len(self._path.rstrip("/")) :]), size

    def _address_of(self, name: str) -> str:
        """Return the address of the file *name*, which begins with a stroke, in this folder; in a URI its signs are escaped."""
        if "://" not in self.address:
            return self.address.rstrip("/") + name
        folder, mark, query = self.address.partition("?")
        return folder.rstrip("/") + quote(name, safe="/=:@!$&'()*+,;~") + mark + query

    def _inside(self) -> Any:
        """Return what is in this folder. Links to folders are not followed: they can lead in a circle."""
        if not self._is_local:
            return self._fs.get_file_info(arrow().fs.FileSelector(self._path, recursive=True))

        def fail(error: OSError) -> None:
            raise error

        walked = os.walk(self._path, onerror=fail)
        found = [f"{folder}/{name}" for folder, _, names in walked for name in names]
        for each in found:
            if not each.isprintable() and any("\ud800" <= char <= "\udfff" for char in each):
                raise InputError(f"{each.encode('utf-8', 'replace').decode()}: has a name that is no UTF-8; rename it")
        return self._fs.get_file_info(found)

    def open(self) -> BinaryIO:
        """Return the file here, to be read.

        Raises: InputError if it cannot be.
        """
        if self._is_local:
            return cast(BinaryIO, self._asked(lambda: Path(self._path).open("rb")))
        return io.BufferedReader(self._asked(lambda: self._fs.open_input_file(self._path)), BLOCK_BYTES)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of the file *name* in this folder, null without one."""
        try:
            with self._fs.open_input_file(f"{self._path}/{name}") as stream:
                return bytes(stream.read())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(f"{self.address}: {_reason(error)}") from None

    def write(self, name: str, content: bytes) -> None:
        """Write the file *name* in this folder; it is there whole or not at all."""
        with self.writing(name) as stream:
            stream.write(content)

    def writing(self, name: str) -> Writing:
        """Return the file *name* in this folder to be written; it is there once it is closed without an error."""
        return Writing(self._fs, f"{self._path}/{name}", self._is_local)

    def names(self, folder: str) -> list[str]:
        """Return the names in *folder*, sorted, none where there is no such folder."""
        fs = arrow().fs
        inside = self._asked(
            lambda: self._fs.get_file_info(fs.FileSelector(f"{self._path}/{folder}", allow_not_found=True))
        )
        return sorted(each.base_name for each in inside if each.is_file)

    def remove(self, name: str) -> None:
        """Take the file *name* out, if it is there."""
        try:
            self._fs.delete_file(f"{self._path}/{name}")
        except FileNotFoundError:
            return

    def tidy(self, *folders: str) -> None:
        """Take out what a program that was killed had begun to write into *folders*; only while nobody writes."""
        for folder in folders if self._is_local else ():
            for name in self.names(folder):
                if _BEGUN.search(name):
                    self.remove(f"{folder}/{name}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else of this computer write here meanwhile; in object storage nothing holds others off.

        Raises: InputError if somebody does.
        """
        if not self._is_local:
            yield
            return
        handle = os.open(f"{self._path}/{LOCK}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise InputError(f"{self.address}: another program reads into it; wait until it has finished") from None
        try:
            yield
        finally:
            os.close(handle)

    def inside(self, name: str) -> tuple[Any, str]:
        """Return the file system and the path of *name* in this folder, as pyarrow asks for them."""
        return self._fs, f"{self._path}/{name}"

    def make(self, *folders: str) -> None:
        """Make this folder and *folders* in it; on a computer for its user alone, as it holds what pages say.

        Raises: InputError if it cannot be.
        """
        for each in ("", *folders):
            path = f"{self._path}/{each}".rstrip("/")
            if self._is_local:
                self._asked(lambda path=path: Path(path).mkdir(mode=0o700, parents=True, exist_ok=True))
            else:
                self._asked(lambda path=path: self._fs.create_dir(path))

    def _asked(self, ask: Any) -> Any:
        try:
            return ask()
        except OSError as error:
            raise InputError(f"{self.address}: {_reason(error)}") from None


class Stretch(io.RawIOBase):
    """The bytes of *stream* up to *stop*, at the offsets that they have in it."""

    def __init__(self, stream: BinaryIO, stop: int) -> None:
        super().__init__()
        self._stream, self._stop = stream, stop

    def read(self, size: int = -1) -> bytes:
        """Return at most *size* bytes, all that are left for -1."""
        left = max(0, self._stop - self._stream.tell())
        return self._stream.read(left if size < 0 else min(size, left))

    def readinto(self, buffer: Any) -> int:
        """Fill *buffer*, and return with how many bytes."""
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line, or its first *size* bytes."""
        left = max(0, self._stop - self._stream.tell())
        return self._stream.readline(left if size is None or size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; from the end that is *stop*."""
        return (
            self._stream.seek(self._stop + offset, io.SEEK_SET)
            if whence == io.SEEK_END
            else self._stream.seek(offset, whence)
        )

    def tell(self) -> int:
        """Return the place."""
        return self._stream.tell()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it has places."""
        return True


class Writing:
    """A file that is written, and there whole once it is closed; in a folder beside its name until then."""

    def __init__(self, fs: Any, path: str, is_local: bool) -> None:
        self._fs, self._path, self._is_local = fs, path, is_local
        # Object storage shows a file when it is closed.
        self._now = f"{path}.{os.getpid()}.part" if is_local else path
        self._stream = fs.open_output_stream(self._now)

    def __enter__(self) -> Any:
        return self._stream

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stream.close()
        if kind is not None:
            self._fs.delete_file(self._now)
        elif self._is_local:
            with Path(self._now).open("rb") as written:
                os.fchmod(written.fileno(), 0o600)
                os.fsync(written.fileno())
            Path(self._now).replace(self._path)


def _holds_credential(address: str) -> bool:
    """Return whether *address* says who reads, with what proves it: it is kept in the plan and stands in messages.

    >>> [_holds_credential(f"s3://{each}news/a") for each in ("AKIA:s3cr3t@", "AKIA@", "")]
    [True, True, False]
    """
    try:
        parts = urlsplit(address if "://" in address else "")
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
        named = parts.password is not None or (parts.scheme == "s3" and parts.username is not None)
        return named or any(SECRETS.search(name) for name in names)
    except ValueError:
        return "@" in address


def _reason(error: Exception) -> str:
    """Return *error* in one line."""
    return (getattr(error, "strerror", None) or " ".join(str(error).split())[:200] or type(error).__name__).rstrip(".")
