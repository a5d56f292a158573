"""Logging in: passwords (argon2id) and tokens, how refused logins slow down, and the rows they leave."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from allegata.ledger.access import accounts, admins, audit, key_of
from allegata.ledger.chain import utc
from allegata.ledger.credentials import Credentials, Refused, Token, Tries
from allegata.ledger.records import Account
from allegata.ledger.store import Ledger
from allegata.model.error import AccessError, InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 1024
"""Characters of a password."""
FREE_TRIES, LONGEST_WAIT_S = 3, 60
"""Logins under one name that may fail before the next has to wait, and the longest it waits."""
KEPT_TRIES = 1000
"""Names of which it is kept how often a login failed."""
ROW_EVERY_S = 600
"""Refused logins within this time are one row."""
TOKEN_BYTES = 32
LONGEST_DAYS = 366
_TOKEN = re.compile(r"allegata_([0-9a-f]{8})_([\w-]{43})", re.ASCII)
_WRONG = "name or password is wrong, or the account is disabled; try again, or ask an admin"


@cache
def _hasher() -> PasswordHasher:
    # Loaded only where a password is set or tried.
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def _nobodys() -> str:
    """Return a hash that no password is known to have, to be tried where there is no account, so that this takes as long."""
    maker = _hasher()
    salt, made = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (maker.salt_len, maker.hash_len)
    )
    return f"$argon2id$v=19$m={maker.memory_cost},t={maker.time_cost},p={maker.parallelism}${salt}${made}"


def _plain(password: str) -> bytes:
    """Return the bytes of *password*, the same however its letters are composed; of a variable that is no UTF-8, too."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogateescape")


def _is_right(held: str, password: str) -> bool:
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher().verify(held, _plain(password))
    except (Argon2Error, InvalidHashError):
        return False


