"""What is watched, and how: a file in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allegata.capture import Guard
from allegata.model.error import InputError

EXAMPLE = """\
[watch]
contact = "desk@harbor.example"     # in the User-Agent: whom a server may write to

[[feed]]
url = "https://harbor.example/rss"
outlet = "Harbor Post"
"""
HOURS_S = 3600.0


@dataclass(frozen=True)
class Feed:
    """A feed or sitemap that is watched. outlet: who publishes what it lists, null if its pages say so."""

    url: str
    outlet: str | None = None
    language: str | None = None
    profile: str = "default"


@dataclass(frozen=True)
class Settings:
    """What is watched. contact: in the User-Agent. delay_s: between two requests to one host.

    every_s: between two looks at a feed. again_s: how long after it was first fetched a page is looked at again, for edits.
    """

    feeds: tuple[Feed, ...]
    guard: Guard
    contact: str | None = None
    delay_s: float = 5.0
    every_s: float = 0.5 * HOURS_S
    again_s: tuple[float, ...] = (1 * HOURS_S, 6 * HOURS_S, 24 * HOURS_S, 72 * HOURS_S)


WATCH: Mapping[str, tuple[type, ...]] = {
    "contact": (str,), "delay_seconds": (int, float), "every_minutes": (int, float), "again_hours": (list,), "proxy": (str,), "allow_addresses": (list,)
}  # fmt: skip
FEED: Mapping[str, tuple[type, ...]] = {"url": (str,), "outlet": (str,), "language": (str,), "profile": (str,)}


def settings_in(path: Path) -> Settings:
    """Return the settings in the file *path*.

    Raises: InputError, naming the file, if it cannot be read or says what there is not.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; write one, such as:\n\n{EXAMPLE}") from None
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML ({error}); correct it") from None
    try:
        return settings_of(told)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def settings_of(told: Mapping[str, Any]) -> Settings:
    """Return the settings that *told*, as TOML says them, stands for.

    Raises: InputError for a name or value that there is not.

    >>> settings_of({"feed": [{"url": "https://harbor.example/rss"}]}).feeds[0].url
    'https://harbor.example/rss'
    """
    for name in told:
        if name not in ("watch", "feed"):
            raise InputError(f"{name!r} is no table; there are [watch] and [[feed]]")
    watch = _checked(told.get("watch", {}), WATCH, "[watch]")
    listed = told.get("feed", [])
    if not isinstance(listed, list) or not listed:
        raise InputError("names no feed; add one: [[feed]] with its url")
    feeds = tuple(_feed(each, number) for number, each in enumerate(listed, 1))
    urls = [each.url for each in feeds]
    for url in urls:
        if urls.count(url) > 1:
            raise InputError(f"names {url} twice; leave one of them")
    again = watch.get("again_hours", [each / HOURS_S for each in Settings.again_s])
    if not all(isinstance(each, int | float) and not isinstance(each, bool) and 0 < each <= 8760 for each in again):
        raise InputError("again_hours: is no list of hours, such as [1, 6, 24, 72]")
    guard = Guard(tuple(map(str, watch.get("allow_addresses", []))), watch.get("proxy"))
    contact = watch.get("contact")
    if contact is not None and not (contact.isprintable() and contact.isascii() and contact.strip()):
        raise InputError("contact: goes into a header of each request; give an address of mail or of the web, in ASCII")
    return Settings(
        feeds,
        guard,
        contact,
        _number(watch, "delay_seconds", 5.0, 0.0, 3600.0),
        _number(watch, "every_minutes", 30.0, 1.0, 10_080.0) * 60,
        tuple(sorted(each * HOURS_S for each in again)),
    )


def _feed(told: Any, number: int) -> Feed:
    found = _checked(told, FEED, f"[[feed]] {number}")
    url = found.get("url", "")
    try:
        is_address = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise InputError(f"[[feed]] {number}: its url is no address; give one that begins with https:// or http://")
    return Feed(url, found.get("outlet"), found.get("language"), found.get("profile", "default"))


def _checked(told: Any, known: Mapping[str, tuple[type, ...]], where: str) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise InputError(f"{where}: is no table")
    for name, value in told.items():
        if name not in known:
            raise InputError(f"{where}: {name!r} is none of {', '.join(known)}")
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise InputError(f"{where}: {name} is no {' or '.join(each.__name__ for each in known[name])}")
    return dict(told)


def _number(told: Mapping[str, Any], name: str, usual: float, least: float, most: float) -> float:
    value = float(told.get(name, usual))
    if not least <= value <= most:
        raise InputError(f"{name}: is not between {least:g} and {most:g}")
    return value
