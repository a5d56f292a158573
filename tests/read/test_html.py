import tomllib
from pathlib import Path

import pytest
from trafilatura import external

from allegata.read.html import read_html, tell
from allegata.read.markup import plain_paragraphs
from allegata.read.reading import Reading

CASES = sorted((Path(__file__).parent / "cases").glob("*.html"))


def case(path: Path) -> tuple[Reading, dict]:
    stated = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    return read_html(path.read_bytes(), stated.get("url")), stated


def test_there_are_layouts_to_read():
    assert len(CASES) >= 10


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_story_is_read_and_nothing_else(path):
    reading, stated = case(path)
    assert reading.text == path.with_suffix(".txt").read_text("utf-8").rstrip("\n")
    assert [words for words in stated["absent"] if words in reading.text] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("field", ["title", "outlet", "published", "byline"])
def test_what_the_page_states(path, field):
    reading, stated = case(path)
    assert getattr(reading, field) == stated.get(field)


def test_a_title_the_story_repeats_is_not_said_twice():
    assert tell(["Other", "TEN HELD", "He said."], "Ten held") == "Other\nTEN HELD\nHe said."


def test_a_long_paragraph_that_begins_like_a_teaser_is_the_storys():
    long = "Read more: " + "the minister said again that ten were held, " * 5
    assert tell([long], None) == long.strip()


def test_repeated_lines_are_kept_once_only_where_they_follow_each_other():
    assert tell(["Ten.", "Ten.", "Two.", "Ten."], None) == "Ten.\nTwo.\nTen."


def test_a_page_nested_too_deep_still_gives_its_text():
    deep = b"<div>" * 5000 + b"<p>Ten people were held, the mayor said.</p>" + b"</div>" * 5000
    assert read_html(deep).text == "Ten people were held, the mayor said."


def test_plain_paragraphs_of_an_unclosed_script_leave_its_code_out():
    assert plain_paragraphs("<p>Ten were held.</p><script>var p = '<p>no</p>'") == ["Ten were held."]


def test_reading_is_the_same_every_time():
    body = CASES[0].read_bytes()
    assert read_html(body) == read_html(body)


@pytest.mark.parametrize("sign", ["\x01", "&#1;", "&#x1f;", "\x0b", "\ufffe"])
def test_signs_that_no_tree_may_hold_are_dropped(sign: str) -> None:
    page = (
        f"<p>Ten men were held, police{sign} said.</p>{sign}<nav>Home{sign}</nav>{sign}<p>They{sign} are fishermen.</p>"
    )
    assert read_html(page.encode()).text.splitlines() == ["Ten men were held, police said.", "They are fishermen."]


def test_the_stop_words_of_a_short_page_are_kept_as_a_set(monkeypatch):
    page = b"<title>Ten held</title><p>Ten people were held, the mayor said.</p>"
    monkeypatch.setattr(external, "JT_STOPLIST", None)
    first = read_html(page)
    assert isinstance(external.JT_STOPLIST, frozenset)
    assert {"the", "der", "los"} <= external.JT_STOPLIST
    assert read_html(page) == first
