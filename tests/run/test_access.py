"""Who may do what with a ledger, by what a user types."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from stores import chain, change_record, drop_credentials, drop_index, fill, held, refuse_batches

from allegata.ground.lexicon import table
from allegata.ledger import copy_ledger, login, open_ledger
from allegata.ledger.access import accounts, may, roles
from allegata.ledger.credentials import Credentials
from allegata.ledger.records import Account, Audit
from allegata.mask import outward
from allegata.model import Claim
from allegata.run import admission
from allegata.run.admission import ACTS
from allegata.run.cli import main

SECRET = "quay lamp orchard 7"
OWN = "lamp of somebody else 8"
STORY = "Police said on Monday that Omar Ruizal and 11 other men were arrested in Lima, Peru."
READING = ("claims", "links", "findings", "total", "silence", "drift", "decisions")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hash quickly, and see no variable and no login of whoever runs this."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(login, "_hasher", lambda: hasher)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("USER", "PASSWORD", "TOKEN", "NEW_PASSWORD", "LEDGER"):
        monkeypatch.delenv(f"ALLEGATA_{name}", raising=False)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of one report that names an arrested man, made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "story.txt").write_text(STORY, "utf-8")
    words = ["add", str(folder / "story.txt"), "--ledger", str(folder / "ledger"), "--published", "2024-05-08"]
    assert CliRunner().invoke(main, words).exit_code == 0
    return folder / "ledger"


@pytest.fixture
def ledger(made: Path, location: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ALLEGATA_LEDGER", location)
    return fill(location, made)


def run(*words: str, **environment: str) -> Result:
    named = {f"ALLEGATA_{key}": value for key, value in environment.items()}
    return CliRunner().invoke(main, list(words), env=named)


def done(*words: str, **environment: str) -> str:
    result = run(*words, **environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str, **environment: str) -> str:
    result = run(*words, **environment)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    return " ".join(result.stderr.split())


@pytest.fixture
def shared(ledger: str) -> dict[str, str]:
    """The ledger with an account for each role, which is called like it, and a token of each."""
    done("user", "add", "admin", "--role", "admin", NEW_PASSWORD=SECRET)
    who = {"USER": "admin", "PASSWORD": SECRET}
    for role in roles()[:-1]:
        done("user", "add", role, "--role", role, NEW_PASSWORD=SECRET, **who)
    return {role: done("token", "make", "test", USER=role, PASSWORD=SECRET).strip() for role in roles()}


def claim_of(ledger: str) -> Claim:
    with open_ledger(ledger, outward) as opened:
        return next(each for each in opened.claims() if each.action == "arrest")


def audits(ledger: str, deed: str) -> list[tuple[Audit, str]]:
    with open_ledger(ledger, outward) as opened:
        return [(each, batch.by) for each, batch in opened.audits() if each.deed == deed]


def batches(ledger: str) -> int:
    return len(chain(ledger))


@pytest.fixture
def written_no_more(ledger: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, the disk refuses every batch."""
    return lambda: refuse_batches(ledger, monkeypatch)


def commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_every_command_is_an_act_that_roles_name() -> None:
    assert sorted(name for name, _ in commands()) == sorted(ACTS)
    acts = {row["act"] for row in table("roles")}
    assert set(ACTS.values()) == acts


def test_every_command_opens_its_ledger_through_the_one_door() -> None:
    folder = Path(admission.__file__).parent
    calls = {each.name: re.findall(r"\bopen_ledger\(.*", each.read_text("utf-8")) for each in folder.glob("*.py")}
    assert {name: found for name, found in calls.items() if found} == {
        "options.py": ["open_ledger(location, outward, create)"],
        # A copy to try something on, behind the door of what it is a copy of.
        "reread.py": [
            "open_ledger(_copied(location, place), outward) as ledger,",
            "open_ledger(location, outward) as source, open_ledger(copy, outward, create=True) as target:",
        ],
        "copying.py": [
            # What is copied into: behind the door of its source, and behind its own once somebody can log in to it.
            "open_ledger(location, outward, create=True)",
            # A backup of the user's own, unpacked to be copied from.
            'open_ledger(str(place / "ledger"), outward) as kept, _target(location) as copied:',
        ],
        # To see whether it has accounts; each visitor is asked by the app.
        "serve.py": ["open_ledger(location, outward) as ledger:"],
    }


