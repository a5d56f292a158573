"""A document to what is wrong in it: `check` against the calendar, `lint` a writer's draft by the rules of data/check/rules.tsv."""

from __future__ import annotations

from collections.abc import Iterable

from allegata.check.calendar import check, wrong_glosses, wrong_weekdays
from allegata.check.counting import made_exact, unattributed
from allegata.check.draft import Draft, Fix, Judge, Match, Problem
from allegata.check.earlier import denied_before, dropped_hops, other_deeds, other_numbers, other_quotes, other_speakers
from allegata.check.headline import shifted
from allegata.check.naming import made_anonymous, spelled_twice
from allegata.check.rules import RuleOf, page_of, rules, select
from allegata.check.sums import wrong_sums

RULES: dict[str, Judge] = {
    "ALG001": unattributed,
    "ALG002": wrong_glosses,
    "ALG003": wrong_weekdays,
    "ALG004": wrong_sums,
    "ALG005": spelled_twice,
    "ALG006": made_anonymous,
    "ALG007": shifted,
    "ALG008": made_exact,
    "ALG101": other_quotes,
    "ALG102": other_speakers,
    "ALG103": other_numbers,
    "ALG104": dropped_hops,
    "ALG105": denied_before,
    "ALG106": other_deeds,
}


def lint(draft: Draft, codes: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """Return what the rules say of *draft*, in reading order; one rule says one thing of a stretch of words.

    codes: the rules that are asked, all without. Those of earlier reports (ALG1…) say nothing without ``draft.matches``.

    >>> from allegata.claim import claims, sample
    >>> page = sample("Police said ten men were held. It was on Monday, April 24, 2019.")
    >>> [(each.code, each.span.text) for each in lint(Draft(page, claims(page)))]
    [('ALG003', 'Monday, April 24, 2019')]
    """
    asked = RULES if codes is None else [code for code in RULES if code in set(codes)]
    found: dict[tuple[str, int, int], Problem] = {}
    for code in asked:
        for problem in RULES[code](draft):
            found.setdefault((code, problem.span.start, problem.span.end), problem)
    return tuple(sorted(found.values(), key=lambda each: (each.span.start, each.code, each.span.end)))


__all__ = ["RULES", "Draft", "Fix", "Match", "Problem", "RuleOf", "check", "lint", "page_of", "rules", "select"]
