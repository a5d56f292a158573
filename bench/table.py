"""Score allegata on all there is, in one table: each figure, its floor, and a mark where it is under it.

    python bench/table.py [--only SECTION ...] [--errors N] [--all] [--json]
    python bench/table.py --check            # print only what is wrong: a figure under its floor, a floor that fell silently, a stale docs/quality.md
    python bench/table.py --write            # put the figures into docs/quality.md
    python bench/table.py --write-floors     # raise the floors to what was measured, rounded down; none falls
    python bench/table.py --lower NAME ...   # let a floor fall to what was measured, if the changelog says so
    python bench/table.py --diff REV         # the claims gained and lost since a revision

Sections of other corpora are measured where $ALLEGATA_CORPORA names their folder; their floors are in bench/floors.toml.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import floors
import layouts
import score
import sets
from diff import diff

QUALITY = floors.ROOT / "docs" / "quality.md"
SLACK = 0.015
"""How far a figure in docs/quality.md may be from what was measured: machines differ in the last digits."""


@dataclass(frozen=True)
class Measured:
    """The figures of a section, of how many each is a share where that is known, and what went wrong, as lines."""

    figures: dict[str, float]
    of: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A part of the table. The names of its figures begin with one of *prefixes*, if it has any."""

    title: str
    floors: Path
    prefixes: tuple[str, ...]
    measure: Callable[[], Measured]


def corpora() -> Path | None:
    """Return the folder of other corpora, if there is one."""
    named = os.environ.get("ALLEGATA_CORPORA")
    return Path(named).resolve() if named else None


def own() -> Measured:
    """Measure the claims of the own corpus."""
    figures, lines = score.score(score.OWN)
    return Measured({name: value for name, value in figures.items() if name != "claims"}, {}, lines)


def fresh() -> Measured:
    """Measure the claims of the fresh sets; of each figure the one over all pages of a set."""
    figures: dict[str, float] = {}
    lines: list[str] = []
    for folder in sorted(each for each in FRESH.iterdir() if each.is_dir()):
        measured, failed = score.score(folder)
        figures |= {f"fresh {folder.name} {name}": measured[name] for name in ("ungrounded", *FRESH_FIGURES)}
        lines += failed
    return Measured(figures, {}, lines)


def own_set(name: str) -> Measured:
    """Measure an own set; beside its figures, what sums them up."""
    counted, lines = sets.judge(name)
    if name == "counts":
        bounds = [each for figure, each in counted.items() if figure not in ("counts leaning", "counts traps")]
        counted["counts bounds"] = (sum(right for right, _ in bounds), sum(of for _, of in bounds))
    figures = {figure: right / of for figure, (right, of) in counted.items()}
    for kind in ("evidence", "stance", "status") if name == "evidence" else ():
        classes = [value for figure, value in figures.items() if figure.startswith(f"{kind} ")]
        figures[f"{kind} mean"] = sum(classes) / len(classes)
    return Measured(figures, {figure: of for figure, (_, of) in counted.items()}, lines)


def own_layouts() -> Measured:
    """Measure the main text, days and outlets of the own pages."""
    return Measured(*layouts.figures())


def other(prefix: str) -> Measured:
    """Measure a section of $ALLEGATA_CORPORA."""
    import external

    folder = corpora()
    assert folder is not None
    figures, of, lines = dict[str, float](), dict[str, int](), list[str]()
    match prefix:
        case "polnear":
            figures = external.score_attributions(folder)
        case "external":
            figures, lines = external.score_claims(folder)
        case "meantime":
            figures, of, lines = external.score_times(folder / "data" / "meantime")
    return Measured(
        {f"{prefix} {name}": value for name, value in figures.items()},
        {f"{prefix} {name}": number for name, number in of.items()},
        lines,
    )


