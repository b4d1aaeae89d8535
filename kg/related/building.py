"""Builds the index of related work from papers and what they do with concepts."""

import itertools
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.graph import Graph
from kg.model import PAPER_PREDICATES, Kind, Paper, Predicate
from kg.related.index import (
    DAMPED,
    KINDS,
    MOST,
    ROLE_WEIGHT,
    ROLES,
    Index,
    rarity_of_concepts,
    rarity_of_words,
)
from kg.related.space import Space, shipped, unit
from kg.related.words import stems

#: A word of the title counts as so many of the abstract: the title is the densest sentence of a paper.
TITLE_COUNT = 2
#: Papers whose vectors are computed at a time: a few MB of memory.
_BLOCK = 250

#: Paper id, concept id, its kind, and what the paper does with it.
Link = tuple[str, str, Kind, Predicate]


def index_of_graph(graph: Graph) -> Index:
    """The index of the papers of a graph and their claims."""
    kind_of = {concept.id: concept.kind for concept in graph.concepts()}
    links = (
        (claim.subject, claim.object, kind_of[claim.object], claim.predicate)
        for claim in graph.claims()
        if claim.predicate in PAPER_PREDICATES
    )
    return build_index(graph.papers(), links)


def build_index(papers: Iterable[Paper], links: Iterable[Link]) -> Index:
    """The index of papers and links; a link to a paper that is not given is a KeyError."""
    ordered = sorted(papers, key=lambda paper: paper.id.encode("utf-8", "surrogatepass"))
    space = shipped()
    terms, numbers, counts, ends = _word_counts(ordered)
    by_word = np.argsort(numbers, kind="stable")
    df = np.bincount(numbers, minlength=len(terms))
    rarity = rarity_of_words(terms, df, len(ordered), space)
    weights = DAMPED[counts] * np.sqrt(rarity)[numbers]
    paper_of = np.repeat(np.arange(len(ordered), dtype=np.int32), np.diff(ends))
    number_of = {paper.id: number for number, paper in enumerate(ordered)}
    concepts, kinds, concept_ends, concept_papers, roles = _concept_postings(links, number_of)
    link_weights = (
        np.repeat(rarity_of_concepts(np.diff(concept_ends), kinds, len(ordered)), np.diff(concept_ends))
        * np.array([ROLE_WEIGHT[role] for role in ROLES], dtype=np.float32)[roles]
    )
    return Index(
        papers=as_bytes([paper.id for paper in ordered]),
        words=terms,
        word_ends=np.concatenate([[0], np.cumsum(df)]).astype(np.int64),
        word_papers=paper_of[by_word],
        word_counts=counts[by_word],
        word_lengths=_lengths(paper_of, weights, len(ordered)),
        concepts=concepts,
        concept_kinds=kinds,
        concept_ends=concept_ends,
        concept_papers=concept_papers,
        concept_roles=roles,
        concept_squares=_squares(concept_papers, np.repeat(kinds, np.diff(concept_ends)), link_weights, len(ordered)),
        vectors=_vectors(space, space.rows_of(terms)[numbers], weights, ends),
    )


def word_counts(title: str, abstract: str) -> Counter[str]:
    """How often each stem occurs in a paper, its title counted `TITLE_COUNT` times."""
    counts = Counter(stems(abstract))
    for stem in stems(title):
        counts[stem] += TITLE_COUNT
    return counts


def as_bytes(names: Sequence[str]) -> NDArray[np.bytes_]:
    """Names as an array of UTF-8 bytes, at least one byte wide."""
    return np.array([name.encode("utf-8", "surrogatepass") for name in names], dtype="S" if names else "S1")


def _word_counts(
    papers: Sequence[Paper],
) -> tuple[NDArray[np.bytes_], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The sorted stems; then paper after paper the number and the count of each of its stems, and where papers end."""
    first: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    numbers, counts, ends = array("q"), array("q"), array("q", [0])
    for paper in papers:
        found = word_counts(paper.title, paper.abstract)
        numbers.extend([first[stem] for stem in found])
        counts.extend(found.values())
        ends.append(len(numbers))
    terms = as_bytes(list(first))
    order, place = _sorted(terms)
    return (
        terms[order],
        place[np.frombuffer(numbers, dtype=np.int64)],
        np.minimum(np.frombuffer(counts, dtype=np.int64), MOST).astype(np.uint8),
        np.frombuffer(ends, dtype=np.int64),
    )


def _concept_postings(
    links: Iterable[Link], number_of: Mapping[str, int]
) -> tuple[NDArray[np.bytes_], NDArray[np.uint8], NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
    """Sorted concept ids, their kinds, and each one's papers with what they do, in the order of papers."""
    kind_code = {kind: code for code, kind in enumerate(KINDS)}
    role_code = {role: code for code, role in enumerate(ROLES)}
    first: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    kind_of: dict[int, int] = {}
    numbers, papers, roles = array("q"), array("q"), array("q")
    for paper, concept, kind, role in links:
        number = first[concept]
        kind_of[number] = kind_code[kind]
        numbers.append(number)
        papers.append(number_of[paper])
        roles.append(role_code[role])
    ids = as_bytes(list(first))
    order, place = _sorted(ids)
    concept_of, paper_of, role_of = (np.frombuffer(each, dtype=np.int64) for each in (numbers, papers, roles))
    concept_of = place[concept_of]
    sequence = np.lexsort((role_of, paper_of, concept_of))
    return (
        ids[order],
        np.array([kind_of[number] for number in order.tolist()], dtype=np.uint8),
        np.concatenate([[0], np.cumsum(np.bincount(concept_of, minlength=len(ids)))]).astype(np.int64),
        paper_of[sequence].astype(np.int32),
        role_of[sequence].astype(np.uint8),
    )


def _sorted(names: NDArray[np.bytes_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order that sorts the names, and the place each then has."""
    order = np.argsort(names, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return order, place


def _lengths(papers: NDArray[np.int32], weights: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The Euclidean length of each paper's weights; 1 for a paper without any, so that it can be divided by."""
    lengths = np.sqrt(np.bincount(papers, weights.astype(np.float64) ** 2, minlength=count))
    return np.where(lengths > 0, lengths, 1).astype(np.float32)


def _squares(
    papers: NDArray[np.int32], kinds: NDArray[np.uint8], weights: NDArray[np.float32], count: int
) -> NDArray[np.float32]:
    """Papers by kinds: the sum of the squared weights of a paper's concepts of a kind."""
    cell = papers.astype(np.int64) * len(KINDS) + kinds
    squares = np.bincount(cell, weights.astype(np.float64) ** 2, minlength=count * len(KINDS))
    return squares.reshape(count, len(KINDS)).astype(np.float32)


def _vectors(
    space: Space, rows: NDArray[np.int64], weights: NDArray[np.float32], ends: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The unit vector of each paper: the sum of its stems' vectors by weight."""
    papers = len(ends) - 1
    vectors = np.zeros((papers, space.dimensions), dtype=np.float32)
    for begin in range(0, papers, _BLOCK):
        stop = min(begin + _BLOCK, papers)
        inside = slice(ends[begin], ends[stop])
        known = rows[inside] >= 0
        terms, column = np.unique(rows[inside][known], return_inverse=True)
        if not len(terms):
            continue
        counted = np.zeros((stop - begin, len(terms)), dtype=np.float32)
        paper = np.repeat(np.arange(stop - begin), np.diff(ends[begin : stop + 1]))[known]
        counted[paper, column] = weights[inside][known]
        vectors[begin:stop] = counted @ (space.vectors[terms] * space.scales[terms, None])
    return unit(vectors)
