"""Claims as schema.org ``Claim`` in JSON-LD 1.1; the context stands in the file, so that nothing is fetched to read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from allegata.export.edtf import edtf_of
from allegata.export.names import COUNTS, claim_iri, document_iri, line, named, organisation, sure_places
from allegata.ground.place import country_name
from allegata.model.claim import Claim, Period, Place, Speaker
from allegata.model.document import Document, DocumentRef, Masks
from allegata.model.mention import Mention

JSON = dict[str, Any]
SCHEMA = "https://schema.org/"
CONTEXT: JSON = {
    "@version": 1.1,
    "@vocab": SCHEMA,
    "id": "@id",
    "type": "@type",
    "dateCreated": {"@type": "Date"},
    "datePublished": {"@type": "Date"},
    "url": {"@type": "@id"},
}
ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
SETS = "urn:x-allegata:terms:"


def write_schema_org(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write one JSON-LD document with a node for each claim and each document they stand in.

    >>> import io
    >>> out = io.StringIO()
    >>> write_schema_org((), out)
    >>> json.loads(out.getvalue())["@graph"]
    []
    """
    abouts = {claim.document.id: claim.document for claim in claims}
    graph = [*(_document(each) for each in abouts.values()), *(_claim(each) for each in claims)]
    made = {"@context": CONTEXT, "@graph": graph}
    stream.write(json.dumps(made, ensure_ascii=False, indent=1) + "\n")


def _bare(node: JSON) -> JSON:
    """Return *node* without what is not told."""
    return {name: value for name, value in node.items() if value not in (None, "", [])}


def _document(about: DocumentRef) -> JSON:
    outlet = named(about.outlet)
    return _bare(
        {
            "id": document_iri(about.id),
            "type": "NewsArticle",
            "identifier": about.id,
            "headline": about.title,
            "url": about.url if about.url and ADDRESS.fullmatch(about.url) else None,
            "datePublished": about.published if about.published and _DATE.fullmatch(about.published) else None,
            "inLanguage": about.language,
            "publisher": {"type": "Organization", "name": outlet} if outlet else None,
        }
    )


def _claim(claim: Claim) -> JSON:
    said = " … ".join(span.text for span in claim.attribution.content) if claim.attribution else ""
    return _bare(
        {
            "id": claim_iri(claim),
            "type": "Claim",
            "identifier": claim.id,
            "name": line(claim),
            "text": said or claim.passage.text,
            "description": claim.passage.text,
            "author": [made for mention in claim.speakers if mention.value and (made := _speaker(mention.value))],
            "contributor": [
                {"type": "Organization", "name": hop.value.name}
                for hop in claim.conduits
                if hop.value and named(hop.value.name)
            ],
            "appearance": {"id": document_iri(claim.document.id)},
            "dateCreated": _day(claim.spoken),
            "temporalCoverage": edtf_of(claim.period),
            "contentLocation": [_place(each) for each in sure_places(claim)],
            "creativeWorkStatus": claim.status,
            "about": list(_about(claim)),
            "keywords": [_term("evidence", claim.evidence.class_), _term("stance", claim.stance.class_)],
        }
    )


def _day(spoken: Mention[Period] | None) -> str | None:
    written = edtf_of(spoken)
    return written if _DAY.fullmatch(written) else None


def _speaker(speaker: Speaker) -> JSON | None:
    """Return who speaks; null where nothing may be told of them but that they do."""
    body = named(speaker.body)
    office = {"type": "Organization", "name": body} if body else None
    name, role = named(speaker.name), named(speaker.role)
    if speaker.named and name:
        return _bare({"type": "Person", "name": name, "jobTitle": role, "affiliation": office})
    if role:
        return _bare({"type": "Person", "jobTitle": role, "affiliation": office})
    return office or ({"type": "Organization", "name": name} if name and not speaker.named else None)


def _place(place: Place) -> JSON:
    country = {"type": "Country", "identifier": f"iso:{place.country}", "name": country_name(place.country)} if place.country else None  # fmt: skip
    if place.level == "country":
        return _bare({"type": "Country", "identifier": place.id, "name": place.name})
    kind = "City" if place.level == "city" else "AdministrativeArea"
    return _bare({"type": kind, "identifier": place.id, "name": place.name, "containedInPlace": country})


def _term(kind: str, code: str) -> JSON:
    return {"type": "DefinedTerm", "termCode": code, "inDefinedTermSet": SETS + kind}


def _about(claim: Claim) -> Iterator[JSON]:
    for action in dict.fromkeys((claim.action, *claim.also_actions)):
        yield _term("action", action)
    for organisation_of in (claim.actor, claim.target):
        found = organisation(organisation_of)
        if found:
            yield {"type": "Organization", "identifier": found.id, "name": found.name}
    count = claim.count.value if claim.count else None
    if count:
        yield _bare(
            {
                "type": "QuantitativeValue",
                "minValue": count.low,
                "maxValue": count.high,
                "unitText": count.unit,
                "name": count.phrase,
                "description": COUNTS,
            }
        )
