"""Roles, accounts, what they log in with, and the rows of what was done."""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from argon2 import PasswordHasher
from stores import credentials_in, damage_credentials, refuse_batches, words_in, writes

from allegata import model
from allegata.ground.lexicon import table
from allegata.ledger import Ledger, credentials, login, open_ledger, records
from allegata.ledger.access import (
    account_of,
    accounts,
    audit,
    enter_account,
    may,
    new_name,
    roles,
    unmask,
)
from allegata.ledger.records import Account, Audit, record_id
from allegata.mask import outward
from allegata.mask.outward import _CODED
from allegata.model import AccessError, InputError, LedgerError, Record
from allegata.run.pipeline import Added, Given, add, reports

START = datetime(2024, 1, 1, tzinfo=UTC)
NOW = START.isoformat()
SECRET = "quay lamp orchard 7"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "dear" not in request.fixturenames:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        monkeypatch.setattr(login, "_hasher", lambda: hasher)


@pytest.fixture
def dear() -> None:
    """Hash as for users."""


@pytest.fixture
def ledger(location: str) -> Iterator[Ledger]:
    with open_ledger(location, outward, True) as opened:
        yield opened


@pytest.fixture
def shared(ledger: Ledger) -> Ledger:
    """A ledger with an admin, Ana, and a reader, Ben."""
    for name, role in (("Ana", "admin"), ("Ben", "reader")):
        made = give(ledger, name, role)
        login.set_password(ledger, made, f"{SECRET} {name}", "Ana", NOW)
    return ledger


def give(ledger: Ledger, name: str, role: str, active: bool = True, by: str = "Ana") -> Account:
    return enter_account(ledger, by, NOW, lambda known: Account(name, role, active, 0))


def after(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def rows(ledger: Ledger, deed: str) -> list[Audit]:
    return [each for each, _ in ledger.audits() if each.deed == deed]


ALLOWED = {
    "reader": {"login", "password", "token", "read", "export", "check", "verify"},
    "reviewer": {"decide"},
    "editor": {"add", "reread"},
    "admin": {"users", "audit", "unmask", "erase", "backup", "restore"},
}


def test_each_role_may_what_the_one_before_may_and_its_own() -> None:
    every = set().union(*ALLOWED.values())
    assert {row["act"] for row in table("roles")} == every
    allowed = set[str]()
    for role in roles():
        allowed |= ALLOWED[role]
        assert {act for act in every if may(role, act)} == allowed, role
    assert not any(may(role, act) for act in every for role in ("", "Admin", "nobody"))
    assert not may("admin", "anything else")


def test_of_two_rows_about_an_account_the_later_holds_and_both_stay(shared: Ledger) -> None:
    give(shared, "Ben", "editor")
    give(shared, "Ben", "reader")
    assert account_of(accounts(shared), "BEN").role == "reader"
    kept = [(each.name, each.role, batch.by) for each, batch in shared.entered("account", Account)]
    assert kept == [
        ("Ana", "admin", "Ana"),
        ("Ben", "reader", "Ana"),
        ("Ben", "editor", "Ana"),
        ("Ben", "reader", "Ana"),
    ]
    assert shared.verify() == ()


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("Ana", "admin", False), "needs an admin"),
        (("Ana", "editor", True), "needs an admin"),
        (("Ben", "reader", True), "already"),
        (("Ben", "king", True), "no role"),
    ],
)
def test_what_no_account_can_become(shared: Ledger, change: tuple[str, str, bool], part: str) -> None:
    with pytest.raises(InputError, match=part):
        give(shared, *change)
    assert shared.count("account") == 2


def test_the_first_account_is_an_admin_and_later_ones_are_made_by_one(ledger: Ledger) -> None:
    with pytest.raises(InputError, match="needs an admin"):
        give(ledger, "Ben", "editor", by="anybody")
    give(ledger, "Ana", "admin", by="anybody")
    for by in ("anybody", "Cid"):
        with pytest.raises(AccessError, match="is no admin"):
            give(ledger, "Cid", "admin", by=by)
    give(ledger, "Cid", "admin")
    give(ledger, "Ana", "reader", by="Cid")
    with pytest.raises(AccessError, match="is no admin"):
        give(ledger, "Ben", "admin", by="Ana")


def test_the_last_admin_stays_where_two_programs_change_accounts_at_once(ledger: Ledger, location: str) -> None:
    give(ledger, "Ana", "admin", by="setup")
    give(ledger, "Cid", "admin")
    turns = list[int]()

    def disable_cid(known: Mapping[str, Account]) -> Account:
        turns.append(len(turns))
        if len(turns) == 1:
            # Another program writes between what was read and what will be written.
            with open_ledger(location, outward) as other:
                enter_account(other, "Cid", NOW, lambda _: Account("Ana", "admin", False, 0))
        return Account("Cid", "admin", False, 0)

    with pytest.raises(AccessError, match="Ana: is no admin"):
        enter_account(ledger, "Ana", NOW, disable_cid)
    assert [(each.name, each.active) for each in accounts(ledger).values()] == [("Ana", False), ("Cid", True)]


def test_the_last_admin_stays_where_many_programs_race(ledger: Ledger, location: str) -> None:
    names = ("Ana", "Cid", "Dov", "Eva")
    for name in names:
        give(ledger, name, "admin", by="Ana")
    ready = threading.Barrier(len(names))

    def disable_next(number: int) -> None:
        with open_ledger(location, outward) as other:
            ready.wait()
            try:
                target = names[(number + 1) % len(names)]
                enter_account(other, names[number], NOW, lambda _: Account(target, "admin", False, 0))
            except (AccessError, InputError):
                pass

    threads = [threading.Thread(target=disable_next, args=(number,)) for number in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    active = [each.name for each in accounts(ledger).values() if each.active]
    assert 0 < len(active) < len(names)
    assert ledger.verify() == ()


@pytest.mark.parametrize(
    "typed", ["", "  ", "...", "a" * 65, "a\x1b[31m", "a\u202eb", "a\nb", "a\u200bb", "a/b", "<b>"]
)
def test_a_name_of_signs_that_steer_or_hide_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        new_name(typed, {})


@pytest.mark.parametrize("typed", ["ANA", "ana ", "Аna", "Αna", "\uff21na", "ɑna"])
def test_a_name_that_looks_like_an_account_is_refused(shared: Ledger, typed: str) -> None:
    with pytest.raises(InputError, match="looks like"):
        new_name(typed, accounts(shared))


def test_a_name_is_kept_composed_and_found_however_it_is_typed(ledger: Ledger) -> None:
    made = new_name("Zoe\u0308 Ñandú", {})
    assert made == "Zoë Ñandú"
    give(ledger, made, "admin", by="setup")
    assert account_of(accounts(ledger), "ZOE\u0308 ñandu\u0301").name == made


def test_the_same_deed_again_is_another_row(ledger: Ledger) -> None:
    for _ in range(2):
        audit(ledger, "export", (), "", "Ana", NOW, {"records": "3"})
    assert [(each.number, each.details) for each in rows(ledger, "export")] == [
        (1, {"records": "3"}),
        (2, {"records": "3"}),
    ]
    with pytest.raises(InputError, match="is no deed"):
        audit(ledger, "stroll", (), "", "Ana", NOW)
    assert ledger.verify() == ()


def test_no_field_of_these_rows_switches_masking_off() -> None:
    """A field with closed choices is not masked, under that name in every record: so no record may have words under it."""
    every = [
        each
        for module in (model, records)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Record)
    ]
    chosen = {
        name
        for record in every
        for name, declared in get_type_hints(record).items()
        if any(get_origin(part) is Literal for part in (declared, *get_args(declared)))
    }
    assert {"by", "deed", "subjects", "reason", "details", "name", "role", "active", "number"}.isdisjoint(chosen)
    # Where a name of a choice is also one of plain words, the words are codes of ours.
    plain = {
        (record.__name__, name)
        for record in every
        for name, declared in get_type_hints(record).items()
        if name in chosen and declared is str
    }
    assert plain == {
        ("Entry", "kind"),
        ("Finding", "kind"),
        ("Standing", "kind"),
        ("Erasure", "kind"),
        ("Naming", "kind"),
    }
    new = {name for record in (Account, Audit) for name in record.__struct_fields__}
    assert new.isdisjoint(_CODED)


def test_what_is_logged_in_with_is_never_among_the_rows(shared: Ledger, location: str) -> None:
    ana = account_of(accounts(shared), "Ana")
    shown, token = login.make_token(shared, ana, "nightly import", timedelta(days=3), NOW)
    parts = ("$argon2id$", token.digest, "nightly import")
    held, everything = credentials_in(location), words_in(location)
    assert all(part in held for part in parts)
    assert all(everything.count(part) == held.count(part) for part in parts)
    assert shown.casefold() not in everything
    assert shown.split("_", 2)[2].casefold() not in everything
    assert SECRET not in everything
    assert "ana" in everything
    login.set_password(shared, ana, "another quay 9 lamps", "Ana", NOW)
    assert words_in(location).count("$argon2id$") == 2


@pytest.fixture
def in_folder(tmp_path: Path) -> Iterator[Path]:
    """The file of what accounts log in with, of a ledger in a folder with an account of Ben."""
    with open_ledger(str(tmp_path / "folder"), outward, True) as opened:
        login.set_password(opened, give(opened, "Ben", "admin"), SECRET, "Ben", NOW)
    return tmp_path / "folder" / "credentials.json"


def test_credentials_are_for_their_owner_only_whatever_the_umask(in_folder: Path) -> None:
    in_folder.chmod(0o644)
    before = os.umask(0)
    try:
        with open_ledger(str(in_folder.parent), outward) as opened:
            login.set_password(opened, account_of(accounts(opened), "Ben"), "another quay 9 lamps", "Ben", NOW)
    finally:
        os.umask(before)
    assert in_folder.stat().st_mode & 0o777 == 0o600


