"""Every command that a page shows is run as it is written, in the order of the page, and shows the lines that stand under it.

A page may save files ("Save as `NAME`:" and a block) and change the package ("Change `PATH`:" and a diff). Words in capitals are filled in with what the ledger has by then; a server of the test stands for
https://harbor.example, and another for the database of a team. What is only parsed is in `PARSED`, with why.
"""

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import click
import httpx
import pytest
from archives import record
from click.testing import CliRunner
from pyarrow import fs

from allegata.run.cli import main

ROOT = Path(__file__).parents[2]
# docs/cli.md and the reference are made of the program, and docs/check of its rules.
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text("utf-8")
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md")))
    if page.name != "cli.md" and page.parent.name not in ("reference", "check")
}  # fmt: skip
PARSED = {
    "allegata archive read s3://news/2024/ s3://claims/2024/ --engine spark": "needs Java and a store of objects; tests/run/test_spark.py runs the engine in make test-full",
}
BLOCK = re.compile(
    r"^Save as `(?P<name>[\w./-]+)`:\n\n```\w*\n(?P<text>.*?)```$"
    r"|^Change `(?P<path>[\w./-]+)`:\n\n```diff\n(?P<diff>.*?)```$"
    r"|^```console\n(?P<console>.*?)```$"
    r"|(?P<indented>(?:^    (?:allegata|make|pip) [^\n]*\n)+)",
    re.MULTILINE | re.DOTALL,
)
SHOWN = re.compile(r"^(?:    |\$ )(?:allegata|make|pip|python|curl|cp) ", re.MULTILINE)
INLINE = re.compile(r"`(allegata (?!:)[^`]+)`")
PROGRAM = "from allegata.run.cli import main; main()"
HARBOR = "https://harbor.example"
STORE = "minio.example:9000"
TEAM = "postgresql://me@db.example/team"
WIRE = "LIMA - Police have arrested {} people in raids in Lima, Peru, since Monday, the interior minister, Teo Arbulu, said on Wednesday, May 8, 2024. He showed no list of names."
STORY = "<html><head><title>Twelve held in Lima</title><meta property='article:published_time' content='2024-05-08'></head><body><article><h1>Twelve held in Lima</h1><p>Police in Lima arrested 12 people on Monday, the interior minister, Teo Arbulu, said.</p><p>The harbour stayed open, and the ferry left for Callao in the evening.</p></article></body></html>"
RSS = "<rss version='2.0'><channel><title>Harbor Post</title><item><title>Twelve held in Lima</title><link>{0}/held</link></item></channel></rss>"
SITEMAP = "<urlset><url><loc>{0}/held</loc><lastmod>2024-05-08</lastmod></url></urlset>"


class Step(NamedTuple):
    """A command, lines that its output has, and its exit code; null where the page does not say."""

    command: str
    lines: tuple[str, ...] = ()
    code: int | None = 0


class Change(NamedTuple):
    """A change of a file of the package: lines in place of others, or at its end."""

    path: str
    before: str
    after: str


class File(NamedTuple):
    """A file that the page has its reader save."""

    name: str
    text: str


def parts(page: str) -> Iterator[File | Change | Step]:
    """Yield what a page asks for, in its order."""
    for found in BLOCK.finditer(page):
        if found["name"]:
            yield File(found["name"], found["text"])
        if found["path"]:
            lines = found["diff"].splitlines(keepends=True)
            yield Change(found["path"], *("".join(line[1:] for line in lines if line[0] == sign) for sign in "-+"))
        for each in re.split(r"^\$ ", found["console"] or "", flags=re.MULTILINE)[1:]:
            command, *rest = each.rstrip("\n").split("\n")
            codes = [int(line.removeprefix("! exit ")) for line in rest if line.startswith("! exit ")]
            yield Step(
                command, tuple(line for line in rest if not line.startswith("! exit ")), codes[0] if codes else 0
            )
        for line in (found["indented"] or "").splitlines():
            for command in re.split(r"; (?=allegata )", re.split(r"\s+# ", line.strip())[0]):
                yield Step(command, (), None if command.startswith("allegata check") else 0)


