"""Papers grouped by the concepts they share, each group with a label of what sets it apart."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from kg.errors import MissingExtraError
from kg.graph import Graph
from kg.model import PAPER_PREDICATES, Concept, Kind, Predicate

#: Louvain and Leiden shuffle; a fixed seed gives the same groups again.
SEED = 0
#: A concept that more papers share than this ties everything to everything and costs its square in edges, so it groups
#: nothing. Smaller than any useful group at 100,000 papers, larger than any concept but the commonest at 200.
TOO_COMMON = 400
#: A paper is tied to this many others at most. All ties together grow with the square of a group and cost minutes at
#: 20,000 papers; few ties tear groups apart: 10, 20, 30 and all of them give the seeds 11, 8, 7 and 7 groups.
STRONGEST_TIES = 20
#: How far a shared concept of each kind binds: two papers on one task or method belong together, two that both report
#: accuracy hardly.
KIND_WEIGHT = {Kind.METHOD: 1.0, Kind.TASK: 1.0, Kind.BENCHMARK: 0.7, Kind.DATASET: 0.7, Kind.METRIC: 0.15}
#: A concept a paper only mentions says less about it than one it works with.
MENTION_WEIGHT = 0.5
#: Concepts in a label: two or three are read at a glance.
LABEL_CONCEPTS = 3

Indices = npt.NDArray[np.intp]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Community:
    """Papers that share concepts. `id` counts from 1, the largest first; `papers` are ids, sorted.

    `concepts` are the ids of the concepts that set it apart, the most telling first; `label` their names. A paper that
    shares nothing is a community of its own, labelled by its rarest concept or its title.
    """

    id: int
    label: str
    papers: tuple[str, ...]
    concepts: tuple[str, ...]


def communities(graph: Graph) -> tuple[Community, ...]:
    """The Louvain communities of the papers, weighted by what they share, the largest first; every paper is in one.

    Blondel, Guillaume, Lambiotte, Lefebvre (2008): Fast unfolding of communities in large networks.
    """
    shared = shared_concept_graph(graph)
    return _labelled(graph, nx.community.louvain_communities(shared, weight="weight", seed=SEED))


def leiden_communities(graph: Graph) -> tuple[Community, ...]:
    """As `communities`, by Leiden's algorithm, whose groups are always connected; needs the extra `leiden` (igraph).

    Traag, Waltman, van Eck (2019): From Louvain to Leiden. igraph is GPL, hence no default.
    Raises MissingExtraError without it.
    """
    try:
        import igraph
    except ImportError as error:
        raise MissingExtraError("leiden", "grouping papers by Leiden's algorithm") from error
    import random

    shared = shared_concept_graph(graph)
    papers = sorted(shared)
    place = {paper: index for index, paper in enumerate(papers)}
    edges = sorted((*sorted((place[a], place[b])), weight) for a, b, weight in shared.edges(data="weight"))
    network = igraph.Graph(n=len(papers), edges=[(a, b) for a, b, _ in edges])
    igraph.set_random_number_generator(random.Random(SEED))
    found = network.community_leiden("modularity", weights=[weight for *_, weight in edges], n_iterations=-1)
    return _labelled(graph, ([papers[member] for member in group] for group in found))


def shared_concept_graph(graph: Graph) -> nx.Graph:
    """Papers as nodes, each tied to the STRONGEST_TIES papers it shares most with.

    An edge weighs the sum, over the concepts both have, of kind, roles and rarity (log N / df). Memory and time grow
    with the papers, not with their square.
    """
    papers = [paper.id for paper in graph.papers()]
    place = {paper: index for index, paper in enumerate(papers)}
    sharing: list[tuple[Indices, Weights]] = []
    own: list[list[tuple[int, float]]] = [[] for _ in papers]
    for concept in graph.concepts():
        roles = {
            place[claim.subject]: MENTION_WEIGHT if claim.predicate is Predicate.MENTIONS else 1.0
            for claim in graph.claims(object=concept.id)
            if claim.predicate in PAPER_PREDICATES
        }
        if 2 <= len(roles) <= TOO_COMMON:
            rarity = KIND_WEIGHT[concept.kind] * math.log(len(papers) / len(roles))
            for paper, role in roles.items():
                own[paper].append((len(sharing), rarity * role))
            sharing.append((np.fromiter(roles, np.intp), np.fromiter(roles.values(), np.float64)))
    ties: dict[tuple[int, int], float] = {}
    for paper, concepts in enumerate(own):
        if concepts:
            others, first = np.unique(np.concatenate([sharing[n][0] for n, _ in concepts]), return_inverse=True)
            weights = np.bincount(first, np.concatenate([sharing[n][1] * weight for n, weight in concepts]))
            weights[others == paper] = 0.0
            strongest = np.lexsort((others, -weights))[:STRONGEST_TIES]
            for other, weight in zip(others[strongest].tolist(), weights[strongest].tolist(), strict=True):
                if weight > 0:
                    ties[min(paper, other), max(paper, other)] = weight
    shared = nx.Graph()
    shared.add_nodes_from(papers)
    shared.add_weighted_edges_from((papers[one], papers[other], ties[one, other]) for one, other in sorted(ties))
    return shared


def _labelled(graph: Graph, groups: Iterable[Iterable[str]]) -> tuple[Community, ...]:
    concepts = {concept.id: concept for concept in graph.concepts()}
    titles = {paper.id: paper.title for paper in graph.papers()}
    concepts_of = {paper: graph.concepts_of(paper) for paper in titles}
    papers_with = Counter(concept for claims in concepts_of.values() for concept in claims)
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    found = []
    for number, papers in enumerate(ordered, 1):
        within = Counter(
            concept
            for paper in papers
            for concept, claim in concepts_of[paper].items()
            if claim.predicate is not Predicate.MENTIONS
        )
        telling = _telling(within, papers_with, [concepts[each] for each in sorted(within)], len(papers) / len(titles))
        label = ", ".join(concept.name for concept in telling) or titles[papers[0]]
        found.append(Community(number, label, tuple(papers), tuple(concept.id for concept in telling)))
    return tuple(found)


def _telling(
    within: Counter[str], papers_with: Counter[str], concepts: Sequence[Concept], share: float
) -> list[Concept]:
    """The concepts the group has more often than its `share` of all papers lets expect, rare ones first; no metrics.

    Each counts sqrt(n) log(n / (share df)): n papers of the group have it, df of all.
    """
    lift = {each: math.sqrt(n) * math.log(n / (share * papers_with[each])) for each, n in within.items()}
    ranked = sorted(
        (concept for concept in concepts if concept.kind is not Kind.METRIC),
        key=lambda concept: (-lift[concept.id], concept.id),
    )
    several = [concept for concept in ranked if within[concept.id] > 1 and lift[concept.id] > 0]
    return several[:LABEL_CONCEPTS] or ranked[:1]
