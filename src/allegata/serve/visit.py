"""What a page is made from, and what it answers with: one frozen visit in, one answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from allegata.ledger import Ledger
from allegata.ledger.access import may
from allegata.model.error import InputError
from allegata.serve.answers import Asking


class NotHereError(InputError):
    """An address of something that is not in the ledger."""


class Visitor(NamedTuple):
    """Who asks. role: null in a ledger without accounts, where everything is allowed. token: what they logged in with."""

    name: str
    role: str | None = None
    token: str | None = None

    def may(self, act: str) -> bool:
        """Return whether they may do *act* (data/roles.tsv).

        >>> Visitor("ana", "reader").may("decide"), Visitor("ana").may("decide")
        (False, True)
        """
        return self.role is None or may(self.role, act)


@dataclass(frozen=True)
class Visit:
    """One request, once it is known who asks and that they may.

    at: ISO 8601, UTC. path: the path without the query. parts: what stands for the names in the route's path. query: pairs of the
    address. form: of what was posted, the last value of each name. known: the tags of answers that whoever asks has already, as they were sent
    (If-None-Match). read: what the page has read of the query, for the row of an export.
    """

    ledger: Ledger
    visitor: Visitor
    answers: Asking
    at: str
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Sequence[tuple[str, str]] = ()
    form: Mapping[str, str] = field(default_factory=dict)
    known: str = ""
    read: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no text has, and no database takes.

        Raises: InputError.
        """
        pairs = (*self.query, *self.form.items(), *self.parts.items())
        if any("\0" in word for pair in pairs for word in pair):
            raise InputError("a NUL sign was sent; write it without")

    def asked(self, name: str) -> str | None:
        """Return the last value of *name* in the address, null where there is none or it is blank."""
        found = [value.strip() for key, value in self.query if key == name]
        if not found or not found[-1]:
            return None
        self.read[name] = found[-1]
        return found[-1]

    def number(self, name: str, otherwise: int, most: int) -> int:
        """Return the number *name* of the address, from 1 to *most*.

        Raises: InputError if it is none.
        """
        value = self.asked(name)
        if value is None:
            return otherwise
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
            raise InputError(f"{name}: is no number from 1 to {most}; correct it in the address")
        return int(value[:9])


class Shown(NamedTuple):
    """A page: a template of `templates` with what it is about."""

    template: str
    context: Mapping[str, Any]
    status: int = 200


class Sent(NamedTuple):
    """Records as they are: text of a media type, under a file name where it is to be kept. headers: further ones, in lower case."""

    text: str
    media_type: str
    name: str | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    status: int = 200


class Elsewhere(NamedTuple):
    """Another address of this app, to be asked for next. token: what the visitor is logged in with from now on, empty for nothing more."""

    path: str
    token: str | None = None


Answer = Shown | Sent | Elsewhere


FORM = 65_536
"""Bytes of a form. All of one is read and masked before it is answered, so that a long one would keep others waiting."""

RECORDS = (".json", ".csv", ".md", ".html")
"""How addresses end that give records, and no page."""


CrewName = Literal["pages", "longer", "logins"]
"""Those of the desk who answer a request: a crew that is busy keeps no other waiting."""


class Route(NamedTuple):
    """One address. act: what a visitor has to be allowed (data/roles.tsv); empty for what is open to everybody, logged in or not. sent: bytes of a form.

    checks: a password is checked, which takes the processor on purpose. takes: the names that its address may have in the query. reads_all: all records of
    a kind are read for it.
    """

    method: Literal["GET", "POST"]
    path: str
    act: str
    answer: Callable[[Visit], Answer]
    sent: int = FORM
    checks: bool = False
    takes: frozenset[str] = frozenset()
    reads_all: bool = False

    @property
    def crew(self) -> CrewName:
        """Who answers it; it takes longer than a page where all records of a list are read for it, or a draft is."""
        if self.checks:
            return "logins"
        longer = self.sent > FORM or self.path.endswith(RECORDS) or self.reads_all
        return "longer" if longer else "pages"


def get(path: str, act: str, answer: Callable[[Visit], Answer], takes: Iterable[str] = ()) -> Route:
    """Return the route of a page that changes nothing. takes: the names that its address may have in the query."""
    return Route("GET", path, act, answer, takes=frozenset(takes))


def post(
    path: str,
    act: str,
    answer: Callable[[Visit], Answer],
    sent: int = FORM,
    checks: bool = False,
    takes: Iterable[str] = (),
) -> Route:
    """Return the route of a form of at most *sent* bytes. checks: its password is checked. takes: as of `get`."""
    return Route("POST", path, act, answer, sent, checks, frozenset(takes))
