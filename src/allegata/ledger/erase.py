"""Taking records out of a ledger for good, with all that quotes them: what goes with what, and how it is finished after a kill.

The erasures come first, in a batch of their own; then the bodies are removed, the lines erased, and the index written anew. What is
killed in between is finished by whoever writes next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from allegata.ledger.chain import Line, erased_bytes, parse_line
from allegata.ledger.layout import body_path, records_path, sweep, sync, unread, write_whole
from allegata.ledger.names import stretches_of
from allegata.ledger.records import KINDS, Erasure, Naming, Supersession, address_id
from allegata.model.batch import Batch
from allegata.model.claim import Claim
from allegata.model.decision import Decision
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import InputError, LedgerError
from allegata.model.link import Finding
from allegata.model.mention import Record

if TYPE_CHECKING:
    from allegata.ledger.index import Index
    from allegata.ledger.store import Ledger

ASKED = ("document", "claim", "decision")
"""Kinds of record that can be asked to be erased."""
TYPED = {"document": ("outlet",), "decision": ("by", "reason", "value"), "audit": ("reason",), "erasure": ("reason",)}
"""Kinds of record that hold words somebody typed, and in which fields."""
RUN = 6
"""Words in a row that a reason may not share with what is erased."""


class GoneError(InputError):
    """What is to be erased was erased before."""


@dataclass(frozen=True)
class Doomed:
    """What goes when something is erased: the ids by kind, of bodies their sha256. shared: documents that were read from the same bytes, which keep them."""

    ids: Mapping[str, tuple[str, ...]]
    shared: tuple[str, ...]
    _words: tuple[str, ...] = field(repr=False)
    _names: frozenset[str] = field(repr=False)

    def check(self, reason: str) -> None:
        """Refuse a *reason* that would keep what is erased.

        Raises: InputError
        """
        said = _split(reason)
        if self._names & set(said):
            raise InputError("the reason names a person whose name is erased; give one without names")
        runs = {tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1)}
        for text in self._words:
            words = _split(text)
            if any(tuple(words[at : at + RUN]) in runs for at in range(len(words) - RUN + 1)):
                raise InputError("the reason quotes what is erased; give one in other words")


class Erased(NamedTuple):
    """An erasure in force and the batch that entered it."""

    erasure: Erasure
    batch: Batch

    def __str__(self) -> str:
        return f"was erased on {self.batch.recorded_at[:10]} by {self.batch.by}: {self.erasure.reason}"


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def doomed(ledger: Ledger, prefixes: Sequence[str]) -> Doomed:
    """Return what goes when the documents, claims and decisions go whose ids begin with *prefixes*.

    With a document go its other readings, its capture, the bytes of it that nothing else was read from, its claims, masks and
    findings, the links at its claims, and the decisions about them. With a decision go those that undo it.

    Raises: InputError if none or several of the ledger begin with one of *prefixes*; GoneError if what does was erased before.
    """
    asked = [_one(ledger, prefix) for prefix in dict.fromkeys(prefixes)]
    index = ledger.index
    documents = _readings(ledger, [identity for kind, identity in asked if kind == "document"])
    claims = {identity for kind, identity in asked if kind == "claim"}
    texts: list[str] = []
    for claim in _claims(ledger, claims):
        texts.append(claim.passage.text)
        # An earlier reading of the same words holds them, too.
        for other in _claims(ledger, index.ids("claim", "document", claim.document.id)):
            if other.passage == claim.passage and not index.is_current(other.id):
                claims.add(other.id)
    names: set[str] = set()
    found: dict[str, list[str]] = {"document": sorted(documents), "masks": [], "capture": []}
    for identity, document in documents.items():
        claims |= set(index.ids("claim", "document", identity))
        texts += [document.text, document.title or "", document.byline or ""]
        for name in index.ids("masks", "document", identity):
            found["masks"].append(name)
            for stretch in ledger.record("masks", name, Masks).stretches:
                names |= set(_split(document.text[stretch.start : stretch.end]))
    captures = {
        document.capture: ledger.record("capture", document.capture, Capture) for document in documents.values()
    }
    found["capture"] = sorted(captures)
    bodies = {capture.body for capture in captures.values()}
    others = {body: set(index.ids("capture", "body", body)) - set(captures) for body in bodies}
    found["body"] = sorted(body for body in bodies if not others[body])
    urls = {each.url for each in documents.values()} | {each.url for each in captures.values()}
    found["address"] = sorted(address_id(url) for url in urls if url is not None)
    found["claim"] = sorted(claims)
    found["finding"] = [
        identity
        for identity, finding in ledger.every("finding", Finding)
        if finding.document in documents or claims & set(finding.claims)
    ]
    found["link"] = index.links_at(claims)
    decided = _decisions(ledger, asked, set(documents), claims)
    found["decision"] = list(decided)
    texts += [each.reason for each in decided.values()]
    shared = [each for some in others.values() for name in some for each in index.ids("document", "capture", name)]
    return Doomed(
        {kind: tuple(ids) for kind, ids in found.items() if ids}, tuple(sorted(shared)), tuple(texts), frozenset(names)
    )


def _one(ledger: Ledger, prefix: str) -> tuple[str, str]:
    found = [(kind, identity) for kind in ASKED for identity in ledger.index.held(kind, prefix)]
    for kind in () if found else ASKED:
        for identity in ledger.index.erased(kind, prefix):
            raise GoneError(f"{prefix!r}: {kind} {identity[:8]} {erased(ledger, kind, identity)}")
    if len(found) != 1:
        how = "nothing" if not found else f"{len(found)} records"
        raise InputError(
            f"{prefix!r}: {how} of this ledger begin{'s'[: not found]} with it; give the id of a document, claim or decision"
        )
    return found[0]


def _readings(ledger: Ledger, asked: Iterable[str]) -> dict[str, Document]:
    """Return the documents *asked* for with the other readings of their pages: of the same capture, or where one stands in for the other."""
    beside: dict[str, set[str]] = {}
    for _, each in ledger.every("supersession", Supersession):
        beside.setdefault(each.document, set()).add(each.by)
        beside.setdefault(each.by, set()).add(each.document)
    found: dict[str, Document] = {}
    left = set(asked)
    while left:
        identity = left.pop()
        if identity in found or not ledger.is_kept("document", identity):
            continue
        found[identity] = ledger.record("document", identity, Document)
        left |= beside.get(identity, set()) | set(ledger.index.ids("document", "capture", found[identity].capture))
    return found


def _claims(ledger: Ledger, identities: Iterable[str]) -> list[Claim]:
    return [ledger.record("claim", identity, Claim) for identity in sorted(identities)]


def _decisions(
    ledger: Ledger, asked: Iterable[tuple[str, str]], documents: set[str], claims: set[str]
) -> dict[str, Decision]:
    """Return the decisions *asked* for, those about any of *documents* or *claims*, and those that undo one of them."""
    every = dict(ledger.every("decision", Decision))
    wanted = {identity for kind, identity in asked if kind == "decision"}
    wanted |= {each.decision.id for each in ledger.rulings() if claims & set(each.claims)} if claims else set()
    for identity, decision in every.items():
        if any(each.claim in claims or each.document in documents for each in decision.subjects):
            wanted.add(identity)
    for identity, decision in every.items():
        # What undoes comes after what it undoes.
        if decision.undoes in wanted:
            wanted.add(identity)
    return {identity: decision for identity, decision in every.items() if identity in wanted}


def erase(ledger: Ledger, prefixes: Sequence[str], reason: str, by: str, recorded_at: str) -> Doomed:
    """Erase what `doomed` says of *prefixes*, and return it; the record of it has *reason* and *by*, and stays.

    Raises: InputError as `doomed` does and for a reason that quotes what is erased; LedgerError if the disk refuses.
    """
    with ledger.writing():
        gone = doomed(ledger, prefixes)
        gone.check(reason)
        number = ledger.count("erasure")
        rows = [(kind, identity) for kind, ids in gone.ids.items() for identity in ids]
        made: list[tuple[str, Record]] = [
            ("erasure", Erasure(*key, reason, each)) for each, key in enumerate(rows, number + 1)
        ]
        ledger.put([*made, *_still_hidden(ledger, set(rows), by)], by, recorded_at)
        ledger.finish_erasures()
    return gone


def _still_hidden(ledger: Ledger, gone: set[tuple[str, str]], by: str) -> list[tuple[str, Record]]:
    """Return what says where names that only *gone* records have stand in what else was typed, and in *by*; no name, and nothing to try one against."""
    lost, salt = ledger.index.named_only_by(gone), ledger.index.salt()
    if not lost:
        return []
    head = ledger.head()
    signed = {each.by: each.sequence for each in ledger.batches()}
    signed.setdefault(by, head.sequence + 1 if head else 1)
    words = [("batch", str(sequence), "by", name) for name, sequence in signed.items()]
    for kind, fields in TYPED.items():
        for identity, record in ledger.every(kind, KINDS[kind]):
            if (kind, identity) not in gone:
                words += [(kind, identity, field, getattr(record, field) or "") for field in fields]
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    made: list[tuple[str, Record]] = []
    number = ledger.count("naming")
    for kind, identity, name, typed in words:
        if typed not in found:
            found[typed] = stretches_of(typed, salt, lost)
        if found[typed]:
            made.append(("naming", Naming(kind, identity, name, found[typed], number + len(made) + 1)))
    return made


def finish(root: Path, index: Index) -> None:
    """Finish the erasures that are not: remove bodies, erase lines, and write the index anew. Asks for the lock.

    Raises: LedgerError if a file is damaged or another program holds the index; OSError if the disk refuses.
    """
    pending = index.pending()
    if not pending:
        return
    sweep(root)
    by_file: dict[int, list[tuple[int, int]]] = {}
    for _, _, sequence, offset, size in pending:
        by_file.setdefault(sequence, []).append((offset, size))
    made = {sequence: _lines(root, sequence, places) for sequence, places in by_file.items()}
    # A body goes before the line that names it: while the line is there, it is known that the body has to go.
    for _, lines in made.values():
        for line in lines:
            if line.kind == "capture" and not line.erased:
                body = msgspec.json.decode(line.record, type=Capture).body
                if not index.ids("capture", "body", body):
                    _remove(body_path(root, body))
    for sequence, (data, lines) in made.items():
        parts, at = [], 0
        for (offset, size), line in zip(sorted(by_file[sequence]), lines, strict=True):
            parts += [data[at:offset], data[offset : offset + size] if line.erased else erased_bytes(line)]
            at = offset + size
        new = b"".join([*parts, data[at:]])
        if new != data:
            write_whole(records_path(root, sequence), new)
    index.scrub()


def _lines(root: Path, sequence: int, places: Sequence[tuple[int, int]]) -> tuple[bytes, list[Line]]:
    """Return the bytes of a records file and the lines at *places*, in their order.

    Raises: LedgerError if they are none.
    """
    path = records_path(root, sequence)
    try:
        data = path.read_bytes()
        return data, [parse_line(data[offset : offset + size]) for offset, size in sorted(places)]
    except InputError as error:
        raise LedgerError(f"{path}: {error}; restore it from a backup") from error
    except OSError as error:
        raise LedgerError(unread(path, error)) from error


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.exists():
        sync([path.parent])


def erased(ledger: Ledger, kind: str, identity: str) -> Erased | None:
    """Return the erasure of a record, or of a body or address; null if there is none, or it was entered again since."""
    where = ledger.index.erasure(kind, identity)
    if where is None:
        return None
    return ledger.erasure_at(where)


def erasures(ledger: Ledger) -> list[Erased]:
    """Return every erasure in order of entry."""
    return [ledger.erasure_at(where) for where in ledger.index.places("erasure")]


def erased_page(ledger: Ledger, document: Document, body: str) -> str | None:
    """Return what is known of the erasure of a page: of the *document*, of the bytes with sha256 *body*, or of its address; null if there is none."""
    keys = [("document", document.id, "it"), ("body", body, "a page of these bytes")]
    if document.url is not None:
        keys.append(("address", address_id(document.url), "what stood at this address"))
    for kind, identity, what in keys:
        found = erased(ledger, kind, identity)
        if found is not None:
            return f"{what} {found}"
    return None
