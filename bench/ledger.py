"""Time what works on a whole ledger as it grows: linking, one more document, and a total over a part; only ratios mean anything.

    python bench/ledger.py [--claims 1000 4000] [--seed N] [--disk N] [--grow 1000 10000]

The ledger is made up, with the skew of real ones: a few bodies, outlets and weeks have most of the claims; an announcement is printed
by one to forty outlets that change its hedge, number, place or speaker; totals run for days; a minister says the same months later.
Each size is a process of its own, so that its peak of memory is its own. --disk: claims of a ledger kept in a folder, of which
a hundredth and a tenth are read and added up. --grow: claims of two such ledgers, to which a document of twenty claims is added with
its links, and of which one claim is looked up as `show` does.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allegata.ledger import ClaimFilter, FileLedger, open_ledger
from allegata.link import Linker, link
from allegata.mask import outward
from allegata.model import (
    Attribution,
    Claim,
    Count,
    Document,
    DocumentRef,
    Evidence,
    Link,
    Masks,
    Mention,
    Modifier,
    Period,
    Place,
    Record,
    Rules,
    Span,
    Speaker,
    Stance,
)
from allegata.partition import Partition
from allegata.run.pipeline import group_of
from allegata.run.relating import relate
from allegata.total import total

COUNTRIES = tuple(
    map("".join, zip(*[iter("IRPEKEEGTRNGINPKMXCOBRPHIDTHMMBDUABYRUKZIQSYLBYESDETUGTZZAGH")] * 2, strict=True))
)
BODIES = ("Police", "Ministry of Interior", "Coast Guard", "Border Command", "Prosecution Service", "Army Staff")
FIRST = ("Arun", "Belo", "Cato", "Dario", "Ejo", "Femi", "Goran", "Hilma", "Ivo", "Juno", "Kofi", "Lato")
LAST = ("Varro", "Quill", "Tessar", "Ombre", "Lindqua", "Marrow", "Pellan", "Sorrow", "Astor", "Brandel", "Corvin")
HEADS = ("Morning", "Coast", "Valley", "Northern", "Capital", "Harbour", "Open", "Second", "River", "Hill")
TAILS = ("Wire", "Daily", "Post", "Observer", "Gazette", "Courier", "Report", "Ledger", "Bulletin", "Echo")
ACTIONS = {"arrest": "arrested", "identify": "identified", "kill": "killed", "seize": "seized", "sentence": "sentenced"}
ACTIONS |= {"release": "released", "charge": "charged", "dismantle": "dismantled", "injure": "wounded"}
HEDGES: tuple[tuple[str, Modifier], ...] = (("", "exact"), ("at least ", "at_least"), ("about ", "about"))
VAGUE = (("dozens of", 24, 99), ("several", 3, 9), ("hundreds of", 200, 999))
ORDER = ("a raid", "a sweep", "an operation", "a night search", "a patrol", "a long inquiry", "a roadside check")
CAUSES = (
    "over the spring riots",
    "for smuggling fuel",
    "near the old port",
    "after the market fire",
    "on the border road",
)
FROM, DAYS = date(2015, 1, 1), 3650
RULES = Rules("made", "made")
NONE = Evidence("none_stated")
NEUTRAL = Stance("neutral")


@dataclass(frozen=True)
class News:
    """One announcement, before any outlet has printed it."""

    action: str
    unit: str
    number: int
    vague: tuple[str, int, int] | None
    country: str
    region: int
    body: int
    speaker: int
    day: int
    cause: str
    how: str
    announcement: int


def _zipf(chance: random.Random, most: int) -> int:
    """Return a number from 0, the smaller the likelier: one in *most* is as frequent as Zipf's law says, exponent 1."""
    return min(int(most ** chance.random()) - 1, most - 1)


