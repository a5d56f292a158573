import hashlib
import importlib.util
import unicodedata
from pathlib import Path

import pytest

from allegata import plugin
from allegata.model import Capture, Document, InputError, capture_id, document_id, from_json, to_json
from allegata.read import LIMIT_CHARACTERS, is_installed, read

_spec = importlib.util.spec_from_file_location("paper", Path(__file__).parent / "paper.py")
paper = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(paper)

STORY = b"Ten people were held in the north of the country on Monday, the mayor of the town said."


def made(body: bytes, media_type: str = "text/plain", url: str | None = None) -> Capture:
    hashed = hashlib.sha256(body).hexdigest()
    return Capture(capture_id(hashed, url, None, "stdin"), url, None, media_type, hashed, "stdin")


def document(body: bytes, media_type: str = "text/plain", **given: str) -> Document:
    return read(made(body, media_type), body, **given)


def test_what_is_given_wins_and_is_listed():
    page = (
        b'<meta property="og:site_name" content="Post"><meta name="date" content="2020-01-01"><title>x</title><p>'
        + STORY
    )
    stated = document(page, "text/html")
    given = document(page, "text/html", published="2019-04", outlet=" The Post ", title="Ten held", language="EN")
    assert (stated.published, stated.outlet, stated.title, stated.given) == ("2020-01-01", "Post", "x", ())
    assert (given.published, given.outlet, given.title, given.language) == ("2019-04", "The Post", "Ten held", "en")
    assert given.given == ("language", "outlet", "published", "title")
    assert given.id != stated.id
    assert given.text == stated.text


def test_the_identity_can_be_computed_again():
    found = document(STORY, published="2019")
    assert found.id == document_id(found.capture, found.reader, found.text, {"published": "2019"})
    assert from_json(Document, to_json(found)) == found


@pytest.mark.parametrize(
    "published", ["0000", "2019-13", "2019-02-29", "24.4.2019", "2019-4-2", "٢٠١٩", "-001", "2019-04-24T10:00"]
)
def test_a_day_that_is_none_is_refused(published):
    with pytest.raises(InputError, match="YYYY"):
        document(STORY, published=published)


@pytest.mark.parametrize("language", ["english", "e1", "é", "ée"])
def test_a_language_that_is_none_is_refused(language):
    with pytest.raises(InputError, match="two letters"):
        document(STORY, language=language)


def test_a_day_of_a_page_that_does_not_exist_is_no_day():
    assert document(b'<meta name="date" content="0000-00-00"><p>' + STORY, "text/html").published is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (STORY.decode(), "en"),
        ("Ten held.", "en"),
        ("В понедельник министр сообщил о задержании десяти человек на севере.", "ru"),
        ("در سال گذشته شصت نفر در استان بازداشت شدند، مدیرکل اطلاعات گفت.", "fa"),
        ("Zehn Menschen sind am Montag festgenommen worden, sagte der Bürgermeister der Stadt.", "de"),
        ("Dix personnes ont été arrêtées dans le nord du pays, a déclaré le maire. " * 2 + STORY.decode() * 20, "en"),
        ("12 34 56\n" * 40 + "Zehn Menschen sind am Montag festgenommen worden. " * 3 + "\n12 34 56" * 70, "de"),
    ],
)
def test_the_language_is_found(text, language):
    assert document(text.encode()).language == language


def test_the_charset_a_server_declared_is_used_where_it_fits():
    body = "Zoé said «десять» were held".encode("koi8-r", "replace")
    assert "«десять»" not in document(body).text
    assert document("Министр сообщил".encode("koi8-r"), "text/plain; charset=koi8-r").text == "Министр сообщил"
    assert document("Zoé".encode(), "text/plain; charset=utf-16").text == "Zoé"


def test_text_is_nfc():
    found = document(unicodedata.normalize("NFD", "Zoé Ménard held ten").encode())
    assert found.text == "Zoé Ménard held ten"


@pytest.mark.parametrize("body", [b"", b" \n ", b"\xef\xbb\xbf", b'"""" \' ""', b"\0" * 100])
@pytest.mark.parametrize("media_type", ["text/plain", "text/html", "text/markdown", "application/xhtml+xml"])
def test_no_text_is_said_so(body, media_type):
    with pytest.raises(InputError, match="stdin: holds no text"):
        document(body, media_type)


@pytest.mark.parametrize("media_type", ["text/plain", "text/html", "text/markdown"])
def test_more_text_than_can_be_read_is_refused_by_name(media_type):
    body = b"Ten were held.\n\n" * (LIMIT_CHARACTERS // 14)
    with pytest.raises(InputError, match="1,000,000 characters"):
        document(body, media_type)


def test_a_type_without_a_reader_is_refused():
    with pytest.raises(InputError, match="image/png"):
        document(STORY, "image/png")


def test_errors_are_one_line_and_name_the_input():
    with pytest.raises(InputError) as caught:
        read(made(b"x", "application/pdf", "http://a.example/x"), b"x")
    assert str(caught.value).startswith("http://a.example/x: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("media_type", plugin.names("readers"))
def test_every_reader_is_known_by_its_name_so_that_what_it_read_is_not_read_again(media_type):
    samples = {"application/pdf": paper.make_pdf(["Ten were held in Orva."])}
    entry = b'{"text":"Ten were held in Orva.","title":"Ten held","content":"<p>Ten were held.</p>"}'
    samples |= dict.fromkeys(("application/rss+xml", "application/atom+xml", "application/json"), entry)
    samples |= {"application/ld+json": b'{"claim":"Ten were held.","speaker":"Ana Tello"}'}
    samples |= {"message/rfc822": b"Subject: Ten held\n\n" + STORY}
    assert is_installed(document(samples.get(media_type, STORY), media_type).reader)
    assert not is_installed("another/1")
