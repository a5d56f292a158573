"""Score allegata on corpora that are not its own and not shipped with it: the folder in $ALLEGATA_CORPORA.

It holds corpus/ (annotated pages of claims), data/polnear, data/meantime, and in eval/ the scorers of the first two.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from adapters import attributions

from allegata import Claim, Link, Mention, Period, claims_of_text, link, to_json
from allegata.ground.timex import find_times

JSON = dict[str, Any]
MEASURES = (
    "full attribution precision", "full attribution recall", "full attribution f1",
    "token source f1", "token cue f1", "token content f1",
)  # fmt: skip
FIELDS = (
    "speaker", "organisation", "conduits", "count", "count_point", "count_vague", "unit",
    "country", "admin1", "period", "spoken", "evidence", "stance", "status",
)  # fmt: skip
ANNOTATED = 5
"""The last sentence in which MEANTIME annotates."""
GLUED = re.compile(r"[,.;:!?)\]}%'].*|n't")


def plain(record: Claim | Link) -> JSON:
    """Return *record* as it is read back from a file."""
    read: JSON = json.loads(json.dumps(to_json(record)))
    return read


def load(path: Path) -> ModuleType:
    """Return the module in the file *path*."""
    spec = importlib.util.spec_from_file_location(f"corpora_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def score_attributions(corpora: Path) -> dict[str, float]:
    """Return how well the sources, cues and contents of PolNeAR dev are found."""
    polnear = load(corpora / "eval" / "polnear.py")
    read = polnear.articles(corpora / "data" / "polnear", "dev")
    scores = polnear.score(read, [attributions(article.text) for article in read])
    return {each: scores[each.rsplit(" ", 1)[0]][each.rsplit(" ", 1)[1]] for each in MEASURES}


def found_attributions(corpora: Path) -> tuple[dict[str, list[int]], int]:
    """Return for each article of PolNeAR dev which of its attributions are found in full, by number, and how many are made."""
    polnear = load(corpora / "eval" / "polnear.py")
    found, made = {}, 0
    for article in polnear.articles(corpora / "data" / "polnear", "dev"):
        answers = [
            {role: polnear.covered(article.tokens, each[role]) for role in polnear.ROLES}
            for each in attributions(article.text)
        ]
        answers = [each for each in answers if each["content"]]
        made += len(answers)
        found[article.id] = matched(polnear, article, answers)
    return found, made


def matched(polnear: Any, article: Any, answers: list[dict[str, set[int]]]) -> list[int]:
    """Return the numbers of the attributions of *article* that *answers* have in full, by the scorer's protocol."""

    def bare(each: dict[str, set[int]]) -> dict[str, set[int]]:
        return {role: article.words(each[role]) or each[role] for role in polnear.ROLES}

    pairs = [
        (len(gold["content"] & made["content"]) / len(gold["content"] | made["content"]), i, j)
        for i, gold in enumerate(map(bare, (each for each in article.attributions if each["content"])))
        for j, made in enumerate(map(bare, answers))
        if gold["cue"] & made["cue"] and (gold["source"] & made["source"] or not (gold["source"] or made["source"]))
    ]
    return sorted(i for i, _ in polnear.one_to_one(each for each in pairs if each[0] >= 0.5))


def read_claims(corpora: Path) -> tuple[Any, list[Any], dict[str, tuple[Claim, ...]]]:
    """Return the scorer of the claim corpus, its pages, and the claims read from each."""
    scorer = load(corpora / "eval" / "score_claims.py")
    folder = corpora / "corpus"
    pages = scorer.read_pages(folder / "pages.jsonl", folder / "gold.jsonl", False)
    return scorer, pages, {page.id: claims_of_text(page.raw, page.published, page.outlet) for page in pages}


