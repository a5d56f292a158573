"""Claims as a table that Uwazi imports (HURIDOCS): a row an entity, its columns the properties of a template."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from allegata.export.csv import inert
from allegata.export.edtf import edtf_of
from allegata.export.names import COUNTS, line, named, plain, sure_places
from allegata.export.period import days_of
from allegata.export.schemaorg import ADDRESS
from allegata.ground.place import country_name
from allegata.model.claim import Claim, Period
from allegata.model.document import Document, Masks
from allegata.model.mention import Mention

COLUMNS = {
    "title": "text", "claim": "text", "passage": "text", "said_words": "text", "action": "multiselect", "status": "select", "evidence": "select",
    "stance": "select", "number_low": "numeric", "number_high": "numeric", "unit": "select", "number_words": "text", "speaker": "text",
    "role": "text", "body": "multiselect", "conduits": "multiselect", "said": "daterange", "said_edtf": "text", "happened": "daterange",
    "happened_edtf": "text", "places": "multiselect", "countries": "multiselect", "target": "select", "outlet": "select", "published": "date",
    "report": "link", "note": "text",
}  # fmt: skip
"""The columns, which are the names of properties, with the type that the property has in the template."""


def write_uwazi(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write a header and one row a claim (RFC 4180, UTF-8).

    >>> import io
    >>> out = io.StringIO()
    >>> write_uwazi((), out)
    >>> out.getvalue()[:19]
    'title,claim,passage'
    """
    writer = csv.DictWriter(stream, [*COLUMNS])
    writer.writeheader()
    for claim in claims:
        writer.writerow({name: inert(cell) for name, cell in _row(claim).items()})


def _row(claim: Claim) -> dict[str, str]:
    count = claim.count.value if claim.count else None
    speakers = [mention.value for mention in claim.speakers if mention.value]
    places, about = sure_places(claim), claim.document
    target = claim.target.value if claim.target else None
    return {
        # Uwazi tells entities by their title in links, so that it has to be of one claim only.
        "title": plain(f"{line(claim)} [{claim.id[:8]}]"),
        "claim": claim.id,
        "passage": plain(claim.passage.text),
        "said_words": plain(" … ".join(span.text for span in claim.attribution.content)) if claim.attribution else "",
        "action": several((claim.action, *claim.also_actions)),
        "status": claim.status,
        "evidence": claim.evidence.class_,
        "stance": claim.stance.class_,
        "number_low": "" if count is None or count.low is None else str(count.low),
        "number_high": "" if count is None or count.high is None else str(count.high),
        "unit": label(count.unit or "") if count else "",
        "number_words": plain(claim.count.text) if claim.count else "",
        "speaker": plain("; ".join(each.name for each in speakers if each.name and named(each.name))),
        "role": plain("; ".join(each.role for each in speakers if each.role and named(each.role))),
        "body": several(each.body for each in speakers if each.body and named(each.body)),
        "conduits": several(hop.value.name for hop in claim.conduits if hop.value and named(hop.value.name)),
        "said": _range(claim.spoken),
        "said_edtf": edtf_of(claim.spoken),
        "happened": _range(claim.period),
        "happened_edtf": edtf_of(claim.period),
        "places": several(place.name for place in places),
        "countries": several(country_name(place.country) for place in places if place.country),
        "target": label(target.name) if target and target.id and named(target.name) else "",
        "outlet": label(named(about.outlet) or ""),
        "published": _slashed(about.published or "") if len(about.published or "") == 10 else "",
        "report": _link(about.title or "", about.url or ""),
        "note": COUNTS,
    }


def label(words: str) -> str:
    """Return *words* as the label of a value of a thesaurus, in which ``|`` parts values and ``::`` a group from its value.

    >>> label("a|b::c")
    'a/b: c'
    """
    return plain(inert(plain(words).replace("|", "/")).replace("::", ": "))


def several(values: Iterable[str]) -> str:
    """Return *values* as one cell, each once.

    >>> several(["a", "b|c", "a"])
    'a|b/c'
    """
    return "|".join(dict.fromkeys(made for made in map(label, values) if made))


def _slashed(day: str) -> str:
    return day.replace("-", "/")


def _range(mention: Mention[Period] | None) -> str:
    """Return days as a date range of Uwazi, both included; an end that is not told stays empty."""
    first, last = days_of(mention)
    return f"{_slashed(first)}:{_slashed(last)}" if first or last else ""


def _link(title: str, url: str) -> str:
    """Return an address as a link of Uwazi: its label, ``|``, the address; empty where it is none."""
    if not ADDRESS.fullmatch(url) or "|" in url:
        return ""
    return f"{label(title) or url}|{url}"
