"""The ledger: append-only batches, each bound to the one before; masked on the way out."""

from __future__ import annotations

import re
from typing import Any

from allegata import plugin
from allegata.ledger.attach import attach, subject_of
from allegata.ledger.backup import backup, restore
from allegata.ledger.copy import copy_ledger
from allegata.ledger.corrections import FIELDS, said
from allegata.ledger.decisions import Ruling, decide, settle
from allegata.ledger.erase import Doomed, doomed, erase, erased, erased_page, erasures
from allegata.ledger.files import FileLedger
from allegata.ledger.listing import DayCount, Days, Facet, FacetValue, Selected
from allegata.ledger.location import NO_ADDRESS, is_miswritten
from allegata.ledger.records import Erasure, Linking, Outward, Standing, Supersession, record_id
from allegata.ledger.scratch import copy_folder
from allegata.ledger.selection import ALL, ClaimFilter, matches
from allegata.ledger.store import Ledger
from allegata.ledger.whole import Attested, Checked, Problem
from allegata.model.error import InputError

__all__ = [
    "ALL",
    "FIELDS",
    "Attested",
    "Checked",
    "ClaimFilter",
    "DayCount",
    "Days",
    "Doomed",
    "Erasure",
    "Facet",
    "FacetValue",
    "FileLedger",
    "Ledger",
    "Linking",
    "Outward",
    "Problem",
    "Ruling",
    "Selected",
    "Standing",
    "Supersession",
    "attach",
    "backup",
    "copy_folder",
    "copy_ledger",
    "decide",
    "doomed",
    "erase",
    "erased",
    "erased_page",
    "erasures",
    "is_folder",
    "matches",
    "open_ledger",
    "record_id",
    "restore",
    "said",
    "settle",
    "subject_of",
]


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def is_folder(location: str) -> bool:
    """Return whether the ledger at *location* is kept in a folder.

    Raises: InputError for an address of a database that is miswritten: a folder of that name would have the password in it.

    >>> is_folder("ledger"), is_folder("postgresql://db.example/team")
    (True, False)
    """
    if is_miswritten(location):
        raise InputError(NO_ADDRESS)
    return not _SCHEME.match(location)


def open_ledger(location: str, outward: Outward, create: bool = False) -> Ledger:
    """Return the ledger at *location*: a folder, or SCHEME://… for a store registered under that scheme.

    *outward* is what every record passes through on its way out; it has to mask affected persons.

    Raises: LedgerError if there is no ledger and *create* is false, or it cannot be trusted; InputError for an unknown scheme.
    """
    scheme = None if is_folder(location) else _SCHEME.match(location)
    store: Any = plugin.find("stores", scheme[1].lower() if scheme else "file")
    opened: Ledger = store(location, create, outward)
    return opened
