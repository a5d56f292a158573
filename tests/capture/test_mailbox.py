from __future__ import annotations

import io

import pytest

from allegata.capture import capture
from allegata.capture.made import Taking
from allegata.capture.mailbox import capture_mailbox
from allegata.model import InputError

FIRST = b"From: alerts@post.example\nDate: Wed, 24 Apr 2019 23:30:00 -0400\nSubject: Ten held\n\nTen were held.\nFrom there they went on.\n\n"
SECOND = b"Subject: Six held\n\nSix were held.\n\n>From now on.\n"


def box(*messages: bytes, end: bytes = b"\n") -> bytes:
    """Return an mbox file of *messages*, in which a line that begins with From is quoted."""
    quoted = (each.replace(b"\nFrom ", b"\n>From ").replace(b"\n>>From", b"\n>>>From") for each in messages)
    return b"".join(b"From post@post.example Wed Apr 24 23:30:00 2019\n" + each + b"\n" for each in quoted).replace(
        b"\n", end
    )


def read(data: bytes, **taking: object) -> tuple[list[tuple[str, bytes]], str | None]:
    found: list[tuple[str, bytes]] = []
    try:
        for made, body in capture_mailbox(io.BytesIO(data), "in/a.mbox", len(data), Taking(**taking)):  # type: ignore[arg-type]
            found.append((made.origin, body))
    except InputError as error:
        return found, str(error)
    return found, None


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_each_message_is_a_report(end):
    found, error = read(box(FIRST, SECOND.replace(b">From", b"then"), end=end))
    assert error is None
    assert [origin for origin, _ in found] == ["mbox:a.mbox#1", "mbox:a.mbox#2"]
    assert [body.replace(b"\r\n", b"\n").strip() for _, body in found] == [
        FIRST.strip(),
        SECOND.replace(b">From", b"then").strip(),
    ]


def test_when_it_was_sent_is_when_it_came(tmp_path):
    (tmp_path / "alerts").write_bytes(box(FIRST, SECOND))
    found = [made for made, _ in capture(str(tmp_path / "alerts"))]
    assert [(each.media_type, each.url, each.fetched_at) for each in found] == [
        ("message/rfc822", None, "2019-04-25T03:30:00Z"),
        ("message/rfc822", None, None),
    ]


def test_a_line_that_begins_with_from_and_follows_no_empty_line_ends_no_message():
    found, error = read(b"From a Wed Apr 24 2019\nSubject: x\n\nTen were held.\nFrom there they went on.\n")
    assert (len(found), error) == (1, None)


def test_a_message_that_is_too_large_is_named_and_the_others_read():
    found, error = read(box(FIRST, b"Subject: x\n\n" + b"word " * 2_000 + b"\n", SECOND), limit_bytes=5_000)
    assert [origin for origin, _ in found] == ["mbox:a.mbox#1", "mbox:a.mbox#3"]
    assert error == "in/a.mbox: 1 record was not read: message 2: is larger than 5,000 bytes"
    assert read(b"From a b\n" + b"x" * 300_000, limit_bytes=5_000)[0] == []


def test_what_holds_no_message_is_an_error():
    assert read(b"Ten were held.\n") == ([], "in/a.mbox: holds no message; give a mailbox in the format mbox")


@pytest.mark.parametrize("date", [b"never", b"Wed, 99 Apr 2019 10:00:00 GMT", b"Wed, 24 Apr 99999999999 10:00:00 +0000", b"\xff\xfe", b"Wed, 24 Apr 2019 10:00:00 -0000"])  # fmt: skip
def test_a_date_that_is_none_is_left_out(date):
    made = [each for each, _ in capture_mailbox(io.BytesIO(box(b"Date: " + date + b"\n\nTen.\n")), "a", 1, Taking())]
    assert [each.fetched_at for each in made] == [None]


def test_a_text_that_begins_with_from_is_no_mailbox(tmp_path):
    (tmp_path / "a.txt").write_text("From Lima it was reported in 2019\nthat ten were held.", "utf-8")
    assert [made.media_type for made, _ in capture(str(tmp_path / "a.txt"))] == ["text/plain"]
    (tmp_path / "a.eml").write_bytes(FIRST)
    assert [(made.media_type, made.origin) for made, _ in capture(str(tmp_path / "a.eml"))] == [
        ("message/rfc822", "file:a.eml")
    ]
