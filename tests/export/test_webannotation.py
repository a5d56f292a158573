"""Web annotations are of the model of the W3C, and each selector finds its words again, outside of what is masked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as some
from linked import graph_of
from made import NAMES, made, written
from msgspec.structs import replace
from pyshacl import validate

from allegata.claim import sample
from allegata.mask import mask_claim, mask_document
from allegata.model import Claim, Document, MaskedSpan, Masks, span_of, with_id

HERE = Path(__file__).parent
CONTEXT = json.loads((HERE / "anno.jsonld").read_text("utf-8"))
Read = list[tuple[str, int, int, str, str, str]]


def items(claims: tuple[Claim, ...], documents: tuple[Document, ...], masks: tuple[Masks, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(written("web-annotation", claims, documents, masks)[0])["first"]["items"]
    return found


def read(annotations: list[dict[str, Any]]) -> tuple[dict[str, str], Read]:
    """Return the texts by address, and source, start, end, exact, prefix and suffix of each selector."""
    texts = {each["target"]: each["body"]["value"] for each in annotations if each["motivation"] == "describing"}
    found = []
    for annotation in annotations:
        for target in annotation["target"] if annotation["motivation"] == "tagging" else ():
            position, quote = target["selector"]
            found.append((target["source"], position["start"], position["end"], quote["exact"], quote["prefix"], quote["suffix"]))  # fmt: skip
    return texts, found


def check(texts: dict[str, str], found: Read) -> None:
    for source, start, end, exact, prefix, suffix in found:
        text = texts[source]
        assert text[start:end] == exact != ""
        places = [each.start() for each in re.finditer(f"(?={re.escape(prefix + exact + suffix)})", text)]
        assert start - len(prefix) in places
        for masked in re.finditer(r"\[person \d+\]", text):
            assert masked.end() <= start - len(prefix) or end + len(suffix) <= masked.start()


def test_the_graph_has_the_shape_of_the_model() -> None:
    graph = graph_of(
        json.loads(written("web-annotation", *made()[:3])[0]), {"http://www.w3.org/ns/anno.jsonld": CONTEXT}
    )
    shapes = (HERE / "webannotation.shapes.ttl").read_text("utf-8")
    good, _, said = validate(graph, shacl_graph=shapes, shacl_graph_format="turtle")
    assert good, said
    assert len(graph) > 500


def test_every_selector_finds_its_words_again() -> None:
    texts, found = read(items(*made()[:3]))
    assert len(texts) == len({claim.document.id for claim in made().claims})
    assert len(found) > 40
    assert {"60 people", "Lima", "said"} <= {each[3] for each in found}
    check(texts, found)
    assert not any(name in json.dumps([texts, found]) for name in NAMES)


def test_words_around_a_masked_name_are_selected_without_it() -> None:
    (claim,) = (each for each in made().claims if "[person 1]" in each.passage.text and "Arequipa" in each.passage.text)
    annotations = items((claim,), made().documents, made().masks)
    (passage,) = (each for each in annotations if each["id"] == f"urn:x-allegata:annotation:{claim.id}:passage")
    exact = [target["selector"][1]["exact"] for target in passage["target"]]
    assert exact == [each.strip() for each in claim.passage.text.split("[person 1]")]
    assert len(exact) == 2


TEXT = "Police said 𝔸b Cd and Ef Gh were held in Lima. Then \u202eAb Cd\u202c left."


@given(some.lists(some.integers(0, len(TEXT)), min_size=2, max_size=6), some.data())
def test_no_selector_touches_a_masked_stretch_wherever_it_is(cuts: list[int], data: Any) -> None:
    ends = sorted(set(cuts))
    stretches = tuple(MaskedSpan(start, end, number) for number, (start, end) in enumerate(zip(ends[::2], ends[1::2], strict=False), 1))  # fmt: skip
    document = sample(TEXT)
    start = data.draw(some.integers(0, len(TEXT) - 1))
    end = data.draw(some.integers(start + 1, len(TEXT)))
    claim = with_id(replace(made().claims[0], document=replace(made().claims[0].document, id=document.id), passage=span_of(TEXT, start, end)))  # fmt: skip
    masks = Masks(document.id, stretches)
    claims = (mask_claim(claim, document, masks),)
    check(*read(items(claims, (mask_document(document, masks),), (masks,))))


def test_claims_without_a_text_are_left_out_and_said() -> None:
    claims = made().claims
    assert written("web-annotation", claims)[1] == (f"{len(claims)} claims are left out: the text of the report is not at hand",)  # fmt: skip
    assert items((), (), ()) == []
    moved = tuple(replace(each, text="another text") for each in made().documents)
    assert "words do not stand where it says" in " ".join(written("web-annotation", claims, moved, made().masks)[1])