def shown(location: str) -> str:
    """Return what messages call the ledger at *location*."""
    with open_ledger(location, outward) as opened:
        return opened.name


def test_a_copy_asks_for_the_passwords_of_the_ledger_it_goes_into(
    shared: dict[str, str], ledger: str, tmp_path: Path
) -> None:
    copy, forged = f"{ledger}_copy", str(tmp_path / "forged")
    assert "batches copied" in done("ledger", "copy", ledger, copy, TOKEN=shared["admin"])
    # Nobody can log in to the copy yet: whoever may copy its source goes on.
    assert "batches copied: 1" in done("ledger", "copy", ledger, copy, TOKEN=shared["admin"])
    assert "may not" in refused("ledger", "copy", ledger, copy, TOKEN=shared["editor"])
    with open_ledger(copy, outward) as source, open_ledger(forged, outward, True) as made:
        list(copy_ledger(source, made))
        login.set_password(made, accounts(made)["admin"], OWN, "eve", "2030-01-01T00:00:00Z")
        head = made.head()
    said = refused("ledger", "copy", forged, ledger, USER="admin", PASSWORD=OWN)
    assert f"allegata: {shown(ledger)}: name or password is wrong" in said
    assert f"allegata: {shown(ledger)}: this ledger has accounts; log in" in refused("ledger", "copy", ledger, copy)
    with open_ledger(ledger, outward) as opened:
        assert head not in list(opened.batches())


def test_a_command_that_is_no_act_opens_nothing(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "ACTS", {name: act for name, act in ACTS.items() if name != "claims"})
    assert "claims: is no act" in refused("claims")


def test_no_password_and_no_token_is_ever_an_argument() -> None:
    for name, command in commands():
        given = {each for param in command.params for each in (param.name or "", *param.opts)}
        assert not any("password" in each or "secret" in each for each in given), name
    assert not any(param.opts == ["--token"] for _, command in commands() for param in command.params)


