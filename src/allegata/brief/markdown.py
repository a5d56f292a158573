"""A brief in Markdown (CommonMark with tables and footnotes)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from allegata.brief.page import Block, Bullets, Figure, Footnote, Page, Table, Text, flat

_MARKS = re.compile(
    r"[\\`*_{}\[\]<>#|~&$^@=]|(?<!\w)[-+](?!\w)|(?<=[A-Za-z]):(?=//)|(?<=www)\.|^(?:[-+]|\d+[.)])", re.I
)
MARKS = 12
"""Most footnotes of a figure that are marked one by one."""
_PLAIN_URL = re.compile(r"https?://[^\s<>\\`|\"\[\]]+")


def escaped(text: str) -> str:
    r"""Return *text* so that Markdown shows it as it is, whatever it holds.

    >>> escaped("<b>*64* | [x](y)")
    '\\<b\\>\\*64\\* \\| \\[x\\](y)'
    """
    return _MARKS.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", flat(text))


def markdown(page: Page) -> str:
    """Return *page* as Markdown; the figures have footnotes ``[^1]``.

    >>> print(markdown(Page("Claims: all", (("None fits.",),), (), {})))
    # Claims: all
    <BLANKLINE>
    None fits.
    <BLANKLINE>
    """
    numbers = page.numbers
    parts = [f"# {escaped(page.title)}", *(_text(text, numbers) for text in page.lead)]
    for section in page.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [_block(block, numbers) for block in section.blocks]
    parts += [f"[^{numbers[key]}]: {_footnote(footnote)}" for key, footnote in page.footnotes.items()]
    return "\n\n".join(parts) + "\n"


def _text(text: Text, numbers: Mapping[str, int]) -> str:
    return "".join(_piece(piece, numbers) for piece in text)


def _piece(piece: str | Figure, numbers: Mapping[str, int]) -> str:
    if isinstance(piece, str):
        return escaped(piece)
    return escaped(piece.text) + _marks(sorted(numbers[key] for key in piece.notes))


def _marks(notes: Sequence[int]) -> str:
    """Return marks for *notes*; of many that follow each other the first and the last, else the first ones and how many more."""
    if len(notes) <= MARKS:
        return "".join(f"[^{note}]" for note in notes)
    if notes[-1] - notes[0] == len(notes) - 1:
        return f"[^{notes[0]}]–[^{notes[-1]}]"
    return "".join(f"[^{note}]" for note in notes[:MARKS]) + f" and {len(notes) - MARKS} more"


def _block(block: Block, numbers: Mapping[str, int]) -> str:
    match block:
        case Bullets():
            return "\n".join(f"- {_text(item, numbers)}" for item in block.items)
        case Table():
            return f"{escaped(block.caption)}\n\n{_table(block, numbers)}"
        case _:
            return _text(block, numbers)


def _table(table: Table, numbers: Mapping[str, int]) -> str:
    lines = [table.columns, ["---"] * len(table.columns)]
    lines += [[_text(cell, numbers) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _footnote(footnote: Footnote) -> str:
    url = footnote.url or ""
    address = f" <{url}>" if _PLAIN_URL.fullmatch(url) else f" {escaped(url)}" if url else ""
    quotes = "; ".join(f"“{escaped(text)}” (code points {at})" for text, at in footnote.quotes)
    claim = f" Claim `{footnote.claim}`." if footnote.claim else ""
    return f"{escaped(footnote.about)}.{address}{f' {quotes}.' if quotes else ''}{claim}"
