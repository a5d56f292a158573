"""A ledger in PostgreSQL that several people use, by what they type."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from allegata.ledger import login
from allegata.ledger.location import address_of
from allegata.run.cli import main

SECRET = "quay lamp orchard 7"
STORY = "Police said on Monday that Omar Ruizal and 11 other men were arrested in Lima, Peru."


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: str) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(login, "_hasher", lambda: hasher)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ALLEGATA_LEDGER", database)
    for name in ("USER", "PASSWORD", "TOKEN", "NEW_PASSWORD"):
        monkeypatch.delenv(f"ALLEGATA_{name}", raising=False)
    (tmp_path / "story.txt").write_text(STORY, "utf-8")
    run("add", str(tmp_path / "story.txt"), "--published", "2024-05-08")


def run(*words: str, code: int = 0, **environment: str) -> str:
    result = CliRunner().invoke(main, list(words), env={f"ALLEGATA_{key}": value for key, value in environment.items()})
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stdout if code == 0 else result.output


def test_accounts_hold_and_their_credentials_are_apart_from_the_rows(database: str) -> None:
    run("user", "add", "ana", "--role", "admin", NEW_PASSWORD=SECRET)
    assert "has accounts; log in" in run("claims", code=2)
    who = {"USER": "ana", "PASSWORD": SECRET}
    run("user", "add", "ben", "--role", "reader", NEW_PASSWORD=SECRET, **who)
    token = run("token", "make", "desk", USER="ben", PASSWORD=SECRET).split()[0]
    assert "Ruizal" not in run("claims", TOKEN=token)
    assert "may not" in " ".join(run("erase", "0" * 8, "--reason", "no", "--yes", code=2, TOKEN=token).split())
    claim = json.loads(run("claims", "--format", "json", **who).splitlines()[0])
    assert "Ruizal" in run("unmask", claim["document"]["id"], "--reason", "asked by a lawyer", **who)
    assert "unmask" in run("audit", **who)
    address = address_of(database)
    with psycopg.connect(address.conninfo) as db:
        rows = db.execute(f"SELECT content FROM {address.schema}.records").fetchall()  # type: ignore[call-overload]
        kept = db.execute(f"SELECT content FROM {address.schema}.credentials").fetchall()  # type: ignore[call-overload]
    assert b"argon2" in kept[0][0]
    assert token.encode() not in kept[0][0]
    assert not any(b"argon2" in content for (content,) in rows)


def test_a_page_is_erased_and_the_rest_is_whole(tmp_path: Path) -> None:
    run("checkpoint", "--out", str(tmp_path / "head.json"))
    claim = json.loads(run("claims", "--format", "json").splitlines()[0])
    words = ("erase", claim["document"]["id"], "--reason", "a court asked for it")
    assert "Nothing was erased" in run(*words, "--dry-run")
    assert "erased:" in run(*words, "--yes")
    assert run("claims", "--format", "json") == ""
    assert "a court asked for it" in run("erasures")
    assert "the ledger is whole" in run("verify", "--checkpoint", str(tmp_path / "head.json"))


def test_a_backup_is_restored_into_a_database_and_into_a_folder(tmp_path: Path, database: str) -> None:
    backup, other = str(tmp_path / "ledger.tar"), f"{database}_again"
    run("erase", json.loads(run("claims", "--format", "json"))["id"], "--reason", "a court asked for it", "--yes")
    head = run("backup", backup).rpartition(" ")[2]
    assert run("restore", backup, other).rpartition(" ")[2] == head
    assert head.strip() in run("verify", LEDGER=other)
    assert "Ruizal" not in run("claims", LEDGER=other)
    assert run("restore", backup, str(tmp_path / "folder")).rpartition(" ")[2] == head
    assert head.strip() in run("verify", LEDGER=str(tmp_path / "folder"))
    run("backup", str(tmp_path / "again.tar"), LEDGER=str(tmp_path / "folder"))
    one, same = Path(backup).read_bytes(), (tmp_path / "again.tar").read_bytes()
    # The audit row of the second backup is in it, too.
    assert len(one) < len(same)
    (tmp_path / "more.txt").write_text(STORY.replace("Lima", "Tacna"), "utf-8")
    run("add", str(tmp_path / "more.txt"), "--published", "2024-05-08", LEDGER=other)
    assert "holds more than" in run("restore", backup, other, code=2)
    run("add", str(tmp_path / "more.txt"), "--published", "2024-05-08", LEDGER=f"{database}_third")
    assert "holds something else" in run("restore", backup, f"{database}_third", code=2)
