"""A claim as something to cite: where the words stand, and by which bytes that can be checked."""

from __future__ import annotations

import json
from typing import Any

from allegata.ground.wording import happening, speakers
from allegata.run.whole import WholeClaim
from allegata.serve.words import address_of


def citation(whole: WholeClaim) -> str:
    """Return a reference to the claim of *whole* in one paragraph: its words, report, offsets, bytes, batch and id."""
    claim, document = whole.claim, whole.document
    said = f"{speakers(claim)}: {happening(claim)}. “{' '.join(claim.passage.text.split())}”"
    printed = ", ".join(filter(None, (document.title, document.outlet, document.published)))
    url = address_of(document.url)
    return (
        f"{said} In: {printed or 'a report without title, outlet and date'}{f', {url}' if url else ''}, "
        f"code points {claim.passage.start}–{claim.passage.end}. "
        f"Capture {whole.capture.id}, sha256 {whole.capture.body}; batch {whole.batch.sequence}, {whole.batch.hash}; claim {claim.id}."
    )


def csl_of(whole: WholeClaim) -> str:
    """Return the report of the claim of *whole* as CSL-JSON, with what leads back to the words in its note."""
    claim, document = whole.claim, whole.document
    made: dict[str, Any] = {
        "id": claim.id,
        "type": "article-newspaper",
        "title": document.title or "Report without a title",
    }
    if document.outlet:
        made["container-title"] = document.outlet
    if document.published:
        made["issued"] = {"date-parts": [[int(part) for part in document.published.split("-")]]}
    if url := address_of(document.url):
        made["URL"] = url
    if whole.capture.fetched_at:
        made["accessed"] = {"raw": whole.capture.fetched_at}
    made["note"] = (
        f"claim {claim.id}; code points {claim.passage.start}-{claim.passage.end}; capture {whole.capture.id}; "
        f"sha256 {whole.capture.body}; batch {whole.batch.sequence} {whole.batch.hash}"
    )
    return json.dumps([made], ensure_ascii=False, indent=2)
