"""Logging in to a ledger with accounts, and out again."""

from __future__ import annotations

from allegata.ledger.access import accounts
from allegata.ledger.login import log_in, login_token, token_id, withdraw
from allegata.model import AccessError
from allegata.run.admission import user_of_computer
from allegata.run.users import LOGIN
from allegata.serve.visit import Answer, Elsewhere, Shown, Visit, get, post

HOME = "/"


def form(visit: Visit) -> Answer:
    """Return the form; where nobody has to log in, or somebody has, the first page."""
    if not accounts(visit.ledger) or visit.visitor.role:
        return Elsewhere(HOME)
    return _form("", None)


def _form(name: str, error: str | None) -> Shown:
    return Shown("login.html.jinja", {"title": "Log in", "name": name, "error": error}, 403 if error else 200)


def enter(visit: Visit) -> Answer:
    """Log in with the name and password that were posted, for as long as `allegata login` does."""
    if not accounts(visit.ledger):
        return Elsewhere(HOME)
    name = visit.form.get("name", "")
    try:
        account = log_in(visit.ledger, name, visit.form.get("password", ""), user_of_computer(), visit.at)
    except AccessError as error:
        return _form(name, str(error))
    token, _ = login_token(visit.ledger, account, LOGIN, visit.at)
    return Elsewhere(HOME, token)


def leave(visit: Visit) -> Answer:
    """Log out: the token is of no use any more, wherever a copy of it is."""
    identity = token_id(visit.visitor.token or "")
    if identity is not None:
        withdraw(visit.ledger, identity, visit.visitor.name, visit.at)
    return Elsewhere("/login", "")


ROUTES = (get("/login", "", form), post("/login", "", enter, checks=True), post("/logout", "login", leave))
