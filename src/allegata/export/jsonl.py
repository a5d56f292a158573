"""Claims as JSON lines, in the shape of the schema that ships."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TextIO

from allegata.model.claim import Claim
from allegata.model.document import Document, Masks
from allegata.model.json import to_json


def write_jsonl(
    claims: Iterable[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write one claim a line to *stream*; *documents* and *masks* are not needed.

    >>> import io
    >>> write_jsonl((), io.StringIO())
    """
    for claim in claims:
        stream.write(json.dumps(to_json(claim), ensure_ascii=False) + "\n")
