"""A site of files, without a server: the claims that people accepted, and of these only the fields of an allow-list."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from allegata.ledger import Ledger
from allegata.model import Claim, InputError, to_json
from allegata.run.terminal import where
from allegata.serve.bars import bars_of
from allegata.serve.render import environment, static_file
from allegata.serve.words import happening, speakers
from allegata.total import total

PAGE = 100
"""Claims of a page of the list."""
MARK = "allegata-site.json"
"""The file by which a folder is known to hold a site, so that it may be written again."""
FILES = ("app.css", "site.js", "vazirmatn.woff2", "vazirmatn-LICENSE.txt", "mark.svg")
ALLOWED = (
    "id", "document", "passage", "speakers", "conduits", "spoken", "status", "action", "also_actions", "target", "count", "places", "period",
    "penalty", "stage", "evidence", "stance",
)  # fmt: skip
"""The fields of a claim that are published; those of `DOCUMENT` of what it says of its document."""
DOCUMENT = ("outlet", "published", "title", "url", "language")


def accepted(ledger: Ledger) -> list[Claim]:
    """Return the claims of *ledger* that somebody accepted and nobody rejected since, the newest report first, masked."""
    found = {
        claim
        for each in ledger.rulings()
        if each.state == "in force" and each.decision.kind == "accept" and each.decision.relation is None
        for claim in each.claims
    }
    claims = [claim for claim in ledger.claims_of_ids(found) if claim.action != "other"]
    return sorted(claims, key=lambda claim: (claim.document.published or "", claim.id), reverse=True)


def published(claim: Claim) -> dict[str, Any]:
    """Return what is published of *claim*, in the shape of the JSON."""
    plain = {name: value for name, value in to_json(claim).items() if name in ALLOWED}
    plain["document"] = {name: value for name, value in plain["document"].items() if name in DOCUMENT}
    return plain


def files_of(ledger: Ledger, claims: Sequence[Claim], title: str, day: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file of the site of *claims*. day: when it is made."""
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
    yield MARK, json.dumps({"made_by": "allegata", "day": day, "claims": len(claims)}).encode() + b"\n"


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


def publish(ledger: Ledger, claims: Sequence[Claim], out: Path, title: str, day: str) -> None:
    """Write the site of *claims*, those that are `accepted`, to the folder *out*. What stood there before is replaced once all is written.

    Raises: InputError if *out* holds something else than a site, or cannot be written.
    """
    if out.exists() and not (out / MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: holds something else than a published site; give a new folder")
    fresh, old = (out.with_name(f".{each}-{out.name}") for each in ("new", "old"))
    try:
        for each in (fresh, old):
            shutil.rmtree(each, ignore_errors=True)
        for name, body in files_of(ledger, claims, title, day):
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(body)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise InputError(f"{out}: cannot be written: {error.strerror or error}; give another folder") from error
