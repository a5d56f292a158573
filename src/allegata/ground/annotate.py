"""The steps of a spaCy pipeline with the same outcome in less time: what depends on one word is computed once a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, POS, SENT_START, TAG
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps

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

    vectors: Any
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
            vectors=pipe.model.get_ref("tok2vec"),
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
        rows = self.vectors.predict([doc]) @ weights.reshape(-1, width).T
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
        return summed.max(-1) @ self.upper.get_param("W").T + self.upper.get_param("b")
