"""schema.org claims are read by pyld without the network, use terms of the vocabulary only, and have the shape that SHACL describes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from linked import graph_of
from made import NAMES, bare, hostile, made, text_of
from pyld import jsonld
from pyshacl import validate
from rdflib import RDF, SDO, Graph, URIRef

from allegata.model import Claim

SHAPES = Path(__file__).with_name("schemaorg.shapes.ttl")


def report(graph: Graph) -> tuple[bool, str]:
    good, _, said = validate(graph, shacl_graph=SHAPES.read_text("utf-8"), shacl_graph_format="turtle")
    return good, said


@pytest.mark.parametrize("claims", [made().claims, hostile(), bare()], ids=["claims", "hostile", "bare"])
def test_the_graph_has_the_shape_and_terms_of_the_vocabulary(claims: tuple[Claim, ...]) -> None:
    graph = graph_of(json.loads(text_of("schema-org", claims)))
    good, said = report(graph)
    assert good, said
    assert len(set(graph.subjects(RDF.type, SDO.Claim))) == len({each.id for each in claims})
    terms = {
        term
        for _, property_of, kind in graph
        for term in (property_of, kind if property_of == RDF.type else property_of)
    }
    assert SDO.claimInterpreter in SDO
    assert URIRef(f"{SDO}claimReader") not in SDO
    assert [term for term in terms - {RDF.type} if term not in SDO] == []


def test_a_field_with_a_wrong_name_is_found() -> None:
    document = json.loads(text_of("schema-org", made().claims))
    node = next(each for each in document["@graph"] if each["type"] == "Claim")
    node["claimReviewed"] = node.pop("text")
    good, said = report(graph_of(document))
    assert not good
    assert "claimReviewed" in said
    with pytest.raises(jsonld.JsonLdError):
        graph_of(document | {"@context": "https://schema.org/"})


def test_what_is_said() -> None:
    written = text_of("schema-org", made().claims)
    assert written == text_of("schema-org", made().claims)
    assert not any(name in written for name in NAMES)
    graph = graph_of(json.loads(written))
    (claim,) = (
        each
        for each in made().claims
        if each.action == "arrest" and each.status == "asserted" and each.places[0].text == "Lima"
    )
    node = URIRef(f"urn:x-allegata:claim:{claim.id}")
    (author,) = graph.objects(node, SDO.author)
    assert str(graph.value(author, SDO.name)) == "Teo Arbulu"
    assert str(graph.value(author, SDO.jobTitle)) == "spokesperson"
    assert str(graph.value(node, SDO.temporalCoverage)) == "2023-05"
    places = {str(graph.value(each, SDO.identifier)) for each in graph.objects(node, SDO.contentLocation)}
    assert places == {mention.value.id for mention in claim.places if mention.value}
    article = graph.value(node, SDO.appearance)
    assert (str(graph.value(article, SDO.datePublished)), str(graph.value(graph.value(article, SDO.publisher), SDO.name))) == ("2023-06-14", "Coast Daily")  # fmt: skip


def test_no_claims_are_an_empty_graph() -> None:
    assert json.loads(text_of("schema-org", ()))["@graph"] == []