def test_a_ledger_without_accounts_is_as_before(ledger: str, tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text("Police said 60 people were held in Cusco, Peru.", "utf-8")
    done("add", str(page))
    for command in READING:
        for form in ("table", "json", "csv"):
            done(command, "--format", form)
    done("accept", claim_of(ledger).id, "--reason", "seen", "--by", "Ana Quispe")
    done("reread")
    with open_ledger(ledger, outward) as opened:
        assert opened.count("account") == opened.count("audit") == 0
        assert opened.credentials.read() == Credentials()
    assert not any("credentials" in name and data for name, data in held(ledger).items())
    assert not (tmp_path / "config").exists()


WORDS = {
    "accept": ["zzz", "--reason", "x"],
    "reject": ["zzz", "--reason", "x"],
    "merge": ["zzz", "yyy", "--reason", "x"],
    "split": ["zzz", "yyy", "--reason", "x"],
    "correct": ["zzz", "action", "kill", "--reason", "x"],
    "flag": ["zzz", "--reason", "x"],
    "undo": ["zzz", "--reason", "x"],
    "show": ["zzz"],
    "unmask": ["zzz", "--reason", "x"],
    "erase": ["zzz", "--reason", "x"],
    "user add": ["Zoe", "--role", "reader"],
    "user role": ["nobody", "reader"],
    "user disable": ["nobody"],
    "user enable": ["nobody"],
    "user password": ["nobody"],
    "token make": ["x"],
    "token withdraw": ["zzz"],
    "login": ["nobody"],
}
WITHOUT = ("read", "archive read", "demo", "login", "logout", "restore", "serve")
"""What opens no ledger of others, or is about logging in; whoever visits what is served logs in there."""


def words_of(command: str, ledger: str, folder: Path) -> list[str]:
    (page := folder / "page.txt").write_text("It rained.", "utf-8")
    out = folder / f"backup of {len(list(folder.iterdir()))}.tar"
    further = {"add": [str(page)], "check": [str(page), "--ledger", ledger], "backup": [str(out)]}
    (feeds := folder / "feeds.toml").write_text('[[feed]]\nurl = "http://127.0.0.1:9/"\n', "utf-8")
    further["watch"] = [str(feeds), "--once"]
    further["publish"] = [str(out.with_suffix(".site"))]
    (claims := folder / "claims.jsonl").write_text("", "utf-8")
    further["ledger import"] = [str(claims)]
    further["ledger copy"] = [ledger, str(out.with_suffix(".copy"))]
    return [*command.split(), *further.get(command, WORDS.get(command, []))]


@pytest.mark.parametrize("role", roles())
def test_a_role_may_what_the_table_says_and_no_more(
    shared: dict[str, str], ledger: str, tmp_path: Path, role: str
) -> None:
    for command, act in ACTS.items():
        if command in WITHOUT:
            continue
        result = run(*words_of(command, ledger, tmp_path), TOKEN=shared[role])
        may_not = f"{role} is {role}, which may not"
        assert (may_not in result.output.replace("\n", " ")) == (not may(role, act)), (command, result.output)


def test_nothing_is_done_for_whoever_has_not_logged_in(shared: dict[str, str], ledger: str, tmp_path: Path) -> None:
    before = batches(ledger)
    for command in ACTS:
        if command not in WITHOUT:
            assert "has accounts; log in" in refused(*words_of(command, ledger, tmp_path)), command
    assert "has accounts; log in" in refused("reread", "--dry-run")
    assert "not logged in" in refused("logout")
    assert batches(ledger) == before


def test_a_reader_cannot_try_what_reading_again_would_do(shared: dict[str, str]) -> None:
    assert "may not" in refused("reread", "--dry-run", TOKEN=shared["reader"])
    assert "nothing changed" in done("reread", "--dry-run", TOKEN=shared["editor"])


def test_rows_are_signed_with_the_account(shared: dict[str, str], ledger: str, tmp_path: Path) -> None:
    claim = claim_of(ledger).id
    token = shared["reviewer"]
    assert "logged in as reviewer" in refused("accept", claim, "--reason", "x", "--by", "admin", TOKEN=token)
    assert "reviewer, " in done("accept", claim, "--reason", "x", TOKEN=token)
    assert "reviewer, " in done("reject", claim, "--reason", "x", "--by", "Reviewer", TOKEN=token)
    (page := tmp_path / "page.txt").write_text("Police said 60 people were held in Cusco, Peru.", "utf-8")
    done("add", str(page), TOKEN=shared["editor"])
    with open_ledger(ledger, outward) as opened:
        by = [batch.by for batch in opened.batches()]
    assert list(dict.fromkeys(by[-3:])) == ["reviewer", "editor"]


def test_logging_in_keeps_a_token_for_its_ledger_and_user_only(
    shared: dict[str, str], ledger: str, tmp_path: Path
) -> None:
    assert "logged in as editor" in done("login", "editor", PASSWORD=SECRET)
    kept = tmp_path / "config" / "allegata" / "logins.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert ledger not in kept.read_text("utf-8")
    assert SECRET not in kept.read_text("utf-8")
    assert "arrest" in done("claims")
    assert "logged in as editor" in refused("claims", USER="reader")
    assert "reviewer" in done("token", "list", TOKEN=shared["reviewer"])
    (listed,) = [each for each in json_lines("token", "list") if each["name"] == "login"]
    assert done("logout") == "logged out\n"
    assert "log in" in refused("claims")
    token = shared["admin"]
    assert listed["id"] not in done("token", "list", "--all", TOKEN=token)
    assert [each.subjects for each, _ in audits(ledger, "login")][-1] == ("editor",)


def test_a_password_that_is_typed_is_not_echoed(shared: dict[str, str], ledger: str) -> None:
    process, terminal = pty.fork()
    if process == 0:
        words = [sys.executable, "-c", "from allegata.run.cli import main; main()", "login", "editor"]
        os.execv(sys.executable, words)
    seen = b""
    while b"Password of editor" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, f"{SECRET}\n".encode())
    with contextlib.suppress(OSError):
        while more := os.read(terminal, 1000):
            seen += more
    os.close(terminal)
    assert os.waitpid(process, 0)[1] == 0
    assert b"logged in as editor" in seen
    assert SECRET.encode() not in seen


def json_lines(*words: str, **environment: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in done(*words, "--format", "json", **environment).splitlines()]


