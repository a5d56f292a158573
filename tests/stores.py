"""What tests see of a ledger and do to it behind its back, in whichever store it is kept; loaded by conftest.py."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, copy_ledger, files, is_folder, open_ledger
from allegata.ledger.connection import Connection
from allegata.ledger.location import address_of
from allegata.ledger.schema import TABLES
from allegata.mask import outward
from allegata.run.cli import main
from allegata.run.pipeline import Added, Given, add, reports

CHECKER = Path(__file__).parent / "ledger" / "checker.py"
GUARDED = ("batches", "records", "bodies")
NOW = "2024-01-01T00:00:00Z"


def enter(ledger: Ledger, path: Path, text: str, given: Given) -> None:
    """Write *text* into the file *path*, and read it into *ledger*."""
    path.write_text(text, "utf-8")
    for made in reports(str(path), given):
        add(ledger, made, "test", NOW, Added())


def keep(ledger: Ledger, *pages: str) -> None:
    """Write for each of *pages* a batch of one capture, whose bytes it is, into *ledger*."""
    for words in pages:
        capture, body = make_capture(words.encode(), "text/plain", f"file:{words}.txt")
        ledger.append([("capture", capture)], "test", NOW, {capture.body: body})


def run(*words: str, code: int = 0) -> str:
    """Return all that the command of *words* prints, which ends with *code*."""
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.output


def lines(*words: str) -> list[dict[str, Any]]:
    """Return the records that the command of *words* prints as JSON lines."""
    result = CliRunner().invoke(main, [*words, "--format", "json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def checker(folder: Path, *rest: str) -> tuple[int, str]:
    """Return exit code and output of the program that knows a ledger only from docs/ledger-format.md."""
    command = [sys.executable, "-I", str(CHECKER), str(folder), *rest]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return made.returncode, made.stdout + made.stderr


@contextmanager
def database(location: str) -> Iterator[psycopg.Connection[Any]]:
    """Give the keeper's own connection to the schema of a ledger in PostgreSQL."""
    address = address_of(location)
    with psycopg.connect(address.conninfo, autocommit=True, options=f"-c search_path={address.schema}") as made:
        yield made


def unguarded(db: psycopg.Connection[Any], *statements: str) -> None:
    """Run *statements* with nothing that guards the rows."""
    for table in GUARDED:
        db.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for each in statements:
        db.execute(each)  # type: ignore[call-overload]


