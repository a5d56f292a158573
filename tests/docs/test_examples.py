"""The examples in Python of every page are run as they are written."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = re.compile(r"^```pycon\n(.*?)```$", re.MULTILINE | re.DOTALL)
# Those of the reference are docstrings, which `make check` runs where they stand.
PAGES = {
    str(page.relative_to(ROOT)): blocks
    for page in sorted((ROOT / "docs").rglob("*.md"))
    if page.parent.name != "reference" and (blocks := EXAMPLES.findall(page.read_text("utf-8")))
}


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_are_true(page: str) -> None:
    examples = doctest.DocTestParser().get_doctest("\n".join(PAGES[page]), {}, page, page, 0)
    assert examples.examples
    told: list[str] = []
    doctest.DocTestRunner().run(examples, out=told.append)
    assert told == []


def test_the_method_has_examples() -> None:
    assert PAGES["docs/method.md"]
