"""The commands for accounts: who may use a ledger, what they log in with, and logging in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import click

from allegata.ledger import Ledger, is_folder
from allegata.ledger.access import account_of, accounts, enter_account, key_of, may, new_name, roles
from allegata.ledger.login import (
    LONGEST_DAYS,
    hash_of,
    login_token,
    make_token,
    set_password,
    token_id,
    tokens_of,
    withdraw,
    withdraw_all,
)
from allegata.ledger.records import Account
from allegata.model.error import AccessError, InputError
from allegata.model.mention import Record
from allegata.run.admission import keep_login, kept_login, session
from allegata.run.deciding import without_names, words_of
from allegata.run.options import FORMAT, LEDGER, now, opened, who
from allegata.run.output import print_records
from allegata.run.terminal import OUT, counted, escape

LOGIN = timedelta(hours=12)
"""How long `allegata login` lasts."""


class Listed(Record, frozen=True):
    """An account as it is listed."""

    name: str
    role: str
    active: bool
    password: bool


class ListedToken(Record, frozen=True):
    """A token as it is listed, without what it is."""

    id: str
    account: str
    name: str
    made_at: str
    expires_at: str


@click.group()
def user() -> None:
    """Add, change, disable or list the accounts of a ledger.

    A ledger without accounts is one person's: the rights of its folder protect it. The first account is an admin; from then on every
    command needs an account whose role allows it.
    """


def _new_password() -> str:
    """Return the password that is to be set: $ALLEGATA_NEW_PASSWORD, else as typed twice.

    Raises: InputError if there is none, or it is too short or too long.
    """
    password = os.environ.get("ALLEGATA_NEW_PASSWORD")
    if password is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise InputError("no password is given; type it at a terminal, or set ALLEGATA_NEW_PASSWORD")
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    hash_of(password)
    return password


def _changed(ledger: Ledger, change: Callable[[Mapping[str, Account]], Account]) -> Account:
    made = enter_account(ledger, who(), now(), change)
    _say_changed(made)
    return made


def _say_changed(made: Account) -> None:
    OUT.print(escape(f"{made.name} is {made.role if made.active else 'disabled'}"))


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(roles()), required=True, help="What the account may do.")
@LEDGER
def user_add(name: str, role: str, location: str) -> None:
    """Add an account; its password is typed, or is $ALLEGATA_NEW_PASSWORD."""
    with opened(location) as ledger:
        password = _new_password()
        # An account without a password would let nobody in, and keep everybody out if it is the first.
        with ledger.together():
            made = enter_account(ledger, who(), now(), lambda known: Account(new_name(name, known), role, True, 0))
            set_password(ledger, made, password, who(), now())
        _say_changed(made)


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(roles()))
@LEDGER
def user_role(name: str, role: str, location: str) -> None:
    """Give an account another role."""
    with opened(location) as ledger:
        _changed(ledger, lambda known: _with(account_of(known, name), role=role))


def _with(account: Account, role: str | None = None, active: bool | None = None) -> Account:
    return Account(
        account.name, account.role if role is None else role, account.active if active is None else active, 0
    )


@user.command("disable")
@click.argument("name")
@LEDGER
def user_disable(name: str, location: str) -> None:
    """Let an account do nothing any more; its tokens are withdrawn, its rows stay."""
    with opened(location) as ledger:
        withdraw_all(ledger, _changed(ledger, lambda known: _with(account_of(known, name), active=False)))


@user.command("enable")
@click.argument("name")
@LEDGER
def user_enable(name: str, location: str) -> None:
    """Let a disabled account be used again, with the password it had."""
    with opened(location) as ledger:
        _changed(ledger, lambda known: _with(account_of(known, name), active=True))


@user.command("password")
@click.argument("name")
@LEDGER
def user_password(name: str, location: str) -> None:
    """Set the password of an account, your own or as an admin anyone's; its tokens are withdrawn.

    It is typed, or is $ALLEGATA_NEW_PASSWORD. Where no admin has a password (credentials.json is gone), whoever can write the ledger
    may set an admin's.
    """
    with opened(location) as ledger:
        using, account = session(), account_of(accounts(ledger), name)
        if using is not None and using.stranded:
            if not (account.active and may(account.role, "users")):
                raise AccessError(f"{account.name}: no admin has a password; set one's first")
        elif key_of(who()) != key_of(account.name):
            _only_admins()
        set_password(ledger, account, _new_password(), who(), now())
        OUT.print(escape(f"{account.name} has a new password"))


def _only_admins() -> None:
    using = session()
    if using is not None and using.role is not None and not may(using.role, "users"):
        raise AccessError(f"{using.name} is {using.role}, which may do that with their own only; ask an admin")


@user.command("list")
@LEDGER
@FORMAT
def user_list(location: str, form: str) -> None:
    """List the accounts."""
    with opened(location) as ledger:
        held = ledger.credentials.read().passwords
        listed = [Listed(each.name, each.role, each.active, key in held) for key, each in accounts(ledger).items()]
    if form != "table":
        print_records(listed, form, Listed.__struct_fields__)
        return
    for each in listed:
        state = f"{'' if each.active else ', disabled'}{'' if each.password else ', no password'}"
        OUT.print(escape(f"{each.name}: {each.role}{state}"), soft_wrap=True)
    OUT.print(f"{counted(len(listed), 'account')}." if listed else "no accounts: this ledger is one person's")


@click.group()
def token() -> None:
    """Make, list or withdraw tokens: what a program shows in $ALLEGATA_TOKEN instead of a password."""


def _own(ledger: Ledger) -> Account:
    known = accounts(ledger)
    if not known:
        raise InputError("this ledger has no accounts, so nothing needs a token; make one with: allegata user add")
    return account_of(known, who())


@token.command("make")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=90, show_default=True, help="How long it lasts.")
@LEDGER
def token_make(name: str, days: int, location: str) -> None:
    """Make a token for your account, under a NAME that says what for. It is shown once and can do what the account can."""
    with opened(location) as ledger:
        what_for = without_names(ledger, words_of(name, "NAME"))
        shown, made = make_token(ledger, _own(ledger), what_for, timedelta(days=days), now())
    click.echo(f"until {made.expires_at[:16]} UTC; keep it now, it is not shown again", err=True)
    click.echo(shown)


@token.command("list")
@click.option("--all", "everyone", is_flag=True, help="Those of everyone; for admins.")
@LEDGER
@FORMAT
def token_list(everyone: bool, location: str, form: str) -> None:
    """List your tokens, without what they are."""
    with opened(location) as ledger:
        own = _own(ledger)
        if everyone:
            _only_admins()
        found = tokens_of(ledger, None if everyone else own)
        known = accounts(ledger)
        listed = [
            ListedToken(name, known[each.account].name, ledger.hidden(each.name), each.made_at, each.expires_at)
            for name, each in found.items()
        ]
    if form != "table":
        print_records(listed, form, ListedToken.__struct_fields__)
        return
    for each in listed:
        OUT.print(escape(f"{each.id} {each.account}: {each.name}, until {each.expires_at[:16]} UTC"), soft_wrap=True)
    OUT.print(f"{counted(len(listed), 'token')}.")


@token.command("withdraw")
@click.argument("identity", metavar="ID")
@LEDGER
def token_withdraw(identity: str, location: str) -> None:
    """Let a token be of no use any more: your own, or as an admin anyone's."""
    with opened(location) as ledger:
        if identity not in tokens_of(ledger, _own(ledger)):
            _only_admins()
        withdraw(ledger, identity, who(), now())
        OUT.print(escape(f"{identity} is withdrawn"))


@click.command()
@click.argument("name", required=False)
@LEDGER
def login(name: str | None, location: str) -> None:
    """Log in to a ledger for twelve hours, with the password of the account NAME.

    It is typed, or is $ALLEGATA_PASSWORD; NAME is $ALLEGATA_USER, else the name of the computer's user. What is kept, in
    allegata/logins.json under $XDG_CONFIG_HOME, is a token that only you can read; `allegata logout` withdraws it.
    """
    with opened(location) as ledger:
        shown, made = login_token(ledger, _own(ledger), LOGIN, now())
        keep_login(location, shown)
        OUT.print(escape(f"logged in as {who()} until {made.expires_at[:16]} UTC"))


@click.command()
@LEDGER
def logout(location: str) -> None:
    """Forget a login, and withdraw its token."""
    kept = kept_login(location)
    if kept is None:
        # An address may be miswritten, so that its password is not told from the rest.
        name = location if is_folder(location) else "this ledger"
        raise InputError(f"{name}: you are not logged in")
    try:
        # An expired token is of no use any more.
        with suppress(AccessError), opened(location) as ledger:
            withdraw(ledger, token_id(kept) or "", who(), now())
    finally:
        keep_login(location, None)
    OUT.print("logged out")


COMMANDS: tuple[Any, ...] = (user, token, login, logout)
