"""What was shown for claims, against counting by hand and by enumeration."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata import Claim, Count, Evidence, Link, Mention, Speaker, claims_of_text
from allegata.model import EvidenceClass, Relation, Silence, Span, SpeakerKind
from allegata.silence import kinds_of, kinds_shown, silence

BASE = claims_of_text("Police said that ten people were arrested in Lima.")[0]
WORDS = {
    "individual": "named the driver as Omar Verlo",
    "document": "a list",
    "footage": "showed photographs",
    "thing": "Displayed",
}


def speaker(body: str | None = "Harbour Police", name: str | None = None, kind: SpeakerKind = "official") -> Speaker:
    return Speaker(name, None, body, None, kind, name is not None, False)


def claim(
    name: str,
    evidence: EvidenceClass = "none_stated",
    words: str = "",
    who: tuple[Speaker, ...] = (speaker(),),
    low: int = 10,
    **changed: object,
) -> Claim:
    spans = (Span(0, len(words), words),) if words else ()
    return msgspec.structs.replace(
        BASE,
        id=name,
        document=msgspec.structs.replace(BASE.document, id=f"document of {name}"),
        speakers=tuple(Mention((), (each,)) for each in who),
        count=Mention((), (Count(low, low, "person", "exact", str(low), "exact"),)),
        evidence=Evidence(evidence, spans),
        **changed,
    )


def joined(left: str, right: str, relation: Relation = "same", sure: bool = True) -> Link:
    return Link(left, right, relation, sure, (), "test")


def rows(found: tuple[Silence, ...], by: str) -> dict[tuple[str | None, str | None], Silence]:
    return {(row.body, row.speaker): row for row in found if row.of == by}


def test_every_kind_is_counted_and_a_claim_said_twice_counts_once() -> None:
    claims = [
        claim("a", "shown", WORDS["individual"]),
        claim("b", "shown", WORDS["document"]),
        claim("c", "shown", WORDS["footage"]),
        claim("d", "shown", "exhibited pottery"),
        claim("e", "refused", "declined to give names"),
        claim("f", "absence_noted", "gave no names"),
        claim("g", "cited", "holds solid proof"),
        claim("h"),
    ]
    (row,) = rows(silence(claims, [joined("a", "b"), joined("g", "h", "revises")]), "body").values()
    assert (row.claims, row.printed, row.reports) == (6, 8, 8)
    assert (row.named_individual, row.document, row.footage, row.other_shown) == (1, 1, 1, 1)
    assert (row.refused, row.absence_noted, row.cited, row.nothing) == (1, 1, 1, 3)
    assert row.counted == tuple("abcdefgh")


def test_doubtful_links_and_other_relations_join_nothing() -> None:
    claims = [claim("a"), claim("b"), claim("c")]
    links = [joined("a", "b", sure=False), joined("b", "c", "contradicts"), joined("a", "c", "part_of")]
    assert silence(claims, links)[0].claims == 3


def test_statements_denials_and_intentions_are_no_claims_here() -> None:
    claims = [claim("a", action="other"), claim("b", status="denied"), claim("c", status="intended"), claim("d")]
    assert silence(claims, [])[0].counted == ("d",)


def test_two_bodies_in_whose_mouths_one_claim_is_put_have_it_each() -> None:
    claims = [claim("a"), claim("b", "shown", WORDS["footage"], (speaker("Coast Guard"),))]
    found = silence(claims, [joined("a", "b")])
    assert found[0].claims == 1
    bodies = rows(found, "body")
    assert (bodies["Harbour Police", None].footage, bodies["Harbour Police", None].nothing) == (0, 1)
    assert (bodies["Coast Guard", None].footage, bodies["Coast Guard", None].nothing) == (1, 0)


def test_only_an_official_by_name_has_a_row_of_his_own() -> None:
    claims = [
        claim("a", who=(speaker(name="Teo Arbulu"),)),
        claim("b", who=(speaker("Alba Watch", "Ina Sorel", "independent"),)),
        claim("c", who=(speaker(name="[person 1]"),)),
        claim("d", who=(msgspec.structs.replace(speaker(name="Teo Arbulu"), anonymous=True),)),
        claim("e", who=()),
    ]
    found = silence(claims, [])
    assert {key: row.claims for key, row in rows(found, "speaker").items()} == {
        ("Harbour Police", "Teo Arbulu"): 1,
        (None, None): 4,
    }
    assert {key: row.claims for key, row in rows(found, "body").items()} == {
        ("Alba Watch", None): 1,
        ("Harbour Police", None): 3,
        (None, None): 1,
    }


def test_a_speaker_in_doubt_is_nobody() -> None:
    doubtful = msgspec.structs.replace(
        claim("a"), speakers=(Mention((), (speaker(name="Teo Arbulu"), speaker(name="Ana Quispe"))),)
    )
    assert set(rows(silence([doubtful], []), "speaker")) == {(None, None)}


WATCH = (speaker("Alba Watch", kind="independent"),)


@pytest.mark.parametrize(
    ("other", "sure", "confirmed", "in_doubt"),
    [
        (claim("x", who=WATCH), True, 1, 0),
        (claim("x", who=WATCH), False, 0, 1),
        (claim("x", who=WATCH, low=11), True, 0, 0),
        (claim("x", who=WATCH, status="denied"), True, 0, 0),
        (claim("x", who=(speaker("Coast Guard"),)), True, 0, 0),
        (claim("x", who=(speaker("Port Times", kind="outlet"),)), True, 0, 0),
        (claim("x", who=(speaker("Harbour Police", kind="independent"),)), True, 0, 0),
        (claim("x", who=(speaker(None, kind="independent"),)), True, 0, 0),
    ],
)
@pytest.mark.parametrize("asked_for", [True, False])
@pytest.mark.parametrize("forward", [True, False])
def test_only_another_independent_body_with_the_same_figure_confirms(
    other: Claim, sure: bool, confirmed: int, in_doubt: int, asked_for: bool, forward: bool
) -> None:
    links = [joined("a", "x", sure=sure) if forward else joined("x", "a", sure=sure)]
    asked, ledger = ([claim("a"), other], ()) if asked_for else ([claim("a")], (other,))
    row = rows(silence(asked, links, ledger), "body")["Harbour Police", None]
    assert (row.confirmed, row.confirmed_in_doubt) == (confirmed, in_doubt)
    assert row.nothing == row.claims - confirmed - in_doubt


def test_no_claims_are_all_zeros() -> None:
    (row,) = silence((), ())
    assert (row.of, row.claims, row.nothing, row.counted) == ("all", 0, 0, ())


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("[person 2]", {"individual"}),
        ("Omar Verlo", {"individual"}),
        ("عمر ورلو", {"individual"}),
        ("Displayed", {"thing"}),
        ("faces were shown", {"thing"}),
        ("photographs of [person 1] were shown", {"individual", "footage"}),
        ("aired a shaky\nclip and a list", {"footage", "document"}),
        ("profiled listeners", {"thing"}),
        ("", {"thing"}),
    ],
)
def test_what_words_show(words: str, kinds: set[str]) -> None:
    assert kinds_of(words, "en") == kinds


def test_read_texts_are_sorted_by_what_was_shown() -> None:
    text = "Harbour police said on Monday that sixty men were arrested in Lima, Peru. "
    for further, kinds in (
        ("They published a list of the men.", {"document"}),
        ("They released photographs of the men.", {"footage"}),
        ("They paraded the men.", {"thing"}),
        ("They declined to give names.", set()),
        ("They hold strong evidence.", set()),
    ):
        (found,) = (each for each in claims_of_text(text + further) if each.action == "arrest")
        assert kinds_shown(found) == kinds, further


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Claim], list[Link]]:
    names = [f"{number:02}" for number in range(draw(st.integers(0, 7)))]
    bodies = st.sampled_from(["Harbour Police", "Coast Guard", None])
    people = st.sampled_from([None, "Teo Arbulu", "Ana Quispe"])
    who = st.lists(st.builds(speaker, bodies, people, st.sampled_from(["official", "independent"])), max_size=2)
    evidence = st.sampled_from(
        [("shown", each) for each in WORDS.values()]
        + [(each, "") for each in ("cited", "refused", "absence_noted", "none_stated")]
    )
    claims = []
    for name in names:
        class_, words = draw(evidence)
        claims.append(claim(name, class_, words, tuple(draw(who)), draw(st.sampled_from([10, 11]))))
    links = []
    if len(names) > 1:
        pair = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda each: each[0] != each[1])
        made = st.builds(
            lambda ends, relation, sure: joined(*ends, relation, sure),
            pair,
            st.sampled_from(["same", "revises", "contradicts"]),
            st.booleans(),
        )
        links = draw(st.lists(made, max_size=6))
    return claims, links


def components(claims: list[Claim], links: list[Link]) -> list[set[str]]:
    """Return the claims that are one, found by spreading from each until nothing changes."""
    found: list[set[str]] = []
    for each in claims:
        if any(each.id in one for one in found):
            continue
        reached, before = {each.id}, set()
        while reached != before:
            before = set(reached)
            for link in links:
                if link.sure and link.relation in ("same", "revises") and {link.left, link.right} & reached:
                    reached |= {link.left, link.right}
        found.append(reached)
    return found


@settings(max_examples=200)
@given(ledgers(), st.randoms())
def test_rows_agree_with_enumeration_and_order_makes_no_difference(
    made: tuple[list[Claim], list[Link]], chance: object
) -> None:
    claims, links = made
    found = silence(claims, links)
    groups = components(claims, links)
    everybody = found[0]
    assert everybody.claims == len(groups)
    assert everybody.printed == len(claims)
    shown = {each.id for each in claims if each.evidence.class_ == "shown"}
    bare = sum(not group & shown for group in groups)
    assert bare - everybody.confirmed - everybody.confirmed_in_doubt <= everybody.nothing <= bare
    for row in found:
        own = [each for each in groups if each & set(row.counted)]
        assert row.claims == len(own)
        kinds = (row.named_individual, row.document, row.footage, row.other_shown)
        for number, words in zip(kinds, WORDS.values(), strict=True):
            having = {
                each.id
                for each in claims
                if each.id in row.counted and words in {span.text for span in each.evidence.spans}
            }
            assert number == sum(bool(group & having) for group in own)
        for number, class_ in ((row.refused, "refused"), (row.absence_noted, "absence_noted"), (row.cited, "cited")):
            having = {each.id for each in claims if each.id in row.counted and each.evidence.class_ == class_}
            assert number == sum(bool(group & having) for group in own)
        assert row.nothing <= row.claims
    for by in ("body", "speaker"):
        assert set().union(*(row.counted for row in found if row.of == by)) == set(everybody.counted)
    chance.shuffle(claims)  # type: ignore[attr-defined]
    chance.shuffle(links)  # type: ignore[attr-defined]
    assert silence(claims, links) == found
