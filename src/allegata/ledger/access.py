"""Who may do what with a ledger: roles, accounts, and the rows of what was done. A ledger without accounts is one person's."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from allegata.ground.lexicon import table
from allegata.ledger.records import Account, Audit
from allegata.ledger.store import Ledger
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document
from allegata.model.error import AccessError, InputError, LedgerError

DEEDS = frozenset({
    "backup", "erasure", "export", "login", "login refused", "password set", "token made", "token withdrawn", "unmasking",
})  # fmt: skip
LONGEST_NAME = 64
"""Characters of the name of an account."""
TURNS = 100
"""How often a row is tried while other programs write."""


@cache
def roles() -> tuple[str, ...]:
    """Return the roles, from the one that may least.

    >>> roles()
    ('reader', 'reviewer', 'editor', 'admin')
    """
    may_do = Counter(row["role"] for row in table("roles"))
    return tuple(sorted(may_do, key=lambda role: (may_do[role], role)))


@cache
def _allowed() -> frozenset[tuple[str, str]]:
    return frozenset((row["role"], row["act"]) for row in table("roles"))


def may(role: str, act: str) -> bool:
    """Return whether an account with *role* may do *act*.

    >>> may("reader", "read"), may("reader", "unmask"), may("nobody", "read")
    (True, False, False)
    """
    return (role, act) in _allowed()


def key_of(name: str) -> str:
    """Return what two names have in common that are the same account's.

    >>> key_of("Ana"), key_of("ANA") == key_of("ana")
    ('ana', True)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@cache
def _lookalikes() -> Mapping[int, str]:
    return {ord(row["letter"]): row["latin"] for row in table("lookalikes")}


def looks_of(name: str) -> str:
    """Return what two names have in common that look like each other.

    >>> looks_of("Olga") == looks_of("0lga") == looks_of("оlga")
    True
    """
    return key_of(unicodedata.normalize("NFKC", name)).translate(_lookalikes())


def new_name(typed: str, known: Mapping[str, Account]) -> str:
    """Return the name for a new account that *typed* gives.

    Raises: InputError if it has characters that names do not have, is longer than 64, or is or looks like that of an account.
    """
    name = unicodedata.normalize("NFC", typed.strip())
    if not 0 < len(name) <= LONGEST_NAME or not any(map(str.isalnum, name)):
        raise InputError(f"{name[:LONGEST_NAME]!r}: is no name for an account; give 1 to {LONGEST_NAME} characters")
    for each in name:
        if not (each in " ._@-" or unicodedata.category(each)[0] in "LN" or unicodedata.category(each) == "Mn"):
            raise InputError(f"{name!r}: has {each!r}; a name is of letters, digits, spaces and . _ @ -")
    for account in known.values():
        if looks_of(account.name) == looks_of(name):
            raise InputError(f"{name!r}: is or looks like the account {account.name!r}; give another name")
    return name


def accounts(ledger: Ledger) -> dict[str, Account]:
    """Return the accounts of *ledger* as they are now, by `key_of` their name, in order of entry."""
    return {key_of(each.name): each for each in ledger.kept("account", Account).values()}


def account_of(known: Mapping[str, Account], name: str) -> Account:
    """Return the account called *name*.

    Raises: InputError if there is none.
    """
    found = known.get(key_of(name.strip()))
    if found is None:
        raise InputError(f"{name!r}: there is no such account; allegata user list lists them")
    return found


def admins(known: Mapping[str, Account]) -> list[Account]:
    """Return the accounts that may manage accounts."""
    return [each for each in known.values() if each.active and may(each.role, "users")]


def enter_account(
    ledger: Ledger, by: str, recorded_at: str, change: Callable[[Mapping[str, Account]], Account]
) -> Account:
    """Return the account that *change* makes of those there are, once its row is in *ledger*.

    It is made again where another program has changed an account meanwhile, so that two programs at once cannot do what neither may.
    Who adds the first account of a ledger needs none; everyone later has to be an admin at the moment of the change.

    Raises: AccessError if *by* is none; InputError if no admin would be left, if nothing would change, or as *change* does.
    """
    for _ in range(TURNS):
        number = ledger.count("account")
        known = accounts(ledger)
        if known and key_of(by) not in {key_of(each.name) for each in admins(known)}:
            raise AccessError(f"{by}: is no admin of this ledger; an admin has to do it")
        asked = change(known)
        made = Account(asked.name, asked.role, asked.active, number + 1)
        before = known.get(key_of(made.name))
        if made.role not in roles():
            raise InputError(f"{made.role!r}: is no role; there is: {', '.join(roles())}")
        if before is not None and (before.role, before.active) == (made.role, made.active):
            raise InputError(f"{made.name}: is {_state(made)} already; nothing to change")
        if not admins({**known, key_of(made.name): made}):
            raise InputError(f"{made.name}: a ledger needs an admin who is not disabled; make another one first")
        if ledger.append([("account", made)], by, recorded_at, only_at=("account", number)) is not None:
            return made
    raise LedgerError("the account cannot be changed: too many are changed at once; try again")


def _state(account: Account) -> str:
    return account.role if account.active else "disabled"


def audit(
    ledger: Ledger,
    deed: str,
    subjects: Sequence[str],
    reason: str,
    by: str,
    recorded_at: str,
    details: Mapping[str, str] | None = None,
) -> Audit:
    """Return the row that says that *by* has done *deed*, once it is in *ledger*. Call it before the deed, so that none is without a row.

    subjects, reason, details: as in `Audit`.

    Raises: LedgerError if it cannot be written.
    """
    if deed not in DEEDS:
        raise InputError(f"{deed!r}: is no deed; there is: {', '.join(sorted(DEEDS))}")
    first = ledger.count("audit") + 1
    for number in range(first, first + TURNS):
        made = Audit(deed, tuple(subjects), reason, dict(details or {}), number)
        if ledger.append([("audit", made)], by, recorded_at) is not None:
            return made
    raise LedgerError("the row cannot be kept: too many are made at once; try again")


def unmask(
    ledger: Ledger, prefix: str, reason: str, by: str, recorded_at: str
) -> tuple[Claim | None, Document, Capture]:
    """Return the claim whose id begins with *prefix*, if any, and the document, with the names of affected persons, as they were read.

    Whether *by* may is asked before. The row is written first: nothing is returned that has none.

    Raises: InputError if *prefix* is that of no current claim or document, or of several; LedgerError if the row cannot be written.
    """
    document = ledger.document_with(prefix)
    claim = None
    if document is None:
        claim = ledger.claim_of(ledger.claim(prefix).id)
        document = ledger.document_with(claim.document.id) if claim else None
        if document is None:
            raise InputError(f"{prefix!r}: is not read any more; allegata claims lists the claims that are")
    audit(ledger, "unmasking", (claim.id, document.id) if claim else (document.id,), reason, by, recorded_at)
    return claim, document, ledger.origin_of(document)
