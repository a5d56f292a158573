"""A site of files, without a server: the claims that people accepted, and of these only the fields of an allow-list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from allegata.ground.wording import happening, speakers, where
from allegata.ledger import Ledger
from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.json import to_json
from allegata.serve.bars import bars_of
from allegata.serve.render import environment, static_file
from allegata.serve.swap import replace_folder
from allegata.total import total

PAGE = 100
"""Claims of a page of the list."""
MARK = "allegata-site.json"
"""The file by which a folder is known to hold a site: it lists what was written, so that no other file is taken for it."""
FILES = ("app.css", "site.js", "vazirmatn.woff2", "vazirmatn-LICENSE.txt", "mark.svg")
ALLOWED = (
    "id", "document", "passage", "speakers", "conduits", "spoken", "status", "action", "also_actions", "target", "count", "places", "period",
    "penalty", "stage", "evidence", "stance",
)  # fmt: skip
"""The fields of a claim that are published; those of `DOCUMENT` of what it says of its document."""
DOCUMENT = ("outlet", "published", "title", "url", "language")


class Accepted(NamedTuple):
    """The accepted claims that are published, the newest report first, masked. statements: how many others were accepted, of which no happening is told."""

    claims: list[Claim]
    statements: int


def accepted(ledger: Ledger) -> Accepted:
    """Return the claims of *ledger* that somebody accepted and nobody rejected since."""
    found = {
        claim
        for each in ledger.rulings()
        if each.state == "in force" and each.decision.kind == "accept" and each.decision.relation is None
        for claim in each.claims
    }
    every = list(ledger.claims_of_ids(found))
    claims = [claim for claim in every if claim.action != "other"]
    claims.sort(key=lambda claim: (claim.document.published or "", claim.id), reverse=True)
    return Accepted(claims, len(every) - len(claims))


def published(claim: Claim) -> dict[str, Any]:
    """Return what is published of *claim*, in the shape of the JSON."""
    plain = {name: value for name, value in to_json(claim).items() if name in ALLOWED}
    plain["document"] = {name: value for name, value in plain["document"].items() if name in DOCUMENT}
    return plain


def files_of(ledger: Ledger, claims: Sequence[Claim], title: str, day: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file of the site of *claims*, at last that of `MARK`. day: when it is made."""
    names = [MARK]
    for name, body in _contents(ledger, claims, title, day):
        names.append(name)
        yield name, body
    made = {"made_by": "allegata", "day": day, "claims": len(claims), "files": sorted(names)}
    yield MARK, json.dumps(made).encode() + b"\n"


def _contents(ledger: Ledger, claims: Sequence[Claim], title: str, day: str) -> Iterator[tuple[str, bytes]]:
    pages = [claims[at : at + PAGE] for at in range(0, len(claims), PAGE)] or [[]]
    every = {"site": title, "day": day, "number": len(claims), "root": ""}
    for number, some in enumerate(pages, 1):
        yield (
            _name(number),
            _made("list", {**every, "claims": some, "page": number, "pages": len(pages), "named": _name}),
        )
    for claim in claims:
        yield f"claims/{claim.id}.html", _made("claim", {**every, "claim": claim, "root": "../"})
        yield f"claims/{claim.id}.json", json.dumps(published(claim), ensure_ascii=False, indent=1).encode() + b"\n"
    yield "totals.html", _made("totals", {**every, "sums": _sums(ledger, claims)})
    yield "search.html", _made("search", every)
    yield "method.html", _made("method", every)
    yield "claims.jsonl", "".join(json.dumps(published(each), ensure_ascii=False) + "\n" for each in claims).encode()
    yield "search-index.js", _index(claims)
    yield from ((name, static_file(name)[0]) for name in FILES)


def _name(page: int) -> str:
    return "index.html" if page == 1 else f"page-{page}.html"


def _made(name: str, context: Mapping[str, Any]) -> bytes:
    return environment().get_template(f"site/{name}.html.jinja").render(context).encode()


def _sums(ledger: Ledger, claims: Sequence[Claim]) -> list[dict[str, Any]]:
    ids = {claim.id for claim in claims}
    links = [each for each in ledger.links(of=sorted(ids)) if {each.left, each.right} <= ids]
    return [{"total": each, "bar": bar} for each, bar in bars_of(total(list(claims), links))]


def _index(claims: Sequence[Claim]) -> bytes:
    """Return the words by which the site's own search finds claims, as a script that sets them: a file is fetched by no page of files."""
    rows = [
        [
            claim.id,
            happening(claim),
            claim.document.published or "",
            claim.document.outlet or "",
            speakers(claim),
            where(claim),
            claim.passage.text,
        ]
        for claim in claims
    ]
    # What would end a script is written so that it does not.
    return f"self.ALLEGATA = {json.dumps(rows, ensure_ascii=False)};\n".replace("<", "\\u003c").encode()


def publish(ledger: Ledger, claims: Sequence[Claim], place: Path, title: str, day: str) -> None:
    """Write the site of *claims*, those that are `accepted`, to the folder *place*, as `swap.place_of` gives it.

    A site that stands there is replaced once all is written; files that are not of it stay. Names that the ledger masks are masked in *title*.

    Raises: InputError if *place* holds something else than a site, or cannot be written.
    """
    try:
        title.encode()
    except UnicodeEncodeError as error:
        raise InputError("--title: is no text in UTF-8; type it again") from error
    try:
        replace_folder(place, files_of(ledger, claims, ledger.hidden(title), day), MARK)
    except OSError as error:
        raise InputError(f"{place}: cannot be written: {error.strerror or error}; give another folder") from error