def held(location: str) -> dict[str, bytes]:
    """Return every file or row that a store holds, by what it is called; of a database, the rows of each table together."""
    if is_folder(location):
        root = Path(location)
        return {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*") if each.is_file()}
    with database(location) as db:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        names = [name for (name,) in db.execute(query).fetchall()]
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # type: ignore[call-overload]
    return {name: b"\n".join(sorted(b"\t".join(map(_bytes, row)) for row in found)) for name, found in rows.items()}


def _bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def kept(location: str) -> dict[str, bytes]:
    """Return what a copy has to have: as `held`, without index, locks and credentials."""
    if is_folder(location):
        return {
            name: data for name, data in held(location).items() if not name.startswith(("index", "lock", "credentials"))
        }
    every = held(location)
    return {name: every[name] for name in GUARDED}


def chain(location: str) -> list[tuple[bytes, list[bytes]]]:
    """Return the bytes of each batch and those of its records, in their order."""
    if is_folder(location):
        batches = sorted((Path(location) / "batches").iterdir())
        records = (Path(location) / "records" / f"{each.stem}.jsonl" for each in batches)
        return [
            (batch.read_bytes(), lines.read_bytes().splitlines(keepends=True))
            for batch, lines in zip(batches, records, strict=True)
        ]
    with database(location) as db:
        batches_of = db.execute("SELECT sequence, content FROM batches ORDER BY sequence").fetchall()
        query = "SELECT content FROM records WHERE sequence = %s ORDER BY position"
        return [
            (bytes(batch), [bytes(line) for (line,) in db.execute(query, (sequence,))])
            for sequence, batch in batches_of
        ]


def words_in(location: str) -> str:
    """Return all that a store holds, its captured bytes, index and credentials too, in lower case."""
    return b"".join(held(location).values()).decode("utf-8", "replace").lower()


def credentials_in(location: str) -> str:
    """Return what a store keeps of how its accounts log in."""
    if is_folder(location):
        return (Path(location) / "credentials.json").read_text("utf-8")
    with database(location) as db:
        return "".join(bytes(content).decode() for (content,) in db.execute("SELECT content FROM credentials"))


def drop_credentials(location: str) -> None:
    """Take away what accounts log in with."""
    if is_folder(location):
        (Path(location) / "credentials.json").unlink()
        return
    with database(location) as db:
        db.execute("DELETE FROM credentials")


def damage_credentials(location: str) -> None:
    """Cut off what accounts log in with."""
    cut = '{"passwords":{"ana":'
    if is_folder(location):
        (Path(location) / "credentials.json").write_text(cut, "utf-8")
        return
    with database(location) as db:
        db.execute("UPDATE credentials SET content = %s", (cut.encode(),))


def fill(location: str, source: Path) -> str:
    """Copy the ledger in the folder *source*, and return *location*."""
    if is_folder(location):
        shutil.copytree(source, location)
        return location
    with tempfile.TemporaryDirectory() as place:
        # Who opens a ledger makes its index, and the fixtures stay as they are.
        folder = shutil.copytree(source, Path(place) / "ledger")
        with open_ledger(str(folder), outward) as held, open_ledger(location, outward, True) as copied:
            list(copy_ledger(held, copied))
    return location


def drop_index(location: str) -> None:
    """Take the index away; whoever opens the ledger next makes it again."""
    if is_folder(location):
        for each in Path(location).glob("index.sqlite*"):
            each.unlink()
        return
    with database(location) as db:
        db.execute("UPDATE ledger SET indexed = 0")


def change_index(location: str, statement: str) -> None:
    """Run *statement* on the index."""
    if not is_folder(location):
        with database(location) as db:
            db.execute(statement)  # type: ignore[call-overload]
        return
    with closing(sqlite3.connect(Path(location) / "index.sqlite")) as file, file:
        file.execute(statement)


def drop(location: str, *sequences: int) -> None:
    """Take batches and all that shows that they were there."""
    if is_folder(location):
        for each in sequences:
            (Path(location) / "batches" / f"{each:08}.json").unlink()
            (Path(location) / "records" / f"{each:08}.jsonl").unlink()
    else:
        listed = ", ".join(map(str, sequences))
        with database(location) as db:
            unguarded(db, *(f"DELETE FROM {table} WHERE sequence IN ({listed})" for table in ("records", "batches")))
    drop_index(location)


def change_record(location: str, sequence: int, change: Callable[[bytes], bytes]) -> None:
    """Let *change* make something else of the first record of a batch that it changes."""
    if is_folder(location):
        path = Path(location) / "records" / f"{sequence:08}.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if change(line) != line)
        path.write_bytes(b"".join([*lines[:at], change(lines[at]), *lines[at + 1 :]]))
        return
    query = "SELECT position, content FROM records WHERE sequence = %s ORDER BY position"
    with database(location) as db:
        rows = [(position, bytes(content)) for position, content in db.execute(query, (sequence,))]
        position, line = next((position, line) for position, line in rows if change(line) != line)
        unguarded(db)
        query = "UPDATE records SET content = %s WHERE sequence = %s AND position = %s"
        db.execute(query, (change(line), sequence, position))


def change_batch(location: str, sequence: int, change: Callable[[bytes], bytes]) -> None:
    """Let *change* make something else of the bytes of a batch."""
    if is_folder(location):
        path = Path(location) / "batches" / f"{sequence:08}.json"
        path.write_bytes(change(path.read_bytes()))
        return
    content, _ = chain(location)[sequence - 1]
    with database(location) as db:
        unguarded(db)
        db.execute("UPDATE batches SET content = %s WHERE sequence = %s", (change(content), sequence))


def index_in(location: str) -> str:
    """Return all that stands in the index, in lower case."""
    if is_folder(location):
        return b"".join(each.read_bytes() for each in Path(location).glob("index.sqlite*")).decode("latin-1").lower()
    every = held(location)
    return b"".join(every[name] for name in TABLES).decode().lower()


def refuse_batches(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk refuse every batch from now on, with the words "Read-only file system"."""
    if is_folder(location):

        def write(target: Path, data: bytes) -> Path:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(files, "stage", write)
        return
    with database(location) as db:
        db.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'Read-only file system'; END $$"
        )
        db.execute("CREATE TRIGGER full_disk BEFORE INSERT ON batches EXECUTE FUNCTION full_disk()")


def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each write of either store is added from now on: the name of the file, or the statement."""
    made = list[str]()
    stage, execute = files.stage, Connection.execute

    def staged(target: Path, data: bytes) -> Path:
        made.append(target.name)
        return stage(target, data)

    def executed(self: Connection, query: str, *values: Any) -> psycopg.Cursor[tuple[Any, ...]]:
        if query.startswith(("INSERT", "UPDATE", "DELETE")):
            made.append(query)
        return execute(self, query, *values)

    monkeypatch.setattr(files, "stage", staged)
    monkeypatch.setattr(Connection, "execute", executed)
    return made
