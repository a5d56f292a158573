import json

import pytest

from allegata.capture import capture
from allegata.capture.feed import capture_feed
from allegata.model import InputError, canonical

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbor Post</title><language>en-GB</language>
<item><title>Ten held in Orva</title><link>https://harbor.example/1</link>
<pubDate>Wed, 05 May 2021 23:30:00 -0400</pubDate>
<dc:creator>Ana Prue</dc:creator><description>Short.</description>
<content:encoded><![CDATA[<p>Ten people were <b>held</b>.</p><p>Two fled.</p>]]></content:encoded></item>
<item><guid>empty</guid></item>
<item><title>Two fled</title><pubDate>31 Feb 0000</pubDate></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Radio Šumar</title>
<entry><title type="html">Eleven &lt;i&gt;held&lt;/i&gt;</title><link href="/eleven"/>
<published>2020-02-03T04:05:06Z</published>
<updated>2020-03-03T04:05:06Z</updated><author><name>Rolf Amery</name></author>
<content type="html">&lt;p&gt;Eleven were held.&lt;/p&gt;</content></entry>
<entry><title>Only changed</title>
<updated>2020-03-03T04:05:06Z</updated><summary>Nine.</summary></entry></feed>""".encode()


def entries(body, **options):
    return [(made, json.loads(entry)) for made, entry in capture_feed(body, "a.xml", **options)]


def test_rss():
    first, last = entries(RSS, fetched_at="2021-05-06T00:00:00Z")
    assert (first[0].origin, last[0].origin) == ("feed:a.xml#1", "feed:a.xml#3")
    assert (first[0].url, first[0].fetched_at) == ("https://harbor.example/1", "2021-05-06T00:00:00Z")
    assert first[0].media_type == "application/rss+xml"
    assert first[1] == {
        "title": "Ten held in Orva",
        "url": "https://harbor.example/1",
        "published": "Wed, 05 May 2021 23:30:00 -0400",
        "outlet": "Harbor Post",
        "byline": "Ana Prue",
        "language": "en-GB",
        "content": "<p>Ten people were <b>held</b>.</p><p>Two fled.</p>",
    }
    assert (last[1]["title"], last[1]["published"], last[1]["content"]) == ("Two fled", "31 Feb 0000", None)


def test_atom():
    first, last = entries(ATOM, url="https://sumar.example/feed")
    assert first[0].url == first[1]["url"] == "https://sumar.example/eleven"
    assert (first[1]["outlet"], first[1]["published"], first[1]["byline"]) == (
        "Radio Šumar",
        "2020-02-03T04:05:06Z",
        "Rolf Amery",
    )
    assert first[1]["content"] == "<p>Eleven were held.</p>"
    assert (last[1]["published"], last[1]["content"]) == (None, "Nine.")


def test_the_bytes_are_canonical_and_do_not_depend_on_the_place_in_the_feed():
    (_, first), (_, last) = capture_feed(RSS, "a.xml")
    assert canonical(json.loads(first)) == first
    start, end = RSS.index(b"<item>"), RSS.index(b"</item>") + 7
    moved = RSS.replace(b"</channel>", RSS[start:end] + b"</channel>").replace(RSS[start:end], b"", 1)
    assert [body for _, body in capture_feed(moved, "a.xml")] == [last, first]


def test_a_feed_in_a_file_is_taken_apart(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(RSS)
    assert [made.origin for made, _ in capture(str(path))] == ["feed:a.txt#1", "feed:a.txt#3"]


@pytest.mark.parametrize("body", [b"<rss/>", b"<rss><channel><item></item></channel></rss>", b"<feed>", b"<rss><", b""])
def test_a_feed_without_entries_says_so(body):
    with pytest.raises(InputError, match=r"a\.xml: .*no entry"):
        entries(body)


def test_entities_that_multiply_are_not_expanded():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    item = "<rss><channel><item><title>Ten &l8;</title></item></channel></rss>"
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>{item}'
    assert all(len(str(fields)) < 10_000 for _, fields in entries(bomb.encode()))


def test_files_of_the_machine_are_not_included(tmp_path):
    (tmp_path / "own.txt").write_text("a word of the machine's own")
    item = "<rss><channel><item><title>Ten &f;</title></item></channel></rss>"
    body = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{(tmp_path / "own.txt").as_uri()}">]>{item}'
    assert "own" not in " ".join(str(fields["title"]) for _, fields in entries(body.encode()))
