"""How two papers or concepts are connected: what is said of both, what they share, the shortest telling path."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import networkx as nx

from kg.errors import UnknownNameError
from kg.graph import Graph
from kg.lookup import find_concept, find_paper, words
from kg.model import Claim, Concept, Paper, Predicate, Result
from kg.related.answers import Quote, Reason
from kg.related.asking import reasons_between
from kg.related.reasons import name_of, quotes
from kg.text import squeeze

Node = Paper | Concept

_VERBS: Mapping[Predicate, str] = {
    Predicate.INTRODUCES: "introduces",
    Predicate.USES: "works with",
    Predicate.COMPARES_WITH: "compares with",
    Predicate.EVALUATES_ON: "evaluates on",
    Predicate.ADDRESSES: "addresses",
    Predicate.REPORTS: "reports",
    Predicate.MENTIONS: "mentions",
    Predicate.USED_FOR: "is used for",
    Predicate.BASED_ON: "builds on",
    Predicate.PART_OF: "is part of",
    Predicate.OUTPERFORMS: "outperforms",
    Predicate.COMPARED_WITH: "is compared with",
    Predicate.TRAINED_ON: "is trained on",
    Predicate.BROADER: "is a kind of",
}
#: What a step along a claim costs: a path over what papers do is worth a detour, one over what they mention hardly.
_COST: Mapping[Predicate, float] = {Predicate.MENTIONS: 3.0, Predicate.REPORTS: 3.0}
_USUAL_COST = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """One claim in words, with the paper that says it (None where the names themselves do) and its sentences."""

    claim: Claim
    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`direct`: claims between the two; `reasons`: what two papers share; `path`: steps from one to the other.

    There is no path where there are direct claims. All three are empty where nothing connects them.
    """

    one: Node
    other: Node
    direct: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    path: tuple[Step, ...]

    def __str__(self) -> str:
        lines = [f"{_title(self.one)} and {_title(self.other)}"]
        for title, steps in (("said of both", self.direct), ("the shortest path", self.path)):
            lines += [f"  {title}:"] if steps else []
            lines += [line for step in steps for line in _lines(step.text, step.quotes[:1])]
        lines += ["  in common:"] if self.reasons else []
        lines += [
            line for reason in self.reasons for line in _lines(reason.text, (*reason.here[:1], *reason.there[:1]))
        ]
        return "\n".join(lines if len(lines) > 1 else [*lines, "  nothing in this graph connects them"])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def explain(graph: Graph, one: str | Node, other: str | Node) -> Explanation:
    """How two papers or concepts are connected; names are looked up by `find_node`.

    Raises UnknownNameError, AmbiguousNameError.
    """
    first, second = (find_node(graph, each) if isinstance(each, str) else each for each in (one, other))
    between = [
        claim
        for subject, object_ in ((first.id, second.id), (second.id, first.id))
        for claim in graph.claims(subject=subject, object=object_)
    ]
    shared = reasons_between(graph, first, second) if isinstance(first, Paper) and isinstance(second, Paper) else ()
    path = () if between or first.id == second.id else _path(graph, first.id, second.id)
    return Explanation(first, second, tuple(_step(graph, claim) for claim in between), shared, path)


def find_node(graph: Graph, name: str) -> Node:
    """The paper or concept of a name: an id, exactly a concept's name, else a paper's, else a part of a concept's."""
    if graph.has(name) and not isinstance(node := graph.node(name), Result):
        return node
    try:
        concept = find_concept(graph, name)
    except UnknownNameError:
        return find_paper(graph, name)
    if words(name) in map(words, (concept.name, *concept.aliases)):
        return concept
    try:
        return find_paper(graph, name)
    except UnknownNameError:
        return concept


def _path(graph: Graph, one: str, other: str) -> tuple[Step, ...]:
    """The cheapest path over claims; concepts that many papers have cost the logarithm of how many."""
    view = graph.nx.to_undirected(as_view=True)

    def cost(node: str, following: str, edges: Mapping[Any, Mapping[str, Any]]) -> float | None:
        claims = [edge["claim"] for edge in edges.values()]
        if any(isinstance(graph.node(end), Result) for end in (node, following)):
            return None
        usual = min(_COST.get(claim.predicate, _USUAL_COST) for claim in claims)
        return usual + 0.5 * math.log(max(1, view.degree(node)) * max(1, view.degree(following)))

    try:
        _, nodes = nx.bidirectional_dijkstra(view, one, other, weight=cost)
    except nx.NetworkXNoPath:
        return ()
    return tuple(_step(graph, _best_claim(graph, *pair)) for pair in pairwise(nodes))


def _best_claim(graph: Graph, one: str, other: str) -> Claim:
    claims = [*graph.claims(subject=one, object=other), *graph.claims(subject=other, object=one)]
    return min(claims, key=lambda claim: (_COST.get(claim.predicate, _USUAL_COST), -claim.confidence, claim.predicate))


def _step(graph: Graph, claim: Claim) -> Step:
    ends = [_called(graph, graph.node(end)) for end in (claim.subject, claim.object)]
    by = graph.node(claim.paper) if claim.paper and claim.paper != claim.subject else None
    said = f" (so {name_of(graph, by)} says)" if isinstance(by, Paper) else ""
    paper = graph.node(claim.paper) if claim.paper else None
    sentences = [evidence.sentence for evidence in claim.evidence]
    shown = quotes(paper, sentences) if isinstance(paper, Paper) else ()
    return Step(claim, f"{ends[0]} {_VERBS[claim.predicate]} {ends[1]}{said}", shown)


def _called(graph: Graph, node: Paper | Concept | Result) -> str:
    if isinstance(node, Paper):
        return name_of(graph, node)
    return node.name if isinstance(node, Concept) else node.text


def _title(node: Node) -> str:
    return squeeze(node.title) if isinstance(node, Paper) else node.name


def _lines(text: str, shown: Iterable[Quote]) -> list[str]:
    return [f"    {text}", *(f"      “{quote.text}”" for quote in shown)]
