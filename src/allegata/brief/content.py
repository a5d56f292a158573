"""What stands in a brief, section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from allegata.brief import words
from allegata.brief.announcement import Variant, announcements, number_of, order
from allegata.brief.page import Block, Bullets, Figure, Footnote, Page, Section, Table, Text, joined, plain, used
from allegata.ground.wording import bounds, told, units
from allegata.model.claim import Claim
from allegata.model.link import Finding, Link
from allegata.model.mention import Span
from allegata.model.total import LeftOut, Silence, Total

NOTE = "Counts of claims, not of people. Nothing here says that a claim is true."
SHORTEST_ID = 8
Groups = tuple[tuple[Variant, ...], ...]
Cells = tuple[Text, ...]
SHOWN = ("named_individual", "document", "footage", "other_shown", "confirmed", "nothing", "refused", "absence_noted")
SHOWN_COLUMNS = ("who speaks", "claims", "a name", "a document", "footage", "other", "confirmed", "nothing", "refused", "absence noted")  # fmt: skip


def brief(
    asked: Mapping[str, str | None],
    claims: Sequence[Claim],
    links: Sequence[Link],
    totals: Sequence[Total] = (),
    silences: Sequence[Silence] = (),
    findings: Sequence[Finding] = (),
    ledger: Iterable[Claim] = (),
    made: str = "",
) -> Page:
    """Return the brief of *claims*: summary, totals, timeline, variants, what was shown, what does not fit, footnotes.

    asked: what the claims were asked for by, as the reader wrote it, null where their words are not to be printed. totals, silences: of these claims. findings: those about
    none of the claims, and about no document of theirs, are left away. ledger: further claims; those directly linked to one of
    *claims* stand among the variants and are not counted. made: when, and by whom. The order of the records makes no
    difference. Counts of claims, not of people.

    >>> brief({"body": "Police"}, (), ()).lead[0]
    ('No claim in this ledger fits.',)
    """
    known = {claim.id: claim for claim in chain(ledger, claims)}
    happenings = sorted({claim.id: claim for claim in claims if claim.action != "other"}.values(), key=order)
    by = (f"{name} {'given' if value is None else words.quoted(value)}" for name, value in asked.items())
    title = "Claims: " + (", ".join(by) or "all of the ledger")
    if not happenings:
        empty = (("No claim in this ledger fits.",), *_statements(claims), (f"{_made(made)}{NOTE}",))
        return Page(title, empty, (), {})
    groups = announcements(happenings, links, (known[each] for each in sorted(known)))
    fitting = _fitting(findings, happenings)
    about_findings = {f"finding {index}": each for index, each in enumerate(fitting)}
    sections = (
        Section("Summary", (Bullets(tuple(_sum(total, links, known) for total in totals)),)),
        Section("What was counted", (_counted(totals, known),)),
        Section("Timeline", (_timeline(groups),)),
        Section("Variants", tuple(_variants(groups))),
        *(
            [Section("What was shown for it", tuple(_shown(silences, known)))]
            if any(row.claims for row in silences)
            else []
        ),
        *([Section("What does not fit", (_misfits(about_findings, known),))] if fitting else []),
    )
    notes = _footnotes(used(sections), known, about_findings)
    return Page(title, (*_statements(claims), (f"{_made(made)}{NOTE}",)), sections, notes)


def _made(made: str) -> str:
    return f"Made {plain(made)}. " if made else ""


def _statements(claims: Sequence[Claim]) -> tuple[Text, ...]:
    left = any(claim.action == "other" for claim in claims)
    return (("Statements in which nothing is told that happened are not shown.",),) if left else ()


def _adding(total: Total) -> list[str]:
    """Return the claims that count in *total*, those merged into another among them."""
    merged = {each.claim for each in total.left_out if each.into is not None}
    return sorted({*total.counted, *merged, *(share.claim for share in total.shares)})


def _sorted(identities: Iterable[str], known: Mapping[str, Claim]) -> tuple[str, ...]:
    """Return those of *identities* that are known, in the order of their claims."""
    return tuple(sorted((each for each in identities if each in known), key=lambda each: order(known[each])))


def _sum(total: Total, links: Sequence[Link], known: Mapping[str, Claim]) -> Text:
    """Return what *total* says as one sentence."""
    adding = _adding(total)
    left = [each for each in total.left_out if each.into is None]
    without = ""
    if left:
        why = sorted({each.why for each in left})
        without = f"{words.several(len(left), len(left), 'claim')} left out ({', '.join(why)})"
    done = told(total.action)
    if not adding:
        nothing = f"No {units(total.unit)}" if total.unit != "unknown" else "Nothing"
        return (Figure(f"{nothing} counted as {done}: {without}.", _sorted([each.claim for each in left], known)),)
    reports = len({known[each].document.id for each in adding if each in known})
    times = words.several(*number_of(adding, links), "announcement")
    spread = f"in {times} in {words.several(reports, reports, 'report')}"
    made: list[str | Figure] = [
        Figure(f"{words.amount(total)} said to be {done}, {spread}.", _sorted(adding, known)),
    ]
    if without:
        made += [" ", Figure(f"Further, {without}.", _sorted([each.claim for each in left], known))]
    return tuple(made)


def _counted(totals: Sequence[Total], known: Mapping[str, Claim]) -> Table:
    """Return what each claim adds to its total, or why it adds nothing; the sum of several first."""
    rows: list[Cells] = []
    for total in totals:
        shares = {share.claim: share for share in total.shares}
        left = {each.claim: each for each in total.left_out}
        about: Text = (f"{told(total.action)}: {units(total.unit)}",)
        everything = _sorted({*shares, *left, *total.counted}, known)
        if len(everything) > 1:
            sums = (str(total.low), _high(total.high))
            rows.append((about, ("sum",), ("",), ("",), *((Figure(each, everything),) for each in sums), ("",)))
        for identity in everything:
            claim, share = known[identity], shares.get(identity)
            rows.append(
                (
                    about,
                    words.number(claim),
                    (words.outlet(claim),),
                    (words.speakers(claim),),
                    (Figure(str(share.low), (identity,)) if share else "–",),
                    (Figure(_high(share.high), (identity,)) if share else "–",),
                    _why(left.get(identity), known),
                )
            )
    columns = ("counted as", "number as printed", "outlet", "said by", "adds at least", "adds at most", "why")
    return Table("What each claim adds to a total, or why it adds nothing.", columns, tuple(rows))


def _high(high: int | None) -> str:
    return "no bound" if high is None else str(high)


def _why(left: LeftOut | None, known: Mapping[str, Claim]) -> Text:
    if left is None:
        return ("counted",)
    if left.into is None:
        return (f"left out: {left.why}",)
    why = left.why if left.sure else f"perhaps {left.why}"
    return (Figure(why, (left.into,)) if left.into in known else why,)


def _label(index: int) -> str:
    return f"A{index}"


def _each(variants: Iterable[Variant], say: Callable[[Claim], str]) -> Text:
    """Return what *say* has of each of *variants*, each wording once."""
    said = list(dict.fromkeys(say(each.claim) for each in variants))
    return ("; ".join([each for each in said if each != words.NOT_STATED] or said),)


def _timeline(groups: Groups) -> Table:
    """Return a row for each announcement: when it was said, by whom, what, and apart from that when it is to have happened."""
    rows: list[Cells] = []
    for index, group in enumerate(groups, 1):
        asked = [each for each in group if each.asked_for]
        notes: dict[str, list[str]] = {}
        for each in asked:
            (figure,) = words.number(each.claim)
            notes.setdefault(figure.text if isinstance(figure, Figure) else figure, []).append(each.claim.id)
        numbers = joined([(Figure(text, tuple(keys)),) for text, keys in notes.items()], "; ")
        rows.append(
            (
                (_label(index),),
                _each(asked, lambda claim: words.days(claim.spoken)),
                _each(asked, words.speakers),
                _each(asked, words.happening),
                numbers,
                _each(asked, lambda claim: words.days(claim.period)),
                _each(asked, words.places),
            )
        )
    return Table(
        "Announcements by the day they were made. Doubtful links are taken to hold; a part of another count stands by itself.",
        ("announcement", "said on", "said by", "said to be", "number", "when it is to have happened", "where"),
        tuple(rows),
    )


def _variants(groups: Groups) -> list[Block]:
    """Return how each report has each announcement."""
    rows: list[Cells] = []
    for index, group in enumerate(groups, 1):
        for each in group:
            claim = each.claim
            doubt = [] if each.joined == "sure" else ["in doubt whether the same"]
            outside = [] if each.asked_for else ["not asked for, not counted"]
            rows.append(
                (
                    (_label(index),),
                    (words.outlet(claim),),
                    (words.published(claim),),
                    (words.speakers(claim),),
                    (words.conduits(claim),),
                    (words.happening(claim),),
                    words.number(claim),
                    (words.hedge(claim),),
                    words.evidence(claim),
                    ("; ".join(doubt + outside) or "–",),
                )
            )
    columns = (
        "announcement",
        "outlet",
        "published",
        "said by",
        "through",
        "said to be",
        "number",
        "hedge",
        "evidence",
        "note",
    )
    return [Table("Each announcement as each report has it.", columns, tuple(rows))]


def _shown_numbers(row: Silence, known: Mapping[str, Claim]) -> Iterator[Text]:
    """Yield the numbers of *row*, each with the claims whose words it rests on; a dash for none."""
    stated = {each: known[each].evidence.class_ if each in known else "" for each in row.counted}
    for name in SHOWN:
        number = getattr(row, name)
        doubt = row.confirmed_in_doubt if name == "confirmed" else 0
        if name in ("refused", "absence_noted"):
            of = tuple(each for each in row.counted if stated[each] == name)
        elif name in ("confirmed", "nothing"):
            of = tuple(each for each in row.counted if name == "confirmed" or stated[each] != "shown")
        else:
            of = tuple(each for each in row.counted if stated[each] == "shown")
        yield (Figure(bounds(number, number + doubt), of) if number or doubt else "–",)


def _shown(silences: Sequence[Silence], known: Mapping[str, Claim]) -> list[Block]:
    """Return for how many claims what was shown."""
    rows: list[Cells] = []
    for row in silences:
        if row.of == "speaker" and row.speaker is None:
            continue
        about = {
            "all": "all",
            "body": row.body or "no body known",
            "speaker": ", ".join(each for each in (row.speaker, row.body) if each),
        }
        rows.append(((plain(about[row.of]),), (Figure(str(row.claims), row.counted),), *_shown_numbers(row, known)))
    told = (
        "Asserted claims, those that surely are the same once. confirmed: an independent speaker of another body says the same.",
    )
    return [told, Table("For how many claims it was shown, or refused.", SHOWN_COLUMNS, tuple(rows))]


def _fitting(findings: Sequence[Finding], claims: Sequence[Claim]) -> list[Finding]:
    """Return those of *findings* that are about *claims* or, where they are about no claim, about their documents, sorted."""
    ids, documents = {claim.id for claim in claims}, {claim.document.id for claim in claims}
    kept = [each for each in findings if ids & set(each.claims) or (not each.claims and each.document in documents)]
    return sorted(kept, key=lambda each: (each.kind, each.document or "", each.claims, each.field, each.explanation))


def _misfits(findings: Mapping[str, Finding], known: Mapping[str, Claim]) -> Bullets:
    """Return one sentence a finding."""
    return Bullets(
        tuple(
            (
                f"{finding.kind.replace('_', ' ')}: ",
                Figure(plain(finding.explanation), tuple(each for each in finding.claims if each in known) or (key,)),
            )
            for key, finding in findings.items()
        )
    )


def _footnotes(keys: Iterable[str], known: Mapping[str, Claim], findings: Mapping[str, Finding]) -> dict[str, Footnote]:
    """Return the footnotes of *keys*, each a claim or a finding, in their order."""
    size = _size(known)
    by_document = {known[each].document.id: known[each] for each in sorted(known)}
    made = {}
    for key in keys:
        claim = known.get(key)
        if claim is not None:
            spans = claim.count.spans if claim.count else ()
            made[key] = _footnote(claim, (claim.passage, *spans), key[:size])
        else:
            finding = findings[key]
            made[key] = _footnote(by_document[finding.document or ""], finding.spans, None)
    return made


def _size(known: Iterable[str]) -> int:
    """Return how many first characters tell the ids of *known* apart, eight at least."""
    ids = sorted(known)
    size = SHORTEST_ID
    while len({each[:size] for each in ids}) < len(ids):
        size += 1
    return size


def _footnote(claim: Claim, spans: Iterable[Span], identity: str | None) -> Footnote:
    title = plain(claim.document.title or "")
    about = f"{words.outlet(claim)}, {words.published(claim)}, {words.quoted(title) if title else 'without a title'}"
    quotes = tuple((plain(span.text), f"{span.start}–{span.end}") for span in spans)
    return Footnote(about, plain(claim.document.url or "") or None, quotes, identity)
