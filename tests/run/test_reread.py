"""Reading a ledger again: what changed is said, what people decided stays, a kill loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from stores import lines, run, words_in

from allegata.ledger import Ledger, erase, is_folder, keeping, open_ledger
from allegata.ledger.location import address_of
from allegata.mask import outward
from allegata.model import Claim, Count, Document, MaskedSpan, Masks, Mention, digest, document_id, with_id
from allegata.run import again, pipeline, relating
from allegata.run.again import reread

NAMED = """Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima, Peru. He said 12 rifles were seized in Callao.

Police said Omar Ruizal and dozens of other men were arrested in Cusco."""
WIRE = "Some 60 people were arrested in Lima, Peru, the interior ministry said on Monday."
NOW = "2024-06-01T00:00:00Z"
Rules = Callable[[Claim], Claim | None]


@pytest.fixture
def ledger(tmp_path: Path, every_location: str, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "named.txt").write_text(NAMED, "utf-8")
    (tmp_path / "wire.txt").write_text(WIRE, "utf-8")
    monkeypatch.setenv("ALLEGATA_LEDGER", every_location)
    for name, outlet in (("named.txt", "Port Times"), ("wire.txt", "Harbour Times")):
        run("add", str(tmp_path / name), "--published", "2024-05-08", "--outlet", outlet, "--profile", "acled")
    return every_location


def batches_of(location: str) -> int:
    with open_ledger(location, outward) as held:
        return len(list(held.batches()))


def lose_bodies(location: str) -> None:
    """Take the captured bytes out of a ledger behind its back."""
    if is_folder(location):
        for each in (Path(location) / "bodies").glob("*/*"):
            each.unlink()
        return
    address = address_of(location)
    with psycopg.connect(address.conninfo) as db:
        db.execute(f"ALTER TABLE {address.schema}.bodies DISABLE TRIGGER ALL; DELETE FROM {address.schema}.bodies")


def change_rules(monkeypatch: pytest.MonkeyPatch, rules: Rules) -> None:
    """Make the claims of every report what *rules* make of them."""
    plain = pipeline.claims

    def claims(document: Document, **options: Any) -> tuple[Claim, ...]:
        made = (rules(claim) for claim in plain(document, **options))
        return tuple(claim for claim in made if claim is not None)

    monkeypatch.setattr(pipeline, "claims", claims)


def sixteen(claim: Claim) -> Claim | None:
    """Read 60 as 16, and no weapons."""
    count = claim.count.value if claim.count else None
    if claim.action == "seize":
        return None
    if claim.count is None or count is None or count.low != 60:
        return claim
    made: Mention[Count] = Mention(claim.count.spans, (replace(count, low=16, high=16),), "newer")
    return with_id(replace(claim, count=made))


def identity(action: str, low: int) -> str:
    (found,) = (
        each["id"]
        for each in lines("claims", "--all")
        if each["action"] == action and each["count"] and each["count"]["low"] == low
    )
    return str(found)


def state() -> list[list[str]]:
    return [sorted(map(json.dumps, lines(*each))) for each in (("claims", "--all"), ("links",), ("findings",))]


def test_the_same_rules_change_nothing_and_say_so(ledger: str) -> None:
    before, batches = state(), batches_of(ledger)
    assert "2 documents read again: nothing changed." in run("reread")
    assert "nothing changed" in run("reread", "--dry-run")
    assert lines("reread") == []
    assert batches_of(ledger) == batches
    assert state() == before


def test_what_changed_is_said_field_by_field_and_decisions_that_no_longer_fit_are_listed(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sixty, weapons, vague = identity("arrest", 60), identity("seize", 12), identity("arrest", 54)
    run("correct", sixty, "status", "unverified", "--reason", "He said so himself", "--by", "Ana Quispe")
    run("correct", sixty, "count", "60", "--reason", "x", "--by", "Ana Quispe", code=2)
    run("correct", sixty, "count", "61", "--reason", "The table has it", "--by", "Ana Quispe")
    run("accept", weapons, "--reason", "Seen in the film", "--by", "Ana Quispe")
    run("reject", vague, "--reason", "Only a copy", "--by", "Ana Quispe")
    change_rules(monkeypatch, sixteen)
    batches = batches_of(ledger)
    before = state()
    said = run("reread", "--dry-run")
    assert "Nothing was written" in said
    assert batches_of(ledger) == batches
    assert state() == before
    printed = run("reread")
    assert printed.splitlines() == [line for line in said.splitlines() if not line.startswith("Nothing was written")]
    for part in ("count: 60 → 16", f"- {weapons[:8]} seize 12 weapons", f"~ {sixty[:8]} →", "2 new conflicts"):
        assert part in printed, printed
    states = {each["decision"]["field"] or each["decision"]["kind"]: each for each in lines("decisions")}
    assert {name: each["state"] for name, each in states.items()} == {
        "status": "in force", "count": "conflict", "accept": "conflict", "reject": "in force",
    }  # fmt: skip
    assert "count was 60, is 16" in states["count"]["why"]
    (made,) = (each for each in lines("claims") if each["status"] == "unverified")
    assert made["count"]["low"] == 61
    assert len(lines("decisions", "--conflicts")) == 2
    assert "nothing changed" in run("reread")
    assert "whole" in run("verify")
    monkeypatch.undo()
    monkeypatch.setenv("ALLEGATA_LEDGER", str(ledger))
    rows = lines("reread")
    assert {(each["record"], each["how"]) for each in rows} == {("claim", "changed"), ("claim", "gained")}
    assert state() == before
    assert {each["state"] for each in lines("decisions")} == {"in force"}


def test_links_that_newer_rules_make_no_more_are_lost(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(each["relation"] == "same" for each in lines("links"))
    monkeypatch.setattr(relating.Linker, "links", lambda linker: iter(()))
    rows = lines("reread")
    assert {(each["record"], each["how"]) for each in rows} == {("link", "lost")}
    assert lines("links") == []
    monkeypatch.undo()
    monkeypatch.setenv("ALLEGATA_LEDGER", str(ledger))
    assert {(each["record"], each["how"]) for each in lines("reread")} == {("link", "gained")}


def test_what_was_given_by_hand_is_kept(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = []
    plain = pipeline.claims

    def claims(document: Document, **options: Any) -> tuple[Claim, ...]:
        profiles.append((document.outlet, document.published, options["profile"]))
        return plain(document, **options)

    monkeypatch.setattr(pipeline, "claims", claims)
    run("reread")
    assert set(profiles) >= {("Port Times", "2024-05-08", "acled")}
    assert {outlet for outlet, _, _ in profiles} == {"Port Times", "Harbour Times"}


def test_another_reader_supersedes_and_decisions_are_found_by_their_words(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sixty, wire = identity("arrest", 60), identity("arrest", 54)
    run("split", sixty, wire, "--reason", "Two raids", "--by", "Ana Quispe")
    run("correct", wire, "places", "iso:PE", "--reason", "The map says so", "--by", "Ana Quispe")
    plain = pipeline.read

    def read(*given: Any, **options: Any) -> Document:
        made = plain(*given, **options)
        text = f"THE NEWS\n\n{made.text}"
        hand = {name: str(getattr(made, name)) for name in made.given}
        return replace(made, id=document_id(made.capture, "text/2", text, hand), text=text, reader="text/2")

    monkeypatch.setattr(pipeline, "read", read)
    printed = run("reread")
    assert "0 claims gained, 0 claims lost, 0 claims changed" in printed, printed
    assert "2 changed" in printed
    rows = lines("decisions")
    assert [each["state"] for each in rows] == ["in force", "in force"]
    assert sixty not in rows[0]["claims"]
    assert {each["relation"] for each in lines("links")} >= {"distinct"}
    assert [each["id"] for each in lines("claims", "--place", "iso:PE") if each["rules"].get("decisions")] == rows[1][
        "claims"
    ]
    assert "nothing changed" in run("reread")
    assert "ruizal" not in run("export", "--format", "html").lower()
    monkeypatch.undo()
    monkeypatch.setenv("ALLEGATA_LEDGER", str(ledger))
    run("reread")
    assert {each["id"] for each in lines("claims")} >= {sixty, wire}
    assert "whole" in run("verify")


def test_newer_masks_hold_everywhere(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines("claims", "--speaker", "Arbulu")
    plain = again.find_affected

    def find_affected(document: Document, claims: tuple[Claim, ...]) -> Masks:
        made = plain(document, claims)
        at = document.text.find("Teo Arbulu")
        if at < 0:
            return made
        return Masks(document.id, tuple(sorted((MaskedSpan(at, at + 10, 9), *made.stretches))))

    monkeypatch.setattr(again, "find_affected", find_affected)
    run("reread")
    assert lines("claims", "--speaker", "Arbulu") == []
    assert "arbulu" not in (run("claims", "--format", "json") + run("export", "--format", "html")).lower()
    with open_ledger(ledger, outward) as held:
        held.rebuild()
        assert len(list(held.claims())) == len(lines("claims"))
    assert lines("claims", "--speaker", "Arbulu") == []
    monkeypatch.undo()
    monkeypatch.setenv("ALLEGATA_LEDGER", str(ledger))
    run("reread")
    assert lines("claims", "--speaker", "Arbulu")
    assert "nothing changed" in run("reread")


@pytest.mark.parametrize("at", [1, 2, 3])
def test_broken_off_it_leaves_the_ledger_whole_and_ends_when_run_again(
    ledger: str, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    change_rules(monkeypatch, lambda claim: with_id(replace(claim, stage="remand")))
    plain, made = Ledger.append, 0

    def append(self: Ledger, *given: Any, **options: Any) -> Any:
        nonlocal made
        made += 1
        if made == at:
            raise KeyboardInterrupt
        return plain(self, *given, **options)

    monkeypatch.setattr(Ledger, "append", append)
    with open_ledger(ledger, outward) as held:
        documents = list(held.kept_documents())
        with pytest.raises(KeyboardInterrupt):
            reread(held, "test", NOW, documents)
    monkeypatch.setattr(Ledger, "append", plain)
    assert "whole" in run("verify")
    run("reread")
    assert "nothing changed" in run("reread")
    assert {each["stage"] for each in lines("claims")} == {"remand"}
    assert any(each["relation"] == "same" for each in lines("links"))


@pytest.mark.parametrize("when", ["before it is read", "after it was read", "before it is entered"])
@pytest.mark.parametrize("otherwise", [False, True])
def test_a_page_that_is_erased_meanwhile_stays_erased(
    ledger: str, monkeypatch: pytest.MonkeyPatch, when: str, otherwise: bool
) -> None:
    if otherwise:
        change_rules(monkeypatch, lambda claim: with_id(replace(claim, stage="remand")))
    first, last = (each["document"]["id"] for each in (lines("claims")[0], lines("claims")[-1]))
    plain, records = again._read_again, again._records

    def erase_first(document: Document) -> None:
        if document.id == first:
            with open_ledger(ledger, outward) as other:
                erase(other, [first], "a court asked for it", "other", NOW)

    def reading(held: Ledger, document: Document) -> Any:
        if when == "before it is read":
            erase_first(document)
        made = plain(held, document)
        if when == "after it was read":
            erase_first(document)
        return made

    def made_of(held: Ledger, page: Any, *rest: Any) -> Any:
        made = records(held, page, *rest)
        if when == "before it is entered":
            erase_first(page.before)
        return made

    monkeypatch.setattr(again, "_read_again", reading)
    monkeypatch.setattr(again, "_records", made_of)
    said = run("reread")
    assert "run allegata verify" not in said
    assert ("1 document read again" in said) or not otherwise
    assert {each["document"]["id"] for each in lines("claims")} == {last}
    assert "Ruizal" not in words_in(ledger)
    assert "whole" in run("verify")


def test_bytes_that_are_gone_leave_the_document_as_it_was(ledger: str) -> None:
    before = state()
    lose_bodies(ledger)
    printed = run("reread", code=1)
    assert "it stays as it was read" in printed
    assert "named.txt" not in printed
    assert state() == before


def test_a_ledger_of_the_ids_before_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = keeping.record_id

    def older(kind: str, record: Any) -> str:
        if kind == "link":
            return digest(record.left, record.right, record.relation)[:32]
        return str(record.document) if kind == "masks" else plain(kind, record)

    folder, added = str(tmp_path / "older"), pipeline.Added()
    monkeypatch.setattr(keeping, "record_id", older)
    for name, text in (("named.txt", NAMED), ("wire.txt", WIRE)):
        (tmp_path / name).write_text(text, "utf-8")
        with open_ledger(folder, outward, True) as held:
            for made in pipeline.reports(str(tmp_path / name), pipeline.Given("2024-05-08")):
                pipeline.add(held, made, "test", NOW, added)
            relating.relate(held, "test", NOW)
    monkeypatch.setattr(keeping, "record_id", plain)
    with open_ledger(folder, outward) as held:
        before = list(held.batches())
        assert list(held.links())
        assert reread(held, "test", NOW, list(held.kept_documents())).nothing
        assert list(held.batches()) == before


def test_a_dry_run_works_on_a_ledger_in_postgresql(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", database)
    (tmp_path / "named.txt").write_text(NAMED, "utf-8")
    run("add", str(tmp_path / "named.txt"), "--published", "2024-05-08")
    before = lines("claims"), batches_of(database)
    change_rules(monkeypatch, lambda claim: with_id(replace(claim, stage="remand")))
    said = run("reread", "--dry-run")
    assert "Nothing was written" in said
    assert (lines("claims"), batches_of(database)) == before
    assert said.replace("Nothing was written: this was a dry run.\n", "") == run("reread")
    assert {each["stage"] for each in lines("claims")} == {"remand"}
