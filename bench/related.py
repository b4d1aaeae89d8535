"""Related work at scale: building, size, opening, and answering, over the papers of a JSON Lines file (gzip too).

usage: python bench/related.py PAPERS.jsonl[.gz] [papers] [queries]

Concepts are made up: nine a paper out of 60,000, common ones as common as in a real corpus (Zipf), so that the index
has the lists it will have. Times are processor time, one thread. It measures and asserts nothing.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gzip
import itertools
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kg.graph import Graph
from kg.model import Claim, Concept, Evidence, Kind, Paper, Predicate, Sentence
from kg.related import index_of, related
from kg.related.building import Link, build_index
from kg.related.index import open_index

CONCEPTS, EACH = 60_000, 9
ROLES = (Predicate.USES, Predicate.EVALUATES_ON, Predicate.ADDRESSES, Predicate.MENTIONS, Predicate.INTRODUCES)
KINDS = (Kind.METHOD, Kind.TASK, Kind.DATASET, Kind.METRIC)
LINK_ARRAYS = (
    "papers",
    "word_lengths",
    "concepts",
    "concept_kinds",
    "concept_ends",
    "concept_papers",
    "concept_roles",
    "concept_squares",
)


def read(path: str, count: int) -> list[Paper]:
    with (
        gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else Path(path).open(encoding="utf-8") as lines
    ):
        records = (json.loads(line) for line in itertools.islice(lines, count))
        return [Paper(f"arxiv:{record['id']}", record["title"], record["abstract"]) for record in records]


def made_up_links(papers: list[Paper]) -> list[Link]:
    chance = np.random.default_rng(0)
    weights = 1 / np.arange(1, CONCEPTS + 1) ** 0.9
    drawn = chance.choice(CONCEPTS, size=(len(papers), EACH), p=weights / weights.sum())
    return [
        (paper.id, f"{KINDS[concept % 4]}:{concept}", KINDS[concept % 4], ROLES[(concept + place) % 5])
        for paper, row in zip(papers, drawn.tolist(), strict=True)
        for place, concept in enumerate(sorted(set(row)))
    ]


def graph_of(papers: list[Paper], links: list[Link]) -> Graph:
    kinds = {concept: kind for _, concept, kind, _ in links}
    claims = (
        Claim(paper, paper, role, concept, (Evidence(Sentence(paper, 0, 20), (), 0.9, "made up"),))
        for paper, concept, _, role in links
    )
    concepts = (Concept(concept, kind, concept) for concept, kind in kinds.items())
    return Graph(papers=papers, concepts=concepts, claims=claims)


def timed(function, *args, **options):  # type: ignore[no-untyped-def]
    start = time.process_time()
    found = function(*args, **options)
    return found, time.process_time() - start


def main() -> None:
    path, count, queries = sys.argv[1], int((sys.argv[2:] or ["100000"])[0]), int((sys.argv[3:] or ["300"])[0])
    papers = read(path, count)
    links = made_up_links(papers)
    index, seconds = timed(build_index, papers, links)
    print(f"build    {len(papers)} papers, {len(links)} links in {seconds:.1f} s: {len(papers) / seconds:.0f} papers/s")
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        size = {file.stem: file.stat().st_size for file in Path(folder).glob("*.npy")}
        _, seconds = timed(open_index, Path(folder))
        print(f"open     {1000 * seconds:.1f} ms, memory-mapped")
        links_size = sum(size[name] for name in LINK_ARRAYS)
        words_size = sum(size[name] for name in size if name.startswith("word") and name not in LINK_ARRAYS)
        words_share, vectors_share = words_size / len(papers), size["vectors"] / len(papers)
        print(f"size     {links_size / len(papers):.0f} bytes a paper with its links and their lengths")
        print(f"         {words_share:.0f} for its words, {vectors_share:.0f} for its vector")
        graph, seconds = timed(graph_of, papers, links)
        print(f"graph    {seconds:.1f} s (not part of the index)")
        index_of(graph)
        asked = np.random.default_rng(1).choice(len(papers), size=queries, replace=False)
        times = []
        for number in asked.tolist():
            _, seconds = timed(related, graph, papers[number])
            times.append(1000 * seconds)
        print(f"related  {queries} queries, ten answers with reasons: median {np.median(times):.1f} ms, "
              f"p99 {np.percentile(times, 99):.1f} ms, most {max(times):.1f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
