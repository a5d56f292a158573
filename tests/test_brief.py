"""A brief against the records it is made of: every figure footnoted, every number that of the total, nothing hostile let through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from allegata import Claim, Count, Evidence, Finding, Link, Mention, Speaker, claims_of_text, total
from allegata.brief import Page, brief, html, markdown, words
from allegata.brief.announcement import announcements, number_of
from allegata.brief.content import NOTE
from allegata.brief.page import Bullets, Figure, Section, Table, Text, plain, texts
from allegata.ground.lexicon import table
from allegata.ground.wording import told, units
from allegata.model import Actor, Period, Relation, Span, Total
from allegata.silence import silence

BASE = claims_of_text("Harbour police said that ten people were arrested in Lima.")[0]
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "a | b || c\\| d \\",
    "[text](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "`code` ``` ~~~ *bold* _it_ **b** ~~s~~ $x$",
    "# not a heading",
    "- not an item\n- nor this\n\n1. nor this\n> nor a quotation\n---\n===",
    "1. not an item",
    "[^1]: not a footnote [^2]",
    "&lt;b&gt; &amp; &#60;script&#62; &copy;",
    "http://evil.example/ www.evil.example <http://evil.example> mallory@evil.example",
    "\u202etxet desrever\u2066 \x1b[31mred\x00",
    "\"><svg onload=alert(1)> ' onmouseover=alert(1) x='",
    "{{ 7*7 }} {% raw %}",
]


def claim(
    name: str,
    low: int | None = 10,
    high: int | None = 10,
    action: str = "arrest",
    unit: str = "person",
    outlet: str | None = "Port Times",
    body: str | None = "Harbour Police",
    day: str | None = "2024-05-06",
    **changed: object,
) -> Claim:
    words = f"{low or 'some'} {unit}s"
    passage = Span(0, 40, f"They said that {words} were the ones.")
    spoken = Period(day, day[:8] + f"{int(day[8:]) + 1:02}", day, "gregorian", "day") if day else None
    return msgspec.structs.replace(
        BASE,
        **{
            "id": name * 16,
            "document": msgspec.structs.replace(
                BASE.document, id=f"document of {name}", outlet=outlet, published="2024-05-08", title="Port News"
            ),
            "passage": passage,
            "action": action,
            "speakers": (Mention((), (Speaker(None, None, body, None, "official", False, False),)),),
            "spoken": Mention((), (spoken,)) if spoken else None,
            "count": Mention((Span(15, 15 + len(words), words),), (Count(low, high, unit, "exact", words, "exact"),)),
            "evidence": Evidence("none_stated", ()),
        }
        | changed,
    )


def joined(left: str, right: str, relation: Relation = "same", sure: bool = True) -> Link:
    return Link(left * 16, right * 16, relation, sure, (), "test")


def made(
    claims: list[Claim],
    links: list[Link] | None = None,
    findings: list[Finding] | None = None,
    ledger: list[Claim] | None = None,
    **asked: str,
) -> Page:
    used = links or []
    known = [*claims, *(ledger or [])]
    return brief(
        asked, claims, used, total(claims, used), silence(claims, used, known), findings or [], known, "2024-06-01"
    )


def section(page: Page, title: str) -> Section:
    return next(each for each in page.sections if each.title == title)


def said(text: Text) -> str:
    return "".join(each if isinstance(each, str) else each.text for each in text)


def grid(page: Page, title: str) -> list[dict[str, str]]:
    (found,) = (block for block in section(page, title).blocks if isinstance(block, Table))
    return [dict(zip(found.columns, map(said, row), strict=True)) for row in found.rows]


def summary(page: Page) -> list[str]:
    (bullets,) = section(page, "Summary").blocks
    assert isinstance(bullets, Bullets)
    return [said(item) for item in bullets.items]


TWICE = [
    claim("a", 64, 64),
    claim("b", 46, 46, outlet="North Wire"),
    claim("c", 32, 32, day="2024-05-07", outlet="Coast Daily"),
    claim("d", 5, 5, status="denied"),
]
LINKS = [joined("a", "b", sure=False)]


def test_the_summary_says_bounds_announcements_and_reports() -> None:
    assert summary(made(TWICE, LINKS)) == [
        "At least 78, at most 142 persons said to be arrested, in 2 to 3 announcements in 3 reports. "
        "Further, 1 claim left out (denied)."
    ]


def test_what_was_counted_says_into_what_and_why_not() -> None:
    rows = grid(made(TWICE, LINKS), "What was counted")
    assert [(row["number as printed"], row["adds at least"], row["adds at most"], row["why"]) for row in rows] == [
        ("sum", "78", "142", ""),
        ("“46 persons”", "0", "46", "perhaps same as another"),
        ("“64 persons”", "46", "64", "counted"),
        ("“5 persons”", "–", "–", "left out: denied"),
        ("“32 persons”", "32", "32", "counted"),
    ]


def test_the_timeline_is_by_day_spoken_and_keeps_the_period_apart() -> None:
    period = Period("2023-03-21", "2024-03-20", "P1Y", "persian", "year")
    dated = [*TWICE[:3], claim("e", 7, 7, day=None, period=Mention((), (period,)))]
    rows = grid(made(dated, LINKS), "Timeline")
    assert [(row["announcement"], row["said on"], row["when it is to have happened"]) for row in rows] == [
        ("A1", "2024-05-06", "not stated"),
        ("A2", "2024-05-07", "not stated"),
        ("A3", "not stated", "2023-03-21 to 2024-03-19 (Persian calendar)"),
    ]
    assert rows[0]["number"] == "“46 persons”; “64 persons”"


def test_the_variants_say_how_each_report_has_it() -> None:
    other = claim(
        "e",
        low=60,
        high=None,
        outlet=None,
        conduits=(Mention((), (Actor("Alba News Agency", None),)), Mention((), (Actor("Reedline", None),))),
        count=Mention((), (Count(60, None, "person", "at_least", "60", "exact"),)),
        evidence=Evidence("refused", (Span(50, 72, "declined to give 3 names"),)),
        speakers=(),
    )
    rows = grid(made([claim("a", 64, 64), other], [joined("a", "e")]), "Variants")
    assert rows[0] == {
        "announcement": "A1",
        "outlet": "outlet not known",
        "published": "2024-05-08",
        "said by": "nobody named",
        "through": "Alba News Agency, then Reedline",
        "said to be": "arrested",
        "number": "60 or more persons",
        "hedge": "at least",
        "evidence": "refused: “declined to give 3 names”",
        "note": "–",
    }
    assert [row["announcement"] for row in rows] == ["A1", "A1"]


def test_a_linked_claim_that_was_not_asked_for_is_a_variant_and_counts_nowhere() -> None:
    outside = claim("e", 99, 99, outlet="Far Post")
    page = made([claim("a", 64, 64)], [joined("e", "a", "revises", False)], ledger=[outside, claim("f", 3, 3)])
    assert [(row["outlet"], row["note"]) for row in grid(page, "Variants")] == [
        ("Far Post", "in doubt whether the same; not asked for, not counted"),
        ("Port Times", "–"),
    ]
    assert summary(page) == ["64 persons said to be arrested, in 1 announcement in 1 report."]
    assert "99" not in " ".join(row["number"] for row in grid(page, "Timeline"))


def test_what_was_shown_is_that_of_the_silence() -> None:
    shown = claim("a", evidence=Evidence("shown", (Span(0, 9, "[person 1]"),)))
    rows = grid(made([shown, claim("b", evidence=Evidence("refused", ()))]), "What was shown for it")
    assert [(row["who speaks"], row["claims"], row["a name"], row["nothing"], row["refused"]) for row in rows] == [
        ("all", "2", "1", "1", "1"),
        ("Harbour Police", "2", "1", "1", "1"),
    ]


def test_findings_of_other_claims_are_left_away_and_one_of_a_document_is_footnoted() -> None:
    def finding(document: str | None, claims: tuple[str, ...], words: str) -> Finding:
        return Finding("weekday_date", document, claims, (Span(3, 8, "Monday"),), "spoken", "x", None, words)

    page = made(
        [claim("a")],
        findings=[
            finding("document of a", (), "One, on 3 May."),
            finding("document of z", (), "Two."),
            finding(None, ("z" * 16,), "Three."),
            finding(None, ("a" * 16, "z" * 16), "Four."),
        ],
    )
    (bullets,) = section(page, "What does not fit").blocks
    assert isinstance(bullets, Bullets)
    assert [said(item) for item in bullets.items] == ["weekday date: Four.", "weekday date: One, on 3 May."]
    assert list(page.footnotes.values())[-1].quotes == (("Monday", "3–8"),)


@pytest.mark.parametrize("claims", [[], [claim("a", action="other")]])
def test_where_nothing_fits_a_sentence_says_so(claims: list[Claim]) -> None:
    for text in (markdown(made(claims, speaker="Nobody")), html(made(claims, speaker="Nobody"))):
        assert "No claim in this ledger fits." in text
        assert NOTE in text
        assert "Nobody" in text
        assert ("Statements in which nothing is told that happened" in text) == bool(claims)


def test_a_total_without_any_number_says_why() -> None:
    page = made([claim("a", count=None)])
    assert summary(page) == ["Nothing counted as arrested: 1 claim left out (no number)."]
    assert grid(page, "Timeline")[0]["number"] == "no number"


def test_a_denial_alone_counts_nobody() -> None:
    assert summary(made([claim("a", status="denied")])) == [
        "No persons counted as arrested: 1 claim left out (denied)."
    ]


def test_a_footnote_has_all_that_is_needed_to_look_it_up() -> None:
    document = msgspec.structs.replace(BASE.document, url="https://port.example/news?a=1&b=2", title="News", outlet="X")
    page = made([claim("ab", 64, 64, document=document)])
    (note,) = page.footnotes.values()
    assert note.quotes == (("They said that 64 persons were the ones.", "0–40"), ("64 persons", "15–25"))
    assert note.claim == "abababab"
    assert "<https://port.example/news?a=1&b=2>" in markdown(page)
    assert 'href="https://port.example/news?a=1&amp;b=2"' in html(page)


def test_ids_that_begin_alike_are_told_apart() -> None:
    page = made([claim("a", id="a" * 20 + "b"), claim("a", 3, 3, id="a" * 20 + "c", document=claim("b").document)])
    assert {note.claim for note in page.footnotes.values()} == {"a" * 20 + "b", "a" * 20 + "c"}


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://x.example/ onload=1"):
        page = made([claim("a", document=msgspec.structs.replace(BASE.document, url=url))])
        assert f'href="{url.split()[0]}' not in html(page)
        rendered = MarkdownIt("commonmark").enable("table").render(markdown(page))
        assert "<a " not in rendered


def test_every_action_has_words_and_every_unit_a_plural() -> None:
    for row in table("actions"):
        assert row["action"] == "other" or told(row["action"]) != row["action"], row["action"]
    for row in table("en/units"):
        assert units(row["unit"]).startswith(row["unit"][:-1])


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Claim], list[Link], list[Claim]]:
    names = [f"{number:02}" for number in range(draw(st.integers(1, 7)))]
    claims = []
    for name in names:
        low = draw(st.integers(0, 40))
        claims.append(
            claim(
                name,
                low,
                draw(st.none() | st.integers(low, 50)),
                draw(st.sampled_from(["arrest", "release", "other"])),
                draw(st.sampled_from(["person", "team"])),
                day=draw(st.sampled_from([None, "2024-05-06", "2024-05-07"])),
                status=draw(st.sampled_from(["asserted", "asserted", "asserted", "denied"])),
                body=draw(st.sampled_from(["Harbour Police", "Coast Guard", None])),
            )
        )
    links = []
    if len(names) > 1:
        ends = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda each: each[0] != each[1])
        relation = st.sampled_from(["same", "revises", "part_of", "contradicts"])
        link = st.builds(lambda pair, kind, sure: joined(*pair, kind, sure), ends, relation, st.booleans())
        links = draw(st.lists(link, max_size=6))
    outside = draw(st.integers(0, len(names) - 1))
    return claims[outside:], links, claims[:outside]


@settings(max_examples=150)
@given(ledgers(), st.randoms())
def test_every_number_is_that_of_the_total_and_order_makes_no_difference(
    ledger: tuple[list[Claim], list[Link], list[Claim]], chance: object
) -> None:
    claims, links, others = ledger
    page = made(claims, links, ledger=others)
    totals = total(claims, links)
    sentences = summary(page) if page.sections else []
    assert len(sentences) == len(totals)
    rows = grid(page, "What was counted") if totals else []
    for each, sentence in zip(totals, sentences, strict=True):
        if each.counted or each.shares:
            assert re.findall(r"\d+", sentence.split(" said to be ")[0]) == (
                [str(each.low)] if each.high in (None, each.low) else [str(each.low), str(each.high)]
            )
            assert ("no upper bound" in sentence) == (each.high is None)
        about = [row for row in rows if row["counted as"] == f"{told(each.action)}: {units(each.unit)}"]
        sums = [row for row in about if row["number as printed"] == "sum"]
        own = [row for row in about if row["number as printed"] != "sum"]
        assert len(own) == len({*each.counted, *(left.claim for left in each.left_out)})
        assert len(sums) == (len(own) > 1)
        for row in sums:
            assert row["adds at least"] == str(each.low)
            assert row["adds at most"] == ("no bound" if each.high is None else str(each.high))
        assert sum(int(row["adds at least"]) for row in own if row["adds at least"] != "–") == each.low
        if each.high is not None:
            assert sum(int(row["adds at most"]) for row in own if row["adds at most"] != "–") == each.high
    for shuffled in (claims, links, others):
        chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = made(claims, links, ledger=others)
    assert (markdown(again), html(again)) == (markdown(page), html(page))


def stray(page: Page) -> Iterator[str]:
    """Yield the texts with a digit that no footnote is set to, but for dates and the labels of announcements."""
    for each in texts(block for section in page.sections for block in section.blocks):
        for piece in each:
            if isinstance(piece, Figure):
                if not piece.notes or not set(piece.notes) <= set(page.footnotes):
                    yield piece.text
            elif re.search(r"\d", re.sub(r"\d{4}-\d\d-\d\d|^A\d+$", "", piece)):
                yield piece


@settings(max_examples=100)
@given(ledgers())
def test_every_figure_has_a_footnote_and_every_footnote_a_figure(
    ledger: tuple[list[Claim], list[Link], list[Claim]],
) -> None:
    page = made(ledger[0], ledger[1], ledger=ledger[2])
    assert list(stray(page)) == []
    text = markdown(page)
    shown = [int(each) for each in re.findall(r"\[\^(\d+)\](?!:)", text)]
    defined = [int(each) for each in re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)]
    assert list(dict.fromkeys(shown)) == defined == list(range(1, len(page.footnotes) + 1))
    links = re.findall(r'href="#(note-\d+|ref-\d+)"', html(page))
    assert set(links) <= set(re.findall(r'id="(note-\d+|ref-\d+)"', html(page)))
    assert {each for each in links if each.startswith("ref")} == {f"ref-{number}" for number in defined}


@settings(max_examples=60)
@given(ledgers())
def test_announcements_hold_each_claim_once(ledger: tuple[list[Claim], list[Link], list[Claim]]) -> None:
    claims, links, others = ledger
    claims = [each for each in claims if each.action != "other"]
    groups = announcements(claims, links, others)
    inside = [each.claim.id for group in groups for each in group if each.asked_for]
    assert sorted(inside) == sorted(each.id for each in claims)
    assert len(groups) == number_of([each.id for each in claims], links)[0]
    alone = number_of([each.id for each in claims], [each for each in links if each.sure])[0]
    assert alone == number_of([each.id for each in claims], links)[1]
    beside = [each.claim.id for group in groups for each in group if not each.asked_for]
    assert len(beside) == len(set(beside))
    assert set(beside) <= {each.id for each in others}


class Tags(HTMLParser):
    """Tags and attributes of a page, and whether it is well nested."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def hostile(words: str) -> Page:
    document = msgspec.structs.replace(BASE.document, id=words, outlet=words, title=words, url=words, published=words)
    where = msgspec.structs.replace(BASE.places[0].readings[0], name=words)
    bad = claim(
        "a",
        document=document,
        speakers=(Mention((), (Speaker(words, words, words, None, "official", True, False),)),),
        conduits=(Mention((), (Actor(words, None),)),),
        places=(Mention((), (where,)),),
        evidence=Evidence("refused", (Span(0, len(words), words),)),
        passage=Span(0, len(words), words),
        count=Mention((Span(0, 3, words),), (Count(10, 20, words, "vague", words, words),)),
    )
    finding = Finding("sum", None, ("a" * 16,), (), "count", words, words, words)
    return made([bad], [], [finding], speaker=words)


