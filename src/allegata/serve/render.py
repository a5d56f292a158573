"""What templates are made with: their environment, and the files that stand beside a page."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar.exceptions import NotFoundException

from allegata.serve.asked import address
from allegata.serve.words import WORDS

MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "txt": "text/plain",
}


@cache
def environment() -> Environment:
    """Return the environment of the templates: everything is escaped, and a name that is not given is an error."""
    made = Environment(
        loader=PackageLoader("allegata.serve", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals |= {"static": _address_of, "address": address, "unknown": None}
    made.filters |= WORDS
    return made


@cache
def static_file(name: str) -> tuple[bytes, str]:
    """Return the bytes and the media type of a file that ships beside the pages.

    Raises: NotFoundException if there is none.
    """
    kind = MEDIA_TYPES.get(name.rpartition(".")[2])
    folder = files("allegata.serve").joinpath("static")
    if kind is None or name not in {each.name for each in folder.iterdir()}:
        raise NotFoundException("there is no such file")
    return folder.joinpath(name).read_bytes(), kind


@cache
def _address_of(name: str) -> str:
    """Return the address of a file of `static`, which is another one where the file is."""
    mark = hashlib.sha256(static_file(name)[0]).hexdigest()[:12]
    return f"/static/{mark}/{name}"
