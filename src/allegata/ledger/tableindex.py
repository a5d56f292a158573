"""The index of a ledger in PostgreSQL: tables beside the batches, changed in the transaction of the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from psycopg import errors

from allegata.ledger import dialect
from allegata.ledger.connection import Connection
from allegata.ledger.index import Index
from allegata.ledger.schema import SCHEMA, TABLES, VERSION
from allegata.model.error import LedgerError

DAMAGED = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.WrongObjectType,
    errors.DataCorrupted,
    errors.IndexCorrupted,
)


class TableIndex(Index):
    """The index of a ledger in tables beside it, filled by *fill*; where tables are damaged *again* makes and fills them."""

    def __init__(self, db: Connection, fill: Callable[[], None], again: Callable[[], None]) -> None:
        self._db: Connection = db
        self._fill = fill
        self._again = again

    def has_tables(self) -> bool:
        """Return whether there is each of the tables."""
        query = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(?) AND relkind = 'r' AND relname = ANY(?)"
        return bool(self._db.rows(query, (self._db.schema, [*TABLES, "salt"]))[0][0] == len(TABLES) + 1)

    def rows(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        """Return what *query* finds; a damaged index is made again first, where no transaction is under way that this would break."""
        try:
            return self._db.rows(query, values)
        except LedgerError as error:
            if self._db.under_way or not isinstance(error.__cause__, DAMAGED):
                raise
        self._again()
        return self._db.rows(query, values)

    def change(self, statements: Iterable[tuple[str, Iterable[Sequence[str | int]]]]) -> None:
        """Do *statements*, each for each of its values, all or nothing; where the database refuses, nothing."""
        with suppress(LedgerError), self._db.writing():
            for statement, values in statements:
                self._db.executemany(statement, list(values))

    def scrub(self) -> None:
        """Forget what was pending; PostgreSQL frees the space of deleted rows when it vacuums."""
        self._db.execute("DELETE FROM pending")

    def _change(self) -> AbstractContextManager[None]:
        # The transaction is that of the batch.
        return self._db.pipeline()

    def up(self) -> None:
        """Bring the index up to the last batch."""
        self._fill()

    def close(self) -> None:
        """Do nothing: the connection is the ledger's."""

    def make(self) -> None:
        """Make the tables; those of another version go first.

        Which these are is known here: what the database says of itself is no reason to drop anything.
        """
        for name in (*TABLES, "salt"):
            self._db.run(f'DROP TABLE IF EXISTS {self._db.schema}."{name}"')
        self._db.run(dialect.tables(SCHEMA))
        self._db.execute("UPDATE ledger SET indexed = ?, tables = ?", (VERSION, " ".join((*TABLES, "salt"))))
