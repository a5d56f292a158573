"""Which of the days that a page states is that of publication, and why; in doubt rather than wrong."""

import hashlib
import json

import pytest

from allegata.model import Basis, Capture, Document, capture_id
from allegata.read import read
from allegata.read.publication import Day, address_days, published_of, text_days
from allegata.read.written import day_of_dateline, day_of_line, written_days

STORY = (
    "<p>Ten people were held in Orva on Tuesday, the mayor of the town, Ada Brill, said at a news conference in the town hall. "
    "She said that five others had escaped, and that the police were looking for them in the hills above the town.</p>"
    "<p>The mayor did not say why they were held. Nobody was named.</p>"
)


def document(
    page: str, url: str | None = None, fetched_at: str | None = None, kind: str = "text/html", **given: str
) -> Document:
    body = page.encode()
    hashed = hashlib.sha256(body).hexdigest()
    made = Capture(capture_id(hashed, url, fetched_at, "http"), url, fetched_at, kind, hashed, "http")
    return read(made, body, **given)


def basis(found: Document, field: str = "published") -> Basis | None:
    return next((each for each in found.basis if each.field == field), None)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2024/05/08/ten-held", "2024-05-08"),
        ("https://a.example/2024/5/8/ten-held", "2024-05-08"),
        ("https://a.example/2024/may/08/ten-held", "2024-05-08"),
        ("https://a.example/news/2024-05-08-ten-held.html", "2024-05-08"),
        ("https://a.example/news/ten-held-2024-05-08", "2024-05-08"),
        ("https://a.example/fa/news/1403/02/19/ten-held", "2024-05-08"),
        ("https://a.example/news?date=2024-05-08", "2024-05-08"),
        ("https://a.example/news/1445/10/29/ten-held", None),
        ("https://a.example/2024/05/ten-held", None),
        ("https://a.example/20240508/ten-held", None),
        ("https://a.example/2024/13/08/", None),
        ("https://a.example/2024/xyz/08/", None),
        ("https://a.example/2024/05/08/from-2019/03/02/", None),
        ("https://web.archive.org/web/2024-05-08/https://a.example/x", None),
        ("https://web.archive.org/web/20240508101112/https://a.example/2019/03/02/x", "2019-03-02"),
        ("https://a.example/x#2024-05-08", None),
        (None, None),
    ],
)
def test_a_day_in_an_address(url, day):
    assert [each.value for each in address_days(url)] == ([day] if day else [])


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Published: Wednesday, 8 May 2024 14:05 GMT", [("2024-05-08", "published")]),
        ("Last updated 9 May 2024 | Published 8 May 2024", [("2024-05-09", "changed"), ("2024-05-08", "published")]),
        ("May 8, 2024", [("2024-05-08", "")]),
        ("8th of May 2024", [("2024-05-08", "")]),
        ("19 Ordibehesht 1403", [("2024-05-08", "")]),
        ("تاریخ انتشار: ۱۹ اردیبهشت ۱۴۰۳ - ۱۴:۰۵", [("2024-05-08", "published")]),
        ("۱۴۰۳/۰۲/۱۹", [("2024-05-08", "")]),
        ("نُشر في: 8 مايو 2024", [("2024-05-08", "published")]),
        ("٨ أيار ٢٠٢٤", [("2024-05-08", "")]),
        ("פורסם ב-8 במאי 2024", [("2024-05-08", "published")]),
        ("Опубликовано 8 мая 2024", [("2024-05-08", "published")]),
        ("Publié le 8 mai 2024", [("2024-05-08", "published")]),
        ("8. Mai 2024", [("2024-05-08", "")]),
        ("1er mai 2024", [("2024-05-01", "")]),
        ("8 de mayo de 2024", [("2024-05-08", "")]),
        ("\u200f8 May 2024\u200e", [("2024-05-08", "")]),
        ("08/05/2024", []),
        ("31 April 2024", []),
        ("8 May", []),
        ("28 May 20245", []),
        ("Version 2024.05.08.1", []),
    ],
)
def test_days_in_words_and_figures(line, days):
    assert [(each.day, each.label) for each in written_days(line)] == days


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("By Ada Brill and Bo Keltov | May 8, 2024", "2024-05-08"),
        ("Ten were arrested on 8 May 2024.", None),
        ("From 8 May 2024 to 9 May 2024", None),
        ("Updated 9 May 2024", None),
        ("Updated 9 May 2024, published 8 May 2024", "2024-05-08"),
    ],
)
def test_a_line_that_is_about_a_day(line, day):
    found = day_of_line(line)
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("paragraph", "day"),
    [
        ("ORVA, 8 May 2024 — Ten people were held.", "2024-05-08"),
        ("ORVA (Harbor Wire), May 8, 2024: Ten people were held.", "2024-05-08"),
        ("تهران، ۱۹ اردیبهشت ۱۴۰۳ - ده نفر بازداشت شدند.", "2024-05-08"),
        ("On 8 May 2024 - a Wednesday - ten people were held.", None),
        ("ORVA, 8 May — Ten people were held.", None),
        ("ORVA was quiet on 8 May 2024 and on the day after.", None),
    ],
)
def test_datelines(paragraph, day):
    assert day_of_dateline(paragraph) == day


