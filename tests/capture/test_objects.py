from __future__ import annotations

import io
import json
from collections import Counter

import pytest

from allegata.capture import capture
from allegata.capture.made import Taking
from allegata.capture.objects import capture_objects
from allegata.model import InputError

REVIEW = {
    "@type": "ClaimReview",
    "url": "https://check.example/60-held",
    "datePublished": "2024-05-20",
    "author": {"@type": "Organization", "name": "Harbour Check"},
    "claimReviewed": "60 people were arrested in Lima last week.",
    "itemReviewed": {
        "@type": "Claim",
        "author": [{"@type": "Person", "name": "Interior minister Teo Arbulu"}],
        "datePublished": "2024-05-08",
    },
    "reviewRating": {"alternateName": "False", "ratingValue": 1},
}
NAMELESS = {**REVIEW, "itemReviewed": {"@type": "Claim"}}


def read(data: bytes, **taking: object) -> tuple[list[tuple[str, dict[str, str]]], str | None, Counter[str]]:
    """Return origin and fields of each report of *data*, what was raised in the end, and what was passed over."""
    found: list[tuple[str, dict[str, str]]] = []
    how = Taking(**taking)  # type: ignore[arg-type]
    try:
        for made, body in capture_objects(io.BytesIO(data), "in/a.json", len(data), how):
            found.append((made.origin, json.loads(body)))
    except InputError as error:
        return found, str(error), how.skipped
    return found, None, how.skipped


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in values)


def entity(schema: str, identity: str, **properties: object) -> dict[str, object]:
    return {"id": identity, "schema": schema, "properties": properties, "datasets": ["harbour"]}


def test_entities_with_a_text_of_their_own_are_reports():
    found, error, skipped = read(
        lines(
            entity("Person", "p1", name=["Ana Tello"]),
            entity(
                "Article", "a1", title=["Ten held"], bodyText=["Ten were held.", "Police said so."], publishedAt=["2019-04-24"],
                author=["A. Verlo"], sourceUrl=["https://coast.example/1"], language=["eng"],
            ),
            entity("HyperText", "h1", date=["2019"], bodyHtml=["<p>Six were held.</p>"], fileName=["x.html"]),
            entity("Pages", "d1", fileName=["x.pdf"], date=["2019"]),
            entity("Page", "d1.1", bodyText=["Four were held."], index=["1"], document=["d1"]),
        )
    )  # fmt: skip
    assert error is None
    assert found == [
        (
            "ftm:a.json#a1",
            {
                "title": "Ten held",
                "text": "Ten were held.\n\nPolice said so.",
                "published": "2019-04-24",
                "byline": "A. Verlo",
                "url": "https://coast.example/1",
                "language": "eng",
            },
        ),
        ("ftm:a.json#h1", {"html": "<p>Six were held.</p>"}),
        ("ftm:a.json#d1.1", {"text": "Four were held."}),
    ]
    assert skipped == {"entities without a text of their own: people, companies, folders": 2}


@pytest.mark.parametrize("form", ["lines", "array", "spread"])
def test_rows_are_lines_or_one_array_and_can_lie_in_a_search_index(form):
    rows = [
        {"content": "Ten were held.", "path": "/x", "n": 1.5},
        {"_id": "7", "_source": {"content": "Six were held.", "type": "Document"}},
        {"content": None},
    ]
    data = {"lines": lines(*rows), "array": json.dumps(rows).encode(), "spread": json.dumps(rows, indent=2).encode()}[
        form
    ]
    found, error, skipped = read(data)
    assert found == [
        ("json:a.json#1", {"text": "Ten were held."}),
        ("json:a.json#2", {"text": "Six were held."}),
    ]
    assert (error, skipped) == (None, {"without text": 1})


def test_columns_can_be_named():
    assert read(lines({"words": "Ten were held."}), columns={"text": "words"})[0] == [
        ("json:a.json#1", {"text": "Ten were held."})
    ]
    assert "it has 1 column, of which none has a known name; say which with --column text=NAME" in str(
        read(lines({"words": "Ten were held."}))[1]
    )


