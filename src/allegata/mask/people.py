"""Who is an affected person in a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from allegata.ground.actor import find_aliases
from allegata.ground.lexicon import is_given_name, pattern, table, words
from allegata.ground.names import known_names
from allegata.ground.syntax import find_dateline, is_irregular_verb, parse
from allegata.mask.address import folded, named_in_addresses
from allegata.mask.done import acted_on, is_done_to
from allegata.mask.naming import AFTER, Run, ends_as_body, is_like_a_person, is_placed, runs_of, shape_of
from allegata.mask.number import Name, Owners, having, numbered, parted
from allegata.mask.office import bylines, clause_after, clause_before, has_office, shares_office
from allegata.mask.stretch import (
    JOINT,
    WHOLE_WORD,
    WORD,
    Stretch,
    begins,
    is_common,
    lines_of,
    touched,
    union,
    words_of,
)
from allegata.model.claim import Claim
from allegata.model.document import Document, Masks
from allegata.model.mention import Span

_GOES_ON = re.compile(r",?\s+(?:and|or)\s+|[,;]\s+|[,;.]?\s+(?:\d{1,3}[.)]|[-•*])\s+")
LONGEST_OFFICE = 12
"""Words of an office that may stand before a name."""
_FINITE = frozenset(["VBD", "VBZ", "VBP", "MD"])


def find_affected(document: Document, claims: Sequence[Claim], persons: Sequence[Span] | None = None) -> Masks:
    """Return where *document* names affected persons, the same person under the same number.

    What looks like a person's name is masked unless some mention shows one who speaks or acts by office, or who wrote the
    report: an unknown role counts as affected. Whoever anything is done to is masked whatever the title, and so is a surname
    that such a person shares. persons: further names to consider.

    >>> from allegata.claim import claims, sample
    >>> page = sample("Police said Omar Ruizal was arrested in Lima.")
    >>> from allegata.mask.outward import mask_text
    >>> mask_text(page.text, find_affected(page, claims(page)))
    'Police said [person 1] was arrested in Lima.'
    """
    text, language = document.text, document.language
    names, known, verbs = _names(document, claims, persons or ())
    hidden, shown = parted(names)
    words = frozenset(folded(word) for name in (*shown, words_of(document.outlet or "")) for word in name)
    for (start, end), of in named_in_addresses(text, hidden, words, language):
        names.append(Name(start, end, of, False, False))
    return Masks(document.id, numbered(text, names, known, verbs, language))


def _names(
    document: Document, claims: Sequence[Claim], persons: Sequence[Span]
) -> tuple[list[Name], list[Stretch], list[Stretch]]:
    """Return what names persons in *document*, in order, the stretches that name places and bodies, and its finite verbs."""
    text, language = document.text, document.language
    doc = parse(text, language)
    institutions = [match.span() for match in pattern(language, "institution").finditer(text)]
    known = union(known_names(text, language) + institutions)
    bodies = union(_bodies(document))
    institutions = union(each for each in institutions if not _is_day(text[each[0] : each[1]], language))
    aged = _named_by(text, language, "aged_name")
    harmed = _named_by(text, language, "affected_name") + aged
    targets = union(
        [(span.start, span.end) for claim in claims for span in _targets(claim)]
        + harmed
        + _named_by(text, language, "kin_of", "kin_after", "among_them", "of_them", "paraded_with")
    )
    forced = union([*((each.start, each.end) for each in persons), *harmed])
    written = union(bylines(text, known, language))
    datelined = _dateline(text, document.outlet)
    outlet = words_of(pattern(language, "article_lead").sub("", document.outlet or ""))
    labels = [(each.start_char, each.end_char, each.label_) for each in doc.ents]
    labelled = {(one, two): label for one, two, label in labels}
    stretches = list(labelled)
    speaking = _speaking(document, claims)
    verbs = [
        (each.idx, each.idx + len(each)) for each in doc if each.tag_ in _FINITE and not _is_hyphened(text, each.idx)
    ]
    names: list[Name] = []
    runs = [*runs_of(text, known, language), *_further(text, persons, labels, language)]
    for run in sorted(runs, key=lambda each: (each.start, -each.end)):
        start = max(
            (
                two
                for one, two in touched(institutions, run.start, run.end)
                if one <= run.start and two < run.end and text[two] != "-"
            ),
            default=run.start,
        )
        start, end = _bare(text, start, run.end, language)
        end = _over_line(text, end)
        start, titled = _after_title(text, start, end, aged, language)
        start = _after_office(text, start, end, language)
        start, called = _after_noun(text, start, end, language)
        start = _with_nickname(text, start, names)
        parts = words_of(text[start:end])
        if start >= end or not parts or (names and start < names[-1].end):
            continue
        if run.shape == "capitals" and ends_as_body(text[start:end], language):
            continue
        sure = bool(touched(forced, start, end))
        if touched(datelined, start, end) and not sure:
            continue
        if run.shape == "capitals" and not (called or sure) and is_placed(text, start, end, language):
            continue
        if len(parts) == 1 and not (called or sure) and begins(text, start) and is_irregular_verb(parts[0], language):
            # "Withdrew it later.": without a subject the parser takes the verb for a name.
            continue
        wrote = bool(touched(written, start, end))
        acted = (
            acted_on(doc, text, start, end, language)
            or is_done_to(text, start, end, language)
            or bool(pattern(language, "passive_follows").match(text[end : end + AFTER]))
        )
        affected = not wrote and (bool(touched(targets, start, end)) or acted)
        trimmed = Run(start, end, run.shape)
        label = max(
            ((min(end, each[1]) - max(start, each[0]), labelled[each]) for each in touched(stretches, start, end)),
            default=(0, ""),
        )[1]
        plain = all(is_common(word, language) for word in parts)
        lead = (
            called
            or _goes_on(text, names, start)
            or _is_close(text, start, end, language)
            or _leads_on(text, end, labels)
        )
        sure = sure and not (plain and pattern(language, "aged_follows").match(text[end : end + AFTER]) is None)
        if any(one <= start and end <= two for one, two in touched(known, start, end)) and not (
            sure or (lead and not plain and text[start - 1 : start] != "(")
        ):
            continue
        proper = (
            called or sure or label == "PERSON" or len(parts) > 1 or not plain or _is_close(text, start, end, language)
        )
        evident = proper and (affected or wrote or titled or sure or lead)
        if parts == outlet and not (evident or affected or is_given_name(parts[0])):
            continue
        if not (evident or is_like_a_person(text, trimmed, doc, label, known, bodies, language)):
            continue
        before = names[-1] if names else None
        if before and before.official and run.shape != "script" and _is_party(text, before.end, start, end):
            continue
        if run.shape == "script" and before and text[before.end : start] in (" (", " （"):
            parts = list(before.words)
        speaks = bool(having(parts, speaking)) and not pattern(language, "kin_with").match(clause_after(text, end))
        official = wrote or titled or speaks or has_office(text, start, end, verbs, language)
        official = official or bool(
            before and before.official and shares_office(text, before.start, before.end, start, language)
        )
        names.append(Name(start, end, tuple(parts), official, affected))
    return names, known, verbs


def _further(
    text: str, persons: Sequence[Span], labels: Sequence[tuple[int, int, str]], language: str
) -> Iterator[Run]:
    """Yield the runs that capitals do not show: *persons*, and in headlines names before an age, and persons of the parser that begin with a given name."""
    yield from (Run(each.start, each.end, "capitals") for each in persons)
    lines = union(each for each in lines_of(text, 0, len(text)) if shape_of(text[slice(*each)], language) == "headline")
    aged = _named_by(text, language, "aged_name")
    read = [(one, two) for one, two, label in labels if label == "PERSON" and is_given_name(text[one:two].split()[0])]
    for start, end in (*aged, *read):
        if touched(lines, start, end) and len(text[start:end].split()) > 1:
            yield from (Run(one, two, "headline") for one, two in lines_of(text, start, end))


def _over_line(text: str, end: int) -> int:
    r"""Return where the name that reaches *end* ends, if it is divided at the end of the line.

    >>> _over_line("Ada Karva-\nnol fled", 9), _over_line("Ada Bo\nfled", 6)
    (14, 6)
    """
    rest = re.compile(r"-\n[^\W\d_A-Z][^\W\d_]*").match(text, end)
    return rest.end() if rest else end


def _is_party(text: str, before: int, start: int, end: int) -> bool:
    """Return whether the name from *start* to *end* stands in brackets behind that of an official: "Ada Bo (Soc Dem)".

    >>> _is_party("Ada Bo (CGT) said", 6, 8, 11), _is_party("Ada Bo (Omar) said", 6, 8, 12)
    (True, False)
    """
    bracketed = text[before:start] == " (" and text[end : end + 1] == ")"
    return bracketed and not any(is_given_name(word) for word in text[start:end].split())


def _is_hyphened(text: str, start: int) -> bool:
    """Return whether the word at *start* is the later part of one with a hyphen: "co-chairs"."""
    return start > 0 and text[start - 1] == "-"


def _bodies(document: Document) -> Iterator[Stretch]:
    """Yield the stretches that name bodies and outlets, by their letters wherever these stand."""
    text, language = document.text, document.language
    for match in pattern(language, "institution").finditer(text):
        if not (_is_day(match[0], language) or match[0].endswith("Minister")):
            yield match.span()
    for name in ("organisation", "outlet"):
        for match in pattern(language, name).finditer(text):
            yield match.span()
    for letters in {text[start:end] for start, end in _named_by(text, language, "body_letters")}:
        if not is_given_name(letters.capitalize()):
            for match in re.finditer(rf"\b{letters}\b", text):
                yield match.span()
    for alias in find_aliases(text):
        yield alias.spans[0].start, alias.spans[0].end
    if document.outlet and not is_given_name(document.outlet):
        for match in re.finditer(re.escape(document.outlet), text):
            yield match.span()


def _dateline(text: str, outlet: str | None) -> list[Stretch]:
    r"""Return where the agency that a dateline has in brackets stands, and the place before it where that is in capitals.

    >>> [_dateline(f"{line} - Police spoke.", "North Wire") for line in ("ORVA (North Wire)", "Ada Bo (AFP)", "ORVA (Omar Bo)")]
    [[(0, 4), (6, 16)], [(8, 11)], []]
    """
    found = find_dateline(text)
    if found is None or text[found[1][0] - 1 : found[1][0]] not in ("(", "（"):
        return []
    agency = found[1]
    name = text[slice(*agency)]
    if is_given_name(name.split()[0]) and name != outlet:
        return []
    line = text.rfind("\n", 0, agency[0]) + 1
    place = text[line : agency[0] - 1].rstrip()
    return [*([(line, line + len(place))] if place.isupper() else []), agency]


def _is_day(name: str, language: str) -> bool:
    """Return whether the last word of *name* is that of a month or weekday."""
    last = name.split()[-1].lower()
    return last.endswith("day") or last in {row["name"].lower() for row in table(f"{language}/months")}


def _named_by(text: str, language: str, *patterns: str) -> list[Stretch]:
    """Return the names (group name) that *patterns* find, in their order."""
    return [match.span("name") for each in patterns for match in pattern(language, each).finditer(text)]


def _is_close(text: str, start: int, end: int, language: str) -> bool:
    """Return whether the words beside the name say that it is a person's: kin, a person's noun, another name, an age."""
    before, after = clause_before(text, start), clause_after(text, end)
    leads = ("kin_lead", "person_lead", "also_lead")
    follows = ("kin_follows", "alias_follows")
    return any(pattern(language, each).search(before) for each in leads) or any(
        pattern(language, each).match(after) for each in follows
    )


def _goes_on(text: str, names: Sequence[Name], start: int) -> bool:
    """Return whether a list of persons goes on with the name: "Omar Ruizal and Selam", "1. Omar Ruizal 2. Selam"."""
    return bool(names) and _GOES_ON.fullmatch(text[names[-1].end : start]) is not None


def _leads_on(text: str, end: int, labels: Sequence[tuple[int, int, str]]) -> bool:
    """Return whether the name that ends at *end* begins a list that goes on with a person: "Selam and Omar Ruizal"."""
    gap = re.compile(r"\s+and\s+").match(text, end)
    return gap is not None and any(one == gap.end() and label == "PERSON" for one, _, label in labels)


def _after_title(text: str, start: int, end: int, aged: Sequence[Stretch], language: str) -> tuple[int, bool]:
    """Return where the name from *start* to *end* begins behind the titles in it, and whether one shows an office: "Superintendent Li".

    Who stands with an age may have the name of a title: "Justice Verlo, 22".
    """
    titles = words(language, "office_noun") | words(language, "name_office") | words(language, "office_head")
    last = start
    for word in WHOLE_WORD.finditer(text, start, end):
        plain = word[0].lower()
        title = plain in titles or all(each in titles for each in JOINT.split(plain))
        title = title or (word[0] in words(language, "rank_short") and not text[start:end].isupper())
        if title and is_given_name(word[0]) and (start, end) in aged:
            continue
        if title and word.end() < end:
            last = re.compile(r"\W*").match(text, word.end()).end()  # type: ignore[union-attr]
    return last, last > start


def _after_office(text: str, start: int, end: int, language: str) -> int:
    """Return where the name from *start* to *end* begins behind common words that end an office: "Director of Public Prosecutions Verlo".

    >>> _after_office("Assistant District Attorney Eda Verlo", 0, 37, "en"), _after_office("Grace Field Verlo", 0, 17, "en")
    (28, 0)
    """
    found = list(WHOLE_WORD.finditer(text, start, end))
    common = takewhile(lambda word: is_common(word[0], language) and not is_given_name(word[0]), found[:-1])
    plain = list(islice(common, LONGEST_OFFICE))
    for count in range(len(plain), 0, -1):
        begin = found[count].start()
        if pattern(language, "office_lead").search(clause_before(text, begin)):
            return begin
    return start


def _with_nickname(text: str, start: int, names: Sequence[Name]) -> int:
    """Return where the name at *start* begins with the nickname in quotation marks right before it, and no name in that.

    >>> _with_nickname('They seek "Long" Ada Bo', 17, ()), _with_nickname('"They left," Ada Bo said', 12, ())
    (11, 12)
    """
    found = re.compile(r"[\"“](?P<name>[^\W\d_a-zß-ÿ][\w’'-]{1,20})[\"”][^\S\n]+\Z").search(
        text, max(0, start - 30), start
    )
    return start if found is None or (names and names[-1].end > found.start("name")) else found.start("name")


def _after_noun(text: str, start: int, end: int, language: str) -> tuple[int, bool]:
    """Return where the name from *start* to *end* begins behind nouns that say who is named, and whether there is a form of address."""
    honorifics = words(language, "honorific")
    leads = honorifics | words(language, "voice_head")
    if begins(text, start):
        # Elsewhere a noun has no capital, so that one that has is a name: "the prophet Shepherd Verlo".
        leads |= words(language, "person_noun") | words(language, "kin")
    called, before = False, ""
    for word in WORD.finditer(text, start, end):
        joined = word.end() == end or text[word.end()] == "-"
        if word[0].lower() not in leads or joined or word[0].lower() == before:
            break
        before = word[0].lower()
        called = called or word[0].lower() in honorifics
        start = re.compile(r"\W*").match(text, word.end()).end()  # type: ignore[union-attr]
    return start, called


def _targets(claim: Claim) -> Iterable[Span]:
    value = claim.target.value if claim.target else None
    return claim.target.spans if claim.target and value and value.id is None else ()


def _speaking(document: Document, claims: Sequence[Claim]) -> Owners:
    """Return the numbers of those who speak by a role or for a body, and who wrote the report, by the words of their names.

    The words of a body's or an outlet's own name do not speak: it may be called after somebody.
    """
    article = pattern(document.language, "article_lead")
    speakers = {speaker for claim in claims for mention in claim.speakers for speaker in mention.readings}
    names = {
        each.name
        for each in speakers
        if each.name
        and each.kind not in ("unknown", "outlet")
        and (each.role or (each.body and article.sub("", each.name) != article.sub("", each.body)))
    }
    if document.byline:
        names |= set(re.split(r",|\band\b", document.byline))
    found: Owners = {}
    for number, name in enumerate(sorted(names)):
        for word in words_of(name):
            found.setdefault(word, {})[number] = None
    return found


def _bare(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    found = pattern(language, "before_name").match(text[start:end])
    if found:
        start += found.end()
    if text[start : start + 2] in ("'s", "’s"):
        start += 2
    while start < end and not text[start].isalnum():
        start += 1
    stop = re.search(r"(?<=\w\w\w\w)\.\s", text[start:end])
    if stop:
        end = start + stop.start()
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end
