"""Small web archives about invented people."""

import gzip
from pathlib import Path

STORY = """<html><head><title>{title}</title><meta property="og:site_name" content="Harbour Wire">
<meta property="article:published_time" content="2024-05-0{day}T10:00:00Z"></head><body><nav>Home News Sport</nav><article><h1>{title}</h1>
<p>Police in the port of Orva arrested {number} men on Monday, the interior minister, Ada Brill, said at a news conference.</p>
<p>One of them, {name}, a fisherman of the town, was held at his home, she said. She showed no evidence.</p></article></body></html>"""
DULL = "<html><head><title>Rain</title></head><body><p>Rain is due along the coast, and the ferry sails at nine.</p></body></html>"


def record(url: str, page: str | bytes, media_type: str = "text/html; charset=utf-8") -> bytes:
    """Return the packed record of a page; of bytes in a packed one, stored as they are."""
    content = page.encode() if isinstance(page, str) else page
    body = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode() + content
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-06-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + body + b"\r\n\r\n", 6 if isinstance(page, str) else 0)


def warc(path: Path, pages: list[tuple[str, str]]) -> Path:
    """Write an archive of *pages*, each with its address, and return where it is."""
    path.write_bytes(b"".join(record(*each) for each in pages))
    return path


def story(number: int, name: str = "Tobin Varga") -> tuple[str, str]:
    page = STORY.format(title=f"{number} arrested in Orva", day=number % 9 + 1, number=number, name=name)
    return f"https://wire.example/{number}", page
