"""Claims read again from what `jsonl` and `parquet` wrote of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from allegata.export.parquet import MISSING
from allegata.ground.lexicon import table
from allegata.model.claim import Claim, Period
from allegata.model.error import InputError
from allegata.model.json import JSON, canonical, from_json, to_json
from allegata.model.mention import Span

MAGIC = b"PAR1"
LONGEST = 5_000_000
"""Code points of a report up to which a span may stand; longer ones are not read either."""
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


def read_export(file: Path) -> list[Claim]:
    """Return the claims of an export, JSON lines or Parquet, in its order.

    Raises: InputError, with the number of the row, if one is no claim, or could be none of ours; if the file cannot be read, or is Parquet and pyarrow is
    not installed.
    """
    try:
        with file.open("rb") as stream:
            is_parquet = stream.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    claims, seen = [], dict[str, Claim]()
    for number, row in _parquet_rows(file) if is_parquet else _lines(file):
        try:
            claim = from_json(Claim, row)
            check_claim(claim)
        except InputError as error:
            raise InputError(f"{file}: row {number:,}: {error}") from error
        if seen.setdefault(claim.id, claim) != claim:
            raise InputError(
                f"{file}: row {number:,}: another claim than an earlier row with the same id; export again"
            )
        claims.append(claim)
    return list(dict.fromkeys(claims))


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    try:
                        yield number, json.loads(line)
                    except (ValueError, RecursionError) as error:
                        raise InputError(
                            f"{file}: row {number:,}: is no JSON; export again as jsonl or parquet"
                        ) from error
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error


def _parquet_rows(file: Path) -> Iterator[tuple[int, Any]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise InputError(f"{file}: {MISSING}") from None
    number = 0
    try:
        with parquet.ParquetFile(file) as held:
            for batch in held.iter_batches(batch_size=1000):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (ArrowException, OSError, UnicodeError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{file}: is broken after row {number:,} ({reason}); export again") from error


def check_claim(claim: Claim) -> None:
    """Refuse what would be no claim of ours: codes, days and offsets that nothing of ours writes.

    Raises: InputError
    """
    known = {row["action"] for row in table("actions")}
    if {claim.action, *claim.also_actions} - known:
        raise InputError(
            "its action is none of data/actions.tsv; import with the version that exported it, or a newer one"
        )
    about = claim.document
    if not (_ID.fullmatch(claim.id) and _ID.fullmatch(about.id) and _LANGUAGE.fullmatch(about.language)):
        raise InputError("an id or language is none; export again")
    if about.published and not _DATE.fullmatch(about.published):
        raise InputError("the day of publication is none; export again")
    for mention in (claim.spoken, claim.period):
        for period in mention.readings if mention else ():
            _check_days(period)
    for span in spans_of(claim):
        if not 0 <= span.start <= span.end <= LONGEST:
            raise InputError("a span stands where no report has words; export again")
    canonical(claim)


def _check_days(period: Period) -> None:
    for day in (period.start, period.end):
        try:
            if day and date.fromisoformat(day).isoformat() != day:
                raise ValueError
        except ValueError:
            raise InputError("a day is none; export again") from None


def spans_in(plain: Any) -> Iterator[JSON]:
    """Yield every span in plain JSON.

    >>> list(spans_in({"cue": [{"start": 0, "end": 4, "text": "said"}]}))
    [{'start': 0, 'end': 4, 'text': 'said'}]
    """
    if isinstance(plain, dict):
        if set(plain) == {"start", "end", "text"} and isinstance(plain["start"], int):
            yield plain
        else:
            for each in plain.values():
                yield from spans_in(each)
    elif isinstance(plain, list | tuple):
        for each in plain:
            yield from spans_in(each)


def spans_of(claim: Claim) -> Iterator[Span]:
    """Yield every span of *claim*."""
    return (Span(each["start"], each["end"], each["text"]) for each in spans_in(to_json(claim)))


def text_of(claims: Sequence[Claim]) -> str:
    """Return what the passages of *claims*, of one report, tell of its text: each where it stood, line ends for what no passage tells.

    A passage that is masked has another length than it had; it is cut or filled up.

    >>> text_of(())
    ''
    """
    size = max((claim.passage.end for claim in claims), default=0)
    text = ["\n"] * size
    for claim in claims:
        start, end, words = claim.passage.start, claim.passage.end, claim.passage.text
        text[start:end] = words[: end - start].ljust(end - start)
    return "".join(text)
