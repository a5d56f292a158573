"""Where a ledger is: addresses of databases, and how messages call them. A password is in no message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

from allegata.ledger.records import Outward
from allegata.model import InputError

if TYPE_CHECKING:
    from allegata.ledger.postgresql import DatabaseLedger

SCHEMA = "allegata"
LONGEST_NAME = 63
"""Bytes of a name in PostgreSQL."""
_PASSWORD = re.compile(r"(?<=://)([^/?#@\s:]*):(.*)(?=@)")
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


def address_of(location: str) -> Address:
    """Return the address that *location* writes: ``postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?schema=NAME&…]``.

    Any further parameter is one of PostgreSQL's own. Without a schema it is `SCHEMA`.

    Raises: InputError if the name of the schema is none.

    >>> address_of("postgres://ana:x%21@db.example/team?schema=desk&sslmode=require")
    Address(conninfo='postgresql://ana:x%21@db.example/team?sslmode=require', schema='desk', secrets=('x!', 'x%21'))
    """
    plain, _, query = location.partition("?")
    plain = "postgresql" + plain[plain.index("://") :]
    given = parse_qsl(query, keep_blank_values=True)
    schema = next((value for name, value in given if name == "schema"), SCHEMA)
    if not schema or "\0" in schema or len(schema.encode()) > LONGEST_NAME:
        raise InputError(f"postgresql://…?schema={schema}: is no name of a schema; write ?schema=NAME")
    rest = urlencode([each for each in given if each[0] != "schema"], quote_via=quote)
    found = _PASSWORD.search(plain)
    secrets = [found[2], unquote(found[2])] if found else []
    secrets += [value for name, value in given if name in ("password", "sslpassword")]
    return Address(f"{plain}?{rest}" if rest else plain, schema, tuple(sorted({*secrets} - {""})))
