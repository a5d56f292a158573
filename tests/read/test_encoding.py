"""Encodings: declared, stated by the page, marked or guessed, and what was done is kept."""

import hashlib

import pytest

from allegata.model import Capture, Document, capture_id
from allegata.read import read
from allegata.read.encoding import decoded

PERSIAN = (
    "مدیرکل اطلاعات استان گفت ده نفر در شمال کشور بازداشت شدند و پنج نفر دیگر گریختند. چند گزارش پیش از این منتشر شد."
)
ARABIC = "قال وزير الداخلية في مؤتمر صحفي إن عشرة أشخاص اعتقلوا في شمال البلاد يوم الأربعاء، وفر خمسة آخرون من المدينة."
RUSSIAN = (
    "Министр сообщил в среду, что на севере страны задержаны десять человек, ещё пятерым удалось скрыться из города."
)
JAPANESE = "内務大臣は水曜日、北部で十人が逮捕されたと発表した。ほかの五人は逃走したという。カタカナとひらがなの文。"
HEBREW = "שר הפנים אמר ביום רביעי כי עשרה בני אדם נעצרו בצפון המדינה וכי חמישה אחרים נמלטו מן העיר."
FRENCH = "Dix personnes ont été arrêtées mercredi à Orva, a déclaré le maire ; cinq autres ont réussi à s’échapper."
SPOKEN = [
    (PERSIAN.replace("ی", "ي").replace("ک", "ك"), "windows-1256"),
    (ARABIC, "windows-1256"),
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "koi8-r"),
    (JAPANESE, "shift_jis"),
    (HEBREW, "windows-1255"),
    (FRENCH, "windows-1252"),
]
CODEC = {"shift_jis": "cp932"}


def page(words: str, head: str = "", lang: str = "en") -> str:
    """Return a page of which most is markup."""
    around = "".join(f'<div class="nav-{n}"><a href="/section-{n}">Section {n}</a></div>' for n in range(60))
    return f'<!DOCTYPE html><html lang="{lang}"><head>{head}<title>x</title></head><body>{around}<p>{words}</p></body></html>'


def document(body: bytes, media_type: str = "text/html") -> Document:
    hashed = hashlib.sha256(body).hexdigest()
    return read(Capture(capture_id(hashed, None, None, "stdin"), None, None, media_type, hashed, "stdin"), body)


def encoding(found: Document) -> tuple[str | None, str, str]:
    kept = next(each for each in found.basis if each.field == "encoding")
    return kept.value, kept.rule, kept.note


@pytest.mark.parametrize(("words", "name"), SPOKEN)
def test_what_the_page_states_is_used_and_kept(words, name):
    found = document(page(words, f'<meta charset="{name}">').encode(CODEC.get(name, name)))
    assert words in found.text
    assert encoding(found) == (name, "declared by the page", "")


@pytest.mark.parametrize(("words", "name"), SPOKEN)
def test_what_the_server_declares_is_used_and_kept(words, name):
    found = document(page(words).encode(CODEC.get(name, name)), f"text/html; charset={name}")
    assert words in found.text
    assert encoding(found) == (name, "declared by the server", "")


@pytest.mark.parametrize(("words", "name"), SPOKEN)
@pytest.mark.parametrize("declared", ["", '<meta charset="utf-8">'])
def test_without_a_true_declaration_it_is_guessed_whatever_markup_stands_around(words, name, declared):
    found = decoded(page(words, declared).encode(CODEC.get(name, name)), html=True)
    assert words in found.text
    assert found.rule == "guessed"
    assert found.note == ("the page declares utf-8, which does not fit" if declared else "")


def test_a_page_in_utf_8_is_read_as_that_whatever_is_declared():
    found = decoded(page(PERSIAN, '<meta charset="windows-1256">').encode(), html=True)
    assert PERSIAN in found.text
    assert found[1:] == ("utf-8", "fits", "the page declares windows-1256")


def test_a_declaration_of_the_server_that_does_not_fit_gives_way_to_that_of_the_page():
    found = decoded(page(RUSSIAN, '<meta charset="koi8-r">').encode("koi8-r"), html=True, charset="shift_jis")
    assert RUSSIAN in found.text
    assert found[1:] == ("koi8-r", "declared by the page", "the server declares shift_jis, which does not fit")


def test_utf_8_with_a_few_broken_bytes_stays_utf_8():
    found = decoded(page(FRENCH, '<meta charset="utf-8">').encode() + b"\xff", html=True)
    assert FRENCH in found.text
    assert found[1:] == ("utf-8", "declared by the page", "some of its bytes do not fit")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"\xef\xbb\xbfTen", "utf-8"),
        ("Ten".encode("utf-16"), "utf-16"),
        ("Ten".encode("utf-32"), "utf-32"),
    ],
)
def test_a_mark_wins(body, name):
    found = decoded(body, html=True, charset="koi8-r")
    assert (found.text, found.encoding, found.rule) == ("Ten", name, "byte order mark")


def test_a_declaration_of_xml_is_read():
    body = f'<?xml version="1.0" encoding="windows-1251"?><html><body><p>{RUSSIAN}</p></body></html>'.encode("cp1251")
    assert decoded(body, html=True)[1:3] == ("windows-1251", "declared by the page")


def test_japanese_of_shifted_ascii_is_read_as_declared():
    body = page(JAPANESE, '<meta charset="iso-2022-jp">').encode("iso2022_jp")
    found = decoded(body, html=True)
    assert JAPANESE in found.text
    assert found[1:3] == ("iso2022_jp", "declared by the page")


@pytest.mark.parametrize("label", ["x-sjis", "windows-31j", "Shift_JIS", "sjis"])
def test_labels_mean_what_they_mean_on_the_web(label):
    assert decoded("①十人".encode("cp932"), charset=label)[:2] == ("①十人", "shift_jis")


@pytest.mark.parametrize("label", ["", "none", "rot13", "base64", "a b", "\0", "utf-7", "undefined"])
def test_a_label_of_nothing_is_passed_over(label):
    assert decoded("Zoé".encode("cp1252"), charset=label).encoding == "windows-1252"
