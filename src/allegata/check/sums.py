"""Parts that do not add up to their whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from allegata.check.draft import Draft, Problem, counted_words, in_words, value_of
from allegata.ground.lexicon import pattern
from allegata.ground.place import told_places
from allegata.ground.quantity import Quantity, find_quantities
from allegata.model.mention import Span, span_of

_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n|$")


def wrong_sums(draft: Draft) -> Iterator[Problem]:
    """Yield the wholes of *draft* that their parts exceed, and those that a list after a colon does not add up to."""
    exceeded = tuple(_exceeded(draft))
    yield from exceeded
    for each in _listed(draft):
        if not any(other.span.start <= each.span.start < other.span.end for other in exceeded):
            yield each


def _exceeded(draft: Draft) -> Iterator[Problem]:
    """Yield the wholes that are less than the places one sentence lists as their parts.

    Other parts may overlap: fifteen of them miners, and ten of them released.
    """
    by_id = {claim.id: claim for claim in draft.claims}
    parts: dict[tuple[str, Span], dict[str, int]] = defaultdict(dict)
    for link in draft.links:
        part, whole = by_id.get(link.left), by_id.get(link.right)
        if link.relation != "part_of" or part is None or whole is None or len(told := told_places(part)) != 1:
            continue
        count, place = value_of(part), told[0].value
        if (
            count is not None
            and count.low
            and count.leans is None
            and place is not None
            and part.action == whole.action
        ):
            parts[whole.id, part.passage][place.id or place.name] = count.low
    for (whole_id, _), lows in parts.items():
        total = value_of(by_id[whole_id])
        if total is not None and total.high is not None and len(lows) > 1 and sum(lows.values()) > total.high:
            words = counted_words(by_id[whole_id])
            added = " + ".join(map(str, lows.values()))
            yield Problem("ALG004", words, f"{in_words(words.text)}: its parts are {added} = {sum(lows.values())}.")


def _listed(draft: Draft) -> Iterator[Problem]:
    """Yield the wholes before a colon that the numbers listed after it, one for each item, are not: "43 held: 12 men and 30 women"."""
    text, language = draft.document.text, draft.document.language
    quantities = find_quantities(text, language=language)
    for found in re.finditer(r":(?=\s)", text):
        start = max(text.rfind(mark, 0, found.start()) for mark in ("\n", ". ", "; ", "? ", "! ", ": ")) + 1
        end = _SENTENCE_END.search(text, found.end()).start()  # type: ignore[union-attr]
        before = [each for each in quantities if start <= each.start and each.end <= found.start()]
        listed = [each for each in quantities if found.end() <= each.start and each.end <= end]
        if len(before) != 1 or not all(map(_is_exact, (*before, *listed))):
            continue
        whole = before[0].low or 0
        items = re.split(pattern(language, "list_joint"), text[found.end() : end])
        if len(items) < 2 or len(items) != len(listed) or not _one_each(items, text, found.end(), listed):
            continue
        total = sum(each.low or 0 for each in listed)
        if total != whole and total > 0:
            words = _words(text, before[0])
            added = " + ".join(str(each.low) for each in listed)
            yield Problem("ALG004", words, f"{in_words(words.text)}: the list after it is {added} = {total}.")


def _is_exact(each: Quantity) -> bool:
    return each.modifier == "exact" and each.low is not None and each.low == each.high


def _one_each(items: list[str], text: str, start: int, listed: list[Quantity]) -> bool:
    """Return whether each of *items*, in their order in *text* from *start* on, begins with its own number."""
    at = start
    for item, quantity in zip(items, listed, strict=True):
        at = text.index(item, at)
        first = at + len(item) - len(item.lstrip())
        if quantity.start != first:
            return False
        at += len(item)
    return True


def _words(text: str, quantity: Quantity) -> Span:
    return span_of(text, quantity.start, quantity.end)