def test_metadata_then_address_then_text():
    lines = f"<h1>Ten held</h1><p>Published 6 May 2024</p>{STORY}"
    meta = '<meta property="article:published_time" content="2024-05-08T10:00:00Z">'
    url = "https://a.example/2024/05/03/ten-held"
    every, address, text = document(meta + lines, url), document(lines, url), document(lines)
    assert (every.published, basis(every)) == (
        "2024-05-08",
        Basis("published", "meta article:published_time", "2024-05-08", "the address says 2024-05-03"),
    )
    assert (address.published, basis(address)) == (
        "2024-05-03",
        Basis("published", "address", "2024-05-03", "the text says 2024-05-06"),
    )
    assert (text.published, basis(text)) == ("2024-05-06", Basis("published", "line that says published", "2024-05-06"))


def test_days_next_to_each_other_do_not_differ():
    found = document(f'<meta name="date" content="2024-05-08">{STORY}', "https://a.example/2024/05/07/x")
    assert basis(found) == Basis("published", "meta date", "2024-05-08")


HEADER = "<header><div>Wednesday, 8 May 2024</div><nav><a href='/'>Home</a></nav></header>"


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        "<div class='top'><span id='today'>Wednesday, 8 May 2024</span></div>",
        "<table><tr><td>Harbor Post</td><td>May 8, 2024</td></tr></table>",
        "<div><time datetime='2024-05-08'>Today</time></div>",
        "<div>امروز چهارشنبه ۱۹ اردیبهشت ۱۴۰۳</div>",
    ],
)
@pytest.mark.parametrize("fetched_at", [None, "2024-05-08T09:00:00Z"])
def test_the_day_in_the_header_of_a_site_is_none_of_publication(header, fetched_at):
    found = document(f"<body>{header}<div id='c'><h1>Ten held</h1>{STORY}</div></body>", fetched_at=fetched_at)
    assert found.published is None
    kept = basis(found)
    assert kept.rule == ""
    assert kept.note.startswith("in doubt: 2024-05-08 is in the header")
    assert ("fetched" in kept.note) == (fetched_at is not None)


def test_the_day_of_the_report_stands_beside_that_of_the_header():
    found = document(f"<body>{HEADER}<h1>Ten held</h1><div>By Ada Brill, 3 May 2024</div>{STORY}</body>")
    assert (found.published, basis(found).rule) == ("2024-05-03", "line with a day")


def test_a_day_above_the_title_within_the_article_is_of_the_report():
    found = document(f"<body>{HEADER}<article><p>3 May 2024</p><h1>Ten held</h1>{STORY}</article></body>")
    assert found.published == "2024-05-03"


def test_a_day_that_may_be_today_is_in_doubt_on_a_page_without_a_title():
    page = f"<body><div>8 May 2024</div>{STORY}</body>"
    assert document(page, fetched_at="2024-05-08T09:00:00Z").published is None
    assert document(page, fetched_at="2024-06-01T09:00:00Z").published == "2024-05-08"


def test_metadata_that_print_today_give_way_to_an_earlier_address():
    page = f'<meta name="date" content="2024-05-08"><h1>Ten held</h1>{STORY}'
    url = "https://a.example/2024/05/03/ten-held"
    found = document(page, url, "2024-05-08T09:00:00Z")
    assert found.published == "2024-05-03"
    assert basis(found).note == "the metadata say 2024-05-08, the day on which the page was fetched"
    assert document(page, url, "2024-05-20T09:00:00Z").published == "2024-05-08"
    assert document(page, None, "2024-05-08T09:00:00Z").published == "2024-05-08"


