from email.message import EmailMessage

import pytest

from allegata.model import InputError
from allegata.read.mail import read_mail

PAGE = "<html><body><p>Ten people were held in Orva on Monday, the mayor’s office said.</p><p>Six of them are “minors”, it said.</p></body></html>"


def message(
    text: str | None = None, html: str | None = None, subject: str = "Zehn Festnahmen – “Orva”"
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = "press@orva.example", subject, "Wed, 24 Apr 2019 10:00:00 +0000"
    if text is not None:
        made.set_content(text, charset="iso-8859-1")
    if html is not None:
        (made.add_alternative if text is not None else made.set_content)(
            html, subtype="html", charset="utf-8", cte="base64"
        )
    return made


def test_the_subject_is_the_title_and_who_sent_it_and_when_is_nothing_else():
    found = read_mail(bytes(message("Zehn Menschen wurden in Käl festgehalten.")))
    assert found.text == "Zehn Festnahmen – “Orva”\n\nZehn Menschen wurden in Käl festgehalten."
    assert found.title == "Zehn Festnahmen – “Orva”"
    assert (found.outlet, found.published, found.byline) == (None, None, None)


def test_html_is_read_where_it_says_more_than_twice_as_much():
    page = read_mail(bytes(message(None, PAGE)))
    assert page.text.endswith("Six of them are “minors”, it said.")
    assert read_mail(bytes(message("Please use another program.", PAGE))).text == page.text
    long = (
        "Ten people were held in Orva on Monday, said the office of the mayor. Six of them are minors, said the office."
    )
    assert read_mail(bytes(message(long, PAGE))).text.endswith(long)


def test_what_is_attached_is_not_read():
    made = message("Ten were held.")
    made.add_attachment("Six were held.", filename="x.txt")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="x.pdf")
    assert "Six" not in read_mail(bytes(made)).text
    only = EmailMessage()
    only["Subject"] = "Ten held"
    only.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="x.pdf")
    with pytest.raises(InputError, match="without text; give what is attached"):
        read_mail(bytes(only))


@pytest.mark.parametrize(
    "body",
    [
        b"Subject: =?utf-8?q?=FF=FE?=\nContent-Type: text/plain; charset=nonsense\n\nTen were held.\n",
        b"Subject: =?nonsense?b?xx?=\n\nTen were held.\n",
        b"Content-Type: text/plain; charset=hex\n\nTen were held.\n",
        b"Content-Transfer-Encoding: base64\n\nVGVuIHdlcmUgaGVsZC4\n",
        b"Subject: " + b"=?utf-8?q?a?= " * 5_000 + b"\n\nTen were held.\n",
        b"\n\nTen were held.\n",
    ],
)
def test_a_message_with_broken_headers_is_read(body):
    assert read_mail(body).text.endswith("Ten were held.")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Subject: x\n\n",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n--a--\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (each, each) for each in range(5_000)),
        b"Content-Type: message/rfc822\n\n" * 5_000,
    ],
)
def test_what_holds_no_text_is_one_line(body):
    with pytest.raises(InputError) as caught:
        read_mail(body)
    assert "\n" not in str(caught.value)
