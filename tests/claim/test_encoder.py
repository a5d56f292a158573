"""The trained attribution reader: what it returns, whatever it is given and however it is given."""

from __future__ import annotations

import random
from importlib.resources import files
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata.claim import sample
from allegata.claim.encoder import Offsets, find_attributions, find_offsets, open_encoder
from allegata.claim.pieces import cut, inputs, windows
from allegata.claim.weave import best_roles
from allegata.model import LanguageError
from allegata.plugin import find

REPORT = """The harbour master said eleven crates were opened on Sunday. "We found nothing," she told reporters.

According to the customs office, two lorries had left before dawn. Nobody was held.

The mayor denied that the port would close, adding that a third crane was on its way."""

FILLER = "The road runs along the river for two miles. Snow lay on both banks, and the old mill stood empty.\n\n"


def read(text: str) -> tuple[Offsets, ...]:
    (found,) = find_offsets([text])
    return found


def words(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


def test_reads_who_said_what() -> None:
    found = {each.cue[0].text: each for each in find_attributions(sample(REPORT))}
    assert found["said"].source[0].text == "The harbour master"
    assert found["said"].content[0].text == "eleven crates were opened on Sunday"
    assert found["told"].form == "direct"
    assert found["According to"].source[0].text == "the customs office"
    assert found["adding"].source[0].text == "The mayor"


def test_a_faint_cue_counts_where_it_tells_of_a_happening() -> None:
    def sources(text: str) -> list[str]:
        return [each.source[0].text for each in find_attributions(sample(text))]

    arrests, loaves = "The union counted 40 arrests.", "The union counted 40 loaves."
    assert not read(arrests)
    assert sources(arrests) == ["The union"]
    assert sources(loaves) == []


def test_is_registered_for_the_attribution_seam() -> None:
    assert find("attribution", "encoder") is find_attributions


def test_spans_quote_the_text_and_ids_are_unique() -> None:
    found = find_attributions(sample(REPORT))
    assert found
    assert len({each.id for each in found}) == len(found)
    for each in found:
        for span in (*each.source, *each.cue, *each.content):
            assert REPORT[span.start : span.end] == span.text
            assert span.text == span.text.strip()


def test_nested_attributions_name_their_outer_one() -> None:
    found = find_attributions(sample("Nine boats were seized, the coast guard said, the Harbour Gazette reported."))
    outer = {each.id: each for each in found}
    inner = [each for each in found if each.inside]
    assert [each.cue[0].text for each in inner] == ["said"]
    assert outer[inner[0].inside or ""].source[0].text == "the Harbour Gazette"


def test_answers_do_not_depend_on_the_batch() -> None:
    texts = [
        REPORT,
        "No.",
        FILLER * 30 + REPORT,
        'Rain, rain, rain! "Yes," said the baker.',
        "😀 " * 50,
        REPORT.upper(),
    ]
    alone = {text: read(text) for text in texts}
    for seed in range(3):
        mixed = random.Random(seed).sample(texts * 2, len(texts))
        assert list(find_offsets(mixed)) == [alone[text] for text in mixed]


def test_answers_do_not_depend_on_the_threads() -> None:
    text = FILLER * 10 + REPORT
    assert list(find_offsets([text], threads=2)) == list(find_offsets([text], threads=1))


def test_windows_of_a_long_document_agree_with_a_short_one() -> None:
    expected = [(words(REPORT, each.source), words(REPORT, each.cue)) for each in read(REPORT)]
    for before in (3, 8, 13, 21):
        text = FILLER * before + REPORT + "\n\n" + FILLER * 12
        assert [(words(text, each.source), words(text, each.cue)) for each in read(text)] == expected


def test_windows_cover_every_piece_once() -> None:
    tokenizer = open_encoder().tokenizer
    for text in (REPORT, FILLER * 40, "word " * 3000, "x" * 5000):
        pieces = cut(text, tokenizer)
        made = list(windows(pieces))
        assert [row for each in made for row in range(each.first, each.last)] == list(range(len(pieces.ids)))
        assert all(each.start <= each.first < each.last <= each.end for each in made)
        assert all(inputs(pieces, each)["ids"].shape[1] <= 512 for each in made)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        '"',
        '"""" “ ” „ «»',
        "😀",
        "😀😀 👩‍👩‍👧‍👦",
        "\u200b",
        "\x00",
        "he said",
        "said",
        ":" * 700,
        "é" * 3000,
    ],
)
def test_odd_texts_are_read_without_error(text: str) -> None:
    for each in read(text):
        for start, end in (*each.source, *each.cue, *each.content):
            assert 0 <= start < end <= len(text)


