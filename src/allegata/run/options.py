"""What the commands share: the options they take, who asks and when, and how a ledger is opened."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import click

from allegata.capture import Guard
from allegata.capture.entry import FIELDS
from allegata.capture.sitemap import PAGES
from allegata.ground.lexicon import table
from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.model.claim import EvidenceClass, SpeakerKind, StanceClass, Status
from allegata.model.error import InputError
from allegata.run.admission import admit, session, user_of_computer
from allegata.run.pipeline import Given

LEDGER = click.option(
    "--ledger",
    "location",
    default="ledger",
    envvar="ALLEGATA_LEDGER",
    show_default=True,
    help="Folder of the ledger, or postgresql://USER@HOST/DATABASE[?schema=NAME].",
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)


def given_options(function: Any) -> Any:
    """Add the options for what is known of a report to a command, which is given them, with those of `bulk_options` if it has them, as one."""

    @functools.wraps(function)
    def known(
        *words: Any, published: str | None, outlet: str | None, language: str | None, profile: str, **named: Any
    ) -> Any:
        bulk = {name: named.pop(name) for name in ("columns", "pages") if name in named}
        return function(*words, given=Given(published, outlet, None, language, profile, **bulk), **named)

    for option in (
        click.option("--published", help="Date of publication, YYYY[-MM[-DD]]; wins over the page."),
        click.option("--outlet", help="Who published it; wins over the page."),
        click.option("--language", help="Two letters; wins over recognition."),
        click.option(
            "--profile",
            default="default",
            show_default=True,
            help="Table that bounds vague words: default, acled, ucdp.",
        ),
    ):
        known = option(known)
    return known


def fetch_options(function: Any) -> Any:
    """Add the options for what may be fetched to a command, which is given them as one guard."""

    @functools.wraps(function)
    def guarded(*given: Any, allowed: tuple[str, ...], proxy: str | None, **named: Any) -> Any:
        return function(*given, guard=Guard(allowed, proxy), **named)

    for option in (
        click.option(
            "--allow-address",
            "allowed",
            multiple=True,
            envvar="ALLEGATA_ALLOW_ADDRESS",
            help="Fetch also from this address, NETWORK/BITS or ADDRESS:PORT, though it is not public.",
        ),
        click.option(
            "--proxy",
            envvar=["ALLEGATA_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
            help="Fetch through this proxy: http://… or, as for Tor, socks5h://127.0.0.1:9050. It resolves names itself.",
        ),
    ):
        guarded = option(guarded)
    return guarded


def _columns(_: click.Context, __: click.Parameter, typed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return which column holds which field.

    Raises: InputError for what is no FIELD=NAME.
    """
    pairs = tuple((field.strip(), name) for field, is_pair, name in (each.partition("=") for each in typed) if is_pair)
    if len(pairs) < len(typed) or {field for field, _ in pairs} - {*FIELDS}:
        raise InputError(f"--column: is to be FIELD=NAME, where FIELD is {', '.join(FIELDS[:-1])} or {FIELDS[-1]}")
    return pairs


COLUMNS = click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="FIELD=NAME",
    help="Column of a table with the text, html, title, published, outlet, byline, language or url; nothing after = for none. May be given again.",
)


def bulk_options(function: Any) -> Any:
    """Add the options for inputs of many reports to a command."""
    for option in (
        COLUMNS,
        click.option(
            "--pages",
            type=click.IntRange(1, 50_000),
            default=PAGES,
            show_default=True,
            help="Pages of a sitemap that are fetched, the newest first.",
        ),
    ):
        function = option(function)
    return function


FILTERS = {
    "search": 'Words of the claim as it is shown: its passage, attribution, speakers; a "phrase" in quotes, a beginning*; all have to be there.',
    "speaker": 'Words of the name of who speaks; in "quotes" the whole name.',
    "body": 'Words of the institution that speaks; in "quotes" the whole name.',
    "outlet": 'Words of the name of who published it; in "quotes" the whole name.',
    "kind": "Who speaks: official, independent, opposition, media, outlet or unknown.",
    "action": "arrest, hold, kill, release … (data/actions.tsv), also among the further actions.",
    "target": "An organisation claimed about, by name or id of the alias table; never a person.",
    "place": "Name, first-level division, country code or gazetteer id.",
    "unit": "person, team, cell, weapon …",
    "status": "asserted, denied, unverified, intended or retracted.",
    "evidence": "shown, cited, refused, absence_noted or none_stated.",
    "stance": "How the document stands to it: neutral, distanced or disputed.",
    "since": "First day, YYYY[-MM[-DD]], of when it happened or was said.",
    "until": "Last day, YYYY[-MM[-DD]].",
}

CHOICES: Mapping[str, tuple[str, ...]] = {
    "action": tuple(row["action"] for row in table("actions")),
    "status": get_args(Status),
    "evidence": get_args(EvidenceClass),
    "stance": get_args(StanceClass),
    "kind": get_args(SpeakerKind),
}
"""The values of the fields that have a closed list of them."""
KINDS = ("calendar_gloss", "weekday_date", *sorted({row["kind"] for row in table("en/findings")}))
KIND = click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), metavar="KIND", help="Only of this kind; may be given again: " + ", ".join(KINDS) + ".")  # fmt: skip


def filter_options(function: Any) -> Any:
    """Add an option for each field that claims can be asked for by."""
    for name, words in reversed(FILTERS.items()):
        kind = click.Choice(CHOICES[name]) if name in CHOICES else None
        function = click.option(f"--{name}", help=words, type=kind, metavar=name.upper())(function)
    return function


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat()


def who() -> str:
    """Return the account that uses the ledger; where it has none, the name under which the computer knows its user."""
    using = session()
    return using.name if using else user_of_computer()


def opened(location: str, create: bool = False) -> Ledger:
    """Return the ledger at *location*, once its accounts allow the command; everything that comes out of it is masked.

    Raises: LedgerError as `open_ledger`; AccessError if they do not.
    """
    ledger = open_ledger(location, outward, create)
    try:
        admit(ledger, location, now())
    except BaseException:
        ledger.close()
        raise
    return ledger
