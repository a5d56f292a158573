"""Check a ledger as docs/ledger-format.md says, with nothing but the standard library: checker.py FOLDER [SEQUENCE HASH]

Prints what is wrong, one line each, and exits 1 if anything is. SEQUENCE and HASH are those of a checkpoint.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def canonical(value: Any) -> bytes:
    """Write words and small whole numbers as RFC 8785 does."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_batch(path: Path, sequence: int, previous: str) -> dict[str, Any]:
    data = path.read_bytes()
    batch = json.loads(data)
    assert data == canonical(batch) + b"\n", "not canonical"
    plain = {name: value for name, value in batch.items() if name != "hash"}
    assert sorted(plain) == ["by", "entries", "previous", "recorded_at", "sequence"], "other fields"
    assert batch["hash"] == hashlib.sha256(canonical(plain)).hexdigest(), "its hash does not fit"
    assert batch["sequence"] == sequence, "another number"
    assert batch["previous"] == previous, "does not follow"
    return batch


def read_line(line: bytes, entry: dict[str, str]) -> Any:
    """Return the record of a line, None if it is erased."""
    named = canonical({"id": entry["id"], "kind": entry["kind"]})[:-1] + b',"record":'
    assert line.startswith(named), "another record"
    rest = line[len(named) :]
    if rest.rstrip(b" ") == b'null,"salt":null}':
        return None
    record, salt = rest[:-43], rest[-34:-2]
    assert rest[-43:] == b',"salt":"' + salt + b'"}', "no salt"
    assert salt == salt.lower(), "no salt"
    found = hashlib.sha256(bytes.fromhex(salt.decode("ascii")) + record).hexdigest()
    assert found == entry["commitment"], "not what the batch commits to"
    return json.loads(record)


def problems(folder: Path, head: tuple[int, str] | None = None) -> Iterator[str]:
    form = json.loads((folder / "ledger.json").read_bytes())
    if form not in ({"format": "allegata-ledger", "version": 1}, {"format": "allegata-ledger", "version": 2}):
        yield f"ledger.json: {form}"
        return
    top = len(list((folder / "batches").glob("[!.]*")))
    previous, erased, erasures, standing = "0" * 64, [], {}, []
    for sequence in range(1, top + 1):
        try:
            batch = read_batch(folder / "batches" / f"{sequence:08}.json", sequence, previous)
            previous = batch["hash"]
            if head is not None and head[0] == sequence:
                assert head[1] == batch["hash"], "not the one attested"
            data = (folder / "records" / f"{sequence:08}.jsonl").read_bytes()
            assert data.endswith(b"\n"), "cut short"
            lines = data.split(b"\n")[:-1]
            assert len(lines) == len(batch["entries"]), "another number of records"
            for line, entry in zip(lines, batch["entries"], strict=True):
                record, key = read_line(line, entry), (entry["kind"], entry["id"])
                (erased if record is None else standing).append((key, sequence))
                if record is not None and key[0] == "capture":
                    body = record["body"]
                    held = (folder / "bodies" / body[:2] / body).read_bytes()
                    assert hashlib.sha256(held).hexdigest() == body, f"body {body}"
                if record is not None and key[0] == "erasure":
                    erasures[record["kind"], record["id"]] = sequence
        except (AssertionError, ValueError, KeyError, OSError) as error:
            yield f"batch {sequence}: {error}"
    yield from (f"batch {at}: {key} erased without an erasure" for key, at in erased if erasures.get(key, 0) <= at)
    yield from (f"batch {at}: {key} not yet erased" for key, at in standing if erasures.get(key, 0) > at)
    if head is not None and head[0] > top:
        yield f"batch {top + 1}: missing"


if __name__ == "__main__":
    attested = (int(sys.argv[2]), sys.argv[3]) if len(sys.argv) > 3 else None
    found = list(problems(Path(sys.argv[1]), attested))
    print("\n".join(found))
    sys.exit(bool(found))
