"""Linked data for the tests: read by pyld without the network, into a graph of rdflib."""

from __future__ import annotations

from typing import Any

from pyld import jsonld
from rdflib import Graph


def graph_of(document: Any, contexts: dict[str, Any] | None = None) -> Graph:
    """Return the graph of a JSON-LD document; contexts: those that stand for an address. Anything else that would be fetched is an error."""

    def load(url: str, _: Any) -> Any:
        if url not in (contexts or {}):
            raise AssertionError(f"would be fetched: {url}")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": (contexts or {})[url]}  # fmt: skip

    options = {"documentLoader": load}
    expanded = jsonld.expand(document, options)
    assert jsonld.flatten(expanded, None, options)
    quads = jsonld.normalize(document, options | {"algorithm": "URDNA2015", "format": "application/n-quads"})
    graph = Graph()
    graph.parse(data=quads, format="nt")
    return graph
