"""Floors: the least each figure may be, kept in TOML files beside what is measured, and how they rise and fall."""

from __future__ import annotations

import math
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = "# Raised with bench/table.py --write-floors; lowered only with --lower, and with a sentence in the changelog.\n"
Fall = tuple[str, float, float | None]
"""Name of a floor, what it was and what it is; None if it is gone."""


class SilentFallError(Exception):
    """A floor falls, and no sentence of the changelog says so."""


def read_floors(path: Path) -> dict[str, float]:
    """Return the floors in *path*, none if there is no such file."""
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def write_floors(path: Path, floors: Mapping[str, float]) -> None:
    """Write *floors* to *path*, in their order."""
    path.write_text(HEAD + "".join(f'"{name}" = {value}\n' for name, value in floors.items()), "utf-8")


def floor_of(figure: float) -> float:
    """Return *figure* rounded down to two digits.

    >>> floor_of(0.29), floor_of(0.999)
    (0.29, 0.99)
    """
    return math.floor(figure * 100 + 1e-9) / 100


def raised(floors: Mapping[str, float], figures: Mapping[str, float]) -> dict[str, float]:
    """Return *floors* with those raised that *figures* allow, and new ones for new figures; none falls, none goes."""
    return {**floors, **{name: max(floor_of(figure), floors.get(name, 0.0)) for name, figure in figures.items()}}


def lowered(
    floors: Mapping[str, float],
    figures: Mapping[str, float],
    name: str,
    sentences: list[str],
    past: Sequence[Mapping[str, float]] = (),
) -> dict[str, float]:
    """Return *floors* with the one of *name* put down to its figure, or taken out where that is no longer measured.

    *past*: the floors as they were before, oldest first; what was said of an earlier fall does not excuse this one.

    Raises: SilentFallError, with the words to write, if none of *sentences* tells this fall; KeyError if there is no such floor.
    """
    was, now = floors[name], floor_of(figures[name]) if name in figures else None
    if now is not None and now >= was:
        return dict(floors)
    after = {key: value for key, value in floors.items() if key != name}
    after = after if now is None else {key: now if key == name else value for key, value in floors.items()}
    for fall in silent([*past, floors, after], sentences):
        if fall[0] == name:
            raise SilentFallError(asked(fall))
    return after


def under(floors: Mapping[str, float], figures: Mapping[str, float]) -> list[str]:
    """Return the names of the floors that *figures* miss; a figure that is not measured misses its floor."""
    return [name for name, floor in floors.items() if figures.get(name, -math.inf) < floor]


def sentences(root: Path = ROOT) -> list[str]:
    """Return what the changelog and its fragments say, a text a bullet."""
    paths = [root / "CHANGELOG.md", *sorted((root / "changelog.d").glob("*.md"))]
    texts = [path.read_text("utf-8") for path in paths if path.exists() and path.name != "README.md"]
    return [" ".join(each.split()) for text in texts for each in re.split(r"^- ", text, flags=re.MULTILINE)]


def told(fall: Fall, sentences: list[str]) -> int:
    """Return how many of *sentences* name the figure, in backquotes, and both floors.

    >>> told(("record", 0.5, 0.48), ["Floor of `record` 0.50 to 0.48: two more claims are annotated."])
    1
    >>> told(("record", 0.5, 0.45), ["Floor of `record` 0.50 to 0.48: two more claims are annotated."])
    0
    """
    return sum(f"`{fall[0]}`" in each and _step(fall) in each for each in sentences)


def asked(fall: Fall) -> str:
    """Return what to write about a fall."""
    return f"write in a file of changelog.d why: floor of `{fall[0]}` {_step(fall)}"


def _step(fall: Fall) -> str:
    _, was, now = fall
    return f"{was:.2f} to {'none' if now is None else f'{now:.2f}'}"


def falls(states: Sequence[Mapping[str, float]]) -> Iterator[Fall]:
    """Yield every step down of every floor. *states*: oldest first.

    >>> list(falls([{"a": 0.5}, {"a": 0.7}, {"a": 0.6}, {}]))
    [('a', 0.7, 0.6), ('a', 0.6, None)]
    """
    for before, after in pairwise(states):
        for name, was in before.items():
            now = after.get(name)
            if now is None or now < was:
                yield name, was, now


def silent(states: Sequence[Mapping[str, float]], sentences: list[str]) -> Iterator[Fall]:
    """Yield the steps down, each once, that *sentences* tell less often than they were taken. *states*: oldest first.

    Of a floor that stands as high as it ever did, none; of another, those since it stood highest.

    >>> states = [{"a": 0.7}, {"a": 0.6}]
    >>> list(silent(states, [])), list(silent(states, ["`a` 0.70 to 0.60"]))
    ([('a', 0.7, 0.6)], [])
    >>> list(silent([*states, {"a": 0.7}], [])), list(silent([*states, *states], ["`a` 0.70 to 0.60"]))
    ([], [('a', 0.7, 0.6)])
    """
    taken = Counter(falls(states))
    for name in dict.fromkeys(name for state in states for name in state):
        values = [state.get(name, -1.0) for state in states]
        highest = len(values) - 1 - values[::-1].index(max(values))
        since = [{name: state[name]} if name in state else {} for state in states[highest:]]
        yield from (fall for fall in dict.fromkeys(falls(since)) if taken[fall] > told(fall, sentences))


def history(path: Path) -> list[Mapping[str, float]]:
    """Return the floors *path* held in each commit that changed it, along first parents, and holds now; oldest first.

    Outside a repository there is only what it holds now.
    """

    def git(*command: str) -> str:
        done = subprocess.run(["git", *command], cwd=path.parent, capture_output=True, text=True, encoding="utf-8")
        return done.stdout if done.returncode == 0 else ""

    commits = reversed(git("log", "--first-parent", "--format=%H", "--", path.name).split())
    return [*(tomllib.loads(git("show", f"{commit}:./{path.name}")) for commit in commits), read_floors(path)]
