"""What people typed, their own names too, is listed without the names that pages of the ledger mask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from stores import credentials_in

from allegata.ledger import erase, open_ledger
from allegata.ledger.access import audit
from allegata.mask import outward
from allegata.run.cli import main

NAME = "Tavosh Belqami"
STORIES = (
    f"Police said on Monday that {NAME} was arrested in Lima, Peru.",
    "Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Cusco, Peru.",
)
NOW = "2024-01-01T00:00:00Z"


@pytest.fixture
def ledger(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ALLEGATA_LEDGER", location)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("USER", "PASSWORD", "TOKEN", "NEW_PASSWORD"):
        monkeypatch.delenv(f"ALLEGATA_{name}", raising=False)
    for number, story in enumerate(STORIES):
        (tmp_path / f"{number}.txt").write_text(story, "utf-8")
        run("add", str(tmp_path / f"{number}.txt"), "--published", "2024-05-08")
    return location


def run(*words: str, **environment: str) -> str:
    result = CliRunner().invoke(main, list(words), env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(*words: str, **environment: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(*words, "--format", "json", **environment).splitlines()]


def test_who_did_something_is_listed_masked_whatever_it_was(ledger: str) -> None:
    with open_ledger(ledger, outward) as opened:
        audit(opened, "export", (), f"for the mother of {NAME}", NAME, NOW)
    run("user", "add", "ana", "--role", "admin", LOGNAME=NAME, ALLEGATA_NEW_PASSWORD="quay lamp orchard 7")
    listed = rows("audit", ALLEGATA_USER="ana", ALLEGATA_PASSWORD="quay lamp orchard 7")
    assert [(each["deed"], each["by"]) for each in listed if each["by"] != "ana"] == [
        ("export", "[person]"),
        ("account", "[person]"),
        ("password set", "[person]"),
    ]
    assert listed[0]["reason"] == "for the mother of [person]"


def test_an_erasure_is_listed_masked_and_said_so_where_what_it_erased_is_asked_for(ledger: str) -> None:
    claim = str(rows("claims", "--place", "Cusco")[0]["id"])
    why = f"asked for by the cousin of {NAME}"
    with open_ledger(ledger, outward) as opened:
        erase(opened, [claim], why, NAME, NOW)
    (erasure,) = [each for each in rows("erasures") if each["kind"] == "claim"]
    assert (erasure["by"], erasure["reason"]) == ("[person]", "asked for by the cousin of [person]")
    result = CliRunner().invoke(main, ["show", claim])
    assert "by [person]: asked for by the cousin of [person]" in " ".join(result.output.split())


def test_a_token_is_kept_and_listed_without_a_name(ledger: str, tmp_path: Path) -> None:
    ana = {"ALLEGATA_USER": "ana", "ALLEGATA_PASSWORD": "quay lamp orchard 7"}
    run("user", "add", "ana", "--role", "admin", ALLEGATA_NEW_PASSWORD=ana["ALLEGATA_PASSWORD"])
    run("token", "make", f"feed for {NAME}", **ana)
    run("token", "make", "feed about Runel Oskavi", **ana)
    (tmp_path / "later.txt").write_text(STORIES[0].replace(NAME, "Zerkul Vantobi"), "utf-8")
    run("token", "make", "vantobi job", **ana)
    assert "Belqami" not in credentials_in(ledger)
    run("add", str(tmp_path / "later.txt"), "--published", "2024-05-08", **ana)
    names = [each["name"] for each in rows("token", "list", **ana)]
    assert "feed for [person 1]" in names
    assert "[person] job" in names
    assert not [each for each in names if "Oskavi" in str(each)]


def test_an_outlet_that_speaks_itself_is_masked_as_its_speaker_too(tmp_path: Path) -> None:
    ledger = str(tmp_path / "ledger")
    for name, outlet, words in (
        ("one", "Kestrel Wire", "Police said on Monday that Tavosh Belqami was arrested in Lima, Peru."),
        ("two", "Friends of Tavosh Belqami", "Twelve men were arrested in Cusco, Peru, on Monday."),
    ):
        (tmp_path / f"{name}.txt").write_text(words, "utf-8")
        CliRunner().invoke(main, ["add", str(tmp_path / f"{name}.txt"), "--outlet", outlet, "--ledger", ledger])
    (claim,) = [
        json.loads(line)["id"]
        for line in CliRunner()
        .invoke(main, ["claims", "--place", "Cusco", "--format", "json", "--ledger", ledger])
        .stdout.splitlines()
    ]
    CliRunner().invoke(main, ["accept", claim, "--reason", "read twice", "--by", "Ana", "--ledger", ledger])
    for command in (
        ["claims"],
        ["export"],
        ["brief"],
        ["claims", "--format", "json"],
        ["decisions", "--format", "json"],
        ["show", claim, "--format", "json"],
    ):
        told = CliRunner().invoke(main, [*command, "--ledger", ledger])
        assert told.exit_code == 0
        # Markdown escapes brackets.
        assert "person" in told.stdout
        assert "Belqami" not in told.stdout
