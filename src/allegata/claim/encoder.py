"""Who is quoted, by which word, saying what: the trained reader behind the attribution seam."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from allegata.model.claim import Attribution, Form
from allegata.model.document import Document
from allegata.model.error import LanguageError
from allegata.model.identity import attribution_id
from allegata.model.mention import Span, span_of

from .gate import is_act, may_happen
from .page import Stretches
from .pieces import INSIDE, SCARED, Pieces, Window, cut, inputs, quotation_states, windows
from .weave import Candidates, Found, Scores, Thresholds, find_candidates, weave_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    from tokenizers import Tokenizer

Ranges = tuple[tuple[int, int], ...]
OUTPUTS = list(Scores._fields)
LOWER = "lower"
"""The states of the lower half of the layers, which other heads read, too: what `lower.onnx` gives and `upper.onnx` takes."""
TOGETHER = 16
"""Most windows whose scores are kept at once."""
FAINT = 0.35
"""Least probability of a cue whose content tells of a happening; below the threshold of other cues (measured on the fresh sets)."""


@dataclass(frozen=True)
class Offsets:
    """One attribution as code points of its text; *source* may be empty, and so may *content*. sure: the probability of its cue."""

    source: Ranges
    cue: Ranges
    content: Ranges
    sure: float


@dataclass(frozen=True)
class Encoder:
    """The loaded weights of one language, in two halves."""

    below: Any
    above: Any
    tokenizer: Tokenizer
    thresholds: Thresholds
    version: str

    def lower(self, feed: dict[str, Any]) -> Any:
        """Return the states of the lower half of the layers for *feed*, as `inputs` makes it: shape (1, rows, width)."""
        return self.below.run([LOWER], feed)[0]

    def scores(self, feed: dict[str, Any]) -> list[Any]:
        """Return the OUTPUTS for *feed*, each with one window in front."""
        return list(self.above.run(OUTPUTS, {LOWER: self.lower(feed), "ids": feed["ids"]}))


def _folder(language: str) -> Traversable:
    return files("allegata").joinpath("data", language, "attribution")


@cache
def open_encoder(language: str = "en", threads: int = 1) -> Encoder:
    """Return the encoder of *language*, loaded once a process. threads: cores that one window may use, 0 for all.

    The answers do not depend on *threads*.

    Raises: LanguageError if there are no weights for the language.
    """
    folder = _folder(language)
    if not folder.joinpath("lower.onnx").is_file():
        raise LanguageError(f"language {language!r} has no attribution reader; there is one for: en")
    from tokenizers import Tokenizer

    below, above = (open_session(folder.joinpath(name), threads) for name in ("lower.onnx", "upper.onnx"))
    settings = tomllib.loads(folder.joinpath("reader.toml").read_text("utf-8"))
    tokenizer = Tokenizer.from_str(folder.joinpath("tokenizer.json").read_text("utf-8"))
    return Encoder(below, above, tokenizer, Thresholds(**settings["thresholds"]), settings["version"])


def open_session(weights: Traversable, threads: int = 1) -> Any:
    """Return what runs *weights*, an ONNX file. threads: cores that one run may use, 0 for all."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights.read_bytes(), options, providers=["CPUExecutionProvider"])


def find_offsets(texts: Iterable[str], language: str = "en", threads: int = 1) -> Iterator[tuple[Offsets, ...]]:
    """Yield the attributions of each text, in the order of their cues.

    Each window runs by itself: the scales of the int8 weights' inputs are taken from what runs together, and so
    an answer never depends on the other texts.

    >>> [[text[slice(*each.cue[0])] for each in found] for text in ["Police said ten men were held."] for found in find_offsets([text])]
    [['said']]
    """
    encoder = open_encoder(language, threads)
    for text in texts:
        yield tuple(_read(encoder, cut(text, encoder.tokenizer)))


def find_attributions(document: Document) -> tuple[Attribution, ...]:
    """Return the attributions of *document* that have a source and a content, in the order of their cues.

    A cue that is less sure counts where its content tells of what may have happened.
    Spans are code points of its text. An attribution is nested in the one with the smallest content that holds its cue.
    Source: the three spans of Pareti et al., EMNLP 2013; data/en/attribution/MODEL_CARD.md says how it was trained and how good it is.

    >>> from allegata.claim import sample
    >>> [(a.source[0].text, a.cue[0].text, a.content[0].text) for a in find_attributions(sample("The ministry said ten men were held."))]
    [('The ministry', 'said', 'ten men were held')]
    """
    text = document.text
    encoder = open_encoder(document.language)
    usual = encoder.thresholds
    faint = replace(encoder, thresholds=replace(usual, cue=min(FAINT, usual.cue)))
    states = quotation_states(text)
    whole = (each for each in _read(faint, cut(text, encoder.tokenizer)) if each.source and each.content)
    found = [(each, _made(text, each, states)) for each in whole]
    return tuple(_nested([made for each, made in found if each.sure >= usual.cue or _tells(made, document.language)]))


def _tells(made: Attribution, language: str) -> bool:
    """Return whether *made* is somebody's words of what may have happened; "a court sentenced ten" is what a court did."""
    reported = may_happen(" ".join(span.text for span in made.content), language)
    return (
        reported
        and not any(is_act(span.text, language) for span in made.cue)
        and not made.source[-1].text[-1].isdigit()
    )


def _read(encoder: Encoder, pieces: Pieces) -> Iterator[Offsets]:
    pending = windows(pieces)
    while some := list(islice(pending, TOGETHER)):
        candidates = [_candidates(encoder, pieces, window) for window in some]
        for window, found in zip(some, weave_all(candidates, encoder.thresholds), strict=True):
            yield from _placed(found, pieces, window)


def _candidates(encoder: Encoder, pieces: Pieces, window: Window) -> Candidates:
    scores = Scores(*(each[0, 1:-1] for each in encoder.scores(inputs(pieces, window))))
    first, last = window.first - window.start, window.last - window.start
    return find_candidates(scores, pieces.head[window.start : window.end], first, last, encoder.thresholds)


def _placed(found: list[Found], pieces: Pieces, window: Window) -> Iterator[Offsets]:
    """Yield *found*, which are rows of *window*, as code points."""
    if not found:
        return
    rows = np.flatnonzero(pieces.head[window.start : window.end])
    ends = np.maximum.reduceat(pieces.end[window.start : window.end], rows)
    for each in found:
        yield _offsets(each, pieces.start[window.start + rows], ends, rows)


def _offsets(found: Found, starts: Any, ends: Any, rows: Any) -> Offsets:
    """Return the rows of *found* as stretches of neighbouring words. rows: those that begin a word."""

    def stretches(chosen: tuple[int, ...]) -> Ranges:
        words = np.searchsorted(rows, chosen).tolist()
        made: list[tuple[int, int]] = []
        for index, word in enumerate(words):
            if made and word == words[index - 1] + 1:
                made[-1] = (made[-1][0], int(ends[word]))
            else:
                made.append((int(starts[word]), int(ends[word])))
        return tuple(made)

    return Offsets(stretches(found.source), stretches(found.cue), stretches(found.content), found.sure)


def _made(text: str, offsets: Offsets, states: Any) -> Attribution:
    parts = [
        tuple(span_of(text, *each) for each in part) for part in (offsets.source, offsets.cue, _trimmed(text, offsets))
    ]
    source, cue, content = parts
    return Attribution(attribution_id(*parts), source, cue, content, _form(content, states), None)


def _trimmed(text: str, offsets: Offsets) -> Ranges:
    """Return the content without commas and full stops at its ends, and without stretches that hold no word."""
    kept = []
    for start, end in offsets.content:
        while start < end and text[start] in " \n\t,;:–—-.":
            start += 1
        while end > start and text[end - 1] in " \n\t,;:–—-.":
            end -= 1
        if any(char.isalnum() for char in text[start:end]):
            kept.append((start, end))
    return tuple(kept) or offsets.content


def _form(content: tuple[Span, ...], states: Any) -> Form:
    letters = sum(span.end - span.start for span in content)
    within = sum(int(np.isin(states[span.start : span.end], (INSIDE, SCARED)).sum()) for span in content)
    if within > 0.8 * letters:
        return "direct"
    return "mixed" if within > 20 else "indirect"


def _nested(made: list[Attribution]) -> Iterator[Attribution]:
    """Yield *made*, each within the one with the smallest content, larger than its own, that holds its cue."""
    contents = Stretches.of(each.content for each in made)
    sizes = [sum(span.end - span.start for span in each.content) for each in made]
    for one, size in zip(made, sizes, strict=True):
        holding = contents.holding((one.cue[0].start, one.cue[0].end))
        outer = min((each for each in holding if sizes[each] > size), key=lambda each: sizes[each], default=None)
        yield Attribution(one.id, one.source, one.cue, one.content, one.form, None if outer is None else made[outer].id)
