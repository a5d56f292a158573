"""List the claims gained and lost since a revision: the same pages, read with its code and with the working tree's.

    python bench/table.py --diff REV

+ found right (in its place, its action right) and was not   - the other way round
~ read both times, in the same place, with other fields      > < read now, or no longer, and not annotated

Statements, whose action is ``other``, are annotated nowhere and so listed only where they change.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from score import OPTIONAL, OWN, action_right, match_page, rows

import allegata
from allegata import to_json

ROOT = Path(__file__).parents[1]
JSON = dict[str, Any]
ASIDE = frozenset({"id", "document", "passage", "attribution", "rules"})
"""Members of a claim that say where it stands or by what it was read, not what it says."""


@dataclass(frozen=True)
class Found:
    """The claim that stands for an annotated one, whether its action is right, and its fields that are wrong."""

    claim: str
    right: bool
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """The claims read from a page, and how they stand to the annotated ones; *asked*: their words by id."""

    corpus: str
    id: str
    claims: tuple[JSON, ...]
    asked: dict[str, str]
    found: dict[str, Found]


@dataclass
class Reading:
    """All pages as one state of the code reads them; the attributions it finds in full, and how many it makes."""

    pages: list[Page] = field(default_factory=list)
    attributions: dict[str, list[int]] = field(default_factory=dict)
    made: int = 0


def read_own() -> Iterator[Page]:
    """Yield the pages of the own corpus."""
    gold = {row["id"]: row for row in rows(OWN / "gold.jsonl")}
    for page in rows(OWN / "pages.jsonl"):
        made, matches = match_page(page, gold[page["id"]])
        asked = {
            each["claim_id"]: f"{each['action']}: {each['anchor']}"
            for each in gold[page["id"]]["claims"]
            if each["core"] is not False
        }
        found = {
            each.wanted["claim_id"]: Found(
                each.claim.id,
                action_right(each.wanted, each.claim),
                tuple(sorted(name for name, right in each.judged.items() if not right)),
            )
            for each in matches
        }
        yield Page("own corpus", page["id"], tuple(map(to_json, made)), asked, found)


def read_external(corpora: Path) -> Iterator[Page]:
    """Yield the pages of the claim corpus in *corpora*."""
    from external import plain, read_claims

    scorer, pages, made = read_claims(corpora)
    aliases = scorer.Aliases(corpora / "eval" / "aliases.tsv")
    for page in pages:
        claims = tuple(map(plain, made[page.id]))
        result = scorer.match_page(page, claims, aliases)
        found = {
            each.gold.id: Found(
                each.prediction.id,
                each.strict,
                tuple(sorted(name for name, answer in each.fields.items() if answer in ("wrong", "invented"))),
            )
            for each in result.matches
        }
        asked = {
            each.id: f"{each.record['action']}: {each.record['anchor']}" for each in page.claims if not each.optional
        }
        yield Page("claim corpus", page.id, claims, asked, found)


def read_all(corpora: Path | None) -> Reading:
    """Return all that this process's code reads."""
    reading = Reading(list(read_own()))
    if corpora:
        from external import found_attributions

        reading.pages += read_external(corpora)
        reading.attributions, reading.made = found_attributions(corpora)
    return reading


