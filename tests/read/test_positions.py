"""Where the words of a document stand in the file it was read from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata.capture.made import make_capture
from allegata.model import InputError
from allegata.read import read
from allegata.read.positions import line_starts, place


def placed(body: bytes, media_type: str):
    text = read(make_capture(body, media_type, "file:x", None, None)[0], body).text
    return text, place(text, body, media_type)


def column_of(source: str, words: str) -> tuple[int, int]:
    """Return line and column of *words* by the slow obvious way."""
    at = source.index(words)
    before = re.split(r"\r\n|\r|\n", source[:at])
    return len(before), len(before[-1]) + 1


PLAIN = [
    ("Ten held\n\nTen men were held in Puno.\n", ["Ten men", "Puno"]),
    ("\n\n   Ten held\r\n \r\nTen men were held in Puno.\r\n", ["Ten men", "Puno"]),
    ("\ufeffTen held\rTwo lines\rand Puno", ["Two", "Puno"]),
    ("A\u00ad b\x00 caf\u0065\u0301 \u0065\u0301 Puno and Lima\n", ["Puno", "Lima"]),
    ("\u1100\u1161 \u1112\u1161\u11ab Puno \U0001f600 Lima", ["Puno", "Lima"]),
    ("one\u2028two\x0bthree\x0cPuno", ["Puno"]),
    ("   \n\t\n  x\n   \n\n   y Puno", ["y Puno"]),
]


@pytest.mark.parametrize(("source", "words"), PLAIN)
def test_words_of_plain_text_are_where_the_file_has_them(source: str, words: list[str]) -> None:
    text, found = placed(source.encode(), "text/plain")
    bare = source.removeprefix("\ufeff")
    for each in words:
        assert found.position(text.index(each)) == column_of(bare, each)
        at = text.index(each)
        assert found.source[found.offsets[at] : found.offsets[at + len(each) - 1] + 1] == each


MARKDOWN = [
    (
        "# Ten *held*\n\nThe [mayor](http://a.example/said) said\n**so** in Puno.\n",
        ["Ten", "held", "said\n", "so", "Puno"],
    ),
    ("---\ntitle: Puno in front\n---\n\nText in Puno, once.\n", ["Text", "Puno, once"]),
    (
        "```\nPuno in code\n```\n\n1. 10 men\n2. 12 men in Puno.\n\n> * 20 women\n",
        ["10 men", "12 men", "Puno.", "20 women"],
    ),
    ("A &amp; B &quot;held&quot; in Puno\n", ["held", "Puno"]),
    ("<div>\n<!-- Puno\n -->\nTen <b>held</b> in Puno.\n</div>\n\nLast one\n", ["Ten", "held", "in Puno.", "Last"]),
    ("![Puno](x.png) A man in Puno. ![y](z(1).png) Lima\n", ["A man", "Puno.", "Lima"]),
    ("Head\n====\n\na\\*b Puno\\\nnext Lima  \nlast\n", ["Puno", "next", "Lima", "last"]),
    ("| a | Puno |\n\n* * *\n\n- x\n  y Lima\n", ["Puno", "x", "Lima"]),
    ("Ten\r\nheld\r\n\r\nin Puno\r\n", ["held", "Puno"]),
]


@pytest.mark.parametrize(("source", "words"), MARKDOWN)
def test_words_of_markdown_are_where_the_file_has_them(source: str, words: list[str]) -> None:
    text, found = placed(source.encode(), "text/markdown")
    for each in words:
        at = text.index(each.strip())
        line, column = found.position(at)
        lines = re.split(r"\r\n|\r|\n", source)
        assert lines[line - 1][column - 1 :].startswith(each.strip()), (each, line, column)


def test_the_words_of_an_address_and_of_what_is_in_front_are_passed_over() -> None:
    text, found = placed(b"---\nx: held\n---\n[Ten](http://a.example/held) held.\n", "text/markdown")
    assert found.position(text.index("held")) == (4, 30)


def test_the_end_is_behind_the_last_code_point() -> None:
    text, found = placed(b"Ten\nheld\n", "text/plain")
    assert found.position(3, end=True) == (1, 4)
    assert found.position(len(text), end=True) == (2, 5)


def test_other_files_have_the_places_of_their_text() -> None:
    assert place("Ten\nheld", b"<p>Ten</p><p>held</p>", "text/html").position(4) == (2, 1)
    assert line_starts("") == (0,)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "é",
                "e\u0301",
                "\u0301",
                "\r",
                "\n",
                " ",
                "\t",
                "\x00",
                "\u1100",
                "\u1161",
                "\u11a8",
                "&",
                "*",
                "_",
                "#",
                "<b>",
                "[x](y)",
                "\U0001f600",
                "\ufeff",
                "\u2028",
                "1. ",
                "> ",
                "|",
                "\\",
            ]
        ),
        max_size=60,
    ),
    st.sampled_from(["text/plain", "text/markdown"]),
)
def test_every_code_point_has_a_place(parts: list[str], media_type: str) -> None:
    body = ("x" + "".join(parts)).encode()
    try:
        text, found = placed(body, media_type)
    except InputError:
        return
    assert len(found.offsets) == len(text) + 1
    assert all(0 <= at <= len(found.source) for at in found.offsets)
    if media_type == "text/plain":
        assert list(found.offsets) == sorted(found.offsets)
        for char, at in zip(text, found.offsets, strict=False):
            if char.isascii() and char not in "\n":
                assert found.source[at] == char
