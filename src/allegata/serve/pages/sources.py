"""What is watched into the ledger: feeds, pages that wait, and what failed. Of a page that the ledger does not hold no address is shown."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from allegata.capture.polite import host_of
from allegata.model.mention import Record
from allegata.run.watch.state import FeedState, PageState, seen
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

FAILED = 100
"""Failures that a page lists."""


class Source(Record, frozen=True):
    """A feed as it is watched. looked, next: times. listed: entries it had last. read: its pages in the ledger, of which several were changed."""

    url: str
    looked: str | None
    next: str | None
    listed: int | None
    read: int
    changed: int
    waiting: int
    failed: int
    error: str | None


class Failure(Record, frozen=True):
    """A page that could not be fetched or read, by its host. tries: how many. next: when it is tried again, null if it is not."""

    host: str
    feed: str
    error: str
    tries: int
    next: str | None


def _time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sources(visit: Visit) -> tuple[list[Source], list[Failure]]:
    feeds, pages = seen(visit.ledger.name)
    counted: dict[str, Counter[str]] = {each.url: Counter() for each in feeds}
    for page in pages:
        of = counted.setdefault(page.feed, Counter())
        of["read"] += page.document is not None
        of["changed"] += page.versions > 1
        of["waiting"] += page.document is None and page.due is not None
        of["failed"] += page.error is not None
    made = [_source(visit, each, counted[each.url]) for each in feeds]
    failures = [_failure(visit, each) for each in pages if each.error is not None]
    return made, failures


def _source(visit: Visit, feed: FeedState, counts: Counter[str]) -> Source:
    hidden = visit.ledger.hidden
    return Source(
        hidden(feed.url),
        _time(feed.fetched),
        _time(feed.due),
        feed.listed,
        counts["read"],
        counts["changed"],
        counts["waiting"],
        counts["failed"],
        hidden(feed.error) if feed.error else None,
    )


def _failure(visit: Visit, page: PageState) -> Failure:
    hidden = visit.ledger.hidden
    host = host_of(page.url) if page.url else ""
    return Failure(hidden(host), hidden(page.feed), hidden(page.error or ""), page.failures, _time(page.due))


def sources_page(visit: Visit) -> Shown:
    """Return what is watched, how it goes, and what failed."""
    sources, failures = _sources(visit)
    told = {"sources": sources, "failures": failures[:FAILED], "more": max(0, len(failures) - FAILED)}
    return Shown("sources.html.jinja", {"title": "Sources", "captures": visit.ledger.count("capture"), **told})


ROUTES = (
    get("/ledger/sources", "read", sources_page),
    *twins("/ledger/sources", "read", lambda visit: _sources(visit)[0], Source.__struct_fields__),
)
