"""Who in a text speaks or acts by office, or wrote it: names that are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from allegata.ground.lexicon import pattern, words
from allegata.mask.naming import AFTER, BEFORE
from allegata.mask.stretch import WORD, Stretch, touched

_CLAUSE = re.compile(r"[;!?\n]|(?<!\w\w\w)\.(?=\s)\Z|(?<=\w\w\w)\.\s|[\"“”]\s")


def clause_before(text: str, start: int) -> str:
    """Return what stands in the same clause before *start*.

    >>> clause_before("He left. The mayor Ada Bo", 19)
    'The mayor '
    """
    before = text[max(0, start - BEFORE) : start]
    ends = [match.end() for match in _CLAUSE.finditer(before)]
    return before[ends[-1] :] if ends else before


def clause_after(text: str, end: int) -> str:
    """Return what stands in the same sentence after *end*."""
    after = text[end : end + AFTER]
    stop = re.search(r"[!?\n]|(?<=\w\w\w)\.(?:\s|\Z)", after)
    return after[: stop.start()] if stop else after


def has_office(text: str, start: int, end: int, verbs: list[Stretch], language: str) -> bool:
    """Return whether the name from *start* to *end* stands beside an office, or speaks for a body or by what it knows.

    verbs: the finite verbs of the text, in order; what a title is of holds none.

    >>> text = "The mayor of Orva, Ada Bo, met Eda Lo, a former judge, and Ida Mo."
    >>> at = {name: text.index(name) for name in ("Ada Bo", "Eda Lo", "Ida Mo")}
    >>> [has_office(text, each, each + 6, [(27, 30)], "en") for each in at.values()]
    [True, False, False]
    """
    start = _before_address(text, start, language)
    before, after = clause_before(text, start), clause_after(text, end)
    last = max((two for _, two in touched(verbs, start - len(before), start)), default=start - len(before))
    first = min((one for one, _ in touched(verbs, end, end + len(after))), default=end + len(after))
    beside = text[last:start]
    lead = pattern(language, "office_lead").search(beside)
    if lead and pattern(language, "own_lead").search(beside) and not pattern(language, "said_follows").match(after):
        lead = None
    if lead and not pattern(language, "former_lead").search(beside[: lead.end()], max(0, lead.start() - 30)):
        return True
    if pattern(language, "led_by").search(before) and pattern(language, "institution").search(before):
        return True
    who = pattern(language, "who_leads").match(after)
    follows = who or pattern(language, "office_follows").match(text[end:first])
    if follows and not pattern(language, "former_follows").match(after):
        return True
    if any(pattern(language, each).search(before) for each in ("press_contact", "acts_by")) or pleads(
        before, after, text[end:first], language
    ):
        return True
    past = pattern(language, "past_lead").search(beside) or pattern(language, "past_follows").match(text[end:first])
    called = pattern(language, "voice_lead").search(before)
    voice = called or past or pattern(language, "voice_follows").match(text[end:first])
    voice = voice or pattern(language, "voice_who").match(after)
    speaks = pattern(language, "said_lead").search(before) or pattern(language, "said_follows").match(after)
    return bool(voice and speaks) or bool(called and pattern(language, "contact_lead").search(before))


def pleads(before: str, after: str, beside: str, language: str) -> bool:
    """Return whether who is named between *before* and *after* acts in court for somebody else. beside: *after* up to its verb.

    >>> pleads("The lawyer ", " has filed a complaint.", " ", "en"), pleads("The lawyer ", " fled.", " ", "en")
    (True, False)
    """
    if pattern(language, "pleads_by").search(before) and pattern(language, "pleads_for").match(after):
        return True
    counsel = pattern(language, "counsel_lead").search(before) or pattern(language, "counsel_follows").match(beside)
    acts = pattern(language, "acts_follows").match(after) or pattern(language, "said_lead").search(before)
    return bool(counsel and (acts or pattern(language, "said_follows").match(after)))


def _before_address(text: str, start: int, language: str) -> int:
    """Return where the forms of address before *start* begin: the office may stand before them.

    >>> _before_address("The coroner Dr Ada Bo", 15, "en")
    12
    """
    for word in reversed(list(WORD.finditer(text, max(0, start - 40), start))):
        if word[0].lower() not in words(language, "honorific") or text[word.end() : start].strip(". "):
            break
        start = word.start()
    return start


def bylines(text: str, known: list[Stretch], language: str) -> Iterator[Stretch]:
    r"""Yield the stretches that hold names of those who wrote, edited or photographed.

    >>> text = "By Ada Bo\nTen fled.\nEditing by Eda Lo"
    >>> [text[start:end] for start, end in bylines(text, [], "en")]
    ['Ada Bo', 'Eda Lo']
    """
    for name in ("byline_of", "byline_line", "byline_greeting", "byline_label", "byline_reports"):
        for match in pattern(language, name).finditer(text):
            if name != "byline_line" or not _in_table(text, *match.span()):
                yield match.span("names")
    for match in pattern(language, "byline_place").finditer(text):
        if touched(known, *match.span("place")) and match.end() < len(text):
            yield match.span("names")


def _in_table(text: str, start: int, end: int) -> bool:
    r"""Return whether the line from *start* to *end* is a row of a table, with bars between its cells as in the line beside it.

    >>> _in_table("Name | State\nAda Bo | missing", 13, 29), _in_table("Quota cut\nAda Bo | reporter", 10, 27)
    (True, False)
    """
    beside = text[:start].rstrip("\n").rpartition("\n")[2], text[end:].lstrip("\n").partition("\n")[0]
    return "|" in text[start:end] and any("|" in line for line in beside)


def shares_office(text: str, start: int, end: int, following: int, language: str) -> bool:
    """Return whether the title of several before the name from *start* to *end* is also that of the name at *following*.

    >>> shares_office("Councillors Ada Bo and Eda Lo voted.", 12, 18, 23, "en")
    True
    """
    if not re.fullmatch(r",?\s+and\s+|,\s+", text[end:following]):
        return False
    lead = pattern(language, "office_lead").search(clause_before(text, start))
    return bool(lead) and re.match(r"[\w-]+s\b", lead[0] if lead else "") is not None