def _news(chance: random.Random, hot: Sequence[tuple[int, str, str]]) -> Iterator[News]:
    """Yield announcements without end; some run on for days, and some are said again months later."""
    numbers = itertools.count()
    while True:
        action = list(ACTIONS)[_zipf(chance, len(ACTIONS))]
        country = COUNTRIES[_zipf(chance, len(COUNTRIES))]
        day = chance.randrange(DAYS)
        if chance.random() < 0.3:
            week, country, action = chance.choice(hot)
            day = week + chance.randrange(7)
        unit = {"seize": "weapon", "dismantle": "cell"}.get(action, "person")
        number = 3 + int(400 ** chance.random()) if unit == "person" else 2 + _zipf(chance, 40)
        vague = chance.choice(VAGUE) if chance.random() < 0.12 else None
        made = News(
            action, unit, number, vague, country, _zipf(chance, 25), _zipf(chance, len(BODIES)), chance.randrange(40),
            day, chance.choice(CAUSES), chance.choice(ORDER), next(numbers),
        )  # fmt: skip
        yield made
        if chance.random() < 0.08:
            for later in range(1, chance.randint(3, 10)):
                number += chance.randint(1, 20)
                said = {"number": number, "vague": None, "day": day + later, "announcement": next(numbers)}
                yield News(**{**made.__dict__, **said})
        elif chance.random() < 0.05:
            yield News(**{**made.__dict__, "day": day + chance.randint(90, 300), "announcement": next(numbers)})


def _drifted(news: News, chance: random.Random) -> News:
    """Return *news* as one outlet prints it: most leave it as it is."""
    changed = dict(news.__dict__)
    if chance.random() < 0.06:
        digits = list(str(news.number))
        digits[chance.randrange(len(digits))] = str(chance.randint(1, 9))
        changed["number"] = max(2, int("".join(digits)))
    if chance.random() < 0.05:
        changed["region"] = _zipf(chance, 25)
    if chance.random() < 0.05:
        changed["speaker"] = chance.randrange(40)
    if chance.random() < 0.04:
        changed["vague"] = chance.choice(VAGUE)
    return News(**changed)


