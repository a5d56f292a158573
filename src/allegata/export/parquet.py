"""Claims as Parquet: one row a claim, its columns the fields of the JSON, nested as they are. Needs pyarrow, the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from types import UnionType
from typing import Any, Literal, TextIO, Union, get_args, get_origin, get_type_hints

from msgspec.structs import fields

from allegata.model.claim import Claim
from allegata.model.document import Document, Masks
from allegata.model.error import InputError
from allegata.model.json import to_json
from allegata.model.mention import Mention, Record, Span

MISSING = "for Parquet pyarrow is needed: pip install 'allegata[parquet]'; or write jsonl"
GROUP = 10_000
"""Rows of a row group."""


def write_parquet(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write a Parquet file of *claims* to the buffer of *stream*; *documents* and *masks* are not needed.

    Raises: InputError if pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise InputError(MISSING) from None
    made = parquet_schema()
    with parquet.ParquetWriter(stream.buffer, made, compression="zstd") as writer:
        for at in range(0, len(claims), GROUP):
            rows = [to_json(claim) for claim in claims[at : at + GROUP]]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=made))


def parquet_schema() -> Any:
    """Return the columns, made from the declarations of the records.

    >>> [str(parquet_schema().field(name).type) for name in ("id", "also_actions")]
    ['string', 'list<element: string not null>']
    """
    import pyarrow

    return pyarrow.schema(_fields(Claim), metadata={"allegata": version("allegata"), "record": "claim"})


def _fields(kind: type[Record]) -> list[Any]:
    hints = get_type_hints(kind)
    return [_field(each.encode_name, hints[each.name]) for each in fields(kind)]


def _field(name: str, declared: Any) -> Any:
    import pyarrow

    options = get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)
    (kind,) = (each for each in options if each is not type(None))
    return pyarrow.field(name, _type(kind), nullable=type(None) in options)


def _type(kind: Any) -> Any:
    import pyarrow

    origin = get_origin(kind)
    if origin is tuple:
        return pyarrow.list_(_field("element", get_args(kind)[0]))
    if origin is Mention:
        return pyarrow.struct(_mention(get_args(kind)[0]))
    if origin is Literal or kind is str:
        return pyarrow.string()
    if kind is int:
        return pyarrow.int64()
    if kind is bool:
        return pyarrow.bool_()
    return pyarrow.struct(_fields(kind))


def _mention(kind: type[Record]) -> list[Any]:
    """Return the fields of a mention as it is written: those of its one value, null where there is none or several, then where it stands."""
    import pyarrow

    value = [each.with_nullable(True) for each in _fields(kind)]
    spans = pyarrow.field("spans", pyarrow.list_(_field("element", Span)), nullable=False)
    readings = pyarrow.field("readings", pyarrow.list_(_field("element", kind)), nullable=False)
    return [*value, spans, readings, pyarrow.field("rule", pyarrow.string(), nullable=False)]
