"""Claims as a table: one row a claim, one column a field; doubt is written out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from allegata.export.edtf import edtf_of
from allegata.model.claim import Claim, Period
from allegata.model.document import Document, Masks
from allegata.model.mention import Mention

COLUMNS = (
    "id", "document", "outlet", "published", "status", "action", "also_actions", "count_low", "count_high", "unit", "modifier", "count_words",
    "speaker", "role", "body", "speaker_kind", "conduits", "spoken", "period_start", "period_end", "places", "target", "evidence", "stance",
    "source", "cue", "passage", "passage_start", "passage_end", "spoken_edtf", "period_edtf",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that some spreadsheet runs; several take the wide signs for the others."""


def inert(cell: str) -> str:
    r"""Return *cell*, after an apostrophe where a spreadsheet would run it.

    >>> inert("=1+1"), inert("60 people")
    ("'=1+1", '60 people')
    >>> inert("\n=1+1"), inert("＝1+1")
    ("'\n=1+1", "'＝1+1")
    """
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _days(mention: Mention[Period] | None) -> tuple[str, str]:
    value = mention.value if mention else None
    return (value.start or "", value.end or "") if value else ("", "")


def row_of(claim: Claim) -> dict[str, str]:
    """Return *claim* as one row; several readings are joined by "or", several places by ";"."""
    count = claim.count.value if claim.count else None
    speaker = claim.speakers[0].value if claim.speakers else None
    attribution = claim.attribution
    start, end = _days(claim.period)
    return {
        "id": claim.id,
        "document": claim.document.id,
        "outlet": claim.document.outlet or "",
        "published": claim.document.published or "",
        "status": claim.status,
        "action": claim.action,
        "also_actions": ";".join(claim.also_actions),
        "count_low": "" if count is None or count.low is None else str(count.low),
        "count_high": "" if count is None or count.high is None else str(count.high),
        "unit": (count.unit or "") if count else "",
        "modifier": count.modifier if count else "",
        "count_words": claim.count.text if claim.count else "",
        "speaker": (speaker.name or "") if speaker else "",
        "role": (speaker.role or "") if speaker else "",
        "body": (speaker.body or "") if speaker else "",
        "speaker_kind": speaker.kind if speaker else "",
        "conduits": ";".join(hop.readings[0].name for hop in claim.conduits if hop.readings),
        "spoken": _days(claim.spoken)[0],
        "period_start": start,
        "period_end": end,
        "places": ";".join(" or ".join(place.name for place in mention.readings) for mention in claim.places),
        "target": claim.target.text if claim.target else "",
        "evidence": claim.evidence.class_,
        "stance": claim.stance.class_,
        "source": attribution.source[0].text if attribution and attribution.source else "",
        "cue": attribution.cue[0].text if attribution and attribution.cue else "",
        "passage": claim.passage.text,
        "passage_start": str(claim.passage.start),
        "passage_end": str(claim.passage.end),
        "spoken_edtf": edtf_of(claim.spoken),
        "period_edtf": edtf_of(claim.period),
    }


def write_csv(
    claims: Iterable[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write a header and one row a claim to *stream* (RFC 4180); a cell a spreadsheet would run begins with an apostrophe.

    >>> import io
    >>> out = io.StringIO()
    >>> write_csv((), out)
    >>> out.getvalue().split(",")[:2]
    ['id', 'document']
    """
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    for claim in claims:
        row = row_of(claim)
        writer.writerow({name: inert(cell) for name, cell in row.items()})
