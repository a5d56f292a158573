"""What a look at the bytes of a page lets through: what the gate opens with somebody who announces near it, whatever the markup; and not the rest."""

import html
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata.claim import claims, sample
from allegata.claim.glance import Glance

CORPUS = Path(__file__).parents[2] / "corpus"
TOLD = "Police said ten men were arrested in Orva on Monday."


@pytest.fixture(scope="module")
def glance() -> Glance:
    return Glance()


def laid_out(text: str) -> bytes:
    return "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n")).encode()


def test_every_own_page_with_claims_of_what_happened_is_open(glance: Glance) -> None:
    texts = [json.loads(line)["text"] for line in (CORPUS / "pages.jsonl").read_text("utf-8").splitlines()]
    told = [text for text in texts if any(claim.action != "other" for claim in claims(sample(text), gate="off"))]
    assert len(told) > 25
    assert [text[:60] for text in told if not glance.is_open(laid_out(text))] == []


@pytest.mark.parametrize(
    "page",
    [
        "<P>POLICE SAID TEN MEN WERE ARRESTED IN ORVA.</P>",
        "<p>Police said <a href='https://a.example/" + "x" * 300 + "'>ten</a> men were\narrested in Orva.</p>",
        "<p>Po&shy;lice said ten men were ar&shy;rest&shy;ed in Orva.</p>",
        "<p>The Interior Ministry&#x27;s press service said ten were detained.</p>",
        "<p>The interior\n ministry said</p><p>ten men were&nbsp;arrested.</p>",
        "<script>var a = 1</script><p>Police said ten men were arrested.</p><script>var b = 2</script>",
        "<!-- <script> --><p>Police said ten men were arrested.</p><script>var b = 2</script>",
        "<p>Police said ten men were arrested.</p><script>never ended",
        "<script>never ended <p>Police said ten men were arrested.</p>",
        "<scripture>Police said ten men were arrested.</scripture>",
        "<img alt='<script'><p>Police said ten men were arrested.</p><script>var b = 2</script>",
        "<p>Police said ten men were &#97;rr&#x65;sted.</p>",
        "<p><span class='drop'>P</span>olice said ten men were <b><i>arr</i></b>ested.</p>",
        "<title>What <script is</title><p>Police said ten men were arrested.</p><script>var b = 2</script>",
        "<title>never ended <script>var a = 1</script><p>Police said ten men were arrested.</p>",
        "<style>p{}</style><p>Police said ten men were arrested.</p><style>never ended",
        "<p>The interior&nbsp;ministry said ten men were arrested.</p>",
        "<p>Police said <a href='/1'>ten men were arrested</a>.</p>",
        "<p><a href='/1'>Orva</a> Police said ten were held for 10 days <a href='/2'>there</a></p>",
        "<ul>" + "<li><a href='/1'>Rain" * 3_000 + "<p>Police said ten men were arrested.</p>",
        "<p>It rained.</p>" * 200 + "<p>Police said ten men were arrested.</p>" + "<p>It rained.</p>" * 200,
    ],
)
def test_markup_hides_nothing(glance: Glance, page: str) -> None:
    assert glance.is_open(page.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32"])
def test_encodings_hide_nothing(glance: Glance, encoding: str) -> None:
    assert glance.is_open(f"<p>{TOLD}</p>".encode(encoding))


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>The striker shot wide from twenty metres, and the ferry takes four hours.</p>",
        "<p>The police of the town have a new song.</p>",
        f"<p>Rain is due.</p><script>var told = '{TOLD}'</script><p>Sun is not.</p>",
        "<p>Free delivery on orders over 40 pounds.</p>"
        + "<p>It rained.</p>" * 400
        + "<p>The police have a new song.</p>",
        f"<p>Rain is due.</p><style>p::after {{content: '{TOLD}'}}</style>",
        f"<p>Rain is due.</p><ul><li><a href='/1'>{TOLD}</a></li><li> <a href='/2'><img src='/i'><h3>{TOLD}</h3></a> | </li></ul>",
        "<p>The council approved the plan for a new path.</p>",
        "<p>The council says its band was released 20 minutes early.</p>",
        "<p>The council says its song was released on 5 May 2023, at 10:30.</p>",
        "<p title='Police said ten men were arrested'>Rain is due.</p>",
    ],
)
def test_what_tells_of_nothing_that_anybody_announces_is_shut(glance: Glance, page: str) -> None:
    assert not glance.is_open(page.encode())


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "</b>", "<!--", "-->", "<script>", "</script>", "rain ", "\n", "<", ">", "&", "é"]
        ),
        max_size=30,
    )
)
def test_whatever_stands_before_it_a_report_is_found_unless_it_is_within_a_script(parts: list[str]) -> None:
    before = "".join(parts)
    shut = before.rfind("<script") > max(before.rfind("</script>"), before.rfind("-->"))
    page = f"{before}<p>It rained.</p><p>{TOLD}</p><p>It rained.</p>"
    assert shut or before.rstrip().endswith("<") or Glance().is_open(page.encode())


def test_bytes_of_any_kind_are_looked_at(glance: Glance) -> None:
    for page in (
        b"\x00" * 400,
        bytes(range(256)) * 20,
        b"<" * 50_000,
        b"<script>" * 20_000,
        b"arrested police " * 3_000,
    ):
        glance.is_open(page)
