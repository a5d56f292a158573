"""Currencies: what stands before an amount of money."""

from __future__ import annotations

import re
from functools import cache

from allegata.ground.lexicon import table

EN = "en"


@cache
def currencies(language: str) -> dict[str, str]:
    """Return the unit of each currency by what stands before an amount of it.

    >>> currencies("en")["EUR"]
    'euro'
    """
    return {row["lead"]: row["unit"] for row in table(f"{language}/currencies")}


@cache
def _money(language: str) -> re.Pattern[str]:
    leads = sorted(currencies(language), key=len, reverse=True)
    joined = "|".join(re.escape(each) for each in leads)
    return re.compile(rf"(?<![A-Za-z0-9])(?P<lead>{joined})(?P<apart>\.?\s?)\Z")


def currency_before(text: str, start: int, language: str = EN) -> str | None:
    """Return the currency of the amount whose figures begin at *start*, null if none stands before it.

    A single letter has to touch the figures.

    >>> currency_before("paid Rs 40,000", 8), currency_before("P20.4 million", 1), currency_before("vitamin P 20", 10)
    ('rupee', 'peso', None)
    """
    found = _money(language).search(text, max(0, start - 6), start)
    if found is None or (len(found["lead"]) == 1 and found["lead"].isalpha() and found["apart"]):
        return None
    return currencies(language)[found["lead"]]


def is_currency(code: str, language: str = EN) -> bool:
    """Return whether *code* is what stands before an amount of a currency.

    >>> is_currency("EUR"), is_currency("eur")
    (True, False)
    """
    return code in currencies(language)
