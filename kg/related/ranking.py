"""Scores every paper against a query: similar words, neighbouring words, shared concepts; exact, over all papers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.model import Kind, Predicate
from kg.related.building import as_bytes
from kg.related.index import DAMPED, KINDS, ROLE_WEIGHT, ROLES, Index
from kg.related.query import KINDS_OF_FACET, Facet, Query
from kg.related.space import shipped

Floats = NDArray[np.float32]

#: The shares of words, of their neighbourhood in the space, and of concepts in a score; measured: docs/related.md.
_USUAL = (0.5, 0.3, 0.2)
#: Papers that do alike say so in neighbouring rather than in the same words, so a method leans on the space.
SHARES: Mapping[Facet | None, tuple[float, float, float]] = {
    None: _USUAL,
    Facet.BACKGROUND: _USUAL,
    Facet.METHOD: (0.35, 0.55, 0.1),
    Facet.DATA: _USUAL,
    Facet.RESULT: _USUAL,
}
#: A paper is asked about by so many of its words, the most telling ones: the others change the judged figures by 0.1
#: points, and their lists are the longest.
ASKED_WORDS = 32
#: The part of sentence embeddings, where the user asks for them.
MEANING = 0.55
#: What a shared concept counts more where one paper introduces what the other works with: the strongest tie there is.
MAKER = 2.0
#: `bincount` sums in double; converting before is faster than letting it convert.
_DAMPED_DOUBLE = DAMPED.astype(np.float64)
_TAKES = (Predicate.USES, Predicate.COMPARES_WITH, Predicate.EVALUATES_ON)


@dataclass(frozen=True, eq=False)
class Scores:
    """A score in [0, 1] for each paper of the index, and the parts it sums by their shares, each in [0, 1]."""

    words: Floats
    space: Floats
    concepts: Floats
    shares: tuple[float, float, float] = _USUAL
    meaning: Floats | None = None

    @property
    def total(self) -> Floats:
        """The weighted sum."""
        words, space, concepts = self.shares
        total: Floats = words * self.words + space * self.space + concepts * self.concepts
        return total if self.meaning is None else (1 - MEANING) * total + MEANING * self.meaning

    def of(self, place: int) -> float:
        """The score of one paper."""
        parts = zip(self.shares, (self.words, self.space, self.concepts), strict=True)
        total = sum(share * float(part[place]) for share, part in parts)
        return total if self.meaning is None else (1 - MEANING) * total + MEANING * float(self.meaning[place])

    def by_concepts(self, place: int) -> float:
        """What the shared concepts add to the score of one paper."""
        return self.shares[2] * float(self.concepts[place]) * (1.0 if self.meaning is None else 1 - MEANING)


def score(index: Index, query: Query, facet: Facet | None = None) -> Scores:
    """Cosine of damped word counts weighted by rarity, cosine in the space of the field's words, concepts in common."""
    words, space = _word_scores(index, query.word_weights(facet))
    return Scores(words, space, _concept_scores(index, query, KINDS_OF_FACET[facet]), SHARES[facet])


def _word_scores(index: Index, counts: Mapping[str, float]) -> tuple[Floats, Floats]:
    zero = np.zeros(len(index.papers), dtype=np.float32)
    if not counts:
        return zero, zero
    stems = as_bytes(list(counts))
    damped = np.log1p(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    rarity = index.rarity_of(stems)
    weights = damped * np.sqrt(rarity)
    near = index.vectors @ shipped().place(shipped().rows_of(stems), weights)
    if len(stems) > ASKED_WORDS:
        keep = np.sort(np.argsort(-weights, kind="stable")[:ASKED_WORDS])
        stems, rarity, weights = stems[keep], rarity[keep], weights[keep]
    places = index.word_places(stems)
    known = places >= 0
    ranges = [slice(index.word_ends[at], index.word_ends[at + 1]) for at in places[known]]
    if not ranges:
        return zero, np.maximum(near, 0)
    lengths = [each.stop - each.start for each in ranges]
    papers = np.concatenate([index.word_papers[each] for each in ranges])
    products = _DAMPED_DOUBLE[np.concatenate([index.word_counts[each] for each in ranges])]
    products *= np.repeat((weights * np.sqrt(rarity))[known].astype(np.float64), lengths)
    summed = np.bincount(papers, products, minlength=len(index.papers)).astype(np.float32)
    cosine: Floats = summed / (index.word_lengths * np.float32(np.linalg.norm(weights)))
    return cosine, np.maximum(near, 0)


def _concept_scores(index: Index, query: Query, kinds: frozenset[Kind]) -> Floats:
    """Sum over shared concepts of squared rarity, both roles, and the maker's bonus, over both lengths; at most 1."""
    summed = np.zeros(len(index.papers), dtype=np.float64)
    length = 0.0
    for concept, claim in sorted(query.claims.items()):
        at = index.concept_place(concept)
        if at is None or KINDS[index.concept_kinds[at]] not in kinds:
            continue
        weight = float(index.concept_rarity[at])
        length += (weight * ROLE_WEIGHT[claim.predicate]) ** 2
        postings = slice(index.concept_ends[at], index.concept_ends[at + 1])
        by_role = np.array([affinity(claim.predicate, other) for other in ROLES])
        summed[index.concept_papers[postings]] += weight**2 * by_role[index.concept_roles[postings]]
    if not length:
        return summed.astype(np.float32)
    return np.minimum(summed / (index.concept_lengths(kinds) * math.sqrt(length)), 1).astype(np.float32)


def affinity(role: Predicate, other: Predicate) -> float:
    """What a shared concept counts by the role it has in either paper."""
    maker = Predicate.INTRODUCES in (role, other) and (role in _TAKES or other in _TAKES)
    return ROLE_WEIGHT[role] * ROLE_WEIGHT[other] * (MAKER if maker else 1.0)
