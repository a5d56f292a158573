import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata.read.encoding import decode
from allegata.read.furniture import is_furniture
from allegata.read.reading import clean
from allegata.read.text import read_markdown, read_text

QUOTED = "“Ten were held,” said Zoé Ménard – she didn’t say more…"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(encoding):
    assert decode(QUOTED.encode(encoding)) == QUOTED


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_an_encoding_of_other_letters_is_found(encoding):
    said = "В понедельник министр сообщил о задержании шестидесяти человек на севере страны. " * 4
    assert decode(said.encode(encoding)) == said


def test_utf8_with_a_broken_byte_stays_utf8():
    assert decode("Zoé, Šumar, Ménard: dix".encode() + b"\xff") == "Zoé, Šumar, Ménard: dix\ufffd"


def test_a_statement_that_cannot_be_true_is_not_believed():
    assert decode(b'<meta charset="utf-16"><p>Zo\xe9', html=True) == '<meta charset="utf-16"><p>Zoé'
    assert decode(b'<meta charset="rot13"><p>Zo\xe9', html=True) == '<meta charset="rot13"><p>Zoé'


@given(st.text())
def test_clean_is_done_once(text):
    assert clean(clean(text)) == clean(text)
    assert not set(clean(text)) & {"\r", "\0", "\x1b", "\ufeff"}


def test_the_lines_of_a_text_are_kept():
    assert read_text(b"Ten people were\nheld in  the north.\r\n \r\nTwo fled.\x00").text == (
        "Ten people were\nheld in  the north.\n\nTwo fled."
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ten held\n\nTen were held, he said.", "Ten held"),
        ("Ten were held.\n\nTwo fled.", None),
        ("Ten held\nTen were held, he said.", None),
        ("Ten held", None),
        ("x" * 300 + "\n\nTen.", None),
        ("Accessibility links\n\nBreaking News\n\nTen held\n\nTen were held.", "Ten held"),
        ("“Ten held.”\n\nTen were held.", None),
    ],
)
def test_the_first_line_is_a_title_only_if_it_reads_as_one(text, title):
    assert read_text(text.encode()).title == title


def test_markdown_is_read_without_its_markup():
    source = """---
layout: post
---
Ten *held*
==========

> "We held **ten**,"
> the mayor [said](http://a.example "x").

1. Two fled\\*
2. `One` returned\\
   later

```
code is no story
```

<div class="x">Its <b>tags</b> are not.</div>

<!-- nor is a remark -->

![a picture](x.png)

***
"""
    reading = read_markdown(source.encode())
    assert reading.title == "Ten held"
    assert reading.text == 'Ten held\n"We held ten," the mayor said.\nTwo fled*\nOne returned\nlater\nIts tags are not.'


@pytest.mark.parametrize(
    "line", ["Breaking News", "BREAKING NEWS:", "Read more: two fled", "Sign up for our letter", "» Related"]
)
def test_furniture(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Breaking news of the arrest, he said.",
        "Related groups were named.",
        "Live fire was used.",
        "Ten held",
        "Shares fell.",
    ],
)
def test_what_a_story_says_is_not_furniture(line):
    assert not is_furniture(line)


def test_every_row_of_furniture_fires_on_its_example():
    from allegata.ground.lexicon import table

    rows = table("en/furniture")
    assert [row["phrase"] for row in rows if not is_furniture(row["example"])] == []
    keys = [row["phrase"].casefold() for row in rows]
    assert len(set(zip(keys, (row["match"] for row in rows), strict=True))) == len(keys)