def read_with(source: Path) -> Reading:
    """Return what the code in the folder *source* reads, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        sys.exit(f"the code in {source} does not read the pages:\n{done.stderr[-2000:]}")
    return reading_of(json.loads(done.stdout))


def reading_of(plain: JSON) -> Reading:
    """Return a reading from plain JSON."""
    pages = [
        Page(**{**page, "found": {name: Found(**each) for name, each in page["found"].items()}})
        for page in plain["pages"]
    ]
    return Reading(pages, plain["attributions"], plain["made"])


def unpack(revision: str, folder: Path) -> Path:
    """Put src/ of *revision* into *folder*; return where it is."""
    done = subprocess.run(["git", "archive", revision, "src"], cwd=ROOT, capture_output=True)
    if done.returncode:
        sys.exit(f"no such revision: {revision}: {done.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder / "src"


def core(claim: JSON) -> tuple[int, int]:
    """Return the stretch a claim stands at: its number, or else its passage."""
    spans = (claim.get("count") or {}).get("spans") or [claim["passage"]]
    return spans[0]["start"], spans[-1]["end"]


def pairs(before: Page, after: Page) -> list[tuple[JSON, JSON]]:
    """Pair the claims that stand in the same place.

    First those that stand for the same annotated claim, then those at the same stretch with the same action, at the same
    stretch, and at one that overlaps.
    """
    left, right = list(before.claims), list(after.claims)
    stands = [{found.claim: name for name, found in page.found.items()} for page in (before, after)]
    found: list[tuple[JSON, JSON]] = []

    def alike(one: JSON, other: JSON) -> bool:
        return near(one, other) and stands[0].get(one["id"], "") == stands[1].get(other["id"])

    def same(one: JSON, other: JSON) -> bool:
        return core(one) == core(other)

    def near(one: JSON, other: JSON) -> bool:
        return core(one)[0] < core(other)[1] and core(other)[0] < core(one)[1]

    for fits in (alike, lambda one, other: same(one, other) and one["action"] == other["action"], same, near):
        for one in list(left):
            other = next((each for each in right if fits(one, each)), None)
            if other is not None:
                found.append((one, other))
                left.remove(one)
                right.remove(other)
    return found


def bare(value: Any) -> Any:
    """Return a value without its spans and rules, and without what is empty."""
    if isinstance(value, dict):
        kept = {key: bare(each) for key, each in value.items() if key not in ("spans", "rule")}
        return {key: each for key, each in kept.items() if each not in (None, [], {})}
    if isinstance(value, list | tuple):
        return [bare(each) for each in value]
    return value


def changes(before: JSON, after: JSON) -> list[str]:
    """Return the fields in which two readings of a claim differ, each with what it was and is."""
    return [
        f"{name}: {shown(before.get(name))} -> {shown(after.get(name))}"
        for name in sorted((before.keys() | after.keys()) - ASIDE)
        if bare(before.get(name)) != bare(after.get(name))
    ]


def shown(value: Any) -> str:
    """Return a value, short enough for a line."""
    text = json.dumps(bare(value), ensure_ascii=False)
    return text if len(text) <= 160 else text[:157] + "..."


def compare(before: Page, after: Page, tally: Counter[str]) -> list[str]:
    """Return what is different between two readings of a page, a line each; count it in *tally*."""
    lines = []
    for name, words in after.asked.items():
        was, now = (name in page.found and page.found[name].right for page in (before, after))
        if was != now:
            tally["gained" if now else "lost"] += 1
            lines.append(f"{'+' if now else '-'} {name} {words}")
    names = {found.claim: name for name, found in after.found.items()}
    paired = pairs(before, after)
    for one, other in paired:
        changed = changes(one, other)
        if not changed:
            continue
        tally["changed"] += 1
        stands = names.get(other["id"], "")
        verdicts = ""
        if stands in before.found and before.found[stands].claim == one["id"]:
            was_wrong, is_wrong = set(before.found[stands].wrong), set(after.found[stands].wrong)
            for word, each in (("right now", was_wrong - is_wrong), ("wrong now", is_wrong - was_wrong)):
                tally[word] += len(each)
                verdicts += f"  [{word}: {', '.join(sorted(each))}]" if each else ""
        lines.append(f"~ {stands or after.id} {other['action']}: {'; '.join(changed)}{verdicts}")
    for mark, page, side in (("<", before, 0), (">", after, 1)):
        known = {each[side]["id"] for each in paired} | {found.claim for found in page.found.values()}
        extra = [claim for claim in page.claims if claim["id"] not in known and claim["action"] not in OPTIONAL]
        tally[mark] += len(extra)
        lines += [f"{mark} {page.id} {claim['action']}: {claim['passage']['text'][:100]!r}" for claim in extra]
    return lines


def report(before: Reading, after: Reading) -> Iterator[str]:
    """Yield what is different between two readings, page by page, and a summary of each corpus."""
    old = {(page.corpus, page.id): page for page in before.pages}
    for corpus in dict.fromkeys(page.corpus for page in after.pages):
        tally = Counter[str]()
        for page in after.pages:
            if page.corpus == corpus and (corpus, page.id) in old:
                lines = compare(old[corpus, page.id], page, tally)
                yield from [f"{corpus}, {page.id}", *(f"  {line}" for line in lines)] if lines else []
        yield (
            f"{corpus}: {tally['gained']} gained, {tally['lost']} lost, {tally['changed']} changed"
            f" ({tally['right now']} fields right now, {tally['wrong now']} wrong now);"
            f" not annotated: {tally['>']} read now, {tally['<']} no longer"
        )
    if after.attributions and before.attributions:
        was, now = (
            {(article, number) for article, numbers in reading.attributions.items() for number in numbers}
            for reading in (before, after)
        )
        yield (
            f"attributions, PolNeAR dev: {len(now - was)} gained, {len(was - now)} lost;"
            f" {before.made} made before, {after.made} now"
        )


def diff(revision: str) -> None:
    """Print what is different since *revision*."""
    with tempfile.TemporaryDirectory() as folder:
        before = read_with(unpack(revision, Path(folder)))
    print("\n".join(report(before, read_with(ROOT / "src"))))


def main() -> None:
    """Print what the code on the path reads, for read_with."""
    corpora = os.environ.get("ALLEGATA_CORPORA")
    if not Path(allegata.__file__).is_relative_to(os.environ["PYTHONPATH"]):
        sys.exit(f"reads with {allegata.__file__}")
    json.dump(asdict(read_all(Path(corpora) if corpora else None)), sys.stdout)


if __name__ == "__main__":
    main()
