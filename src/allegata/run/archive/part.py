"""Reading one part of an archive: the same function on every engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO, cast

from allegata.capture import NoPageError, Taking, capture_archive
from allegata.claim.glance import Glance
from allegata.model.error import InputError
from allegata.run.archive.place import Place, Stretch
from allegata.run.archive.plan import DONE, Part, Settings
from allegata.run.archive.tables import Tables
from allegata.run.pipeline import FAILED, Given, Report, records_of, report

REPORTS = "reports with claims"
FAILURES = 20
"""Lines of what could not be read that are kept of a part; the others are counted."""


@cache
def _glance(language: str) -> Glance:
    return Glance(language)


def read_part(part: Part, out: Place, settings: Settings) -> dict[str, Any]:
    """Read *part* and write its tables into *out*; return what became of its pages, as it is kept, too.

    What a page is read as depends on nothing but the page and *settings*. A part that was broken off is written anew.
    """
    counts: Counter[str] = Counter()
    failures: list[str] = []
    with Tables(out, part.name) as tables:
        for made in _reports(part, settings, counts):
            if made.error or made.document is None or made.capture is None:
                counts[FAILED] += 1
                failures += [made.error or f"{made.name}: holds no report"][: FAILURES - len(failures)]
                continue
            counts["pages read"] += 1
            if made.claims:
                counts[REPORTS] += 1
                tables.enter(made, records_of(made, made.capture, made.document))
    summary = {"part": part.number, "source": part.source, "counts": dict(counts), "failures": failures}
    out.write(f"{DONE}/{part.name}.json", json.dumps(summary, ensure_ascii=False).encode("utf-8", "replace"))
    return summary


def _reports(part: Part, settings: Settings, counts: Counter[str]) -> Iterator[Report]:
    """Yield what becomes of each page of *part* that is looked at closely."""
    is_wanted = _glance(settings.language or "en").is_open if settings.gate == "happenings" else None
    taking = Taking(columns=dict(settings.columns), skipped=counts, is_wanted=is_wanted)
    given = Given(language=settings.language, profile=settings.profile, gate=settings.gate, columns=settings.columns)
    source = Place(part.source)
    try:
        with source.open() as stream:
            stream.seek(part.start)
            for made, body in capture_archive(
                cast(BinaryIO, Stretch(stream, part.stop)), source.name, part.stop, taking
            ):
                yield report(made, body, source.name, given)
    except NoPageError as error:
        # Of a part of an archive this is no failure.
        if part.start == 0 and part.stop == part.size_bytes and not counts:
            yield Report(part.source, error=str(error))
    except InputError as error:
        yield Report(part.source, error=str(error))
