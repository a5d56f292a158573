"""Judge the links between the claims of the own pairs: corpus/sets/README.md says what is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from allegata import Claim, Link, claims_of_text, link

Row = dict[str, Any]
Verdict = tuple[str, bool, str]
JOINED = frozenset(["same", "contradicts"])


def judged(cases: list[Row]) -> Iterator[Verdict]:
    """Yield for each annotated relation whether the links say it; for ``distinct`` whether they say neither ``same`` nor ``contradicts``.

    A relation of which a claim was not read is judged as ``pairs read`` alone. The figures of control are those of the cases
    that no rule was made for.
    """
    for row in cases:
        at, links = read_case(row)
        said, group = relations(links)
        control = int(row["id"].rpartition("-")[2]) % 3 == 0
        for left, right, relation in row["relations"]:
            one, other = at.get(left), at.get(right)
            read = one is not None and other is not None and one.id != other.id
            yield "pairs read", read, f"{row['id']} {left} {right}: not read"
            if not read or one is None or other is None:
                continue
            found = set(said[frozenset((one.id, other.id))])
            if group.get(one.id, one.id) == group.get(other.id, other.id):
                found.add("same")
            right_ = not found & JOINED if relation == "distinct" else relation in found
            right_ = right_ and (relation in JOINED or "same" not in found)
            line = f"{row['id']} {row['kind']} {left} {right}: {sorted(found)}, wanted {relation}"
            yield f"pairs {relation}", right_, line
            if control and relation in ("same", "distinct"):
                yield f"pairs control {relation}", right_, line


def read_case(row: Row) -> tuple[dict[str, Claim], tuple[Link, ...]]:
    """Return the claims of a case by the names it gives them, and the links between all claims of its pages."""
    pages = {page["id"]: page for page in row["pages"]}
    made = {name: claims_of_text(each["text"], each["published"], each["outlet"]) for name, each in pages.items()}
    at = {
        name: claim
        for name, wanted in row["claims"].items()
        if (claim := standing(made[wanted["page"]], pages[wanted["page"]]["text"], wanted))
    }
    return at, link([claim for claims in made.values() for claim in claims])


def standing(made: tuple[Claim, ...], text: str, wanted: Mapping[str, str]) -> Claim | None:
    """Return the claim whose number stands at the anchor, else one whose passage holds it; of several one of the action wanted."""
    start = text.index(wanted["anchor"])
    end = start + len(wanted["anchor"])

    def worth(claim: Claim) -> int:
        counted = any(span.start < end and start < span.end for span in (claim.count.spans if claim.count else ()))
        held = claim.passage.start <= start < claim.passage.end
        named = wanted["action"] in (claim.action, *claim.also_actions)
        return (2 * counted + named + 1) if counted or held else 0

    best = max(made, key=worth, default=None)
    return best if best is not None and worth(best) else None


def relations(links: tuple[Link, ...]) -> tuple[dict[frozenset[str], set[str]], dict[str, str]]:
    """Return the relations of each pair, and for each claim one that stands for all that are the same."""
    said: dict[frozenset[str], set[str]] = defaultdict(set)
    group: dict[str, str] = {}
    for each in links:
        said[frozenset((each.left, each.right))].add(each.relation)
        if each.relation == "same":
            one, other = group.get(each.left, each.left), group.get(each.right, each.right)
            group |= {each.left: one, each.right: one}
            group |= {name: one for name, top in group.items() if top == other}
    return said, group
