"""What is listed and counted of a ledger is what a look at each of its claims gives, whatever was entered, decided or erased since."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import count, groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stores import enter

from allegata.claim import claims as read_claims
from allegata.claim import sample
from allegata.ledger import ALL, ClaimFilter, Ledger, Standing, Supersession, erase, matches, open_ledger
from allegata.ledger.listing import Selected
from allegata.ledger.records import as_stored
from allegata.ledger.selection import days_of, term_words, terms, written
from allegata.mask import outward
from allegata.model import (
    Actor,
    Capture,
    Claim,
    Count,
    Decision,
    Document,
    InputError,
    MaskedSpan,
    Masks,
    Mention,
    Period,
    Place,
    Record,
    Speaker,
    with_decision_id,
)
from allegata.run.pipeline import Given

NOW = "2024-01-01T00:00:00Z"
TEXT = "Ana Po, a police spokeswoman, said that ten men were arrested in Lima."
(BARE,) = read_claims(sample(TEXT))
NAMES = ("Ana Po", "Zoë Brémond", "Ana", "[person 1]", None)
BODIES = ("Police", "Port Police", "police", "Ministry of Justice", None)
PLACES = (
    Place("Lima", "geonames:1", "PE", "Lima", "city"),
    Place("Lima", "iso:PE-LIM", "PE", "Lima", "admin1"),
    Place("Peru", "iso:PE", "PE", None, "country"),
    Place("Cusco", None, "PE", "Cusco", "admin1"),
    Place("KE", None, "KE", None, "admin1"),
)
TARGETS = (None, Actor("Islamic State", "isis"), Actor("Omar Ruizal", None))
DAYS = ("2023", "2024-05", "2024-05-08", None)
PERIODS = (
    None,
    Period("2024-05-01", "2024-06-01", "2024-05", "gregorian", "month"),
    Period("2024-05-08", None, "2024-05-08", "gregorian", "vague"),
    Period(None, None, "x", "gregorian", "vague"),
)
ACTIONS = ("arrest", "kill", "other")
STATUSES: tuple[Any, ...] = ("asserted", "denied")


def several(values: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


@st.composite
def made_claims(draw: st.DrawFn) -> Claim:
    """A claim of an invented document, whose fields have none, one or several readings."""

    def mention(found: list[Any]) -> Mention[Any]:
        return Mention(BARE.speakers[0].spans, found, "made")

    who = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(BODIES)), max_size=2, unique=True))
    speakers = [Speaker(name, None, body, None, "official" if body else "unknown", True, False) for name, body in who]
    target, period, spoken = draw(st.sampled_from(TARGETS)), draw(several(PERIODS[1:])), draw(st.sampled_from(PERIODS))
    units = [Count(10, 10, unit, "exact", "ten", "exact") for unit in draw(several(("person", "team")))]
    return replace(
        BARE,
        id=secrets.token_hex(16),
        document=replace(
            BARE.document, outlet=draw(st.sampled_from(("Port Times", "Times", None))), published=draw(st.sampled_from(DAYS))
        ),
        speakers=(mention(speakers),),
        action=draw(st.sampled_from(ACTIONS)),
        also_actions=tuple(draw(several(ACTIONS[:2]))),
        status=draw(st.sampled_from(STATUSES)),
        places=tuple(mention([place]) for place in draw(several(PLACES))),
        target=mention([target]) if target else None,
        count=mention(units) if units else None,
        period=mention(period) if period else None,
        spoken=mention([spoken]) if spoken else None,
    )  # fmt: skip


FILTERS = st.builds(
    ClaimFilter,
    speaker=st.sampled_from((None, None, None, "ana", '"Ana"', "nobody", "")),
    body=st.sampled_from((None, None, None, "police", '"Police"')),
    action=st.sampled_from((None, None, "arrest")),
    place=st.sampled_from((None, None, "PE", "lima")),
    outlet=st.sampled_from((None, None, '"times"')),
    status=st.sampled_from((None, None, "denied")),
    kind=st.sampled_from((None, None, "official")),
    target=st.sampled_from((None, None, None, "isis", "Omar Ruizal")),
    since=st.sampled_from((None, None, "2024-05-20")),
    until=st.sampled_from((None, None, "2024")),
    search=st.sampled_from((None, None, None, "arrested", '"ten men"', '"men ten"', "pol*", "justice")),
)


def added(ledger: Ledger, *claims: Claim) -> tuple[Claim, ...]:
    """Enter each of *claims* with a document of its own, and return them as they were entered."""
    entered = []
    body = hashlib.sha256(TEXT.encode()).hexdigest()
    capture = Capture(sample(TEXT).capture, None, None, "text/plain", body, "stdin")
    records: list[tuple[str, Record]] = [] if ledger.is_kept("capture", capture.id) else [("capture", capture)]
    for claim in claims:
        document = replace(sample(TEXT), id=secrets.token_hex(16))
        entered.append(replace(claim, document=replace(claim.document, id=document.id)))
        records += [("document", document), ("masks", Masks(document.id, ())), ("claim", entered[-1])]
    ledger.append(records, "test", NOW, {body: TEXT.encode()})
    return tuple(entered)


def latest_first(claims: list[Claim]) -> list[Claim]:
    """Return *claims* by report, the last entered first, those of one as they were entered."""
    runs = [list(run) for _, run in groupby(claims, key=lambda each: each.document.id)]
    return [claim for run in reversed(runs) for claim in run]


def newest_first(claims: list[Claim]) -> list[Claim]:
    return sorted(latest_first(claims), key=lambda each: each.document.published or "", reverse=True)


def check_facets(ledger: Ledger, wanted: ClaimFilter, every: list[Claim], ids: frozenset[str] | None = None) -> None:
    listed = {(field, term_words(words)) for claim in every for field, words, label in written(claim) if label}
    labels = {(field, label) for claim in every for field, words, label in written(claim)}
    asked = [claim for claim in every if ids is None or claim.id in ids]
    for facet in ledger.facets(wanted, top=3, among=ids):
        freed = replace(wanted, **{facet.field: None})
        among = [claim for claim in asked if matches(claim, freed)]
        found = [{each for each in terms(claim) if each[0] == facet.field and each in listed} for claim in among]
        counts = Counter(value for values in found for value in values)
        assert facet.without == sum(not values for values in found), facet
        assert len(facet.values) + facet.others == len(counts), facet
        assert [each.claims for each in facet.values[:3]] == sorted(counts.values(), reverse=True)[:3]
        for value in facet.values:
            chosen = replace(wanted, **{facet.field: value.key})
            assert value.claims == sum(matches(claim, chosen) for claim in asked), (facet, value)
            assert value.claims == counts[facet.field, term_words(value.key)]
            assert (facet.field, value.label) in labels


def check_days(ledger: Ledger, wanted: ClaimFilter, among: list[Claim]) -> None:
    for of, field in (("happened", "period"), ("spoken", "spoken")):
        days = ledger.days(wanted, of)  # type: ignore[arg-type]
        found = [set(days_of(getattr(claim, field))) for claim in among]
        counts = Counter(each for several in found for each in several)
        assert [(each.start or "0000-00-00", each.end or "9999-99-99", each.claims) for each in days.counts] == sorted(
            (*span, number) for span, number in counts.items()
        )
        assert days.without == sum(not several for several in found)
    published = ledger.days(wanted, "published")
    assert sum(each.claims for each in published.counts) + published.without == len(among)
    assert published.without == sum(claim.document.published is None for claim in among)


def check(ledger: Ledger, *filters: ClaimFilter) -> None:
    """Check that what *ledger* lists for *filters* is what a look at each claim gives."""
    every = list(ledger.claims())
    for wanted in (ALL, *filters):
        among = [claim for claim in every if matches(claim, wanted)]
        assert ledger.ids(wanted) == tuple(claim.id for claim in among), wanted
        assert ledger.selected(wanted, 0, 100) == Selected(len(among), tuple(among))
        assert ledger.selected(wanted, 1, 2, "latest") == Selected(len(among), tuple(latest_first(among)[1:3]))
        assert ledger.selected(wanted, 1, 3, "published") == Selected(len(among), tuple(newest_first(among)[1:4]))
        third = frozenset(claim.id for claim in every[::3]) | {"0" * 32}
        named = tuple(claim for claim in among if claim.id in third)
        assert ledger.selected(wanted, 0, 100, among=third) == Selected(len(named), named)
        assert ledger.numbers(wanted, {"third": third, "none": frozenset()}) == {"third": len(named), "none": 0}
        check_facets(ledger, wanted, every, third)
        happenings = tuple(claim.id for claim in among if claim.action != "other")
        assert ledger.ids(wanted, happenings_only=True) == happenings
        check_facets(ledger, wanted, every)
        check_days(ledger, wanted, among)


def test_the_claims_of_a_report_are_listed_as_they_stand_in_it(location: str) -> None:
    """Police said ten men were arrested in Lima and six in Cusco."""
    with open_ledger(location, as_stored, True) as ledger:
        first = added(ledger, *(replace(BARE, id=secrets.token_hex(16)) for _ in range(2)))
        body = hashlib.sha256(TEXT.encode()).hexdigest()
        document = replace(sample(TEXT), id=secrets.token_hex(16))
        said = [
            replace(BARE, id=secrets.token_hex(16), document=replace(BARE.document, id=document.id)) for _ in range(3)
        ]
        records = [("document", document), ("masks", Masks(document.id, ())), *(("claim", each) for each in said)]
        ledger.append(records, "test", NOW, {body: TEXT.encode()})
        expected = tuple(each.id for each in (*said, first[1], first[0]))
        for order in ("latest", "published"):
            assert tuple(each.id for each in ledger.selected(ALL, 0, 9, order).claims) == expected


@pytest.fixture(scope="module")
def stores(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Ledger]]:
    """A ledger in each store that goes on growing."""
    folder = str(tmp_path_factory.mktemp("listing") / "ledger")
    schema = f"listing_{secrets.token_hex(8)}"
    with (
        open_ledger(folder, as_stored, True) as one,
        open_ledger(f"{server}/postgres?schema={schema}", as_stored, True) as other,
    ):
        yield one, other


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(made_claims(), max_size=3), st.lists(FILTERS, min_size=3, max_size=3))
def test_what_is_listed_is_what_a_look_at_each_claim_gives(
    stores: tuple[Ledger, Ledger], claims: list[Claim], filters: list[ClaimFilter]
) -> None:
    for ledger in stores:
        added(ledger, *claims)
        check(ledger, *filters)


PAGES = (
    ("Port Times", "Teo Arbulu, a police spokesman, said that ten men were arrested in Lima, Peru. He said 12 rifles were seized."),
    ("North Wire", "Interior minister Ada Brill said on Monday that 14 smugglers were arrested in Cusco, Peru."),
    ("Port Times", "Ada Brill, the interior minister, said that 14 people were killed in Nairobi, Kenya."),
    ("East Post", "Police said that Omar Ruizal and four other men were arrested in Lima, Peru."),
)  # fmt: skip
LOOKED_FOR = (
    ClaimFilter(body="police"),
    ClaimFilter(body='"Ministry of Justice"'),
    ClaimFilter(action="arrest"),
    ClaimFilter(place="PE", outlet="times"),
    ClaimFilter(search='"ada brill"'),
    ClaimFilter(search="justice"),
    ClaimFilter(since="2024-05-08", until="2024-05-09"),
    ClaimFilter(kind="official", evidence="none_stated"),
)
NUMBERS = count(1)


def read_page(ledger: Ledger, folder: Path, number: int) -> Document:
    outlet, text = PAGES[number]
    enter(ledger, folder / f"{number}.txt", text, Given(f"2024-05-{8 + number:02}", outlet))
    return list(ledger.documents())[-1]


def labels(ledger: Ledger, field: str, wanted: ClaimFilter = ALL) -> list[str]:
    (facet,) = ledger.facets(wanted, [field])
    return [value.label for value in facet.values]


def decide(ledger: Ledger, kind: str, claim: str = "", **more: Any) -> str:
    subjects = (ledger.subject(claim),) if claim else ()
    made = with_decision_id(Decision("", kind, "Ana Quispe", "A slip", next(NUMBERS), subjects, **more))  # type: ignore[arg-type]
    ledger.append([("decision", made)], "test", NOW)
    return made.id


def story(ledger: Ledger, folder: Path) -> Iterator[str]:
    """Change *ledger* in each way there is, one after the other, and yield what was done."""
    documents = []
    for number in range(3):
        documents.append(read_page(ledger, folder, number))
        yield f"page {number} added"
    first = next(iter(ledger.claims(ClaimFilter(document=documents[0].id))))
    value = ledger.value(first.id, "speaker.body", "Ministry of Justice")
    corrected = decide(ledger, "correct", first.id, field="speaker.body", value=value)
    assert "Ministry of Justice" in labels(ledger, "body")
    yield "corrected"
    decide(ledger, "correct", first.id, field="action", value="other")
    yield "made a statement"
    decide(ledger, "correct", first.id, field="spoken", value="2024-05-08")
    yield "time corrected"
    decide(ledger, "undo", undoes=corrected)
    assert "Ministry of Justice" not in labels(ledger, "body")
    yield "undone"
    rejected = decide(ledger, "reject", first.id)
    assert first.id not in ledger.ids()
    yield "rejected"
    read_page(ledger, folder, 3)
    yield "added after decisions"
    decide(ledger, "undo", undoes=rejected)
    yield "not rejected"
    ledger.append([("supersession", Supersession(documents[0].id, documents[2].id, "read anew"))], "test", NOW)
    assert not ledger.ids(ClaimFilter(document=documents[0].id))
    yield "superseded"
    ledger.append([("supersession", Supersession(documents[2].id, documents[0].id, "read anew", 2))], "test", NOW)
    yield "superseded the other way round"
    (claim,) = ledger.ids(ClaimFilter(document=documents[1].id))
    ledger.append([("standing", Standing("claim", claim, False, "not read", 1))], "test", NOW)
    yield "taken back"
    ledger.append([("standing", Standing("claim", claim, True, "read", 2))], "test", NOW)
    assert "Ada Brill" in labels(ledger, "speaker")
    yield "current again"
    at = documents[1].text.index("Ada Brill")
    ledger.append([("masks", Masks(documents[1].id, (MaskedSpan(at, at + 9, 1),)))], "test", NOW)
    assert labels(ledger, "speaker") == ["Teo Arbulu"]
    yield "masked"
    ledger.rebuild()
    yield "index made again"
    erase(ledger, [documents[0].id], "asked for", "test", NOW)
    yield "erased"


def test_what_is_listed_follows_all_that_is_entered_decided_and_erased(location: str, tmp_path: Path) -> None:
    with open_ledger(location, outward, True) as ledger:
        check(ledger, *LOOKED_FOR)
        for _ in story(ledger, tmp_path):
            check(ledger, *LOOKED_FOR)
            with open_ledger(location, outward) as other:
                # What was brought up step by step is what is taken at once, and both have their own words for it.
                assert [other.facets(each) for each in LOOKED_FOR] == [ledger.facets(each) for each in LOOKED_FOR]


def test_what_another_program_writes_is_listed(location: str) -> None:
    with open_ledger(location, as_stored, True) as one, open_ledger(location, as_stored) as other:
        for ledger in (one, other, one):
            added(ledger, replace(BARE, id=secrets.token_hex(16)))
            # What has just been written need not be indexed by who wrote it.
            assert one.selected().total == other.selected().total == len(list(one.claims()))
            check(one)
            check(other)


def test_a_ledger_is_listed_by_a_thread_that_did_not_open_it(location: str) -> None:
    with open_ledger(location, as_stored, True) as ledger:
        totals: list[int] = []

        def work() -> None:
            added(ledger, replace(BARE, id=secrets.token_hex(16)))
            totals.append(ledger.selected(ClaimFilter(action="arrest")).total)

        for _ in range(3):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        assert totals == [1, 2, 3]
        assert ledger.verify() == ()


def test_a_person_claimed_about_is_no_value(location: str, tmp_path: Path) -> None:
    with open_ledger(location, outward, True) as ledger:
        read_page(ledger, tmp_path, 3)
        assert "ruizal" not in repr(ledger.facets(top=99)).lower()
        assert ledger.facets(ALL, ["target"])[0].values == ()


def test_an_outlet_that_names_somebody_masked_later_is_no_value(location: str, tmp_path: Path) -> None:
    said = "The police said that five men were arrested in Lima, Peru."
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "a.txt", said, Given("2024-05-08", "Omar Ruizal"))
        assert labels(ledger, "outlet") == ["Omar Ruizal"]
        read_page(ledger, tmp_path, 3)
        assert labels(ledger, "outlet") == ["East Post"]
        (facet,) = ledger.facets(ALL, ["outlet"])
        assert (facet.others, facet.without) == (0, 1)


def test_a_value_that_only_rejected_claims_have_is_not_listed(location: str) -> None:
    bare, coded = (
        (Mention(BARE.places[0].spans, [place], "test"),) for place in (replace(PLACES[0], id=None), PLACES[0])
    )
    with open_ledger(location, as_stored, True) as ledger:
        first, second = added(ledger, replace(BARE, id="a" * 32, places=bare), replace(BARE, id="b" * 32, places=coded))
        assert sorted(labels(ledger, "place")) == ["Lima", "Lima", "Peru"]
        for claim, left in ((first.id, ["Lima", "Peru"]), (second.id, [])):
            decide(ledger, "reject", claim)
            assert sorted(labels(ledger, "place")) == left
            check(ledger)


@pytest.mark.parametrize("masked_first", [True, False])
def test_an_outlet_with_a_masked_name_is_found_by_no_name(location: str, tmp_path: Path, masked_first: bool) -> None:
    asked = [ClaimFilter(outlet="ruizal"), ClaimFilter(speaker="omar ruizal"), ClaimFilter(search="Ruizal")]
    said = "Five men were arrested in Lima, Peru, on Monday."

    def typed(ledger: Ledger) -> None:
        enter(ledger, tmp_path / "a.txt", said, Given("2024-05-08", "Friends of Omar Ruizal"))

    with open_ledger(location, outward, True) as ledger:
        if not masked_first:
            typed(ledger)
            assert [ledger.selected(each).total for each in asked] == [1, 1, 1]
        read_page(ledger, tmp_path, 3)
        if masked_first:
            typed(ledger)
    for _ in ("as it grew", "made again"):
        with open_ledger(location, outward) as ledger:
            assert ledger.selected(ClaimFilter(outlet="friends")).total == 1
            assert [ledger.selected(each).total for each in asked] == [0, 0, 0]
            assert [ledger.selected(each).total for each in asked] == [len(list(ledger.claims(each))) for each in asked]
            for table in ("term", "said", "facts", "known"):
                assert "ruizal" not in repr(ledger.index.rows(f"SELECT words FROM {table}")).lower()
            assert ledger.verify() == ()
            ledger.index.change([("DELETE FROM batch", [()])])


def test_a_value_that_is_asked_for_is_shown_beside_the_top(location: str) -> None:
    with open_ledger(location, as_stored, True) as ledger:
        for outlet, number in (("Port Times", 3), ("North Wire", 2), ("East Post", 1)):
            about = replace(BARE.document, outlet=outlet)
            added(ledger, *(replace(BARE, id=secrets.token_hex(16), document=about) for _ in range(number)))
        (facet,) = ledger.facets(ClaimFilter(outlet='"east post"'), ["outlet"], top=1)
        assert [(each.key, each.claims) for each in facet.values] == [('"Port Times"', 3), ('"East Post"', 1)]
        assert facet.others == 1


@pytest.mark.parametrize(
    "asked",
    [
        lambda ledger: ledger.selected(ALL, -1),
        lambda ledger: ledger.selected(ALL, 0, -1),
        lambda ledger: ledger.facets(ALL, ["passage"]),
        lambda ledger: ledger.ids(ClaimFilter(since="soon")),
        lambda ledger: ledger.ids(ClaimFilter(search='"open')),
    ],
)
def test_what_cannot_be_listed_is_said(location: str, asked: Any) -> None:
    with open_ledger(location, as_stored, True) as ledger:
        added(ledger, BARE)
        with pytest.raises(InputError, match="; "):
            asked(ledger)
