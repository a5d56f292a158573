"""Pages that are written from right to left, or both ways: the text is in the order in which it is said."""

import hashlib

import pytest

from allegata.ground.timex import find_times
from allegata.model import Capture, Document, capture_id, span_of
from allegata.read import read
from allegata.read.reading import clean

PERSIAN = (
    "به گزارش خبرگزاری Orva Wire، مدیرکل اطلاعات استان روز چهارشنبه گفت ۶۰ نفر که با سازمان North Front همکاری می‌کردند "
    "در ۱۲ شهرستان شناسایی و بازداشت شده‌اند و خانه‌های آن‌ها بازرسی شده است."
)
ARABIC = (
    "قالت وزارة الداخلية، بحسب ما نقلته وكالة Harbor Wire يوم الأربعاء، إن ٤٢ شخصًا اعتُقلوا في ثلاث مدن، "
    "وإن التحقيق في القضية رقم 17/B ما زال مستمرًا ولم تُعرض أي أدلة."
)
HEBREW = (
    "דובר המשטרה אמר לסוכנות Harbor Wire ביום רביעי כי 14 בני אדם נעצרו בצפון, וכי החקירה בתיק AB-12 נמשכת, "
    "אך לא הציג כל ראיה לכך."
)
PAGES = [(PERSIAN, "fa"), (ARABIC, "ar"), (HEBREW, "he")]


def document(page: str, kind: str = "text/html") -> Document:
    body = page.encode()
    hashed = hashlib.sha256(body).hexdigest()
    return read(Capture(capture_id(hashed, None, None, "stdin"), None, None, kind, hashed, "stdin"), body)


def page(words: str, language: str) -> str:
    return (
        f'<!DOCTYPE html><html dir="rtl" lang="{language}"><head><meta charset="utf-8"><title>{words[:30]}</title></head><body>'
        f'<nav><a href="/">Home</a> <a href="/en">English</a></nav><article><p>{words}</p>'
        f"<p>{words[::1]} {words.split('،')[0].split(',')[0]}.</p></article><footer>© 2024</footer></body></html>"
    )


@pytest.mark.parametrize(("words", "language"), PAGES)
@pytest.mark.parametrize("kind", ["text/html", "text/plain", "text/markdown"])
def test_words_stand_in_the_order_in_which_they_are_said(words, language, kind):
    found = document(page(words, language) if kind == "text/html" else words, kind)
    assert words in found.text
    assert found.language == language
    start = found.text.index(words)
    assert span_of(found.text, start, start + len(words)).text == words


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "text/markdown"])
@pytest.mark.parametrize(
    "signs",
    [
        "\u200e",
        "\u200f",
        "\u061c",
        "\u202a{}\u202c",
        "\u202b{}\u202c",
        "\u202d{}\u202c",
        "\u202e{}\u202c",
        "\u2066{}\u2069",
        "\u2067{}\u2069",
        "\u2068{}\u2069",
    ],
)
def test_signs_that_turn_the_direction_are_no_part_of_the_text(signs, kind):
    def turned(words: str) -> str:
        return signs.format(words) if "{}" in signs else f"{signs}{words}{signs}"

    said = "Police said on {} that {} people were held in Orva, and that {} is looked for in the hills above the town."
    parts = ("8 May 2024", "60", "Bo Keltov")
    body = said.format(*map(turned, parts))
    found = document(f"<p>{body}</p>" if kind == "text/html" else body, kind)
    assert found.text == said.format(*parts)
    assert [each.text for each in find_times(found.text, None, None, "en")] == ["8 May 2024"]


@pytest.mark.parametrize("entity", ["&rlm;", "&lrm;", "&#8238;", "&#x202e;", "&#x2067;"])
def test_signs_written_as_entities_are_no_part_of_it_either(entity):
    assert document(f"<p>Ten {entity}people were held, police said.</p>").text == "Ten people were held, police said."


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "text/markdown"])
def test_joiners_within_words_stay(kind):
    words = "خانه‌های آن‌ها بازرسی می‌شود، و ریاست‌جمهوری گفت شصت نفر بازداشت شده‌اند، ولی نامی برده نشد و سندی ارائه نشد."
    found = document(f"<p>{words}</p>" if kind == "text/html" else words, kind)
    assert found.text == words
    assert found.text.count("\u200c") == words.count("\u200c") > 4


def test_a_part_of_a_line_that_is_set_the_other_way_stays_where_it_is_said():
    said = document('<p dir="rtl">גורם ב-<bdo dir="rtl">Harbor Wire</bdo> אמר כי <bdi>14</bdi> נעצרו.</p>').text
    assert said == "גורם ב-Harbor Wire אמר כי 14 נעצרו."


def test_figures_of_other_scripts_stay_as_they_are_written():
    assert clean("۶۰ / ٤٢ / 14") == "۶۰ / ٤٢ / 14"
