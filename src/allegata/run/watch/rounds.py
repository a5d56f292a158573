"""Looking at what is due: feeds for what they list, pages for what they say, and again for what was changed in them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from allegata import __version__
from allegata.capture.http import Response, StatusError
from allegata.capture.kept import capture_response
from allegata.capture.listing import Entry, entries, plain_address
from allegata.capture.polite import Clock, DisallowedError, Guest, WaitError, host_of
from allegata.capture.sitemap import CHILDREN
from allegata.ledger import Ledger, Supersession, erased
from allegata.ledger.records import address_id
from allegata.link.edits import GONE, carried, edits, told_edits, told_gone
from allegata.model.claim import Claim
from allegata.model.document import Document
from allegata.model.error import AllegataError, InputError
from allegata.model.link import Finding
from allegata.model.mention import Record
from allegata.read.metadata import day_of
from allegata.run.pipeline import Given, Report, records_of, report
from allegata.run.relating import relate
from allegata.run.watch.settings import Feed, Settings
from allegata.run.watch.state import TRIES, FeedState, PageState, State

EDITED = "the outlet changed the page"
MISSING, REMOVED = 404, 410
"""What a server answers of a page that it does not have, and of one that it does not have any more."""
RETRY_S = 600.0
DAY_S = 86_400.0
VALIDATOR_CHARACTERS = 1_000
"""Of an ETag, or of a day of change, that is sent back."""


@dataclass
class Counts:
    """What came of looking. skipped: by why."""

    feeds: int = 0
    listed: int = 0
    entered: int = 0
    edited: int = 0
    unchanged: int = 0
    claims: int = 0
    gone: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        """Count anew."""
        self.__dict__ |= vars(Counts())


class Watch:
    """A watch of *settings* into *ledger* by *by*; *state* is what it knows between two runs."""

    def __init__(self, ledger: Ledger, settings: Settings, state: State, clock: Clock, by: str) -> None:
        self._ledger, self._settings, self._state, self._clock, self._by = ledger, settings, state, clock, by
        self._feeds = {each.url: each for each in settings.feeds}
        self.counts = Counts()
        self.notes: list[str] = []
        now = clock.time()
        state.only(self._feeds, now)
        self._guest = Guest(
            clock, settings.guard, agent_of(settings), settings.delay_s, waits=state.waits(now), on_wait=state.wait
        )
        self._settle()

    def _settle(self) -> None:
        """Take up where a program ended: what it was about to enter is in the ledger, or is not."""
        for page in self._state.begun():
            capture, _, document = (page.begun or "").partition(" ")
            if self._ledger.is_kept("capture", capture):
                page = page._replace(document=document, url=None, versions=page.versions + 1, looks=page.looks + 1)
            else:
                page = page._replace(payload=None, etag=None, modified=None)
            self._state.keep_page(page._replace(begun=None))
        self._link()

    def round(self, is_ended: Callable[[], bool] = lambda: False) -> None:
        """Look at every feed and page that is due now, until *is_ended* says so; links are made after."""
        entered = self.counts.entered + self.counts.edited + self.counts.gone
        for feed in self._state.feeds():
            if feed.due <= self._clock.time() and not is_ended():
                self._look_at_feed(feed)
        while not is_ended() and (page := self._state.due(self._clock.time())) is not None:
            self._look_at_page(page)
        if self.counts.entered + self.counts.edited + self.counts.gone > entered:
            self._link()

    def _link(self) -> None:
        relate(self._ledger, self._by, self._now())

    def shown(self, words: str) -> str:
        """Return *words* without names of affected persons of the ledger, which addresses may hold."""
        return self._ledger.hidden(words)

    def next_s(self) -> float | None:
        """Return the seconds until something is due, null if nothing ever is."""
        due = self._state.next_due()
        return None if due is None else max(0.0, due - self._clock.time())

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _look_at_feed(self, feed: FeedState) -> None:
        now = self._clock.time()
        self.counts.feeds += 1
        try:
            response = self._guest.get(feed.url, _conditions(feed.etag, feed.modified))
            found = [] if response.status == 304 else list(self._listed(response, feed.url))
        except AllegataError as error:
            due = error.until_s if isinstance(error, WaitError) else now + _backoff(feed.failures)
            with self._state.changing():
                self._state.keep_feed(feed._replace(due=due, failures=feed.failures + 1, error=str(error)))
            self._skip(error, feed.url, feed.url)
            return
        listed = feed.listed if response.status == 304 else len(found)
        kept = FeedState(
            feed.url,
            *_validators(response, feed.etag, feed.modified),
            now + self._settings.every_s,
            now,
            0,
            None,
            listed,
        )
        with self._state.changing():
            # With what is listed in one step, or a kill in between would lose pages: the next answer is that nothing changed.
            self.counts.listed += self._state.add(feed.url, found, now)
            self._state.keep_feed(kept)

    def _listed(self, response: Response, url: str) -> Iterator[Entry]:
        further = []
        for each in entries(response.body, response.url):
            if each.is_listing:
                further.append(each.url)
            else:
                yield each
        for listing in further[:CHILDREN]:
            try:
                below = self._guest.get(listing)
                yield from (each for each in entries(below.body, below.url) if not each.is_listing)
            except InputError as error:
                self._skip(error, listing, f"a sitemap of {url}")

    def _look_at_page(self, page: PageState) -> None:
        if erased(self._ledger, "address", page.key) is not None:
            self._state.forget([page.key])
            return
        document = self._document(page)
        url = page.url or (document.url if document else None)
        if url is None:
            self._state.keep_page(page._replace(due=None, error="what was read of it is not in the ledger"))
            return
        try:
            response = self._guest.get(url, _conditions(page.etag, page.modified) if document else {})
            self._take(page, document, url, response)
        except WaitError as error:
            self._state.keep_page(page._replace(due=error.until_s))
        except AllegataError as error:
            self._fail(page, document, error, url)

    def _fail(self, page: PageState, document: Document | None, error: AllegataError, url: str) -> None:
        status = error.status if isinstance(error, StatusError) else 0
        words = _bare(error, url)
        # A page that the ledger holds is missed for a day before it is gone: servers answer so while they are rebuilt, too.
        missed = status == MISSING and document is not None and page.error != words
        gone = status in (MISSING, REMOVED) and not missed
        failures = page.failures + 1
        wait_s = DAY_S if missed or isinstance(error, DisallowedError) else _backoff(page.failures)
        due = None if failures >= TRIES or gone else self._clock.time() + wait_s
        if gone and document is not None:
            self._tell_gone(document, status)
            words = f"was taken down: {words}"
        self._state.keep_page(page._replace(due=due, failures=failures, error=words))
        self._skip(error, url, f"page {page.key[:8]} of {host_of(url)}")

    def _tell_gone(self, document: Document, status: int) -> None:
        """Enter that *document* is gone, once, where it has claims that may be looked for."""
        claims: tuple[Claim, ...] = self._ledger.claims_of(document.id)
        told = any(
            each.kind == GONE and each.document == document.id
            for each in self._ledger.kept("finding", Finding).values()
        )
        if claims and not told:
            found = told_gone(claims, document.id, self._now()[:10], status)
            self._ledger.append([("finding", found)], self._by, self._now())
            self.counts.gone += 1

    def _document(self, page: PageState) -> Document | None:
        """Return what *page* was read as last, unmasked; the ledger may have read it anew since."""
        if page.document is None or not self._ledger.is_kept("document", page.document):
            return None
        return self._ledger.record("document", self._ledger.index.successor(page.document), Document)

    def _take(self, page: PageState, document: Document | None, url: str, response: Response) -> None:
        now = self._clock.time()
        payload = hashlib.sha256(response.body).hexdigest()
        etag, modified = _validators(response, page.etag, page.modified)
        seen = page._replace(etag=etag, modified=modified, payload=payload, failures=0, error=None)
        if response.status == 304 or (document is not None and payload == page.payload):
            self._unchanged(page if response.status == 304 else seen)
            return
        address = address_id(plain_address(response.url))
        other = self._state.page(address)
        if address != page.key and other is not None and other.document is not None:
            self._state.keep_page(seen._replace(due=None, url=None, error="leads to a page that is watched already"))
            self.counts.skipped["leads to a page that is watched already"] += 1
            return
        made = self._read(page, response)
        if made.document is None or made.capture is None:
            raise InputError(made.error or f"{url}: holds no report")
        if document is not None and _is_same(document, made.document):
            self._unchanged(seen)
            return
        self._enter(seen._replace(first=page.first or now), document, made)

    def _unchanged(self, page: PageState) -> None:
        self.counts.unchanged += 1
        self._state.keep_page(self._scheduled(page._replace(looks=page.looks + 1, failures=0, error=None)))

    def _scheduled(self, page: PageState) -> PageState:
        """Return *page* with when it is looked at again, after the looks it had."""
        first, now = page.first or self._clock.time(), self._clock.time()
        later = [first + each for each in self._settings.again_s if first + each > now]
        return page._replace(due=min(later, default=None), first=first)

    def _read(self, page: PageState, response: Response) -> Report:
        feed = self._feeds.get(page.feed, Feed(page.feed))
        captured, body = capture_response(response._replace(url=plain_address(response.url)), self._now())
        given = Given(None, feed.outlet, None, feed.language, feed.profile)
        made = report(captured, body, response.url, given)
        if made.document is None:
            return made
        # What a feed says counts where the page does not say it itself.
        published = day_of(page.published) if made.document.published is None else None
        outlet = page.outlet if made.document.outlet is None else None
        if not (published or outlet):
            return made
        return report(
            captured, body, response.url, Given(published, outlet or feed.outlet, None, feed.language, feed.profile)
        )

    def _enter(self, page: PageState, before: Document | None, made: Report) -> None:
        """Enter what was read of a page; where a program ends on the way, the next one knows by the id of the capture whether it was."""
        assert made.capture is not None
        assert made.document is not None
        records = records_of(made, made.capture, made.document)
        if before is not None:
            records += self._edited(before, made, made.document)
        self._state.keep_page(page._replace(begun=f"{made.capture.id} {made.document.id}"))
        body = made.capture.body
        self._ledger.append(records, self._by, self._now(), {body: made.body})
        done = page._replace(
            document=made.document.id, url=None, versions=page.versions + 1, looks=page.looks + (before is not None)
        )
        self._state.keep_page(self._scheduled(done))
        self.counts.entered += before is None
        self.counts.edited += before is not None
        self.counts.claims += len(made.claims)

    def _edited(self, before: Document, made: Report, document: Document) -> list[tuple[str, Record]]:
        """Return what says that *document* stands in for *before*, and what was changed in its claims."""
        held: tuple[Claim, ...] = self._ledger.claims_of(before.id)
        earlier = [each for each in self._ledger.kept("finding", Finding).values() if each.document == before.id]
        found = [*carried(earlier, document.id), *told_edits(before, document, list(edits(held, made.claims)))]
        number = self._ledger.count("supersession") + 1
        return [
            ("supersession", Supersession(before.id, document.id, EDITED, number)),
            *(("finding", each) for each in dict.fromkeys(found)),
        ]

    def _skip(self, error: AllegataError, url: str, called: str) -> None:
        reason = _bare(error, url).partition(";")[0]
        self.counts.skipped[reason] += 1
        self.notes.append(f"{called}: {reason}")


def _bare(error: AllegataError, url: str) -> str:
    """Return what *error* says of *url* without where pages are: an address may name somebody whom the ledger does not know yet."""
    words = str(error).removeprefix(f"{url}: ")
    return re.sub(r"https?://[^\s;,)]+", lambda found: host_of(found[0]), words)


def agent_of(settings: Settings) -> str:
    """Return the User-Agent, which says who asks and why.

    >>> from allegata.capture import Guard
    >>> agent_of(Settings((), Guard(), "desk@harbor.example"))[:9]
    'allegata/'
    """
    whom = f"; {settings.contact}" if settings.contact else ""
    return f"allegata/{__version__} (follows news reports for a ledger of official claims{whom})"


def _conditions(etag: str | None, modified: str | None) -> dict[str, str]:
    r"""Return the headers that ask for what changed since. Without what no request can carry, which would fail at every look.

    >>> _conditions('"a1"', "Wed, 08 May 2024 00:01:00 GMT\r\nHost: b.example"), _conditions("ö", "x" * 5_000)
    ({'If-None-Match': '"a1"'}, {})
    """
    given = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {
        name: value
        for name, value in given.items()
        if value and value.isascii() and value.isprintable() and len(value) <= VALIDATOR_CHARACTERS
    }


def _validators(response: Response, etag: str | None, modified: str | None) -> tuple[str | None, str | None]:
    headers = {name.lower(): value for name, value in response.headers}
    if response.status == 304:
        return headers.get("etag", etag), headers.get("last-modified", modified)
    return headers.get("etag"), headers.get("last-modified")


def _backoff(failures: int) -> float:
    """Return how long one waits after so many failures before.

    >>> [_backoff(each) / 60 for each in (0, 1, 9)]
    [10.0, 20.0, 1440.0]
    """
    return float(min(RETRY_S * 2**failures, DAY_S))


def _is_same(one: Document, other: Document) -> bool:
    names = ("text", "title", "published", "outlet", "byline")
    return all(getattr(one, name) == getattr(other, name) for name in names)
