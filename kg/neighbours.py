"""The concepts that one concept stands with: in which papers, and what these say of the two."""

import math
from collections import defaultdict
from dataclasses import dataclass

from kg.graph import Graph
from kg.lookup import find_concept
from kg.model import CONCEPT_PREDICATES, PAPER_PREDICATES, Claim, Concept, Paper, Predicate


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A concept that stands with another: the papers that have both, by id, and the claims between the two."""

    concept: Concept
    papers: tuple[Paper, ...]
    claims: tuple[Claim, ...]

    def __str__(self) -> str:
        titles = "; ".join(paper.title for paper in self.papers)
        return f"{self.concept.name} ({self.concept.kind}): {titles}"


def neighbours(graph: Graph, concept: str | Concept) -> tuple[Neighbour, ...]:
    """The concepts in the papers that have this one, and those its own claims name; the nearest first.

    Nearest: papers in common times log (N / papers of the neighbour), so that what every paper has comes late.
    Raises UnknownNameError, AmbiguousNameError.
    """
    centre = concept if isinstance(concept, Concept) else find_concept(graph, concept)
    together: dict[str, set[str]] = defaultdict(set)
    for paper in graph.papers_of(centre.id):
        for other in graph.concepts_of(paper.id):
            together[other].add(paper.id)
    said: dict[str, list[Claim]] = defaultdict(list)
    for claim in (*graph.claims(subject=centre.id), *graph.claims(object=centre.id)):
        if claim.predicate in CONCEPT_PREDICATES | {Predicate.BROADER}:
            said[claim.object if claim.subject == centre.id else claim.subject].append(claim)
    total = len(graph.papers())
    scored = []
    for other in sorted({*together, *said} - {centre.id}):
        node = graph.node(other)
        if isinstance(node, Concept):
            papers = tuple(p for each in sorted(together[other]) if isinstance(p := graph.node(each), Paper))
            spread = sum(claim.predicate in PAPER_PREDICATES for claim in graph.claims(object=other))
            near = (len(papers) + len(said[other])) * math.log((total + 1) / max(1, spread))
            scored.append((-near, other, Neighbour(node, papers, tuple(said[other]))))
    return tuple(neighbour for _, _, neighbour in sorted(scored, key=lambda each: each[:2]))
