"""Train the attribution reader, from the corpus to weights and model card.

python -m training.attribution --data $ALLEGATA_CORPORA/data/polnear --protocol $ALLEGATA_CORPORA/eval/polnear.py --base FOLDER --work FOLDER

With --teacher, a larger reader is trained first. Each seed's reader learns from the annotators, from the larger one and from
the readers of the seeds before it. The last one is made narrow, learns from the annotators and from what it was, and is shipped.
With --wide FOLDER none is trained: that is made narrow which was shipped with lower.onnx and upper.onnx in FOLDER. A trained
reader that is in the work folder already is used as it is.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from tokenizers import Tokenizer

from allegata.claim.encoder import open_encoder
from allegata.claim.pieces import cut, inputs, windows
from allegata.claim.weave import Thresholds

from .card import write_card
from .corpus import Article, read_articles
from .examples import Example, mark, slice_windows
from .fit import Plan, fit
from .invented import borrow, draw, wrap
from .measure import calibrate, offsets_of, score_shipped, score_windows
from .model import LARGE, NARROW, SMALL, Reader, Shape, load_base
from .narrow import narrowed
from .ship import ship
from .shipped import read_shipped

LOG = logging.getLogger("training.attribution")
SIZES = (160, 256, 320)
LARGE_RATE = 7e-5
NARROW_RATE = 3e-4
LOOKED_AT = 120
"""Articles in which a wide reader is looked at before it is made narrow."""
TOLD = ("full attribution", "token source", "token cue", "token content")


def load_protocol(path: Path) -> ModuleType:
    """Return the scoring protocol at *path* as a module."""
    spec = importlib.util.spec_from_file_location("protocol", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["protocol"] = module
    spec.loader.exec_module(module)
    return module


def load_tokenizer(base: Path) -> Tokenizer:
    """Return the tokenizer of the base model, without cutting or filling of texts."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def supply(
    articles: Sequence[Article], tokenizer: Tokenizer, seed: int, wrapped: float, reports: int
) -> Callable[[int], list[Example]]:
    """Return what gives the windows of an epoch.

    One annotator's version of each article, drawn anew; a share *wrapped* of the articles with outer attributions
    around some sentences; and *reports* invented ones.
    """
    plain = [[mark(article.text, version, tokenizer) for version in article.versions] for article in articles]
    borrowed = borrow(articles)

    def epoch_examples(epoch: int) -> list[Example]:
        random = np.random.default_rng((seed, epoch))
        marked = []
        for article, versions in zip(articles, plain, strict=True):
            version = int(random.integers(len(versions)))
            if random.random() < wrapped:
                marked.append(mark(*wrap(article.text, article.versions[version], 0.12, random), tokenizer))
            else:
                marked.append(versions[version])
        marked += [mark(*draw(random, borrowed), tokenizer) for _ in range(reports)]
        return [each for one in marked for each in slice_windows(one, int(random.choice(SIZES)), random)]

    return epoch_examples


def windows_of(texts: Sequence[str], tokenizer: Tokenizer) -> Iterator[dict[str, torch.Tensor]]:
    """Yield the windows of *texts* as a reader takes them."""
    for text in texts:
        pieces = cut(text, tokenizer)
        for window in windows(pieces):
            yield {name: torch.from_numpy(rows) for name, rows in inputs(pieces, window).items()}


