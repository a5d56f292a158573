"""The steps of a spaCy pipeline with the same outcome in less time: what depends on one word is computed once a word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, POS, SENT_START, TAG
from spacy.pipeline import AttributeRuler, Lemmatizer, Tok2Vec
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Token

Step = Callable[[Doc], Doc]
LOOKED_AT = [TAG, LOWER, DEP]
GIVEN = [TAG, POS, MORPH, LEMMA, DEP]
WORDS = 50_000
"""Words in their use that one ruler keeps; when there are more it starts again."""


def steps_of(loaded: Language) -> tuple[Step, ...]:
    """Return the steps of *loaded*, in order, to be run one after the other on what its tokenizer made.

    Products of matrices are left to numpy: the library that spaCy brings has no code of its own for many processors.
    """
    arithmetic = NumpyOps(use_blis=False)
    found: list[Step] = []
    for name, pipe in loaded.pipeline:
        for node in pipe.model.walk() if hasattr(pipe, "model") and hasattr(pipe.model, "walk") else ():
            node.ops = arithmetic
        if name == "ner":
            found.append(Names.of(pipe))
        elif isinstance(pipe, Tok2Vec):
            found.append(Vectors.of(pipe.model))
        elif isinstance(pipe, AttributeRuler):
            found.append(Ruler.of(pipe))
        elif isinstance(pipe, Lemmatizer):
            found.append(_with_sets(pipe))
        else:
            found.append(pipe)
    return tuple(found)


def _with_sets(lemmatizer: Lemmatizer) -> Lemmatizer:
    """Return *lemmatizer*, which looks every form up among its lemmas, with these in sets: they come as lists."""
    if lemmatizer.lookups.has_table("lemma_index"):
        index = lemmatizer.lookups.get_table("lemma_index")
        for kind, lemmas in index.items():
            index[kind] = frozenset(lemmas)
    return lemmatizer


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def one_processor() -> AbstractContextManager[object]:
    """Return a context in which products of matrices are computed by one processor.

    Those of a sentence are so small that sharing them out takes longer than computing them: ten times as long where others use the processors, too.
    """
    limited: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limited


@dataclass(frozen=True)
class Table:
    """The vectors of one feature of words: each word has the sum of several rows, chosen by hashes of the feature."""

    rows: Any
    seed: int
    arithmetic: Any

    def __call__(self, feature: Any) -> Any:
        """Return the vectors of words with the numbers *feature*."""
        return self.arithmetic.gather_add(self.rows, self.arithmetic.hash(feature, self.seed) % len(self.rows))


@dataclass(frozen=True)
class Layer:
    """The weights of one layer of maxout and the norm after it. pieces: those of the maxout, side by side."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    pieces: int
    gain: NDArray[np.float32]
    shift: NDArray[np.float32]

    @classmethod
    def of(cls, maxout: Any, norm: Any) -> Layer:
        """Return the layer of the nodes *maxout* and *norm* of a model."""
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        outputs, pieces, inputs = weights.shape
        side_by_side = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(pieces * outputs, inputs).T)
        return cls(side_by_side, bias.T.ravel(), pieces, norm.get_param("G"), norm.get_param("b"))

    def __call__(self, rows: Any) -> Any:
        """Return what the layer makes of *rows*."""
        sums = rows @ self.weights + self.bias
        most = reduce(np.maximum, np.split(sums, self.pieces, axis=1))
        apart = most - most.mean(axis=1, keepdims=True)
        spread = (apart * apart).mean(axis=1, keepdims=True) + np.float32(1e-8)
        return apart * spread ** np.float32(-0.5) * self.gain + self.shift


@dataclass(frozen=True)
class Vectors:
    """The vectors of words in their context: what depends on the word alone is computed once for all places where it stands.

    columns: the features of a word. embeds: the tables of their vectors. first: the layer over a word's features. context: the layers
    over neighbours.
    """

    columns: list[int | str]
    embeds: tuple[Table, ...]
    first: Layer
    context: tuple[Layer, ...]

    @classmethod
    def of(cls, model: Any) -> Vectors:
        """Return the vectors of the node "tok2vec" *model*."""
        nodes = list(model.walk(order="dfs_pre"))
        features, *_ = (each for each in nodes if each.name == "extract_features")
        embeds = tuple(
            Table(each.get_param("E"), each.attrs["seed"], each.ops) for each in nodes if each.name == "hashembed"
        )
        maxouts, norms = ([each for each in nodes if each.name == name] for name in ("maxout", "layernorm"))
        first, *context = (Layer.of(*pair) for pair in zip(maxouts, norms, strict=True))
        return cls(features.attrs["columns"], embeds, first, tuple(context))

    def __call__(self, doc: Doc) -> Doc:
        """Return *doc* with the vectors of its words, for the steps that look at them."""
        doc.tensor = self.read(doc)
        return doc

    def read(self, doc: Doc) -> Any:
        """Return the vectors of *doc*, one row a token."""
        if not len(doc):
            return np.zeros((0, len(self.first.gain)), np.float32)
        features = doc.to_array(self.columns)
        whole = features.view(np.dtype((np.void, features.itemsize * features.shape[1]))).ravel()
        _, words, places = np.unique(whole, return_index=True, return_inverse=True)
        vectors = [embed(features[words, at]) for at, embed in enumerate(self.embeds)]
        rows = self.first(np.concatenate(vectors, axis=1))[places]
        edge = len(self.context)
        rows = np.pad(rows, ((edge, edge), (0, 0)))
        for layer in self.context:
            before, after = np.zeros_like(rows), np.zeros_like(rows)
            before[1:], after[:-1] = rows[:-1], rows[1:]
            rows = rows + layer(np.concatenate((before, rows, after), axis=1))
        return rows[edge:-edge]


