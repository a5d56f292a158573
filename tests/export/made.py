"""Claims for the tests of exports: invented reports, also with names to be masked, and claims whose every word is hostile."""

from __future__ import annotations

import io
from functools import cache
from typing import Any, NamedTuple

from allegata import plugin
from allegata.claim import claims, sample
from allegata.mask import find_affected, mask_claim, mask_document
from allegata.model import Claim, Document, Masks, from_json, to_json

REPORTS = (
    "Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima and Cusco in May 2023. He called the inquiry a success.",
    "Police said on Monday that Tavosh Belqami was arrested in Arequipa, Peru, along with four others. 12 rifles were seized, the police said. "
    "Belqami, 24, is a student.",
    "The head of the Intelligence Ministry's office in Gilan province said on Tuesday, June 13, that 64 people were arrested during the last "
    "Iranian year. State news agency IRNA cited the Justice Ministry as saying that at least 20 people were executed in Iran in 2022.",
    "The Interior Ministry said that dozens of people were killed in Kisumu on May 4, 2023.\n\nThe ministry denied that 17 people were held.",
    "It rained.",
)
NAMES = ("Tavosh", "Belqami")
"""The affected person of the reports."""
PAYLOAD = '=cmd|"/c calc"!A1\r\n@x,|;\t<b>"\u202egnp.exe\u2066 \u0007{{7*7}} Ærø 𝔸 -'
"""Breaks out of a cell, of a line and of a string; turns the line around; runs in a spreadsheet."""


class Made(NamedTuple):
    """What an exporter is given."""

    claims: tuple[Claim, ...]
    documents: tuple[Document, ...]
    masks: tuple[Masks, ...]
    texts: tuple[str, ...]


@cache
def made() -> Made:
    """Return the claims of the reports as they leave a ledger, and the texts as they were read."""
    documents = [sample(text, "2023-06-14", "Coast Daily") for text in REPORTS]
    found = [claims(each) for each in documents]
    masks = [find_affected(each, own) for each, own in zip(documents, found, strict=True)]
    shown = tuple(
        mask_claim(claim, each, masked)
        for each, own, masked in zip(documents, found, masks, strict=True)
        for claim in own
    )
    assert len(shown) > 7
    assert any(masked.stretches for masked in masks)
    papers = tuple(mask_document(each, masked) for each, masked in zip(documents, masks, strict=True))
    return Made(shown, papers, tuple(masks), REPORTS)


def hostile() -> tuple[Claim, ...]:
    """Return the claims with the payload for every word that is nobody's code."""
    words = {"outlet", "title", "name", "role", "body", "phrase", "admin1", "penalty", "unit", "text"}

    def broken(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {name: broken(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [broken(each, key) for each in value]
        return PAYLOAD if key in words and isinstance(value, str) else value

    return tuple(from_json(Claim, broken(to_json(claim), "")) for claim in made().claims)


def bare() -> tuple[Claim, ...]:
    """Return the claims with nothing told but what happened."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("attribution", "spoken", "actor", "target", "count", "period", "penalty", "stage")
    )
    return tuple(
        from_json(Claim, to_json(claim) | nothing | {"speakers": [], "conduits": [], "places": []})
        for claim in made().claims
    )


def written(
    form: str, claims: tuple[Claim, ...], documents: tuple[Document, ...] = (), masks: tuple[Masks, ...] = ()
) -> tuple[bytes, tuple[str, ...]]:
    """Return what an exporter writes, and what it says that it left out."""
    held = io.BytesIO()
    stream = io.TextIOWrapper(held, "utf-8", newline="", write_through=True)
    notes = plugin.find("exporters", form)(claims, stream, documents, masks)
    stream.flush()
    return held.getvalue(), tuple(notes or ())


def text_of(form: str, *given: Any) -> str:
    """Return the text that an exporter writes."""
    return written(form, *given)[0].decode("utf-8")
