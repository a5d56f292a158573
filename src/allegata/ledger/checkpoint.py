"""The head of a ledger written down outside of it, signed if wanted (Ed25519), so that a shortened or exchanged ledger can be told."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from allegata.model.error import InputError
from allegata.model.json import canonical
from allegata.model.mention import Record

LONGEST = 100_000
"""Bytes of a file that is read as a key or a checkpoint."""


class Checkpoint(Record, frozen=True):
    """The head of a ledger at a time.

    sequence, hash: of its last batch. first: hash of its first, by which ledgers are told apart. recorded_at: when the last batch was
    recorded. made_at: when the checkpoint was made. format, version: of checkpoints.
    """

    sequence: int
    hash: str
    first: str
    recorded_at: str
    made_at: str
    format: str = "allegata-checkpoint"
    version: int = 1


class Signed(Record, frozen=True):
    """A checkpoint as it is written. key: the public key (hex, 32 bytes) of who signed it, and signature: of its canonical JSON; null for none."""

    checkpoint: Checkpoint
    key: str | None
    signature: str | None


def new_key(path: Path) -> Path:
    """Make a private key in the file *path*, which only its owner may read, and return the file beside it with the public key.

    Raises: InputError if one of the files is there already or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = path.with_name(path.name + ".pub")
    _make(path, private, 0o600)
    _make(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    return public


def _make(path: Path, data: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"{path}: cannot be made: {error.strerror or error}; give another file") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}; give another file") from error


def private_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in *path*.

    Raises: InputError if there is none.
    """
    try:
        key = load_pem_private_key(_read(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError(f"{path}: is no private key; make one with: allegata checkpoint --new-key FILE") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{path}: is no Ed25519 key; make one with: allegata checkpoint --new-key FILE")
    return key


def public_key(path: Path) -> str:
    """Return the public key (hex) in *path*, a PEM file.

    Raises: InputError if there is none.
    """
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"{path}: is no public key; give the file that ends in .pub") from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{path}: is no Ed25519 key; give the file that ends in .pub")
    return _hex(key)


def _hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey | None) -> Signed:
    """Return *checkpoint*, signed with *key* if there is one."""
    if key is None:
        return Signed(checkpoint, None, None)
    return Signed(checkpoint, _hex(key.public_key()), key.sign(canonical(checkpoint)).hex())


def parse_checkpoint(path: Path, trusted: str | None = None) -> Signed:
    """Return the checkpoint in *path* after checking its signature, if it has one; *trusted*: the public key that has to have made it.

    Raises: InputError if the file holds none, the signature does not fit, or is not by *trusted*.
    """
    data = _read(path)
    try:
        made = msgspec.json.decode(data, type=Signed)
        if canonical(made) + b"\n" != data or made.checkpoint.format != "allegata-checkpoint":
            raise InputError("it is not as it was written")
    except (msgspec.DecodeError, UnicodeError, RecursionError, InputError) as error:
        raise InputError(f"{path}: is no checkpoint: {error}; export it again") from error
    if made.checkpoint.version != 1:
        raise InputError(f"{path}: is a checkpoint of format {made.checkpoint.version}; upgrade allegata")
    if trusted is not None and made.key is None:
        raise InputError(f"{path}: is not signed, so that --public-key says nothing of it")
    if trusted is not None and made.key != trusted:
        raise InputError(f"{path}: is signed by another key than the one of --public-key; do not trust it")
    if made.key is not None and not _fits(made, made.key):
        raise InputError(f"{path}: its signature does not fit; it was changed after it was signed, do not trust it")
    return made


def _fits(made: Signed, key: str) -> bool:
    try:
        known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        known.verify(bytes.fromhex(made.signature or ""), canonical(made.checkpoint))
    except (ValueError, InvalidSignature):
        return False
    return True
