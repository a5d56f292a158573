"""The own corpus is sound, and the scorer notices what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def scorer(bench: Callable[[str], ModuleType]) -> Any:
    return bench("score")


def test_every_quotation_stands_in_its_page() -> None:
    texts = {page["id"]: page["text"] for page in rows("pages.jsonl")}
    assert len(texts) >= 30
    assert len(set(texts.values())) == len(texts)
    gold = rows("gold.jsonl")
    assert {row["id"] for row in gold} == set(texts)
    for row in gold:
        for claim in row["claims"]:
            assert texts[row["id"]].count(claim["anchor"]) == 1, claim["claim_id"]
            quoted = [claim["speaker"], claim["count"], claim["period"], claim["target"], *claim["places"]]
            for each in quoted:
                assert not each or (each["as_written"] or "") in texts[row["id"]], claim["claim_id"]


def test_every_link_names_annotated_claims() -> None:
    known = {claim["claim_id"] for row in rows("gold.jsonl") for claim in row["claims"]}
    for cluster in rows("clusters.jsonl"):
        named = {each for group in cluster["groups"] for each in group["same"]}
        named |= {each[side] for each in cluster["contradictions"] for side in "ab"}
        assert named <= known
    for row in rows("gold.jsonl"):
        for claim in row["claims"]:
            assert {claim.get("part_of"), claim.get("additive_to")} - {None} <= known


def small(tmp_path: Path, change: dict[str, Any]) -> Path:
    """A corpus of one page whose annotation was changed."""
    gold = next(each for each in rows("gold.jsonl") if each["id"] == "ke-rift")
    page = next(each for each in rows("pages.jsonl") if each["id"] == "ke-rift")
    gold["claims"][0] |= change
    (tmp_path / "pages.jsonl").write_text(json.dumps(page) + "\n", "utf-8")
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n", "utf-8")
    (tmp_path / "clusters.jsonl").write_text("", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "worse"),
    [
        ({"action": "release"}, "strict_recall"),
        ({"status": "denied"}, "status"),
        ({"places": [{"as_written": None, "country": "FR", "admin1": None}]}, "country"),
        ({"statement_date": "1999-01-01"}, "spoken"),
        ({"evidence": ["named_individuals"]}, "evidence"),
    ],
)
def test_the_scorer_notices_a_wrong_answer(scorer: Any, tmp_path: Path, change: dict[str, Any], worse: str) -> None:
    (tmp_path / "as_is").mkdir()
    (tmp_path / "changed").mkdir()
    right, _ = scorer.score(small(tmp_path / "as_is", {}))
    wrong, lines = scorer.score(small(tmp_path / "changed", change))
    assert wrong[worse] < right.get(worse, 1.0)
    assert lines
