"""What stands around a story is told by what it is, not by the page it is on."""

import pytest
from trafilatura import htmlprocessing

from allegata.read import html
from allegata.read.html import read_html, tell

STORY = (
    "Ten people were held in Orva on Tuesday, the mayor of the town, Ada Brill, said at a news conference in the town hall.",
    "She said that five others had escaped, and that the police were looking for them in the hills above the town.",
)


def page(around: str, story: tuple[str, ...] = STORY) -> list[str]:
    told = "".join(f"<p>{each}</p>" for each in story)
    body = f"<body><div class='main'><h1>Ten held in Orva</h1>{told}</div>{around}</body>"
    return read_html(f"<html><title>Ten held in Orva</title>{body}</html>".encode()).text.split("\n")


@pytest.mark.parametrize("answer", ["Reply", "پاسخ", "الرد", "Antworten"])
@pytest.mark.parametrize("tag", ["a", "button"])
def test_what_readers_write_is_told_by_the_links_that_answer_it(answer, tag):
    said = "".join(
        f"<div class='q{n}'><b>Bo</b><p>Nobody in the town believes a word of it, and least of all the police themselves.</p>"
        f"<{tag} href='#'>{answer}</{tag}></div>"
        for n in range(3)
    )
    assert page(f"<section class='z'><h3>What you say</h3>{said}</section>") == ["Ten held in Orva", *STORY]


def test_one_such_link_is_no_discussion():
    story = (
        *STORY,
        "The minister gave a <a href='/x'>reply</a> that was not understood by those who had asked him for it.",
    )
    assert page("", story)[-1].startswith("The minister gave a reply")


def test_a_column_beside_a_short_story_is_not_the_story_though_it_holds_more():
    items = "".join(
        f"<div><a href='/{n}'>Orchard {n}</a><p>{'It bears fruit again, its owner says. ' * 3}</p></div>"
        for n in range(4)
    )
    assert page(f"<div class='col-side'>{items}</div>", ("Two men were held.",)) == [
        "Ten held in Orva",
        "Two men were held.",
    ]


def test_a_story_within_an_element_named_after_what_stands_around_is_kept():
    told = "".join(f"<p>{each}</p>" for each in (*STORY, *STORY))
    body = f"<body><form class='share'><h2>Ten held in Orva</h2>{told}</form></body>"
    assert STORY[0] in read_html(f"<title>Ten held in Orva</title>{body}".encode()).text


def test_lines_of_links_are_left_out_and_sentences_with_links_are_not():
    story = (*STORY, "<a href='/a'>Ada Brill</a> and <a href='/b'>Bo Keltov</a> agree.")
    found = page("<p>Orva Post | <a href='/print'>Print this page</a> | <a href='/mail'>Send this page</a></p>", story)
    assert found[-1] == "Ada Brill and Bo Keltov agree."
    assert "Print" not in " ".join(found)


def test_lines_that_say_when_it_was_printed_stand_before_the_story_and_days_within_it_stay():
    lines = ["Ten held", "By Ada Brill | 8 May 2024", "Ten people were held.", "3 May 2024", "Two fled."]
    assert tell(lines, "Ten held") == "Ten held\nTen people were held.\n3 May 2024\nTwo fled."


@pytest.mark.parametrize(
    "line", ["© Orva Post 2018", "Copyright 2006 Orva Post. Send us letters.", "Copyright © 2006, Orva Post"]
)
def test_lines_about_rights_are_furniture(line):
    assert tell(["Ten were held.", line], None) == "Ten were held."


def test_a_sentence_about_rights_is_not():
    assert tell(["Copyright law was changed in 2006."], None) == "Copyright law was changed in 2006."


@pytest.mark.parametrize("tag", ["div", "ul", "table", "blockquote"])
def test_boxes_in_boxes_full_of_links_are_not_asked_for_each_link_again(tag, monkeypatch):
    asked, trim = [], htmlprocessing.trim
    monkeypatch.setattr(htmlprocessing, "trim", lambda words: asked.append(words) or trim(words))
    links = "".join(f"<a href='/{n}'>Orchard {n}</a> " for n in range(450))
    inner = {"table": "<tr><td>", "ul": "<li>"}.get(tag, "")
    depth = 200 if tag in ("div", "blockquote") else 80
    found = page(f"<{tag}>{inner}{links}" * depth)
    # The extraction goes over a page twice where it finds little.
    assert len(asked) < 2 * html.WITHIN
    assert STORY[0] in found


def test_a_long_text_in_boxes_in_boxes_is_not_taken_for_each_again(monkeypatch):
    taken, trim = [], htmlprocessing.trim
    monkeypatch.setattr(htmlprocessing, "trim", lambda words: taken.append(len(words or "")) or trim(words))
    words = "<a href='/a'>Orchards</a> bear fruit again. " * 5
    found = page("<div>" * 200 + words + "It rains on the hills. " * 50_000)
    assert sum(taken) < html.WITHIN * html.CHARACTERS
    assert STORY[0] in found
