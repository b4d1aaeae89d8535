"""Processor time and peak memory of resolving 10 thousand, 100 thousand and 1 million distinct names.

usage: resolution.py [SIZE ...]     (default: 10000 100000 1000000; each in a process of its own)

The names are made: terms of two to four words, proper names with versions and sizes, acronyms with their definitions; a
third of them are writings (case, hyphen, plural, a slipped letter) of an earlier one. Ten a paper.
"""

import argparse
import itertools
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from kg.model import Entity, Extraction, Kind, Mention, Paper, Role
from kg.names import words
from kg.resolve import resolve

SIZES = (10_000, 100_000, 1_000_000)
NAMES_A_PAPER = 10
SEED = 7
_ONSETS = words("b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st t th tr v w z")
_VOWELS = words("a e i o u ai ea ou")
_ENDS = words("n r l s t d m st nd ck x")
_HEADS = words("model network learning detection generation estimation attention retrieval segmentation optimization")


def main() -> None:
    """Run each size in its own process, so that the peak memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        print(measure(args.sizes[0]), flush=True)
        return
    print(f"{'names':>10} {'concepts':>10} {'decisions':>10} {'cpu s':>8} {'us/name':>8} {'peak MB':>8}", flush=True)
    for size in args.sizes:
        subprocess.run([sys.executable, __file__, "--here", str(size)], check=True)


def measure(size: int) -> str:
    """One line of the table."""
    papers = [Paper(f"id:{number}", "T", "") for number in range(size // NAMES_A_PAPER)]
    start = time.process_time()
    resolution = resolve(papers, extractions(size))
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = f"{size:>10} {len(resolution.concepts):>10} {len(resolution.decisions):>10}"
    return f"{counts} {seconds:>8.1f} {seconds / size * 1e6:>8.0f} {peak:>8.0f}"


def extractions(size: int) -> Iterator[Extraction]:
    """Extractions with `size` distinct names in all, made as they are read."""
    names = distinct_names(size)
    for number in range(size // NAMES_A_PAPER):
        paper, entities = f"id:{number}", []
        for name, kind in itertools.islice(names, NAMES_A_PAPER):
            mention = Mention(paper, 2, 2 + len(name), name, kind, 0.9, "made")
            entities.append(Entity(name, kind, Role.USED, (mention,)))
        yield Extraction(paper, tuple(entities), (), ())


def distinct_names(size: int) -> Iterator[tuple[str, Kind]]:
    """`size` distinct names with kinds, the same every time."""
    rng = random.Random(SEED)
    known = sorted({word(rng) for _ in range(20_000)})
    seen: set[str] = set()
    earlier: list[tuple[str, Kind]] = []
    while len(seen) < size:
        name, kind = variant(rng, *rng.choice(earlier)) if earlier and rng.random() < 1 / 3 else fresh(rng, known)
        if name not in seen:
            seen.add(name)
            earlier.append((name, kind))
            yield name, kind


def word(rng: random.Random) -> str:
    """A word that nobody knows."""
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.randint(1, 3))) + rng.choice(_ENDS)


def fresh(rng: random.Random, known: list[str]) -> tuple[str, Kind]:
    """A new name."""
    shape = rng.random()
    if shape < 0.5:
        return " ".join([*(rng.choice(known) for _ in range(rng.randint(2, 3))), rng.choice(_HEADS)]), Kind.METHOD
    first, second = rng.choice(known).capitalize(), rng.choice(known).capitalize()
    if shape < 0.8:
        return f"{first}{second}-{rng.randint(1, 9)}{rng.choice(['', '.5', 'B', '-7B', ' v2', '-large'])}", Kind.METHOD
    if shape < 0.9:
        return f"{first}{second}QA", Kind.DATASET
    return "".join(rng.choice("ABCDEFGHILMNOPRSTV") for _ in range(rng.randint(3, 6))), Kind.METHOD


def variant(rng: random.Random, name: str, kind: Kind) -> tuple[str, Kind]:
    """Another writing of a name."""
    way = rng.randrange(4)
    if way == 0:
        return name.title(), kind
    if way == 1:
        return name.replace(" ", "-", 1), kind
    if way == 2:
        return f"{name}s", kind
    at = rng.randrange(1, len(name))
    return (name[:at] + name[at - 1] + name[at:]) if name[at - 1].islower() else name.replace("-", " "), kind


if __name__ == "__main__":
    main()
