import io
import os
import random
from pathlib import Path

import pytest

from allegata.capture import capture, expand
from allegata.model import InputError, capture_id

STORY = b"Ten people were held in the north, the mayor said.\n"


def write(folder, name, body=STORY):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return str(path)


def refusal(target, **options) -> str:
    with pytest.raises(InputError) as caught:
        list(capture(target, **options))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_folder_stands_for_its_files_in_order(tmp_path):
    names = ["b.txt", "a.txt", "sub/c.txt", "sub/deeper/d.html"]
    random.Random(1).shuffle(names)
    made = [write(tmp_path, name) for name in names]
    write(tmp_path, ".hidden")
    write(tmp_path, ".git/x.txt")
    assert list(expand(str(tmp_path))) == sorted(made)


@pytest.mark.parametrize("target", ["-", "http://a.example/x", "HTTPS://a.example"])
def test_what_stands_for_itself(target):
    assert expand(target) == (target,)


def test_a_file_stands_for_itself(tmp_path):
    name = write(tmp_path, "a.txt")
    assert expand(name) == (name,)


@pytest.mark.parametrize("target", ["nowhere.txt", "a\0b", "x" * 5000, "ftp://a.example/x", "file:///etc/hosts", ""])
def test_what_is_not_there_is_named(target):
    with pytest.raises(InputError) as caught:
        expand(target)
    assert "\n" not in str(caught.value)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(InputError, match="holds no file"):
        expand(str(tmp_path))


def test_links_in_a_circle_end(tmp_path):
    name = write(tmp_path, "a.txt")
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = expand(str(tmp_path))
    assert found == (name, str(tmp_path / "self"))
    assert "cannot be opened" in refusal(found[1])
    with pytest.raises(InputError, match="cannot be opened"):
        expand(str(tmp_path / "self"))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (target,) = expand(str(tmp_path))
    assert "not a regular file" in refusal(target)


def test_a_folder_closed_to_the_reader_is_named_and_the_rest_is_read(tmp_path, monkeypatch):
    """The permission is taken away by the test, since whoever runs it may be allowed everything."""
    name, closed = write(tmp_path, "a.txt"), tmp_path / "closed"
    write(tmp_path, "closed/b.txt")
    scandir = os.scandir

    def guarded(path):
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert expand(str(tmp_path)) == (name, str(closed))
    assert str(closed) in refusal(str(closed))
    with pytest.raises(InputError, match="permission denied"):
        expand(str(closed))


def test_a_file_closed_to_the_reader_is_named(tmp_path, monkeypatch):
    name = write(tmp_path, "a.txt")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert refusal(name).startswith(f"{name}: cannot be opened (permission denied)")


def test_a_capture_keeps_what_it_was_given(tmp_path):
    ((made, body),) = capture(write(tmp_path, "a.txt"), fetched_at="2020-01-01T00:00:00Z", url="https://a.example/x")
    assert body == STORY
    assert (made.origin, made.media_type, made.url) == ("file:a.txt", "text/plain", "https://a.example/x")
    assert made.id == capture_id(made.body, made.url, "2020-01-01T00:00:00Z", "file:a.txt")


def test_the_origin_tells_no_folder(tmp_path):
    ((made, _),) = capture(write(tmp_path, "private/a.txt"))
    assert "private" not in made.origin
    assert made.url is made.fetched_at is None


def test_standard_input():
    ((made, body),) = capture("-", stdin=io.BytesIO(b"<!doctype html><p>Ten.</p>"))
    assert (made.origin, made.media_type, body) == ("stdin", "text/html", b"<!doctype html><p>Ten.</p>")
    assert "no standard input" in refusal("-")


@pytest.mark.parametrize("body", [b"", b"\n\t \n"])
def test_nothing_is_said_to_be_empty(tmp_path, body):
    assert "is empty" in refusal(write(tmp_path, "a.txt", body))
    assert "is empty" in refusal("-", stdin=io.BytesIO(body))


def test_the_limit_is_in_bytes_and_closed(tmp_path):
    name = write(tmp_path, "a.txt", b"x" * 100)
    assert len(list(capture(name, limit_bytes=100))) == 1
    assert "larger than 99 bytes" in refusal(name, limit_bytes=99)
    assert "larger than 99 bytes" in refusal("-", stdin=io.BytesIO(b"x" * 100), limit_bytes=99)


def test_fifty_megabytes_are_refused_without_reading_them(tmp_path):
    name = write(tmp_path, "a.txt", b"")
    with Path(name).open("r+b") as stream:
        stream.write(b"Ten were held. " * 1000)
        stream.truncate(50_000_000)
    assert "20,000,000 bytes" in refusal(name)


def test_input_that_never_ends_is_left():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * size

    assert "larger than" in refusal("-", stdin=Endless(), limit_bytes=1000)