FRESH = score.OWN / "fresh"
FRESH_FIGURES = ("strict_precision", "strict_f1", "record", "speaker", "count", "country", "admin1", "period", "spoken")
"""The figures of the fresh sets that are told."""
_OTHER, _SETS = floors.ROOT / "bench" / "floors.toml", sets.SETS / "floors.toml"
SECTIONS = {
    "polnear": Section("attribution, PolNeAR dev", _OTHER, ("polnear ",), partial(other, "polnear")),
    "own": Section("claims, own corpus", score.OWN / "floors.toml", (), own),
    "fresh": Section("claims, fresh sets", FRESH / "floors.toml", ("fresh ",), fresh),
    "external": Section("claims, corpus in $ALLEGATA_CORPORA", _OTHER, ("external ",), partial(other, "external")),
    "times": Section("times, own set", _SETS, ("times ",), partial(own_set, "times")),
    "meantime": Section("times, MEANTIME", _OTHER, ("meantime ",), partial(other, "meantime")),
    "counts": Section("quantities, own set", _SETS, ("counts ",), partial(own_set, "counts")),
    "places": Section("places, own set", _SETS, ("places ",), partial(own_set, "places")),
    "chains": Section("chains, own set", _SETS, ("chains ",), partial(own_set, "chains")),
    "evidence": Section(
        "evidence, stance, status, own set", _SETS, ("evidence ", "stance ", "status "), partial(own_set, "evidence")
    ),
    "idioms": Section("ways to say that something happened, own set", _SETS, ("idioms ",), partial(own_set, "idioms")),
    "pairs": Section("links, own pairs", _SETS, ("pairs ",), partial(own_set, "pairs")),
    "layouts": Section(
        "main text, days, outlets, own pages", layouts.LAYOUTS / "floors.toml", ("layouts ",), own_layouts
    ),
    "people": Section("who is masked, own sets", _SETS, ("people ",), partial(own_set, "people")),
}


def section_of(figure: str) -> str:
    """Return the name of the section a figure belongs to."""
    return next((name for name, each in SECTIONS.items() if each.prefixes and figure.startswith(each.prefixes)), "own")


def pinned(figures: dict[str, float]) -> dict[str, float]:
    """Return the figures that are held to a floor: not the single forms of chains; ``ungrounded`` is held to be 0."""
    return {name: value for name, value in figures.items() if " form " not in name and not name.endswith("ungrounded")}


def floors_of(name: str) -> dict[str, float]:
    """Return the floors of a section."""
    return {key: floor for key, floor in floors.read_floors(SECTIONS[name].floors).items() if section_of(key) == name}


def wrong(figures: dict[str, float], least: dict[str, float]) -> dict[str, str]:
    """Return for each figure that is under its floor what it is; ``ungrounded`` must be 0."""
    said = {
        name: f"{figures[name]:.3f}, under its floor of {least[name]}" if name in figures else "not measured"
        for name in floors.under(least, figures)
    }
    return said | {
        name: f"{value:g}: claims quote words the page does not hold"
        for name, value in figures.items()
        if name.endswith("ungrounded") and value
    }


def table(measured: dict[str, Measured], every: bool = False) -> Iterator[str]:
    """Yield the lines of the table; *every*: also figures that have no floor."""
    yield f"{'':<36}{'of':>6}{'figure':>9}{'floor':>8}"
    for name, section in SECTIONS.items():
        if name not in measured:
            continue
        yield section.title
        found, least = measured[name], floors_of(name)
        bad = wrong(found.figures, least)
        for figure in [*found.figures, *(each for each in least if each not in found.figures)]:
            if not every and figure not in least and not figure.endswith("ungrounded"):
                continue
            value, of, floor = found.figures.get(figure), found.of.get(figure), least.get(figure)
            yield (
                f"  {figure:<34}{'' if of is None else of:>6}{'-' if value is None else f'{value:.3f}':>9}"
                f"{'' if floor is None else f'{floor:.2f}':>8}{'  under' if figure in bad else ''}"
            ).rstrip()


def cell(figure: str, measured: Measured) -> str:
    """Return a figure as a cell of docs/quality.md."""
    value, of = measured.figures[figure], measured.of.get(figure)
    return f"{value:.2f}" if of is None else f"{round(value * of)} of {of}: {value:.2f}"


def filled(text: str, measured: dict[str, Measured]) -> tuple[str, list[str]]:
    """Return *text* with the last column of its tables set where that is headed "now", and the figures that were off.

    The first cell of a row is the name of a figure. Rows of sections that were not measured stay as they are.
    """
    lines, stale, inside = [], list[str](), False
    for line in text.splitlines():
        cells = [each.strip() for each in line.strip("|").split("|")] if line.startswith("|") else []
        inside = bool(cells) and (inside or cells[-1] == "now")
        section = measured.get(section_of(cells[0])) if inside and cells[-1] not in ("now", "---") else None
        if section is None:
            lines.append(line)
        elif cells[0] not in section.figures:
            stale.append(f"{cells[0]}: no such figure")
            lines.append(line)
        else:
            shown = re.search(r"[\d.]+$", cells[-1])
            value = section.figures[cells[0]]
            if shown is None or abs(float(shown[0]) - value) > SLACK:
                stale.append(f"{cells[0]}: {cells[-1] or 'nothing'}, measured {value:.3f}")
            lines.append("| " + " | ".join([*cells[:-1], cell(cells[0], section)]) + " |")
    return "\n".join(lines) + "\n", stale


