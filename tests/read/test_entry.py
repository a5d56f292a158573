import json

import pytest

from allegata.model import InputError
from allegata.read.entry import read_entry

PAGE = """<html><head><title>Six held</title><meta property="og:site_name" content="Port Post"><meta name="date" content="2020-01-01"></head>
<body><nav>Home</nav><article><h1>Six held</h1><p>Six people were held in Orva on Monday, the mayor’s office said.</p></article></body></html>"""


def entry(**fields: object):
    return read_entry(json.dumps(fields).encode())


def test_what_a_row_says_wins_over_its_page():
    plain = entry(html=PAGE)
    assert (plain.title, plain.outlet, plain.published) == ("Six held", "Port Post", "2020-01-01")
    assert plain.text == "Six held\nSix people were held in Orva on Monday, the mayor’s office said."
    row = entry(
        html=PAGE, title="Held", outlet="Coast Daily", published="Wed, 24 Apr 2019 10:00:00 GMT", byline="A. V."
    )
    assert (row.title, row.outlet, row.published, row.byline) == ("Held", "Coast Daily", "2019-04-24", "A. V.")
    assert row.text == plain.text


def test_the_title_stands_first_once():
    assert entry(text="Ten held\n\nTen were held.", title="Ten held").text == "Ten held\n\nTen were held."
    assert entry(text="Ten were held.", title=" Ten\nheld ").text == "Ten held\n\nTen were held."
    assert entry(html="<p>Ten were held.</p>", title="Held").text == "Held\n\nTen were held."


def test_what_is_stated_and_cannot_be_is_not_taken():
    found = entry(text="Ten were held.", published="24/04/19", language="eng", outlet=7, title=["x"])
    assert (found.published, found.language, found.outlet, found.title) == (None, "en", None, None)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"text":7}', b'{"title":"x"}', b"[" * 100_000])
def test_what_is_no_row_is_refused(body):
    with pytest.raises(InputError, match="is not the JSON of a row"):
        read_entry(body)
