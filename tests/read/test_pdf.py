import importlib.util
from pathlib import Path

import pytest

from allegata.model import InputError
from allegata.read.pdf import join_lines, read_pdf

_spec = importlib.util.spec_from_file_location("paper", Path(__file__).parent / "paper.py")
paper = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(paper)

NOTE = [
    "Note on the arrests in Orva",
    "",
    "The ministry said that sixty people had been ar-",
    "rested in the past year, and that another fifty had",
    "been identified. “No names,” it added (twice).",
    "A lawyer of the north-",
    "South league called it absurd.",
    "",
    "12",
]


def test_lines_are_joined_to_paragraphs():
    reading = read_pdf(paper.make_pdf(NOTE, ["Second page: two fled."], title="Note on the arrests in Orva"))
    assert reading.title == "Note on the arrests in Orva"
    assert reading.text.split("\n") == [
        "Note on the arrests in Orva",
        "The ministry said that sixty people had been arrested in the past year, and that another fifty had"
        " been identified. “No names,” it added (twice). A lawyer of the north- South league called it absurd.",
        "Second page: two fled.",
    ]


def test_a_title_the_text_does_not_have_is_a_file_name():
    assert read_pdf(paper.make_pdf(["Ten were held."], title="Microsoft Word - draft7.doc")).title is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (paper.make_pdf(["Ten were held."], encrypt=True), "encrypted"),
        (paper.make_pdf([]), "without text"),
        (paper.make_pdf(), "without text"),
        (b"%PDF-1.7\n", "broken"),
        (b"", "broken"),
        (b"Ten were held.", "broken"),
    ],
)
def test_what_cannot_be_read_says_why(body, why):
    with pytest.raises(InputError, match=why):
        read_pdf(body)


@pytest.mark.parametrize("cut", range(0, 800, 37))
def test_a_cut_file_is_read_or_refused(cut):
    whole = paper.make_pdf(NOTE)
    try:
        text = read_pdf(whole[: len(whole) - cut]).text
    except InputError:
        return
    assert "Note on" in text


def test_letters_set_as_one_sign_are_read_apart():
    assert join_lines(["Five oﬃcials identiﬁed the ﬂag."]) == ["Five officials identified the flag."]


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        ([], []),
        (["Page 3 of 9"], []),
        (
            [
                "The long line of this paragraph goes on and on,",
                "short end.",
                "The next begins here and is long enough, too",
            ],
            2,
        ),
        (["• ten were held in the north of the country and", "• two fled to the south of the country and the"], 2),
        (["A heading", "The long line of this paragraph goes on and on."], 2),
    ],
)
def test_paragraphs(lines, paragraphs):
    assert len(join_lines(lines)) == (paragraphs if isinstance(paragraphs, int) else len(paragraphs))
