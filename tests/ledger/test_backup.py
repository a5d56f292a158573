"""A backup holds one moment of a ledger, replaces nothing, and what is restored from it verifies; what is hostile is refused whole."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from stores import chain, change_record

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, backup, erase, is_folder, open_ledger, restore
from allegata.ledger.records import as_stored
from allegata.model import AllegataError, Document, InputError, LedgerError, Masks, canonical

NOW = "2024-01-01T00:00:00Z"
FIXTURE = Path(__file__).parent / "fixtures" / "v1"


def opened(folder: Path | str, create: bool = False) -> Ledger:
    return open_ledger(str(folder), as_stored, create)


def keep(ledger: Ledger, words: str) -> None:
    body = words.encode()
    capture, _ = make_capture(body, "text/plain", f"file:{words}.txt")
    document = Document(f"id-{words}", capture.id, words, "en", None, None, None, None, None, "test")
    records = [("capture", capture), ("document", document), ("masks", Masks(document.id, ()))]
    ledger.append(records, "test", NOW, {capture.body: body})


def filled(location: str) -> str:
    with opened(location, True) as ledger:
        for number in range(6):
            keep(ledger, f"page {number}")
        erase(ledger, ["id-page 2"], "asked for", "test", NOW)
    return location


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(filled(str(tmp_path / "ledger")))


@pytest.fixture
def anywhere(location: str) -> str:
    return filled(location)


def kept(folder: Path) -> dict[str, bytes]:
    paths = [each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(("index", "lock"))]
    return {str(each.relative_to(folder)): each.read_bytes() for each in paths}


def backed(folder: Path) -> Path:
    out = folder.with_name("backup.tar")
    with opened(folder) as ledger:
        backup(ledger, out)
    return out


def test_what_is_restored_is_the_same_and_verifies(anywhere: str, tmp_path: Path) -> None:
    with opened(anywhere) as ledger:
        backup(ledger, tmp_path / "backup.tar")
        head = ledger.head()
    made = restore(tmp_path / "backup.tar", tmp_path / "again")
    assert made.sequence == 7
    assert chain(str(tmp_path / "again")) == chain(anywhere)
    if is_folder(anywhere):
        assert kept(tmp_path / "again") == kept(Path(anywhere))
    with opened(tmp_path / "again") as ledger:
        assert ledger.head() == head
        assert ledger.verify() == ()
        keep(ledger, "one page more")
        assert ledger.verify() == ()


def test_a_ledger_of_an_old_format_is_restored_as_it_was(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FIXTURE, tmp_path / "ledger"))
    restore(backed(folder), tmp_path / "again")
    assert kept(tmp_path / "again") == kept(FIXTURE)


def test_a_moved_ledger_gives_the_same_bytes(folder: Path) -> None:
    first = backed(folder).read_bytes()
    moved = Path(shutil.copytree(folder, folder.parent / "elsewhere" / "ledger"))
    assert backed(moved).read_bytes() == first


def test_it_is_a_plain_tar_for_its_owner_only(folder: Path) -> None:
    out = backed(folder)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with tarfile.open(out, "r:") as tar:
        assert tar.getnames()[0] == "ledger.json"
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
        for each in manifest["files"]:
            data = tar.extractfile(each["path"]).read()  # type: ignore[union-attr]
            assert (len(data), hashlib.sha256(data).hexdigest()) == (each["size"], each["sha256"])


def test_nothing_is_replaced(folder: Path) -> None:
    out = folder.with_name("backup.tar")
    out.write_text("precious", "utf-8")
    with opened(folder) as ledger, pytest.raises(InputError, match="replaces nothing"):
        backup(ledger, out)
    assert out.read_text("utf-8") == "precious"
    out.unlink()
    out.symlink_to(folder.parent / "nowhere")
    with opened(folder) as ledger, pytest.raises(InputError, match="replaces nothing"):
        backup(ledger, out)
    with opened(folder) as ledger, pytest.raises(InputError, match="in the ledger itself"):
        backup(ledger, folder / "bodies" / "backup.tar")
    into = folder.with_name("full")
    into.mkdir()
    (into / "precious").write_text("precious", "utf-8")
    out.unlink()
    with pytest.raises(InputError, match="not an empty folder"):
        restore(backed(folder), into)
    assert [each.name for each in into.iterdir()] == ["precious"]
    with pytest.raises(InputError, match="not an empty folder"):
        restore(out, into / "precious")


def test_an_empty_folder_is_filled(folder: Path) -> None:
    into = folder.with_name("empty")
    into.mkdir()
    restore(backed(folder), into)
    assert kept(into) == kept(folder)


def test_what_was_erased_is_in_no_later_backup_and_stays_in_an_earlier_one(anywhere: str, tmp_path: Path) -> None:
    with opened(anywhere) as ledger:
        keep(ledger, "kestrel")
        backup(ledger, tmp_path / "before.tar")
        erase(ledger, ["id-kestrel"], "asked for", "test", NOW)
        backup(ledger, tmp_path / "after.tar")
    assert b'"text":"kestrel"' in (tmp_path / "before.tar").read_bytes()
    assert b'"text":"kestrel"' not in (tmp_path / "after.tar").read_bytes()
    restore(tmp_path / "after.tar", tmp_path / "again")


def test_a_damaged_ledger_is_not_backed_up(anywhere: str, tmp_path: Path) -> None:
    change_record(anywhere, 3, lambda line: line.replace(b"page", b"pagE", 1))
    before = set(tmp_path.iterdir())
    with opened(anywhere) as ledger, pytest.raises(LedgerError, match=r"00000003\.jsonl|records of batch 3"):
        backup(ledger, tmp_path / "backup.tar")
    assert set(tmp_path.iterdir()) == before


def test_who_erases_waits_where_no_try_was_left_alone(
    anywhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("allegata.ledger.backup"), "TRIES", 0)
    with opened(anywhere) as ledger:
        made = backup(ledger, tmp_path / "backup.tar")
        assert restore(tmp_path / "backup.tar", tmp_path / "again") == made
        keep(ledger, "one page more")
        assert ledger.verify() == ()


def test_others_write_and_erase_meanwhile(every_location: str, tmp_path: Path) -> None:
    filled(every_location)
    going, wrong = threading.Event(), []

    def write() -> None:
        with opened(every_location) as ledger:
            number = 0
            while not going.is_set():
                keep(ledger, f"more {number}")
                if number % 3 == 2:
                    erase(ledger, [f"id-more {number - 1}"], "asked for", "test", NOW)
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            out = tmp_path / f"{number}.tar"
            with opened(every_location) as ledger:
                made = backup(ledger, out)
            restored = restore(out, tmp_path / f"again {number}")
            wrong += [restored] if restored != made else []
    finally:
        going.set()
        writer.join()
    assert wrong == []


Members = list[tuple[tarfile.TarInfo, bytes]]


def members_of(out: Path) -> Members:
    with tarfile.open(out, "r:") as tar:
        return [(each, (tar.extractfile(each) or io.BytesIO()).read()) for each in tar]


def rewritten(out: Path, members: Members, declare: bool = True) -> None:
    """Write *members* as a backup whose manifest fits them, as somebody hostile would."""
    *files, (manifest, data) = members
    if declare:
        said = json.loads(data)
        said["files"] = [
            {"path": each.name, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)} for each, body in files
        ]
        data = canonical(said) + b"\n"
        manifest.size = len(data)
    with tarfile.open(out, "w:", format=tarfile.GNU_FORMAT) as tar:
        for each, body in [*files, (manifest, data)]:
            tar.addfile(each, io.BytesIO(body))


def info(name: str, kind: bytes = tarfile.REGTYPE, to: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, to, size
    return made


@pytest.mark.parametrize(
    "member",
    [
        info("../escaped", size=3),
        info("/tmp/escaped-from-a-backup", size=3),
        info("batches/../../escaped", size=3),
        info("batches/00000001.json/../../../escaped", size=3),
        info("index.sqlite", size=3),
        info("bodies/aa/" + "b" * 64, size=3),
        info("batches/00000099.json", tarfile.SYMTYPE, "/etc/passwd"),
        info("bodies", tarfile.SYMTYPE, "/tmp"),
        info("batches/00000099.json", tarfile.LNKTYPE, "ledger.json"),
        info("batches/00000099.json", tarfile.CHRTYPE),
        info("batches/00000099.json", tarfile.FIFOTYPE),
        info("batches", tarfile.DIRTYPE),
        info("ledger.json", size=3),
    ],
    ids=lambda each: f"{each.name[-22:]} {each.type!r}",
)
@pytest.mark.parametrize("first", [True, False])
def test_a_hostile_member_is_refused_and_nothing_is_left(folder: Path, member: tarfile.TarInfo, first: bool) -> None:
    out = backed(folder)
    members = members_of(out)
    members.insert(0 if first else len(members) - 1, (member, b"bad"[: member.size]))
    rewritten(out, members)
    before = sorted(each.name for each in folder.parent.iterdir())
    with pytest.raises(InputError, match="which is no file of a ledger"):
        restore(out, folder.with_name("again"))
    assert sorted(each.name for each in folder.parent.iterdir()) == before
    assert not Path("/tmp/escaped-from-a-backup").exists()


def test_a_long_name_of_a_member_is_cut_short(folder: Path) -> None:
    out = backed(folder)
    members = members_of(out)
    members.insert(1, (info("batches/" + "9" * 100_000), b""))
    rewritten(out, members)
    with pytest.raises(InputError, match=r"holds 'batches/9999.*…, which is no file of a ledger") as found:
        restore(out, folder.with_name("again"))
    assert len(str(found.value)) < 400 + len(str(out))


def test_what_is_no_plain_file_is_refused_at_once(folder: Path) -> None:
    pipe = folder.with_name("pipe")
    os.mkfifo(pipe)
    for each in (pipe, Path("/dev/zero"), folder):
        with pytest.raises(InputError, match=f"{each}: is no plain file"):
            restore(each, folder.with_name("again"))
    assert not folder.with_name("again").exists()


@pytest.mark.parametrize("number", ["99999999999999999999999", "9007199254740993", "-1", "1e3"])
def test_a_manifest_with_a_number_that_none_has_names_its_file(folder: Path, number: str) -> None:
    out = backed(folder)
    members = members_of(out)
    manifest, data = members[-1]
    data = re.sub(rb'"sequence":\d+', f'"sequence":{number}'.encode(), data)
    manifest.size = len(data)
    with tarfile.open(out, "w:") as tar:
        for each, body in [*members[:-1], (manifest, data)]:
            tar.addfile(each, io.BytesIO(body))
    with pytest.raises(AllegataError, match=f"{out}: its manifest is damaged|{out}: holds another ledger"):
        restore(out, folder.with_name("again"))


def test_what_is_compressed_or_sparse_is_refused(folder: Path) -> None:
    out = backed(folder)
    packed = folder.with_name("packed.tar.gz")
    with tarfile.open(packed, "w:gz") as tar:
        body = info("batches/00000001.json", size=50_000_000)
        tar.addfile(body, io.BytesIO(bytes(50_000_000)))
    with pytest.raises(InputError, match="is no backup of a ledger"):
        restore(packed, folder.with_name("again"))
    members = members_of(out)
    sparse = tarfile.TarInfo("batches/00000099.json")
    sparse.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": sparse.name,
        "GNU.sparse.realsize": "9" * 12,
    }
    body = b"1\n0\n0\n".ljust(512, b"\0")
    sparse.size = len(body)
    with tarfile.open(out, "w:", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(sparse, io.BytesIO(body))
        for each, data in members:
            tar.addfile(each, io.BytesIO(data))
    with pytest.raises(InputError):
        restore(out, folder.with_name("again"))


def exchanged(members: Members) -> Members:
    """Exchange the bytes of the first records."""
    at = next(at for at, (each, _) in enumerate(members) if each.name.startswith("records/"))
    each, data = members[at]
    members[at] = (each, data.replace(b"page", b"pagE"))
    return members


@pytest.mark.parametrize(
    ("change", "declare", "said"),
    [
        (exchanged, False, "is not what its manifest says"),
        (exchanged, True, "holds no whole ledger"),
        (lambda members: members[:3] + members[5:], True, "holds no whole ledger"),
        (lambda members: members[:3] + members[5:], False, "manifest"),
        (lambda members: members[:-1], False, "it has no manifest"),
        (lambda members: [*members[:-4], members[-1]], True, "holds another ledger than it says|holds no whole ledger"),
        (lambda members: [members[-1], *members[:-1]], False, "which is no file of a ledger"),
    ],
)
def test_a_backup_that_was_changed_is_refused(
    folder: Path, change: Callable[[Members], Members], declare: bool, said: str
) -> None:
    out = backed(folder)
    changed = change(members_of(out))
    if changed[-1][0].name == "manifest.json":
        rewritten(out, changed, declare)
    else:
        with tarfile.open(out, "w:") as tar:
            for each, data in changed:
                tar.addfile(each, io.BytesIO(data))
    with pytest.raises(AllegataError, match=said):
        restore(out, folder.with_name("again"))
    assert not folder.with_name("again").exists()


def test_a_backup_that_is_cut_or_flipped_never_gives_another_ledger(folder: Path) -> None:
    out = backed(folder)
    data, whole = out.read_bytes(), kept(folder)
    chance = random.Random(5)
    damaged = [data[:at] for at in chance.sample(range(len(data) - 10_240), 25)]
    for at in chance.sample(range(len(data)), 60):
        damaged.append(data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :])
    refused = 0
    for each in damaged:
        out.write_bytes(each)
        into = folder.with_name("again")
        try:
            restore(out, into)
        except AllegataError:
            refused += 1
            assert not into.exists()
        else:
            # Only what is filled up to a full block may differ.
            assert kept(into) == whole
            shutil.rmtree(into)
    assert refused > 40
    assert sorted(each.name for each in folder.parent.iterdir()) == ["backup.tar", "ledger"]


def test_a_disk_that_is_full_leaves_no_half_backup(folder: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from allegata.ledger import open_ledger, backup\nfrom allegata.ledger.records import as_stored\n"
        "with open_ledger(sys.argv[1], as_stored) as ledger:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "    try: backup(ledger, Path(sys.argv[2]))\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    out = folder.with_name("backup.tar")
    made = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(out)], capture_output=True, text=True, timeout=60
    )
    assert made.stdout.startswith("InputError"), made.stderr
    assert "File too large" in made.stdout
    assert [each.name for each in folder.parent.iterdir()] == ["ledger"]
    assert os.listdir(folder)  # noqa: PTH208


def test_what_a_killed_restoring_left_goes_with_the_next(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        backup(ledger, tmp_path / "b.tar")
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    left = tmp_path / f".new-fresh-{ended.stdout.strip()}"
    others = [tmp_path / name for name in (f".new-fresh-{os.getppid()}", ".new-fresh-notes", ".new-other-1")]
    for each in (left, *others):
        (each / "records").mkdir(parents=True)
    restore(tmp_path / "b.tar", tmp_path / "fresh")
    assert not left.exists()
    assert all(each.is_dir() for each in others)