def test_credentials_are_the_old_ones_or_the_new(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_folder.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(credentials.os, "fsync", full)
    with open_ledger(str(in_folder.parent), outward) as opened, pytest.raises(LedgerError, match="No space"):
        opened.credentials.change(lambda _: credentials.Credentials())
    assert in_folder.read_bytes() == before
    assert not list(in_folder.parent.glob(".new-*"))


def test_what_accounts_log_in_with_is_replaced_whole_or_not_at_all(location: str) -> None:
    made = credentials.Credentials(
        passwords={"ana": "first"}, tokens={"t": credentials.Token("ana", "desk", "0" * 64, NOW, NOW)}
    )
    with open_ledger(location, outward, True) as ledger, open_ledger(location, outward) as other:
        assert ledger.credentials.read() == credentials.Credentials()
        assert ledger.credentials.change(lambda before: made) == made
        assert other.credentials.read() == made

        def fails(before: credentials.Credentials) -> credentials.Credentials:
            raise InputError("no")

        with pytest.raises(InputError, match="no"):
            other.credentials.change(fails)
        assert ledger.credentials.read() == made
        other.credentials.change(lambda before: credentials.Credentials({**before.passwords, "ben": "second"}))
        assert ledger.credentials.read().passwords == {"ana": "first", "ben": "second"}
        assert ledger.head() is None


def test_credentials_changed_by_programs_at_once_are_all_kept(shared: Ledger, location: str) -> None:
    def make(name: str) -> None:
        with open_ledger(location, outward) as other:
            for number in range(8):
                login.make_token(other, account_of(accounts(other), "Ana"), f"{name} {number}", timedelta(days=1), NOW)

    threads = [threading.Thread(target=make, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(shared.credentials.read().tokens) == 16
    assert len(rows(shared, "token made")) == 16


def test_damaged_credentials_let_nobody_in(shared: Ledger, location: str) -> None:
    damage_credentials(location)
    with pytest.raises(LedgerError, match=r"(is|are) damaged"):
        login.log_in(shared, "Ana", f"{SECRET} Ana", "user", NOW)


@pytest.mark.usefixtures("dear")
def test_a_password_is_hashed_with_argon2id_and_its_own_salt() -> None:
    one, other = login.hash_of(SECRET), login.hash_of(SECRET)
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != other
    assert login._nobodys().rsplit("$", 2)[0] == one.rsplit("$", 2)[0]
    assert list(map(len, login._nobodys().split("$"))) == list(map(len, one.split("$")))


@pytest.mark.parametrize("password", ["", "eleven char", "a" * 1025])
def test_a_password_has_12_to_1024_characters(password: str) -> None:
    with pytest.raises(InputError, match="12 to 1024"):
        login.hash_of(password)


def test_logging_in_needs_the_password_and_is_a_row(shared: Ledger) -> None:
    assert login.log_in(shared, " ana", f"{SECRET} Ana", "user", NOW).role == "admin"
    assert [each.subjects for each in rows(shared, "login")] == [("Ana",)]
    for name, password in (("Ana", f"{SECRET} Ben"), ("Ben", ""), ("Cid", SECRET), ("", ""), ("Ana", "é" * 5000)):
        with pytest.raises(AccessError, match="is wrong"):
            login.log_in(shared, name, password, "user", NOW)
    assert len(rows(shared, "login")) == 1


def test_a_password_is_the_same_however_its_letters_are_composed(shared: Ledger) -> None:
    login.set_password(shared, account_of(accounts(shared), "Ana"), "café sur le quai", "Ana", NOW)
    assert login.log_in(shared, "Ana", "cafe\u0301 sur le quai", "user", NOW)


def test_a_login_costs_the_same_whether_or_not_there_is_such_an_account(
    shared: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(shared, "Dov", "reader")
    give(shared, "Eva", "reader")
    login.set_password(shared, account_of(accounts(shared), "Eva"), f"{SECRET} Eva", "Ana", NOW)
    give(shared, "Eva", "reader", False)
    hasher, tried = login._hasher(), list[str]()

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(hasher, name)

        def verify(self, held: str, password: bytes) -> bool:
            tried.append(held.rsplit("$", 2)[0])
            return hasher.verify(held, password)

    monkeypatch.setattr(login, "_hasher", Counting)
    login.refuse(shared, None, "user", NOW)
    written, costs = writes(monkeypatch), []
    for name in ("Ana", "nobody", "Dov", "Eva"):
        tried.clear()
        written.clear()
        with pytest.raises(AccessError) as caught:
            login.log_in(shared, name, f"{SECRET} Eva", "user", NOW)
        costs.append((list(tried), list(written), str(caught.value)))
    assert len(costs[0][0]) == 1
    assert costs == [costs[0]] * 4


def test_failed_logins_slow_the_next_down_also_with_the_right_password(shared: Ledger) -> None:
    for name in ("Ana", "nobody"):
        for _ in range(login.FREE_TRIES):
            with pytest.raises(AccessError, match="is wrong"):
                login.log_in(shared, name, "wrong", "user", NOW)
        with pytest.raises(AccessError, match="wait 1 seconds"):
            login.log_in(shared, name, f"{SECRET} Ana", "user", after(0.5))
        with pytest.raises(AccessError, match="is wrong"):
            login.log_in(shared, name, "wrong", "user", after(1))
        with pytest.raises(AccessError, match="wait 2 seconds"):
            login.log_in(shared, name, f"{SECRET} Ana", "user", after(1.5))
    # Another account is not slowed down, and a login that does not fail ends it.
    assert login.log_in(shared, "Ben", f"{SECRET} Ben", "user", after(1.5))
    assert login.log_in(shared, "Ana", f"{SECRET} Ana", "user", after(3))
    with pytest.raises(AccessError, match="is wrong"):
        login.log_in(shared, "Ana", "wrong", "user", after(3))


def test_trying_at_once_gains_nothing(shared: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login counts as failed before its password is tried."""
    tried = list[int]()

    def is_right(held: str, password: str) -> bool:
        if len(tried) < login.FREE_TRIES + 1:
            tried.append(len(tried))
            with pytest.raises(AccessError):
                login.log_in(shared, "Ana", "wrong", "user", NOW)
        return False

    monkeypatch.setattr(login, "_is_right", is_right)
    with pytest.raises(AccessError):
        login.log_in(shared, "Ana", "wrong", "user", NOW)
    assert len(tried) == login.FREE_TRIES


def test_a_clock_that_went_back_shuts_nobody_out(shared: Ledger) -> None:
    for _ in range(login.FREE_TRIES + 9):
        with pytest.raises(AccessError):
            login.log_in(shared, "Ana", "wrong", "user", after(9e6))
    assert login.log_in(shared, "Ana", f"{SECRET} Ana", "user", NOW)


def test_failed_logins_under_many_names_stay_small(shared: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "KEPT_TRIES", 5)
    for number in range(9):
        with pytest.raises(AccessError):
            login.log_in(shared, f"nobody {number}", "wrong", "user", after(number))
    assert len(shared.credentials.read().tries) == 5


def test_refused_logins_are_rows_that_cannot_flood_the_ledger(shared: Ledger, location: str) -> None:
    for number in range(40):
        with pytest.raises(AccessError):
            login.log_in(shared, "Ben" if number % 2 else f"hunter{number}", "wrong", "user", after(number * 14))
    assert [each.details for each in rows(shared, "login refused")] == [{"number": "1"}]
    with pytest.raises(AccessError):
        login.log_in(shared, "Ana", "wrong", "user", after(605))
    (_, second) = rows(shared, "login refused")
    assert second.subjects == ("Ana", "Ben")
    assert int(second.details["number"]) > 20
    # What was typed where there is no such account may be a password.
    assert "hunter" not in words_in(location)


def test_refused_logins_are_told_before_the_next_login(shared: Ledger) -> None:
    for _ in range(3):
        with pytest.raises(AccessError):
            login.log_in(shared, "Ben", "wrong", "user", NOW)
    login.log_in(shared, "Ana", f"{SECRET} Ana", "user", NOW)
    told = [(each.deed, each.details.get("number")) for each, _ in ledger_rows(shared)]
    assert told == [("login refused", "1"), ("login refused", "2"), ("login", None)]


def ledger_rows(ledger: Ledger) -> list[tuple[Audit, object]]:
    return [(each, batch) for each, batch in ledger.audits() if each.deed.startswith("login")]


def test_a_login_whose_row_cannot_be_written_is_none(
    shared: Ledger, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_batches(location, monkeypatch)
    with pytest.raises(LedgerError, match="Read-only"):
        login.log_in(shared, "Ana", f"{SECRET} Ana", "user", NOW)


def test_a_password_that_was_hashed_more_cheaply_is_hashed_again(
    shared: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "_hasher", lambda: PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    login.log_in(shared, "Ana", f"{SECRET} Ana", "user", NOW)
    kept = shared.credentials.read().passwords
    assert ("t=2" in kept["ana"], "t=2" in kept["ben"]) == (True, False)
    assert login.log_in(shared, "Ana", f"{SECRET} Ana", "user", NOW)


@pytest.fixture
def token(shared: Ledger) -> str:
    return login.make_token(shared, account_of(accounts(shared), "Ben"), "nightly", timedelta(days=2), NOW)[0]


def test_a_token_is_its_accounts_until_it_expires(shared: Ledger, token: str) -> None:
    assert len(token) >= len("allegata_") + 8 + 43  # 32 bytes at random in base 64
    assert login.account_with(shared, f" {token}\n", "user", NOW).name == "Ben"
    give(shared, "Ben", "editor")
    assert login.account_with(shared, token, "user", after(2 * 86400 - 1)).role == "editor"
    with pytest.raises(AccessError, match="expired"):
        login.account_with(shared, token, "user", after(2 * 86400))
    for wrong in ("", "allegata_", token[:-1], token[:-2] + "zz", f"allegata_00000000_{token[-43:]}", "é" + token):
        with pytest.raises(AccessError, match="is wrong"):
            login.account_with(shared, wrong, "user", NOW)
    assert rows(shared, "login refused")


@pytest.mark.parametrize("how", ["withdraw", "password", "disable"])
def test_a_token_is_of_no_use_once_it_is_withdrawn(shared: Ledger, token: str, how: str) -> None:
    ben = account_of(accounts(shared), "Ben")
    match how:
        case "withdraw":
            login.withdraw(shared, login.token_id(token) or "", "Ana", NOW)
            assert rows(shared, "token withdrawn")[0].subjects == ("Ben", login.token_id(token))
        case "password":
            login.set_password(shared, ben, "another quay 9 lamps", "Ana", NOW)
        case "disable":
            give(shared, "Ben", "reader", False)
            with pytest.raises(AccessError):
                login.account_with(shared, token, "user", NOW)
            login.withdraw_all(shared, ben)
            give(shared, "Ben", "reader", True)
    with pytest.raises(AccessError, match="withdrawn"):
        login.account_with(shared, token, "user", NOW)
    with pytest.raises(InputError, match="no such token"):
        login.withdraw(shared, login.token_id(token) or "", "Ana", NOW)


def test_tokens_are_compared_in_constant_time(shared: Ledger, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = list[tuple[int, int]]()
    plain = hmac.compare_digest
    monkeypatch.setattr(
        login.hmac, "compare_digest", lambda one, other: (compared.append((len(one), len(other))), plain(one, other))[1]
    )
    login.account_with(shared, token, "user", NOW)
    for wrong in (token[:-2] + "zz", "allegata_00000000_" + "x" * 43, "no token"):
        with pytest.raises(AccessError):
            login.account_with(shared, wrong, "user", NOW)
    assert compared == [(64, 64)] * 4


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lasts_a_year_at_most(shared: Ledger, days: int) -> None:
    with pytest.raises(InputError, match="1 to 366 days"):
        login.make_token(shared, account_of(accounts(shared), "Ben"), "x", timedelta(days=days), NOW)


def test_an_expired_token_goes_when_the_next_is_made(shared: Ledger, token: str) -> None:
    ben = account_of(accounts(shared), "Ben")
    login.make_token(shared, ben, "next", timedelta(days=2), after(3 * 86400))
    assert [each.name for each in login.tokens_of(shared, ben).values()] == ["next"]


@pytest.fixture
def told(shared: Ledger, tmp_path: Path) -> Ledger:
    """The shared ledger with a report that names an arrested man."""
    page = tmp_path / "page.txt"
    page.write_text("Police said on Monday that Omar Ruizal and 11 other men were arrested in Lima, Peru.", "utf-8")
    for each in reports(str(page), Given("2024-01-03")):
        add(shared, each, "Ana", NOW, Added())
    return shared


def test_names_are_shown_once_the_row_is_written(told: Ledger, location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = next(each for each in told.claims() if each.action == "arrest")
    assert "Ruizal" not in claim.passage.text
    found, document, _ = unmask(told, claim.id[:12], "asked by his lawyer", "Ana", NOW)
    assert found is not None
    assert "Omar Ruizal" in found.passage.text
    (row,) = rows(told, "unmasking")
    assert (row.subjects, row.reason) == ((claim.id, document.id), "asked by his lawyer")
    none, document, _ = unmask(told, document.id, "again", "Ana", NOW)
    assert none is None
    assert "Omar Ruizal" in document.text
    # Everything else stays masked.
    assert "Ruizal" not in next(told.claims()).passage.text + next(told.documents()).text
    assert len(rows(told, "unmasking")) == 2
    refuse_batches(location, monkeypatch)
    for identity in (claim.id, document.id):
        with pytest.raises(LedgerError, match="Read-only"):
            unmask(told, identity, "asked by his lawyer", "Ana", NOW)


@pytest.mark.parametrize("identity", ["", "zzz", "0" * 32])
def test_what_cannot_be_unmasked_leaves_no_row(told: Ledger, identity: str) -> None:
    with pytest.raises(InputError):
        unmask(told, identity, "asked", "Ana", NOW)
    assert rows(told, "unmasking") == []


def test_a_reason_tells_no_name_that_its_document_masks(told: Ledger) -> None:
    claim = next(each for each in told.claims() if each.action == "arrest")
    unmask(told, claim.id, "asked by the lawyer of Omar Ruizal", "Ana", NOW)
    assert rows(told, "unmasking")[0].reason == "asked by the lawyer of [person 1]"


def test_rows_of_these_kinds_are_identified_by_their_content() -> None:
    assert record_id("audit", Audit("export", (), "", {}, 1)) != record_id("audit", Audit("export", (), "", {}, 2))
    assert record_id("account", Account("Ana", "admin", True, 1)) != record_id(
        "account", Account("Ana", "admin", True, 2)
    )
