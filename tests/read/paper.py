"""A PDF writer of forty lines, so that the cases can be read in the tests."""

from __future__ import annotations


def make_pdf(*pages: list[str], title: str | None = None, author: str = "", encrypt: bool = False) -> bytes:
    """Return a PDF with *pages* of lines in Latin letters; *encrypt*: with a password nobody has."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        shown = b"".join(
            b"("
            + line.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
            + b") Tj T*\n"
            for line in lines
        )
        stream = b"BT /F1 11 Tf 14 TL 50 780 Td\n" + shown + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [" % len(kids) + b" ".join(kids) + b"] >>"
    trailer = b"/Root 1 0 R"
    if title is not None:
        objects.append(b"<< /Title (" + title.encode("cp1252") + b") /Author (" + author.encode("cp1252") + b") >>")
        trailer += b" /Info %d 0 R" % len(objects)
    if encrypt:
        key = b"<" + b"41" * 32 + b">"
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O " + key + b" /U " + key + b" >>")
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer << /Size %d " % size
        + trailer
        + b" >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )
