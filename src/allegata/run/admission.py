"""Who uses a ledger and whether they may: the one door that every command opens a ledger through."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from allegata.ground.lexicon import table
from allegata.ledger import Ledger
from allegata.ledger.access import accounts, audit, key_of, may
from allegata.ledger.credentials import write_private
from allegata.ledger.login import account_with, log_in, nobody_can_manage
from allegata.ledger.records import Account
from allegata.model.error import AccessError, DataError, LedgerError
from allegata.run.terminal import say

ACTS: Mapping[str, str] = {row["command"]: row["act"] for row in table("acts")}
"""The act of data/roles.tsv that each command is."""
SCREEN = ("table", "text", None)
"""Forms that are read on the screen; in any other, what comes out is taken out."""
NO_EXPORT = frozenset({"export", "audit", "check", "verify", "unmask", "token", "users"})
"""Acts that take no claims out, or of which the command itself writes the row."""
CHOSEN = ("action", "status", "kind", "evidence", "stance", "kinds", "by")
"""Options of which an export's row keeps the value: one of a closed list. Of others it keeps that they were given, not their words."""
_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_SESSION = "allegata.session"


class Session(NamedTuple):
    """Who uses a ledger. role: null in a ledger without accounts. stranded: it has accounts, but no admin can log in to it."""

    name: str
    role: str | None = None
    stranded: bool = False


def user_of_computer() -> str:
    """Return the name under which the computer knows its user, or that it is unknown."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def session() -> Session | None:
    """Return who uses the ledger that the running command has opened, null before it has opened one."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_SESSION) if context else None


def signed(by: str | None) -> str | None:
    """Return the name that a row is signed with where *by* was asked for; in a ledger with accounts the account's.

    Raises: AccessError if *by* is another than the account.
    """
    using = session()
    if by is None or using is None or using.role is None:
        return by
    if key_of(by) != key_of(using.name):
        raise AccessError(f"--by {by}: you are logged in as {using.name}; leave --by out")
    return using.name


def command_of(context: click.Context) -> str:
    """Return the words of the running command behind the program's name."""
    words = []
    while context.parent is not None:
        words.append(context.info_name or "")
        context = context.parent
    return " ".join(reversed(words))


def admit(ledger: Ledger, location: str, at: str) -> Session:
    """Return who uses *ledger*, once they may do what the running command does. A ledger without accounts is one person's.

    Raises: AccessError if they may not, or nobody has logged in; LedgerError if a row that is due cannot be written.
    """
    context = click.get_current_context()
    command = command_of(context)
    if command not in ACTS:
        raise DataError(f"{command}: is no act of data/roles.tsv; name one in data/acts.tsv")
    using = _using(ledger, location, command, at)
    context.meta[_SESSION] = using
    if using.role is not None and takes_out(command, context.params.get("form")):
        record_export(ledger, None, at)
    return using


def takes_out(command: str, form: str | None) -> bool:
    """Return whether *command*, printing in *form*, takes claims out of a ledger.

    >>> takes_out("claims", "csv"), takes_out("claims", "table"), takes_out("add", "json"), takes_out("audit", "json")
    (True, False, True, False)
    """
    return form not in SCREEN and ACTS[command] not in NO_EXPORT


def _using(ledger: Ledger, location: str, command: str, at: str) -> Session:
    act, user = ACTS[command], user_of_computer()
    try:
        known = accounts(ledger)
    except LedgerError:
        if act != "verify":
            raise
        # What is wrong with a ledger is said to whoever asks; nothing of it is shown.
        known = {}
    if not known:
        return Session(user)
    if act == "password" and nobody_can_manage(ledger):
        return Session(user, None, True)
    account = _identified(ledger, location, command, user, at)
    if not may(account.role, act):
        raise AccessError(f"{command}: {account.name} is {account.role}, which may not; ask an admin of the ledger")
    return Session(account.name, account.role)


