"""Asks the index which papers are nearest to one, and gathers the reasons of those that are answered."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from kg.errors import StoreError
from kg.graph import Graph
from kg.lookup import find_paper
from kg.model import Concept, Extraction, Paper
from kg.related.answers import Answers, Reason, Related
from kg.related.building import as_bytes, index_of_graph
from kg.related.embedding import Embeddings
from kg.related.index import Index, open_index
from kg.related.query import KINDS_OF_FACET, Facet, Query, query_of_paper, query_of_text
from kg.related.ranking import Scores, affinity, score
from kg.related.reasons import SIMILAR_WORDING, Shared, concept_reasons, name_of, quotes
from kg.related.space import unit
from kg.related.wording import nearest_sentences, shared_phrases, stems_said
from kg.version import __version__


class _Default(int):
    """A number that can be told from the same number given on purpose."""


#: Ten answers; with `among`, every candidate.
DEFAULT_K = _Default(10)


def related(
    graph: Graph,
    paper: str | Paper,
    *,
    k: int | None = DEFAULT_K,
    facet: Facet | str | None = None,
    among: Iterable[str | Paper] | None = None,
    embed: Embeddings | None = None,
) -> Answers:
    """The `k` papers nearest to one, best first, each with its reasons; None for all.

    With `among`, those candidates are ranked, every one of them if `k` is not given; a candidate that is the paper
    itself scores 1. With a facet ("background", "method", "data", "result") only that side counts. `embed` adds
    sentence embeddings. Raises UnknownNameError, AmbiguousNameError, ValueError for a facet there is none of.
    """
    found = find_paper(graph, paper) if isinstance(paper, str) else paper
    return _answers(graph, _question(graph, query_of_paper(graph, found), facet, embed), k, among)


def related_to_text(
    graph: Graph,
    title: str,
    abstract: str,
    *,
    extraction: Extraction | None = None,
    k: int | None = DEFAULT_K,
    facet: Facet | str | None = None,
    among: Iterable[str | Paper] | None = None,
) -> Answers:
    """As `related`, for a text that is no paper of the graph; without its extraction only the wording counts."""
    query = query_of_text(graph, title, abstract, extraction)
    return _answers(graph, _question(graph, query, facet), k, among)


def reasons_between(graph: Graph, one: Paper, other: Paper) -> tuple[Reason, ...]:
    """Why two papers of the graph are related, the weightiest first; `one` is the paper asked about."""
    index = index_of(graph)
    query = query_of_paper(graph, one)
    return _answer(graph, index, _question(graph, query), score(index, query), index.number(other.id)).reasons


#: With a facet and sentence embeddings, how much the sides of two papers count against the whole papers; 0.5 and 0.7 do
#: as well on the judged facets.
SIDES = 0.6
#: The index of fewer papers is made sooner than its files are read.
WORTH_KEEPING = 2000
#: One index a graph, built at the first question; graphs do not change.
_INDEXES: WeakKeyDictionary[Graph, Index] = WeakKeyDictionary()


def index_of(graph: Graph) -> Index:
    """The index of a graph, built once."""
    if graph not in _INDEXES:
        _INDEXES[graph] = index_of_graph(graph)
    return _INDEXES[graph]


def keep_index(graph: Graph, folder: Path, key: str) -> None:
    """Answer for a large graph from the index kept in a folder, memory-mapped; made there at the first question.

    `key` tells graphs apart: an index kept under another key, or a damaged one, is made anew. A folder that cannot be
    written is no error.
    """
    if graph in _INDEXES or len(graph.papers()) < WORTH_KEEPING:
        return
    mark, key = folder / "key", f"{__version__} {key}"
    with suppress(OSError, StoreError):
        if mark.read_text(encoding="utf-8") == key:
            _INDEXES[graph] = open_index(folder)
            return
    index = index_of(graph)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        mark.unlink(missing_ok=True)
        index.save(folder)
        mark.write_text(key, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked; `rarity`: how telling each stem is that the paper asked about says."""

    query: Query
    facet: Facet | None
    embed: Embeddings | None
    rarity: Mapping[str, float]


def _question(
    graph: Graph, query: Query, facet: Facet | str | None = None, embed: Embeddings | None = None
) -> _Question:
    stems = stems_said(query.paper)
    rarity = dict(zip(stems, index_of(graph).rarity_of(as_bytes(stems)).tolist(), strict=True))
    return _Question(query, Facet(facet) if facet else None, embed, rarity)


