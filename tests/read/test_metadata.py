from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from allegata.read.metadata import day_of, find_metadata, is_day


def page(head="", body="<p>x</p>", url=None):
    return find_metadata(document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>"), url)


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2019-04-24", "2019-04-24"),
        ("2019-04-24T23:59:59-11:00", "2019-04-24"),
        ("2019-04-24 07:00", "2019-04-24"),
        ("20190424", "2019-04-24"),
        ("20190424T070000Z", "2019-04-24"),
        ("2019", "2019"),
        ("2019-04", "2019-04"),
        ("24 April 2019", "2019-04-24"),
        ("Apr 24, 2019", "2019-04-24"),
        ("Wed, 24 Apr 2019 10:00:00 GMT", "2019-04-24"),
        ("0000-01-01", None),
        ("2019-13-01", None),
        ("2019-02-29T00:00:00Z", None),
        ("24/04/2019", None),
        ("two hours ago", None),
        ("", None),
        (None, None),
        (["2019-04-24"], None),
    ],
)
def test_the_day_a_page_states(stated, day):
    assert day_of(stated) == day


@given(st.text(max_size=30))
def test_a_day_is_one_or_null(stated):
    day = day_of(stated)
    assert day is None or is_day(day)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_a_day(day):
    assert is_day(day.isoformat())
    assert day_of(day.isoformat()) == day.isoformat()


def test_publication_is_not_the_day_of_change():
    found = page(
        '<meta property="article:modified_time" content="2020-01-02">', '<time class="updated" datetime="2020-01-02">'
    )
    assert found.published is None


def test_open_graph_before_json_ld_before_elements():
    linked = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2020-02-02"}</script>'
    marked = '<time itemprop="datePublished" datetime="2020-03-03">'
    assert (
        page('<meta property="article:published_time" content="2020-01-01">' + linked, marked).published == "2020-01-01"
    )
    assert page(linked, marked).published == "2020-02-02"
    assert page("", marked).published == "2020-03-03"


@pytest.mark.parametrize(
    ("mark", "day"),
    [
        ('<time pubdate datetime="2020-03-03">', "2020-03-03"),
        ('<time class="entry-date published" datetime="2020-03-03T10:00:00Z">', "2020-03-03"),
        ('<span class="post-date">3 March 2020</span>', "2020-03-03"),
        ('<time class="entry-date updated" datetime="2020-03-03">', None),
        ('<time datetime="1398-12-13" itemprop="datePublished">', "2020-03-03"),
        ('<meta name="date" content="1441/07/08">', None),
    ],
)
def test_elements_that_are_marked_as_the_day_of_publication(mark, day):
    assert page("", mark).published == day


def test_metadata_come_before_the_address():
    assert page(url="https://a.example/2020/02/03/x").published == "2020-02-03"
    assert page(url="https://a.example/2020/13/03/x").published is None
    said = page('<meta name="date" content="2021-01-01">', "", "https://a.example/2020/02/03/x")
    assert said.published == "2021-01-01"
    assert [(each.value, each.rule) for each in said.days] == [("2021-01-01", "meta date"), ("2020-02-03", "address")]


@pytest.mark.parametrize(
    "script", ["{", "[" * 5000, '{"@type":"NewsArticle","author":7,"publisher":[[]]}', "null", '"x"']
)
def test_broken_json_ld_says_nothing(script):
    found = page(f'<script type="application/ld+json">{script}</script>')
    assert (found.published, found.byline, found.outlet) == (None, None, None)


def test_the_outlet_is_never_made_from_the_address():
    assert page(url="https://harbor.example/x").outlet is None


def test_a_byline_that_is_the_outlet_is_none():
    assert page('<meta property="og:site_name" content="Post"><meta name="author" content="post">').byline is None


def test_what_says_the_outlet_is_kept():
    linked = '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"Harbor Post"}}</script>'
    assert page('<meta property="og:site_name" content="Harbor Post">').outlet_rule == "meta og:site_name"
    assert (page(linked).outlet, page(linked).outlet_rule) == ("Harbor Post", "JSON-LD")


@pytest.mark.parametrize(
    ("head", "body", "url", "outlet"),
    [
        (
            "<title>Ten held | Harbor Post</title>",
            "<h1>Ten held</h1>",
            "https://www.harborpost.example/x",
            "Harbor Post",
        ),
        ("<title>Ten held | Harbor Post</title>", "<h1>Ten held</h1>", "https://news.example/x", None),
        ("<title>Ten held | North</title>", "<h1>Ten held</h1>", "https://harborpost.example/x", None),
        (
            "<title>Ten held | Harbor Post</title>",
            "<h1>Ten held</h1><footer>© 2019–2024 Harbor Post. All rights reserved.</footer>",
            None,
            "Harbor Post",
        ),
        (
            "",
            '<a href="/"><img alt="The Harbor Post"></a><h1>Ten held</h1>',
            "https://harbor-post.example/x",
            "The Harbor Post",
        ),
        ("", "<h1>Ten held</h1><p>Copyright 2024 by Harbor Post</p>", "https://harborpost.example/x", "Harbor Post"),
        ("<title>Ten held - in the north</title>", "<h1>Ten held - in the north</h1>", "https://a.example", None),
    ],
)
def test_an_outlet_that_is_only_shown_needs_two_places(head, body, url, outlet):
    assert page(head, body, url).outlet == outlet


def test_a_file_is_asked_for_the_address_that_it_was_kept_from():
    assert page('<link rel="canonical" href="https://a.example/2020/02/03/x">').published == "2020-02-03"
    assert (
        page('<link rel="canonical" href="https://a.example/2020/02/03/x">', url="https://a.example/x").published
        is None
    )