def silent_falls(paths: Iterable[Path]) -> Iterator[str]:
    """Yield a sentence for each floor that fell, in the history of *paths*, without one in the changelog."""
    said = floors.sentences()
    for path in paths:
        for fall in floors.silent(floors.history(path), said):
            yield f"{path.relative_to(floors.ROOT)}: {floors.asked(fall)}"


def check(measured: dict[str, Measured]) -> list[str]:
    """Return what is wrong: figures under their floors, floors that fell silently, figures of docs/quality.md that are off."""
    found = [
        f"{SECTIONS[name].title}: {figure} is {said}"
        for name, each in measured.items()
        for figure, said in wrong(each.figures, floors_of(name)).items()
    ]
    found += silent_falls(sorted({section.floors for section in SECTIONS.values()}))
    _, stale = filled(QUALITY.read_text("utf-8"), measured)
    return found + [f"docs/quality.md: {each}; run bench/table.py --write" for each in stale]


def raise_floors(measured: dict[str, Measured]) -> None:
    """Raise the floors to what was measured."""
    for name, each in measured.items():
        path = SECTIONS[name].floors
        floors.write_floors(path, floors.raised(floors.read_floors(path), pinned(each.figures)))


def lower(names: list[str], measured: dict[str, Measured]) -> None:
    """Let the floors of *names* fall to what was measured. Exits with the sentence that is missing from the changelog."""
    said = floors.sentences()
    for name in names:
        section = section_of(name)
        path = SECTIONS[section].floors
        try:
            past, figures = floors.history(path), measured[section].figures
            floors.write_floors(path, floors.lowered(floors.read_floors(path), figures, name, said, past))
        except KeyError:
            sys.exit(f"no floor is named {name!r}")
        except floors.SilentFallError as missing:
            sys.exit(f"{name} keeps its floor: {missing}")


def chosen(names: list[str], folder: Path | None) -> list[str]:
    """Return the sections to measure of *names*, all if there are none; says which need a folder of other corpora."""
    wanted = [name for name in SECTIONS if not names or name in names]
    absent = [name for name in wanted if SECTIONS[name].floors == _OTHER and folder is None]
    if absent and names:
        sys.exit(f"$ALLEGATA_CORPORA is not set, so there is nothing to measure for: {', '.join(absent)}")
    return [name for name in wanted if name not in absent]


def main() -> None:
    """Measure and print; exit 1 when something is under its floor."""
    parser = argparse.ArgumentParser(description="Score allegata on all there is.")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=[], help="measure only these sections")
    parser.add_argument("--errors", type=int, default=0, help="show so many things that went wrong in each section")
    parser.add_argument("--all", action="store_true", help="show figures without a floor, too")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--check", action="store_true", help="print only what is wrong")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/quality.md")
    parser.add_argument("--write-floors", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--lower", nargs="+", metavar="NAME", default=[], help="let these floors fall")
    parser.add_argument("--diff", metavar="REV", help="list the claims gained and lost since a revision")
    options = parser.parse_args()
    if options.diff:
        diff(options.diff)
        return
    names = chosen([*options.only, *map(section_of, options.lower)], corpora())
    measured = {name: SECTIONS[name].measure() for name in names}
    if options.lower:
        lower(options.lower, measured)
    if options.write_floors:
        raise_floors(measured)
    if options.write:
        text, _ = filled(QUALITY.read_text("utf-8"), measured)
        QUALITY.write_text(text, "utf-8")
    if options.check:
        found = check(measured)
        print("\n".join(found), end="\n" if found else "", file=sys.stderr)
        sys.exit(bool(found))
    if options.json:
        print(
            json.dumps(
                {
                    name: {"figures": each.figures, "of": each.of, "floors": floors_of(name)}
                    for name, each in measured.items()
                }
            )
        )
    else:
        for name in names:
            print("\n".join(measured[name].lines[: options.errors]), end="\n" if options.errors else "")
        print("\n".join(table(measured, options.all)))
        if corpora() is None:
            print("not measured, as $ALLEGATA_CORPORA is not set: attribution, the claim corpus, MEANTIME")
    sys.exit(any(wrong(each.figures, floors_of(name)) for name, each in measured.items()))


if __name__ == "__main__":
    main()
