"""What is erased stands nowhere in the ledger, the rest goes on and verifies, and a kill in between is finished by the next writer."""

from __future__ import annotations

import importlib
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from stores import chain, change_record, checker, drop_index, fill, words_in

from allegata.capture.made import make_capture
from allegata.ledger import (
    ClaimFilter,
    Ledger,
    backup,
    copy_ledger,
    doomed,
    erase,
    erased,
    erasures,
    files,
    is_folder,
    layout,
    open_ledger,
    restore,
)
from allegata.ledger.access import audit
from allegata.ledger.chain import erased_bytes, parse_line
from allegata.ledger.connection import Connection
from allegata.ledger.records import Naming
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


def opened(location: str | Path, create: bool = False) -> Ledger:
    return open_ledger(str(location), outward, create)


def read(ledger: Ledger, path: Path, given: Given, again: bool = False) -> Added:
    added = Added()
    for made in reports(str(path), given):
        add(ledger, made, "test", NOW, added, again)
    relate(ledger, "test", NOW)
    return added


def decide(ledger: Ledger, number: int, **fields: object) -> str:
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
def pages(made: Path, tmp_path: Path) -> Path:
    """Return a folder with the two pages."""
    return Path(shutil.copytree(made, tmp_path / "pages", ignore=shutil.ignore_patterns("ledger")))


@pytest.fixture
def kept(made: Path, location: str) -> str:
    """Return where a copy of the ledger of the two pages is."""
    return fill(location, made / "ledger")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "ledger", tmp_path / "folder"))


def of(ledger: Ledger, outlet: str) -> list[Claim]:
    return [claim for claim in ledger.claims(rejected=True) if claim.document.outlet == outlet]


def left(location: str | Path) -> set[str]:
    """Return the canaries that stand anywhere in a store."""
    held = words_in(str(location))
    return {each for each in CANARIES if each in held}


def erase_page(location: str | Path) -> None:
    with opened(location) as ledger:
        erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)


def test_nothing_of_an_erased_document_is_left(kept: str) -> None:
    assert left(kept) == set(CANARIES)
    with opened(kept) as ledger:
        erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)
        # The one who erased still has it open.
        assert left(kept) == set()
        assert [claim.document.outlet for claim in ledger.claims()] == ["Valley Post"] * len(of(ledger, "Valley Post"))
        assert ledger.verify() == ()
        assert ledger.index.pending() == []
    assert left(kept) == set()
    with opened(kept) as ledger:
        ledger.rebuild()
        assert ledger.verify() == ()
    assert left(kept) == set()
    if is_folder(kept):
        assert checker(Path(kept)) == (0, "\n")


def test_every_look_at_the_ledger_goes_on_with_what_is_left(kept: str) -> None:
    erase_page(kept)
    with opened(kept) as ledger:
        assert [each.outlet for each in ledger.documents()] == ["Valley Post"]
        claims = list(ledger.claims(ClaimFilter(speaker="Brill")))
        assert claims
        assert all(ledger.claim(claim.id[:8]) == claim for claim in claims)
        assert list(ledger.links()) == []
        assert findings_of(ledger) == ()
        assert [each.decision.reason for each in ledger.rulings()] == ["heard on air"]
        assert list(ledger.claims(ClaimFilter(outlet="Kestrel"))) == []
        assert list(ledger.claims(ClaimFilter(search="quagmire"))) == []
        assert ledger.count("decision") == 1
        found = reread(ledger, "test", NOW, list(ledger.kept_documents()))
        assert (found.documents, found.failures) == (1, [])


def test_an_erased_claim_says_so_where_it_is_asked_for(kept: str) -> None:
    with opened(kept) as ledger:
        gone = of(ledger, "Kestrel Wire")[0].id
    erase_page(kept)
    with (
        opened(kept) as ledger,
        pytest.raises(InputError, match=f"was erased on {NOW[:10]}.*by Tessa: {REASON}") as error,
    ):
        ledger.claim(gone[:12])
    assert gone[:12] in str(error.value)


