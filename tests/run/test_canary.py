"""Invented names of affected persons are put in by every way in, and come out by none; every new option is judged for it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from stores import index_in

from allegata.run.cli import main

NAMED = """Police said on Monday that Tavosh Belqami was arrested in Lima, Peru, along with four others. 12 rifles were seized, the police said.

His mother, Ilmena Vastrik, told reporters that he was beaten. #FreeTavoshBelqami tavosh.belqami@post.example"""
OTHER = "Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima, Peru."
PAGE = """<html><head><title>Zerkul Vantobi executed in Cusco</title><meta name="author" content="Friends of Tavosh Belqami">
<link rel="canonical" href="https://a.example/zerkul-vantobi-executed"></head><body><article><h1>Zerkul Vantobi executed in Cusco</h1>
<p>Police said on Monday that Zerkul Vantobi was executed in Cusco, Peru. The police said 30 people were detained in Cusco.</p></article></body></html>"""
CANARIES = re.compile("tavosh|belqami|ilmena|vastrik|zerkul|vantobi|runel|oskavi|ormak|delvisu", re.IGNORECASE)
"""The names of the affected persons of the pages, and of those only typed."""
TYPED = "Runel Oskavi, the cousin of tavosh belqami, was told so by a clerk"
FILTERS = ("search", "speaker", "body", "outlet", "target", "place", "unit")

WRITTEN = "kept and shown masked"
HELD = "ids of what the ledger holds; echoed where there is none"
CODE = "a code, a date, a number, or yes or no"
PLACE = "where a file or ledger is, or an address: the user's own words, echoed in errors only"
FILTER = "compared with what is shown; a brief prints it where it is shown"
ACCOUNT = "the name of an account, which is nobody's that is read about"
_FILTERED = {
    FILTER: "search speaker body outlet target place unit",
    CODE: "action status since until form",
    PLACE: "location",
}
FREE: dict[str, dict[str, str]] = {
    "read": {PLACE: "targets", CODE: "profile language published form", "no ledger: what is given is printed": "outlet"},
    "add": {PLACE: "targets location", CODE: "profile language published again form", WRITTEN: "outlet"},
    "claims": {**_FILTERED, CODE: "action status since until form rejected"},
    "drift": _FILTERED,
    "show": {HELD: "claim", PLACE: "location", CODE: "form"},
    "links": {PLACE: "location", CODE: "rejected form"},
    "findings": {PLACE: "location", CODE: "kinds form"},
    "total": _FILTERED,
    "export": {**_FILTERED, PLACE: "location out"},
    "brief": {**_FILTERED, PLACE: "location out"},
    "silence": {**_FILTERED, CODE: "action status since until form by"},
    "accept": {HELD: "claims", CODE: "relation", WRITTEN: "reason by", PLACE: "location"},
    "reject": {HELD: "claims", CODE: "relation", WRITTEN: "reason by", PLACE: "location"},
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
    "check": {
        PLACE: "drafts location config", CODE: "profile language published selected ignored fix diff explain form", "of the draft, whose own words are shown": "outlet"
    },
    "demo": {PLACE: "out"},
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


def run(*words: str, code: int | None = 0) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert code is None or result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def silent(*words: str, code: int | None = 0) -> str:
    """Run a command that must not print a canary, and return what it printed."""
    result = run(*words, code=code)
    for said in (result.stdout, result.stderr):
        assert CANARIES.search(said) is None, (words, CANARIES.search(said), said)
    return result.stdout


@pytest.fixture(scope="module", params=["folder", pytest.param("postgresql", marks=pytest.mark.full)])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("canary")
    location = str(folder / "ledger")
    if request.param == "postgresql":
        location = f"{request.getfixturevalue('server')}/postgres?schema=canary_{secrets.token_hex(8)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLEGATA_LEDGER", location)
        (folder / "ormak-delvisu-arrested.txt").write_text(NAMED, "utf-8")
        (folder / "other.txt").write_text(OTHER, "utf-8")
        (folder / "page.html").write_text(PAGE, "utf-8")
        silent("add", str(folder / "ormak-delvisu-arrested.txt"), "--published", "2024-05-08")
        silent("add", str(folder / "page.html"), "--published", "2024-05-09", "--format", "json")
        silent("add", str(folder / "other.txt"), "--published", "2024-05-08", "--outlet", "Tavosh Belqami Support")
        (folder / "again.txt").write_text(
            OTHER.replace("60 people", "some 60 people") + " Tavosh Belqami was one.", "utf-8"
        )
        silent("add", str(folder / "again.txt"), "--published", "2024-05-08")
        claims = re.findall(r'"id": ?"(\w{32})"', run("export").stdout) or re.findall(
            r"\b[0-9a-f]{32}\b", run("export").stdout
        )
        first, second, third = list(
            dict.fromkeys(each for each in claims if run("show", each, code=None).exit_code == 0)
        )[:3]
        why = ("--reason", TYPED, "--by", "Tavosh Belqami")
        silent("accept", first, *why)
        silent("reject", second, *why)
        silent("merge", first, third, *why)
        silent("split", first, third, *why)
        silent("correct", first, "count", "7", *why)
        silent("undo", re.findall(r"\b[0-9a-f]{8}\b", run("decisions").stdout)[0], *why, code=None)
        run("unmask", first, "--reason", TYPED)
        silent("erase", third, "--yes", *why, code=None)
        yield location


def every(name: str) -> list[tuple[str, ...]]:
    """Return the command with each of its formats."""
    form = next((each for each in main.commands[name].params if each.name == "form"), None)
    assert form is None or isinstance(form.type, click.Choice)
    return [(name, "--format", each) for each in form.type.choices] if form else [(name,)]


@pytest.mark.parametrize(
    "name",
    [
        "claims",
        "links",
        "drift",
        "findings",
        "total",
        "silence",
        "brief",
        "export",
        "decisions",
        "verify",
        "erasures",
        "audit",
        "checkpoint",
    ],
)
def test_no_canary_comes_out(ledger: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", ledger)
    named = {each.name for each in main.commands[name].params}
    for words in every(name):
        printed = silent(*words)
        assert printed or name in ("drift", "findings", "verify", "erasures")
        for option in [each for each in FILTERS if each in named]:
            silent(*words, f"--{option}", "Tavosh Belqami", code=None)
        if "rejected" in named:
            silent(*words, "--all")


def test_no_canary_is_shown_of_a_single_claim_nor_found_when_read_again(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", ledger)
    for claim in set(re.findall(r"\b[0-9a-f]{32}\b", run("claims", "--all", "--format", "json").stdout)):
        for words in every("show"):
            silent(words[0], claim, *words[1:], code=None)
    for words in every("reread"):
        silent(*words, "--dry-run")


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
