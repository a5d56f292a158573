"""Documents of MEANTIME are read as they are written, and their times judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SENTENCES = [
    ["Ferry", "(", "new", ")", "sinks"],
    ["May", "12", ",", "2015"],
    ["It", "sank", "on", "Monday", ",", "the", "port", "'s", "chief", "said", "."],
    ["It", "was", "built", "in", "1997", "."],
    [],
    [],
    ["It", "is", "unannotated", "in", "2003", "."],
]


@pytest.fixture(scope="module")
def external(bench: Callable[[str], ModuleType]) -> Any:
    return bench("external")


def write(folder: Path, monday: str) -> Path:
    """A document whose times are its day, a Monday of that value, and the chief, who is none."""
    tokens, at = [], {}
    for number, sentence in enumerate(SENTENCES):
        for word in sentence:
            at[word] = len(tokens)
            tokens.append(f'<token t_id="{len(tokens)}" sentence="{number}">{word}</token>')
    day = "".join(f'<token_anchor t_id="{at["May"] + number}"/>' for number in range(4))
    path = folder / "1_ferry.xml"
    path.write_text(
        f"""<?xml version="1.0"?><Document>{"".join(tokens)}<Markables>
<TIMEX3 functionInDocument="CREATION_TIME" type="DATE" value="2015-05-12">{day}</TIMEX3>
<TIMEX3 functionInDocument="NONE" type="DATE" value="{monday}"><token_anchor t_id="{at["Monday"]}"/></TIMEX3>
<TIMEX3 functionInDocument="NONE" type="DATE" value="PRESENT_REF"><token_anchor t_id="{at["chief"]}"/></TIMEX3>
<TIMEX3 TAG_DESCRIPTOR="May" functionInDocument="NONE" type="DATE" value="2015-05"/></Markables></Document>""",
        "utf-8",
    )
    return path


def test_a_document_is_spaced_as_english_is_written(external: Any, tmp_path: Path) -> None:
    document = external.read_timed(write(tmp_path, "2015-05-11"))
    assert document.text == (
        "Ferry (new) sinks\nMay 12, 2015\nIt sank on Monday, the port's chief said.\nIt was built in 1997.\n"
        "It is unannotated in 2003."
    )
    assert document.published == "2015-05-12"
    assert document.text[: document.end].endswith("1997.")
    assert [(document.text[start:end], value) for start, end, value in document.times] == [
        ("May 12, 2015", "2015-05-12"),
        ("Monday", "2015-05-11"),
        ("chief", "PRESENT_REF"),
    ]


def test_times_are_judged_where_the_document_is_annotated(external: Any, tmp_path: Path) -> None:
    write(tmp_path, "2015-05-11")
    figures, of, lines = external.score_times(tmp_path)
    assert of == {"recall": 3, "precision": 3, "value": 3, "value of found": 2}
    assert {name: round(value * of[name]) for name, value in figures.items()} == {
        "recall": 2,
        "precision": 2,
        "value": 2,
        "value of found": 2,
    }
    assert lines == ["1_ferry: 'chief': nothing, wanted PRESENT_REF"]
    write(tmp_path, "2015-05-04")
    figures, _, lines = external.score_times(tmp_path)
    assert figures["value"] == pytest.approx(1 / 3)
    assert "1_ferry: 'Monday': 2015-05-11, wanted 2015-05-04" in lines


def test_a_scorer_is_loaded_from_its_file(external: Any, tmp_path: Path) -> None:
    (tmp_path / "scorer.py").write_text("ANSWER = 42\n", "utf-8")
    assert external.load(tmp_path / "scorer.py").ANSWER == 42