def test_a_day_after_the_fetch_is_none():
    found = document(f'<meta name="date" content="2042-05-08">{STORY}', fetched_at="2024-05-08T09:00:00Z")
    assert found.published is None
    assert basis(found).note == "in doubt: the metadata say 2042-05-08, which is after the page was fetched"


def test_the_days_of_comments_and_teasers_are_not_read():
    below = (
        "<aside>Published 1 May 2024</aside><div class='related'><p>Two held</p><p>Published 2 May 2024</p></div>"
        "<div class='comments'><p>Bo, 9 May 2024</p></div><footer>Published 1 January 2001</footer>"
    )
    assert document(f"<body><article><h1>Ten held</h1>{STORY}</article>{below}</body>").published is None


def test_the_first_lines_of_a_plain_text_are_asked():
    found = document(
        "Ten held in Orva\n\nBy Ada Brill\nPublished 8 May 2024\n\nTen people were held.", kind="text/plain"
    )
    assert (found.published, basis(found).rule) == ("2024-05-08", "line that says published")
    assert document("Ten held\n\nTen people were held on 8 May 2024, she said.", kind="text/plain").published is None


def test_lines_that_do_not_say_what_they_are_must_agree():
    assert published_of(text_days(["Ten held", "3 May 2024", "8 May 2024"]))[0] is None
    assert "does not say which" in published_of(text_days(["Ten held", "3 May 2024", "8 May 2024"]))[1].note


def test_what_is_given_by_hand_wins_and_says_against_what():
    page = f'<meta name="date" content="2024-05-08"><meta property="og:site_name" content="Post">{STORY}'
    found = document(page, published="2024-05-01", outlet="Harbor Post")
    assert found.published == "2024-05-01"
    assert basis(found) == Basis("published", "given", "2024-05-01", "the page says 2024-05-08 (meta date)")
    assert basis(found, "outlet") == Basis("outlet", "given")
    assert basis(document(page, published="2024-05")).note == ""


def test_what_nothing_states_has_no_basis():
    found = document(STORY)
    assert (found.published, found.outlet) == (None, None)
    assert [each.field for each in found.basis] == ["encoding"]


def test_no_statement_no_day():
    assert published_of([]) == (None, None)
    assert published_of([Day("2019", "meta date", "metadata")])[0] == "2019"


def test_the_basis_repeats_no_words_of_the_page():
    page = f'<meta property="og:site_name" content="Bruna Keltov Post"><h1>Ten held</h1><p>By Bruna Keltov, 8 May 2024</p>{STORY}'
    assert "Keltov" not in str(document(page).basis)


def test_a_document_that_gains_a_day_has_another_id_and_others_keep_theirs():
    plain = document("Ten people were held in Orva, she said.", kind="text/plain")
    dated = document("Ten held in Orva\n\nPublished 8 May 2024\n\nTen people were held.", kind="text/plain")
    given = document(
        "Ten held in Orva\n\nPublished 8 May 2024\n\nTen people were held.", kind="text/plain", published="2024-05-08"
    )
    assert (plain.reader, dated.reader, given.reader) == ("text/1", "text/1 days/1", "text/1")


def test_a_fact_check_without_the_day_of_its_claim_takes_none_from_its_address():
    claim = {"claim": "60 were held in Lima last week.", "speaker": "Teo Arbulu", "published": "2024-05-20"}
    address = "https://a.example/2024/05/20/checked"
    assert document(json.dumps(claim), address, kind="application/ld+json").published is None
    known = document(json.dumps({**claim, "claimed": "2024-05-08"}), address, kind="application/ld+json")
    assert (known.published, basis(known).rule) == ("2024-05-20", "fact check")


def test_the_fields_of_a_row_win_over_its_html_and_say_so():
    page = "<meta property='og:site_name' content='Port Times'><meta property='article:published_time' content='2024-05-07'>"
    row = {"html": page + STORY, "outlet": "North Wire", "published": "2024-05-09"}
    found = document(json.dumps(row), kind="application/json")
    assert (found.published, basis(found).rule) == ("2024-05-09", "field of the row")
    assert (found.outlet, basis(found, "outlet").rule) == ("North Wire", "field of the row")
    left = document(json.dumps({"html": page + STORY}), kind="application/json")
    assert (left.published, basis(left).rule) == ("2024-05-07", "meta article:published_time")
    assert (left.outlet, basis(left, "outlet").rule) == ("Port Times", "meta og:site_name")
    assert basis(left, "encoding") is None
