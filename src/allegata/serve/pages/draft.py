"""A draft that is pasted, and what the rules say of it in its margin. Nothing of it is kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from markupsafe import Markup

from allegata.check import rules
from allegata.export.marks import Mark, marked
from allegata.ground.lexicon import table
from allegata.model.error import InputError
from allegata.run.drafts import Checked, EarlierIn, check_drafts
from allegata.run.pipeline import Given
from allegata.serve.visit import Shown, Visit, get, post

LONGEST = 100_000
"""Characters of a draft."""
SENT = 2_000_000
"""Bytes of the form: a character is up to twelve of them."""
EXAMPLE = "2023-06-20"
"""The day the draft of the example reports is to appear."""
PROFILES = ("default", *sorted({row["profile"] for row in table("en/quantifiers")} - {"default"}))


class Note(NamedTuple):
    """One problem beside its paragraph. number: that of its mark, from 1. instead: what to write, where that is certain."""

    number: int
    code: str
    rule: str
    message: str
    words: str
    instead: str | None


class Paragraph(NamedTuple):
    """A paragraph of the draft with its words marked, and what is wrong in it."""

    text: Markup
    notes: tuple[Note, ...]


def paragraphs(checked: Checked) -> list[Paragraph]:
    """Return the paragraphs of a draft that was checked; a problem stands beside the one it begins in."""
    if checked.document is None:
        return []
    names = {each.code: each.name for each in rules()}
    problems = [each.problem for each in checked.found]
    marks = [Mark(each.span.start, each.span.end, "problem", number) for number, each in enumerate(problems, 1)]
    made, at, anchors = list[Paragraph](), 0, set[str]()
    for line in checked.document.text.split("\n"):
        end = at + len(line)
        notes = tuple(
            Note(
                number, each.code, names[each.code], each.message, each.span.text, each.fix.words if each.fix else None
            )
            for number, each in enumerate(problems, 1)
            if at <= each.span.start <= end
        )
        if line.strip() or notes:
            made.append(Paragraph(marked(line, marks, at, anchors), notes))
        at = end + 1
    return made


def _page(draft: str = "", published: str = "", profile: str = "default", **found: object) -> Shown:
    context = {"title": "Draft check", "draft": draft, "published": published, "profile": profile, "profiles": PROFILES}
    return Shown("draft.html.jinja", {**context, "paragraphs": None, "error": None, "number": 0, **found})


def form(visit: Visit) -> Shown:
    """Return the empty form, or that with the draft of the example reports."""
    example = visit.asked("example")
    if example not in (None, "yes"):
        raise InputError("example: is yes, or left out; correct it in the address")
    return (
        _page(files("allegata").joinpath("data", "demo", "draft.md").read_text("utf-8").removeprefix("# "), EXAMPLE)
        if example
        else _page()
    )


def checked_page(visit: Visit) -> Shown:
    """Return the draft that was posted with what the rules say of it, also beside the earlier reports of the ledger."""
    draft, published = visit.form.get("draft", "").replace("\r\n", "\n"), visit.form.get("published", "").strip()
    profile = visit.form.get("profile", "default")
    try:
        paragraphs_made, number = _checked(visit, draft, published, profile)
    except InputError as error:
        return _page(draft, published, profile, error=str(error))._replace(status=400)
    return _page(draft, published, profile, paragraphs=paragraphs_made, number=number)


def _checked(visit: Visit, draft: str, published: str, profile: str) -> tuple[Sequence[Paragraph], int]:
    if not draft.strip():
        raise InputError("there is no draft; paste its text")
    if len(draft) > LONGEST:
        raise InputError(
            f"the draft has {len(draft):,} characters; check it in parts of {LONGEST:,}, or with: allegata check"
        )
    if profile not in PROFILES:
        raise InputError(f"profile: is none of {', '.join(PROFILES)}")
    given = Given(published or None, "draft", None, None, profile)
    codes = [each.code for each in rules()]
    body = io.BytesIO(draft.encode("utf-8", "replace"))
    (checked,) = check_drafts("-", given, codes, EarlierIn(visit.ledger), body)
    if checked.error:
        raise InputError(checked.error.replace("-: ", "", 1))
    return paragraphs(checked), len(checked.found)


ROUTES = (get("/check", "check", form, ("example",)), post("/check", "check", checked_page, SENT))
