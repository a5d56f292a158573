"""Claims as entities of FollowTheMoney, one JSON object a line, and the same as statements, a CSV.

Only who speaks by office, and the bodies they speak for, become a person or body; nobody else is an entity, nor at an end of a link.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TextIO
from urllib.parse import urlsplit

from allegata.export.csv import inert
from allegata.export.names import COUNTS, line, named, officials, organisation, plain, sure_places
from allegata.export.period import days_of
from allegata.export.schemaorg import ADDRESS
from allegata.ground.lexicon import table
from allegata.model.claim import Claim, Speaker
from allegata.model.document import Document, DocumentRef, Masks
from allegata.model.json import digest

JSON = dict[str, Any]
DATASET = "allegata"
LANGUAGES = {"en": "eng"}
"""Three letters, as the model wants them, of the languages whose reports have claims."""
TYPES = {
    "title": "string", "publisher": "string", "publishedAt": "date", "sourceUrl": "url", "language": "language", "name": "name",
    "position": "string", "summary": "text", "description": "text", "notes": "text", "startDate": "date", "endDate": "date", "date": "date",
    "location": "address", "country": "country", "keywords": "string", "recordId": "string", "proof": "entity", "organizer": "entity",
    "document": "entity", "entity": "entity", "role": "string",
}  # fmt: skip
"""The type of each property that is written."""
COLUMNS = (
    "canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "origin", "lang", "original_value", "external",
    "first_seen", "last_seen", "id",
)  # fmt: skip
"""Of statements, as followthemoney reads and writes them."""
_LIMIT = 60_000
"""Characters of a value; the model cuts longer ones."""


class Entity(NamedTuple):
    """An entity of the model: its id, the name of its schema, and the values of its properties, in order and none twice."""

    id: str
    schema: str
    properties: dict[str, list[str]]


def write_followthemoney(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write the entities of *claims*, one a line; *documents* and *masks* are not needed.

    >>> import io
    >>> write_followthemoney((), io.StringIO())
    """
    for each in entities(claims):
        made = {"id": each.id, "schema": each.schema, "properties": each.properties}
        stream.write(json.dumps(made, ensure_ascii=False) + "\n")


def write_statements(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write the entities of *claims* as statements, a row a value, with a header.

    >>> import io
    >>> out = io.StringIO()
    >>> write_statements((), out)
    >>> out.getvalue()[:24]
    'canonical_id,entity_id,p'
    """
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entity in entities(claims):
        for name, values in entity.properties.items():
            for value in dict.fromkeys(map(inert, values)):
                writer.writerow(_statement(entity, name, value))


def _statement(entity: Entity, name: str, value: str) -> dict[str, str]:
    key = hashlib.sha1(f"{DATASET}.{entity.id}.{name}.{value}".encode(), usedforsecurity=False).hexdigest()
    return dict.fromkeys(COLUMNS, "") | {
        "canonical_id": entity.id,
        "entity_id": entity.id,
        "prop": name,
        "prop_type": TYPES[name],
        "schema": entity.schema,
        "value": value,
        "dataset": DATASET,
        "external": "f",
        "id": key,
    }


def entities(claims: Sequence[Claim]) -> Iterator[Entity]:
    """Yield the entities of *claims*, each once: before a claim those that it links to."""
    given = set[str]()
    for claim in claims:
        for entity in _of_claim(claim):
            if entity.id not in given:
                given.add(entity.id)
                yield entity


def _of_claim(claim: Claim) -> Iterator[Entity]:
    article = _article(claim.document)
    yield article
    said = days_of(claim.spoken)
    for speaker in officials(claim):
        for entity in _speaker(speaker):
            yield entity
            yield _entity(
                f"alg-said-{digest(claim.id, entity.id)[:32]}",
                "Documentation",
                document=article.id,
                entity=entity.id,
                role="claimant",
                recordId=claim.id,
                startDate=said[0],
                endDate=said[1],
                summary=line(claim),
            )
    actor = _official_actor(claim)
    if actor:
        yield actor
    days = days_of(claim.period)
    places = sure_places(claim)
    yield _entity(
        f"alg-claim-{claim.id}",
        "Event",
        name=line(claim),
        summary=claim.passage.text,
        description=claim.count.text if claim.count else "",
        startDate=days[0],
        endDate=days[1],
        location=[each.name for each in places],
        country=[each.country.lower() for each in places if each.country],
        keywords=[
            claim.action,
            *claim.also_actions,
            f"status: {claim.status}",
            f"evidence: {claim.evidence.class_}",
            f"stance: {claim.stance.class_}",
        ],
        recordId=claim.id,
        proof=article.id,
        organizer=actor.id if actor else "",
        publisher=named(claim.document.outlet) or "",
        sourceUrl=_address(claim.document.url),
        notes=COUNTS,
    )


def _entity(identity: str, schema: str, **values: str | list[str]) -> Entity:
    """Return an entity with those of *values* that are told, each in one line."""
    made = {}
    for name, given in values.items():
        lines = [plain(each)[:_LIMIT].strip() for each in ([given] if isinstance(given, str) else given)]
        told = [each for each in dict.fromkeys(lines) if each]
        if told:
            made[name] = told
    return Entity(identity, schema, made)


def _article(about: DocumentRef) -> Entity:
    return _entity(
        f"alg-document-{about.id}",
        "Article",
        title=about.title or "",
        publisher=named(about.outlet) or "",
        publishedAt=about.published or "",
        sourceUrl=_address(about.url),
        language=LANGUAGES.get(about.language, ""),
    )


def _address(url: str | None) -> str:
    """Return *url* as the model writes it; empty if it is none that leads anywhere."""
    if not url or not ADDRESS.fullmatch(url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.path or not parts.netloc else parts._replace(path="/").geturl()


def _speaker(speaker: Speaker) -> Iterator[Entity]:
    body, name = named(speaker.body), named(speaker.name)
    if body:
        yield _entity(f"alg-body-{digest(plain(body))[:32]}", "PublicBody", name=body)
    if name and speaker.named:
        identity = digest(plain(name), plain(body or ""))[:32]
        yield _entity(f"alg-official-{identity}", "Person", name=name, position=named(speaker.role) or "")


def _official_actor(claim: Claim) -> Entity | None:
    """Return the body that is told to have acted, where the alias table knows it as an official one."""
    found = organisation(claim.actor)
    if found is None or all(row["kind"] != "official" for row in table("aliases") if row["id"] == found.id):
        return None
    return _entity(f"alg-body-{digest(plain(found.name))[:32]}", "PublicBody", name=found.name)
