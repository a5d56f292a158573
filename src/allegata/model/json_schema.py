"""The JSON Schema of records, made of their declarations."""

from __future__ import annotations

from typing import get_args, get_origin, get_type_hints

import msgspec

from allegata.model.claim import Claim
from allegata.model.json import JSON
from allegata.model.mention import Mention, Record


def schema(kind: type[Record] | None = None) -> JSON:
    """Return the JSON Schema (2020-12) of a record of *kind* as `to_json` gives it, without one of a claim.

    >>> sorted(schema()["$defs"])[:3]
    ['Attribution', 'Claim', 'DocumentRef']
    >>> from allegata.model import Link
    >>> sorted(schema(Link)["$defs"])
    ['Link', 'Reason']
    """
    kind = kind or Claim
    made: JSON = msgspec.json.schema(kind, schema_hook=lambda _: {"type": "object"})
    fields = made["$defs"][kind.__name__]["properties"]
    for name, declared in get_type_hints(kind).items():
        for part in (declared, *get_args(declared)):
            if get_origin(part) is Mention:
                rule = _mention_schema(get_args(part)[0])
                fields[name] = (
                    {"type": "array", "items": rule}
                    if get_origin(declared) is tuple
                    else {"anyOf": [{"type": "null"}, rule]}
                )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"allegata {kind.__name__.lower()}",
        **made,
    }


def _mention_schema(kind: type[Record]) -> JSON:
    _, parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    own = parts[kind.__name__]["properties"]
    flat = {name: {"anyOf": [{"type": "null"}, rule]} for name, rule in own.items()}
    fixed = {
        "spans": {"type": "array", "items": {"$ref": "#/$defs/Span"}},
        "readings": {"type": "array", "items": parts[kind.__name__]},
        "rule": {"type": "string"},
    }
    return {"type": "object", "properties": flat | fixed, "required": list(fixed), "additionalProperties": False}
