"""What is looked up of one document takes no more steps of the index the more documents a ledger has."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from allegata.capture.made import make_capture
from allegata.claim import claims, sample
from allegata.ledger import Ledger, open_ledger
from allegata.ledger.sqlite import FileIndex
from allegata.mask import outward
from allegata.model import MaskedSpan, Masks, Record

NOW = "2024-05-02T10:00:00Z"
TEXT = "Police in Lima said that ten men were held. Police in Cusco said that six men were killed."


def filled(folder: Path, number: int) -> Ledger:
    """Return a ledger of so many documents of two claims each."""
    ledger = open_ledger(str(folder), outward, True)
    told = claims(sample(TEXT))
    records, bodies = list[tuple[str, Record]](), dict[str, bytes]()
    for each in range(number):
        capture, body = make_capture(f"{TEXT} {each}".encode(), "text/plain", f"file:{each}.txt")
        document = replace(sample(TEXT), id=secrets.token_hex(16), capture=capture.id)
        bodies[capture.body] = body
        records += [("capture", capture), ("document", document), ("masks", Masks(document.id, ()))]
        records += [
            ("claim", replace(claim, id=secrets.token_hex(16), document=replace(claim.document, id=document.id)))
            for claim in told
        ]
    ledger.append(records, "test", NOW, bodies)
    return ledger


def steps(ledger: Ledger, work: Callable[[], object]) -> int:
    """Return how many steps SQLite's machine takes for *work*, rounded up to a hundred."""
    index = ledger._index_now()
    assert isinstance(index, FileIndex)
    taken = [0]

    def count() -> int:
        taken[0] += 100
        return 0

    index._db.set_progress_handler(count, 100)
    try:
        work()
    finally:
        index._db.set_progress_handler(None, 100)
    return taken[0]


def asked(ledger: Ledger) -> dict[str, int]:
    index = ledger._index_now()
    document, claim = index.current_ids()[-1], next(iter(index.current_claims()))
    body = index.rows("SELECT body FROM capture LIMIT 1")[0][0]
    return {
        name: steps(ledger, work)
        for name, work in {
            "claims of a document": lambda: index.claims_of(document),
            "masks of a document": lambda: index.masks_of(document),
            "pages": lambda: index.pages([document]),
            "documents of a body": lambda: index.documents_of(body),
            "places of claims": lambda: index.places_of([claim]),
            "a claim by its beginning": lambda: index.claims_with(claim[:20]),
            "a document by its beginning": lambda: ledger.document_with(document[:12]),
            "a record by its beginning": lambda: index.held("claim", claim[:12]),
            "an erased record by its beginning": lambda: index.erased("claim", claim[:12]),
            "links of a claim": lambda: index.links_of([claim]),
        }.items()
    }


def entered(folder: Path, number: int) -> int:
    """Return the steps of entering the masks of one document anew into a ledger of so many."""
    with filled(folder, number) as ledger:
        document = ledger._index_now().current_ids()[0]

        def again() -> None:
            ledger.append([("masks", Masks(document, (MaskedSpan(0, 6, 1),)))], "test", NOW, {})
            ledger._index_now()

        return steps(ledger, again)


def test_a_lookup_takes_no_more_steps_in_a_larger_ledger(tmp_path: Path) -> None:
    with filled(tmp_path / "few", 20) as few, filled(tmp_path / "many", 400) as many:
        before, after = asked(few), asked(many)
    assert {name: after[name] for name in after if after[name] > 2 * before[name] + 200} == {}


def test_entering_masks_takes_no_more_steps_in_a_larger_ledger(tmp_path: Path) -> None:
    assert entered(tmp_path / "many", 400) <= 2 * entered(tmp_path / "few", 20) + 500


def test_records_are_counted_anew_when_some_were_entered(tmp_path: Path) -> None:
    with filled(tmp_path / "some", 3) as ledger, open_ledger(str(tmp_path / "some"), outward) as other:
        assert (ledger.count("document"), other.count("document"), other.count("link")) == (3, 3, 0)
        fewer = steps(ledger, lambda: ledger.count("document"))
        masks = Masks(ledger._index_now().current_ids()[0], (MaskedSpan(0, 6, 1),))
        ledger.append([("masks", masks)], "test", NOW, {})
        assert (ledger.count("masks"), ledger.count("document")) == (4, 3)
        assert fewer <= 100
