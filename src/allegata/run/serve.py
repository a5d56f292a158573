"""The command that serves the web app."""

from __future__ import annotations

import webbrowser

import click

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.model import InputError
from allegata.run.options import LEDGER
from allegata.run.terminal import OUT, say

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

    A ledger without accounts is served to this computer alone; one with accounts asks for a login.
    """
    import socket

    import uvicorn

    from allegata.ledger.access import accounts
    from allegata.serve.app import make_app
    from allegata.serve.guard import LOCAL as OWN

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
    app = make_app(location, frozenset({*OWN, *(each.lower() for each in names)}), https)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{listener.getsockname()[1]}/"
    OUT.print(f"The ledger is at {address} – end it with Ctrl-C.", soft_wrap=True)
    if opens:
        webbrowser.open(address)
    # Addresses hold what was searched for, so that no log keeps them.
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, date_header=False)
    uvicorn.Server(config).run(sockets=[listener])
    say("ended")