def test_a_login_that_has_expired_is_said(shared: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    done("login", "editor", PASSWORD=SECRET)
    monkeypatch.setattr("allegata.run.options.now", lambda: "2999-01-01T00:00:00+00:00")
    assert "expired" in refused("claims")
    assert done("logout") == "logged out\n"


def test_a_wrong_password_is_refused_and_a_row(shared: dict[str, str], ledger: str) -> None:
    assert "is wrong" in refused("claims", USER="reader", PASSWORD="no such lamp 12")
    assert "is wrong" in refused("login", "nobody", PASSWORD="no such lamp 12")
    ((row, by),) = audits(ledger, "login refused")
    assert (row.subjects, by) == (("reader",), admission.user_of_computer())
    assert "arrest" in done("claims", USER="reader", PASSWORD=SECRET)


def test_tokens_are_made_listed_and_withdrawn(shared: dict[str, str], ledger: str) -> None:
    reader, admin = shared["reader"], shared["admin"]
    (own,) = json_lines("token", "list", TOKEN=reader)
    assert "allegata_" not in json.dumps(own)
    assert len(json_lines("token", "list", "--all", TOKEN=admin)) == 4
    assert "ask an admin" in refused("token", "list", "--all", TOKEN=reader)
    (others,) = json_lines("token", "list", TOKEN=shared["editor"])
    assert "ask an admin" in refused("token", "withdraw", others["id"], TOKEN=reader)
    done("token", "withdraw", others["id"], TOKEN=admin)
    assert "withdrawn" in refused("claims", TOKEN=shared["editor"])
    done("token", "withdraw", own["id"], TOKEN=reader)
    assert "withdrawn" in refused("claims", TOKEN=reader)
    assert [each.subjects for each, _ in audits(ledger, "token withdrawn")] == [
        ("editor", others["id"]),
        ("reader", own["id"]),
    ]


def test_accounts_are_changed_and_every_change_is_listed(shared: dict[str, str], ledger: str) -> None:
    token = shared["admin"]
    assert "needs an admin" in refused("user", "disable", "admin", TOKEN=token)
    assert "needs an admin" in refused("user", "role", "admin", "editor", TOKEN=token)
    done("user", "role", "reader", "reviewer", TOKEN=token)
    done("user", "disable", "reader", TOKEN=token)
    for words in (("claims",), ("token", "list")):
        assert "withdrawn" in refused(*words, TOKEN=shared["reader"])
    assert "disabled" in refused("claims", USER="reader", PASSWORD=SECRET)
    done("user", "enable", "reader", TOKEN=token)
    assert "withdrawn" in refused("claims", TOKEN=shared["reader"])
    assert "arrest" in done("claims", USER="reader", PASSWORD=SECRET)
    assert "looks like" in refused("user", "add", "reаder", "--role", "reader", TOKEN=token, NEW_PASSWORD=SECRET)
    assert "12 to 1024" in refused("user", "add", "Zoe", "--role", "reader", TOKEN=token, NEW_PASSWORD="short")
    assert "no password is given" in refused("user", "add", "Zoe", "--role", "reader", TOKEN=token)
    listed = json_lines("user", "list", TOKEN=token)
    assert [(each["name"], each["role"]) for each in listed][:2] == [("admin", "admin"), ("reader", "reviewer")]
    changes = [each for each in json_lines("audit", "--what", "account", TOKEN=token) if each["subjects"] == ["reader"]]
    assert [(each["by"], each["details"]["role"], each["details"]["state"]) for each in changes] == [  # type: ignore[index]
        ("admin", "reader", "active"),
        ("admin", "reviewer", "active"),
        ("admin", "reviewer", "disabled"),
        ("admin", "reviewer", "active"),
    ]


def test_the_first_account_is_an_admin(ledger: str) -> None:
    assert "needs an admin" in refused("user", "add", "Ana", "--role", "reader", NEW_PASSWORD=SECRET)
    assert "no accounts" in done("user", "list")
    assert "no accounts" in refused("login", "Ana", PASSWORD=SECRET)
    done("user", "add", "Ana", "--role", "admin", NEW_PASSWORD=SECRET)
    with open_ledger(ledger, outward) as opened:
        assert [batch.by for _, batch in opened.entered("account", Account)] == [admission.user_of_computer()]


def test_a_password_is_ones_own_or_an_admins_to_set(shared: dict[str, str], ledger: str) -> None:
    fresh = "another quay 9 lamps"
    assert "ask an admin" in refused("user", "password", "editor", TOKEN=shared["reader"], NEW_PASSWORD=fresh)
    done("user", "password", "Reader", TOKEN=shared["reader"], NEW_PASSWORD=fresh)
    assert "is wrong" in refused("claims", USER="reader", PASSWORD=SECRET)
    done("claims", USER="reader", PASSWORD=fresh)
    done("user", "password", "reader", TOKEN=shared["admin"], NEW_PASSWORD=SECRET)
    done("claims", USER="reader", PASSWORD=SECRET)
    assert [by for _, by in audits(ledger, "password set")][-2:] == ["reader", "admin"]


def test_who_can_write_the_store_can_set_an_admins_password_once_all_are_gone(
    shared: dict[str, str], ledger: str
) -> None:
    drop_credentials(ledger)
    assert "log in" in refused("claims")
    assert "withdrawn" in refused("claims", TOKEN=shared["admin"])
    assert "set one's first" in refused("user", "password", "reader", NEW_PASSWORD=SECRET)
    done("user", "password", "admin", NEW_PASSWORD=SECRET)
    assert audits(ledger, "password set")[-1][1] == admission.user_of_computer()
    assert "log in" in refused("user", "password", "admin", NEW_PASSWORD=SECRET)
    done("claims", USER="admin", PASSWORD=SECRET)


def test_names_are_printed_for_whoever_may_and_that_is_a_row(
    shared: dict[str, str], ledger: str, written_no_more: Callable[[], None]
) -> None:
    claim = claim_of(ledger)
    words = ("unmask", claim.id[:12], "--reason", "asked by the lawyer of Omar Ruizal")
    for role in roles()[:-1]:
        assert "may not" in refused(*words, TOKEN=shared[role])
    assert audits(ledger, "unmasking") == []
    assert "Omar Ruizal" in done(*words, TOKEN=shared["admin"]).replace("\n", "")
    assert "Omar Ruizal" in done(*words, "--format", "json", TOKEN=shared["admin"])
    assert "Omar Ruizal" in done("unmask", claim.document.id, "--reason", "x", TOKEN=shared["admin"])
    (first, *_) = audits(ledger, "unmasking")
    assert (first[0].subjects, first[1]) == ((claim.id, claim.document.id), "admin")
    assert "Ruizal" not in done("audit", TOKEN=shared["admin"])
    assert "say it in words" in refused("unmask", claim.id, "--reason", " ", TOKEN=shared["admin"])
    written_no_more()
    for form in ("table", "json"):
        result = run(*words, "--format", form, TOKEN=shared["admin"])
        assert result.exit_code == 2
        assert "Ruizal" not in result.output


def test_names_of_a_ledger_without_accounts_are_printed_after_a_row_too(
    ledger: str, written_no_more: Callable[[], None]
) -> None:
    claim = claim_of(ledger)
    assert "Omar Ruizal" in done("unmask", claim.id, "--reason", "checked").replace("\n", "")
    ((row, by),) = audits(ledger, "unmasking")
    assert (row.reason, by) == ("checked", admission.user_of_computer())
    written_no_more()
    assert "Ruizal" not in run("unmask", claim.id, "--reason", "checked").output


def test_everything_else_is_masked_for_an_admin_too(shared: dict[str, str], ledger: str, tmp_path: Path) -> None:
    token, claim = shared["admin"], claim_of(ledger).id
    shown = [done(command, "--format", form, TOKEN=token) for command in READING for form in ("table", "json", "csv")]
    shown += [done("show", claim, "--format", form, TOKEN=token) for form in ("table", "json")]
    shown += [done("export", "--format", form, TOKEN=token) for form in ("jsonl", "csv", "html")]
    shown += [done("brief", "--format", form, TOKEN=token) for form in ("md", "html")]
    shown.append(run("accept", claim, "--reason", "Omar Ruizal was released", TOKEN=token).output)
    shown.append(done("decisions", TOKEN=token))
    assert not any("Ruizal" in each for each in shown)
    assert any("person 1" in each for each in shown)


def test_an_export_is_a_row_of_how_much_and_not_of_what(shared: dict[str, str], ledger: str, tmp_path: Path) -> None:
    token = shared["reader"]
    printed = done("export", "--format", "csv", "--out", str(tmp_path / "out.csv"), TOKEN=token)
    assert printed == ""
    number = len((tmp_path / "out.csv").read_text("utf-8").splitlines()) - 1
    ((row, by),) = audits(ledger, "export")
    assert by == "reader"
    assert row.details == {"command": "export", "format": "csv", "records": str(number)}
    assert (row.subjects, row.reason) == ((), "")
    # In a ledger with accounts, claims in a form for programs are taken out, whichever command writes them.
    done("claims", TOKEN=token)
    assert len(audits(ledger, "export")) == 1
    words = ("--action", "arrest", "--since", "2024-05", "--speaker", "police of Omar Ruizal", "--place", "x\u202ey")
    done("claims", "--format", "json", *words, TOKEN=token)
    assert audits(ledger, "export")[1][0].details == {
        "command": "claims",
        "format": "json",
        "action": "arrest",
        "since": "2024-05",
        "speaker": "given",
        "place": "given",
    }
    done("brief", TOKEN=token)
    assert len(audits(ledger, "export")) == 3


NO_CLAIMS = ("audit", "check", "token list", "unmask", "user list", "verify")
"""What has a form for programs and takes no claims out, or says so by a row of another kind."""


def test_every_form_but_one_on_the_screen_is_a_row(shared: dict[str, str], ledger: str, tmp_path: Path) -> None:
    for name, command in commands():
        form = next((each.type for each in command.params if each.name == "form"), None)
        if name in WITHOUT or not isinstance(form, click.Choice):
            continue
        for each in form.choices:
            before = len(audits(ledger, "export"))
            run(*words_of(name, ledger, tmp_path), "--format", each, TOKEN=shared["admin"])
            taken = len(audits(ledger, "export")) - before
            assert taken == (each not in ("table", "text") and name not in NO_CLAIMS), (name, each)
    before = len(audits(ledger, "export"))
    done("reread", "--dry-run", "--format", "json", TOKEN=shared["admin"])
    assert len(audits(ledger, "export")) == before + 1


def test_an_export_that_cannot_be_a_row(ledger: str, written_no_more: Callable[[], None], tmp_path: Path) -> None:
    """A ledger that is one person's says so and goes on."""
    done("export", "--format", "csv")
    assert len(audits(ledger, "export")) == 1
    written_no_more()
    result = run("export", "--format", "csv")
    assert result.exit_code == 0
    assert "arrest" in result.stdout
    assert "no row of the ledger" in result.stderr


def test_an_export_of_a_ledger_with_accounts_that_cannot_be_a_row_is_none(
    shared: dict[str, str], written_no_more: Callable[[], None], tmp_path: Path
) -> None:
    written_no_more()
    out = tmp_path / "out.csv"
    for words in (("export", "--format", "csv", "--out", str(out)), ("claims", "--format", "json"), ("brief",)):
        assert "Read-only" in refused(*words, TOKEN=shared["admin"])
    assert not out.exists()
    # Reading on the screen is no row, so that a ledger on a disk that cannot be written can be read.
    assert "arrest" in done("claims", TOKEN=shared["reader"])


def test_what_was_done_is_listed_by_whom_what_and_when(shared: dict[str, str]) -> None:
    token = shared["admin"]
    done("export", TOKEN=shared["reader"])
    every = json_lines("audit", TOKEN=token)
    assert {each["deed"] for each in every} == {"account", "password set", "login", "token made", "export"}
    assert [each["batch"] for each in every] == sorted(each["batch"] for each in every)
    assert {each["by"] for each in json_lines("audit", "--by", "READER", TOKEN=token)} == {"reader"}
    assert [each["deed"] for each in json_lines("audit", "--what", "export", TOKEN=token)] == ["export"]
    assert json_lines("audit", "--since", "2999-01-01", TOKEN=token) == []
    assert len(json_lines("audit", "--since", "2000-01-01", TOKEN=token)) == len(every)
    assert "is no day" in refused("audit", "--since", "soon", TOKEN=token)
    assert "export; command export, format jsonl" in done("audit", TOKEN=token)
    assert done("audit", "--format", "csv", TOKEN=token).startswith("deed,by,at,")


def test_a_damaged_ledger_with_accounts_can_still_be_checked(shared: dict[str, str], ledger: str) -> None:
    change_record(ledger, 1, lambda line: line.replace(b"Monday", b"Sunday"))
    drop_index(ledger)
    result = run("verify")
    assert result.exit_code == 1
    assert "not the record" in result.output.replace("\n", " ")
    assert "Ruizal" not in result.output
    assert refused("claims", TOKEN=shared["admin"])
