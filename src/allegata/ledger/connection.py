"""A connection to PostgreSQL: statements, transactions, and errors in one line that never holds a password."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import IsolationLevel, errors, sql
from psycopg.conninfo import conninfo_to_dict

from allegata.ledger.dialect import statement
from allegata.ledger.location import NO_ADDRESS, Address, hidden, without
from allegata.model.error import InputError, LedgerError

WAIT_S = 10.0
CONNECT_S = 10
IDLE_S = 300
"""Seconds after which a writer of which nothing is heard any more loses the lock."""
T = TypeVar("T")
# What goes wrong is raised, and said once; what psycopg says of it besides is for whoever listens.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class Connection:
    """One connection, on which the ledger's own schema is looked at and nothing else. name: how messages call the ledger.

    One that breaks while no transaction is under way is made again: nothing is lost with it.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        try:
            given = conninfo_to_dict(address.conninfo)
        except psycopg.Error:
            raise InputError(NO_ADDRESS) from None
        self.name = name_of(given, address.schema)
        self._wait_s = given.get("connect_timeout") or CONNECT_S
        self._closed = False
        # Transactions and pipelines under way, one in the other.
        self._depth = 0
        self._connect()
        self.schema = sql.Identifier(address.schema).as_string(self._plain)

    def _connect(self) -> None:
        try:
            self._plain = psycopg.connect(
                self._address.conninfo,
                autocommit=True,
                connect_timeout=int(self._wait_s),
                client_encoding="utf8",
                application_name="allegata",
            )
        except (psycopg.Error, ValueError) as error:
            raise LedgerError(
                f"{self.name}: cannot be reached: {self._said(error)}; check the address, the user and the server"
            ) from None
        # What an administrator set for all has no say in how a batch is written.
        self._plain.isolation_level = IsolationLevel.READ_COMMITTED
        path = sql.SQL("SET search_path TO {}, pg_temp; SET standard_conforming_strings TO on")
        with self._mending():
            self._plain.execute(path.format(sql.Identifier(self._address.schema)))

    def _tried(self, how: Callable[[], T]) -> T:
        """Return what *how* gives; where the connection turns out to be broken and no transaction is under way, on a new one."""
        with self._mending():
            try:
                return how()
            except psycopg.OperationalError:
                if not self._plain.closed or self._closed or self.under_way:
                    raise
            self._connect()
            return how()

    @property
    def under_way(self) -> bool:
        """Whether a transaction is under way."""
        return self._depth > 0

    @contextmanager
    def _within(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._mending(), ExitStack() as stack:
            self._tried(lambda: stack.enter_context(self._plain.transaction()))
            stack.enter_context(self._within())
            yield

    def _said(self, error: Exception) -> str:
        """Return what *error* says, on one line, without a password."""
        words = hidden(" ".join(str(error).split())) or type(error).__name__
        return without(words, self._address.secrets)

    def _mended(self, error: psycopg.Error) -> LedgerError:
        match error:
            case errors.LockNotAvailable():
                return LedgerError(f"{self.name}: another program is writing; try again when it has finished")
            case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
                return LedgerError(
                    f"{self.name}: this user may not: {self._said(error)}; ask whoever keeps the database for the right"
                )
            case psycopg.OperationalError():
                return LedgerError(f"{self.name}: {self._said(error)}; look after the server, and try again")
            case _:
                return LedgerError(f"{self.name}: the database refused: {self._said(error)}; run allegata verify")

    @contextmanager
    def _mending(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._mended(error) from error

    def execute(self, query: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Return the cursor of a statement that is written as for SQLite."""
        return self._tried(lambda: self._plain.execute(statement(query).encode(), values))

    def executemany(self, query: str, values: Sequence[Sequence[Any]], /) -> None:
        """Run a statement for each of *values*."""
        with self._mending(), self._plain.cursor() as cursor:
            cursor.executemany(statement(query).encode(), values)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what *query* finds."""
        return self._tried(lambda: self._plain.execute(statement(query).encode(), values).fetchall())

    def run(self, script: str) -> None:
        """Run statements of PostgreSQL's own."""
        with self._mending():
            self._plain.execute(script.encode())

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """Send statements without waiting for each."""
        with self._mending(), self._plain.pipeline(), self._within():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer of the schema for one transaction, which is undone if anything is raised.

        Raises: LedgerError if another writer does not finish within ten seconds.
        """
        with self._transaction():
            for setting, value in (("lock_timeout", WAIT_S), ("idle_in_transaction_session_timeout", IDLE_S)):
                self.execute("SELECT set_config(?, ?, TRUE)", (setting, f"{int(value * 1000)}ms"))
            # A batch that is said to be kept is on the disk, even where the server's own setting is laxer.
            self.execute(
                "SELECT set_config('synchronous_commit', 'on', TRUE) WHERE current_setting('synchronous_commit') = 'off'"
            )
            self.execute("SELECT pg_advisory_xact_lock(hashtextextended('allegata ' || ?, 0))", (self._address.schema,))
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See the same state in all that is read, whatever is written meanwhile; within `writing` that is so already, as nobody else writes."""
        if self.under_way:
            yield
            return
        with self._transaction():
            self.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    def close(self) -> None:
        """Close the connection; an open transaction is undone."""
        self._closed = True
        self._plain.close()


def name_of(given: dict[str, Any], schema: str) -> str:
    """Return what messages call the ledger that *given* (libpq's parameters) and *schema* lead to.

    >>> name_of({"user": "ana", "host": "db.example", "dbname": "team", "password": "x"}, "desk")
    'postgresql://ana@db.example/team?schema=desk'
    """
    user = f"{given['user']}@" if given.get("user") else ""
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{user}{given.get('host') or ''}{port}/{given.get('dbname') or ''}?schema={schema}"
