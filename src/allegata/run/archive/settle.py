"""Each page once in all parts, whoever read them in which order: the first in the order of the parts stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from allegata.model.error import InputError
from allegata.run.archive.place import TABLES, Place, arrow
from allegata.run.archive.plan import DONE, Part
from allegata.run.archive.tables import page_key

_OF = {"documents": "id", "claims": "document", "records": "document"}
"""The column of each table that names its document."""


class Settled(NamedTuple):
    """What stands in the tables in the end."""

    documents: int
    claims: int


def settle(out: Place, parts: tuple[Part, ...]) -> Settled:
    """Take out of the tables of *parts* what a part before has; return what is left.

    It can be broken off and done again: the table of documents, by which it is found, is written last.
    """
    seen: set[str] = set()
    documents = claims = 0
    for part in parts:
        keys = _read(out, "documents", part, ["id", "body", "url", "origin"]).to_pylist()
        twice = []
        for row in keys:
            key = page_key(row["body"], row["url"], row["origin"])
            if key in seen:
                twice.append(row["id"])
            seen.add(key)
        for table in reversed(TABLES) if twice else ():
            _without(out, table, part, twice)
        documents += len(keys) - len(twice)
        claims += _rows(out, part)
    return Settled(documents, claims)


def _file(table: str, part: Part) -> str:
    return f"{table}/{part.name}.parquet"


def _read(out: Place, table: str, part: Part, columns: list[str] | None = None) -> Any:
    system, path = out.inside(_file(table, part))
    with _whole(out, part):
        return arrow().parquet.read_table(path, filesystem=system, columns=columns)


@contextmanager
def _whole(out: Place, part: Part) -> Iterator[None]:
    """Say which part is to be read again where a table of it is gone or broken.

    Raises: InputError
    """
    try:
        yield
    except (arrow().ArrowException, OSError, KeyError) as error:
        raise InputError(
            f"{out.address}: a table of {part.name} is gone or broken ({' '.join(str(error).split())[:200]}); "
            f"delete {DONE}/{part.name}.json there and read again"
        ) from None


def _rows(out: Place, part: Part) -> int:
    """Return how many claims a part has."""
    system, path = out.inside(_file("claims", part))
    with _whole(out, part):
        return int(arrow().parquet.read_metadata(path, filesystem=system).num_rows)


def _without(out: Place, table: str, part: Part, documents: list[str]) -> None:
    """Write a table of a part again without what is of *documents*."""
    pa = arrow()
    from pyarrow import compute

    held = _read(out, table, part)
    kept = held.filter(compute.invert(compute.is_in(held[_OF[table]], value_set=pa.array(documents))))
    made = pa.BufferOutputStream()
    pa.parquet.write_table(kept, made, compression="zstd")
    # At once: in object storage what is broken off while it is written would stand there in the place of the whole.
    out.write(_file(table, part), made.getvalue())
