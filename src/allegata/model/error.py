"""What allegata raises on purpose."""

from __future__ import annotations


class AllegataError(Exception):
    """Root of everything allegata raises on purpose; the message names the input and the mend.

    * AllegataError
      x InputError       a file, address or option that cannot be used
        - LanguageError  a text in a language that has no reader
      x LedgerError      a ledger that cannot be opened, written or trusted
        - AccessError    a login that is refused, or something an account may not do
      x DataError        a table or model of the package that is broken
    """


class InputError(AllegataError):
    """A file, address or option that cannot be used."""


class LanguageError(InputError):
    """A text in a language that has no reader."""


class LedgerError(AllegataError):
    """A ledger that cannot be opened, written or trusted."""


class AccessError(LedgerError):
    """A login that is refused, or something that an account may not do."""


class DataError(AllegataError):
    """A table or model of the package that is broken."""