@dataclass(frozen=True)
class Ruler:
    """An attribute ruler whose rules for one token are matched once for each word in its use.

    single, wider: the rules for one token, and those for several. known: by tag, lower case form and dependency of a
    token what the rules make of it.
    """

    single: AttributeRuler
    wider: AttributeRuler
    known: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, ruler: AttributeRuler) -> Ruler:
        """Return *ruler* taken apart."""
        single, wider = AttributeRuler(ruler.vocab), AttributeRuler(ruler.vocab)
        rows: Any = ruler.patterns
        for row in rows:
            alone = all(len(each) == 1 for each in row["patterns"])
            (single if alone else wider).add_patterns([row])
        return cls(single, wider)

    def __call__(self, doc: Doc) -> Doc:
        """Return *doc* with the attributes that the rules give its tokens."""
        if not len(doc):
            return doc
        keys = [tuple(row) for row in doc.to_array(LOOKED_AT).tolist()]
        if len(self.known) > WORDS:
            self.known.clear()
        new = {key: at for at, key in enumerate(keys) if key not in self.known}
        self.known.update(zip(new, self._ruled([doc[at] for at in new.values()]), strict=True))
        given: Any = np.array([self.known[key] for key in keys], dtype=np.uint64)
        doc.from_array(GIVEN, given)
        return self.wider(doc)

    def _ruled(self, tokens: list[Token]) -> list[tuple[int, ...]]:
        """Return what the rules for one token make of each of *tokens*, which stand side by side for it."""
        if not tokens:
            return []
        side_by_side = Doc(
            tokens[0].vocab,
            words=[token.text for token in tokens],
            spaces=[False] * len(tokens),
            tags=[token.tag_ for token in tokens],
            deps=[token.dep_ for token in tokens],
            heads=list(range(len(tokens))),
        )
        return [tuple(row) for row in self.single(side_by_side).to_array(GIVEN).tolist()]


@dataclass(frozen=True)
class Names:
    """The greedy reading of names by spaCy's transitions, for all words outside a name at once.

    Outside a name the scores of a word depend on nothing but the word; only inside one the transitions are walked.
    """

    vectors: Vectors
    linear: Any
    lower: Any
    upper: Any
    moves: tuple[tuple[str, str], ...]
    begins: NDArray[np.bool_]
    fresh: NDArray[np.bool_]

    @classmethod
    def of(cls, pipe: Any) -> Names:
        """Return the reader of names *pipe* so that it reads all words at once."""
        names = (pipe.moves.get_class_name(each) for each in range(pipe.moves.n_moves))
        moves = tuple((name[0], name[2:]) for name in names)
        return cls(
            vectors=Vectors.of(pipe.model.get_ref("tok2vec")),
            linear=next(each for each in pipe.model.get_ref("tok2vec").walk() if each.name == "linear"),
            lower=pipe.model.get_ref("lower"),
            upper=pipe.model.get_ref("upper"),
            moves=moves,
            begins=np.array([kind == "B" for kind, _ in moves]),
            fresh=np.array([(kind in "BU" and bool(label)) or kind == "O" for kind, label in moves]),
        )

    def __call__(self, doc: Doc) -> Doc:
        """Return *doc* with its names."""
        found = self._find(doc) if len(doc) else []
        doc.set_ents([Span(doc, start, end, label=label) for start, end, label in found], default="outside")
        return doc

    def _find(self, doc: Doc) -> list[tuple[int, int, str]]:
        weights, bias, nothing = (self.lower.get_param(each) for each in ("W", "b", "pad"))
        features, hidden, pieces, width = weights.shape
        rows = self.linear.predict(self.vectors.read(doc)) @ weights.reshape(-1, width).T
        parts = rows.reshape(len(doc), features, hidden, pieces)
        # A name neither begins on white space nor goes on into the next sentence.
        last = np.r_[(doc.to_array(SENT_START) == 1)[1:], True]
        scores = self._scores(parts[:, 0] + nothing[0, 1] + nothing[0, 2] + bias)
        scores[:, ~self.fresh] = -np.inf
        scores[np.ix_(last, self.begins)] = -np.inf
        blank = doc.to_array(IS_SPACE).astype(bool)
        scores[blank] = np.where([kind == "O" for kind, _ in self.moves], scores[blank], -np.inf)
        best = scores.argmax(1)
        outside = self.moves.index(("O", ""))
        found: list[tuple[int, int, str]] = []
        end = 0
        for start in np.flatnonzero(best != outside).tolist():
            if start < end:
                continue
            kind, label = self.moves[best[start]]
            end = start + 1
            if kind == "B":
                going_on, closing = self.moves.index(("I", label)), self.moves.index(("L", label))
                while not last[end]:
                    here = self._scores(parts[end, 0] + parts[start, 1] + parts[end - 1, 2] + bias)
                    if here[closing] >= here[going_on]:
                        break
                    end += 1
                end += 1
            found.append((start, end, label))
        return found

    def _scores(self, summed: Any) -> Any:
        return reduce(np.maximum, np.moveaxis(summed, -1, 0)) @ self.upper.get_param("W").T + self.upper.get_param("b")
