"""Where a ledger is: addresses of databases, and how messages call them. A password is in no message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

from allegata.ledger.records import Outward
from allegata.model.error import InputError

if TYPE_CHECKING:
    from allegata.ledger.postgresql import DatabaseLedger

SCHEMA = "allegata"
LONGEST_NAME = 63
"""Bytes of a name in PostgreSQL."""
NO_ADDRESS = (
    "postgresql://…: is no address of a database; write postgresql://USER@HOST/DATABASE?schema=NAME, "
    "and each sign but letters and digits of a name or password as %XX"
)
_BEGINNING = r"(?:://|\b(?i:postgres(?:ql)?):/?(?!/))"
_PASSWORD = re.compile(rf"({_BEGINNING}[^/?#@\s:…]*):((?:(?!\s[a-z]+://).)*)(?=@)", re.DOTALL)
"""A password goes to the last @ before the next address: what is typed may have one in it that should have been %40."""
_MISWRITTEN = re.compile(r"\s+postgres(?:ql)?\s*:|postgres(?:ql)?(?:\s+:|:(?!//))", re.IGNORECASE)
_NAMED = "write postgresql://USER@HOST/DATABASE?schema=NAME"
_ORDINARY = re.compile(r"[a-z]+|[\d.]+|.{0,3}")
_PARAMETER = re.compile(r"(?i)\b((?:ssl)?password=)[^&\s]*")


class Address(NamedTuple):
    """A ledger in a database. conninfo: how the database is reached, with the password if one was given. schema: the ledger's own."""

    conninfo: str
    schema: str
    secrets: tuple[str, ...]


def open_database(location: str, create: bool, outward: Outward) -> DatabaseLedger:
    """Return the ledger in the PostgreSQL database at *location*; made when it is missing and *create* says so.

    Raises: LedgerError if there is none, or it cannot be made or read; InputError for an address that is none, or where psycopg is missing.
    """
    try:
        from allegata.ledger.postgresql import open_address
    except ImportError as error:
        raise InputError(
            "postgresql://…: a ledger in PostgreSQL needs psycopg; install it with: pip install 'allegata[postgresql]'"
        ) from error
    return open_address(address_of(location), create, outward)


def hidden(text: str) -> str:
    """Return *text* with the passwords of addresses in it left out.

    >>> hidden("postgresql://ana:s3:cr@t@db.example/team?password=x: no")
    'postgresql://ana:***@db.example/team?password=*** no'
    """
    return _PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1:***", text))


def without(text: str, secrets: Iterable[str]) -> str:
    """Return *text*, which a server or library says, with *secrets* left out where they stand as a whole word.

    One that the server may well say by itself (a word, a number, a few letters) stays: a gap would tell it.

    >>> without("connection to server failed: s3cr3t", ("s3cr3t", "server", "e"))
    'connection to server failed: ***'
    """
    for secret in secrets:
        if not _ORDINARY.fullmatch(secret):
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return text


def is_miswritten(location: str) -> bool:
    """Return whether *location* is meant to be the address of a database but lacks a slash, or has a space before it or its colon.

    >>> is_miswritten("postgresql:/ana@db.example/team"), is_miswritten("postgresql://db.example/team"), is_miswritten("postgres ://db")
    (True, False, True)
    """
    return bool(_MISWRITTEN.match(location))


def _is_clear(plain: str) -> bool:
    """Return whether the only @ of an address ends its user, and its ports are numbers; else a part of a password may be taken for a name.

    >>> _is_clear("postgresql://ana:x@[::1]:5432,db.example/team"), _is_clear("postgresql://ana:x@y@db.example/team")
    (True, False)
    >>> _is_clear("postgresql://ana:x/y@db.example/team"), _is_clear("postgresql://ana:x/team")
    (False, False)
    """
    _, at, hosts = plain.partition("://")[2].partition("/")[0].rpartition("@")
    ports = [each[each.rfind("]") + 1 :].partition(":")[2] for each in hosts.split(",")]
    return plain.count("@") == len(at) and all(not port or port.isdecimal() for port in ports)


def address_of(location: str) -> Address:
    """Return the address that *location* writes: ``postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?schema=NAME&…]``.

    Any further parameter is one of PostgreSQL's own. Without a schema it is `SCHEMA`.

    Raises: InputError if it is none, as it has an @ or a port that may be a part of a password, or if the name of the schema is none.

    >>> address_of("postgres://ana:x%21@db.example/team?schema=desk&sslmode=require")
    Address(conninfo='postgresql://ana:x%21@db.example/team?sslmode=require', schema='desk', secrets=('x!', 'x%21'))
    """
    plain, _, query = location.partition("?")
    plain = "postgresql" + plain[plain.index("://") :]
    try:
        location.encode()
        given = parse_qsl(query, keep_blank_values=True, errors="strict")
    except UnicodeError:
        raise InputError(NO_ADDRESS) from None
    if not _is_clear(plain):
        raise InputError(NO_ADDRESS)
    named = [value for name, value in given if name == "schema"]
    if len(named) > 1:
        raise InputError(f"postgresql://…: names {len(named)} schemas; {_NAMED}")
    schema = named[0] if named else SCHEMA
    # What is called so PostgreSQL takes for the schema of the user, in quotes too.
    if not schema or "\0" in schema or len(schema.encode()) > LONGEST_NAME or schema == "$user":
        raise InputError(f"postgresql://…?schema={schema}: is no name of a schema; {_NAMED}")
    rest = urlencode([each for each in given if each[0] != "schema"], quote_via=quote)
    secrets = [secret for found in _PASSWORD.finditer(plain) for secret in (found[2], unquote(found[2]))]
    secrets += [value for name, value in given if name in ("password", "sslpassword")]
    return Address(f"{plain}?{rest}" if rest else plain, schema, tuple(sorted({*secrets} - {""})))