def test_both_readings_go_and_each_has_its_row(kept: str) -> None:
    with opened(kept) as ledger:
        asked = of(ledger, "Kestrel Wire")[0].document.id
        gone = doomed(ledger, [asked[:10]])
        erase_page(kept)
    assert len(gone.ids["document"]) == 2
    with opened(kept) as ledger:
        rows = erasures(ledger)
        assert {(each.erasure.kind, each.erasure.id) for each in rows} == {
            (kind, each) for kind, ids in gone.ids.items() for each in ids
        }
        assert {(each.erasure.reason, each.batch.by) for each in rows} == {(REASON, "Tessa")}
        assert len({each.batch.sequence for each in rows}) == 1


def test_the_chain_and_the_lines_of_others_stay_byte_for_byte(kept: str) -> None:
    before = chain(kept)
    erase_page(kept)
    changed = 0
    for (batch, lines), (batch_now, lines_now) in zip(before, chain(kept)[: len(before)], strict=True):
        assert batch_now == batch
        for one, other in zip(lines, lines_now, strict=True):
            assert len(one) == len(other)
            assert one == other or other.rstrip().endswith(b'"record":null,"salt":null}')
            changed += one != other
    assert 0 < changed < sum(len(lines) for _, lines in before)


def test_the_same_page_is_added_again_only_when_asked_to(kept: str, pages: Path) -> None:
    erase_page(kept)
    given = Given("2023-06-13", "Kestrel Wire")
    with opened(kept) as ledger:
        added = read(ledger, pages / "zebrafinch.txt", given)
        assert added.claims == []
        assert re.search(rf"was erased on .* by Tessa: {REASON}; to add it all the same: --again", added.failures[0])
        # The same bytes as another document.
        shutil.copy(pages / "zebrafinch.txt", pages / "another.txt")
        assert "a page of these bytes was erased" in read(ledger, pages / "another.txt", given).failures[0]
        assert left(kept) == set()
        added = read(ledger, pages / "zebrafinch.txt", given, again=True)
        assert added.failures == []
        assert {*added.claims} <= {claim.id for claim in ledger.claims()}
        assert ledger.verify() == ()
        assert [each.document.outlet for each in ledger.claims(ClaimFilter(search="quagmire"))] == ["Kestrel Wire"]
        ledger.rebuild()
        assert {*added.claims} <= {claim.id for claim in ledger.claims()}
        assert ledger.verify() == ()
        assert erased(ledger, "document", next(iter(ledger.claims_of_ids(added.claims))).document.id) is None
    assert left(kept) != set()
    erase_page(kept)
    assert left(kept) == set()
    with opened(kept) as ledger:
        assert ledger.verify() == ()


def test_what_stood_at_an_erased_address_is_not_added_unasked(location: str) -> None:
    def page(words: str) -> Report:
        capture, body = make_capture(words.encode(), "text/plain", "http", "https://kestrel.example/1")
        document = Document(f"d{len(words)}", capture.id, words, "en", None, None, None, None, capture.url, "test")
        return Report(words, capture, body, document)

    with opened(location, True) as ledger:
        add(ledger, page("Nothing of note."), "test", NOW, Added())
        assert isinstance(ledger.masks("d16"), Masks)
        erase(ledger, ["d16"], REASON, "Tessa", NOW)
        added = Added()
        add(ledger, page("Nothing of note, again."), "test", NOW, added)
        assert "what stood at this address was erased" in added.failures[0]
        add(ledger, page("Nothing of note, again."), "test", NOW, Added(), again=True)
        assert ledger.count("document") == 1
    assert left(location) == {"kestrel"}


def test_bytes_that_another_document_was_read_from_stay(kept: str, pages: Path) -> None:
    shutil.copy(pages / "zebrafinch.txt", pages / "twin.txt")
    with opened(kept) as ledger:
        read(ledger, pages / "twin.txt", Given("2023-06-13", "Twin Post"))
        twin = of(ledger, "Twin Post")
        gone = doomed(ledger, [of(ledger, "Kestrel Wire")[0].document.id])
        assert "body" not in gone.ids
        assert gone.shared == (twin[0].document.id,)
        erase_page(kept)
    with opened(kept) as ledger:
        assert of(ledger, "Twin Post")
        assert ledger.verify() == ()
        found = reread(ledger, "test", NOW, list(ledger.kept_documents()))
        assert found.failures == []


