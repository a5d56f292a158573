"""The command that serves the web app."""

from __future__ import annotations

import html
import os
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.model.error import InputError
from allegata.run.options import LEDGER
from allegata.run.terminal import OUT, say
from allegata.run.working import unwinding

LEADING = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0;url={0}"><title>allegata</title><p><a href="{0}">Open the ledger</a></p></html>'
)
"""A page that leads to an address."""
LOCAL = ("127.0.0.1", "localhost", "::1")


@click.command("serve")
@LEDGER
@click.option("--host", default="127.0.0.1", show_default=True, help="Address that is listened on.")
@click.option("--port", default=8417, show_default=True, type=click.IntRange(0, 65535), help="0 for a free one.")
@click.option(
    "--host-name", "names", multiple=True, help="A further name under which it is reached; may be given again."
)
@click.option("--https", is_flag=True, help="It is reached by https, through a proxy in front of it.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
def serve_command(location: str, host: str, port: int, names: tuple[str, ...], https: bool, opens: bool) -> None:
    """Serve the pages of a ledger to a browser: read, search, review, compare.

    A ledger without accounts is served to this computer alone, to whoever opens the address that is printed: it holds a key, a new one
    for each start. One with accounts asks for a login.
    """
    import socket

    import uvicorn

    from allegata.ledger.access import accounts
    from allegata.serve.app import make_app
    from allegata.serve.guard import LOCAL as OWN
    from allegata.serve.key import address_with, make_key

    with open_ledger(location, outward) as ledger:
        shared = bool(accounts(ledger))
    if host not in LOCAL and not shared:
        raise InputError(
            f"--host {host}: a ledger without accounts is served to this computer alone; make an account with: allegata user add"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise InputError(
            f"--port {port}: cannot be listened on at {host}: {error.strerror}; give another one, or 0 for a free one"
        ) from error
    listener.listen()
    key = make_key()
    app = make_app(location, key, frozenset({*OWN, *(each.lower() for each in names)}), https)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{listener.getsockname()[1]}/"
    entrance = address if shared else address_with(address, key)
    OUT.print(f"The ledger is at {entrance} – end it with Ctrl-C.", soft_wrap=True)
    if not shared:
        OUT.print("Whoever has this address gets in, until it ends; give it to nobody.", soft_wrap=True)
    # Addresses hold what was searched for, so that no log keeps them.
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, date_header=False)
    with unwinding(), _shown_in_browser(entrance) if opens else nullcontext():
        uvicorn.Server(config).run(sockets=[listener])
    say("ended")


@contextmanager
def _shown_in_browser(address: str) -> Iterator[None]:
    """Open *address* in the browser by a file that only this user can read: what a program is called with, the others of the computer can read."""
    handle, name = tempfile.mkstemp(".html", "allegata-")
    file = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as page:
            page.write(LEADING.format(html.escape(address)))
        webbrowser.open(file.as_uri())
        yield
    finally:
        file.unlink(missing_ok=True)