def feed(*items: object) -> bytes:
    parts = [{"@type": "DataFeedItem", "item": item} for item in items]
    return json.dumps({"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": parts}).encode()


def test_a_fact_check_that_names_who_made_the_claim_is_a_report_of_it():
    found, error, skipped = read(feed([REVIEW], [NAMELESS], None, [REVIEW, {**REVIEW, "claimReviewed": ""}]))
    said = {
        "claim": "60 people were arrested in Lima last week.",
        "speaker": "Interior minister Teo Arbulu",
        "claimed": "2024-05-08",
        "outlet": "Harbour Check",
        "published": "2024-05-20",
        "url": "https://check.example/60-held",
    }
    assert found == [("claimreview:a.json#1", said), ("claimreview:a.json#4", said)]
    assert error is None
    assert skipped == {
        "fact checks that do not name who made the claim": 1,
        "parts of a feed without a fact check": 1,
        "without text": 1,
    }


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(REVIEW).encode(),
        json.dumps(REVIEW, indent=1).encode(),
        json.dumps([REVIEW]).encode(),
        json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, REVIEW]}).encode(),
        lines(REVIEW, NAMELESS),
    ],
)
def test_fact_checks_stand_alone_in_arrays_graphs_and_lines(data):
    found, error, _ = read(data)
    assert [origin for origin, _ in found] == ["claimreview:a.json#1"]
    assert error is None


def test_broken_lines_are_named_and_the_others_read():
    data = (
        lines({"text": "Ten were held."})
        + b'{"text": \n'
        + lines({"text": "Six were held."})
        + b"[" * 100_000
        + b"\n7\n"
    )
    found, error, skipped = read(data)
    assert [fields["text"] for _, fields in found] == ["Ten were held.", "Six were held."]
    assert error == "in/a.json: 2 records were not read, first line 2: is no JSON (JSONDecodeError)"
    assert skipped == {"values that are no objects": 1}


def test_what_stands_before_the_damage_is_read():
    rows = json.dumps([{"text": f"{number} were held."} for number in range(5_000)]).encode()
    found, error, _ = read(rows[: len(rows) // 2])
    assert 1_000 < len(found) < 3_000
    assert str(error).startswith(f"in/a.json: is broken at object {len(found) + 1:,} (")


@pytest.mark.parametrize(
    "data",
    [
        b'[{"text":"Ten were held."},{"text":"' + b"x" * 5_000_000,
        b'[{"text":"Ten were held."},' + b'{"a":' * 1_000_000,
        b'[{"text":"Ten were held."},' + b"[" * 3_000_000,
        lines({"text": "Ten were held."}) + b'{"text":"' + b"x" * 5_000_000,
        b'{"dataFeedElement":[' + json.dumps(REVIEW).encode() + b',{"x":"' + b"x" * 5_000_000,
    ],
)
def test_an_object_without_end_is_left(data):
    found, error, _ = read(data, limit_bytes=1_000_000)
    assert len(found) == 1
    assert "object 2: is larger than 1,000,000 bytes" in str(error) or "object 2 is nested more than 200 deep" in str(
        error
    )


@pytest.mark.parametrize("data", [b"{}", b"[]", b"[1, 2]", b'{"a": {"text": "x"}}', b"{", b'{"text": \n', b"[{]"])
def test_what_holds_no_report_is_one_line(data):
    found, error, _ = read(data)
    assert found == []
    assert str(error).startswith("in/a.json: ")
    assert "\n" not in str(error)


def test_objects_are_known_by_how_they_begin(tmp_path):
    for name in ("a.json", "a.jsonl", "a.txt", "a"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + lines({"text": "Ten were held."}))
        assert [made.origin for made, _ in capture(str(tmp_path / name))] == [f"json:{name}#1"]
    (tmp_path / "b.txt").write_text("{Ten} were held, the mayor said.", "utf-8")
    assert [made.media_type for made, _ in capture(str(tmp_path / "b.txt"))] == ["text/plain"]
