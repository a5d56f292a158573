"""Hostile servers, names and addresses: what is not public is not connected to, on no way that leads there."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from allegata.capture import Guard, http
from allegata.capture.guard import RefusedError, is_public
from allegata.capture.http import fetch
from allegata.model import InputError

PAGE = b"<p>Ten people were held, the mayor said.</p>"
Answer = Callable[[str], bytes]


class Site:
    """A server on a port of 127.0.0.1 that gives the bytes of *answer* for each path, and keeps what it was asked."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[str] = []
        self._answer, self._context = answer, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                made, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._reply, args=(made,), daemon=True).start()

    def _reply(self, made: socket.socket) -> None:
        try:
            plain = self._context.wrap_socket(made, server_side=True) if self._context else made
            with plain:
                head = b""
                while b"\r\n\r\n" not in head and (block := plain.recv(4096)):
                    head += block
                self.asked.append(head.decode("latin-1"))
                plain.sendall(self._answer(head.split(b" ")[1].decode()))
        except OSError:
            pass

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    sites = list[Site]()

    def start(answer: Answer, context: ssl.SSLContext | None = None) -> Site:
        sites.append(Site(answer, context))
        return sites[-1]

    yield start
    for each in sites:
        each.close()


def ok(body: bytes = PAGE, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")


def local(port: int) -> Guard:
    return Guard(allowed=(f"127.0.0.1:{port}",))


def refused(url: str, guard: Guard | None = None, of: type[Exception] = RefusedError) -> str:
    with pytest.raises(of) as caught:
        fetch(url, limit_bytes=100_000, timeout_s=2, guard=guard)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "localhost", "0.0.0.0", "[::]", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused_however_it_is_written(host: str) -> None:
    assert "no public address" in refused(f"http://{host}/")


@pytest.mark.parametrize("host", ["0177.0.0.1", "LOCALHOST.", "0x7f000001"])
def test_an_address_that_systems_read_otherwise_is_reached_nowhere(serve: Callable[..., Site], host: str) -> None:
    site = serve(lambda path: ok())
    refused(f"http://{host}:{site.port}/", None, InputError)
    assert site.asked == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/hostname", "neither http nor https"),
        ("ftp://a.example/", "neither http nor https"),
        ("gopher://a.example/", "neither http nor https"),
        ("http:///page", "neither http nor https"),
        ("http://8.8.8.8:22/", "port 22"),
        ("https://8.8.8.8:6379/", "port 6379"),
    ],
)
def test_other_schemes_and_ports_are_refused(url: str, why: str) -> None:
    assert why in refused(url)


