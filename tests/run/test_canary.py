"""Invented names of affected persons are put in by every way in, and come out by none; every new option is judged for it."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import secrets
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pyarrow
import pytest
from click.testing import CliRunner, Result
from litestar.testing import TestClient
from pyarrow import parquet
from stores import index_in

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.run.cli import main
from allegata.serve.api.operations import OPERATIONS
from allegata.serve.app import make_app

_spec = importlib.util.spec_from_file_location("paper", Path(__file__).parents[1] / "read" / "paper.py")
assert _spec is not None
assert _spec.loader is not None
paper = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(paper)

NAMED = """Police said on Monday that Tavosh Belqami was arrested in Lima, Peru, along with four others. 12 rifles were seized, the police said.

His mother, Ilmena Vastrik, told reporters that he was beaten. #FreeTavoshBelqami tavosh.belqami@post.example"""
OTHER = "Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima, Peru."
PAGE = """<html><head><title>Zerkul Vantobi executed in Cusco</title><meta name="author" content="Friends of Tavosh Belqami">
<link rel="canonical" href="https://a.example/zerkul-vantobi-executed"></head><body><article><h1>Zerkul Vantobi executed in Cusco</h1>
<p>Police said on Monday that Zerkul Vantobi was executed in Cusco, Peru. The police said 30 people were detained in Cusco.</p></article></body></html>"""
FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Friends of Tavosh Belqami</title>
<item><title>Zerkul Vantobi executed in Arequipa</title><link>https://a.example/zerkul-vantobi</link><author>Tavosh Belqami</author>
<pubDate>Wed, 08 May 2024 10:00:00 +0000</pubDate><description>{NAMED.replace("Lima", "Arequipa").replace("#", "")}</description></item>
</channel></rss>"""
CANARIES = re.compile("tavosh|belqami|ilmena|vastrik|zerkul|vantobi|runel|oskavi|ormak|delvisu", re.IGNORECASE)
"""The names of the affected persons of the pages, and of those only typed."""
TYPED = "Runel Oskavi, the cousin of tavosh belqami, was told so by a clerk"
FILTERS = ("search", "speaker", "body", "outlet", "target", "place", "unit")

WRITTEN = "kept and shown masked"
HELD = "ids of what the ledger holds; echoed where there is none"
CODE = "a code, a date, a number, or yes or no"
PLACE = "where a file or ledger is, an address, or a column of a table: the user's own words, echoed in errors only"
FILTER = "compared with what is shown; a brief prints it where it is shown"
ACCOUNT = "the name of an account, which is nobody's that is read about"
_FILTERED = {
    FILTER: "search speaker body outlet target place unit",
    CODE: "action status evidence stance kind since until form",
    PLACE: "location",
}
FREE: dict[str, dict[str, str]] = {
    "read": {PLACE: "targets allowed proxy columns", CODE: "profile language published form pages", "no ledger: what is given is printed": "outlet"},
    "add": {PLACE: "targets location allowed proxy columns", CODE: "profile language published again form pages", WRITTEN: "outlet"},
    "archive read": {PLACE: "inputs out columns", CODE: "engine workers gate profile language"},
    "watch": {PLACE: "feeds location", CODE: "once"},
    "claims": {**_FILTERED, CODE: "action status evidence stance kind since until form rejected"},
    "drift": _FILTERED,
    "show": {HELD: "claim", PLACE: "location", CODE: "form"},
    "links": {PLACE: "location", CODE: "rejected form"},
    "findings": {PLACE: "location", CODE: "kinds form"},
    "total": _FILTERED,
    "export": {**_FILTERED, PLACE: "location out"},
    "brief": {**_FILTERED, PLACE: "location out"},
    "silence": {**_FILTERED, CODE: "action status evidence stance kind since until form by"},
    "accept": {HELD: "claims", CODE: "relation", WRITTEN: "reason by", PLACE: "location"},
    "reject": {HELD: "claims", CODE: "relation", WRITTEN: "reason by", PLACE: "location"},
    "flag": {HELD: "claim", WRITTEN: "reason by", PLACE: "location"},
    "merge": {HELD: "first second", WRITTEN: "reason by", PLACE: "location"},
    "split": {HELD: "first second", WRITTEN: "reason by", PLACE: "location"},
    "correct": {
        HELD: "claim", CODE: "field", WRITTEN: "reason by", PLACE: "location", "of a closed list, or words of the document, masked as these": "value"
    },
    "undo": {HELD: "decision", WRITTEN: "reason by", PLACE: "location"},
    "decisions": {PLACE: "location", CODE: "conflicts form"},
    "reread": {PLACE: "location", CODE: "dry_run form"},
    "verify": {PLACE: "location path public", CODE: "form"},
    "checkpoint": {PLACE: "location key out new_key"},
    "backup": {PLACE: "out location"},
    "restore": {PLACE: "file into"},
    "erase": {HELD: "ids", WRITTEN: "reason by", PLACE: "location", CODE: "dry_run yes"},
    "erasures": {PLACE: "location", CODE: "form"},
    "ledger copy": {PLACE: "source target"},
    "ledger import": {PLACE: "source location", CODE: "masked"},
    "check": {
        PLACE: "drafts location config", CODE: "profile language published selected ignored fix diff explain form", "of the draft, whose own words are shown": "outlet"
    },
    "demo": {PLACE: "out"},
    "serve": {PLACE: "location host names", CODE: "port https opens"},
    "publish": {PLACE: "out location", WRITTEN: "title"},
    "user add": {ACCOUNT: "name", CODE: "role", PLACE: "location"},
    "user role": {ACCOUNT: "name", CODE: "role", PLACE: "location"},
    "user disable": {ACCOUNT: "name", PLACE: "location"},
    "user enable": {ACCOUNT: "name", PLACE: "location"},
    "user password": {ACCOUNT: "name", PLACE: "location"},
    "user list": {PLACE: "location", CODE: "form"},
    "token make": {WRITTEN: "name", CODE: "days", PLACE: "location"},
    "token list": {CODE: "everyone form", PLACE: "location"},
    "token withdraw": {HELD: "identity", PLACE: "location"},
    "login": {ACCOUNT: "name", PLACE: "location"},
    "logout": {PLACE: "location"},
    "unmask": {HELD: "identity", WRITTEN: "reason", PLACE: "location", CODE: "form"},
    "audit": {"compared with what is shown": "by", CODE: "deeds since form", PLACE: "location"},
}  # fmt: skip
"""Why no argument or option of a command makes a person named in it come out of a ledger, by command. A new one is put here, or made to."""


def run(*words: str, code: int | None = 0, typed: str | None = None) -> Result:
    result = CliRunner().invoke(main, list(words), input=typed)
    assert code is None or result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def silent(*words: str, code: int | None = 0, typed: str | None = None) -> str:
    """Run a command that must not print a canary, and return what it printed."""
    result = run(*words, code=code, typed=typed)
    for said in (result.stdout, result.stderr):
        assert CANARIES.search(said) is None, (words, CANARIES.search(said), said)
    return result.stdout


def warc(url: str, page: str) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-09T00:00:00Z\r\n"
    kind = f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    return (head + kind).encode() + http + b"\r\n\r\n"


class Site(BaseHTTPRequestHandler):
    """Serves a page that names somebody, whatever is asked for."""

    def do_GET(self) -> None:
        body = PAGE.replace("Cusco", "Puno").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def served() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}/zerkul-vantobi-executed?by=vantobi"
        site.shutdown()
        thread.join()


def ids(*words: str) -> list[str]:
    return [json.loads(line)["id"] for line in run(*words, "--format", "json").stdout.splitlines()]


def bulk() -> dict[str, bytes]:
    """Return inputs of many reports that name somebody in each field, by their names."""
    told = NAMED.replace("12 rifles", "{} rifles")
    row = {
        "title": "Zerkul Vantobi executed",
        "author": "Tavosh Belqami",
        "publisher": "Friends of Tavosh Belqami",
        "url": "https://a.example/zerkul-vantobi",
    }
    rows = [{**row, "text": told.format(number)} for number in (21, 22)]
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    column = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist([{**row, "text": told.format(23)}]), column)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as made:
        made.writestr(
            "archive/zerkul-vantobi.warc", warc("http://a.example/zerkul-vantobi", PAGE.replace("Cusco", "Tarma"))
        )
    entity = {
        "id": "zerkul-vantobi",
        "schema": "Article",
        "properties": {
            "title": ["Zerkul Vantobi executed"],
            "bodyText": [told.format(24)],
            "author": ["Tavosh Belqami"],
        },
    }
    review = {
        "@type": "ClaimReview",
        "url": "https://a.example/zerkul-vantobi",
        "author": {"name": "Friends of Tavosh Belqami"},
        "claimReviewed": "Zerkul Vantobi was arrested in Lima with 25 others, the police said.",
        "itemReviewed": {"author": {"name": "Interior ministry spokesman Teo Arbulu"}},
    }
    mail = (
        f"From: Tavosh Belqami <tavosh.belqami@post.example>\nSubject: Zerkul Vantobi executed\n\n{told.format(26)}\n"
    )
    return {
        "rows.csv": table.getvalue().encode(),
        "rows.parquet": column.getvalue(),
        "rows.wacz": package.getvalue(),
        "rows.json": json.dumps(entity).encode(),
        "review.json": json.dumps(review).encode(),
        "rows.mbox": f"From a Wed Apr 24 10:00:00 2019\n{mail}".encode(),
        "broken.csv": table.getvalue().encode() + b'x,"Tavosh" Belqami,was,held,here\n',
    }


def enter_by_every_way(folder: Path) -> None:
    """Add what names somebody as a text, a page, a feed, an archive, a PDF, from standard input, an address, and a folder with a bad file."""
    day = ("--published", "2024-05-08")
    (folder / "ormak-delvisu-arrested.txt").write_text(NAMED, "utf-8")
    (folder / "page.html").write_text(PAGE, "utf-8")
    (folder / "other.txt").write_text(OTHER, "utf-8")
    (folder / "again.txt").write_text(OTHER.replace("60", "some 60") + " Tavosh Belqami was one.", "utf-8")
    (folder / "feed.xml").write_text(FEED, "utf-8")
    (folder / "a.warc").write_bytes(warc("http://a.example/zerkul-vantobi-held", PAGE.replace("Cusco", "Ica")))
    note = ["Police said that Zerkul Vantobi was arrested", "in Tacna, Peru."]
    pdf = paper.make_pdf(note, title="Zerkul Vantobi arrested", author="Zerkul Vantobi")
    (folder / "note.pdf").write_bytes(pdf)
    (folder / "mixed").mkdir()
    (folder / "mixed" / "good.txt").write_text(OTHER.replace("60", "70") + " Ilmena Vastrik was one.", "utf-8")
    (folder / "mixed" / "bad.pdf").write_bytes(b"%PDF-1.4 Tavosh Belqami")
    silent("add", str(folder / "ormak-delvisu-arrested.txt"), *day)
    silent("add", str(folder / "page.html"), "--published", "2024-05-09", "--format", "json")
    silent("add", str(folder / "other.txt"), *day, "--outlet", "Tavosh Belqami Support")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", "Tavosh Belqami")
        silent("add", str(folder / "again.txt"), *day, "--outlet", "FreeBelqamiTavosh News")
    (folder / "third.txt").write_text(OTHER.replace("60", "at least 60"), "utf-8")
    silent("add", str(folder / "third.txt"), *day, "--outlet", "Belqami Tavosh Watch")
    for name in ("feed.xml", "a.warc", "note.pdf"):
        silent("add", str(folder / name), *day)
    for name, body in bulk().items():
        (folder / name).write_bytes(body)
        silent("add", str(folder / name), *day, code=1 if name.startswith("broken") else 0)
        silent("add", str(folder / name), *day, code=1 if name.startswith("broken") else 0)
    silent("add", str(folder / "mixed"), *day, code=1)
    silent("add", "-", *day, "--format", "csv", typed=NAMED.replace("12 rifles", "15 rifles"))
    with served() as address:
        silent("add", address, *day, "--allow-address", "127.0.0.1")
    # What `read` prints, names and all, taken into a ledger as claims.
    (folder / "read.txt").write_text(NAMED.replace("12 rifles", "27 rifles").replace("four", "nine"), "utf-8")
    printed = run("read", str(folder / "read.txt"), *day, "--format", "json").stdout
    assert CANARIES.search(printed)
    (folder / "zerkul-vantobi.jsonl").write_text(printed, "utf-8")
    silent("ledger", "import", str(folder / "zerkul-vantobi.jsonl"))
    # What does not fit within a page.
    (folder / "day.txt").write_text(
        "Police said that Runel Oskavi was arrested in Lima on Monday, May 7, 2024.", "utf-8"
    )
    silent("add", str(folder / "day.txt"), *day)


@pytest.fixture(scope="module", params=["folder", pytest.param("postgresql", marks=pytest.mark.full)])
def entered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("canary")
    location = str(folder / "ledger")
    if request.param == "postgresql":
        location = f"{request.getfixturevalue('server')}/postgres?schema=canary_{secrets.token_hex(8)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLEGATA_LEDGER", location)
        patch.setenv("NO_PROXY", "*")
        enter_by_every_way(folder)
        first, second, third, *_ = ids("claims", "--place", "Lima", "--speaker", "Arbulu")
        why = ("--reason", TYPED, "--by", "Tavosh Belqami")
        silent("accept", first, *why)
        silent("reject", second, *why)
        silent("merge", first, third, *why)
        silent("split", first, third, *why)
        silent("correct", first, "count", "7", *why)
        undone = json.loads(run("decisions", "--format", "json").stdout.splitlines()[0])["decision"]["id"]
        silent("undo", undone, *why)
        run("unmask", first, "--reason", TYPED)
        yield location


@pytest.fixture(scope="module")
def erased(entered: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a copy of the ledger in which the pages of one person are erased, restored from a backup, so that its index is made again."""
    folder = tmp_path_factory.mktemp("erased")
    copied, file, restored = (str(folder / name) for name in ("copied", "backup.tar", "restored"))
    silent("ledger", "copy", entered, copied)
    with open_ledger(copied, outward) as ledger:
        documents = [each.id for each in ledger.kept_documents() if "belqami" in each.text.lower()]
    assert len(documents) > 2
    silent("erase", *documents, "--reason", "a court asked for it", "--dry-run", "--ledger", copied)
    silent(
        "erase", *documents, "--reason", "a court asked for it", "--by", "Tavosh Belqami", "--yes", "--ledger", copied
    )
    silent("backup", file, "--ledger", copied)
    silent("restore", file, restored)
    return restored


