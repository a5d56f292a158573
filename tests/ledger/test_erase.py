"""What is erased stands in no file of the ledger, the rest goes on and verifies, and a kill in between is finished by the next writer."""

from __future__ import annotations

import importlib
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from allegata.capture.made import make_capture
from allegata.ledger import (
    ClaimFilter,
    FileLedger,
    doomed,
    erase,
    erased,
    erasures,
    files,
    layout,
    open_ledger,
)
from allegata.ledger.chain import erased_bytes, parse_line
from allegata.mask import outward
from allegata.model import Claim, Decision, Document, InputError, LedgerError, Masks, with_decision_id
from allegata.run.again import reread
from allegata.run.pipeline import Added, Given, Report, add, findings_of, reports
from allegata.run.relating import relate

NOW = "2024-01-01T00:00:00Z"
REASON = "a court asked for it"
PAGE = """Quillfeather Gazette: forty held

Interior minister Ada Brill said on Monday that 40 people were arrested in Tacna, Peru, over the quagmire riots.

Police said that Bruna Keltov was arrested in Lima, Peru. Keltov is 30.
"""
OTHER = """The Valley Post

Interior minister Ada Brill said on Monday that at least 40 people were arrested in Tacna, Peru.
The minister gave no names.
"""
CANARIES = ("quillfeather", "quagmire", "keltov", "zebrafinch", "umbrella", "marmalade", "kestrel")
"""Words of the page, its names, and what people said of it; each stands nowhere else."""


def opened(folder: Path, create: bool = False) -> FileLedger:
    return open_ledger(str(folder), outward, create)


def read(ledger: FileLedger, path: Path, given: Given, again: bool = False) -> Added:
    added = Added()
    for made in reports(str(path), given):
        add(ledger, made, "test", NOW, added, again)
    relate(ledger, "test", NOW)
    return added


