"""Write a site over another one, killed before each of its steps in turn: killed.py FOLDER [apart].

Prints what stood in its place after each: the site before, the one after, or nothing; and then, once the next one was written. apart: as a
system that cannot exchange two folders at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from allegata.serve import swap

MARK = "mark.json"
STEPS = ("os.", "open", "shutil.", "tempfile.", "ctypes.")
"""How the names of the events begin that may change something (Python's audit events)."""


def site(word: str) -> list[tuple[str, bytes]]:
    """Return the files of a site in which everything says *word*; one file has a name that no other site has."""
    names = ("index.html", "claims/one.html", f"claims/{word}.html")
    listed = ", ".join(f'"{name}"' for name in names)
    return [*((name, word.encode()) for name in names), (MARK, f'{{"files": [{listed}]}}'.encode())]


def state(place: Path) -> str:
    """Return the word of the whole site at *place* with the user's own file, ``nothing`` where none is, ``half`` for anything else."""
    if not place.exists():
        return "nothing"
    found = {each.relative_to(place).as_posix(): each.read_bytes() for each in place.rglob("*") if each.is_file()}
    own = found.pop(".git/refs", b"")
    return next((word for word in ("before", "after", "next") if found == dict(site(word)) and own == b"mine"), "half")


def killed(place: Path, step: int) -> bool:
    """Return whether a program that writes the site *after* was killed before its step number *step*."""
    child = os.fork()
    if child == 0:
        made = 0

        def hook(event: str, _: object) -> None:
            nonlocal made
            if event.startswith(STEPS):
                made += 1
                if made == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        swap.replace_folder(place, site("after"), MARK)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    """Kill it before step 1, 2, 3 … until it ends before that."""
    folder = Path(sys.argv[1])
    if "apart" in sys.argv:
        swap._exchanged = lambda one, other: False
    step, goes_on = 0, True
    while goes_on:
        step += 1
        (folder / f"{step}").mkdir()
        place = folder / f"{step}" / "site"
        swap.replace_folder(place, site("before"), MARK)
        (place / ".git").mkdir()
        (place / ".git" / "refs").write_bytes(b"mine")
        goes_on = killed(place, step)
        then = state(place)
        swap.replace_folder(place, site("next"), MARK)
        left = sorted(each.name for each in place.parent.iterdir() if each.name != "site")
        # A folder that was made and says not yet what for is left alone, as it may be another's.
        unknown = [
            each
            for each in left
            if any((place.parent / each).iterdir()) and (place.parent / each / swap.LOCK).read_bytes()
        ]
        print(then, state(place), len(unknown))
        shutil.rmtree(folder / f"{step}")


if __name__ == "__main__":
    main()