def test_a_single_claim_goes_and_is_not_read_in_again(kept: str) -> None:
    with opened(kept) as ledger:
        gone, *others = of(ledger, "Kestrel Wire")
        erase(ledger, [gone.id[:9]], REASON, "Tessa", NOW)
        relate(ledger, "test", NOW)
        assert of(ledger, "Kestrel Wire") == others
        assert {each.decision.reason for each in ledger.rulings()} == {"heard on air"}
        assert all(gone.id not in (each.left, each.right) for each in ledger.links())
        reread(ledger, "test", NOW, list(ledger.kept_documents()))
        assert of(ledger, "Kestrel Wire") == others
        assert ledger.verify() == ()
    assert {"umbrella", "marmalade"} & left(kept) == set()


def test_a_decision_goes_with_what_undoes_it(kept: str) -> None:
    with opened(kept) as ledger:
        gone = next(each.decision for each in ledger.rulings() if each.decision.kind == "reject")
        erase(ledger, [gone.id], REASON, "Tessa", NOW)
        assert [each.decision.kind for each in ledger.rulings()] == ["merge", "accept"]
        assert len(of(ledger, "Kestrel Wire")) == 3
        assert ledger.verify() == ()
    assert "marmalade" not in left(kept)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("asked for by a lawyer of Bruna", "names a person"),
        ("KELTOV asked", "names a person"),
        ("it says said on Monday that 40 people were arrested in Tacna", "quotes what is erased"),
    ],
)
def test_a_reason_that_keeps_what_is_erased_is_refused(kept: str, reason: str, said: str) -> None:
    with opened(kept) as ledger:
        batches = ledger.head()
        with pytest.raises(InputError, match=said):
            erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], reason, "Tessa", NOW)
        assert ledger.head() == batches
        assert of(ledger, "Kestrel Wire")


@pytest.mark.parametrize("prefix", ["", "zz"])
def test_what_is_not_there_cannot_be_erased(kept: str, prefix: str) -> None:
    with opened(kept) as ledger, pytest.raises(InputError, match="nothing of this ledger begins with it"):
        doomed(ledger, [prefix])


@pytest.mark.parametrize("to", ["folder", "postgresql"])
def test_what_was_erased_is_erased_in_copies_too(kept: str, to: str, tmp_path: Path, database: str) -> None:
    target = f"{database}_copy" if to == "postgresql" else str(tmp_path / "copy")
    with opened(kept) as source, opened(target, True) as copied:
        # One copy was made before, another is made after.
        list(copy_ledger(source, copied))
        assert left(target) == set(CANARIES)
        erase_page(kept)
        list(copy_ledger(source, copied))
        assert copied.head() == source.head()
        assert copied.verify() == ()
    assert left(target) == set()
    with opened(kept) as source, opened(f"{target}2", True) as copied:
        list(copy_ledger(source, copied))
        assert copied.head() == source.head()
        assert copied.verify() == ()
    assert left(f"{target}2") == set()


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


def test_an_erasure_that_is_stopped_in_a_database_is_none(
    made: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, made / "ledger")
    before = chain(database)
    plain = Connection.execute
    for at in range(1, 1000, 20):
        done = 0

        def execute(self: Connection, query: str, *values: Any) -> object:
            nonlocal done
            done += query.startswith(("INSERT", "UPDATE", "DELETE"))
            if done == at:  # noqa: B023
                raise Stop
            return plain(self, query, *values)

        monkeypatch.setattr(Connection, "execute", execute)
        with suppress(Stop):
            erase_page(database)
        monkeypatch.undo()
        if done < at:
            break
        assert chain(database) == before
        with opened(database) as ledger:
            assert ledger.verify() == ()
            assert of(ledger, "Kestrel Wire")
    assert at > 100
    assert left(database) == set()


def test_a_line_that_is_erased_without_a_reason_is_named(kept: str) -> None:
    change_record(kept, 1, lambda line: erased_bytes(parse_line(line)))
    with opened(kept) as ledger:
        (problem,) = ledger.verify()
    assert re.search(r"(00000001\.jsonl|records of batch 1): capture", problem)
    assert "is erased and nothing says why" in problem
    if is_folder(kept):
        code, said = checker(Path(kept))
        assert code == 1
        assert said.startswith("batch 1: ")


def test_an_index_that_another_program_reads_is_scrubbed_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


