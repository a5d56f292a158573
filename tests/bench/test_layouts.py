import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import layouts  # noqa: E402


def test_each_page_has_its_text_and_its_row():
    rows = [
        line.split("\t")[0]
        for line in (layouts.LAYOUTS / "index.tsv").read_text("utf-8").splitlines()
        if line[:1] != "#"
    ]
    assert rows[1:] == layouts.pages()
    assert len(layouts.pages()) >= 10
    assert all(layouts.true_text(name).strip() for name in layouts.pages())


@pytest.mark.parametrize("name", layouts.pages())
def test_the_words_of_a_text_stand_on_its_page(name):
    page = layouts.plain(name)
    missing = layouts.counted(layouts.true_text(name)) - layouts.counted(page)
    assert not missing


@pytest.mark.parametrize(
    ("found", "true", "precision", "recall"),
    [
        ("Ten held.", "ten HELD", 1, 1),
        ("Ten held. Share this", "Ten held.", 0.5, 1),
        ("Ten", "Ten were held here", 1, 0.25),
        ("", "Ten", 0, 0),
        ("ده نفر", "ده نفر", 1, 1),
        ("ten ten ten", "ten ten", 2 / 3, 1),
    ],
)
def test_words_are_counted_as_often_as_they_stand_there(found, true, precision, recall):
    assert layouts.scored(found, true) == (precision, recall)


def test_ours_is_no_worse_than_plain_trafilatura_on_any_page():
    ours, theirs = layouts.scores("allegata"), layouts.scores("trafilatura")
    assert [name for name in ours if ours[name].f1 < theirs[name].f1] == []


def test_no_day_and_no_outlet_is_wrong():
    assert [each for each in layouts.dated() if each[3] not in (None, each[2])] == []
