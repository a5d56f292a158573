"""The steps of a spaCy pipeline with the same outcome in less time: what depends on one word is computed once a word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import DEP, HEAD, IS_SPACE, LEMMA, LOWER, MORPH, ORTH, POS, SENT_START, TAG
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, DependencyParser, Lemmatizer, Tok2Vec
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Token

Step = Callable[[Doc], Doc]
LOOKED_AT = [TAG, DEP, IS_SPACE, LOWER]
GIVEN = [TAG, POS, MORPH, LEMMA, DEP]
WORDS = 50_000
"""Words, in their use or alone, that one step keeps; when there are more it starts again."""


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
        elif isinstance(pipe, DependencyParser):
            found.append(Trees(pipe))
        elif isinstance(pipe, AttributeRuler):
            found.append(Ruler.of(pipe))
        elif isinstance(pipe, Lemmatizer):
            found.append(Lemmas.of(pipe))
        else:
            found.append(pipe)
    return tuple(found)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def one_processor() -> AbstractContextManager[object]:
    """Return a context in which products of matrices are computed by one processor.

    Those of a sentence are so small that sharing them out takes longer than computing them: ten times as long where others use the processors, too.
    """
    limited: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limited


def _rows(array: Any) -> list[bytes]:
    """Return the rows of *array* as keys."""
    keys: list[bytes] = array.view(np.dtype((np.void, array.itemsize * array.shape[1]))).ravel().tolist()
    return keys


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
        sums = rows @ self.weights
        sums += self.bias
        most = reduce(np.maximum, np.split(sums, self.pieces, axis=1))
        most -= most.mean(axis=1, keepdims=True)
        spread = (most * most).mean(axis=1, keepdims=True) + np.float32(1e-8)
        most *= spread ** np.float32(-0.5)
        most *= self.gain
        most += self.shift
        return most


@dataclass(frozen=True)
class Vectors:
    """The vectors of words in their context: what depends on the word alone is computed once a word.

    columns: the features of a word. embeds: the tables of their vectors. first: the layer over a word's features. context: the layers
    over neighbours. known: by the features of a word what the first layer makes of them.
    """

    columns: list[int | str]
    embeds: tuple[Table, ...]
    first: Layer
    context: tuple[Layer, ...]
    known: dict[bytes, bytes] = field(default_factory=dict)

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
        width = len(self.first.gain)
        if not len(doc):
            return np.zeros((0, width), np.float32)
        edge = len(self.context)
        wide = np.zeros((len(doc) + 2 * edge, 3 * width), np.float32)
        before, rows, after = np.split(wide, 3, axis=1)
        rows[edge:-edge] = self._alone(doc)
        for layer in self.context:
            before[1:], after[:-1] = rows[:-1], rows[1:]
            rows += layer(wide)
        return rows[edge:-edge].copy()

    def _alone(self, doc: Doc) -> Any:
        """Return what the first layer makes of the words of *doc*, one row a token."""
        features: Any = doc.to_array(self.columns)
        keys = _rows(features)
        if len(self.known) > WORDS:
            self.known.clear()
        new = {key: at for at, key in enumerate(keys) if key not in self.known}
        if new:
            # The product of a single row is rounded otherwise than that of several: the row at the end is none's.
            places = [*new.values(), 0]
            vectors = [embed(features[places, at]) for at, embed in enumerate(self.embeds)]
            rows = self.first(np.concatenate(vectors, axis=1))
            self.known.update(zip(new, map(bytes, rows), strict=False))
        return np.frombuffer(b"".join(self.known[key] for key in keys), np.float32).reshape(len(keys), -1)


@dataclass(frozen=True)
class Trees:
    """The parser of sentences, which reads all stretches between known starts of sentences at once: most of a step costs the same for one as for many.

    At the start of a sentence the parser has nothing on its stack and no arc goes over it, so that what it makes of a stretch depends on
    the words of the stretch and on the two after it, of which it sees the vectors. Only one decision reaches over the start: the parser may
    take the second word behind it for a start, too. It has not where it joins the two words; where it does not, both stretches are read as one.
    """

    pipe: Any

    def __call__(self, doc: Doc) -> Doc:
        """Return *doc* with the heads of its words and where its sentences begin."""
        if not len(doc):
            return doc
        starts: Any = doc.to_array(SENT_START)
        edges = sorted({0, *np.flatnonzero(starts == 1).tolist(), len(doc)})
        arcs: Any = np.zeros((len(doc), 2), np.uint64)
        stretches: set[tuple[int, int]] = set()
        while new := [each for each in pairwise(edges) if each not in stretches]:
            doubted = self._read(doc, starts, new, arcs)
            edges = [each for each in edges if each not in doubted]
            stretches.update(new)
        doc.from_array([HEAD, DEP], arcs)
        for finish in self.pipe.postprocesses:
            finish(doc)
        return doc

    def _read(self, doc: Doc, starts: Any, stretches: list[tuple[int, int]], arcs: Any) -> set[int]:
        """Write the arcs of *stretches* into *arcs*; return the ends at which the next stretch is to be read with the one before."""
        parts: list[Doc] = []
        for start, end in stretches:
            ahead = min(end + 2, len(doc))
            part = Doc(doc.vocab, words=["-"] * (ahead - start))  # the parser looks at vectors and starts alone
            part.from_array([SENT_START], starts[start:ahead])
            part.tensor = doc.tensor[start:ahead]
            parts.append(part)
        doubted: set[int] = set()
        for (start, end), part, state in zip(stretches, parts, self.pipe.predict(parts), strict=True):
            self.pipe.moves.set_annotations(state, part)
            rows = part.to_array([HEAD, DEP])
            arcs[start:end] = rows[: end - start]
            behind = rows[end - start :, 0]
            if len(behind) == 2 and starts[end + 1] != 1 and not behind.any():
                doubted.add(end)
        return doubted


@dataclass(frozen=True)
class Ruler:
    """An attribute ruler whose rules for one token are matched once for each word in its use, and the others where one can begin.

    single, wider: the rules for one token, and those for several, longest: the most tokens of one. asked, beginning: what matches a form
    that a rule asks for, and the first token of one of *wider*. forms: by the lower case form itself, or 0 for one that no rule asks for:
    all of these are the same word to the rules. known: by what the rules look at of a token what the rules make of it, and whether one
    of *wider* can begin with it.
    """

    single: AttributeRuler
    wider: AttributeRuler
    longest: int
    asked: Matcher
    beginning: Matcher
    forms: dict[int, int] = field(default_factory=dict)
    known: dict[bytes, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, ruler: AttributeRuler) -> Ruler:
        """Return *ruler* taken apart."""
        single, wider = AttributeRuler(ruler.vocab), AttributeRuler(ruler.vocab)
        asked, beginning = Matcher(ruler.vocab), Matcher(ruler.vocab)
        forms: set[str] = set()
        longest = 1
        rows: Any = ruler.patterns
        for row in rows:
            alone = all(len(each) == 1 for each in row["patterns"])
            (single if alone else wider).add_patterns([row])
            if not alone:
                beginning.add("first", [each[:1] for each in row["patterns"]])
            longest = max(longest, *map(len, row["patterns"]))
            for token in (token for each in row["patterns"] for token in each):
                form = token.get("LOWER")
                named = [form] if isinstance(form, str) else form.get("IN") if isinstance(form, dict) else None
                other = {name: value for name, value in token.items() if name not in ("TAG", "DEP", "IS_SPACE")}
                if named:
                    forms.update(named)
                elif other:
                    asked.add("other", [[other]])
        asked.add("form", [[{"LOWER": {"IN": sorted(forms)}}]])
        return cls(single, wider, longest, asked, beginning)

    def __call__(self, doc: Doc) -> Doc:
        """Return *doc* with the attributes that the rules give its tokens."""
        if not len(doc):
            return doc
        looked_at: Any = doc.to_array(LOOKED_AT)
        looked_at[:, -1] = self._forms(doc)
        keys = _rows(looked_at)
        if len(self.known) > WORDS:
            self.known.clear()
        new = {key: at for at, key in enumerate(keys) if key not in self.known}
        self.known.update(zip(new, self._ruled([doc[at] for at in new.values()]), strict=True))
        given: Any = np.array([self.known[key] for key in keys], dtype=np.uint64)
        doc.from_array(GIVEN, given[:, :-1])
        wider: Any = self.wider
        wider.set_annotations(doc, self._matches(doc, np.flatnonzero(given[:, -1]).tolist()))
        return doc

    def _forms(self, doc: Doc) -> list[int]:
        """Return the lower case forms of the tokens of *doc* that rules ask for, 0 for the others."""
        lower = doc.to_array(LOWER).tolist()
        if len(self.forms) > WORDS:
            self.forms.clear()
        new = {form: at for at, form in enumerate(lower) if form not in self.forms}
        if new:
            words = Doc(doc.vocab, words=[doc[at].text for at in new.values()])
            asked = {at for _, at, _ in self.asked(words, allow_missing=True)}
            self.forms.update((form, form if at in asked else 0) for at, form in enumerate(new))
        return [self.forms[form] for form in lower]

    def _matches(self, doc: Doc, beginnings: list[int]) -> list[tuple[int, int, int, int]]:
        """Return the matches of the rules for several tokens that begin at *beginnings*, in the order in which they apply."""
        return sorted(
            (int(doc.vocab.strings[rule]), rule, at, at + end)
            for at in beginnings
            for rule, start, end in self.wider.matcher(doc[at : at + self.longest], allow_missing=True)
            if start == 0
        )

    def _ruled(self, tokens: list[Token]) -> list[list[int]]:
        """Return what the rules for one token make of each of *tokens*, which stand side by side for it, and whether one for several can begin with it."""
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
        ruled = self.single(side_by_side)
        beginnings = {start for _, start, _ in self.beginning(ruled, allow_missing=True)}
        return [[*row, at in beginnings] for at, row in enumerate(ruled.to_array(GIVEN).tolist())]


@dataclass(frozen=True)
class Lemmas:
    """A lemmatizer that is asked once for each word in its use. known: by form, part of speech, morphology and lemma given before, the lemma."""

    lemmatizer: Lemmatizer
    known: dict[bytes, int] = field(default_factory=dict)

    @classmethod
    def of(cls, lemmatizer: Lemmatizer) -> Lemmas:
        """Return *lemmatizer*, which looks every form up among its lemmas, with these in sets: they come as lists."""
        if lemmatizer.lookups.has_table("lemma_index"):
            index = lemmatizer.lookups.get_table("lemma_index")
            for kind, lemmas in index.items():
                index[kind] = frozenset(lemmas)
        return cls(lemmatizer)

    def __call__(self, doc: Doc) -> Doc:
        """Return *doc* with the lemmas of its tokens."""
        if not len(doc):
            return doc
        uses: Any = doc.to_array([ORTH, POS, MORPH, LEMMA])
        keys = _rows(uses)
        if len(self.known) > WORDS:
            self.known.clear()
        new = {key: at for at, key in enumerate(keys) if key not in self.known}
        if new:
            words = Doc(doc.vocab, words=[doc[at].text for at in new.values()])
            words.from_array([POS, MORPH, LEMMA], uses[list(new.values()), 1:])
            self.known.update(zip(new, self.lemmatizer(words).to_array(LEMMA).tolist(), strict=True))
        lemmas: Any = np.array([self.known[key] for key in keys], dtype=np.uint64)
        doc.from_array([LEMMA], lemmas)
        return doc


@dataclass(frozen=True)
class Names:
    """The greedy reading of names by spaCy's transitions, for all words outside a name at once.

    Outside a name the scores of a word depend on nothing but the word; only inside one the transitions are walked.
    """

    vectors: Vectors
    linear: Any
    lower: tuple[Any, Any, Any]
    upper: tuple[Any, Any]
    moves: tuple[tuple[str, str], ...]
    begins: NDArray[np.bool_]
    fresh: NDArray[np.bool_]

    @classmethod
    def of(cls, pipe: Any) -> Names:
        """Return the reader of names *pipe* so that it reads all words at once."""
        names = (pipe.moves.get_class_name(each) for each in range(pipe.moves.n_moves))
        moves = tuple((name[0], name[2:]) for name in names)
        lower, upper = (pipe.model.get_ref(each) for each in ("lower", "upper"))
        return cls(
            vectors=Vectors.of(pipe.model.get_ref("tok2vec")),
            linear=next(each for each in pipe.model.get_ref("tok2vec").walk() if each.name == "linear"),
            lower=(lower.get_param("W"), lower.get_param("b"), lower.get_param("pad")),
            upper=(upper.get_param("W").T, upper.get_param("b")),
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
        weights, bias, nothing = self.lower
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
        weights, bias = self.upper
        most = reduce(np.maximum, (summed[..., piece] for piece in range(summed.shape[-1])))
        return most @ weights + bias