TYPED = "The cousin of Bruna Keltov said so on air"


def told(location: str | Path) -> list[object]:
    """Return all that comes out of a ledger which somebody typed, and what is found by it."""
    with opened(location) as ledger:
        rows = [ledger.hidden(each.reason) for each, _ in ledger.audits()]
        signed = [ledger.hidden(each.by) for each in ledger.batches()]
        by_outlet = [len(list(ledger.claims(ClaimFilter(outlet=words)))) for words in ("keltov", "support", "press")]
        decided = [(each.decision.by, each.decision.reason) for each in ledger.rulings()]
        gone = [str(each) for each in erasures(ledger)]
        outlets = sorted(claim.document.outlet or "" for claim in ledger.claims())
        return [rows, signed, by_outlet, decided, gone, outlets, list(ledger.documents())]


def test_who_is_masked_in_what_was_typed_stays_so_when_the_page_is_erased(
    made: Path, location: str, tmp_path: Path
) -> None:
    with opened(location, True) as ledger:
        read(ledger, made / "valley.txt", Given("2023-06-14", "Bruna Keltov Support"))
        read(ledger, made / "zebrafinch.txt", Given("2023-06-13", "Kestrel Wire"))
        (tmp_path / "later.txt").write_text(OTHER.replace("40", "50"), "utf-8")
        read(ledger, tmp_path / "later.txt", Given("2023-06-15", "FreeKeltovBruna Press"))
        about = ledger.subject(of(ledger, "[person] Press")[0].id)
        typed = with_decision_id(Decision("", "accept", "Keltov", TYPED, 1, (about,)))
        ledger.append([("decision", typed)], "Bruna Keltov", NOW)
        audit(ledger, "export", (), TYPED, "Keltov, Bruna", NOW)
        erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "B. Keltov", NOW)
        assert ledger.verify() == ()
    live = told(location)
    assert "keltov" not in repr(live).lower()
    assert live[2] == [0, 1, 1]
    drop_index(location)
    assert told(location) == live
    with opened(location) as ledger, opened(tmp_path / "copy", True) as copied:
        list(copy_ledger(ledger, copied))
        backup(ledger, tmp_path / "backup.tar")
        assert told(tmp_path / "copy") == live
    restore(tmp_path / "backup.tar", tmp_path / "restored")
    assert told(tmp_path / "restored") == live
    with opened(location) as ledger:
        # Nothing is kept that a guess could be tried against: only where words stand that are kept anyway.
        rows = dict(ledger.every("naming", Naming))
        assert {each.field for each in rows.values()} == {"outlet", "by", "reason"}
        assert "keltov" not in repr(rows)


def test_who_is_masked_stays_so_over_adding_again_and_erasing_again(made: Path, location: str, tmp_path: Path) -> None:
    with opened(location, True) as ledger:
        read(ledger, made / "zebrafinch.txt", Given("2023-06-13"))
        read(ledger, made / "zebrafinch.txt", Given("2023-06-13", "Kestrel Wire"))
        read(ledger, made / "valley.txt", Given("2023-06-14", "Keltov Support"))
        for again in (1, 2):
            erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)
            read(ledger, made / "zebrafinch.txt", Given("2023-06-13", "Kestrel Wire"), True)
            (tmp_path / "later.txt").write_text(OTHER.replace("40", f"5{again}"), "utf-8")
            read(ledger, tmp_path / "later.txt", Given("2023-06-15", f"Bruna Keltov Press {again}"))
        told(location)
        erase(ledger, [of(ledger, "Kestrel Wire")[0].document.id], REASON, "Tessa", NOW)
        assert ledger.verify() == ()
    live = told(location)
    assert "keltov" not in repr(live).lower()
    assert {"[person] Support", "[person] Press 1", "[person] Press 2"} <= set(live[5])  # type: ignore[call-overload]
    drop_index(location)
    assert told(location) == live
    with opened(location) as ledger:
        # Who is erased with all that was typed about them is no name of the ledger any more, whatever its index was.
        for outlet in ("[person] Support", "[person] Press 1", "[person] Press 2"):
            erase(ledger, [of(ledger, outlet)[0].document.id], REASON, "Tessa", NOW)
        assert ledger.index.rows("SELECT digest FROM named") == []