def test_a_host_with_one_address_that_is_not_public_is_refused() -> None:
    guard = Guard(resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    assert "leads to 10.0.0.1" in refused("http://harbor.example/", guard)


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//[::1]/",
        "http://2852039166/",
        "http://localhost:1/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_is_checked_as_the_first_address_is(serve: Callable[..., Site], to: str) -> None:
    site = serve(lambda path: moved(to))
    refused(f"http://127.0.0.1:{site.port}/", local(site.port))


def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_connected_to(serve: Callable[..., Site]) -> None:
    site = serve(lambda path: ok())
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    guard = Guard(local(site.port).allowed, resolve=lambda host, port: answers.pop(0))
    found = fetch(f"http://harbor.example:{site.port}/a?b=c", limit_bytes=100, guard=guard)
    assert found.url == f"http://harbor.example:{site.port}/a?b=c"
    assert answers == [["127.0.0.2"]]
    assert "GET /a?b=c HTTP/1.1" in site.asked[0]
    assert f"Host: harbor.example:{site.port}" in site.asked[0]


def test_a_name_that_leads_elsewhere_when_a_redirect_comes_back_to_it_is_checked_again(
    serve: Callable[..., Site],
) -> None:
    site = serve(lambda path: moved("/again"))
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    guard = Guard(local(site.port).allowed, resolve=lambda host, port: answers.pop(0))
    assert "169.254.169.254" in refused(f"http://harbor.example:{site.port}/", guard)
    assert len(site.asked) == 1


def test_the_next_address_is_tried_where_one_does_not_answer(serve: Callable[..., Site]) -> None:
    site = serve(lambda path: ok())
    guard = Guard(("127.0.0.0/8",), resolve=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    assert fetch(f"http://harbor.example:{site.port}/", limit_bytes=100, guard=guard).body == PAGE


def test_a_resolver_that_does_not_answer_is_left() -> None:
    stop = threading.Event()
    guard = Guard(resolve=lambda host, port: ["8.8.8.8"] if stop.wait(20) else [])
    with pytest.raises(InputError, match="not found in time"):
        fetch("http://harbor.example/", limit_bytes=100, timeout_s=0.1, guard=guard)
    stop.set()


def test_ten_thousand_redirects_are_not_followed(serve: Callable[..., Site]) -> None:
    site = serve(lambda path: moved(f"/{int(path[1:] or 0) + 1}"))
    assert "redirects more than 8 times" in refused(f"http://127.0.0.1:{site.port}/0", local(site.port), InputError)
    assert len(site.asked) == 9


@pytest.mark.parametrize(
    "to",
    ["http://a.example/\x0bb", "http://a b.example/", "http://[", "http://a.example:99999/", "\x00"],
)
def test_a_redirect_to_no_address_is_one_line(serve: Callable[..., Site], to: str) -> None:
    site = serve(lambda path: moved(to) if path == "/" else ok())
    guard = Guard(local(site.port).allowed, resolve=lambda host, port: ["10.0.0.1"])
    refused(f"http://127.0.0.1:{site.port}/", guard, InputError)


def test_what_an_address_holds_ends_no_line_of_the_request(serve: Callable[..., Site]) -> None:
    site = serve(lambda path: moved("/b%0d%0aX-Evil:%201") if path == "/" else ok())
    assert fetch(f"http://127.0.0.1:{site.port}/", limit_bytes=100, guard=local(site.port)).body == PAGE
    assert not [asked for asked in site.asked if "\nX-Evil" in asked]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nshorter", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nshort", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000, "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nX-\x00: y\r\n\r\n", "cannot be fetched"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nnope", "content encoding 'br' is not read"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_one_line(serve: Callable[..., Site], answer: bytes, why: str) -> None:
    site = serve(lambda path: answer)
    assert why in refused(f"http://127.0.0.1:{site.port}/", local(site.port), InputError)


def test_a_longer_body_than_was_said_ends_where_it_was_said_to(serve: Callable[..., Site]) -> None:
    site = serve(lambda path: ok() + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    assert fetch(f"http://127.0.0.1:{site.port}/", limit_bytes=100, guard=local(site.port)).body == PAGE


def test_a_password_goes_to_no_other_host(serve: Callable[..., Site]) -> None:
    other = serve(lambda path: ok())
    site = serve(lambda path: moved(f"http://localhost:{other.port}/"))
    guard = Guard(("127.0.0.1", "::1"), resolve=lambda host, port: ["127.0.0.1"])
    fetch(f"http://ana:secret@127.0.0.1:{site.port}/", limit_bytes=100, guard=guard)
    assert "Authorization: Basic" in site.asked[0]
    assert "Authorization" not in other.asked[0]


def test_cookies_are_not_kept(serve: Callable[..., Site]) -> None:
    def answer(path: str) -> bytes:
        return moved("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n") if path == "/" else ok()

    site = serve(answer)
    fetch(f"http://127.0.0.1:{site.port}/", limit_bytes=100, guard=local(site.port))
    assert ["Cookie" in asked for asked in site.asked] == [False, False]


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server of harbor.example shows, and what trusts it."""
    folder: Path = tmp_path_factory.mktemp("certificates")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "harbor.example")])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("harbor.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(pem)
    return shows, ssl.create_default_context(cafile=str(pem))


def test_a_certificate_has_to_be_for_the_name_and_from_somebody_trusted(
    serve: Callable[..., Site], certified: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    shows, trusts = certified
    site = serve(lambda path: ok(), shows)
    guard = Guard(local(site.port).allowed, resolve=lambda host, port: ["127.0.0.1"])
    assert "CERTIFICATE_VERIFY_FAILED" in refused(f"https://harbor.example:{site.port}/", guard, InputError)
    monkeypatch.setattr(http, "_certificates", lambda: trusts)
    assert fetch(f"https://harbor.example:{site.port}/", limit_bytes=100, guard=guard).body == PAGE
    assert "CERTIFICATE_VERIFY_FAILED" in refused(f"https://quay.example:{site.port}/", guard, InputError)


def test_a_proxy_is_asked_and_resolves_names_itself(serve: Callable[..., Site]) -> None:
    proxy = serve(lambda path: ok())

    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError("a name was resolved here")

    guard = Guard(proxy=f"http://127.0.0.1:{proxy.port}", resolve=resolve)
    assert fetch("http://harbor.example/", limit_bytes=100, guard=guard).body == PAGE
    assert "GET http://harbor.example/ HTTP/1.1" in proxy.asked[0]
    assert "no public address" in refused("http://169.254.169.254/", guard)


def test_a_socks_proxy_is_given_the_name() -> None:
    asked = list[bytes]()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_once() -> None:
        made, _ = listener.accept()
        with made:
            made.recv(100)
            made.sendall(b"\x05\x00")
            asked.append(made.recv(100))
            made.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
            made.recv(4096)
            made.sendall(ok())

    threading.Thread(target=serve_once, daemon=True).start()
    guard = Guard(proxy=f"socks5h://127.0.0.1:{listener.getsockname()[1]}")
    assert fetch("http://harboronion.onion/", limit_bytes=100, timeout_s=2, guard=guard).body == PAGE
    assert b"harboronion.onion" in asked[0]
    listener.close()


def test_what_can_be_allowed() -> None:
    guard = Guard(("10.0.0.0/8", "[::1]:8000", "127.0.0.1:8000"))
    found = [("10.1.2.3", 22), ("::1", 8000), ("::1", 8001), ("127.0.0.1", 8000), ("127.0.0.2", 8000)]
    assert [guard.is_allowed(*each) for each in found] == [True, True, False, True, False]
    for wrong in ("harbor.example", "10.0.0.0/99", "127.0.0.1:x", "[::1"):
        with pytest.raises(InputError, match="is no address that can be allowed"):
            Guard((wrong,))
    with pytest.raises(InputError, match="the proxy is no address"):
        Guard(proxy="127.0.0.1:9050")


@pytest.mark.parametrize("number", range(0, 256, 5))
def test_public_are_only_addresses_that_the_registries_call_so(number: int) -> None:
    found = ipaddress.ip_address(f"{number}.1.1.1")
    assert is_public(str(found)) == (found.is_global and not found.is_multicast and not found.is_reserved)
    assert is_public(f"::ffff:{found}") == is_public(str(found))