def hash_of(password: str) -> str:
    """Return the argon2id hash of *password* (parameters of RFC 9106, low memory).

    Raises: InputError if it has fewer than 12 or more than 1,024 characters.

    >>> hash_of("a long enough one").split("$")[1]
    'argon2id'
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"the password has {len(password)} characters; give {SHORTEST} to {LONGEST}")
    return _hasher().hash(_plain(password))


def set_password(ledger: Ledger, account: Account, password: str, by: str, at: str) -> None:
    """Let *account* log in with *password*, and with no token made before; a row says by whom."""
    made = hash_of(password)
    audit(ledger, "password set", (account.name,), "", by, at)
    key = key_of(account.name)
    ledger.credentials.change(
        lambda kept: replace(
            kept, passwords={**kept.passwords, key: made}, tokens=_tokens_but(kept, lambda each: each.account == key)
        )
    )


def nobody_can_manage(ledger: Ledger) -> bool:
    """Return whether no admin of *ledger* has a password, as after a restoration without credentials."""
    passwords = ledger.credentials.read().passwords
    return not any(key_of(each.name) in passwords for each in admins(accounts(ledger)))


def log_in(ledger: Ledger, name: str, password: str, by: str, at: str) -> Account:
    """Return the active account *name*, whose password is *password*; a row says that it logged in.

    by: the user of the computer, who stands in the row of a refused login. Each login under a name, whether or not there is such an
    account, costs the same and counts as failed until it has succeeded, so that trying at once from several programs gains nothing.

    Raises: AccessError if it is refused or has to wait; LedgerError if a row cannot be written.
    """
    key = key_of(name.strip())
    tried = hashlib.sha256(_plain(key)).hexdigest()
    kept = ledger.credentials.change(lambda credentials: _begun(credentials, tried, at))
    account = accounts(ledger).get(key)
    held = kept.passwords.get(key)
    right = _is_right(held or _nobodys(), password[: LONGEST + 1])
    if not (right and held and account is not None and account.active):
        refuse(ledger, account.name if account else None, by, at)
        raise AccessError(_WRONG)
    _say_refused(ledger, by, at, lambda _: True)
    audit(ledger, "login", (account.name,), "", account.name, at)
    fresh = hash_of(password) if _hasher().check_needs_rehash(held) else held
    ledger.credentials.change(
        lambda now: replace(
            now,
            tries={each: tries for each, tries in now.tries.items() if each != tried},
            passwords=now.passwords | ({key: fresh} if now.passwords.get(key) == held else {}),
        )
    )
    return account


def wait_s(failed: int) -> int:
    """Return the seconds that have to pass after so many failed logins.

    >>> [wait_s(failed) for failed in (2, 3, 4, 8, 9, 90)]
    [0, 1, 2, 32, 60, 60]
    """
    return 0 if failed < FREE_TRIES else min(2 ** min(failed - FREE_TRIES, 10), LONGEST_WAIT_S)


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(utc(until)) - datetime.fromisoformat(since)).total_seconds()


def _begun(credentials: Credentials, tried: str, at: str) -> Credentials:
    """Return *credentials* with one failed login more under the name with the hash *tried*.

    Raises: AccessError if it is too early for one.
    """
    before = credentials.tries.get(tried, Tries(0, utc(at)))
    # A clock that went back does not shut anybody out.
    left = wait_s(before.failed) - _seconds(before.last, at)
    if 0 < left <= wait_s(before.failed):
        raise AccessError(f"too many logins under this name failed; wait {int(left) + 1} seconds")
    others = {each: tries for each, tries in credentials.tries.items() if each != tried}
    if len(others) >= KEPT_TRIES:
        del others[min(others, key=lambda each: others[each].last)]
    return replace(credentials, tries={**others, tried: Tries(before.failed + 1, utc(at))})


def refuse(ledger: Ledger, name: str | None, by: str, at: str) -> None:
    """Count a refused login, of the account *name* if there is such a one; of ten minutes only the first is a row at once.

    What was typed is not kept where it is no account's name: it may be a password.
    """

    def counted(credentials: Credentials) -> Credentials:
        before = credentials.refused or Refused("", 0, ())
        names = tuple(sorted({*before.names, *([name] if name else [])}))
        return replace(credentials, refused=Refused(before.since, before.number + 1, names))

    ledger.credentials.change(counted)
    _say_refused(ledger, by, at, lambda since: not since or not 0 <= _seconds(since, at) < ROW_EVERY_S)


def _say_refused(ledger: Ledger, by: str, at: str, due: Callable[[str], bool]) -> None:
    """Write the row of the refused logins that have none, if it is *due* by when the last was."""
    unsaid = Refused("", 0, ())

    def taken(credentials: Credentials) -> Credentials:
        nonlocal unsaid
        held = credentials.refused
        if held is None or not held.number or not due(held.since):
            return credentials
        unsaid = held
        return replace(credentials, refused=Refused(utc(at), 0, ()))

    ledger.credentials.change(taken)
    if unsaid.number:
        audit(ledger, "login refused", unsaid.names, "", by, at, {"number": str(unsaid.number)})


def make_token(ledger: Ledger, account: Account, name: str, lasts: timedelta, at: str) -> tuple[str, Token]:
    """Return a new token of *account* as it is shown once, and what is kept of it; a row says that it was made.

    Raises: InputError if it is to last no time, or longer than 366 days.
    """
    if not timedelta() < lasts <= timedelta(days=LONGEST_DAYS):
        raise InputError(f"{lasts.days} days: a token lasts 1 to {LONGEST_DAYS} days")
    expires_at = utc((datetime.fromisoformat(utc(at)) + lasts).isoformat())
    identity = secrets.token_hex(4)
    audit(ledger, "token made", (account.name, identity), "", account.name, at, {"until": expires_at})
    return _keep_token(ledger, account, identity, name, at, expires_at)


def _keep_token(
    ledger: Ledger, account: Account, identity: str, name: str, at: str, expires_at: str
) -> tuple[str, Token]:
    shown = f"allegata_{identity}_{secrets.token_urlsafe(TOKEN_BYTES)}"
    token = Token(key_of(account.name), name, _digest(shown), utc(at), expires_at)
    ledger.credentials.change(
        lambda kept: replace(
            kept, tokens={**_tokens_but(kept, lambda each: _seconds(each.expires_at, at) >= 0), identity: token}
        )
    )
    return shown, token


def login_token(ledger: Ledger, account: Account, lasts: timedelta, at: str) -> tuple[str, Token]:
    """Return a token like `make_token` for an account that has just logged in, which is the row of it."""
    expires_at = utc((datetime.fromisoformat(utc(at)) + lasts).isoformat())
    return _keep_token(ledger, account, secrets.token_hex(4), "login", at, expires_at)


def _digest(shown: str) -> str:
    return hashlib.sha256(_plain(shown)).hexdigest()


def _tokens_but(credentials: Credentials, gone: Callable[[Token], bool]) -> dict[str, Token]:
    return {identity: each for identity, each in credentials.tokens.items() if not gone(each)}


def token_id(shown: str) -> str | None:
    """Return the id of a token, null if it is none.

    >>> token_id("allegata_0123abcd_" + "x" * 43), token_id("password")
    ('0123abcd', None)
    """
    found = _TOKEN.fullmatch(shown.strip())
    return found[1] if found else None


def account_with(ledger: Ledger, shown: str, by: str, at: str) -> Account:
    """Return the active account that the token *shown* is of. A token that was never made is a refused login.

    Raises: AccessError if there is none, or it has expired.
    """
    token = ledger.credentials.read().tokens.get(token_id(shown) or "")
    right = hmac.compare_digest(token.digest if token else "0" * 64, _digest(shown.strip()))
    account = accounts(ledger).get(token.account) if token else None
    if not (right and token is not None and account is not None and account.active):
        refuse(ledger, account.name if account else None, by, at)
        raise AccessError("the token is wrong or was withdrawn; log in with: allegata login")
    if _seconds(token.expires_at, at) >= 0:
        raise AccessError(f"the token has expired on {token.expires_at[:16]} UTC; log in with: allegata login")
    return account


def tokens_of(ledger: Ledger, account: Account | None) -> dict[str, Token]:
    """Return the tokens of *account*, of all accounts for null, by id; expired ones until the next is made."""
    key = key_of(account.name) if account else None
    return {
        identity: each
        for identity, each in ledger.credentials.read().tokens.items()
        if key is None or each.account == key
    }


def withdraw(ledger: Ledger, identity: str, by: str, at: str) -> None:
    """Let the token with that id be of no use any more; a row says by whom."""
    token = ledger.credentials.read().tokens.get(identity)
    if token is None:
        raise InputError(f"{identity!r}: there is no such token; allegata token list lists them")
    account = accounts(ledger).get(token.account)
    audit(ledger, "token withdrawn", (account.name if account else token.account, identity), "", by, at)
    ledger.credentials.change(
        lambda kept: replace(kept, tokens={name: each for name, each in kept.tokens.items() if name != identity})
    )


def withdraw_all(ledger: Ledger, account: Account) -> None:
    """Let no token of *account* be of use any more: it was disabled, which is a row."""
    key = key_of(account.name)
    ledger.credentials.change(lambda kept: replace(kept, tokens=_tokens_but(kept, lambda each: each.account == key)))
