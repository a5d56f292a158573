"""The command ``ledger import``: claims that were exported, taken into a ledger as they stand."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from allegata.export.again import read_export, text_of
from allegata.ledger import Ledger, erased, erased_page
from allegata.mask import find_affected
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import InputError
from allegata.model.identity import capture_id
from allegata.model.json import canonical
from allegata.model.mention import Record
from allegata.run.archive.bring import is_folder, take_in
from allegata.run.options import LEDGER, now, opened, who
from allegata.run.pipeline import IMPORTED
from allegata.run.relating import relate
from allegata.run.terminal import OUT, counted, say

MEDIA_TYPE = "application/vnd.allegata.claims+jsonl"
CHUNK = 500
"""Claims of a batch."""
HELD = "in a report that the ledger holds, passed over"
ERASED = "of a report or claim that was erased, passed over"
ALREADY = "in the ledger already"
Rows = list[tuple[str, Record]]


@click.command("import")
@click.argument("source", metavar="FILE|FOLDER")
@LEDGER
@click.option(
    "--masked",
    is_flag=True,
    help="FILE was exported from a ledger, so that names in it are of nobody affected: mask no more than it does, and export the same bytes again.",
)
def import_command(source: str, location: str, masked: bool) -> None:
    """Take the claims of FILE, which `export` or `read` wrote as jsonl (json) or parquet, or of FOLDER, which `archive read` wrote, into a ledger, and link what is in it.

    A FOLDER has the reports as well, with their bytes and masks: it gives what `allegata add` of its archives would. Of a FILE claims keep ids, order and words; what was masked stays so. Without --masked further names are looked for in the passages and masked when claims
    leave, as of any page. Pages, decisions and links are not in such a file: `allegata backup` has all.
    """
    if is_folder(source):
        if masked:
            raise InputError(f"{source}: was read of archives and has its masks; leave out --masked")
        take_in(source, location)
        return
    file = Path(source)
    if not file.is_file():
        raise InputError(f"{source}: no such file or folder; check the name")
    claims = read_export(file)
    counts, shown = Counter[str](), Counter[str]()
    with opened(location, create=True) as ledger:
        for records, bodies in _batches(ledger, file.name, claims, masked, counts, shown):
            ledger.append(records, who(), now(), bodies)
        if counts:
            relate(ledger, who(), now())
    OUT.print(f"imported: {counted(counts.pop('', 0), 'claim')}")
    for what, number in sorted(counts.items()):
        say(f"{counted(number, 'claim')} {what}", "yellow")
    if number := shown[""]:
        say(
            f"{counted(number, 'report')} {'show' if number > 1 else 'shows'} a name that is taken for an affected person's; import it without --masked where it was not exported from a ledger",
            "yellow",
        )


def _batches(
    ledger: Ledger, name: str, claims: Sequence[Claim], masked: bool, counts: Counter[str], shown: Counter[str]
) -> Iterator[tuple[Rows, dict[str, bytes]]]:
    """Yield what has to be entered: with the first claim of a report its document. *counts* is told what becomes of each claim, empty for entered; *shown*, how many reports show a name."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.document.id, []).append(claim)
    passed = {identity: why for identity, found in groups.items() if (why := _passed_over(ledger, identity, found))}
    for at in range(0, len(claims), CHUNK):
        records, bodies = Rows(), dict[str, bytes]()
        for claim in claims[at : at + CHUNK]:
            why = passed.get(claim.document.id) or _why_not(ledger, claim)
            counts[why] += 1
            if why:
                continue
            if claim.document.id in groups:
                shown[""] += masked and _shows_a_name(groups[claim.document.id])
                body, documents = _document(name, groups.pop(claim.document.id), masked)
                bodies[hashlib.sha256(body).hexdigest()] = body
                records += documents
            records.append(("claim", claim))
        if records:
            yield records, bodies


def _passed_over(ledger: Ledger, identity: str, claims: Sequence[Claim]) -> str:
    """Return why no claim of a report is entered, empty if they are: where the ledger holds its page, what it reads there stands."""
    document = _stub(identity, "", claims)
    if erased_page(ledger, document, hashlib.sha256(_body(claims)).hexdigest()) is not None:
        return ERASED
    if not ledger.is_kept("document", identity):
        return ""
    return "" if ledger.record("document", identity, Document).reader == IMPORTED else HELD


def _why_not(ledger: Ledger, claim: Claim) -> str:
    if erased(ledger, "claim", claim.id) is not None:
        return ERASED
    return ALREADY if ledger.is_kept("claim", claim.id) else ""


def _body(claims: Sequence[Claim]) -> bytes:
    return b"".join(canonical(claim) + b"\n" for claim in claims)


def _stub(identity: str, capture: str, claims: Sequence[Claim]) -> Document:
    about = claims[0].document
    return Document(
        identity, capture, text_of(claims), about.language, about.outlet, about.published, about.title, None, about.url, IMPORTED
    )  # fmt: skip


def _document(name: str, claims: Sequence[Claim], masked: bool) -> tuple[bytes, Rows]:
    """Return the bytes that stand for the page of *claims*, its claims in the file, and its capture, document and masks."""
    body, about = _body(claims), claims[0].document
    hashed, origin = hashlib.sha256(body).hexdigest(), f"import:{name}#{about.id}"
    capture = Capture(capture_id(hashed, about.url, None, origin), about.url, None, MEDIA_TYPE, hashed, origin)
    document = _stub(about.id, capture.id, claims)
    masks = Masks(about.id, ()) if masked else find_affected(document, claims)
    return body, [("capture", capture), ("document", document), ("masks", masks)]


def _shows_a_name(claims: Sequence[Claim]) -> bool:
    """Return whether a name stands in the passages of *claims*, of one report, that recognition takes for an affected person's."""
    document = _stub(claims[0].document.id, "", claims)
    stretches = find_affected(document, claims).stretches
    return any(not set("[]") & set(document.text[each.start - 1 : each.end + 1]) for each in stretches)