def score_claims(corpora: Path) -> tuple[dict[str, float], list[str]]:
    """Return how well the claims of the claim corpus are read and linked, and what went wrong, worst first."""
    scorer, pages, made = read_claims(corpora)
    links = [plain(each) for each in link([claim for claims in made.values() for claim in claims])]
    clusters = scorer.read_lines(corpora / "corpus" / "clusters.jsonl")
    aliases = scorer.Aliases(corpora / "eval" / "aliases.tsv")
    scores, results = scorer.score(pages, lambda page: map(plain, made[page.id]), aliases, links, clusters)
    figures = {f"{kind} {name}": value for kind, row in scores["detection"].items() for name, value in row.items()}
    figures |= {"record": scores["record"], "ungrounded": scores["ungrounded"]}
    figures |= {name: scores["fields"][name]["accuracy"] for name in FIELDS if name in scores["fields"]}
    figures |= {name.replace("_", " "): value for name, value in scores["balanced"].items()}
    figures |= {f"same {name}": scores["linking"]["same"]["all"][name] for name in ("precision", "recall")}
    figures["contradictions"] = scores["linking"]["contradictions"]["all"]["rate"]
    lines = [f"{row['kind']}: {row['gold'] or row['page']}: {row['detail']}" for row in scorer.errors(results)]
    return {name: value for name, value in figures.items() if value is not None}, lines


@dataclass(frozen=True)
class Timed:
    """The text of a document of MEANTIME, its day, where its annotation ends, and the times annotated with their values."""

    text: str
    published: str | None
    end: int
    times: tuple[tuple[int, int, str], ...]


def read_timed(path: Path) -> Timed:
    """Return a document of MEANTIME: a sentence a line, its tokens spaced as English is written."""
    root = ElementTree.parse(path).getroot()
    text, sentence, end = "", "0", 0
    at: dict[str, tuple[int, int]] = {}
    for token in root.iter("token"):
        word, number = token.text or "", token.get("sentence", "0")
        if number != sentence:
            text += "\n"
        elif text and not GLUED.fullmatch(word) and text[-1] not in "($[":
            text += " "
        sentence = number
        at[token.get("t_id", "")] = (len(text), len(text) + len(word))
        text += word
        end = len(text) if int(number) <= ANNOTATED else end
    published, times = None, []
    for each in root.iter("TIMEX3"):
        value = each.get("value", "")
        if each.get("functionInDocument") == "CREATION_TIME" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            published = value
        anchors = [at[anchor.get("t_id", "")] for anchor in each.iter("token_anchor")]
        if anchors:
            times.append((anchors[0][0], anchors[-1][1], value))
    return Timed(text, published, end, tuple(times))


def score_times(folder: Path) -> tuple[dict[str, float], dict[str, int], list[str]]:
    """Return how well the times of the MEANTIME documents in *folder* are found and valued, of how many, and what went wrong.

    recall: annotated times that a found one overlaps. precision: the other way round. value: annotated times of which
    an overlapping one has the annotated TIMEX3 value, of all, and of those found.
    """
    wanted = found = right = overlapping = made = 0
    lines = []
    for path in sorted(folder.rglob("*.xml")):
        document = read_timed(path)
        times = [
            each
            for each in find_times(document.text, document.published, lengths=True)
            if each.spans[0].start < document.end
        ]
        made += len(times)
        used: set[int] = set()
        for start, end, value in document.times:
            here = [number for number, each in enumerate(times) if overlap(each, start, end)]
            used |= set(here)
            valued = any(reading.timex == value for number in here for reading in times[number].readings)
            wanted, found, right = wanted + 1, found + bool(here), right + valued
            if not valued:
                read = "; ".join(str(reading.timex) for number in here for reading in times[number].readings)
                lines.append(f"{path.stem}: {document.text[start:end]!r}: {read or 'nothing'}, wanted {value}")
        overlapping += len(used)
    figures = {"recall": (found, wanted), "precision": (overlapping, made)}
    figures |= {"value": (right, wanted), "value of found": (right, found)}
    return (
        {name: part / whole if whole else 0.0 for name, (part, whole) in figures.items()},
        {name: whole for name, (_, whole) in figures.items()},
        lines,
    )


def overlap(time: Mention[Period], start: int, end: int) -> bool:
    """Return whether a time expression shares a code point with a stretch."""
    return time.spans[0].start < end and start < time.spans[-1].end