def _answers(graph: Graph, question: _Question, k: int | None, among: Iterable[str | Paper] | None) -> Answers:
    index, query = index_of(graph), question.query
    scores = score(index, query, question.facet)
    if question.embed:
        scores = replace(scores, meaning=_meaning(graph, question, question.embed))
    total = scores.total
    if among is None:
        places = np.arange(len(total))
        if graph.has(query.paper.id):
            places = np.delete(places, index.number(query.paper.id))
        count = len(places) if k is None else k
    else:
        papers = [find_paper(graph, each) if isinstance(each, str) else each for each in among]
        places = np.array(sorted({index.number(paper.id) for paper in papers}), dtype=np.int64)
        count = len(places) if k is None or k is DEFAULT_K else k
        if graph.has(query.paper.id):
            total[index.number(query.paper.id)] = 1.0
    ranked = _best(total[places], places, count)
    return Answers(_answer(graph, index, question, scores, int(place)) for place in ranked)


def _best(scores: NDArray[np.float32], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The places of the `count` highest scores, highest first; of equal ones the lower place first."""
    if count <= 0:
        return places[:0]
    if count < len(scores):
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        enough = scores >= least
        scores, places = scores[enough], places[enough]
    return places[np.lexsort((places, -scores))][:count]


def _meaning(graph: Graph, question: _Question, embed: Embeddings) -> NDArray[np.float32]:
    """The cosine of a paper's embedding with that of each paper of the graph; below zero counts as zero.

    With a facet, the paper asked about leans to that side of it, and that side of both papers is compared as well.
    """
    query, facet = question.query, question.facet
    ordered = sorted(graph.papers(), key=lambda paper: paper.id.encode("utf-8", "surrogatepass"))
    vectors = embed.vectors([query.paper, *ordered])
    asked, wholes = vectors[0], vectors[1:]
    if facet is None:
        near = wholes @ asked
    else:
        vectors = embed.vectors([query.side(facet), *(query_of_paper(graph, paper).side(facet) for paper in ordered)])
        side, sides = vectors[0], vectors[1:]
        near = (1 - SIDES) * (wholes @ unit(asked + side)) + SIDES * (sides @ side)
    above: NDArray[np.float32] = np.maximum(near, 0).astype(np.float32)
    return above


def _answer(graph: Graph, index: Index, question: _Question, scores: Scores, place: int) -> Related:
    query = question.query
    paper = graph.node(index.papers[place].decode("utf-8", "surrogatepass"))
    if not isinstance(paper, Paper):
        raise KeyError(index.papers[place])
    if paper.id == query.paper.id:
        return Related(paper, 1.0, (Reason("same paper", "is the same paper", 1.0, (), (), ()),))
    answer = query_of_paper(graph, paper)
    total = scores.of(place)
    reasons = concept_reasons(
        query, answer, _shared(graph, index, query, answer, question.facet), name_of(graph, query.paper)
    )
    told = sum(reason.weight for reason in reasons) or 1.0
    by_concepts = scores.by_concepts(place)
    scaled = [
        replace(reason, weight=round(reason.weight / told * by_concepts / (total or 1.0), 4)) for reason in reasons
    ]
    wording = _wording(question, paper, 1.0 - by_concepts / (total or 1.0))
    ordered = sorted([*scaled, *wording], key=lambda reason: (-reason.weight, reason.kind, reason.text))
    return Related(paper, round(min(total, 1.0), 4), tuple(ordered))


def _shared(graph: Graph, index: Index, query: Query, answer: Query, facet: Facet | None) -> list[Shared]:
    shared = []
    for concept_id in sorted(query.claims.keys() & answer.claims.keys()):
        concept, place = graph.node(concept_id), index.concept_place(concept_id)
        if isinstance(concept, Concept) and place is not None and concept.kind in KINDS_OF_FACET[facet]:
            here, there = query.claims[concept_id], answer.claims[concept_id]
            weight = float(index.concept_rarity[place]) ** 2 * affinity(here.predicate, there.predicate)
            shared.append(Shared(concept, here, there, weight))
    return shared


def _wording(question: _Question, other: Paper, weight: float) -> list[Reason]:
    """The reason that both say the same words; none where they share no word."""
    paper, rarity = question.query.paper, question.rarity
    phrases = shared_phrases(paper, other, rarity)
    if not phrases:
        return []
    pair = nearest_sentences(paper, other, rarity)
    here, there = (quotes(paper, pair[:1]), quotes(other, pair[1:])) if pair else ((), ())
    return [Reason(SIMILAR_WORDING, f"similar wording ({', '.join(phrases)})", round(weight, 4), (), here, there)]
