"""Which pairs of claims are worth comparing: those that share a key. Every claim has a dozen keys, whatever the ledger holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from allegata.link.compare import FAMILIES, bare_body
from allegata.link.features import Features

Key = tuple[str | int, ...]
Place = tuple[int, int, str]
NEAR = 2
"""Neighbours on each side, by number and then by day, with which a claim is compared in a block of more than `WHOLE`."""
WHOLE = 16
"""Most claims of a block that are all compared."""
TOLD = 3
"""Least number that is looked up whatever the place."""
FEW = 3
"""Most numbers that a statement is looked up by."""
ROUND = 20
"""Number below which only claims of the same country are looked up by it."""
SPAN = 5
"""Most weeks that a claim of uncertain day is looked up in."""
TIMELESS = ("document", "passage")
"""Keys without a week."""
ALWAYS = -9
"""What stands for the week of a key that has none; a claim without a day has the week -1."""


def _keys(features: Features, weeks: Iterable[int]) -> Iterator[Key]:
    """Yield the keys of a claim, whenever it was said and for each of *weeks*."""
    yield "document", features.document
    yield "passage", features.passage
    for week in weeks:
        yield from _weekly(features, week)


def _weekly(features: Features, week: int) -> Iterator[Key]:
    """Yield the keys of a claim for a week that it may have been said in: it is looked up in the weeks beside it, too."""
    family = FAMILIES.get(features.action, features.action)
    if features.surname:
        yield "speaker", week, features.surname, family
    if features.body:
        yield "body", week, bare_body(features.body), family
    for number in (features.stated,) if features.stated is not None else features.told[:FEW]:
        if number >= TOLD:
            yield "number", week, number, *(features.countries[:1] if number < ROUND else ())
    if features.action == "other":
        return
    if features.stated is not None and features.stated < TOLD and features.body:
        # So few are known by nothing but office and place, whatever was done to them.
        yield from (("few", week, features.stated, bare_body(features.body), each) for each in features.divisions)
    for country in features.countries or ("?",):
        yield "family", week, family, country
    if features.stated is not None:
        yield from (("digits", week, each) for each in _near(features.stated))


def _near(number: int) -> Iterator[str]:
    """Yield what *number* shares with those that differ from it in a digit or in the order of two."""
    digits = str(number)
    if len(digits) > 2:
        yield "".join(sorted(digits))
        for index in range(len(digits)):
            yield f"{digits[:index]}_{digits[index + 1 :]}"


def _weeks(features: Features) -> Iterator[int]:
    if features.day is None:
        yield -1
        return
    first, last = (day // 7 for day in features.day)
    yield from range(max(first, last - SPAN + 1), last + 1)


class Blocks:
    """The claims held, by key; within a block in order of number, day and id."""

    def __init__(self) -> None:
        self._held: dict[int, Place | list[Place]] = {}

    def put(self, features: Features) -> None:
        """Hold *features*."""
        place = place_of(features)
        for key in _keys(features, _weeks(features)):
            self._put(hash(key), place)

    def _put(self, key: int, place: Place) -> None:
        held = self._held.get(key)
        if held is None:
            self._held[key] = place
        elif isinstance(held, list):
            at = bisect_left(held, place)
            if at == len(held) or held[at] != place:
                held.insert(at, place)
        elif held != place:
            self._held[key] = sorted((held, place))

    def near(self, features: Features) -> set[str]:
        """Return the ids of the claims held that *features* is worth comparing with.

        In a block of many only the neighbours are: those with the nearest numbers.
        """
        found: set[str] = set()
        place = place_of(features)
        around = dict.fromkeys(near for week in _weeks(features) for near in looked_in(week))
        for key in _keys(features, around):
            held = self._held.get(hash(key))
            if isinstance(held, list):
                found.update([each[2] for each in seen_from(place, held)])
            elif held is not None:
                found.add(held[2])
        found.discard(features.id)
        return found


def seen_from(place: Place, block: Sequence[Place]) -> Sequence[Place]:
    """Return the places in *block*, which are in order, with which a claim at *place* is compared: of many only the nearest."""
    if len(block) <= WHOLE:
        return block
    at = bisect_left(block, place)
    return block[max(0, at - NEAR) : at + NEAR + 1]


def lasting_keys(features: Features) -> Iterator[tuple[Key, int]]:
    """Yield the keys of a claim without their week, and the week, `ALWAYS` for a key that has none; some may come twice."""
    for key in _keys(features, _weeks(features)):
        if key[0] in TIMELESS:
            yield key, ALWAYS
        else:
            yield (key[0], *key[2:]), int(key[1])


def looked_in(week: int) -> tuple[int, ...]:
    """Return the weeks in which a claim of *week* is looked up: also those beside it.

    >>> looked_in(105000), looked_in(-1)
    ((104999, 105000, 105001), (-1,))
    """
    return (week - 1, week, week + 1) if week >= 0 else (week,)


def place_of(features: Features) -> Place:
    """Return where a claim stands in its blocks."""
    return (-1 if features.stated is None else features.stated, features.day[0] if features.day else 0, features.id)
