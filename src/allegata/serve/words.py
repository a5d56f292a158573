"""Values in words for readers of a page; what stands in a record is never more than here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from allegata.brief.words import amount
from allegata.ground.place import country_name, place_of
from allegata.ground.wording import chain, happening, last_day, number, plain, told, units, when, where
from allegata.model.claim import Claim
from allegata.model.total import Total
from allegata.run.terminal import counted, entered

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


_ALONE = {"denied": "denied, that is, said not to have happened", "no number": "no number is stated"}
"""What is said of a total whose claims are all left out for one reason."""


def anything_adds(made: Total) -> bool:
    """Return whether any claim adds to *made*, for certain or in doubt."""
    return bool(made.counted or made.shares)


def adds_up(made: Total) -> str:
    """Return what *made* is of and comes to; where no claim adds to it, why. A denial says that something did not happen, which is no number of it.

    >>> from allegata.model import LeftOut
    >>> adds_up(Total("arrest", 96, 140, "person", ("a",), ()))
    'Arrested: at least 96, at most 140 persons'
    >>> adds_up(Total("kill", 0, 0, "person", (), (LeftOut("a", "denied"),)))
    'Killed: denied, that is, said not to have happened; no persons are counted'
    >>> adds_up(Total("kill", 0, None, "unknown", (), (LeftOut("a", "no number"),)))
    'Killed: no number is stated; nothing is counted'
    """
    words = told(made.action)
    begin = f"{words[:1].upper()}{words[1:]}"
    if anything_adds(made):
        said = amount(made).rstrip(",")
        return f"{begin}: {said[:1].lower()}{said[1:]}"
    whys = sorted({each.why for each in made.left_out})
    why = _ALONE.get(whys[0], whys[0]) if len(whys) == 1 else ", ".join(whys)
    nothing = "nothing is" if made.unit == "unknown" else f"no {units(made.unit)} are"
    return f"{begin}: {why}; {nothing} counted" if why else f"{begin}: {nothing} counted"


_STATUS = {
    "denied": "It is said here that this did not happen.",
    "unverified": "Who speaks says that this is not verified.",
    "intended": "This is said to be meant to happen, not to have happened.",
    "retracted": "This was taken back.",
}


def status_words(claim: Claim) -> str:
    """Return what the status of *claim* means, as a sentence; empty where it is asserted."""
    return _STATUS.get(claim.status, "")


NAMES = {
    "kind": "kind of speaker",
    "target": "organisation claimed about",
    "search": "words",
    "since": "from",
    "until": "to",
}
"""What the fields that claims are asked for by are called on a page, where that is not as they are."""
CODES = frozenset({"evidence", "finding", "kind", "stance", "status"})
"""Those whose values are codes of ours."""


def asked_words(asked: Mapping[str, str]) -> Markup:
    """Return what claims are *asked* for by, as a reader knows it: a place by its name.

    >>> str(asked_words({"place": "iso:IR-01", "body": '"Police (Iran)"'}))
    'place <bdi>Gilan</bdi>, body <bdi>Police (Iran)</bdi>'
    """
    return Markup(", ").join(
        Markup("{} {}").format(NAMES.get(name, name), quoted(_value(name, value))) for name, value in asked.items()
    )


def _value(name: str, value: str) -> str:
    if name == "place":
        place = place_of(value) if ":" in value else None
        return place.name if place else country_name(value)
    if name == "action":
        return told(value)
    return plain(value) if name in CODES else value if name == "search" else value.strip('"')


_CLAIM = re.compile(r"\b(claim ([0-9a-f]{8}))\b")


def claims_linked(words: str) -> Markup:
    """Return *words* of a finding, the first characters of a claim's id in them as a link to it.

    >>> str(claims_linked("A & B (claim 09d12578)"))
    'A &amp; B (<a href="/claims/09d12578">claim 09d12578</a>)'
    """
    return Markup(_CLAIM.sub(r'<a href="/claims/\2">\1</a>', str(escape(words))))


def direction(language: str | None) -> str:
    """Return which way a language is written, as the ``dir`` of an element.

    >>> direction("fa"), direction("en"), direction(None)
    ('rtl', 'ltr', 'auto')
    """
    return "auto" if language is None else "rtl" if language in RIGHT_TO_LEFT else "ltr"


def address_of(url: str | None) -> str:
    """Return *url* if it may be a link on a page, else nothing: only what a browser fetches, and never runs, is one.

    >>> address_of("https://a.example/1"), address_of("javascript:alert(1)")
    ('https://a.example/1', '')
    """
    return url if url is not None and url.lower().startswith(("http://", "https://")) else ""


def quoted(text: str) -> Markup:
    """Return words of a report, isolated from what stands around them whichever way they run."""
    return Markup("<bdi>{}</bdi>").format(escape(text))


def target(claim: Claim) -> Markup:
    """Return whom *claim* is about by name; between quotation marks where that is only the words of the report."""
    if claim.target is None:
        return Markup()
    name, said = next((each.name for each in claim.target.readings), ""), claim.target.text
    return quoted(name if name and name != said else f"“{said}”")


def short(identity: str) -> str:
    """Return the first characters of an id, which tell it from the others of most ledgers."""
    return identity[:8]


WORDS: Mapping[str, Callable[..., object]] = {
    "address_of": address_of, "adds_up": adds_up, "anything_adds": anything_adds, "asked_words": asked_words, "claims_linked": claims_linked, "status_words": status_words,
    "chain": chain, "counted": counted, "entered": entered, "happening": happening, "last_day": last_day,
    "number": number, "plain": plain, "quoted": quoted, "short": short, "target": target, "told": told, "units": units, "when": when, "where": where,
}  # fmt: skip
"""The filters of the templates."""
