"""The page of a claim, the list of reports, and the reader."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace

from allegata import claims_of_text
from allegata.export.marks import FIELDS, paragraphs
from allegata.ground.place import LIKELIEST
from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.model import Document, Group, Mention, Speaker, Step, Variant
from allegata.run.cli import main
from allegata.run.pipeline import Added, Given, add, group_of, reports
from allegata.serve.linked import _speaker, linked_fields
from allegata.serve.parts import cuts_of
from allegata.serve.render import environment
from allegata.serve.travel import MOST, travel_of
from allegata.serve.words import direction

AT = "2024-05-02T10:00:00Z"


def counted(ledger: Ledger) -> list[str]:
    """Return the ids of the claims that have another report."""
    return [claim.id for claim in ledger.claims() if claim.action != "other" and group_of(ledger, claim)]


def worked_out(site: TestClient[Litestar], path: str) -> str:
    """Return a page once what it waits for is there."""
    for _ in range(300):
        page = site.get(path).text
        if "being worked out" not in page:
            break
        time.sleep(0.1)
    return page


def test_a_claim_stands_whole_on_its_page(site: TestClient[Litestar], ledger: Ledger) -> None:
    for identity in counted(ledger) or [next(ledger.claims()).id]:
        page = worked_out(site, f"/claims/{identity}")
        for words in (
            "What it says",
            "How its reports tell it",
            "Links with other claims",
            "What people decided",
            "Cite this claim",
        ):
            assert words in page
        claim = ledger.claim(identity)
        capture, batch = ledger.origin(ledger.document(claim.document.id))
        for value in (capture.body, batch.hash, f"code points {claim.passage.start}–{claim.passage.end}"):
            assert value in page
        assert len(page.encode()) < 200_000


def test_first_characters_lead_to_the_whole_id(site: TestClient[Litestar], ledger: Ledger) -> None:
    identity = next(ledger.claims()).id
    for form in ("", ".json"):
        sent = site.get(f"/claims/{identity[:12]}{form}", follow_redirects=False)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/claims/{identity}{form}")
    for path in ("/claims/ffffffffffff", "/claims/abc", "/claims/ffffffffffff.json", f"/claims/{identity}.xml"):
        page = site.get(path)
        assert page.status_code == 404, path
        assert "look under Claims" in page.text
    assert site.get("/documents/ffffffffffff").status_code == 404


def test_the_json_of_a_claim_is_what_show_prints(site: TestClient[Litestar], ledger: Ledger, place: Path) -> None:
    identity = next(ledger.claims()).id
    shown = CliRunner().invoke(main, ["show", identity, "--ledger", str(place), "--format", "json"])
    assert site.get(f"/claims/{identity}.json").json() == json.loads(shown.stdout)


def test_reports_are_listed_with_the_number_of_their_claims(site: TestClient[Litestar], ledger: Ledger) -> None:
    page = site.get("/documents").text
    assert page.index("South Post") < page.index("North Wire")
    rows = [json.loads(line) for line in site.get("/documents.json").text.splitlines()]
    assert [row["outlet"] for row in rows] == ["South Post", "North Wire"]
    assert all(row["claims"] for row in rows)
    assert [each["rule"] for each in rows[0]["basis"]] == ["given", "given", "fits"]
    assert [row["id"] for row in csv.DictReader(io.StringIO(site.get("/documents.csv").text))] == [
        row["id"] for row in rows
    ]
    assert "No reports on this page" in site.get("/documents?page=9").text


def test_a_document_gives_its_claims_to_programs(site: TestClient[Litestar], ledger: Ledger) -> None:
    document = next(ledger.documents()).id
    rows = [json.loads(line) for line in site.get(f"/documents/{document}.json").text.splitlines()]
    assert rows
    assert [row["id"] for row in csv.DictReader(io.StringIO(site.get(f"/documents/{document}.csv").text))] == [
        row["id"] for row in rows
    ]
    assert site.get(f"/documents/{document}.xml").status_code == 404
    assert "Wekesa" not in site.get(f"/documents/{document}.json").text


def test_a_masked_name_is_an_element_of_its_own(site: TestClient[Litestar], ledger: Ledger) -> None:
    pages = [site.get(f"/documents/{each.id}").text for each in ledger.documents()]
    assert any('<span class="person">[person 1]</span>' in page for page in pages)


def test_a_long_report_is_read_in_parts(served: Callable[[Path], TestClient[Litestar]], tmp_path: Path) -> None:
    days = "Police in Lima said on {} May 2024 that {} people were arrested in Cusco for theft. Nobody else commented on what was told that day.\n\n"
    (tmp_path / "long.txt").write_text("".join(days.format(at % 28 + 1, at + 20) for at in range(120)), "utf-8")
    with open_ledger(str(tmp_path / "ledger"), outward, True) as ledger:
        for made in reports(str(tmp_path / "long.txt"), Given("2024-06-01", "North Wire")):
            add(ledger, made, "ana", AT, Added())
        document = next(ledger.documents()).id
        claims = [claim.id for claim in ledger.claims() if claim.action != "other"]
    site = served(tmp_path / "ledger")
    seen: list[str] = []
    for part in range(1, 100):
        page = site.get(f"/documents/{document}?part={part}")
        if page.status_code == 400:
            break
        assert len(page.content) < 200_000
        seen += [identity for identity in claims if f'id="{identity}"' in page.text]
    assert part > 3
    assert sorted(seen) == sorted(claims)
    last = site.get(f"/documents/{document}?claim={claims[-1]}").text
    assert f'id="{claims[-1]}"' in last


def test_parts_hold_all_of_a_text() -> None:
    text = "One word after another. " * 400
    cuts = cuts_of(text, range(0, len(text), 50), 1000, 7)
    assert cuts == sorted(set(cuts))
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        assert 0 < end - start <= 1000
        assert sum(start <= at < end for at in range(0, len(text), 50)) <= 7
    assert cuts_of("x" * 50, (), 20) == [0, 20, 40]
    assert cuts_of("", ()) == [0]


def read_page(document: Document) -> str:
    """Return the page of *document* without claims."""
    return (
        environment()
        .get_template("reader.html.jinja")
        .render(
            title="A report", visitor=None, path="/", basis=(), document=document, claims=[], total=0, statements=0, away={}, fields=FIELDS,
            paragraphs=paragraphs(document.text, []), direction=direction(document.language), part=1, parts=1,
        )
    )  # fmt: skip


def test_a_text_runs_as_its_words_do() -> None:
    persian = Document("d", "c", "پلیس گفت ۶۴ نفر بازداشت شدند.", "fa", None, None, None, None, None, "plain/1")
    page = read_page(persian)
    assert '<article class="text" dir="rtl" lang="fa"' in page
    assert "<p>پلیس" in page
    # Persian words in a report that is read as English run by what they are.
    assert '<p dir="auto">' in read_page(
        Document("d", "c", persian.text, "en", None, None, None, None, None, "plain/1")
    )


def group(number: int) -> Group:
    """Return a group of *number* invented reports, of which the last has another count."""
    variants = tuple(
        Variant(
            f"c{at}", f"Outlet {at % 3}", f"2024-05-{at % 28 + 1:02}", None, at != 1, "c0" if at else None, "first" if at else None,
            None, None, "arrest", "60", "person", "asserted", None, None, None, None,
        )
        for at in range(number)
    )  # fmt: skip
    return Group("c0", False, variants, (Step("count", "c0", f"c{number - 1}", "60", "70"),))


def test_the_way_of_a_claim_is_drawn() -> None:
    travel = travel_of(group(5), "c2")
    assert len(travel.dots) == 5
    assert [dot.this for dot in travel.dots] == [False, False, True, False, False]
    assert travel.dots[-1].moved
    assert [hop.sure for hop in travel.hops] == [False, True, True, True]
    assert len({(dot.x, dot.y) for dot in travel.dots}) == 5
    many = travel_of(group(90), "c80")
    assert len(many.dots) == MOST
    assert many.left_out == 90 - MOST
    assert {"c80", "c89"} <= {dot.claim for dot in many.dots}
    assert len({(dot.x, dot.y) for dot in many.dots}) == MOST


def test_a_report_says_what_its_day_outlet_and_encoding_rest_on(site: TestClient[Litestar], ledger: Ledger) -> None:
    page = site.get(f"/documents/{next(ledger.documents()).id}").text
    assert (
        "Rests on: date: given when it was added · outlet: given when it was added · encoding: utf-8, as its bytes fit"
        in page
    )


def test_speaker_body_place_and_outlet_lead_to_their_claims(site: TestClient[Litestar], ledger: Ledger) -> None:
    for claim in ledger.claims():
        page = worked_out(site, f"/claims/{claim.id}")
        table = page[page.index('id="values"') : page.index('id="from"')]
        addresses = [unescape(each) for each in re.findall(r'href="([^"]+)"', table)]
        fields = {each.partition("?")[2].partition("=")[0] for each in addresses}
        speakers = [who for each in claim.speakers for who in each.readings]
        assert {"action", "outlet"} <= fields
        assert ("body" in fields) == any(who.body for who in speakers)
        assert ("place" in fields) == any(each.readings for each in claim.places)
        assert not any("person" in each for each in addresses)
        for address in addresses:
            if claim.action != "other":
                assert f"/claims/{claim.id}" in worked_out(site, address), address
        assert (f"/review?item={claim.id}" in page) == (claim.action != "other")


def test_a_masked_name_leads_nowhere() -> None:
    speaker = Speaker("[person 1]", "head", "Port Office", None, "official", True, False)
    made = str(_speaker(speaker))
    assert "speaker=" not in made
    assert "body=" in made


def test_a_place_that_is_only_the_likeliest_is_told_as_likely() -> None:
    (claim,) = claims_of_text("Police said that ten people were arrested in Lima.")
    place = Mention((), claim.places[0].readings, LIKELIEST)
    (shown,) = (value for name, value, _ in linked_fields(replace(claim, places=(place,))) if name == "where")
    assert shown.startswith("likely <a href=")
    (shown,) = (value for name, value, _ in linked_fields(claim) if name == "where")
    assert shown.startswith("<a href=")


def test_words_of_a_report_are_told_from_what_they_are_read_as() -> None:
    text = "None of our colleagues were injured in Lima, the union said."
    (claim,) = claims_of_text(text)
    made = environment().from_string('{% from "parts.html.jinja" import card %}{{ card(claim) }}').render(claim=claim)
    assert "<bdi>“None”</bdi>" in made
    assert "<bdi>“None of our colleagues”</bdi>" in made
