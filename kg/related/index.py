"""The index behind related work: arrays over the papers of a graph, which open memory-mapped."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import StoreError
from kg.files import replace
from kg.model import Kind, Predicate
from kg.related.space import BURST_STEPS, Space, shipped

#: Counts are kept in a byte; no abstract says a word more often and means it.
MOST = 255
#: The weight of a word that occurs n times; sublinear, since the fifth occurrence says less than the first.
DAMPED: NDArray[np.float32] = np.log1p(np.arange(MOST + 1, dtype=np.float32))
#: A word that every paper has still matches itself a little, so that no paper has length zero.
_LEAST_RARITY = 0.05
#: How far repetition counts: chosen where judged facets and agreement with sentence embeddings are flat (0 to 0.6).
_BURST_POWER = 0.3
#: One step of `Space.bursts`.
_LEAST_BURST = 1 / BURST_STEPS

#: How much a concept says about its paper, by what the paper does with it.
ROLE_WEIGHT: Mapping[Predicate, float] = {
    Predicate.INTRODUCES: 1.0,
    Predicate.USES: 0.8,
    Predicate.COMPARES_WITH: 0.7,
    Predicate.EVALUATES_ON: 0.8,
    Predicate.ADDRESSES: 1.0,
    Predicate.REPORTS: 0.5,
    Predicate.MENTIONS: 0.4,
}
#: How much a shared concept of each kind says: sharing a metric says little, as every second paper reports accuracy.
KIND_WEIGHT: Mapping[Kind, float] = {
    Kind.METHOD: 1.0,
    Kind.TASK: 1.0,
    Kind.DATASET: 0.8,
    Kind.BENCHMARK: 0.8,
    Kind.METRIC: 0.4,
}
#: The codes that the arrays hold are places in these.
ROLES = tuple(ROLE_WEIGHT)
KINDS = tuple(KIND_WEIGHT)


@dataclass(frozen=True, eq=False)
class Index:
    """Papers by number, in the order of their ids; the postings of each word and of each concept; a vector a paper.

    Word i (sorted stems) has the postings `word_ends[i]:word_ends[i + 1]` in `word_papers` and `word_counts`; concepts
    likewise. `word_lengths` is the Euclidean length of each paper's words, 1 where it has none; `concept_squares` the
    squared length of its concepts, kind by kind; `vectors` are unit length, or zero.
    """

    papers: NDArray[np.bytes_]
    words: NDArray[np.bytes_]
    word_ends: NDArray[np.int64]
    word_papers: NDArray[np.int32]
    word_counts: NDArray[np.uint8]
    word_lengths: NDArray[np.float32]
    concepts: NDArray[np.bytes_]
    concept_kinds: NDArray[np.uint8]
    concept_ends: NDArray[np.int64]
    concept_papers: NDArray[np.int32]
    concept_roles: NDArray[np.uint8]
    concept_squares: NDArray[np.float32]
    vectors: NDArray[np.float32]

    @cached_property
    def concept_rarity(self) -> NDArray[np.float32]:
        """log (N / df) of each concept among these papers, times the weight of its kind."""
        return rarity_of_concepts(np.diff(self.concept_ends), self.concept_kinds, len(self.papers))

    def concept_lengths(self, kinds: frozenset[Kind]) -> NDArray[np.float32]:
        """The length of each paper's concepts of some kinds, 1 where it has none; worked out once."""
        if kinds not in self._lengths_of_kinds:
            chosen = [code for code, kind in enumerate(KINDS) if kind in kinds]
            lengths = np.sqrt(self.concept_squares[:, chosen].sum(axis=1))
            self._lengths_of_kinds[kinds] = np.where(lengths > 0, lengths, 1).astype(np.float32)
        return self._lengths_of_kinds[kinds]

    @cached_property
    def _lengths_of_kinds(self) -> dict[frozenset[Kind], NDArray[np.float32]]:
        return {}

    def number(self, paper: str) -> int:
        """The number of a paper id. KeyError if it is not there."""
        at = _place(self.papers, paper)
        if at is None:
            raise KeyError(paper)
        return at

    def word_places(self, stems: NDArray[np.bytes_]) -> NDArray[np.int64]:
        """The place of each stem, -1 for one that no paper has."""
        if not len(self.words):
            return np.full(len(stems), -1)
        at = np.minimum(np.searchsorted(self.words, stems), len(self.words) - 1)
        return np.where(self.words[at] == stems, at, -1)

    def rarity_of(self, stems: NDArray[np.bytes_]) -> NDArray[np.float32]:
        """How telling each stem is, over the field's abstracts and these papers; an unseen one as if seen once."""
        places = self.word_places(stems)
        seen = self.word_ends[places + 1] - self.word_ends[places] if len(self.words) else np.zeros(len(stems))
        return rarity_of_words(stems, np.where(places >= 0, seen, 1), len(self.papers), shipped())

    def concept_place(self, concept: str) -> int | None:
        """The place of a concept id, None where no paper has it."""
        return _place(self.concepts, concept)

    def save(self, folder: Path) -> None:
        """Write every array as `<name>.npy`; each file whole or not at all."""
        for each in fields(self):
            with replace(folder / f"{each.name}.npy") as file:
                np.save(file, getattr(self, each.name), allow_pickle=False)


def open_index(folder: Path) -> Index:
    """The index that `Index.save` wrote, memory-mapped. Raises StoreError where a file is missing or damaged."""
    try:
        # as plain arrays over the mapped file: slicing a memmap object costs more than reading the slice
        return Index(
            **{each.name: np.asarray(np.load(folder / f"{each.name}.npy", mmap_mode="r")) for each in fields(Index)}
        )
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: no index of related papers ({error}); build it again") from error


def rarity_of_words(
    words: NDArray[np.bytes_], counts: NDArray[np.int64], papers: int, space: Space
) -> NDArray[np.float32]:
    """How telling each word is: log (N / df) over the field's abstracts and these papers, less where nobody repeats it.

    A word that carries the topic is said again (`prompt`, `retrieval`), one that does not is not (`notably`):
    Church and Gale (1995), Inverse document frequency: a measure of deviations from Poisson.
    """
    rows = space.rows_of(words)
    rarity = np.maximum(np.log((space.papers + papers + 1) / (space.count(rows) + counts)), _LEAST_RARITY)
    return (rarity * np.maximum(space.burst(rows), _LEAST_BURST) ** _BURST_POWER).astype(np.float32)


def rarity_of_concepts(counts: NDArray[np.int64], kinds: NDArray[np.uint8], papers: int) -> NDArray[np.float32]:
    """log ((N + 1) / df) times the weight of the kind."""
    weights = np.array([KIND_WEIGHT[kind] for kind in KINDS], dtype=np.float32)
    return np.asarray(np.log((papers + 1) / np.maximum(counts, 1)), dtype=np.float32) * weights[kinds]


def _place(names: NDArray[np.bytes_], name: str) -> int | None:
    wanted = name.encode("utf-8", "surrogatepass")
    at = int(np.searchsorted(names, np.bytes_(wanted)))
    return at if at < len(names) and names[at] == wanted else None