class News(BaseHTTPRequestHandler):
    """The outlet of the pages."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        own = f"http://{self.headers['Host']}"
        found = {"/rss": ("application/rss+xml", RSS), "/sitemap.xml": ("application/xml", SITEMAP), "/held": ("text/html", STORY)}.get(self.path)  # fmt: skip
        body = found[1].format(own).encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", found[0] if found else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def harbor() -> Iterator[str]:
    """The host and port of the outlet."""
    with ThreadingHTTPServer(("127.0.0.1", 0), News) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{served.server_address[1]}"
        served.shutdown()


class World:
    """The folder in which a page is followed, and what its words in capitals stand for."""

    def __init__(self, folder: Path, harbor: str, request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.harbor, self.request, self.patch = folder, harbor, request, patch
        self.served: subprocess.Popen[str] | None = None
        self.address = self.key = ""
        self.paths: list[str] = []

    def save(self, file: File) -> None:
        text = file.text.replace(HARBOR, f"http://{self.harbor}")
        if file.name == "feeds.toml":
            # The server is no public one, and nobody waits for it.
            text = text.replace("[watch]", f'[watch]\nallow_addresses = ["{self.harbor}"]\ndelay_seconds = 0')
        (self.folder / file.name).write_text(text, "utf-8")

    def own_package(self) -> None:
        """Give the page a clone: the package, whose files are those of the repository until they are changed."""
        if not (self.folder / "src").exists():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(
                ROOT / "src/allegata", self.folder / "src/allegata", copy_function=os.symlink, ignore=ignored
            )
            self.paths.insert(0, str(self.folder / "src"))

    def change(self, change: Change) -> None:
        self.own_package()
        file = self.folder / change.path
        text = file.read_text("utf-8")
        assert change.before in text, change
        file.unlink()
        made = text.replace(change.before, change.after, 1) if change.before else text + change.after
        file.write_text(made, "utf-8")

    def install(self) -> None:
        """Do what pip does of the package in the folder: its modules can be imported, its entry points found."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))["project"]
        told = self.folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
        points = [
            f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in every.items())
            for group, every in project["entry-points"].items()
        ]
        (told / "entry_points.txt").write_text("\n".join(points))
        self.paths.append(str(self.folder))

    def beside(self, *words: str) -> tuple[int, str]:
        """Run a program that has what was installed or changed."""
        paths = {**os.environ, "PYTHONPATH": os.pathsep.join(self.paths)}
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=paths, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    def records(self, *words: str) -> list[dict[str, Any]]:
        told = CliRunner().invoke(main, [*words, "--format", "json"]).stdout
        return [json.loads(line) for line in told.splitlines() if line.startswith("{")]

    def filled(self, command: str) -> str:
        """Return *command* with what its words in capitals stand for here."""
        if re.search(r"\b(CLAIM|OTHER|DOCUMENT)\b", command):
            claims = [each for each in self.records("claims") if each["count"] and each["speakers"]]
            claims.sort(
                key=lambda each: (each["speakers"][0]["kind"] != "official", each["document"]["published"] or "")
            )
            other = next((each for each in claims if each["document"]["id"] != claims[0]["document"]["id"]), claims[0])
            for word, value in (
                ("CLAIM", claims[0]["id"]),
                ("OTHER", other["id"]),
                ("DOCUMENT", other["document"]["id"]),
            ):
                command = re.sub(rf"\b{word}\b", value[:12], command)
        if "DECISION" in command:
            command = command.replace("DECISION", self.records("decisions")[-1]["decision"]["id"])
        if TEAM in command:
            command = command.replace(TEAM, self.request.getfixturevalue("database"))
        if STORE in command:
            host = self.request.getfixturevalue("object_store")
            command = command.replace(STORE, host).replace("scheme=https", "scheme=http")
        if HARBOR in command:
            command = command.replace(HARBOR, f"http://{self.harbor}") + f" --allow-address {self.harbor}"
        if command == "allegata watch feeds.toml":
            command += " --once"
        if command.startswith("allegata erase ") and not re.search(r"--yes|--dry-run", command):
            # It asks, and nobody is at a terminal.
            command += " --yes"
        return command.replace("REPORT", "report.txt").replace("FOLDER", "reports").replace("…", "'read twice'")

    def run(self, command: str) -> tuple[int, str]:
        """Return the exit code and the output of *command*."""
        words = shlex.split(self.filled(command))
        to = words[words.index(">") + 1] if ">" in words else ""
        program, *words = words[: words.index(">")] if to else words
        match program:
            case "allegata" if words[:1] == ["serve"]:
                return 0, self.serve()
            case "allegata" if self.paths:
                return self.beside("-c", PROGRAM, *words)
            case "allegata":
                done = CliRunner().invoke(main, words)
                if to:
                    (self.folder / to).write_text(done.stdout, "utf-8")
                return done.exit_code, done.output
            case "export":
                name, _, value = words[0].partition("=")
                self.patch.setenv(name, value)
                return 0, ""
            case "curl":
                return 0, self.ask(words)
            case "cp" if words[0] == "-r":
                self.own_package()
                shutil.copytree(self.folder / words[1], self.folder / words[2], copy_function=os.symlink)
                return 0, ""
            case "python" if self.paths:
                return self.beside(*words)
            case "python":
                told = StringIO()
                with redirect_stdout(told):
                    runpy.run_path(words[0])
                return 0, told.getvalue()
            case "make" if words == ["demo"]:
                done = CliRunner().invoke(main, ["demo"])
                return done.exit_code, done.output
            case "make":
                # The others are what continuous integration runs, this test among them.
                return int(f"\n{words[0]}:" not in (ROOT / "Makefile").read_text("utf-8")), ""
            case "pip" if words == ["install", "."]:
                self.install()
                return 0, ""
            case "pip":
                extra = words[1].partition("[")[2].rstrip("]")
                project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
                return int(words[0] != "install" or extra not in project["optional-dependencies"]), ""
        raise AssertionError(command)

    def serve(self) -> str:
        """Start the web app, and return what it prints with the address and key of the page."""
        self.served = subprocess.Popen([sys.executable, "-u", "-c", PROGRAM, "serve", "--port", "0"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
        assert self.served.stdout is not None
        # Whatever goes wrong, nobody waits for ever.
        end = threading.Timer(120, self.served.kill)
        end.start()
        for line in self.served.stdout:
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/", line):
                self.address, self.key = found[1], re.findall(r"key=(\S+)|$", line)[0]
                break
        end.cancel()
        assert self.address
        assert httpx.get(self.address, headers={"Authorization": f"Bearer {self.key}"}, timeout=60).status_code == 200
        return line.replace(self.address, "http://127.0.0.1:8417").replace(self.key or "\0", "KEY")

    def ask(self, words: list[str]) -> str:
        """Return the answer to a request by curl."""
        name, _, value = words[words.index("-H") + 1].partition(": ")
        address = words[-1].replace("http://127.0.0.1:8417", self.address)
        answer = httpx.get(address, headers={name: value.replace("KEY", self.key)}, timeout=60)
        answer.raise_for_status()
        return answer.text

    def end(self) -> None:
        if self.served is not None:
            self.served.terminate()
            self.served.wait(30)
            assert self.served.stdout is not None
            self.served.stdout.close()


def readme(world: World) -> None:
    """Prepare what the main jobs speak of: reports, feeds, archives, a ledger, a draft, and who logs in."""
    folder = world.folder
    (folder / "reports").mkdir()
    for number in (64, 46):
        (folder / f"reports/{number}.txt").write_text(WIRE.format(number), "utf-8")
    (folder / "report.txt").write_text(WIRE.format(30), "utf-8")
    (folder / "DRAFT.md").write_text("The ferry left for Callao in the evening.\n", "utf-8")
    (folder / "corpus.csv").write_text(
        "text,date,outlet\nPolice in Cusco said nine men were held.,2024-05-08,Coast Daily\n"
    )
    (folder / "alerts.mbox").write_text("From a Wed\nSubject: Six held\n\nPolice in Callao said six men were held.\n\n")
    world.save(File("feeds.toml", f'[watch]\n[[feed]]\nurl = "{HARBOR}/rss"\noutlet = "Harbor Post"\n'))
    archive(world)
    with zipfile.ZipFile(folder / "crawl.wacz", "w") as package:
        package.writestr("datapackage.json", '{"profile": "data-package"}')
        package.write(folder / "crawl/pages.warc.gz", "archive/pages.warc.gz")
    world.patch.setenv("ALLEGATA_USER", "ANA")
    for name in ("ALLEGATA_PASSWORD", "ALLEGATA_NEW_PASSWORD"):
        world.patch.setenv(name, "six words that nobody else says")
    assert CliRunner().invoke(main, ["add", "reports"]).exit_code == 0


def archive(world: World) -> None:
    """Prepare a folder with a web archive."""
    (world.folder / "crawl").mkdir()
    made = record("https://harbor.example/held", STORY)
    (world.folder / "crawl/pages.warc.gz").write_bytes(made)


def objects(world: World) -> None:
    """Prepare a folder with a web archive, and the same in a store of objects, with a bucket for what is read of it."""
    archive(world)
    world.request.getfixturevalue("object_store")
    store, _ = fs.FileSystem.from_uri("s3://news?allow_bucket_creation=true")
    for bucket in ("news", "claims"):
        store.create_dir(bucket)
    fs.copy_files("crawl", "news/2024", destination_filesystem=store)


def report(world: World) -> None:
    """Prepare a ledger with a report."""
    (world.folder / "report.txt").write_text(WIRE.format(64), "utf-8")
    assert CliRunner().invoke(main, ["add", "report.txt"]).exit_code == 0


BEFORE = {
    "README.md": readme,
    "docs/api.md": report,
    "docs/archives.md": objects,
    "docs/howto/archive.md": archive,
    "docs/develop/engine.md": archive,
}
FOLLOWED = [name for name, page in PAGES.items() if any(isinstance(each, Step) for each in parts(page))]


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_is_followed_as_it_is_written(
    name: str, tmp_path: Path, harbor: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    world = World(tmp_path, harbor, request, monkeypatch)
    BEFORE.get(name, lambda _: None)(world)
    try:
        for part in parts(PAGES[name]):
            if isinstance(part, File):
                world.save(part)
            elif isinstance(part, Change):
                world.change(part)
            elif part.command not in PARSED:
                code, output = world.run(part.command)
                assert code in ((0, 1) if part.code is None else (part.code,)), (part.command, output)
                told = " ".join(output.split())
                assert [line for line in part.lines if " ".join(line.split()) not in told] == [], (part.command, output)
    finally:
        world.end()


def test_every_command_of_every_page_is_among_those_that_are_run() -> None:
    for name, page in PAGES.items():
        lines = {page[each.start() :].partition("\n")[0].strip().removeprefix("$ ") for each in SHOWN.finditer(page)}
        run = [each.command for each in parts(page) if isinstance(each, Step)]
        assert [line for line in lines if not any(line.startswith(command) for command in run)] == [], name


def test_what_is_only_parsed_is_still_shown() -> None:
    shown = {each.command for page in PAGES.values() for each in parts(page) if isinstance(each, Step)}
    assert PARSED.keys() <= shown
    assert all(PARSED.values())


def every_command() -> list[tuple[str, str]]:
    return [(name, each) for name, page in PAGES.items() for each in [*PARSED, *INLINE.findall(page)] if each in page]


@pytest.mark.parametrize(("page", "command"), sorted(set(every_command())))
def test_every_command_within_a_sentence_is_one_with_such_options(page: str, command: str) -> None:
    _, *words = shlex.split(command.replace("…", "x").replace("[", "").replace("]", ""))
    group: click.Command = main
    while isinstance(group, click.Group) and words and words[0] in group.commands:
        group = group.commands[words.pop(0)]
    assert not isinstance(group, click.Group) or not [word for word in words if not word.startswith("-")], command
    known = {
        name for each in group.params if isinstance(each, click.Option) for name in (*each.opts, *each.secondary_opts)
    }
    given = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
    assert given - known - {"--help", "--version"} == set(), command
