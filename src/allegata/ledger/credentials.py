"""What accounts log in with: hashes of passwords, digests of tokens, and how often a login was refused. Never among the ledger's rows.

Rows stay, and an old hash is to be tried against for ever; so this is one small value that is replaced.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import msgspec

from allegata.ledger.layout import unwritten
from allegata.model.error import InputError, LedgerError
from allegata.model.json import canonical, from_json
from allegata.model.mention import Record


class Token(Record, frozen=True):
    """What a program shows instead of a password. digest: sha256 (hex) of the token, which nobody keeps. made_at, expires_at: UTC."""

    account: str
    name: str
    digest: str
    made_at: str
    expires_at: str


class Tries(Record, frozen=True):
    """Logins under one name that failed since the last one that did not. last: when, UTC."""

    failed: int
    last: str


class Refused(Record, frozen=True):
    """Refused logins. since: when the last row about them was due, UTC. number, names: how many there were since, and of which accounts."""

    since: str
    number: int
    names: tuple[str, ...]


class Credentials(Record, frozen=True):
    """Everything that is kept of credentials.

    passwords: argon2id hashes by folded name of the account. tokens: by id. tries: by the sha256 of the folded name that was typed, whether
    or not there is such an account.
    """

    passwords: dict[str, str] = msgspec.field(default_factory=dict)
    tokens: dict[str, Token] = msgspec.field(default_factory=dict)
    tries: dict[str, Tries] = msgspec.field(default_factory=dict)
    refused: Refused | None = None


class CredentialStore(Protocol):
    """Where a ledger keeps its credentials."""

    def read(self) -> Credentials:
        """Return what is kept."""

    def change(self, how: Callable[[Credentials], Credentials]) -> Credentials:
        """Replace what is kept by what *how* makes of it while no other program can; return that. What *how* raises changes nothing."""


class FileCredentials:
    """Credentials in one file that only its owner can read. lock: keeps other programs from writing the ledger it belongs to."""

    def __init__(self, path: Path, lock: Callable[[], AbstractContextManager[None]]) -> None:
        self._path = path
        self._lock = lock

    def read(self) -> Credentials:
        """Return what is kept; nothing where there is no file.

        Raises: LedgerError if the file cannot be read.
        """
        try:
            return from_json(Credentials, json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return Credentials()
        except OSError as error:
            raise LedgerError(
                f"{self._path}: cannot be read: {error.strerror}; log in as the user it belongs to"
            ) from error
        except (ValueError, RecursionError, InputError) as error:
            raise LedgerError(f"{self._path}: is damaged; move it away, and set the passwords again") from error

    def change(self, how: Callable[[Credentials], Credentials]) -> Credentials:
        """Replace what is kept, under the ledger's lock; where *how* changes nothing, nothing is written.

        Raises: LedgerError if the file cannot be written, and whatever *how* raises.
        """
        try:
            with self._lock():
                before = self.read()
                made = how(before)
                if made != before:
                    _write_private(self._path, canonical(made) + b"\n")
                return made
        except OSError as error:
            raise unwritten(self._path, error) from error


def _write_private(target: Path, data: bytes) -> None:
    """Write *data* so that *target* is either the old or the new, and readable to its owner only at every moment."""
    temporary = target.with_name(f".new-{secrets.token_hex(4)}-{target.name}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def write_private(target: Path, data: bytes) -> None:
    """Write *data* to *target*, which only its owner can read, and which is whole at every moment.

    Raises: LedgerError if that cannot be done.
    """
    try:
        _write_private(target, data)
    except OSError as error:
        raise unwritten(target, error) from error
