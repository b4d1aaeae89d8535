"""The regions of the map: communities of papers, the large ones divided again, and the concepts at home in each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.communities import communities
from kg.graph import Graph
from kg.model import PAPER_PREDICATES, Concept

#: A region of more papers is divided again: what opens at one click has to stay readable.
DIVIDE_ABOVE = 250


@dataclass(frozen=True, slots=True)
class Region:
    """Papers that lie together on the map; `papers` and `concepts` are ids, sorted. The largest region comes first."""

    label: str
    papers: tuple[str, ...]
    concepts: tuple[str, ...]


def regions(graph: Graph) -> tuple[Region, ...]:
    """Every paper in one region; every concept that a paper has in the region most of its papers lie in."""
    groups = sorted(_groups(graph), key=lambda group: (-len(group[1]), group[1]))
    region_of = {paper: number for number, (_, papers) in enumerate(groups) for paper in papers}
    at_home: dict[int, list[str]] = defaultdict(list)
    for concept, papers in papers_of_concepts(graph).items():
        votes = Counter(region_of[paper] for paper in papers)
        at_home[min(votes, key=lambda number: (-votes[number], number))].append(concept)
    return tuple(Region(label, papers, tuple(sorted(at_home[number]))) for number, (label, papers) in enumerate(groups))


def papers_of_concepts(graph: Graph) -> Mapping[str, tuple[str, ...]]:
    """Concept id -> ids of its papers, both sorted; concepts without a paper are left out."""
    papers: dict[str, set[str]] = defaultdict(set)
    for claim in graph.claims():
        if claim.predicate in PAPER_PREDICATES:
            papers[claim.object].add(claim.subject)
    return {concept: tuple(sorted(papers[concept])) for concept in sorted(papers)}


def part_of(graph: Graph, papers: frozenset[str]) -> Graph:
    """The graph of these papers only: their claims and results, and the concepts those name."""
    claims = [claim for claim in graph.claims() if claim.paper in papers]
    results = [result for result in graph.results() if result.paper in papers]
    named = {end for claim in claims for end in (claim.subject, claim.object)}
    named |= {end for result in results for end in (result.method, result.on, result.metric) if end}
    concepts = {concept.id: concept for concept in graph.concepts()}
    kept = _with_broader(concepts, named)
    broader = [claim for claim in graph.claims(predicate="broader") if claim.subject in kept and claim.object in kept]
    return Graph(
        papers=[paper for paper in graph.papers() if paper.id in papers],
        concepts=[concept for concept in graph.concepts() if concept.id in kept],
        claims=[*claims, *broader],
        results=results,
        provenance=graph.provenance,
    )


def _with_broader(concepts: Mapping[str, Concept], named: set[str]) -> set[str]:
    """The named concepts and, step by step, the more general ones above them."""
    kept: set[str] = set()
    waiting = sorted(named & concepts.keys())
    while waiting:
        concept = waiting.pop()
        if concept not in kept:
            kept.add(concept)
            waiting += [each for each in concepts[concept].broader if each in concepts]
    return kept


def _groups(graph: Graph) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(label, papers) of each community; a large one in its own communities, where it falls into more than one."""
    for community in communities(graph):
        if len(community.papers) <= DIVIDE_ABOVE or len(community.papers) == len(graph.papers()):
            yield community.label, community.papers
        else:
            yield from _groups(part_of(graph, frozenset(community.papers)))
