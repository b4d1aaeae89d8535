"""The map of a graph: which papers and concepts it holds, where each lies, and which are shown at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.graph import Graph
from kg.lookup import find_paper
from kg.model import CONCEPT_PREDICATES, PAPER_PREDICATES, Claim, Concept, Kind, Paper, Predicate
from kg.page.layout import layout
from kg.page.regions import Region, papers_of_concepts, part_of, regions

#: Shown at first, at most: what vis-network opens within a second and a person can still find a way through.
MAX_NODES = 3000
#: Concepts shown among the regions of a large graph before any is opened: enough to know the land by.
LANDMARKS = 60
#: A concept's radius on the map grows with the root of its papers, from this to that.
SMALLEST, LARGEST = 5.5, 28.0
PAPER_SIZE = 10.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A paper or concept on the map; `weight`: the concepts of a paper, the papers of a concept."""

    id: str
    kind: str
    name: str
    x: int
    y: int
    size: float
    weight: int
    region: int


@dataclass(frozen=True, slots=True)
class Atlas:
    """Papers first, then concepts, each by id: `spots` has their places in this order.

    `roads` are the claims that are drawn: of papers to concepts, and between concepts; `shown` the indices of the spots
    shown at first, and `mode` which those are: "all", the "heaviest", or "regions" with no paper yet; `whole` counts
    the papers and concepts of the graph the map was cut from.
    """

    graph: Graph
    papers: tuple[Paper, ...]
    concepts: tuple[Concept, ...]
    spots: tuple[Spot, ...]
    regions: tuple[Region, ...]
    outlines: tuple[tuple[tuple[int, int], ...], ...]
    roads: tuple[Claim, ...]
    shown: tuple[int, ...]
    mode: str
    whole: tuple[int, int]
    focus: str | None = None

    @property
    def index_of(self) -> Mapping[str, int]:
        """Id -> place in `spots`."""
        return {spot.id: index for index, spot in enumerate(self.spots)}


def draw_atlas(graph: Graph, *, max_nodes: int | None = None, focus: str | None = None, depth: int = 2) -> Atlas:
    """Lay a graph out; with `focus` (a paper's id or name) only what lies within `depth` steps of that paper.

    Raises UnknownNameError or AmbiguousNameError for `focus`, ValueError for a size or depth below 1.
    """
    if depth < 1 or (max_nodes is not None and max_nodes < 1):
        raise ValueError(f"max_nodes {max_nodes} and depth {depth} have to be at least 1")
    whole = (len(graph.papers()), len(graph.concepts()))
    paper = find_paper(graph, focus) if focus is not None else None
    if paper is not None:
        graph = part_of(graph, _around(graph, paper.id, depth))
    found = regions(graph)
    papers, concepts = graph.papers(), graph.concepts()
    roads = tuple(claim for claim in graph.claims() if claim.predicate in PAPER_PREDICATES | CONCEPT_PREDICATES)
    spots, outlines = _place(papers, concepts, found, roads, papers_of_concepts(graph))
    shown, mode = _shown_first(spots, roads, MAX_NODES if max_nodes is None else max_nodes)
    return Atlas(
        graph,
        papers,
        concepts,
        spots,
        found,
        outlines,
        roads,
        shown,
        mode,
        whole,
        paper.id if paper is not None else None,
    )


def _around(graph: Graph, paper: str, depth: int) -> frozenset[str]:
    """The papers within `depth` steps; a step leads from a paper to a concept or from a concept to a paper."""
    reached, border = {paper}, {paper}
    for _ in range(depth):
        onward = {claim.object for each in border for claim in graph.claims(subject=each) if claim.paper} | {
            claim.subject for each in border for claim in graph.claims(object=each) if claim.paper
        }
        border = {each for each in onward if each not in reached and graph.has(each)}
        reached |= border
    papers = {each.id for each in graph.papers()}
    return frozenset(reached & papers)


def _place(
    papers: Sequence[Paper],
    concepts: Sequence[Concept],
    found: Sequence[Region],
    roads: Sequence[Claim],
    papers_of: Mapping[str, Sequence[str]],
) -> tuple[tuple[Spot, ...], tuple[tuple[tuple[int, int], ...], ...]]:
    ids = [paper.id for paper in papers] + [concept.id for concept in concepts]
    index_of = {each: index for index, each in enumerate(ids)}
    region = np.zeros(len(ids), dtype=np.int64)
    for number, each in enumerate(found):
        region[[index_of[member] for member in each.papers + each.concepts]] = number
    owner = np.full(len(ids), -1, dtype=np.int64)
    for concept, its_papers in papers_of.items():
        if len(its_papers) == 1:
            owner[index_of[concept]] = index_of[its_papers[0]]
    weight = np.zeros(len(ids), dtype=np.int64)
    ends = sorted({(index_of[c.subject], index_of[c.object]) for c in roads if c.predicate in PAPER_PREDICATES})
    edges = np.array(ends, dtype=np.int64).reshape(-1, 2)
    weight += np.bincount(edges.ravel(), minlength=len(ids))
    size = np.minimum(SMALLEST + 2.4 * np.sqrt(np.maximum(weight - 1, 0)), LARGEST)
    size[: len(papers)] = PAPER_SIZE
    core = (owner[edges] < 0).all(axis=1)
    placement = layout(region, owner, edges[core], size + 6)
    xy = np.round(placement.xy).astype(int).tolist()
    kinds = ["paper"] * len(papers) + [str(concept.kind) for concept in concepts]
    names = [paper.title for paper in papers] + [concept.name for concept in concepts]
    spots = tuple(
        Spot(ids[i], kinds[i], names[i], xy[i][0], xy[i][1], round(float(size[i]), 1), int(weight[i]), int(region[i]))
        for i in range(len(ids))
    )
    outlines = tuple(tuple((int(x), int(y)) for x, y in outline) for outline in placement.outlines)
    return spots, outlines


def _shown_first(spots: Sequence[Spot], roads: Sequence[Claim], max_nodes: int) -> tuple[tuple[int, ...], str]:
    """Everything; else the papers and the heaviest concepts; else the regions with a few landmarks."""
    if len(spots) <= max_nodes:
        return tuple(range(len(spots))), "all"
    papers = [index for index, spot in enumerate(spots) if spot.kind == "paper"]
    introduced = {claim.object for claim in roads if claim.predicate is Predicate.INTRODUCES}
    concepts = sorted(
        (index for index, spot in enumerate(spots) if spot.kind != "paper"),
        key=lambda index: (-spots[index].weight - 0.5 * (spots[index].id in introduced), index),
    )
    if len(papers) <= max_nodes // 2:
        return tuple(sorted(papers + concepts[: max_nodes - len(papers)])), "heaviest"
    landmarks = [index for index in concepts if spots[index].kind != Kind.METRIC]
    return tuple(sorted(landmarks[: min(LANDMARKS, max_nodes)])), "regions"
