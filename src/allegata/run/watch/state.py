"""What a watch knows between two runs: when each feed and page is due, what it was last, and what failed.

A page that is in the ledger is known by a digest of its address alone, which is looked up in the ledger when it is due; so that nothing of it
stays here when it is erased there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from allegata.capture.listing import Entry
from allegata.ledger import is_folder
from allegata.ledger.location import hidden
from allegata.ledger.records import address_id
from allegata.model.error import LedgerError

VERSION = 1
SCHEMA = """
CREATE TABLE feed (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, due REAL NOT NULL, fetched REAL, failures INTEGER NOT NULL, error TEXT, listed INTEGER);
CREATE TABLE page (key TEXT PRIMARY KEY, url TEXT, feed TEXT NOT NULL, outlet TEXT, published TEXT, due REAL, first REAL, looks INTEGER NOT NULL,
                   etag TEXT, modified TEXT, payload TEXT, document TEXT, begun TEXT, versions INTEGER NOT NULL, failures INTEGER NOT NULL, error TEXT);
CREATE INDEX page_due ON page (due);
CREATE TABLE host (name TEXT PRIMARY KEY, until REAL NOT NULL);
"""
TRIES = 5
"""Times that a page is asked for before it is given up."""


class FeedState(NamedTuple):
    """A feed as it was last. due, fetched: seconds since 1970. failures: since it was last fetched. listed: entries it had."""

    url: str
    etag: str | None
    modified: str | None
    due: float
    fetched: float | None
    failures: int
    error: str | None
    listed: int | None


class PageState(NamedTuple):
    """A page as it was last.

    key: stands for its address. url: null once it is in the ledger. due: null if it is not looked at again. looks: how often it was, after the
    first. payload: sha256 of what was served. document: id of what was read from it last, null if it is in no ledger. begun: ids of the capture
    and document that were about to be entered. versions: how many were.
    """

    key: str
    url: str | None
    feed: str
    outlet: str | None
    published: str | None
    due: float | None
    first: float | None
    looks: int
    etag: str | None
    modified: str | None
    payload: str | None
    document: str | None
    begun: str | None
    versions: int
    failures: int
    error: str | None


def place_of(location: str) -> Path:
    """Return where the state of the watch of the ledger at *location* is: in its folder; of a database, in the folder for the user's states."""
    if is_folder(location):
        return Path(location) / "watch.sqlite"
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    name = hashlib.sha256(hidden(location).encode()).hexdigest()[:16]
    return Path(base) / "allegata" / f"watch-{name}.sqlite"


class State:
    """The state of a watch at *path*, open; one program has it at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise LedgerError(f"{path}: cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise LedgerError(f"{path}: another watch of this ledger is under way; end it first") from None
        try:
            self._db = _opened(path)
        except LedgerError:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Let another program have it."""
        self._db.close()
        os.close(self._lock)

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let what is changed within be kept all or not at all."""
        with self._db:
            yield

    def feeds(self) -> list[FeedState]:
        """Return the feeds, by address."""
        return _feeds(self._db)

    def keep_feed(self, feed: FeedState) -> None:
        """Keep what a feed is now."""
        self._db.execute(f"INSERT OR REPLACE INTO feed VALUES ({', '.join('?' * len(feed))})", feed)

    def only(self, urls: Iterable[str], now: float) -> None:
        """Let the feeds be those at *urls*: new ones are due now, others are forgotten with what was listed and not fetched yet."""
        wanted = set(urls)
        with self._db:
            for each in self.feeds():
                if each.url not in wanted:
                    self._db.execute("DELETE FROM feed WHERE url = ?", (each.url,))
                    self._db.execute("DELETE FROM page WHERE feed = ? AND document IS NULL", (each.url,))
                    self._db.execute("UPDATE page SET due = NULL WHERE feed = ?", (each.url,))
            for url in sorted(wanted - {each.url for each in self.feeds()}):
                self.keep_feed(FeedState(url, None, None, now, None, 0, None, None))

    def add(self, feed: str, entries: Iterable[Entry], now: float) -> int:
        """Take in the pages that *feed* lists and that are not known, and return how many there were."""
        rows = [
            (address_id(each.url), each.url, feed, each.outlet, each.published, now)
            for each in entries
            if not each.is_listing
        ]
        query = "INSERT OR IGNORE INTO page (key, url, feed, outlet, published, due, looks, versions, failures) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0)"
        before = self._db.total_changes
        self._db.executemany(query, rows)
        return self._db.total_changes - before

    def due(self, now: float) -> PageState | None:
        """Return the page that is due first, null if none is."""
        query = "SELECT * FROM page WHERE due <= ? ORDER BY due, key LIMIT 1"
        row = self._db.execute(query, (now,)).fetchone()
        return PageState(*row) if row else None

    def next_due(self) -> float | None:
        """Return when the next feed or page is due, null if none ever is."""
        query = "SELECT min(due) FROM (SELECT min(due) AS due FROM feed UNION ALL SELECT min(due) FROM page)"
        found: float | None = self._db.execute(query).fetchone()[0]
        return found

    def page(self, key: str) -> PageState | None:
        """Return the page with that *key*, null if it is not known."""
        row = self._db.execute("SELECT * FROM page WHERE key = ?", (key,)).fetchone()
        return PageState(*row) if row else None

    def keep_page(self, page: PageState) -> None:
        """Keep what a page is now."""
        with self._db:
            self._db.execute(f"INSERT OR REPLACE INTO page VALUES ({', '.join('?' * len(page))})", page)

    def begun(self) -> list[PageState]:
        """Return the pages that were about to be entered when a program ended."""
        return [PageState(*row) for row in self._db.execute("SELECT * FROM page WHERE begun IS NOT NULL")]

    def forget(self, keys: Iterable[str]) -> None:
        """Forget the pages with *keys*: they were erased from the ledger."""
        with self._db:
            self._db.executemany("DELETE FROM page WHERE key = ?", [(each,) for each in keys])

    def waits(self, now: float) -> dict[str, float]:
        """Return the hosts that asked to wait, and until when."""
        with self._db:
            self._db.execute("DELETE FROM host WHERE until <= ?", (now,))
        return dict(self._db.execute("SELECT name, until FROM host").fetchall())

    def wait(self, host: str, until: float) -> None:
        """Keep that *host* asked to wait."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO host VALUES (?, ?)", (host, until))


def _opened(path: Path) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(path)
        path.chmod(0o600)
        # What is deleted is overwritten: addresses may hold names.
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA synchronous = FULL")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise LedgerError(f"{path}: was made by a newer version of allegata; upgrade allegata")
        if not version:
            with db:
                db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    except (sqlite3.Error, OSError) as error:
        raise LedgerError(
            f"{path}: cannot be read ({error}); remove it, and the feeds are read as if for the first time"
        ) from error
    return db


def _feeds(db: sqlite3.Connection) -> list[FeedState]:
    return [FeedState(*row) for row in db.execute("SELECT * FROM feed ORDER BY url")]


def seen(location: str) -> tuple[list[FeedState], list[PageState]]:
    """Return the feeds and pages that are watched into the ledger at *location*, also while another program watches; none where none are.

    Raises: LedgerError if what is kept of them cannot be read.
    """
    path = place_of(location)
    if not path.exists():
        return [], []
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
            feeds = _feeds(db)
            pages = [PageState(*row) for row in db.execute("SELECT * FROM page ORDER BY due IS NULL, due, key")]
    except (sqlite3.Error, TypeError) as error:
        raise LedgerError(f"{path}: cannot be read ({error}); run allegata watch, which says what to do") from error
    return feeds, pages