def main() -> None:
    """Train, choose thresholds on dev, and write weights and card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="PolNeAR: a folder with train and dev")
    parser.add_argument("--base", type=Path, required=True, help="MiniLM-L6: model.safetensors and tokenizer.json")
    parser.add_argument("--wide", type=Path, help="a wide reader that was shipped, to be made narrow as it is")
    parser.add_argument(
        "--teacher", type=Path, help="MPNet, whose lower layers make a larger reader: model.safetensors"
    )
    parser.add_argument("--teacher-minutes", type=float, default=600, help="as --minutes, for the larger reader")
    parser.add_argument("--teacher-epochs", type=int, default=4)
    parser.add_argument("--protocol", type=Path, required=True, help="the scoring protocol, polnear.py")
    parser.add_argument("--work", type=Path, required=True, help="a folder for checkpoints")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--narrow-epochs", type=int, default=12)
    parser.add_argument("--narrow-minutes", type=float, default=600, help="as --minutes, for the narrow reader")
    parser.add_argument("--minutes", type=float, default=600, help="end in this time, with as many epochs as it allows")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="in this order, the last one is shipped")
    parser.add_argument(
        "--wrapped", type=float, default=0.35, help="share of articles with invented outer attributions"
    )
    parser.add_argument("--reports", type=int, default=250, help="invented reports in an epoch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, help="articles, to try the recipe")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(options.base)
    protocol = load_protocol(options.protocol)
    train = read_articles(options.data, "train")[: options.limit]
    dev = protocol.articles(options.data, "dev", options.limit)

    readers: list[Reader] = []

    def train_reader(
        name: str, seed: int, shape: Shape, make: Callable[[], Reader], plan: Plan, teachers: Sequence[Reader]
    ) -> Reader:
        """Return the reader *name* of *shape* as it is in the work folder, or as *make* makes it and as it learns by *plan*."""
        path = options.work / f"reader-{name}.pt"
        if path.is_file():
            reader = Reader(shape)
            reader.load_state_dict(torch.load(path))
            return reader.eval()

        def after_epoch(averaged: Reader, epoch: int) -> None:
            torch.save(averaged.state_dict(), options.work / f"epoch-{name}-{epoch}.pt")
            few = dev[:28]
            answers = [offsets_of(score_windows(averaged, article.text, tokenizer), Thresholds()) for article in few]
            scores = protocol.score(few, answers)
            told = ", ".join(f"{name} {scores[name]['f1']:.3f}" for name in TOLD)
            LOG.info("reader %s, epoch %d, a third of dev, F1: %s", name, epoch, told)

        examples = supply(train, tokenizer, seed, options.wrapped, options.reports)
        reader = fit(make(), examples, plan, seed, after_epoch, teachers)
        torch.save(reader.state_dict(), path)
        return reader.eval()

    def from_base(shape: Shape, base: Path) -> Callable[[], Reader]:
        """Return what makes a reader of *shape* from the model in the folder *base*."""

        def made() -> Reader:
            reader = Reader(shape)
            load_base(reader, base / "model.safetensors")
            return reader

        return made

    def made_narrow() -> Reader:
        """Return the last reader in the shape that is shipped."""
        some = np.random.default_rng(0).permutation(len(train))[:LOOKED_AT]
        return narrowed(readers[-1], windows_of([train[each].text for each in some], tokenizer), NARROW)

    if options.wide:
        readers.append(read_shipped(options.wide))
    elif options.teacher:
        longer = Plan(
            epochs=options.teacher_epochs,
            rate=LARGE_RATE,
            head_rate=10 * LARGE_RATE,
            threads=options.threads,
            minutes=options.teacher_minutes,
        )
        readers.append(train_reader("large", 0, LARGE, from_base(LARGE, options.teacher), longer, []))
    plan = Plan(epochs=options.epochs, threads=options.threads, minutes=options.minutes)
    for seed in [] if options.wide else options.seeds:
        readers.append(train_reader(str(seed), seed, SMALL, from_base(SMALL, options.base), plan, readers))
    short = Plan(
        epochs=options.narrow_epochs,
        rate=NARROW_RATE,
        head_rate=2 * NARROW_RATE,
        fade=1,
        threads=options.threads,
        minutes=options.narrow_minutes,
        taught=0.6,
        every=0,
        alike=1,
    )
    reader = train_reader("narrow", options.seeds[-1], NARROW, made_narrow, short, readers[-1:])
    ship(reader, tokenizer, Thresholds())
    scored = [score_shipped(open_encoder(), article.text) for article in dev]
    thresholds = calibrate(scored, lambda answers: protocol.score(dev, answers))
    LOG.info("%s", thresholds)
    ship(reader, tokenizer, thresholds)
    open_encoder.cache_clear()
    write_card(protocol, dev)


if __name__ == "__main__":
    main()
