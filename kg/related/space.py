"""What 108,000 abstracts of the field teach about words: how common each is, and which stand near which.

Latent semantic analysis (Deerwester et al. 1990): a truncated singular value decomposition of the papers-by-words
matrix. No neural model, no network: small arrays, opened memory-mapped. `bench/space.py` makes them again.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Bursts are kept in a byte.
BURST_STEPS = 64
#: The median of all stems: what is assumed of one that the corpus does not have.
_USUAL_BURST = 0.43
_FOLDER = Path(__file__).parent / "space"


@dataclass(frozen=True, eq=False)
class Space:
    """`terms` are sorted stems; `counts[i]` of `papers` abstracts have stem i; its vector: `vectors[i] * scales[i]`.

    `bursts[i]` is how much oftener than once an abstract that has stem i says it, in steps of 1 / `BURST_STEPS`.
    """

    papers: int
    terms: NDArray[np.bytes_]
    counts: NDArray[np.int32]
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]
    bursts: NDArray[np.uint8]

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self.vectors.shape[1])

    def rows_of(self, stems: NDArray[np.bytes_]) -> NDArray[np.int64]:
        """The row of each stem, -1 for one it does not know."""
        at = np.minimum(np.searchsorted(self.terms, stems), len(self.terms) - 1)
        return np.where(self.terms[at] == stems, at, -1)

    def count(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many of the abstracts have the stem of each row; 0 for row -1."""
        return np.where(rows >= 0, self.counts[np.maximum(rows, 0)], 0).astype(np.float64)

    def burst(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """How much oftener than once an abstract says the stem of each row; what a usual word has for row -1."""
        known = self.bursts[np.maximum(rows, 0)] / BURST_STEPS
        return np.where(rows >= 0, known, _USUAL_BURST)

    def place(self, rows: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The unit vector of a text from the rows of its stems (-1: unknown) and weights; zero if none is known."""
        known = rows >= 0
        scaled = weights[known] * self.scales[rows[known]]
        return unit(scaled @ self.vectors[rows[known]].astype(np.float32))


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each vector (last axis) at length 1; a zero vector stays zero."""
    length = np.sqrt(np.square(vectors).sum(axis=-1, keepdims=True))
    length[length == 0] = 1
    scaled: NDArray[np.float32] = vectors / length
    return scaled


@cache
def shipped() -> Space:
    """The space in the package, opened once."""
    terms = np.load(_FOLDER / "terms.npy", mmap_mode="r")
    counts = np.load(_FOLDER / "counts.npy", mmap_mode="r")
    vectors = np.load(_FOLDER / "vectors.npy", mmap_mode="r")
    scales = np.load(_FOLDER / "scales.npy", mmap_mode="r")
    bursts = np.load(_FOLDER / "bursts.npy", mmap_mode="r")
    return Space(int(counts[-1]), terms, counts[:-1], vectors, scales, bursts)