def decide(ledger: FileLedger, number: int, **fields: object) -> str:
    made = with_decision_id(Decision(id="", by="Tessa", number=number, **fields))  # type: ignore[arg-type]
    ledger.append([("decision", made)], "Tessa", NOW)
    return made.id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two pages and the ledger of them: the first was read twice, and people decided about both."""
    place = tmp_path_factory.mktemp("made")
    (place / "zebrafinch.txt").write_text(PAGE, "utf-8")
    (place / "valley.txt").write_text(OTHER, "utf-8")
    with opened(place / "ledger", True) as ledger:
        read(ledger, place / "zebrafinch.txt", Given("2023-06-13"))
        read(ledger, place / "zebrafinch.txt", Given("2023-06-13", "Kestrel Wire"))
        read(ledger, place / "valley.txt", Given("2023-06-14", "Valley Post"))
        first, other = of(ledger, "Kestrel Wire"), of(ledger, "Valley Post")
        about = ledger.subject(first[0].id)
        told = decide(ledger, 1, kind="reject", reason="the umbrella story again", subjects=(about,))
        decide(ledger, 2, kind="undo", reason="no, marmalade", undoes=told)
        decide(ledger, 3, kind="merge", reason="umbrella both", subjects=(about, ledger.subject(other[0].id)))
        decide(ledger, 4, kind="accept", reason="heard on air", subjects=(ledger.subject(other[0].id),))
        assert list(ledger.links())
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def of(ledger: FileLedger, outlet: str) -> list[Claim]:
    return [claim for claim in ledger.claims(rejected=True) if claim.document.outlet == outlet]


def left(folder: Path) -> set[str]:
    """Return the canaries that stand in any file of *folder*."""
    held = b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file()).lower()
    return {each for each in CANARIES if each.encode() in held}


def erase_page(folder: Path) -> None:
    with opened(folder) as ledger:
        erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)


def test_nothing_of_an_erased_document_is_left_in_any_file(place: Path) -> None:
    folder = place / "ledger"
    assert left(folder) == set(CANARIES)
    with opened(folder) as ledger:
        erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)
        # The one who erased still has it open.
        assert left(folder) == set()
        assert [claim.document.outlet for claim in ledger.claims()] == ["Valley Post"] * len(of(ledger, "Valley Post"))
        assert ledger.verify() == ()
    assert left(folder) == set()
    with opened(folder) as ledger:
        ledger.rebuild()
    assert left(folder) == set()


def test_every_look_at_the_ledger_goes_on_with_what_is_left(place: Path) -> None:
    erase_page(place / "ledger")
    with opened(place / "ledger") as ledger:
        assert [each.outlet for each in ledger.documents()] == ["Valley Post"]
        claims = list(ledger.claims(ClaimFilter(speaker="Brill")))
        assert claims
        assert all(ledger.claim(claim.id[:8]) == claim for claim in claims)
        assert list(ledger.links()) == []
        assert findings_of(ledger) == ()
        assert [each.decision.reason for each in ledger.rulings()] == ["heard on air"]
        assert list(ledger.claims(ClaimFilter(outlet="Kestrel"))) == []
        assert ledger.count("decision") == 1
        found = reread(ledger, "test", NOW, list(ledger.kept_documents()))
        assert (found.documents, found.failures) == (1, [])


def test_an_erased_claim_says_so_where_it_is_asked_for(place: Path) -> None:
    with opened(place / "ledger") as ledger:
        gone = of(ledger, "Kestrel Wire")[0].id
    erase_page(place / "ledger")
    with (
        opened(place / "ledger") as ledger,
        pytest.raises(InputError, match=f"was erased on {NOW[:10]}.*by Tessa: {REASON}") as error,
    ):
        ledger.claim(gone[:12])
    assert gone[:12] in str(error.value)


def test_both_readings_go_and_each_has_its_row(place: Path) -> None:
    folder = place / "ledger"
    with opened(folder) as ledger:
        asked = of(ledger, "Kestrel Wire")[0].document.id
        gone = doomed(ledger, [asked[:10]])
        erase_page(folder)
    assert len(gone.ids["document"]) == 2
    with opened(folder) as ledger:
        rows = erasures(ledger)
        assert {(each.erasure.kind, each.erasure.id) for each in rows} == {
            (kind, each) for kind, ids in gone.ids.items() for each in ids
        }
        assert {(each.erasure.reason, each.batch.by) for each in rows} == {(REASON, "Tessa")}
        assert len({each.batch.sequence for each in rows}) == 1


def test_the_chain_and_the_lines_of_others_stay_byte_for_byte(place: Path) -> None:
    folder = place / "ledger"
    before = {each.name: each.read_bytes() for part in ("batches", "records") for each in (folder / part).iterdir()}
    erase_page(folder)
    changed = 0
    for part in ("batches", "records"):
        for name, data in before.items():
            if not (folder / part / name).exists():
                continue
            now = (folder / part / name).read_bytes()
            assert len(now) == len(data)
            for one, other in zip(data.split(b"\n"), now.split(b"\n"), strict=True):
                assert one == other or (part == "records" and b'"record":null,"salt":null}' in other)
                changed += one != other
    assert changed


def test_the_same_page_is_added_again_only_when_asked_to(place: Path) -> None:
    folder = place / "ledger"
    erase_page(folder)
    given = Given("2023-06-13", "Kestrel Wire")
    with opened(folder) as ledger:
        added = read(ledger, place / "zebrafinch.txt", given)
        assert added.claims == []
        assert re.search(rf"was erased on .* by Tessa: {REASON}; to add it all the same: --again", added.failures[0])
        # The same bytes as another document.
        shutil.copy(place / "zebrafinch.txt", place / "another.txt")
        assert "a page of these bytes was erased" in read(ledger, place / "another.txt", given).failures[0]
        assert left(folder) == set()
        added = read(ledger, place / "zebrafinch.txt", given, again=True)
        assert added.failures == []
        assert {claim.id for claim in added.claims} <= {claim.id for claim in ledger.claims()}
        assert ledger.verify() == ()
        ledger.rebuild()
        assert {claim.id for claim in added.claims} <= {claim.id for claim in ledger.claims()}
        assert ledger.verify() == ()
        assert erased(ledger, "document", added.claims[0].document.id) is None
    assert left(folder) != set()
    erase_page(folder)
    assert left(folder) == set()
    with opened(folder) as ledger:
        assert ledger.verify() == ()


def test_what_stood_at_an_erased_address_is_not_added_unasked(tmp_path: Path) -> None:
    def page(words: str) -> Report:
        capture, body = make_capture(words.encode(), "text/plain", "http", "https://kestrel.example/1")
        document = Document(f"d{len(words)}", capture.id, words, "en", None, None, None, None, capture.url, "test")
        return Report(words, capture, body, document)

    with opened(tmp_path / "ledger", True) as ledger:
        add(ledger, page("Nothing of note."), "test", NOW, Added())
        assert isinstance(ledger.masks("d16"), Masks)
        erase(ledger, ["d16"], REASON, "Tessa", NOW)
        added = Added()
        add(ledger, page("Nothing of note, again."), "test", NOW, added)
        assert "what stood at this address was erased" in added.failures[0]
        add(ledger, page("Nothing of note, again."), "test", NOW, Added(), again=True)
        assert ledger.count("document") == 1
    assert left(tmp_path / "ledger") == {"kestrel"}


def test_bytes_that_another_document_was_read_from_stay(place: Path) -> None:
    folder = place / "ledger"
    shutil.copy(place / "zebrafinch.txt", place / "twin.txt")
    with opened(folder) as ledger:
        read(ledger, place / "twin.txt", Given("2023-06-13", "Twin Post"))
        twin = of(ledger, "Twin Post")
        gone = doomed(ledger, [of(ledger, "Kestrel Wire")[0].document.id])
        assert "body" not in gone.ids
        assert gone.shared == (twin[0].document.id,)
        erase_page(folder)
    with opened(folder) as ledger:
        assert of(ledger, "Twin Post")
        assert ledger.verify() == ()
        found = reread(ledger, "test", NOW, list(ledger.kept_documents()))
        assert found.failures == []


def test_a_single_claim_goes_and_is_not_read_in_again(place: Path) -> None:
    folder = place / "ledger"
    with opened(folder) as ledger:
        gone, *others = of(ledger, "Kestrel Wire")
        erase(ledger, [gone.id[:9]], REASON, "Tessa", NOW)
        relate(ledger, "test", NOW)
        assert of(ledger, "Kestrel Wire") == others
        assert {each.decision.reason for each in ledger.rulings()} == {"heard on air"}
        assert all(gone.id not in (each.left, each.right) for each in ledger.links())
        reread(ledger, "test", NOW, list(ledger.kept_documents()))
        assert of(ledger, "Kestrel Wire") == others
        assert ledger.verify() == ()
    assert {"umbrella", "marmalade"} & left(folder) == set()


def test_a_decision_goes_with_what_undoes_it(place: Path) -> None:
    folder = place / "ledger"
    with opened(folder) as ledger:
        gone = next(each.decision for each in ledger.rulings() if each.decision.kind == "reject")
        erase(ledger, [gone.id], REASON, "Tessa", NOW)
        assert [each.decision.kind for each in ledger.rulings()] == ["merge", "accept"]
        assert len(of(ledger, "Kestrel Wire")) == 3
        assert ledger.verify() == ()
    assert "marmalade" not in left(folder)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("asked for by a lawyer of Bruna", "names a person"),
        ("KELTOV asked", "names a person"),
        ("it says said on Monday that 40 people were arrested in Tacna", "quotes what is erased"),
    ],
)
def test_a_reason_that_keeps_what_is_erased_is_refused(place: Path, reason: str, said: str) -> None:
    with opened(place / "ledger") as ledger:
        batches = ledger.head()
        with pytest.raises(InputError, match=said):
            erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], reason, "Tessa", NOW)
        assert ledger.head() == batches
        assert of(ledger, "Kestrel Wire")


@pytest.mark.parametrize("prefix", ["", "zz"])
def test_what_is_not_there_cannot_be_erased(place: Path, prefix: str) -> None:
    with opened(place / "ledger") as ledger, pytest.raises(InputError, match="nothing of this ledger begins with it"):
        doomed(ledger, [prefix])


class Stop(BaseException):
    """Stands for a kill: nothing behind it is run that a kill would not let run."""


def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Yield 1, 2, 3 …; each time an erasure stops before that change of a file."""
    module = importlib.import_module("allegata.ledger.erase")
    plain = {name: getattr(layout, name) for name in ("write_whole", "stage", "place")}
    plain_remove = module._remove
    for at in range(1, 100):
        left_steps = [at]

        def step(left_steps: list[int] = left_steps) -> None:
            left_steps[0] -= 1
            if not left_steps[0]:
                raise Stop

        def dies(change: Callable[..., object], step: Callable[[], None] = step) -> Callable[..., object]:
            def changed(*given: object) -> object:
                step()
                return change(*given)

            return changed

        for name, change in plain.items():
            monkeypatch.setattr(files, name, dies(change))
        monkeypatch.setattr(module, "write_whole", dies(plain["write_whole"]))
        monkeypatch.setattr(module, "_remove", dies(plain_remove))
        yield at
        monkeypatch.undo()
        if left_steps[0] > 0:
            return
    raise AssertionError("it never ended")


