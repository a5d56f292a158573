"""What a counted noun stands for: its unit."""

from __future__ import annotations

from functools import cache

from allegata.ground.currency import currencies
from allegata.ground.lexicon import table

EN = "en"


@cache
def noun_units(language: str) -> dict[str, str]:
    """Return the units of nouns, singular and plural, in lower case."""
    return {row["noun"]: row["unit"] for row in table(f"{language}/units")}


def unit_of(noun: str, language: str = EN) -> str | None:
    """Return the unit *noun* (singular or plural) stands for, null if no row says.

    >>> unit_of("spies"), unit_of("team"), unit_of("idea")
    ('person', 'team', None)
    """
    return noun_units(language).get(noun.lower())


def units(language: str = EN) -> tuple[str, ...]:
    """Return the units that a count can have, sorted.

    >>> "person" in units(), "idea" in units()
    (True, False)
    """
    return tuple(sorted({*noun_units(language).values(), *currencies(language).values()}))
