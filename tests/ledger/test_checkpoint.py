"""A checkpoint tells what is missing or exchanged since it was made; its signature tells who made it."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from stores import drop, fill

from allegata.ledger import open_ledger
from allegata.ledger.checkpoint import new_key
from allegata.mask import outward
from allegata.run.cli import main

FIXTURE = Path(__file__).parent / "fixtures" / "v1"


class Place(NamedTuple):
    """A ledger, and the folder of the files beside it."""

    ledger: str
    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture
def place(tmp_path: Path, location: str) -> Place:
    """Return a ledger of 11 batches, a key, and a checkpoint signed with it."""
    made = Place(fill(location, FIXTURE), tmp_path)
    new_key(made / "key.pem")
    assert run(made, "checkpoint", "--key", made / "key.pem", "--out", made / "head.json") == (0, "")
    return made


def run(place: Place, *words: object) -> tuple[int, str]:
    made = CliRunner().invoke(main, [*map(str, words), "--ledger", place.ledger])
    return made.exit_code, made.output


def verify(place: Place, *words: object) -> tuple[int, str]:
    public = place / "key.pem.pub"
    return run(place, "verify", "--checkpoint", place / "head.json", "--public-key", public, *words)


def changed(place: Place, **fields: object) -> None:
    made = json.loads((place / "head.json").read_text("utf-8"))
    made["checkpoint"] |= {name: value for name, value in fields.items() if name in made["checkpoint"]}
    made |= {name: value for name, value in fields.items() if name in made}
    text = json.dumps(made, sort_keys=True, separators=(",", ":"))
    (place / "head.json").write_text(text + "\n", "utf-8")


def test_a_ledger_that_went_on_fits(place: Place) -> None:
    run(place, "undo", "4269063", "--reason", "it was right")
    code, said = verify(place)
    assert code == 0
    assert "the ledger is whole" in said
    assert "11 batches" not in said


@pytest.mark.parametrize("gone", [(11,), (9, 10, 11)])
def test_the_last_batches_that_are_missing_are_named(place: Place, gone: tuple[int, ...]) -> None:
    drop(place.ledger, *gone)
    assert run(place, "verify")[0] == 0, "without the checkpoint nobody knows"
    code, said = verify(place)
    assert code == 1
    what = "batch 11 is missing" if gone == (11,) else "batches 9 to 11 are missing"
    assert what in said
    assert json.loads(verify(place, "--format", "json")[1])["first_bad_batch"] == gone[0]


def test_a_ledger_that_was_written_anew_is_another(place: Place) -> None:
    drop(place.ledger, 10, 11)
    for number in range(2):
        run(place, "reject", "e7b61dff", "--reason", f"for reason {number}")
    code, said = verify(place)
    assert code == 1
    assert re.search(r"(00000011\.json|batch 11): is another batch than the one the checkpoint attests", said)


def test_another_ledger_is_told_from_the_first_batch(place: Place) -> None:
    other = place._replace(ledger=f"{place.ledger}_other")
    (place / "page.txt").write_text("Police said on Monday that ten people were arrested in Lima.", "utf-8")
    run(other, "add", place / "page.txt")
    code, said = verify(other)
    assert code == 1
    assert re.search(r"(00000001\.json|batch 1): is not the first batch of the ledger that the checkpoint is of", said)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sequence": 10}, "its signature does not fit"),
        ({"hash": "0" * 64}, "its signature does not fit"),
        ({"made_at": "2020-01-01T00:00:00Z"}, "its signature does not fit"),
        ({"signature": "00" * 64}, "its signature does not fit"),
        ({"signature": "zz"}, "its signature does not fit"),
        ({"signature": None}, "its signature does not fit"),
        ({"key": "00" * 32}, "is signed by another key"),
        ({"key": None}, "is not signed"),
        ({"version": 2}, "of format 2; upgrade"),
        ({"format": "other"}, "is no checkpoint"),
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(place: Place, fields: dict[str, object], said: str) -> None:
    changed(place, **fields)
    code, words = verify(place)
    assert (code, said in words.replace("\n", " ")) == (2, True), words


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b"\xff", b"null"])
def test_what_is_no_checkpoint_is_refused(place: Place, data: bytes) -> None:
    (place / "head.json").write_bytes(data)
    code, said = verify(place)
    assert (code, "is no checkpoint" in said) == (2, True)


def test_a_key_of_somebody_else_is_refused(place: Place) -> None:
    new_key(place / "other.pem")
    code, said = run(place, "verify", "--checkpoint", place / "head.json", "--public-key", place / "other.pem.pub")
    assert (code, "signed by another key" in said) == (2, True)


def test_an_unsigned_checkpoint_is_good_for_what_it_says(place: Place) -> None:
    code, said = run(place, "checkpoint")
    (place / "head.json").write_text(said, "utf-8")
    code, said = run(place, "verify", "--checkpoint", place / "head.json")
    assert (code, "is not signed" in said) == (0, True)
    drop(place.ledger, 11)
    assert run(place, "verify", "--checkpoint", place / "head.json")[0] == 1


def test_a_private_key_is_for_its_owner_and_nothing_is_replaced(place: Place) -> None:
    assert stat.S_IMODE((place / "key.pem").stat().st_mode) == 0o600
    before = (place / "key.pem").read_bytes()
    code, said = run(place, "checkpoint", "--new-key", place / "key.pem")
    assert (code, "cannot be made" in said) == (2, True)
    assert (place / "key.pem").read_bytes() == before
    code, said = run(place, "checkpoint", "--out", place / "head.json")
    assert (code, "cannot be written" in said) == (2, True)


@pytest.mark.parametrize(("option", "file"), [("--key", "key.pem.pub"), ("--key", "head.json"), ("--key", "none")])
def test_what_is_no_key_is_refused(place: Place, option: str, file: str) -> None:
    code, said = run(place, "checkpoint", option, place / file)
    assert code == 2
    assert file in said.replace("\n", "")


def test_openssl_or_another_library_checks_the_signature(place: Place) -> None:
    # The checker of docs/ledger-format.md: the canonical JSON of "checkpoint", an Ed25519 signature, a key as OpenSSL writes it.
    made = json.loads((place / "head.json").read_text("utf-8"))
    (place / "signed").write_bytes(json.dumps(made["checkpoint"], sort_keys=True, separators=(",", ":")).encode())
    (place / "signature").write_bytes(bytes.fromhex(made["signature"]))
    if shutil.which("openssl"):
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(place / "key.pem.pub")]
        command += ["-in", str(place / "signed"), "-sigfile", str(place / "signature")]
        assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0
        return
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(made["key"]))
    key.verify(bytes.fromhex(made["signature"]), (place / "signed").read_bytes())


def test_an_empty_ledger_has_no_head(location: str, tmp_path: Path) -> None:
    open_ledger(location, outward, True).close()
    code, said = run(Place(location, tmp_path), "checkpoint")
    assert (code, "holds no batch yet" in said) == (2, True)