@pytest.mark.parametrize("indexed", [True, False])
def test_an_erasure_that_is_stopped_is_finished_by_the_next_writer(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: bool
) -> None:
    unfinished = 0
    for at in steps(monkeypatch):
        folder = Path(shutil.copytree(made / "ledger", tmp_path / str(at)))
        with suppress(Stop):
            erase_page(folder)
        monkeypatch.undo()
        if not indexed:
            for each in folder.glob("index.sqlite*"):
                each.unlink()
        with opened(folder) as ledger:
            problems = ledger.verify()
            begun = bool(ledger.count("erasure"))
            if begun:
                assert of(ledger, "Kestrel Wire") == []
            assert all("is not finished; any command that writes finishes it" in each for each in problems)
            assert not problems or begun
            unfinished += bool(problems)
            decide(
                ledger,
                77,
                kind="accept",
                reason="heard again",
                subjects=(ledger.subject(of(ledger, "Valley Post")[0].id),),
            )
            assert ledger.verify() == ()
        assert left(folder) == (set() if begun else set(CANARIES))
    assert unfinished > 3


def test_a_line_that_is_erased_without_a_reason_is_named(place: Path) -> None:
    path = place / "ledger" / "records" / "00000001.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([erased_bytes(parse_line(lines[0])), *lines[1:]]))
    with opened(place / "ledger") as ledger:
        (problem,) = ledger.verify()
    assert "00000001.jsonl: capture" in problem
    assert "is erased and nothing says why" in problem


def test_an_index_that_another_program_reads_is_scrubbed_later(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place / "ledger"
    with opened(folder) as ledger:
        reader = sqlite3.connect(folder / "index.sqlite")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM term").fetchone()
        ledger.index._db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(LedgerError, match="another program reads it"):
            erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)
        reader.close()
        ledger.settle_erasures()
        assert ledger.verify() == ()
    assert left(folder) == set()
