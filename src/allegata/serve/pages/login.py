"""Logging in to a ledger with accounts, and out again."""

from __future__ import annotations

from allegata.ledger.access import accounts
from allegata.ledger.login import log_in, login_token, token_id, withdraw
from allegata.model.error import AccessError
from allegata.run.admission import user_of_computer
from allegata.run.users import LOGIN
from allegata.serve.asked import address as address_of
from allegata.serve.guard import is_page
from allegata.serve.visit import Answer, Elsewhere, Shown, Visit, get, post

HOME = "/"


def login_for(address: str) -> str:
    """Return the address of the form that leads on to *address* of this app.

    >>> login_for("/claims?search=a"), login_for("//evil.example"), login_for("/")
    ('/login?next=%2Fclaims%3Fsearch%3Da', '/login', '/login')
    """
    return address_of("/login", {}, next=_led_on(address) or None)


def _led_on(address: str | None) -> str:
    """Return *address* if it is that of a page here other than the first, else nothing."""
    return address if address and address != HOME and is_page(address) else ""


def form(visit: Visit) -> Answer:
    """Return the form; where nobody has to log in, or somebody has, the first page."""
    wanted = _led_on(visit.asked("next"))
    if not accounts(visit.ledger) or visit.visitor.role:
        return Elsewhere(wanted or HOME)
    return _form("", wanted, None)


def _form(name: str, wanted: str, error: str | None) -> Shown:
    context = {"title": "Log in", "name": name, "next": wanted, "error": error}
    return Shown("login.html.jinja", context, 403 if error else 200)


def enter(visit: Visit) -> Answer:
    """Log in with the name and password that were posted, for as long as `allegata login` does, and lead on to the page that was asked for."""
    wanted = _led_on(visit.form.get("next"))
    if not accounts(visit.ledger):
        return Elsewhere(wanted or HOME)
    name = visit.form.get("name", "")
    try:
        account = log_in(visit.ledger, name, visit.form.get("password", ""), user_of_computer(), visit.at)
    except AccessError as error:
        return _form(name, wanted, str(error))
    token, _ = login_token(visit.ledger, account, LOGIN, visit.at)
    return Elsewhere(wanted or HOME, token)


def leave(visit: Visit) -> Answer:
    """Log out: the token is of no use any more, wherever a copy of it is."""
    identity = token_id(visit.visitor.token or "")
    if identity is not None:
        withdraw(visit.ledger, identity, visit.visitor.name, visit.at)
    return Elsewhere("/login", "")


ROUTES = (get("/login", "", form, ("next",)), post("/login", "", enter, checks=True), post("/logout", "login", leave))