def harmless(words: str) -> Page:
    """Return the page of harmless words, which have a footnote where *words* have one."""
    return hostile("Fine words" if not any(char.isdigit() for char in words) else "Fine words 1")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_do_not_break_the_page(words: str) -> None:
    fine = Tags(html(harmless(words)))
    page = Tags(html(hostile(words)))
    assert [tag for tag, _ in page.found if tag != "a"] == [tag for tag, _ in fine.found if tag != "a"]
    for tag, attributes in page.found:
        assert not any(name.startswith("on") for name in attributes)
        assert not {"src", "srcset", "background", "action"} & set(attributes)
        assert tag not in {"script", "link", "img", "iframe", "svg"}
        if tag == "a":
            assert re.match(r"#|https?://", attributes["href"] or "")
    assert plain(words) in "".join(page.words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_do_not_break_the_markdown(words: str) -> None:
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(markdown(hostile(words)))
    assert shape(tokens) == shape(parser.parse(markdown(harmless(words))))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "softbreak", "code_inline", "text_special"}
    assert all(re.fullmatch(r"[0-9a-z]+", child.content) for child in inline if child.type == "code_inline")
    shown = ["".join(child.content for child in token.children or ()) for token in tokens if token.children]
    assert any(plain(words) in text for text in shown)