def test_a_text_of_100_000_code_points() -> None:
    block = FILLER + REPORT + "\n\n"
    text = (block * (100_000 // len(block) + 1))[:100_000]
    found = read(text)
    told = [each for each in found if words(text, each.cue) == "told"]
    assert len(told) == text.count("told reporters")
    cues = [each.cue[0] for each in found]
    assert cues == sorted(cues)


@settings(max_examples=25)
@given(st.text(alphabet=st.sampled_from("ab “”\"’'.,\n:-—😀éß12 saidtold"), max_size=400))
def test_offsets_lie_in_the_text_and_do_not_overlap_within_a_role(text: str) -> None:
    for each in read(text):
        for spans in (each.source, each.cue, each.content):
            flat = [edge for span in spans for edge in span]
            assert flat == sorted(flat)
            assert all(0 <= start < end <= len(text) for start, end in spans)


def test_another_language_is_refused() -> None:
    with pytest.raises(LanguageError, match="no attribution reader"):
        find_attributions(sample("Il a dit non.", language="fr"))


def test_weights_and_card_are_data_of_the_package() -> None:
    folder = files("allegata").joinpath("data", "en", "attribution")
    halves = {"lower.onnx", "upper.onnx"}
    assert {"MODEL_CARD.md", "reader.toml", "tokenizer.json", *halves} <= {each.name for each in folder.iterdir()}
    assert sum(len(folder.joinpath(name).read_bytes()) for name in halves) < 24_500_000
    assert np.isfinite(open_encoder().thresholds.cue)


def best_by_trying_all(odds: np.ndarray, change: float, turn: float) -> float:
    """Return the greatest sum of log odds and prices over all ways to give the rows roles."""
    dear = (0, turn, turn, change)

    def worth(roles: tuple[int, ...]) -> float:
        paid = sum(max(dear[one], dear[two]) for one, two in pairwise(roles) if one != two)
        return sum(odds[row, role - 1] for row, role in enumerate(roles) if role) - paid

    return max(worth(roles) for roles in product(range(4), repeat=len(odds)))


@given(st.integers(0, 10**6), st.sampled_from([(1.0, 0.3), (0.5, 0.0)]))
@settings(max_examples=25)
def test_roles_are_the_best_ones_and_the_same_together_as_apart(seed: int, prices: tuple[float, float]) -> None:
    generator = np.random.default_rng(seed)
    shapes = [(int(generator.integers(0, 3)), int(generator.integers(1, 6)), 3) for _ in range(3)]
    odds = [generator.normal(0, 2, shape).astype(np.float32) for shape in shapes]
    together = best_roles(odds, *prices)
    for each, paths in zip(odds, together, strict=True):
        assert np.array_equal(best_roles([each], *prices)[0], paths)
        for anchor, path in zip(each, paths, strict=True):
            dear = (0, prices[1], prices[1], prices[0])
            paid = sum(max(dear[one], dear[two]) for one, two in pairwise(path) if one != two)
            value = sum(anchor[row, role - 1] for row, role in enumerate(path) if role) - paid
            assert value == pytest.approx(best_by_trying_all(anchor, *prices), abs=1e-4)