@pytest.fixture(scope="module", params=["entered", "erased"])
def ledger(request: pytest.FixtureRequest, entered: str) -> str:
    return entered if request.param == "entered" else str(request.getfixturevalue("erased"))


def every(name: str) -> list[tuple[str, ...]]:
    """Return the command with each of its formats."""
    form = next((each for each in main.commands[name].params if each.name == "form"), None)
    assert form is None or isinstance(form.type, click.Choice)
    return [(name, "--format", each) for each in form.type.choices] if form else [(name,)]


LISTING = ("claims", "links", "drift", "findings", "total", "silence", "brief", "export", "decisions", "verify", "erasures", "audit", "checkpoint")  # fmt: skip


@pytest.mark.parametrize("name", LISTING)
def test_no_canary_comes_out(ledger: str, entered: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", ledger)
    named = {each.name for each in main.commands[name].params}
    # The pages whose reports differ are among those that are erased.
    empty = "erasures" if ledger == entered else "drift"
    for words in every(name):
        printed = silent(*words)
        assert len(printed.splitlines()) > ("csv" in words) or name == empty, words
        for option in [each for each in FILTERS if each in named]:
            silent(*words, f"--{option}", "Tavosh Belqami", code=None)
        if "rejected" in named:
            silent(*words, "--all")


def test_no_canary_is_shown_of_a_single_claim_nor_found_when_read_again(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", ledger)
    for claim in ids("claims", "--all"):
        for words in every("show"):
            silent(words[0], claim, *words[1:])
    for words in every("reread"):
        silent(*words, "--dry-run")


def test_nobody_is_found_by_a_typed_name_once_their_page_is_erased(erased: str) -> None:
    for option in ("outlet", "speaker", "search"):
        assert silent("claims", "--ledger", erased, f"--{option}", "belqami", "--format", "json") == ""


def test_no_canary_comes_out_of_accounts(entered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", str(tmp_path / "shared"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    silent("ledger", "copy", entered, str(tmp_path / "shared"))
    monkeypatch.setenv("ALLEGATA_NEW_PASSWORD", "quay lamp orchard 7")
    monkeypatch.setenv("LOGNAME", "Tavosh Belqami")
    silent("user", "add", "ana", "--role", "admin")
    monkeypatch.setenv("ALLEGATA_USER", "ana")
    monkeypatch.setenv("ALLEGATA_PASSWORD", "quay lamp orchard 7")
    silent("token", "make", "feed for Ilmena Vastrik")
    for form in ("table", "csv", "json"):
        for words in (("user", "list"), ("token", "list"), ("audit",)):
            assert silent(*words, "--format", form)


def test_a_draft_is_told_only_its_own_words(ledger: str, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(
        "The police said on Monday that 9 men were arrested in Lima, Peru. Police said 30 people were held in Cusco.\n",
        "utf-8",
    )
    for words in every("check"):
        silent(words[0], str(draft), "--ledger", ledger, *words[1:], code=None)


def test_the_index_holds_no_canary(ledger: str) -> None:
    run("claims", "--ledger", ledger)
    held = index_in(ledger)
    assert "arbulu" in held
    assert CANARIES.search(held) is None


def test_the_reason_keeps_what_names_nobody(ledger: str) -> None:
    printed = " ".join(run("decisions", "--ledger", ledger, "--format", "json").stdout.split())
    assert "the cousin of [person" in printed
    assert "was told so by a clerk" in printed


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of *group* with the words that call them, those of the groups in it too."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_every_option_of_every_command_is_judged() -> None:
    judged = {(command, each) for command, why in FREE.items() for names in why.values() for each in names.split()}
    assert {(name, each.name) for name, command in commands(main) for each in command.params} == judged


def test_no_canary_comes_out_of_the_api(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allegata.serve.limit.MOST", 10**6)
    names = ("tavosh", '"Tavosh Belqami"', "vantobi", "Delvisu")
    with TestClient(make_app(ledger, "key"), base_url="http://127.0.0.1:8417", raise_server_exceptions=False) as site:
        site.headers["authorization"] = "Bearer key"

        def asked(path: str, **query: str) -> str:
            made = site.get(path, params=query)
            assert made.status_code == 200, made.text
            assert CANARIES.search(made.text) is None, (path, CANARIES.search(made.text))
            return made.text

        for each in (operation for operation in OPERATIONS if operation.lists):
            found = json.loads(asked(each.path, limit="1000"))
            assert found["next"] is None
            for name in each.takes.intersection(FILTERS):
                for typed in names:
                    # The row of all claims is there also where none fit.
                    given = json.loads(asked(each.path, **{name: typed}))["items"]
                    assert not sum(row.get("claims", 1) for row in given), (each.name, name)
        for kind in ("claims", "documents"):
            for record in json.loads(asked(f"/api/v1/{kind}", limit="1000"))["items"]:
                asked(f"/api/v1/{kind}/{record['id']}")
        asked("/api/v1/ledger")
