"""Reading takes time that grows about with the text, whatever the text: four times of it less than eight times as long."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest

from allegata import check, claims, find, link, total
from allegata.claim import sample
from allegata.ground.syntax import parse
from allegata.mask import find_affected, mask_claim, mask_document

PLACES = [
    "Lima",
    "Cusco",
    "Piura",
    "Kano",
    "Lagos",
    "Mombasa",
    "Kisumu",
    "Quito",
    "Ankara",
    "Izmir",
    "Kars",
    "Shiraz",
    "Baku",
    "Seville",
    "Hanoi",
    "Lyon",
    "Bergen",
    "Kumasi",
]
GIVEN = [
    "Ada",
    "Omar",
    "Ruth",
    "Ivan",
    "Nadia",
    "Paulo",
    "Mina",
    "Leila",
    "Samuel",
    "Ines",
    "Kofi",
    "Greta",
    "Hugo",
    "Dario",
]
SYLLABLES = [
    "Bril",
    "Ruiz",
    "Kand",
    "Morv",
    "Teld",
    "Oska",
    "Vern",
    "Pilt",
    "Durn",
    "Hals",
    "Zor",
    "Quen",
    "Wist",
    "Yald",
]
OUTLETS = ["Reuters", "AFP", "IRNA", "Xinhua", "Antara", "EFE"]
FEW = ["two", "three", "four", "five", "six", "seven", "eight", "nine"]
SMALL, TIMES, MOST = 4000, 4, 8

Maker = Callable[[random.Random, int], str]


def name(dice: random.Random, number: int) -> str:
    return f"{dice.choice(GIVEN)} {dice.choice(SYLLABLES)}{dice.choice(SYLLABLES).lower()}{chr(97 + number % 26) * 2}"


def some(dice: random.Random) -> int:
    return dice.randint(2, 900)


# How a text begins, what is repeated, what stands between, how it ends.
SENTENCES: dict[str, tuple[str, Maker, str, str]] = {
    "speakers who say what speakers say": ("", lambda d, i: f"{name(d, i)} said", " that ", " that ten men were held."),
    "speakers after their words": ("", lambda d, i: f"{some(d)} men were held, said {name(d, i)}", ", who said ", "."),
    "statements with and": ("", lambda d, i: f"the mayor of {d.choice(PLACES)} said {some(d)} men were arrested", " and ", "."),
    "statements to outlets": ("", lambda d, i: f"{name(d, i)} told {d.choice(OUTLETS)} that {some(d)} men were killed", "; ", "."),
    "outlets that are cited": ("Ten men were held, ", lambda d, i: f"according to {d.choice(OUTLETS)}", ", ", "."),
    "outlets in brackets": ("Ten men were held, police said ", lambda d, i: f"({d.choice(OUTLETS)})", " ", "."),
    "items of a list": ("Police said 18 were held in Piura, ", lambda d, i: f"{some(d)} in {d.choice(PLACES)}", ", ", "."),
    "items with a noun": ("Police arrested ", lambda d, i: f"{some(d)} men in {d.choice(PLACES)}", " and ", "."),
    "goods": ("Police seized ", lambda d, i: f"{some(d)} {d.choice(['rifles', 'grenades', 'mortars'])}", ", ", "."),
    "parts": ("Police arrested 4,000 men, ", lambda d, i: f"{some(d)} of them in {d.choice(PLACES)}", ", ", "."),
    "numbers": ("Police arrested ", lambda d, i: str(some(d)), " ", "."),
    "number words": ("Police arrested ", lambda d, i: d.choice(FEW), " ", "."),
    "dates": ("Police held ten men ", lambda d, i: f"on {d.randint(1, 28)} March {d.randint(1990, 2022)}", ", ", "."),
    "days": ("Police held ten men ", lambda d, i: d.choice(["on Monday", "last week", "two days later", "the past year"]), ", ", "."),
    "places": ("Ten men were held in ", lambda d, i: d.choice(PLACES), ", ", ", police said."),
    "capitals": ("Police arrested ", lambda d, i: f"{d.choice(SYLLABLES)}an", " ", "."),
    "capitals far apart": ("Police arrested ", lambda d, i: f"{d.choice(SYLLABLES)}an", "  ", "."),
    "ministers": ("Ten men were held, said ", lambda d, i: f"interior minister {name(d, i)}", ", ", "."),
    "verbs": ("Ten men were ", lambda d, i: d.choice(["arrested", "killed", "charged"]), " and ", "."),
    "those it is done to": ("", lambda d, i: f"{name(d, i)} was arrested in {d.choice(PLACES)}", ", ", "."),
    "semicolons": ("", lambda d, i: f"police held {some(d)} men", "; ", "."),
    "brackets": ("Police held ", lambda d, i: f"(ten men in {d.choice(PLACES)})", " ", "."),
    "quotations": ("", lambda d, i: f'"{d.choice(FEW)} men were held,"', " ", " police said."),
    "quotations left open": ("", lambda d, i: "“ten men were held", " ", " police said."),
}  # fmt: skip
PAGES: dict[str, tuple[str, Maker, str, str]] = {
    "lines": ("", lambda d, i: f"Police held {some(d)} men in {d.choice(PLACES)}", "\n", ""),
    "short lines": ("Police held ten men.\n", lambda d, i: d.choice(FEW), "\n", ""),
    "headings": ("", lambda d, i: f"{some(d)} Men Held In {d.choice(PLACES)} As Mayor {name(d, i)} Speaks", "\n\n", ""),
    "datelines": ("", lambda d, i: f"{d.choice(PLACES).upper()} ({d.choice(OUTLETS)}) - Police held {some(d)} men.", "\n", ""),
    "one paragraph": ("", lambda d, i: f"Police in {d.choice(PLACES)} said {some(d)} men were held. It rained on Friday.", " ", ""),
    "speakers": ("", lambda d, i: f"{name(d, i)}, the mayor of {d.choice(PLACES)}, said {some(d)} men were held.", " ", ""),
    "the same speaker": ("", lambda d, i: f"He said {some(d)} men were held.", " ", ""),
    "namesakes it is done to": ("", lambda d, i: f"Omar {name(d, i).split()[1]}{chr(97 + i // 26 % 26)} was held in {d.choice(PLACES)}.", " ", ""),
    "remarks on evidence": ("", lambda d, i: f"Police said {some(d)} men were held. No photographs were shown.", " ", ""),
    "denials": ("", lambda d, i: f"The rebels denied that {some(d)} men were killed. The army denied it.", " ", ""),
    "who carried it": ("The mayor said ten men were held. ", lambda d, i: f"His remarks were carried by {d.choice(OUTLETS)}.", " ", ""),
    "calendars": ("", lambda d, i: f"In the Iranian year 13{d.randint(50, 99)} (ended March 20, {d.randint(1980, 2019)}) police held {some(d)} men.", " ", ""),
}  # fmt: skip
RUNS = {
    "capital letters": "A", "small letters": "a", "initials": "A.", "capitals and apostrophes": "A'", "hyphens": "a-", "lower lines": "_",
    "marks": "!?", "quotation marks": '"', "open quotation marks": "“ ", "brackets": "(", "figures": "1", "groups of figures": "1,234",
    "combining marks": "e\u0301\u0300", "spaces": " ", "blank lines": "\n", "full stops": ". ", "commas": ", ", "dashes": "- ", "Arabic": "قبضت ",
}  # fmt: skip

REPEATED = {"hedges": "more than ", "titles": "Mr. ", "outlets": "(Reuters) ", "lines of a letter": "x\n"}


def texts(parts: tuple[str, Maker, str, str], sizes: tuple[int, ...]) -> Iterator[str]:
    """Yield a text of each of *sizes*, the smaller the beginning of the larger."""
    lead, make, between, end = parts
    dice, made, size, number = random.Random(7), list[str](), 0, 0
    for wanted in sizes:
        while size < wanted:
            made.append(make(dice, number))
            size, number = size + len(made[-1]) + len(between), number + 1
        yield lead + between.join(made) + end


def read_whole(text: str) -> None:
    """Read *text* and do all that is done with the claims of one document."""
    document = sample(text, "2023-06-14", "The Post")
    found = claims(document)
    masks = find_affected(document, found)
    mask_document(document, masks)
    for claim in found:
        mask_claim(claim, document, masks)
    check(document)
    links = link(found)
    find(found, links)
    total(found, links)


def seconds(work: Callable[[str], object], text: str) -> float:
    parse.cache_clear()
    start = time.process_time()
    work(text)
    return time.process_time() - start


def grows_with(work: Callable[[str], object], small: str, large: str) -> None:
    """Assert that *work* on *large*, four times *small*, takes less than eight times as long; the best of three tries."""
    work(small[:200])
    ratios = []
    for _ in range(3):
        one, two = (max(seconds(work, text), 0.02) for text in (small, large))
        ratios.append(two / one)
        if min(ratios) < MOST:
            return
    raise AssertionError(f"{TIMES} times the text takes {min(ratios):.1f} times as long")


@pytest.mark.parametrize("shape", ["speakers who say what speakers say", "statements with and", "items with a noun"])
def test_the_time_of_a_long_sentence_grows_with_it(shape: str) -> None:
    grows_with(lambda text: claims(sample(text)), *texts(SENTENCES[shape], (2000, 2000 * TIMES)))


@pytest.mark.full
@pytest.mark.parametrize("shape", SENTENCES)
def test_the_time_of_any_long_sentence_grows_with_it(shape: str) -> None:
    grows_with(read_whole, *texts(SENTENCES[shape], (SMALL, SMALL * TIMES)))


@pytest.mark.full
@pytest.mark.parametrize("shape", PAGES)
def test_the_time_of_any_long_page_grows_with_it(shape: str) -> None:
    grows_with(read_whole, *texts(PAGES[shape], (2 * SMALL, 2 * SMALL * TIMES)))


@pytest.mark.full
@pytest.mark.parametrize("run", RUNS)
def test_the_time_of_any_long_run_of_signs_grows_with_it(run: str) -> None:
    sizes = (SMALL // len(RUNS[run]), SMALL * TIMES // len(RUNS[run]))
    small, large = (f"Police held ten men in {RUNS[run] * size} Lima, said the mayor." for size in sizes)
    grows_with(read_whole, small, large)


@pytest.mark.full
@pytest.mark.parametrize("words", REPEATED)
def test_the_time_of_any_long_run_of_words_grows_with_it(words: str) -> None:
    sizes = (2 * SMALL // len(REPEATED[words]), 2 * SMALL * TIMES // len(REPEATED[words]))
    small, large = (f"Police held ten men in {REPEATED[words] * size} Lima, said the mayor." for size in sizes)
    grows_with(read_whole, small, large)


def test_names_of_words_far_apart_are_masked_in_time() -> None:
    """Two spaces between words with capitals: each of them once doubled the time."""
    small, large = (f"Police arrested {'Omar  ' * words}near Lima." for words in (5, 5 * TIMES))
    grows_with(lambda text: find_affected(sample(text), ()), small, large)
