"""The commands that keep a ledger whole: verify, checkpoint, backup, restore, erase, and the list of erasures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from allegata.ledger import (
    Attested,
    Doomed,
    Ledger,
    doomed,
    is_folder,
)
from allegata.ledger import backup as write_backup
from allegata.ledger import erase as erase_records
from allegata.ledger import erasures as every_erasure
from allegata.ledger import restore as read_backup
from allegata.ledger.access import audit
from allegata.ledger.erase import ASKED, GoneError
from allegata.ledger.location import hidden
from allegata.model.error import InputError, LedgerError
from allegata.model.json import canonical, to_json
from allegata.run.admission import record_backup
from allegata.run.copying import into_database
from allegata.run.decide import decider
from allegata.run.deciding import without_names, words_of
from allegata.run.options import FORMAT, LEDGER, now, opened
from allegata.run.output import write_rows
from allegata.run.relating import relate
from allegata.run.terminal import OUT, counted, entered, escape, happening, say
from allegata.run.working import sweep

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@LEDGER
@click.option(
    "--checkpoint", "path", type=FILE, help="A checkpoint that was exported; the ledger has to go on from it."
)
@click.option("--public-key", "public", type=FILE, help="The key that has to have signed the checkpoint.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def verify(location: str, path: Path | None, public: Path | None, form: str) -> None:
    """Check every batch, record and body of a ledger; exit 1 if anything is wrong, the first bad batch first.

    With --checkpoint also that no batch up to it is missing or another than it was.
    """
    # Only these two commands need what signs, which takes a while to load.
    from allegata.ledger.checkpoint import parse_checkpoint, public_key

    if public is not None and path is None:
        raise InputError(f"{public}: a key checks a checkpoint; give one with --checkpoint")
    made = parse_checkpoint(path, public_key(public) if public else None) if path else None
    with opened(location) as ledger:
        attested = Attested(made.checkpoint.sequence, made.checkpoint.hash, made.checkpoint.first) if made else None
        found = ledger.checked(attested)
    if form == "json":
        first = next((each.batch for each in found.problems if each.batch is not None), None)
        click.echo(
            json.dumps({"whole": not found.problems, "first_bad_batch": first, **to_json(found)}, ensure_ascii=False)
        )
        raise SystemExit(1 if found.problems else 0)
    for problem in found.problems:
        say(problem.what, "red", OUT)
    if made is not None and made.key is None:
        say(f"{path}: is not signed, so that whoever can write it can change it")
    elif made is not None and public is None:
        say(f"{path}: is signed by the key {made.key}; give --public-key to know whose it is")
    if found.problems:
        OUT.print(counted(len(found.problems), "problem"))
        raise SystemExit(1)
    OUT.print(
        f"the ledger is whole: {counted(found.sequence, 'batch', 'batches')}, the last is {found.hash}", soft_wrap=True
    )


@click.command()
@LEDGER
@click.option("--key", type=FILE, help="Sign with this private key.")
@click.option("--out", type=FILE, help="File to write, which has to be new; else standard output.")
@click.option(
    "--new-key", type=FILE, help="Make a private key in this file, and its public key in FILE.pub; nothing else."
)
def checkpoint(location: str, key: Path | None, out: Path | None, new_key: Path | None) -> None:
    """Write down the last batch of a ledger, to be kept elsewhere: `verify --checkpoint` tells later what is missing since.

    A checkpoint that somebody else signs or keeps shows also that nobody wrote the ledger anew.
    """
    from allegata.ledger import checkpoint as written

    if new_key is not None:
        if key is not None or out is not None:
            raise InputError("--new-key: makes a key and nothing else; leave --key and --out out")
        public = written.new_key(new_key)
        OUT.print(f"private key: {new_key}, keep it to yourself; public key: {public}", soft_wrap=True, markup=False)
        return
    secret = written.private_key(key) if key else None
    with opened(location) as ledger:
        head = ledger.head()
        if head is None:
            raise LedgerError(
                f"{location}: holds no batch yet, so that there is nothing to write down; add something first"
            )
        first = next(ledger.batches()).hash
    made = written.Checkpoint(head.sequence, head.hash, first, head.recorded_at, now())
    text = canonical(written.signed(made, secret)).decode() + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}; give another file") from error


@click.command()
@click.argument("out", type=FILE)
@LEDGER
def backup(out: Path, location: str) -> None:
    """Write a ledger into one file, OUT, which has to be new; others may write to the ledger meanwhile.

    The file holds the names of affected persons, as the ledger does. What is erased later is still in it.
    """
    with opened(location) as ledger:
        record_backup(ledger, now())
        made = write_backup(ledger, out)
    OUT.print(
        f"{out}: {counted(made.sequence, 'batch', 'batches')}, the last is {made.hash}", soft_wrap=True, markup=False
    )


@click.command()
@click.argument("file", type=FILE)
@click.argument("into")
def restore(file: Path, into: str) -> None:
    """Make the ledger in the backup FILE again in INTO: a folder, or postgresql://USER@HOST/DATABASE. It has to be new or empty.

    What is in FILE is checked whole before it is put there. In a database that holds the first batches of FILE already, as after a restoring
    that was broken off, it goes on after them.
    """
    there = ""
    if is_folder(into):
        made = read_backup(file, Path(into))
    else:
        made, number = into_database(file, into)
        if not number:
            there = "holds these batches already, so that nothing had to be restored: "
    OUT.print(
        f"{hidden(into)}: {there}{counted(made.sequence, 'batch', 'batches')}, the last is {made.hash}",
        soft_wrap=True,
        markup=False,
    )


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, without names or words of what is erased; it stays.")
@click.option("--by", help="Who erases; else the user's name. In a ledger with accounts it is the account.")
@LEDGER
@click.option("--dry-run", is_flag=True, help="Erase nothing; say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(ids: tuple[str, ...], reason: str, by: str | None, location: str, dry_run: bool, yes: bool) -> None:
    """Take documents, claims or decisions out of a ledger for good; a row with the reason stays.

    IDS are ids, or their first characters. With a document go its bytes, other readings, claims, findings, links, and the decisions about
    them; with a claim its links and decisions. Backups made before still hold them.
    """
    why = words_of(reason, "--reason")
    with opened(location) as ledger:
        named = decider(by)
        if not dry_run:
            # What a killed erasing left is finished first.
            ledger.settle_erasures()
            sweep()
        try:
            gone = doomed(ledger, ids)
        except GoneError:
            if not dry_run:
                relate(ledger, named, now())
            raise
        gone.check(why)
        why = without_names(ledger, why)
        _list(ledger, gone)
        if dry_run:
            OUT.print("Nothing was erased: this was a dry run.")
            return
        if not yes:
            if not _at_terminal():
                raise InputError("erasing cannot be taken back; say --yes, or --dry-run to see what would go")
            click.confirm("This cannot be taken back. Erase it?", abort=True)
        audit(ledger, "erasure", [each for kind in ASKED for each in gone.ids.get(kind, ())], why, named, now())
        gone = erase_records(ledger, ids, why, named, now())
        relate(ledger, named, now())
        sweep()
        OUT.print(f"erased: {escape(_counts(gone))}", soft_wrap=True)


def _at_terminal() -> bool:
    return bool(sys.stdin and sys.stdin.isatty())


def _counts(gone: Doomed) -> str:
    return ", ".join(entered(len(each), kind) for kind, each in gone.ids.items())


def _list(ledger: Ledger, gone: Doomed) -> None:
    """Print what would go, masked as ever."""
    for identity in gone.ids.get("document", ()):
        document = ledger.document(identity)
        about = ", ".join(each for each in (document.outlet, document.published, document.title) if each)
        OUT.print(f"document {identity[:8]} {escape(about)}".rstrip(), soft_wrap=True)
    claims = {claim.id: claim for claim in ledger.claims(rejected=True)}
    for identity in gone.ids.get("claim", ()):
        known = happening(claims[identity]) if identity in claims else "read no more"
        OUT.print(f"claim {identity[:8]} {escape(known)}", soft_wrap=True)
    for each in ledger.rulings():
        if each.decision.id in gone.ids.get("decision", ()):
            OUT.print(
                f"decision {each.decision.id[:8]} {each.decision.kind} by {escape(each.decision.by)}", soft_wrap=True
            )
    OUT.print(f"in all: {escape(_counts(gone))}", soft_wrap=True)
    if gone.shared:
        names = ", ".join(each[:8] for each in gone.shared)
        OUT.print(f"The bytes stay: other documents were read from the same ones: {names}.", soft_wrap=True)
    if "claim" in gone.ids and "document" not in gone.ids:
        OUT.print("The text of its document still has its words; they go only with the document.", soft_wrap=True)


COLUMNS = ("kind", "id", "reason", "by", "recorded_at", "batch")


@click.command()
@LEDGER
@FORMAT
def erasures(location: str, form: str) -> None:
    """List what was erased: its kind and id, why, by whom, and when."""
    with opened(location) as ledger:
        rows = [
            (
                each.erasure.kind,
                each.erasure.id,
                each.erasure.reason,
                each.batch.by,
                each.batch.recorded_at,
                each.batch.sequence,
            )
            for each in every_erasure(ledger)
        ]
    if form == "csv":
        write_rows(COLUMNS, rows)
    elif form == "json":
        for row in rows:
            click.echo(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False))
    else:
        for kind, identity, reason, by, recorded_at, _ in rows:
            OUT.print(escape(f"{kind} {identity[:8]} erased on {recorded_at[:10]} by {by}: {reason}"), soft_wrap=True)
        if not rows:
            OUT.print("nothing was erased from this ledger")