def shape(tokens: list[object]) -> list[str]:
    return [token.type for token in tokens]  # type: ignore[attr-defined]


@settings(max_examples=150)
@given(st.text(st.sampled_from("ab1 .-+#*_`~|\\[]()<>!&:/@$^={}\n\t\"'^"), min_size=1, max_size=20).filter(str.strip))
def test_no_words_at_all_break_the_markdown(words: str) -> None:
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(markdown(hostile(words)))
    assert shape(tokens) == shape(parser.parse(markdown(harmless(words))))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "softbreak", "code_inline", "text_special"}


def test_the_page_fetches_nothing_and_is_laid_out_for_readers_of_all_kinds() -> None:
    text = html(made(TWICE, LINKS, outlet="Port Times"))
    assert not re.search(r"<(script|link|img|iframe)|@import|url\(|src=", text)
    tags = Tags(text).found
    names = [tag for tag, _ in tags]
    assert names.count("h1") == names.count("main") == 1
    assert ("html", {"lang": "en"}) in tags
    assert names.count("caption") == names.count("table") == 4
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in tags if tag == "th")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_one_of_a_unit_is_not_told_as_several() -> None:
    (claim,) = claims_of_text("Police in Peru said 1 person was killed.")
    assert "1 persons" not in str(words.number(claim))
    assert "1 persons" not in words.amount(Total("kill", 0, 1, "person", (), ()))
    assert (units("laboratory"), units("sack")) == ("laboratories", "sacks")
