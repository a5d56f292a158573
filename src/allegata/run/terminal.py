"""Records as a person at a terminal reads them: tables, the chain of one claim, what a total counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from allegata.export.basis import told
from allegata.ground.place import hedged
from allegata.ground.wording import days as period_days
from allegata.ground.wording import units, where
from allegata.ledger import Ruling
from allegata.model.batch import Batch
from allegata.model.claim import Claim, Period
from allegata.model.document import Capture, Document
from allegata.model.link import Finding, Link, Reason
from allegata.model.mention import Mention, Span
from allegata.model.total import LeftOut, Share, Total

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)
LINKED = 20
"""Other claims to which `show` prints the links of one."""
ABOUT = 6
"""Claims of a finding whose ids a table shows."""
NO_RANGE = "no range: the words do not stand there as they are read"
"""What is said of the bytes of a claim in a page of markup, a PDF, or another encoding than UTF-8."""
NOTE = "Counts of claims, not of people."
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""Return *text* with what would steer a terminal, or turn its reading direction, written out.

    >>> visible("a\x1b[31m")
    'a\\x1b[31m'
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def escape(text: str) -> str:
    """Return *text* as markup that prints it as it is, with what would steer a terminal written out."""
    return escape_markup(visible(text))


def say(text: str, style: str = "", to: Console = ERR) -> None:
    """Print one line, to standard error unless *to* is another."""
    to.print(visible(text).replace("\n", "\\n"), style=style, markup=False, soft_wrap=True)


def counted(number: int, noun: str, many: str | None = None) -> str:
    """Return *number* of *noun*; *many*: its plural, where that is not made with an s.

    >>> counted(1, "claim"), counted(2, "claim"), counted(2, "batch", "batches")
    ('1 claim', '2 claims', '2 batches')
    """
    return f"{number} {noun if number == 1 else many or noun + 's'}"


_KINDS = {
    "body": ("captured file", None),
    "masks": ("set of masks", "sets of masks"),
    "address": ("address", "addresses"),
}


def entered(number: int, kind: str) -> str:
    """Return how many records of a *kind* there are.

    >>> entered(2, "link"), entered(1, "claim"), entered(2, "masks")
    ('2 links', '1 claim', '2 sets of masks')
    """
    return counted(number, *_KINDS.get(kind, (kind, None)))


def numbers(claim: Claim) -> str:
    """Return how many of what *claim* says, empty when it says no number."""
    count = claim.count.value if claim.count else None
    if count is None:
        return "in doubt" if claim.count and claim.count.readings else ""
    return f"{_bounds(count.low, count.high)} {units(count.unit, count.high == 1) if count.unit else ''}".strip()


def _bounds(low: int | None, high: int | None) -> str:
    """Return the two bounds of a count, either of which may be open.

    >>> _bounds(60, 60), _bounds(20, 99), _bounds(64, None), _bounds(None, 5), _bounds(None, None)
    ('60', '20–99', 'at least 64', 'at most 5', '')
    """
    if low is None:
        return "" if high is None else f"at most {high}"
    return f"at least {low}" if high is None else str(low) if low == high else f"{low}–{high}"


def happening(claim: Claim) -> str:
    """Return action, status and number of *claim*."""
    status = "" if claim.status == "asserted" else f" ({claim.status})"
    return f"{claim.action}{status} {numbers(claim)}".strip()


def who(claim: Claim) -> str:
    """Return the speaker of *claim* in words, empty when nobody is named."""
    speaker = claim.speakers[0].value if claim.speakers else None
    return ", ".join(dict.fromkeys(each for each in ((speaker.name, speaker.body) if speaker else ()) if each))


def _table(*columns: str, identities: bool = False) -> Table:
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    if identities:
        rows.add_column("id", no_wrap=True, min_width=8)
    for name in columns:
        rows.add_column(name, no_wrap=name in ("said", "relation", "kind"), overflow="fold")
    return rows


def _two_lines(first: str, second: str) -> str:
    return f"{first}\n[dim]{escape(second)}[/dim]"


def show_claims(claims: Sequence[Claim]) -> None:
    """Print a table of *claims*, and how many there are; nothing when none is of something that happened."""
    happenings = [claim for claim in claims if claim.action != "other"]
    if not happenings:
        return
    rows = _table("claim", "said", "speaker, and who printed it", "where", identities=True)
    for claim in happenings:
        spoken = claim.spoken.value if claim.spoken else None
        rows.add_row(
            claim.id[:8],
            _two_lines(
                escape(happening(claim)), "\n".join((claim.evidence.class_.replace("_", " "), *claim.rules.decisions))
            ),
            (spoken.start if spoken else "") or "",
            _two_lines(escape(who(claim)) or "[dim]nobody named[/dim]", claim.document.outlet or "outlet not known"),
            escape(where(claim)),
        )
    OUT.print(rows)
    others = len(claims) - len(happenings)
    beside = f", and {counted(others, 'statement')} in which nothing is told that happened" if others else ""
    OUT.print(f"{counted(len(happenings), 'claim')}{beside}. {NOTE}")


def line_of(link: Link, known: Mapping[str, Claim]) -> str:
    """Return *link* as one line, each end with its action and number. known: claims by id."""
    left, right = (
        f"{each[:8]} ({happening(known[each])})" if each in known else each[:8] for each in (link.left, link.right)
    )
    return f"{left} is {link.relation}{'' if link.sure else ', in doubt,'} to {right}"


def show_links(links: Sequence[Link], claims: Iterable[Claim]) -> None:
    """Print a table of *links*; each end says its action, number and outlet."""
    known = {claim.id: claim for claim in claims}

    def end(identity: str) -> str:
        claim = known.get(identity)
        if claim is None:
            return identity[:8]
        return _two_lines(escape(happening(claim)), f"{identity[:8]} {claim.document.outlet or ''}")

    if not links:
        OUT.print("none")
        return
    rows = _table("left", "relation", "right")
    for link in links:
        rows.add_row(end(link.left), f"{link.relation}{'' if link.sure else ' (in doubt)'}", end(link.right))
    OUT.print(rows)


def show_findings(findings: Sequence[Finding]) -> None:
    """Print what does not fit, one sentence each, with the claims it is about."""
    if not findings:
        OUT.print("none")
        return
    rows = _table("kind", "explanation", "claims")
    for finding in findings:
        about = " ".join(claim[:8] for claim in finding.claims[:ABOUT])
        if len(finding.claims) > ABOUT:
            about += f" and {len(finding.claims) - ABOUT} more"
        rows.add_row(finding.kind, escape(finding.explanation), about)
    OUT.print(rows)


def range_of(low: int, high: int | None) -> str:
    """Return two bounds in words.

    >>> range_of(60, 60), range_of(54, 66), range_of(5, None), range_of(32, 30)
    ('60', '54 to 66', '5 or more', '32 to the low, 30 to the high')
    """
    if high is not None and low > high:
        return f"{low} to the low, {high} to the high"
    return f"{low} or more" if high is None else str(low) if low == high else f"{low} to {high}"


def _left_out(left: LeftOut, share: Share | None) -> str:
    """Return why a claim was left out, and what it may add all the same."""
    why = f"{left.why} ({left.into[:8]})" if left.into else left.why
    if left.into and not left.sure:
        why = f"perhaps {why}"
    if share is None or share.high == 0:
        return why
    most = "any number" if share.high is None else str(share.high)
    return f"{why}; if not, adds up to {most}" if left.into else f"{why}; adds up to {most} to the high"


def show_totals(totals: Sequence[Total], claims: Iterable[Claim]) -> None:
    """Print what claims add up to; under each total what was counted (+), and what was left out and why."""
    if not totals:
        OUT.print("no claims to add up")
        return
    known = {claim.id: claim for claim in claims}

    def line(identity: str, action: str) -> str:
        claim = known.get(identity)
        if claim is None:
            return identity[:8]
        also = "" if claim.action == action else f", also {action}"
        return f"{identity[:8]}  {happening(claim)}{also}, {claim.document.outlet or 'outlet not known'}"

    for total in totals:
        high = "no stated upper bound" if total.high is None else f"at most {total.high}"
        OUT.print(f"[bold]{escape(f'{total.action}, {total.unit}')}[/bold]: at least {total.low}, {high}")
        shares = {share.claim: share for share in total.shares}
        for identity in total.counted:
            share = shares[identity]
            why = f" ({share.why})" if share.why else ""
            adds = f": adds {range_of(share.low, share.high)}{why}"
            OUT.print(f"  [green]+[/green] {escape(line(identity, total.action) + adds)}", soft_wrap=True)
        for left in total.left_out:
            reason = _left_out(left, shares.get(left.claim))
            OUT.print(f"  [dim]  {escape(f'{line(left.claim, total.action)}: {reason}')}[/dim]", soft_wrap=True)
    OUT.print(NOTE)


def what_of(ruling: Ruling) -> str:
    """Return what a decision says, in one line without its reason."""
    decision, now = ruling.decision, [each[:8] for each in ruling.claims]
    claims = [each.claim[:8] for each in decision.subjects]
    about = " and ".join(claims) + (f" (now {' and '.join(now)})" if now and now != claims else "")
    match decision.kind:
        case "undo":
            return f"undo {(decision.undoes or '')[:8]}"
        case "correct":
            return f"correct {about}: {decision.field} is {decision.value or 'none'}"
        case _ if decision.relation:
            return f"{decision.kind} {decision.relation} of {about}"
        case _:
            return f"{decision.kind} {about}"


def show_rulings(rulings: Sequence[Ruling], many: bool = True) -> None:
    """Print what people decided, and what has become of it; with *many* how many decisions there are."""
    for ruling in rulings:
        decision = ruling.decision
        style = {"in force": "green", "conflict": "red"}.get(ruling.state, "dim")
        OUT.print(f"{decision.id[:8]} [{style}]{ruling.state}[/{style}] {escape(what_of(ruling))}", soft_wrap=True)
        OUT.print(
            f"  [dim]{escape(f'{decision.by}, {ruling.recorded_at[:10]}: {decision.reason}')}[/dim]", soft_wrap=True
        )
        if ruling.why:
            OUT.print(f"  [{style}]{escape(ruling.why)}[/{style}]", soft_wrap=True)
    if many:
        conflicts = sum(ruling.state == "conflict" for ruling in rulings)
        beside = f", {counted(conflicts, 'conflict')}" if conflicts else ""
        OUT.print(f"{counted(len(rulings), 'decision')}{beside}." if rulings else "no decisions")


def _span(span: Span) -> str:
    words = " ".join(span.text.split())
    return f"“{words if len(words) <= 90 else f'{words[:87]}…'}” {span.start}–{span.end}"


def _spans(spans: Sequence[Span], otherwise: str = "inferred") -> str:
    return "\n".join(_span(span) for span in spans) or otherwise


def _period(mention: Mention[Period]) -> str:
    def days(period: Period) -> str:
        if period.start is None and period.end is None:
            return f"unresolved: {period.timex}"
        return f"{period_days(period)}{'' if period.calendar == 'gregorian' else f' ({period.calendar} calendar)'}"

    return " or ".join(days(each) for each in mention.readings) or "unresolved"


def fields_of(claim: Claim) -> list[tuple[str, str, str]]:
    """Return what *claim* says, field by field: the field, its value, and its words with their code points."""
    rows: list[tuple[str, str, str]] = []
    attribution = claim.attribution
    for speaker in claim.speakers:
        names = [", ".join(each for each in (one.name, one.role, one.body) if each) for one in speaker.readings]
        rows.append(("speaker", f"{' or '.join(names)} ({speaker.readings[0].kind})", _spans(speaker.spans)))
    if attribution:
        rows.append((f"{attribution.form} speech", "cue", _spans(attribution.cue)))
        rows.append(("", "content", _spans(attribution.content)))
    for hop in claim.conduits:
        rows.append(("through", " or ".join(each.name for each in hop.readings), _spans(hop.spans)))
    rows.append(("outlet", claim.document.outlet or "not known", claim.document.published or "date not known"))
    if claim.count:
        bounds = numbers(claim)
        value = claim.count.value
        profile = f", bounds by the profile {value.profile}" if value and value.profile != "exact" else ""
        how = f" ({value.modifier.replace('_', ' ')}{profile})" if value else ""
        rows.append(("count", f"{bounds}{how}", _spans(claim.count.spans)))
    for name, mention in (("said", claim.spoken), ("happened", claim.period)):
        if mention:
            rows.append((name, _period(mention), _spans(mention.spans)))
    for place in claim.places:
        readings = [f"{each.name} ({each.id or each.country})" for each in place.readings]
        rows.append(("where", hedged(place, " or ".join(readings)), _spans(place.spans)))
    if claim.target:
        rows.append(("target", " or ".join(each.name for each in claim.target.readings), _spans(claim.target.spans)))
    rows.append(("evidence", claim.evidence.class_.replace("_", " "), _spans(claim.evidence.spans, "")))
    rows.append(("stance", claim.stance.class_, _spans(claim.stance.spans, "")))
    return rows


def _show_reasons(claim: Claim, links: Sequence[Link]) -> None:
    """Print what other claims are to *claim*, field by field; relations of one pair that rest on the same reasons stand together."""
    pairs: dict[tuple[str, str, str, tuple[Reason, ...]], list[Link]] = {}
    for link in links:
        pairs.setdefault((link.left, link.right, link.judge, link.reasons), []).append(link)
    for (one, other, judge, reasons), made in list(pairs.items())[:LINKED]:
        left, right = ("this" if each == claim.id else each[:8] for each in (one, other))
        said = ", ".join(f"[bold]{link.relation}[/bold]{'' if link.sure else ' (in doubt)'}" for link in made)
        OUT.print(f"{left} {said} {right} [dim]by {escape(judge)}[/dim]")
        for reason in reasons:
            if reason.verdict != "missing":
                OUT.print(f"  [dim]{reason.field} {reason.verdict}: {escape(reason.note)}[/dim]")
        untold = ", ".join(reason.field for reason in reasons if reason.verdict == "missing")
        if untold:
            OUT.print(f"  [dim]not told by both: {untold}[/dim]")
    if len(pairs) > LINKED:
        OUT.print(f"[dim]and links to {len(pairs) - LINKED} more; --format json lists them[/dim]")


def show_claim(
    claim: Claim,
    document: Document,
    capture: Capture,
    batch: Batch,
    links: Sequence[Link],
    rulings: Sequence[Ruling] = (),
    at: tuple[int, int] | None = None,
) -> None:
    """Print one claim whole: each value with its words, its links with their reasons, what people decided, and where its bytes are.

    at: where its passage stands among the captured bytes, half-open, where that can be told.
    """
    OUT.print(f"[bold]{escape(happening(claim))}[/bold]  [dim]{claim.id}[/dim]")
    OUT.print(f"{escape(claim.passage.text)} [dim]{claim.passage.start}–{claim.passage.end}[/dim]")
    rows = _table("", "value", "words, and their code points")
    for field in fields_of(claim):
        rows.add_row(*(escape(each) for each in field))
    OUT.print(rows)
    _show_reasons(claim, links)
    show_rulings(rulings, many=False)
    lines = (
        ("document", f"{document.id}, {document.reader}"),
        *(("basis", each) for each in told(document.basis)),
        ("capture", f"{capture.origin}, {capture.media_type}, {capture.fetched_at or 'time not known'}"),
        ("bytes", f"sha256 {capture.body}, {f'{at[0]}–{at[1]}' if at else NO_RANGE}"),
        ("batch", f"{batch.sequence}, {batch.hash[:16]}…, recorded {batch.recorded_at} by {batch.by}"),
        ("rules", f"{claim.rules.model}, tables {claim.rules.tables[:16]}"),
    )
    for name, value in lines:
        OUT.print(f"[dim]{name:<9}[/dim] {escape(value)}", soft_wrap=True)
    OUT.print(NOTE)
