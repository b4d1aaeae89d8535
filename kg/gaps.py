"""Combinations that no paper has reported though papers on neighbouring concepts have: candidates for what to try."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kg.graph import Graph
from kg.lookup import find_concept
from kg.model import Concept, Kind, Paper, Predicate

#: Gaps answered: beyond a handful they are guesses.
DEFAULT_COUNT = 10
#: Neighbours that a gap names, the nearest ones.
_NAMED = 3
#: The two sides of a combination: what is tried, and what it is tried on.
_METHODS = frozenset({Kind.METHOD})
_RESOURCES = frozenset({Kind.TASK, Kind.DATASET, Kind.BENCHMARK})
#: What one neighbour alone suggests, or one paper alone has (its own new method, say), is an accident.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """No paper has both `concept` and `other`; papers that have a neighbour of `concept` with `other` suggest it.

    `neighbours`, the nearest first, share partners with `concept`; `papers` have one of them together with `other`;
    `score` sums how near the neighbours are, each in [0, 1].
    """

    concept: Concept
    other: Concept
    score: float
    neighbours: tuple[Concept, ...]
    papers: tuple[Paper, ...]

    def __str__(self) -> str:
        near = ", ".join(neighbour.name for neighbour in self.neighbours[:_NAMED])
        papers = "1 paper" if len(self.papers) == 1 else f"{len(self.papers)} papers"
        verb = "has been tried on" if self.concept.kind in _RESOURCES else "has been tried with"
        return f"{self.concept.name} with {self.other.name}: {self.other.name} {verb} {near} ({papers})"


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps around one concept, the most suggested first; they rest on `papers`, of which `undated` have no date."""

    concept: Concept
    rows: tuple[Gap, ...]
    papers: int
    undated: int

    @property
    def basis(self) -> str:
        """How many papers this rests on, in words."""
        return f"rests on {self.papers} papers, {self.undated} of them without a date"

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.rows), self.basis])

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{escape(str(gap))}</li>" for gap in self.rows)
        return f"<p>{escape(self.concept.name)}: {escape(self.basis)}</p><ol>{rows}</ol>"


def gaps(graph: Graph, concept: str | Concept, *, count: int = DEFAULT_COUNT) -> Gaps:
    """What no paper has tried with a method, or on a data set, benchmark or task, though papers on its neighbours have.

    Two methods are neighbours by the resources they share (cosine, weighted by log N / df), two resources by their
    methods. Raises UnknownNameError, AmbiguousNameError, and ValueError for a metric.
    """
    centre = concept if isinstance(concept, Concept) else find_concept(graph, concept)
    if centre.kind is Kind.METRIC:
        raise ValueError(f"{centre.name} is a metric; gaps are asked of a method, data set, benchmark or task")
    own_side, other_side = (_METHODS, _RESOURCES) if centre.kind in _METHODS else (_RESOURCES, _METHODS)
    partners, papers_of = _partners(graph, own_side, other_side)
    total = len(graph.papers())
    rarity = {partner: math.log((total + 1) / papers) for partner, papers in papers_of.items()}
    near = _nearness(centre.id, partners, rarity)
    suggested: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for neighbour, nearness in near.items():
        for partner in partners[neighbour].keys() - partners.get(centre.id, {}).keys():
            suggested[partner].append((nearness, neighbour))
    rows = [
        _gap(graph, centre, other, sorted(by, key=lambda pair: (-pair[0], pair[1])), partners)
        for other, by in sorted(suggested.items())
        if len(by) >= _LEAST and papers_of.get(other, 0) >= _LEAST and not _linked(graph, centre.id, other)
    ]
    rows.sort(key=lambda gap: (-gap.score, gap.other.id))
    undated = sum(paper.published is None or paper.published.year is None for paper in graph.papers())
    return Gaps(centre, tuple(rows[:count]), total, undated)


#: Concept -> partner -> the papers that have both.
_Partners = Mapping[str, Mapping[str, set[str]]]


def _partners(
    graph: Graph, own_side: frozenset[Kind], other_side: frozenset[Kind]
) -> tuple[_Partners, Mapping[str, int]]:
    """Who stands with whom in a paper that works with both, and the papers of each partner."""
    kind_of = {concept.id: concept.kind for concept in graph.concepts()}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    papers_of: dict[str, int] = defaultdict(int)
    for paper in graph.papers():
        claims = graph.concepts_of(paper.id)
        working = [each for each, claim in claims.items() if claim.predicate is not Predicate.MENTIONS]
        others = [each for each in working if kind_of[each] in other_side]
        for other in others:
            papers_of[other] += 1
        for own in working:
            if kind_of[own] in own_side:
                for other in others:
                    found[own][other].add(paper.id)
    return found, papers_of


def _nearness(centre: str, partners: _Partners, rarity: Mapping[str, float]) -> Mapping[str, float]:
    """The cosine of each concept's partners with those of the centre, where it is above zero."""
    own = partners.get(centre, {})
    found = {}
    for concept, theirs in sorted(partners.items()):
        common = sum(rarity[partner] ** 2 for partner in sorted(theirs.keys() & own.keys()))
        if concept != centre and common:
            found[concept] = common / (_length(own, rarity) * _length(theirs, rarity))
    return found


def _length(partners: Mapping[str, set[str]], rarity: Mapping[str, float]) -> float:
    return math.sqrt(sum(rarity[partner] ** 2 for partner in sorted(partners)))


def _linked(graph: Graph, one: str, other: str) -> bool:
    """Whether any paper that has one, even as a mention, has the other."""
    return not {paper.id for paper in graph.papers_of(one)}.isdisjoint(paper.id for paper in graph.papers_of(other))


def _gap(graph: Graph, centre: Concept, other: str, by: Sequence[tuple[float, str]], partners: _Partners) -> Gap:
    """The gap between the centre and another concept; `by` are nearness and neighbour, the nearest first."""
    found = graph.node(other)
    if not isinstance(found, Concept):
        raise TypeError(f"{other} is no concept")
    neighbours = [node for _, each in by if isinstance(node := graph.node(each), Concept)]
    papers = sorted({paper for neighbour in neighbours for paper in partners[neighbour.id][other]})
    return Gap(
        centre,
        found,
        round(sum(nearness for nearness, _ in by), 4),
        tuple(neighbours),
        tuple(paper for each in papers if isinstance(paper := graph.node(each), Paper)),
    )