def _identified(ledger: Ledger, location: str, command: str, user: str, at: str) -> Account:
    """Return the account that uses *ledger*: by token, by password, or by what `allegata login` kept; who logs in, by password only."""
    name, password, token = (os.environ.get(f"ALLEGATA_{each}") for each in ("USER", "PASSWORD", "TOKEN"))
    kept = kept_login(location)
    if command == "login":
        name = click.get_current_context().params.get("name") or name or user
    elif token and command != "logout":
        return account_with(ledger, token, user, at)
    elif kept and (command == "logout" or not (name and password)):
        account = account_with(ledger, kept, user, at)
        if command != "logout" and name and key_of(name) != key_of(account.name):
            raise AccessError(f"{name}: you are logged in as {account.name}; log in with: allegata login {name}")
        return account
    if name and password is None and sys.stdin is not None and sys.stdin.isatty():
        password = click.prompt(f"Password of {name}", hide_input=True, err=True)
    if not name or password is None:
        raise AccessError(
            "this ledger has accounts; log in with: allegata login NAME, or set ALLEGATA_TOKEN, or ALLEGATA_USER and ALLEGATA_PASSWORD"
        )
    return log_in(ledger, name, password, user, at)


def record_export(ledger: Ledger, records: int | None, at: str) -> None:
    """Write the row that says that the running command takes claims out of *ledger*. records: how many, where that is known.

    Where the row cannot be written, a ledger with accounts gives nothing; one that is one person's says so and goes on.
    """
    context = click.get_current_context()
    details = {"command": command_of(context), "format": str(context.params.get("form"))}
    details |= {"records": str(records)} if records is not None else {}
    for option, value in context.params.items():
        if option not in ("location", "form", "out") and value not in (None, (), False):
            details[option] = kept_value(option, value)
    _record(ledger, "export", at, details)


def record_backup(ledger: Ledger, at: str) -> None:
    """Write the row that says that *ledger* is copied with all that it holds, names of affected persons too; as `record_export` does."""
    _record(ledger, "backup", at, {})


def _record(ledger: Ledger, deed: str, at: str, details: Mapping[str, str]) -> None:
    using = session()
    try:
        audit(ledger, deed, (), "", using.name if using else user_of_computer(), at, details)
    except LedgerError as error:
        if using is None or using.role is not None:
            raise
        say(f"this {deed} is no row of the ledger: {error}", "yellow")


def kept_value(option: str, value: Any) -> str:
    """Return what is kept of an option's value.

    >>> kept_value("action", "arrest"), kept_value("since", "2023-06"), kept_value("speaker", "Ana")
    ('arrest', '2023-06', 'given')
    """
    if option in CHOSEN:
        return value if isinstance(value, str) else " ".join(value)
    return value if isinstance(value, str) and _DATE.fullmatch(value) else "given"


def _logins_file() -> Path:
    folder = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "allegata" / "logins.json"


def _place(location: str) -> str:
    """Return what stands for *location* among the logins that are kept: it may be an address with a password in it."""
    whole = location if "://" in location else str(Path(location).resolve())
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()


def _kept_logins() -> dict[str, str]:
    """Return the tokens that `allegata login` keeps, by ledger; none where the file is missing or damaged."""
    try:
        kept = json.loads(_logins_file().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(key): str(token) for key, token in kept.items()} if isinstance(kept, dict) else {}


def kept_login(location: str) -> str | None:
    """Return the token that `allegata login` keeps for the ledger at *location*, null for none."""
    return _kept_logins().get(_place(location))


def keep_login(location: str, token: str | None) -> None:
    """Keep *token* for the ledger at *location* where only the user can read it; null forgets it.

    Raises: LedgerError if it cannot be written.
    """
    kept = {key: each for key, each in _kept_logins().items() if key != _place(location)}
    kept |= {_place(location): token} if token else {}
    file = _logins_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LedgerError(f"{file.parent}: cannot be made: {error.strerror}; set XDG_CONFIG_HOME") from error
    write_private(file, json.dumps(kept, sort_keys=True).encode() + b"\n")
