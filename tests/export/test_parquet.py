"""Parquet is read again by pyarrow as the same claims, in typed columns."""

from __future__ import annotations

import io

import pyarrow
import pytest
from made import bare, hostile, made, written
from pyarrow import parquet

from allegata.model import Claim, from_json, to_json


def table(claims: tuple[Claim, ...]) -> pyarrow.Table:
    return parquet.read_table(io.BytesIO(written("parquet", claims)[0]))


@pytest.mark.parametrize("claims", [made().claims, hostile(), bare(), ()], ids=["claims", "hostile", "bare", "none"])
def test_every_claim_is_read_again_as_it_was(claims: tuple[Claim, ...]) -> None:
    assert tuple(from_json(Claim, row) for row in table(claims).to_pylist()) == claims


def test_columns_are_typed_and_the_same_for_no_claims() -> None:
    schema = table(made().claims).schema
    assert schema == table(()).schema
    assert schema.names == list(to_json(made().claims[0]))
    assert str(schema.field("count").type.field("low").type) == "int64"
    assert schema.metadata[b"record"] == b"claim"
    assert not schema.field("action").nullable
    assert schema.field("count").nullable
