"""Learn the points of data/scene_points.tsv from the annotated pages of corpus/.

python -m training.scene [--measure]

A field has one level for each happening and division; the points of a level are its weight in a logistic regression on
whether the happening was in the division, so that their sum is the logarithm of the odds. --measure writes nothing: it
prints what points make of each set that they were not learned from.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from allegata.claim.scene import LEAST, Points, points_of
from training.own import TAUGHT, folders

from .examples import Example, examples_of, marked_examples

STRENGTH = 0.2
"""The inverse of how strongly weights are held near null."""
TABLE = Path(__file__).parents[2] / "src/allegata/data/scene_points.tsv"
HEAD = """\
# What each level of a field says for a happening, of which no place is known, having been in a division that its report names: points to add up, from none on it was.
# provenance: learned by training/scene from the annotated pages of corpus/ and corpus/fresh (sets {sets}). licence: Apache-2.0
# field, level: as claim/scene.py finds them; of numbers the most that it holds for. points: logarithms of odds; start: those of any.
field\tlevel\tpoints
"""


def learned(examples: Iterable[Example]) -> Points:
    """Return the points of each level of each field, and those of the start."""
    rows = [(view, number == each.right) for each in examples for number, view in enumerate(each.views)]
    names = DictVectorizer()
    seen = names.fit_transform([view for view, _ in rows])
    fitted = LogisticRegression(C=STRENGTH, max_iter=5000).fit(seen, [right for _, right in rows])
    weights = dict(zip(names.get_feature_names_out(), fitted.coef_[0], strict=True))
    points = {tuple(name.split("=", 1)): round(float(weight), 2) for name, weight in weights.items()}
    return {("start", ""): round(float(fitted.intercept_[0]), 2), **points}


def told(points: Points, examples: Iterable[Example]) -> tuple[int, int, int]:
    """Return of how many *examples* the points take the right division, another one, and one though there is none."""
    right = wrong = made_up = 0
    for each in examples:
        sums = [points_of(view, points) for view in each.views]
        best = max(range(len(sums)), key=sums.__getitem__)
        if sums[best] >= LEAST:
            right += best == each.right
            wrong += each.right not in (None, best)
            made_up += each.right is None
    return right, wrong, made_up


def write(points: Points) -> None:
    """Write *points* as the table that ships."""
    lines = (f"{field}\t{level}\t{value + 0:g}\n" for (field, level), value in sorted(points.items()))
    TABLE.write_text(HEAD.format(sets=", ".join(TAUGHT)) + "".join(lines), "utf-8")


def measured(sets: dict[str, Sequence[Example]], held: dict[str, Sequence[Example]]) -> Iterable[str]:
    """Yield what points make of each of *sets*, learned from the others, and of those *held* back, learned from all of *sets*."""
    for name, examples in {**sets, **held}.items():
        points = learned(each for other, many in sets.items() if other != name for each in many)
        right, wrong, made_up = told(points, examples)
        known = sum(each.right is not None for each in examples)
        yield f"{name}: {right} of {known} right, {wrong} wrong, {made_up} of {len(examples) - known} made up"


def main() -> None:
    """Learn and write the points, or measure them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--measure", action="store_true", help="learn from all sets but one, tell how good it is on that one"
    )
    options = parser.parse_args()
    sets, held = ({name: tuple(examples_of(each)) for name, each in some.items()} for some in folders())
    if options.measure:
        held["reports of training/texts"] = tuple(marked_examples())
        print("\n".join(measured(sets, held)))
    else:
        write(learned(each for many in sets.values() for each in many))


if __name__ == "__main__":
    main()
