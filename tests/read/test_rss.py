import pytest

from allegata.model import InputError, canonical
from allegata.read.rss import read_feed


def entry(**fields: str | None) -> bytes:
    return canonical(fields)


def test_an_entry_is_read():
    reading = read_feed(
        entry(
            title="Ten &amp; two <b>held</b>",
            content="<p>Ten were <i>held</i>.</p><script>x</script><ul><li>Two fled</li></ul><p>Read more: all</p>",
            published="Wed, 05 May 2021 23:30:00 -0400",
            outlet="Harbor Post",
            byline="Ana Prue",
            language="en-GB",
        )
    )
    assert reading.text == "Ten & two held\nTen were held.\nTwo fled"
    assert (reading.title, reading.outlet, reading.published, reading.byline, reading.language) == (
        "Ten & two held",
        "Harbor Post",
        "2021-05-05",
        "Ana Prue",
        "en",
    )


@pytest.mark.parametrize("published", ["0000-01-01", "soon", "", None])
def test_a_day_that_is_none(published):
    assert read_feed(entry(title="Ten held", published=published)).published is None


def test_a_feed_of_one_entry_is_that_entry():
    item = b"<item><title>Ten held</title><description>Ten.</description></item>"
    assert read_feed(b"<rss><channel><title>P</title>" + item + b"</channel></rss>").text == "Ten held\nTen."


@pytest.mark.parametrize("body", [b"", b"{", b"<rss/>", b"{" * 100_000, b'{"title":[1],"content":{}', b"\xff\xfe"])
def test_anything_else_is_refused(body):
    with pytest.raises(InputError):
        read_feed(body)


@pytest.mark.parametrize("body", [b'{"title":[1],"content":{},"published":7,"byline":[]}', b'{"a":1}'])
def test_fields_of_another_type_say_nothing(body):
    assert read_feed(body)[0] == ""
