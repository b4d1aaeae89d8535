"""The graph value: papers, concepts, results and claims over one MultiDiGraph, whose attribute keys only it knows.

Node keys are ids; node attribute `value` holds the Paper, Concept or Result. Edges are keyed by (predicate, paper) and
hold their `Claim` in attribute `claim`. Iteration is sorted by id everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from kg.model import (
    PAPER_PREDICATES,
    Claim,
    Concept,
    Decision,
    Kind,
    Paper,
    Predicate,
    Result,
    Sentence,
)

Node = Paper | Concept | Result


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the claims: the package's version and the hash of the trained weights."""

    version: str
    model_hash: str


class Graph:
    """Papers and concepts, what papers say of concepts, and the decisions that made the concepts.

    Raises ValueError where a claim or a result names a node that is not there.
    """

    def __init__(
        self,
        *,
        papers: Iterable[Paper],
        concepts: Iterable[Concept],
        claims: Iterable[Claim],
        results: Iterable[Result] = (),
        decisions: Iterable[Decision] = (),
        provenance: Provenance | None = None,
    ) -> None:
        self.nx = nx.MultiDiGraph()
        self.decisions = tuple(sorted(decisions))
        self.provenance = provenance or Provenance("", "")
        self._papers = {paper.id: paper for paper in sorted(papers, key=lambda paper: paper.id)}
        self._concepts = {concept.id: concept for concept in sorted(concepts, key=lambda concept: concept.id)}
        self._results = {result.id: result for result in sorted(results, key=lambda result: result.id)}
        self._moved = {old: concept.id for concept in self._concepts.values() for old in concept.former_ids}
        for node in self.nodes():
            self.nx.add_node(node.id, value=node)
        self._claims = tuple(sorted(claims, key=_order))
        for claim in self._claims:
            self._link(claim)
        for result in self._results.values():
            for claim in _result_links(result):
                self._link(claim)

    def _link(self, claim: Claim) -> None:
        for end in (claim.subject, claim.object):
            if end not in self.nx:
                raise ValueError(f"a claim of {claim.paper} names {end!r}, which is no node of the graph")
        self.nx.add_edge(claim.subject, claim.object, key=(str(claim.predicate), claim.paper or ""), claim=claim)

    def nodes(self) -> Iterable[Node]:
        """Papers, then concepts, then results, each by id."""
        yield from self._papers.values()
        yield from self._concepts.values()
        yield from self._results.values()

    def papers(self) -> tuple[Paper, ...]:
        """All papers, by id."""
        return tuple(self._papers.values())

    def concepts(self, kind: Kind | str | None = None) -> tuple[Concept, ...]:
        """All concepts, or those of one kind, by id."""
        return tuple(concept for concept in self._concepts.values() if kind is None or concept.kind == kind)

    def node(self, node_id: str) -> Node:
        """The paper, concept or result of this exact id; a concept also answers to its former ids. KeyError if none."""
        found = self.nx.nodes.get(self._moved.get(node_id, node_id))
        if found is None:
            raise KeyError(node_id)
        node: Node = found["value"]
        return node

    def has(self, node_id: str) -> bool:
        """Whether an exact (or former) id is in the graph."""
        return self._moved.get(node_id, node_id) in self.nx

    def claims(
        self,
        *,
        subject: str | None = None,
        predicate: Predicate | str | None = None,
        object: str | None = None,  # noqa: A002 - the term of the trade
        paper: str | None = None,
    ) -> tuple[Claim, ...]:
        """The claims that fit every given id, by subject, predicate, object, paper; not the links of results."""
        found: Iterable[Claim]
        if subject is not None:
            found = (
                (data["claim"] for _, _, data in self.nx.out_edges(subject, data=True)) if subject in self.nx else ()
            )
        elif object is not None:
            found = (data["claim"] for _, _, data in self.nx.in_edges(object, data=True)) if object in self.nx else ()
        else:
            found = self._claims
        fitting = [
            claim
            for claim in found
            if claim.subject not in self._results
            and (predicate is None or claim.predicate == predicate)
            and (object is None or claim.object == object)
            and (paper is None or claim.paper == paper)
        ]
        return tuple(fitting if found is self._claims else sorted(fitting, key=_order))

    def results(
        self, *, paper: str | None = None, method: str | None = None, on: str | None = None, metric: str | None = None
    ) -> tuple[Result, ...]:
        """The results that fit every given id, by id."""
        anchor = next((end for end in (on, method, paper, metric) if end is not None), None)
        if anchor is None:
            return tuple(self._results.values())
        ends = self.nx.predecessors(anchor) if anchor in self.nx else ()
        found = [self._results[end] for end in sorted(set(ends)) if end in self._results]
        return tuple(
            result
            for result in found
            if (paper is None or result.paper == paper)
            and (method is None or result.method == method)
            and (on is None or result.on == on)
            and (metric is None or result.metric == metric)
        )

    def papers_of(self, concept: str) -> tuple[Paper, ...]:
        """The papers with any claim to a concept, by id."""
        ids = {claim.subject for claim in self.claims(object=concept) if claim.predicate in PAPER_PREDICATES}
        return tuple(self._papers[paper_id] for paper_id in sorted(ids))

    def concepts_of(self, paper: str) -> Mapping[str, Claim]:
        """Concept id -> the paper's own claim to it (each paper has one claim to a concept)."""
        return {claim.object: claim for claim in self.claims(subject=paper) if claim.predicate in PAPER_PREDICATES}

    def text_of(self, sentence: Sentence) -> str:
        """The words of a sentence, without the white space round it."""
        return self._papers[sentence.paper].text[sentence.start : sentence.end].strip()


def _order(claim: Claim) -> tuple[str, str, str, str]:
    return claim.subject, claim.predicate, claim.object, claim.paper or ""


def _result_links(result: Result) -> Iterable[Claim]:
    """The edges of a result node."""
    ends = (
        (Predicate.IN_PAPER, result.paper),
        (Predicate.METHOD, result.method),
        (Predicate.ON, result.on),
        (Predicate.METRIC, result.metric),
    )
    return [Claim(result.paper, result.id, predicate, end, (result.evidence,)) for predicate, end in ends if end]