class _Page:
    """The text of one document as it grows, and the spans of what is put into it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.at = 0

    def put(self, words: str) -> Span:
        made = Span(self.at, self.at + len(words), words)
        self.pieces.append(words)
        self.at += len(words)
        return made


class _Maker:
    """Makes documents; what many claims share is one object."""

    def __init__(self, seed: int, told: dict[str, int] | None = None) -> None:
        self.seed = seed
        self.told = told
        self.chance = random.Random(seed)
        self.made = 0
        self._days: dict[int, str] = {}
        self._kept: dict[Any, Any] = {}

    def day(self, number: int) -> str:
        return self._days.setdefault(number, (FROM + timedelta(days=number)).isoformat())

    def kept(self, value: Any) -> Any:
        return self._kept.setdefault(value, value)

    def identity(self, kind: str) -> str:
        self.made += 1
        return hashlib.blake2b(f"{self.seed}/{kind}/{self.made}".encode(), digest_size=16).hexdigest()

    def document(self, news: Sequence[News], outlet: int, delay: int) -> tuple[Document, tuple[Claim, ...]]:
        """Return a document of *outlet* that reports *news*, and its claims."""
        name = f"{HEADS[outlet % 10]} {TAILS[outlet // 10 % 10]} {outlet // 100 or ''}".strip()
        published = self.day(news[0].day + delay)
        reference = DocumentRef(self.identity("d"), None, self.kept(name), published, None, "en")
        page = _Page()
        claims: list[Claim] = []
        for each in news:
            claims.append(self.claim(each, page, reference, None))
            if each.vague is None and each.number >= 20 and self.chance.random() < 0.25:
                claims.append(self.claim(each, page, reference, self.chance.choice(("part_of", "additional"))))
        text = "".join(page.pieces)
        document = Document(reference.id, reference.id, text, "en", name, published, None, None, None, "made/1")
        return document, tuple(claims)

    def claim(self, news: News, page: _Page, document: DocumentRef, leans: Any) -> Claim:
        """Return the claim that *news* is, written at the end of *page*; leans: how it is a lesser one beside that."""
        start, pieces = page.at, len(page.pieces)
        body = self.kept(f"{BODIES[news.body]} ({news.country})")
        official = self.kept(
            Speaker(
                f"{FIRST[news.speaker % 12]} {LAST[news.speaker % 11]}",
                "spokesman",
                body,
                None,
                "official",
                True,
                False,
            )
        )
        source = page.put(f"{official.name}, spokesman of the {BODIES[news.body]},")
        page.put(" ")
        cue = page.put(self.chance.choice(("said", "announced", "told reporters")))
        day = self.day(news.day)
        page.put(f" on {day} that ")
        content = page.at
        count = self._count(news, leans)
        noun = {"person": "people", "weapon": "weapons", "cell": "cells"}[news.unit]
        lead = {"additional": "another ", "part_of": ""}.get(leans, "")
        counted = page.put(f"{lead}{count.phrase}{' of the' if leans == 'part_of' else ''} {noun}")
        page.put(f" were {ACTIONS[news.action]} in {news.how} in ")
        region = f"Region {news.region}"
        where = page.put(f"{region}, {news.country}")
        page.put(f" {news.cause}")
        words = "".join(page.pieces[pieces:])
        passage = Span(start, page.at, words)
        inner = Span(content, page.at, words[content - start :])
        page.put(".\n")
        place = self.kept(Place(region, f"iso:{news.country}-{news.region:02}", news.country, region, "admin1"))
        spoken = self.kept(Period(day, self.day(news.day + 1), day, "gregorian", "day"))
        name = self.identity("c")
        if leans is None and self.told is not None:
            self.told[name] = news.announcement
        return Claim(
            id=name, document=document, passage=passage,
            attribution=Attribution(f"{start}", (source,), (cue,), (inner,), "indirect", None),
            speakers=(Mention((source,), (official,), "made"),), conduits=(),
            spoken=Mention((), (spoken,), "made"), status="asserted", action=news.action, also_actions=(),
            actor=None, target=None, count=Mention((counted,), (count,), "made"),
            places=(Mention((where,), (place,), "made"),), period=None, penalty=None, stage=None,
            evidence=NONE, stance=NEUTRAL, rules=RULES,
        )  # fmt: skip

    def _count(self, news: News, leans: Any) -> Count:
        if news.vague:
            phrase, low, high = news.vague
            return self.kept(Count(low, high, news.unit, "vague", phrase, "default"))  # type: ignore[no-any-return]
        number = max(2, news.number // self.chance.randint(2, 6)) if leans else news.number
        words, modifier = HEDGES[0] if leans or self.chance.random() < 0.8 else self.chance.choice(HEDGES)
        low = number - number // 10 if modifier == "about" else number
        high = {"at_least": None, "about": number + number // 10}.get(modifier, number)
        made = Count(
            low, high, news.unit, modifier, f"{words}{number}", "exact" if modifier == "exact" else "default", leans
        )
        return self.kept(made)  # type: ignore[no-any-return]


def documents(
    number: int, seed: int = 1, told: dict[str, int] | None = None
) -> Iterator[tuple[Document, tuple[Claim, ...]]]:
    """Yield documents with *number* claims together, the same ones for the same *seed*; only what is yielded is kept by the caller.

    told: takes the announcement of each claim that tells of a whole one. The ids are made up and not the hashes of the records, which take
    longer than the rest.
    """
    maker = _Maker(seed, told)
    chance = maker.chance
    weeks = max(4, number // 2000)
    hot = [
        (chance.randrange(DAYS), COUNTRIES[_zipf(chance, 30)], list(ACTIONS)[_zipf(chance, 9)]) for _ in range(weeks)
    ]
    left = number
    before: list[News] = []
    for news in _news(chance, hot):
        before = [*before[-20:], news]
        for _ in range(1 + _zipf(chance, 40)):
            told = [_drifted(news, chance)]
            if chance.random() < 0.3:
                told.append(chance.choice(before))
            document, claims = maker.document(told, _zipf(chance, 400), _zipf(chance, 8))
            yield document, claims[:left]
            left -= len(claims[:left])
            if not left:
                return


NOW = "2024-01-01T00:00:00Z"
KEPT = 200_000
"""Most claims that are kept for a total."""
PAGES = 200
"""Pages that are linked together."""


def claims_of(number: int, seed: int = 1) -> list[Claim]:
    """Return the claims of a made ledger."""
    return [claim for _, claims in documents(number, seed) for claim in claims]


def _seconds(work: Any) -> tuple[float, Any]:
    started = time.process_time()
    made = work()
    return time.process_time() - started, made


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform != "darwin" else peak // 1024**2


def measure(number: int, seed: int) -> dict[str, float]:
    """Return what a ledger of *number* claims costs, in seconds and mebibytes. The claims go by as from a disk; a total is taken of up to `KEPT` of them."""
    linker, seconds, made, kept, told = Linker(), 0.0, 0, list[Claim](), dict[str, int]()
    pages = documents(number, seed, told if number <= KEPT else None)
    while some := [claim for _, claims in itertools.islice(pages, PAGES) for claim in claims]:
        seconds += _seconds(lambda some=some: linker.enter(some))[0]
        if number <= KEPT:
            kept += some
    links: list[Link] = []
    started = time.process_time()
    for each in linker.links():
        made += 1
        if kept:
            links.append(each)
    seconds += time.process_time() - started
    figures: dict[str, float] = {"claims": number, "link": seconds, "links": made, "peak": _peak()}
    if kept:
        figures |= _totals(kept, links)
        figures |= _found(links, {claim.id: told[claim.id] for claim in kept if claim.id in told})
    fresh = claims_of(100, seed + 1)
    costs = [_seconds(lambda at=at: linker.add(fresh[at : at + 20]))[0] for at in range(0, 100, 20)]
    figures["one more"] = statistics.median(costs)
    return figures


def _found(links: Sequence[Link], told: dict[str, int]) -> dict[str, float]:
    """Return how many pairs of claims of one announcement are in one group, and how many pairs in one group are of one announcement."""
    partition = Partition(told)
    for each in links:
        if each.relation == "same" and each.left in told and each.right in told:
            partition.join(each.left, each.right)
    groups = Counter(partition.find(name) for name in told)
    both = Counter((partition.find(name), announcement) for name, announcement in told.items())
    right = sum(map(_pairs, both.values()))
    return {
        "recall": right / max(1, sum(map(_pairs, Counter(told.values()).values()))),
        "precision": right / max(1, sum(map(_pairs, groups.values()))),
    }


def _pairs(many: int) -> int:
    return many * (many - 1) // 2


def _totals(found: Sequence[Claim], links: Sequence[Link]) -> dict[str, float]:
    """Return the cost of a total over all claims, and over a tenth of them with the links that touch it."""
    by_body: dict[str | None, list[Claim]] = {}
    for claim in found:
        by_body.setdefault(claim.speakers[0].readings[0].body, []).append(claim)
    part: list[Claim] = []
    for some in sorted(by_body.values(), key=len):
        if len(part) < len(found) // 10:
            part += some
    wanted = {claim.id for claim in part}
    between = [each for each in links if each.left in wanted or each.right in wanted]
    return {
        "total": _seconds(lambda: total(found, links))[0],
        "total of a part": min(_seconds(lambda: total(part, between))[0] for _ in range(3)),
        "part": len(part) / len(found),
        "part of links": len(between) / max(1, len(links)),
    }


def on_disk(number: int, seed: int) -> list[tuple[str, int, float]]:
    """Return, for filters of a kept ledger of *number* claims, the claims they find and the seconds to read and add them up."""
    with tempfile.TemporaryDirectory() as folder, open_ledger(f"{folder}/ledger", outward, True) as ledger:
        found = list(_fill(ledger, documents(number, seed)))
        ledger.append([("link", each) for each in link(found)], "bench", NOW)
        costs = []
        frequent = Counter(claim.places[0].readings[0].country for claim in found)
        ordered = [country for country, _ in frequent.most_common() if country]
        for country in (ordered[-1], ordered[len(ordered) // 4], ordered[0]):

            def work(country: str = country) -> int:
                claims = list(ledger.claims(ClaimFilter(place=country)))
                total(claims, list(ledger.links(of=[claim.id for claim in claims])))
                return len(claims)

            seconds, size = _seconds(work)
            costs.append((country, size, seconds))
        return costs


def _fill(ledger: FileLedger, pages: Iterator[tuple[Document, tuple[Claim, ...]]]) -> Iterator[Claim]:
    """Enter *pages*, fifty a batch, and yield their claims."""
    while some := list(itertools.islice(pages, 50)):
        records: list[tuple[str, Record]] = []
        for document, claims in some:
            records += [("document", document), ("masks", Masks(document.id, ()))]
            records += [("claim", claim) for claim in claims]
            yield from claims
        ledger.append(records, "bench", NOW)


def growth(number: int, seed: int) -> dict[str, float]:
    """Return the seconds to add a document of twenty claims to a kept ledger of *number*, to link it, and to look up one claim: the median of five."""
    with tempfile.TemporaryDirectory() as folder, open_ledger(f"{folder}/ledger", outward, True) as ledger:
        found = list(_fill(ledger, documents(number, seed)))
        relate(ledger, "bench", NOW)
        adds, shows = [], []
        for each in range(5):
            fresh = _twenty(seed + each + 1)
            adds.append(_seconds(lambda fresh=fresh: (_add(ledger, *fresh), relate(ledger, "bench", NOW)))[0])
        for claim in found[:: len(found) // 5][:5]:
            shows.append(_seconds(lambda claim=claim: _show(ledger, claim.id))[0])
        return {"add": statistics.median(adds), "show": statistics.median(shows)}


def _twenty(seed: int) -> tuple[Document, tuple[Claim, ...]]:
    """Return a document of twenty claims of as many announcements."""
    maker = _Maker(seed)
    document, claims = maker.document(list(itertools.islice(_news(maker.chance, [(0, "PE", "arrest")]), 20)), 1, 1)
    return document, claims[:20]


def _add(ledger: FileLedger, document: Document, claims: Sequence[Claim]) -> None:
    ledger.append(
        [("document", document), ("masks", Masks(document.id, ())), *(("claim", claim) for claim in claims)],
        "bench",
        NOW,
    )


def _show(ledger: FileLedger, identity: str) -> None:
    claim = ledger.claim(identity)
    list(ledger.links(of=[claim.id]))
    ledger.rulings()
    group_of(ledger, claim)


def _print(rows: Sequence[dict[str, float]]) -> None:
    for row in rows:
        line = f"{row['claims']:>9,.0f} claims: link {row['link']:.1f} s, {row['links'] / row['claims']:.1f} links a claim, peak {row['peak']:,.0f} MiB"
        if "recall" in row:
            line += f"; of the pairs of one announcement {row['recall']:.2f} found, {row['precision']:.2f} of those found are"
        if "total" in row:
            share = row["total of a part"] / max(row["total"], 1e-9)
            line += f"; total of all {row['total']:.2f} s; of {row['part']:.2f} of the claims and {row['part of links']:.2f} of the links {share:.2f} of that"
        print(line)
    for one, other in itertools.pairwise(rows):
        grown = math.log(other["claims"] / one["claims"])
        powers = {
            name: math.log(max(other[name], 1e-9) / max(one[name], 1e-9)) / grown
            for name in ("link", "total")
            if name in one and name in other
        }
        aims = {"link": " (aim 1.15)", "total": ""}
        grows = ", ".join(f"{name} grows with the power {power:.2f}{aims[name]}" for name, power in powers.items())
        more = other["one more"] / one["one more"]
        print(
            f"{one['claims']:,.0f} to {other['claims']:,.0f}: {grows}, a document more costs {more:.1f} times (aim 5)"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[1000, 4000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disk", type=int, default=0)
    parser.add_argument("--grow", type=int, nargs=2, default=[])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.seed)))
        return
    rows = []
    for number in asked.claims:
        command = [sys.executable, __file__, "--one", str(number), "--seed", str(asked.seed)]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    _print(rows)
    if asked.disk:
        costs_of = on_disk(asked.disk, asked.seed)
        _, size, seconds = costs_of[0]
        print(f"a kept ledger of {asked.disk:,} claims, a total over a country:")
        for country, more, cost in costs_of:
            print(
                f"  {country} {more} claims: {cost / seconds:.1f} times the cost for {more / max(1, size):.1f} times the claims"
            )
    if asked.grow:
        small, great = asked.grow
        costs = [growth(number, asked.seed) for number in asked.grow]
        ratios = ", ".join(f"{name} {costs[1][name] / costs[0][name]:.1f}" for name in costs[0])
        print(
            f"a kept ledger of {great:,} claims against {small:,}, times the cost of one more document, of one claim: {ratios}"
        )


if __name__ == "__main__":
    main()
