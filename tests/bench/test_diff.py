"""The claims gained, lost and changed between two readings are listed."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from allegata import claims_of_text, to_json

TEXT = "The governor said on Monday that forty miners were arrested. The union said nine drivers were released."


@pytest.fixture(scope="module")
def diff(bench: Callable[[str], ModuleType]) -> Any:
    return bench("diff")


@pytest.fixture(scope="module")
def page(diff: Any) -> Any:
    """A page with two annotated claims that are both found right."""
    made = [to_json(claim) for claim in claims_of_text(TEXT)]
    claims = tuple(json.loads(json.dumps(each)) for each in made if each["action"] in ("arrest", "release"))
    assert [each["action"] for each in claims] == ["arrest", "release"]
    asked = {"p.c1": "arrest: forty miners", "p.c2": "release: nine drivers"}
    found = {name: diff.Found(claim["id"], True) for name, claim in zip(asked, claims, strict=True)}
    return diff.Page("a corpus", "p", claims, asked, found)


def changed(page: Any, number: int, **fields: Any) -> Any:
    """The page with fields of a claim changed."""
    claims = list(page.claims)
    claims[number] = {**claims[number], **fields}
    return replace(page, claims=tuple(claims))


def test_nothing_is_said_of_equal_readings(diff: Any, page: Any) -> None:
    tally = Counter[str]()
    assert diff.compare(page, page, tally) == []
    assert not +tally


def test_what_is_found_now_and_was_not_is_gained_and_the_other_way_round_lost(diff: Any, page: Any) -> None:
    fewer = replace(page, claims=page.claims[:1], found={"p.c1": page.found["p.c1"]})
    assert diff.compare(fewer, page, Counter()) == ["+ p.c2 release: nine drivers"]
    assert diff.compare(page, fewer, Counter())[0] == "- p.c2 release: nine drivers"


def test_a_wrong_action_is_lost_and_shown(diff: Any, page: Any) -> None:
    after = changed(page, 0, action="kill")
    after = replace(after, found=page.found | {"p.c1": replace(page.found["p.c1"], right=False)})
    assert diff.compare(page, after, Counter()) == [
        "- p.c1 arrest: forty miners",
        '~ p.c1 kill: action: "arrest" -> "kill"',
    ]


def test_changed_fields_are_listed_with_what_they_were_and_are_and_how_they_are_judged(diff: Any, page: Any) -> None:
    before = replace(page, found=page.found | {"p.c1": replace(page.found["p.c1"], wrong=("status", "country"))})
    after = changed(before, 0, status="denied", target=None)
    after = replace(after, found=page.found | {"p.c1": replace(page.found["p.c1"], wrong=("country", "target"))})
    tally = Counter[str]()
    (line,) = diff.compare(before, after, tally)
    assert line.startswith("~ p.c1 arrest: status: ")
    assert '"asserted" -> "denied"' in line
    assert line.endswith("[right now: status]  [wrong now: target]")
    assert (tally["changed"], tally["right now"], tally["wrong now"]) == (1, 1, 1)


def test_new_identities_rules_and_spans_are_no_change(diff: Any, page: Any) -> None:
    renamed = "x" * 8
    after = changed(page, 0, id=renamed, rules={"model": "later"})
    after.claims[0]["count"] = after.claims[0]["count"] | {"rule": "another"}
    after = replace(after, found=page.found | {"p.c1": replace(page.found["p.c1"], claim=renamed)})
    assert diff.compare(page, after, Counter()) == []


def test_claims_that_nobody_annotated_are_told_apart(diff: Any, page: Any) -> None:
    bare = replace(page, asked={}, found={})
    assert [line[:15] for line in diff.compare(replace(bare, claims=()), bare, Counter())] == [
        "> p arrest: 'Th",
        "> p release: 'T",
    ]
    assert [line[0] for line in diff.compare(bare, replace(bare, claims=()), Counter())] == ["<", "<"]
    statements = replace(bare, claims=tuple({**each, "action": "other"} for each in bare.claims))
    assert diff.compare(replace(bare, claims=()), statements, Counter()) == []


def test_the_report_goes_page_by_page_and_sums_up(diff: Any, page: Any) -> None:
    fewer = replace(page, claims=page.claims[:1], found={"p.c1": page.found["p.c1"]})
    before = diff.Reading([fewer, replace(page, id="q")], {"article": [0, 1]}, 5)
    after = diff.Reading([page, replace(page, id="q")], {"article": [1, 2, 3]}, 6)
    assert list(diff.report(before, after)) == [
        "a corpus, p",
        "  + p.c2 release: nine drivers",
        "a corpus: 1 gained, 0 lost, 0 changed (0 fields right now, 0 wrong now); not annotated: 0 read now, 0 no longer",
        "attributions, PolNeAR dev: 2 gained, 1 lost; 5 made before, 6 now",
    ]


def test_a_reading_is_the_same_when_it_comes_from_another_process(diff: Any, page: Any) -> None:
    reading = diff.Reading([page], {"article": [0]}, 1)
    again = diff.reading_of(json.loads(json.dumps(asdict(reading))))
    assert next(diff.report(reading, again)).startswith("a corpus: 0 gained, 0 lost, 0 changed")
    assert again.attributions == reading.attributions


def test_the_own_corpus_is_read_with_its_annotation(diff: Any) -> None:
    page = next(diff.read_own())
    assert page.asked
    assert page.found.keys() >= page.asked.keys()
    assert {found.claim for found in page.found.values()} <= {claim["id"] for claim in page.claims}


def test_the_code_of_a_revision_is_unpacked_and_run(diff: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two revisions of a package that is called allegata; only the first can be read with."""

    def git(*command: str) -> str:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        done = subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    monkeypatch.setattr(diff, "ROOT", tmp_path)
    monkeypatch.setattr(diff, "__file__", str(tmp_path / "reader.py"))
    (tmp_path / "reader.py").write_text(
        "import json, allegata\nprint(json.dumps({'pages': [], 'attributions': {}, 'made': allegata.MADE}))\n", "utf-8"
    )
    package = tmp_path / "src" / "allegata" / "__init__.py"
    package.parent.mkdir(parents=True)
    git("init", "-q")
    for source in ("MADE = 7\n", "raise ImportError('broken on purpose')\n"):
        package.write_text(source, "utf-8")
        git("add", "src")
        git("commit", "-q", "-m", "x")
    assert diff.read_with(diff.unpack("HEAD~1", tmp_path / "first")).made == 7
    with pytest.raises(SystemExit, match="broken on purpose"):
        diff.read_with(diff.unpack("HEAD", tmp_path / "second"))
    with pytest.raises(SystemExit, match="no such revision"):
        diff.unpack("nowhere", tmp_path / "third")
