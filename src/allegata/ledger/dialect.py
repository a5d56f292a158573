"""What PostgreSQL writes otherwise in the statements that it shares with SQLite."""

from __future__ import annotations

import re
from functools import cache

_RESERVED = re.compile(r"\boffset\b")


@cache
def statement(query: str) -> str:
    """Return *query* as psycopg takes it. A question mark is always a placeholder.

    >>> statement("SELECT offset FROM record WHERE id = ?")
    'SELECT "offset" FROM record WHERE id = %s'
    """
    return _RESERVED.sub('"offset"', query).replace("instr(", "strpos(").replace("%", "%%").replace("?", "%s")


def tables(schema: str) -> str:
    """Return the statements that make tables, as PostgreSQL takes them; text is ordered by its code points, as in SQLite.

    >>> tables("CREATE TABLE record (id TEXT PRIMARY KEY, offset INTEGER) WITHOUT ROWID;")
    'CREATE TABLE record (id TEXT COLLATE "C" PRIMARY KEY, "offset" BIGINT);'
    """
    plain = _RESERVED.sub('"offset"', schema).replace(" WITHOUT ROWID", "")
    plain = re.sub(r"\bBLOB\b", "BYTEA", re.sub(r"\bINTEGER\b", "BIGINT", plain))
    return re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', plain)
