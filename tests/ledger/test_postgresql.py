"""What only a ledger in PostgreSQL has: rows that stay, one transaction a batch, versions, and passwords that are never said."""

from __future__ import annotations

import builtins
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import stores
from click.testing import CliRunner
from stores import keep, unguarded

from allegata.ledger import Ledger, connection, open_ledger, postgresql, schema, tables
from allegata.ledger.location import address_of, hidden
from allegata.ledger.records import as_stored
from allegata.model import InputError, LedgerError
from allegata.run.cli import main

NOW = "2024-01-01T00:00:00Z"
WRITER = Path(__file__).with_name("writer.py")


@pytest.fixture
def filled(database: str) -> str:
    with open_ledger(database, as_stored, True) as ledger:
        for number in range(4):
            keep(ledger, f"page {number}")
    return database


@pytest.fixture
def db(database: str) -> Iterator[psycopg.Connection[Any]]:
    """The keeper's own connection to the schema of `database`."""
    with stores.database(database) as made:
        yield made


@pytest.mark.parametrize("table", ["batches", "records", "bodies"])
@pytest.mark.parametrize("words", ["UPDATE {} SET content = content", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rows_stay_as_they_are(filled: str, db: psycopg.Connection[Any], table: str, words: str) -> None:
    with pytest.raises(psycopg.Error, match="a ledger only grows"):
        db.execute(words.format(table))  # type: ignore[call-overload]
    with open_ledger(filled, as_stored) as ledger:
        assert ledger.verify() == ()


def test_only_an_erasure_changes_a_record(filled: str, db: psycopg.Connection[Any]) -> None:
    db.execute("SET allegata.erasing = 'on'")
    with pytest.raises(psycopg.Error, match="a ledger only grows"):
        db.execute("UPDATE records SET content = set_byte(content, 9, 65) WHERE sequence = 2")
    with pytest.raises(psycopg.Error, match="a ledger only grows"):
        db.execute("DELETE FROM records WHERE sequence = 2")
    with pytest.raises(psycopg.Error, match="a ledger only grows"):
        db.execute("UPDATE bodies SET content = ''")


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        ("UPDATE batches SET content = set_byte(content, 40, get_byte(content, 40) # 1) WHERE sequence = 2", "batch 2"),
        ("UPDATE records SET content = set_byte(content, 90, get_byte(content, 90) # 1) WHERE sequence = 3", "records of batch 3 line 1"),
        ("UPDATE records SET content = content || ' '::bytea WHERE sequence = 3", "records of batch 3: ends within a line"),
        ("UPDATE records SET position = 1 WHERE sequence = 3", "records of batch 3: line 1 does not begin"),
        ("DELETE FROM records WHERE sequence = 3", "records of batch 3: holds 0 records"),
        ("UPDATE bodies SET content = 'x' WHERE content = 'page 1'", "is not what was captured"),
        ("DELETE FROM bodies WHERE content = 'page 1'", "is missing"),
        ("DELETE FROM batches WHERE sequence = 2", "batch 2 is missing"),
        ("DELETE FROM batches WHERE sequence = 4", "batch 4 is missing"),
        ("DELETE FROM batch; DELETE FROM batches WHERE sequence IN (2, 3)", "batches 2 to 3 are missing"),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(filled: str, db: psycopg.Connection[Any], damage: str, part: str) -> None:
    unguarded(db, damage)
    with open_ledger(filled, as_stored) as ledger:
        problems = ledger.verify()
    assert any(part in each for each in problems), problems
    if "batch" in damage.split()[1] and "DELETE" in damage:
        with open_ledger(filled, as_stored) as ledger, pytest.raises(LedgerError, match="missing"):
            keep(ledger, "another page")
        with pytest.raises(LedgerError, match="missing"):
            open_ledger(filled, as_stored, True)


def test_an_index_of_other_batches_is_made_again(filled: str, db: psycopg.Connection[Any]) -> None:
    for damage in ("UPDATE batch SET hash = 'x' WHERE sequence = 4", "DELETE FROM batch WHERE sequence > 2"):
        db.execute(damage)  # type: ignore[call-overload]
        with open_ledger(filled, as_stored) as ledger:
            keep(ledger, damage)
            assert ledger.verify() == ()
            assert ledger.count("capture") == len(list(ledger.batches()))


def test_an_older_version_is_brought_up_and_a_newer_one_refused(
    database: str, db: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "STEPS", tables.STEPS[:1])
    with open_ledger(database, as_stored, True) as ledger:
        keep(ledger, "an old page")
    assert db.execute("SELECT version FROM ledger").fetchone() == (1,)
    monkeypatch.setattr(postgresql, "STEPS", (*tables.STEPS, "CREATE TABLE further (x TEXT); SELECT 1 / 0"))
    with pytest.raises(LedgerError, match="division by zero"):
        open_ledger(database, as_stored, True)
    assert db.execute("SELECT version, to_regclass('further') FROM ledger").fetchone() == (1, None)
    monkeypatch.setattr(postgresql, "STEPS", tables.STEPS)
    with open_ledger(database, as_stored, True) as ledger:
        keep(ledger, "a new page")
        assert ledger.verify() == ()
    with pytest.raises(psycopg.Error, match="a ledger only grows"):
        db.execute("DELETE FROM records")
    for column in ("version", "indexed"):
        db.execute(f"UPDATE ledger SET {column} = {column} + 1")  # type: ignore[call-overload]
        with pytest.raises(LedgerError, match="upgrade allegata"):
            open_ledger(database, as_stored)
        db.execute(f"UPDATE ledger SET {column} = {column} - 1")  # type: ignore[call-overload]


def test_an_index_of_an_older_version_is_made_again(filled: str, db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE ledger SET indexed = 1; DROP TABLE term; CREATE TABLE term (x TEXT)")
    with open_ledger(filled, as_stored) as ledger:
        keep(ledger, "another page")
        assert ledger.verify() == ()
        assert ledger.count("capture") == 5
    assert db.execute("SELECT indexed FROM ledger").fetchone() == (schema.VERSION,)


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        ("DELETE FROM ledger", "the row of its table ledger is missing; restore it from a backup"),
        ("DROP TABLE ledger; CREATE TABLE ledger (format TEXT, version INTEGER, indexed INTEGER)", "the row of its table ledger is missing"),
        ("DROP TABLE ledger; CREATE TABLE ledger (account TEXT, balance INTEGER)", "is a schema that is no ledger"),
        ("ALTER TABLE ledger ALTER version TYPE TEXT", "is a schema that is no ledger"),
        ("UPDATE ledger SET format = 'cash book'", "is a schema that is no ledger"),
        ("UPDATE ledger SET version = 0", "is of version 0, which there never was"),
        ("UPDATE ledger SET version = -1", "is of version -1, which there never was"),
    ],
)  # fmt: skip
def test_a_ledger_without_its_row_is_one_line(filled: str, db: psycopg.Connection[Any], damage: str, part: str) -> None:
    db.execute(damage)  # type: ignore[call-overload]
    for words in (["claims"], ["verify"], ["add", __file__]):
        result = CliRunner().invoke(main, [*words, "--ledger", filled])
        assert result.exit_code == 2
        assert part in result.output
        assert result.output.count("\n") == 1


def test_a_server_that_reads_backslashes_in_strings_is_written_to(server: str) -> None:
    name = f"backslashes_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as keeper:
        keeper.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        keeper.execute(f"ALTER DATABASE {name} SET standard_conforming_strings = off")  # type: ignore[call-overload]
    with open_ledger(f"{server}/{name}", as_stored, True) as ledger:
        keep(ledger, "a page")
        keep(ledger, "another page")
        assert ledger.verify() == ()


def test_what_is_dropped_with_an_index_is_not_what_a_row_says(filled: str, db: psycopg.Connection[Any]) -> None:
    schema = address_of(filled).schema
    db.execute(f"CREATE SCHEMA {schema}_victim; CREATE TABLE {schema}_victim.t (x TEXT)")  # type: ignore[call-overload]
    named = f"{schema}_victim.t bodies;GRANT/**/ALL/**/ON/**/SCHEMA/**/{schema}/**/TO/**/PUBLIC"
    db.execute("UPDATE ledger SET indexed = 0, tables = tables || ' ' || %s", (named,))
    with open_ledger(filled, as_stored) as ledger:
        assert ledger.count("capture") == 4
        assert ledger.verify() == ()
    assert db.execute("SELECT to_regclass(%s) IS NULL", (f"{schema}_victim.t",)).fetchone() == (False,)
    query = "SELECT nspacl FROM pg_namespace WHERE nspname = %s"
    assert db.execute(query, (schema,)).fetchone() == (None,)


def test_a_schema_of_something_else_is_left_alone(database: str, db: psycopg.Connection[Any]) -> None:
    schema = address_of(database).schema
    db.execute(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.mine (x TEXT)")  # type: ignore[call-overload]
    with pytest.raises(LedgerError, match="is a schema that is no ledger"):
        open_ledger(database, as_stored, True)
    db.execute("DROP TABLE mine")
    with open_ledger(database, as_stored, True) as ledger:
        keep(ledger, "a page")


def writer(database: str, name: str, *rest: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), database, name, *map(str, rest)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("kill_at", [1, 4, 8, 11])
def test_a_writer_killed_in_a_transaction_leaves_nothing_of_it(filled: str, kill_at: int) -> None:
    with writer(filled, "killed", 5, kill_at, "statement") as process:
        acknowledged = len(process.stdout.readlines()) if process.stdout else 0
    assert process.returncode == -signal.SIGKILL
    with open_ledger(filled, as_stored, True) as ledger:
        keep(ledger, "after the kill")
        assert ledger.verify() == ()
        assert len(list(ledger.batches())) == 5 + acknowledged


def test_a_writer_waits_and_then_says_so_and_readers_do_not_wait(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAIT_S", 0.2)
    with open_ledger(filled, as_stored) as first, open_ledger(filled, as_stored) as second:
        with first.writing():
            started = time.monotonic()
            with pytest.raises(LedgerError, match="another program is writing; try again when it has finished"):
                keep(second, "another page")
            assert time.monotonic() - started >= 0.2
            assert second.count("capture") == 4
            assert second.verify() == ()
            with open_ledger(filled, as_stored) as third:
                assert len(list(third.batches())) == 4
        keep(second, "another page")
        assert first.count("capture") == 5


def test_readers_see_whole_batches_while_others_write(database: str) -> None:
    with open_ledger(database, as_stored, True):
        pass
    writers = [writer(database, name, 30) for name in ("one", "two")]
    seen: list[int] = []
    while any(each.poll() is None for each in writers):
        with open_ledger(database, as_stored) as ledger:
            assert ledger.verify() == ()
            seen.append(ledger.count("capture"))
    for each in writers:
        each.communicate()
        assert each.returncode == 0
    assert seen == sorted(seen)
    with open_ledger(database, as_stored) as ledger:
        assert ledger.count("capture") == 60


def broken_off(*_: object) -> None:
    raise KeyboardInterrupt


def end_connections(db: psycopg.Connection[Any]) -> None:
    query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'allegata'"
    assert db.execute(query).fetchall()


def test_a_connection_that_breaks_between_calls_is_made_again(filled: str, db: psycopg.Connection[Any]) -> None:
    with open_ledger(filled, as_stored) as ledger:
        end_connections(db)
        assert ledger.count("capture") == 4
        end_connections(db)
        keep(ledger, "another page")
        end_connections(db)
        assert ledger.verify() == ()
        assert ledger.count("capture") == 5
    with pytest.raises(LedgerError, match="connection is closed"):
        ledger.count("capture")


def test_a_connection_that_breaks_within_a_batch_takes_the_batch_with_it(
    filled: str, db: psycopg.Connection[Any]
) -> None:
    def broken(ledger: Ledger) -> None:
        with ledger.writing():
            end_connections(db)
            ledger.count("capture")

    with open_ledger(filled, as_stored) as ledger:
        with pytest.raises(LedgerError, match="look after the server"):
            broken(ledger)
        keep(ledger, "another page")
        assert ledger.verify() == ()
        assert len(list(ledger.batches())) == 5


BROKEN_OFF = """
import sys
import psycopg
from allegata.ledger.connection import Connection
from allegata.ledger.location import address_of
from allegata.model import LedgerError
db, other = (Connection(address_of(sys.argv[1])) for _ in range(2))
(pid,) = db.rows("SELECT pg_backend_pid()")[0]
try:
    with db.writing(), db.pipeline():
        db.execute("SELECT 1")
        other.execute("SELECT pg_terminate_backend(?, 5000)", (pid,))
        db.rows("SELECT 2")
except LedgerError as error:
    print(error)
"""


def test_what_is_broken_off_within_a_pipeline_is_said_once(filled: str) -> None:
    words = [sys.executable, "-c", BROKEN_OFF, filled]
    result = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert (result.stdout.count("\n"), result.stderr) == (1, "")


def test_a_batch_that_is_undone_is_forgotten(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_ledger(filled, as_stored) as ledger:
        head = ledger.head()
        with monkeypatch.context() as patched:
            patched.setattr(postgresql.TableIndex, "add", broken_off)
            with pytest.raises(KeyboardInterrupt):
                keep(ledger, "a page")
        assert ledger.head() == head
        assert ledger.count("capture") == 4
        keep(ledger, "another page")
        assert ledger.verify() == ()


def test_several_threads_of_one_program_lose_nothing(database: str) -> None:
    with open_ledger(database, as_stored, True):
        pass

    def write(name: str) -> None:
        with open_ledger(database, as_stored) as ledger:
            for number in range(10):
                keep(ledger, f"{name} {number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with open_ledger(database, as_stored) as ledger:
        assert ledger.count("capture") == len(list(ledger.batches())) == 30


def test_a_reader_without_rights_reads_and_is_told_why_it_cannot_write(
    filled: str, db: psycopg.Connection[Any]
) -> None:
    address = address_of(filled)
    role = f"reader_{address.schema}"
    db.execute(f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {address.schema} TO {role}")  # type: ignore[call-overload]
    db.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {address.schema} TO {role}")  # type: ignore[call-overload]
    with open_ledger(filled.replace("//allegata@", f"//{role}@"), as_stored) as ledger:
        assert ledger.count("capture") == 4
        assert ledger.verify() == ()
        with pytest.raises(LedgerError, match="this user may not"):
            keep(ledger, "another page")
    for damage in ("UPDATE batch SET hash = 'x' WHERE sequence = 4", "DELETE FROM batch WHERE sequence > 2"):
        db.execute(damage)  # type: ignore[call-overload]
        with (
            pytest.raises(LedgerError, match="somebody who may write to the ledger has to run allegata verify"),
            open_ledger(filled.replace("//allegata@", f"//{role}@"), as_stored) as ledger,
        ):
            ledger.count("capture")


def test_a_writer_needs_no_right_to_change_what_is_kept(filled: str, db: psycopg.Connection[Any]) -> None:
    address = address_of(filled)
    role = f"writer_{address.schema}"
    of_index = ", ".join(schema.TABLES)
    db.execute(f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {address.schema} TO {role}")  # type: ignore[call-overload]
    db.execute(f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {address.schema} TO {role}")  # type: ignore[call-overload]
    db.execute(f"GRANT UPDATE, DELETE ON {of_index} TO {role}")  # type: ignore[call-overload]
    with open_ledger(filled.replace("//allegata@", f"//{role}@"), as_stored, True) as ledger:
        keep(ledger, "another page")
        assert ledger.verify() == ()
        assert ledger.count("capture") == 5


def test_an_account_whose_password_cannot_be_kept_is_none(filled: str, db: psycopg.Connection[Any]) -> None:
    address = address_of(filled)
    role = f"writer_{address.schema}"
    db.execute(f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {address.schema} TO {role}")  # type: ignore[call-overload]
    db.execute(f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {address.schema} TO {role}")  # type: ignore[call-overload]
    db.execute(f"REVOKE INSERT ON credentials FROM {role}")  # type: ignore[call-overload]
    db.execute(f"GRANT UPDATE, DELETE ON {', '.join(schema.TABLES)} TO {role}")  # type: ignore[call-overload]
    words = ["user", "add", "bo", "--role", "admin", "--ledger"]
    environment = {"ALLEGATA_NEW_PASSWORD": "nine lamps at the quay"}
    result = CliRunner().invoke(main, [*words, filled.replace("//allegata@", f"//{role}@")], env=environment)
    assert result.exit_code == 2
    assert "this user may not" in result.output
    assert "bo is admin" not in result.output
    assert "no accounts" in CliRunner().invoke(main, ["user", "list", "--ledger", filled]).output
    result = CliRunner().invoke(main, [*words, filled], env=environment)
    assert result.output == "bo is admin\n"
    assert (
        "bo: admin\n"
        in CliRunner()
        .invoke(
            main,
            ["user", "list", "--ledger", filled],
            env={"ALLEGATA_USER": "bo", "ALLEGATA_PASSWORD": "nine lamps at the quay"},
        )
        .output
    )


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://ana:s3cr3t@127.0.0.1:1/team",
        "postgresql://ana:s3cr3t%21@127.0.0.1:1/team?connect_timeout=1",
        "POSTGRESQL://ana:s3cr3t@127.0.0.1:1/team",
        "postgres://ana@127.0.0.1:1/team?password=s3cr3t",
        "postgresql://ana:s3cr3t@127.0.0.1:port/team",
        "postgresql://ana:s3cr3t@127.0.0.1:1/team?nonsense=1",
        "postgresql://ana:s3cr3t@127.0.0.1:1/team?connect_timeout=soon",
        "postgresql://ana:p/s3cr3t?@127.0.0.1:1/team",
        "postgresql://ana:a s3cr3t@127.0.0.1:1/team",
        "postgresql://ana:s3cr3t@127.0.0.1:1/team?schema=",
        "mysql://ana:s3cr3t@127.0.0.1/team",
        "postgresql://ana:s3cr3t@[::1/team",
        "postgresql://ana:p@s3cr3t@127.0.0.1:1/team",
        "postgresql://ana:s3cr3t@x@127.0.0.1:1/team",
        "postgresql://ana:1/s3cr3t@127.0.0.1:1/team",
        "postgresql://ana:s3cr3t/team",
        "postgresql://ana:x://s3cr3t@127.0.0.1:1/team",
        "postgresql:ana:s3cr3t@127.0.0.1:1/team",
        "postgresql:/ana:s3cr3t@127.0.0.1:1/team",
        "Postgres:ana:s3cr3t@127.0.0.1:1/team",
        " postgresql://ana:s3cr3t@127.0.0.1:1/team",
        "postgresql://ana:s3cr3t%zz@127.0.0.1:1/team",
    ],
)
def test_a_password_is_in_no_message(location: str) -> None:
    for words in (["claims", "--ledger", location], ["ledger", "copy", location, location]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 2
        assert "s3cr3t" not in result.output
        assert result.output.count("\n") == 1
    result = CliRunner().invoke(main, ["logout", "--ledger", location])
    assert "s3cr3t" not in result.output
    if not location.startswith("mysql"):
        with pytest.raises((LedgerError, InputError)) as found:
            open_ledger(location, as_stored)
        assert "s3cr3t" not in f"{found.value} {found.value.__cause__}"


def test_a_missing_ledger_is_not_made_by_reading(database: str, db: psycopg.Connection[Any]) -> None:
    with pytest.raises(LedgerError, match="make one with: allegata add"):
        open_ledger(database, as_stored)
    assert db.execute("SELECT to_regnamespace(%s)", (address_of(database).schema,)).fetchone() == (None,)


def test_without_psycopg_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "psycopg" or name.startswith("allegata.ledger.postgresql"):
            raise ImportError(name)
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(InputError, match=r"pip install 'allegata\[postgresql\]'"):
        open_ledger("postgresql://ana@127.0.0.1:1/team", as_stored)


@pytest.mark.parametrize(
    "location",
    [
        "postgresql:ana:x@127.0.0.1/team",
        "postgres:/ana:x@127.0.0.1/team",
        "PostgreSQL:team",
        " postgresql://ana@127.0.0.1/team",
        "postgresql://ana:x%zz@127.0.0.1/team",
        "postgresql://ana:x@[::1/team",
        "postgresql://ana:x@127.0.0.1/team?foo=bar",
        "postgresql://ana:x y@127.0.0.1/team",
        "postgresql://ana:x@y@127.0.0.1/team",
        "postgresql://ana@127.0.0.1/\udcff",
    ],
)
def test_what_is_no_address_is_said_and_makes_no_folder(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.txt").write_text("Ten were held.", "utf-8")
    for words in (["add", "page.txt", "--ledger", location], ["restore", "page.txt", location]):
        result = CliRunner().invoke(main, words)
        if words[0] == "add" or not location.startswith("postgresql://"):
            assert "is no address of a database; write postgresql://USER@HOST/DATABASE?schema=NAME" in result.output
        assert result.exit_code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["page.txt"]


@pytest.mark.parametrize("query", ["schema=$user", "schema=%24user", "schema=a&schema=b", "schema=%ED%A0%80"])
def test_a_schema_that_would_be_another_one_is_refused(server: str, query: str) -> None:
    with pytest.raises(InputError, match="\\?schema=NAME"):
        open_ledger(f"{server}/postgres?{query}", as_stored, True)


@pytest.mark.parametrize("password", ["e", "server", "127.0.0.1", "ana"])
def test_words_of_a_message_do_not_tell_a_short_password(password: str) -> None:
    plain, told = (
        CliRunner().invoke(main, ["claims", "--ledger", f"postgresql://ana:{each}@127.0.0.1:1/team"]).output
        for each in ("s3cr3t-s3cr3t", password)
    )
    assert told == plain


def test_what_is_no_password_is_shown() -> None:
    words = "postgresql://db.example:5432/team?schema=a: is another than postgresql://ana@db.example/team?schema=b"
    assert hidden(words) == words
    assert hidden("postgresql://ana@db.example:5432/team") == "postgresql://ana@db.example:5432/team"
    assert hidden("no file page.txt") == "no file page.txt"
