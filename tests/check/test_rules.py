"""Every rule has its row, its page, an example that fires and one that does not, and something that judges."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from allegata.check import RULES, Draft, lint, page_of, rules, select
from allegata.check.rules import rule_of
from allegata.claim import claims, sample
from allegata.link import link
from allegata.model import InputError
from allegata.run.drafts import Earlier

PARTS = ["What it says", "Why", "An example that fires", "An example that does not", "How to silence it"]
BLOCK = re.compile(r"^```(draft|earlier)(.*)\n((?:.*\n)+?)```$", re.MULTILINE)


def section(code: str, name: str) -> str:
    return page_of(code).split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]


def said(code: str, name: str) -> Iterator[str]:
    """Yield what the rules say of the draft in a section of a page, given the earlier reports there."""
    earlier = []
    for kind, about, text in BLOCK.findall(section(code, name)):
        given = dict(each.split("=", 1) for each in shlex.split(about))
        document = sample(text.strip(), given.get("published"), given.get("outlet"))
        found = claims(document)
        if kind == "earlier":
            earlier += found
            continue
        draft = Draft(document, found, link(found), Earlier(earlier).matches(document, found))
        yield from (problem.code for problem in lint(draft))


def test_every_rule_is_judged_and_has_a_page() -> None:
    assert [each.code for each in rules()] == list(RULES)
    for each in rules():
        page = page_of(each.code)
        assert page.startswith(f"# {each.code} {each.name}\n")
        headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
        assert [each for each in headings if each != "What --fix does"] == PARTS
        assert each.summary.endswith(".")
        assert each.ledger == each.code.startswith("ALG1")


@pytest.mark.parametrize("code", RULES)
def test_the_first_example_fires(code: str) -> None:
    assert code in list(said(code, PARTS[2]))


@pytest.mark.parametrize("code", RULES)
def test_the_second_example_does_not(code: str) -> None:
    assert BLOCK.search(section(code, PARTS[3]))
    assert list(said(code, PARTS[3])) == []


def test_the_pages_in_docs_are_those_that_ship() -> None:
    folder = Path(__file__).parents[2] / "docs" / "check"
    assert {path.name for path in folder.glob("ALG*.md")} == {f"{code}.md" for code in RULES}
    for code in RULES:
        assert (folder / f"{code}.md").read_text("utf-8") == page_of(code)


def test_rules_are_named_by_code_beginning_and_name() -> None:
    codes = tuple(RULES)
    assert select() == codes
    assert select(["ALL"], ["ALG1"]) == codes[:8]
    assert select(["weekday-date", "alg10"]) == ("ALG003", *codes[8:])
    assert select([], ["ALG1", "ALG00"]) == ()
    assert select(["ALG103"], ["ALG1"]) == ("ALG103",)
    assert select(["ALG1"], ["ALG103"]) == tuple(each for each in codes[8:] if each != "ALG103")
    assert rule_of("sum").code == "ALG004"


@pytest.mark.parametrize("named", ["ALG999", "ALG9", "nonsense", ""])
def test_a_rule_that_is_not_is_an_error(named: str) -> None:
    with pytest.raises(InputError, match="no rule"):
        select([named])
