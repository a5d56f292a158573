"""The table of rules, their pages, and which of them are asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from allegata.ground.lexicon import table
from allegata.model.error import InputError


class RuleOf(NamedTuple):
    """A rule: its code, its name, what it says in one line, the version that brought it; ledger: it needs earlier reports."""

    code: str
    name: str
    ledger: bool
    since: str
    summary: str


@cache
def rules() -> tuple[RuleOf, ...]:
    """Return the rules of data/check/rules.tsv, in order of their codes.

    >>> rules()[0].name
    'unattributed-count'
    """
    rows = (
        RuleOf(row["code"], row["name"], row["ledger"] == "yes", row["since"], row["summary"])
        for row in table("check/rules")
    )
    return tuple(sorted(rows))


def rule_of(code: str) -> RuleOf:
    """Return the rule of *code*, which may be its name.

    Raises: InputError if there is none.

    >>> rule_of("alg003").name, rule_of("weekday-date").code
    ('weekday-date', 'ALG003')
    """
    for each in rules():
        if code.strip().upper() == each.code or code.strip().lower() == each.name:
            return each
    raise InputError(f"no rule {code[:40]!r}; there is: {', '.join(each.code for each in rules())}")


def page_of(code: str) -> str:
    """Return the page of the rule *code*, Markdown: what it says, why, examples, how to silence it.

    Raises: InputError if there is no such rule.

    >>> page_of("ALG003").splitlines()[0]
    '# ALG003 weekday-date'
    """
    return files("allegata").joinpath("data", "check", f"{rule_of(code).code}.md").read_text("utf-8")


def select(selected: Sequence[str] = (), ignored: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the codes of the rules that are asked: those *selected* (all, when none is) without those *ignored*.

    Each is a code, the beginning of codes, or a name; ALL is every rule. The longer beginning wins: ALG1 ignored and ALG103
    selected asks ALG103.

    Raises: InputError for one that no rule has.

    >>> select(["ALG00"], ["calendar-gloss"])[:2]
    ('ALG001', 'ALG003')
    """
    wanted, unwanted = _beginnings(selected), _beginnings(ignored)
    asked = []
    for each in rules():
        best = max((len(start) for start in wanted if each.code.startswith(start)), default=-1 if wanted else 0)
        worst = max((len(start) for start in unwanted if each.code.startswith(start)), default=-1)
        if best > worst:
            asked.append(each.code)
    return tuple(asked)


def _beginnings(named: Iterable[str]) -> tuple[str, ...]:
    found = []
    for each in named:
        start = each.strip().upper()
        if start == "ALL":
            start = ""
        elif not re.fullmatch(r"ALG\d{0,3}", start) or not any(rule.code.startswith(start) for rule in rules()):
            start = rule_of(each).code
        found.append(start)
    return tuple(found)
