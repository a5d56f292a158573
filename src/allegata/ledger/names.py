"""Names of affected persons of a whole ledger, as salted digests: what a person types is masked by them, and no name is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from msgspec.structs import replace

from allegata.ground.lexicon import lines_of
from allegata.ground.names import SHORTEST, folded, keys_in, keys_of, known_names, names_by, without_names
from allegata.ground.syntax import is_plain_word
from allegata.ledger.records import Naming
from allegata.model.claim import Claim, Speaker
from allegata.model.decision import Decision, Subject
from allegata.model.document import Capture, Document, Masks
from allegata.model.mention import Mention, Record

R = TypeVar("R", bound=Record)

INSTEAD = "[person]"
"""What stands for a person of another page: numbers are those of one document."""


def digest_of(key: str, salt: bytes) -> str:
    """Return what stands for the key of a name in the index.

    >>> digest_of("ada bo", b"s") == digest_of("ada bo", b"s"), len(digest_of("ada", b"s"))
    (True, 32)
    """
    return hashlib.sha256(salt + key.encode()).hexdigest()[:32]


@cache
def _given_names() -> frozenset[str]:
    return frozenset(folded(line) for line in lines_of("given_names") if not line.startswith("#"))


def names_of(text: str, masks: Masks, language: str = "en") -> Iterator[str]:
    """Yield the keys of each name that *masks* hides in *text*. A given name alone names nobody on other pages.

    >>> from allegata.model import MaskedSpan
    >>> list(names_of("Ada Keltov fled", Masks("d", (MaskedSpan(0, 10, 1),))))
    ['ada keltov', 'keltov ada', 'keltov', '+adakeltov', '+keltovada']
    """
    for stretch in masks.stretches:
        name = text[stretch.start : stretch.end]
        for at, key in enumerate(keys_of(name, language)):
            if " " in key or key.startswith("+") or (len(key) >= SHORTEST and (at == 0 or key not in _given_names())):
                yield key


def without_known(
    typed: str, salt: bytes, known: Callable[[Sequence[str]], frozenset[str]], language: str = "en"
) -> str:
    """Return *typed* with every name whose key has a digest that is *known* as ``[person]``, the longest first.

    A common word in lower case is no name by itself, nor is a word of a place or organisation of the tables.

    >>> held = frozenset([digest_of("ada bo", b"s")])
    >>> without_known("told ADA  Bo's uncle", b"s", lambda digests: held)
    "told [person]'s uncle"
    """
    found = found_in(typed, salt, known)
    if not found:
        return typed
    return without_names(typed, names_by(dict.fromkeys(found, INSTEAD)), partial(_names_somebody, language))


def names_typed(typed: str, naming: Naming) -> set[str]:
    """Return the keys of the names that *naming* hides in *typed*.

    >>> sorted(names_typed("Ada Bo fled", Naming("document", "d", "outlet", ((0, 6),), 1)))
    ['ada bo']
    """
    return {key for start, end, key in keys_in(typed) if (start, end) in naming.stretches}


def stretches_of(typed: str, salt: bytes, digests: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return where *typed* has a name with one of *digests*, in order.

    >>> stretches_of("Ada Bo fled", b"s", frozenset([digest_of("ada bo", b"s")]))
    ((0, 6),)
    """
    found = {(start, end) for start, end, key in keys_in(typed) if digest_of(key, salt) in digests}
    return tuple(sorted(found))


def found_in(typed: str, salt: bytes, known: Callable[[Sequence[str]], frozenset[str]]) -> list[str]:
    """Return the keys of names in *typed* whose digests are *known*."""
    keys = {digest_of(key, salt): key for _, _, key in keys_in(typed)}
    found = known(sorted(keys)) if keys else frozenset[str]()
    return sorted(key for digest, key in keys.items() if digest in found)


def _names_somebody(language: str, typed: str, start: int, end: int) -> bool:
    word = typed[start:end]
    if len(word) < SHORTEST or (word.islower() and is_plain_word(word, language)):
        return False
    return not any(one < end and start < other for one, other in known_names(typed, language))


def shown_without(record: R, hidden: Callable[[str], str]) -> R:
    """Return *record*, masked before, with what a person may have typed *hidden*: name, reason and value of a decision, what was read, an outlet, the name of a file.

    >>> shown_without(Decision("d", "undo", "Ada Bo", "Read twice.", 1), lambda typed: typed.replace("Ada Bo", INSTEAD)).by
    '[person]'
    """
    made: Any = record
    match record:
        case Decision():
            value = hidden(record.value) if record.value else record.value
            subjects = tuple(_of_subject(each, hidden) for each in record.subjects)
            made = replace(record, by=hidden(record.by), reason=hidden(record.reason), value=value, subjects=subjects)
        case Claim() if record.document.outlet:
            outlet, shown = record.document.outlet, hidden(record.document.outlet)
            if shown != outlet:
                speakers = tuple(_called(each, outlet, shown) for each in record.speakers)
                made = replace(record, document=replace(record.document, outlet=shown), speakers=speakers)
        case Capture():
            made = replace(record, origin=hidden(record.origin))
        case Document() if record.outlet:
            made = replace(record, outlet=hidden(record.outlet))
    return made  # type: ignore[no-any-return]


def _of_subject(subject: Subject, hidden: Callable[[str], str]) -> Subject:
    """Return *subject* with what was read *hidden*: where an outlet speaks itself, its name is there."""
    said = {name: hidden(value) if value else value for name, value in subject.said.items()}
    return replace(subject, said=said)


def _called(speaker: Mention[Speaker], outlet: str, shown: str) -> Mention[Speaker]:
    """Return *speaker* with *shown* in place of the outlet's name: what a reporter says in the own voice is the outlet's."""
    names = {outlet: shown}
    readings = [
        replace(who, name=names.get(who.name or "", who.name), body=names.get(who.body or "", who.body))
        for who in speaker.readings
    ]
    return Mention(speaker.spans, readings, speaker.rule)
