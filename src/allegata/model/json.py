"""Records as JSON and back, as canonical JSON, and its hash.

A `Mention` is written flat: the value's own fields, then ``spans``, ``readings`` and
``rule``. With one reading the fields hold it and ``readings`` is empty; with none or several the
fields are null and ``readings`` lists the several.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, TypeVar, get_args, get_origin

import msgspec
import rfc8785

from allegata.model.error import InputError
from allegata.model.mention import Mention, Record, Span

JSON = dict[str, Any]
R = TypeVar("R", bound=Record)


def to_json(record: Record) -> JSON:
    """Return *record* in the JSON shape, as plain dicts and lists.

    >>> to_json(Span(0, 5, "sixty"))
    {'start': 0, 'end': 5, 'text': 'sixty'}
    """
    plain: JSON = msgspec.to_builtins(record, enc_hook=_encode)
    return plain


def _encode(value: Any) -> Any:
    if not isinstance(value, Mention):
        raise NotImplementedError(type(value))
    flat: JSON = {}
    if value.value is not None:
        flat = msgspec.to_builtins(value.value)
    elif value.readings:
        flat = dict.fromkeys(msgspec.to_builtins(value.readings[0]))
    flat["spans"] = msgspec.to_builtins(value.spans)
    flat["readings"] = [] if value.value is not None else msgspec.to_builtins(value.readings)
    flat["rule"] = value.rule
    return flat


def from_json(kind: type[R], data: JSON) -> R:
    """Return the record of *kind* that *data* (as made by `to_json`) describes.

    Raises: InputError if a field is missing, unknown or of the wrong type.

    >>> from_json(Span, {"start": 0, "end": 5, "text": "sixty"})
    Span(start=0, end=5, text='sixty')
    """
    try:
        return msgspec.convert(data, kind, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise InputError(
            f"not a {kind.__name__}: {error}; see the JSON Schema that ships as data/schema.json"
        ) from error


def _decode(declared: Any, flat: Any) -> Any:
    if get_origin(declared) is not Mention or not isinstance(flat, dict):
        raise NotImplementedError(declared)
    kind: Any = get_args(declared)[0]
    spans = msgspec.convert(flat.get("spans", []), tuple[Span, ...])
    several = tuple(msgspec.convert(each, kind) for each in msgspec.convert(flat.get("readings", []), list[Any]))
    own = {name: value for name, value in flat.items() if name not in ("spans", "readings", "rule")}
    one = (
        (msgspec.convert(own, kind),)
        if own and not several and any(value is not None for value in own.values())
        else several
    )
    return Mention(spans, one, flat.get("rule", ""))


def canonical(data: Any) -> bytes:
    """Return *data* (a record, or plain JSON) as RFC 8785 canonical JSON, UTF-8.

    Raises: InputError if it holds what such JSON cannot carry: a whole number beyond 2^53, half a character.

    >>> canonical({"b": 1, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    if isinstance(data, Record):
        quick = _quick(data)
        if quick is not None:
            return quick
    plain = to_json(data) if isinstance(data, Record) else data
    try:
        written = _COMPACT.encode(plain).encode("utf-8")
        return rfc8785.dumps(plain) if _WRITTEN_OTHERWISE.search(written) else written
    except (ValueError, TypeError) as error:
        why = str(error)[:80]
        raise InputError(f"a value cannot be kept as JSON ({why}); correct it in the file, or leave it out") from error


def _quick(record: Any) -> bytes | None:
    """Return *record*, or plain JSON made of one, as canonical JSON if that is easily seen to be what msgspec writes; no record has a fraction."""
    try:
        data = _SORTED.encode(record)
    except (ValueError, TypeError, NotImplementedError):
        return None
    seen = data.translate(_SEEN)
    return None if b"0" * 16 in seen or b"\1" in seen else data


_SORTED = msgspec.json.Encoder(order="sorted", enc_hook=_encode)
_SEEN = bytes.maketrans(b"123456789" + bytes(range(0xEE, 0xF5)), b"0" * 9 + b"\1" * 7)
"""Makes great numbers and letters beyond U+E000, which canonical JSON may refuse or sort otherwise, easy to look for."""
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_WRITTEN_OTHERWISE = re.compile(rb"(?:\A|[:,\[])-?(?:\d{16}|\d+[.eE])|[\xee-\xf4]")
"""What canonical JSON may write, refuse or sort in another way than `_COMPACT` does, which is much quicker: great numbers, fractions,
and keys with letters beyond U+E000."""


def digest(*parts: object) -> str:
    """Return the sha256 (hex) of the canonical JSON array of *parts*.

    Raises: InputError as `canonical` does.

    >>> digest("a") == digest("a"), digest("a", "b") == digest("ab")
    (True, False)
    """
    return hashlib.sha256(b"[" + b",".join(map(canonical, parts)) + b"]").hexdigest()


def digest_of_record(plain: Any) -> str:
    """Return the `digest` of *plain*, JSON made of a record: it has no fraction.

    >>> digest_of_record({"start": 0}) == digest({"start": 0})
    True
    """
    return hashlib.sha256(b"[" + (_quick(plain) or canonical(plain)) + b"]").hexdigest()
