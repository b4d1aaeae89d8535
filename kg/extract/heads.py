"""The heads over the encoder's word vectors: scores of spans, vectors of entities, roles, relations and results."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kg.extract.encoder import Encoded, Floats, Weights, gelu, softmax
from kg.extract.pairs import NO_METRIC, NO_PLACE, THIS, WordSpan

#: Longer names are not looked for: 0.1 % of the mentions in the training papers have more words.
LONGEST_SPAN = 10
ROLES = ("introduced", "used", "compared", "mentioned", "evaluated", "addressed", "reported")
#: The roles an entity of each kind can have, as the annotation guidelines give them.
ROLES_OF = {
    "method": ("introduced", "used", "compared", "mentioned"),
    "dataset": ("introduced", "used", "mentioned", "evaluated"),
    "benchmark": ("introduced", "used", "mentioned", "evaluated"),
    "task": ("mentioned", "addressed"),
    "metric": ("mentioned", "reported"),
}
PREDICATES = ("used_for", "based_on", "part_of", "outperforms", "compared_with", "trained_on")
_CONTEXT_SCALE = np.float32(0.125)
_EMPTY = np.float32(-30)

Rows = npt.NDArray[np.int64]


class Heads:
    """Plain functions of the weights; every matrix is stored (in, out)."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def _linear(self, name: str, x: Floats) -> Floats:
        out: Floats = x @ self.weights[name + ".weight"]
        bias = self.weights.get(name + ".bias")
        if bias is not None:
            out += bias
        return out

    def spans(self, words: Floats) -> Floats:
        """Probabilities (words, LONGEST_SPAN, 6): row i, column k is the span of k + 1 words from i; 0 is no name."""
        count = len(words)
        start, end = gelu(self._linear("st", words)), gelu(self._linear("en", words))
        inside = np.zeros((count + 1, 5), np.float32)
        np.cumsum(self._linear("inside", words), axis=0, out=inside[1:])
        bilinear = self.weights["U"]
        kinds, depth = bilinear.shape[0], bilinear.shape[1]
        turned = (start @ bilinear.transpose(1, 0, 2).reshape(depth, kinds * depth)).reshape(count, kinds, depth)
        at_start, at_end = self._linear("ls", start), self._linear("le", end)
        scores = np.full((count, LONGEST_SPAN, 6), _EMPTY)
        scores[..., 0] = 0
        for more in range(min(LONGEST_SPAN, count)):
            n = count - more
            score = np.matmul(turned[:n], end[more:, :, None])[..., 0]
            score += at_start[:n]
            score += at_end[more:]
            score += (inside[more + 1 :] - inside[:n]) / np.float32(more + 1)
            score += self.weights["width"][more]
            scores[:n, more, 1:] = score
        return softmax(scores)

    def entities(self, encoded: Encoded, mentions: Sequence[Sequence[WordSpan]]) -> Floats:
        """One vector an entity, pooled over its mentions (at least one each); spans include their last word."""
        words = encoded.words
        rows = [(start, end, index) for index, own in enumerate(mentions) for start, end in own]
        first = np.array([row[0] for row in rows], np.int64)
        last = np.array([row[1] for row in rows], np.int64)
        sums = _prefix_sums(words)
        mean = (sums[last + 1] - sums[first]) / (last + 1 - first)[:, None].astype(np.float32)
        vectors = gelu(self._linear("men", np.concatenate([words[first], words[last], mean], axis=1)))
        out = np.empty((len(mentions), 2 * vectors.shape[1]), np.float32)
        at = 0
        for index, own in enumerate(mentions):
            mine = vectors[at : at + len(own)]
            at += len(own)
            out[index] = np.concatenate([mine.mean(axis=0), mine.max(axis=0)])
        return out

    def this(self, encoded: Encoded) -> Floats:
        """The vector of the paper's own unnamed method."""
        whole = gelu(self._linear("cls", encoded.whole))
        vector: Floats = np.concatenate([whole, whole]) + self.weights["null"][0]
        return vector

    def nothing(self) -> Floats:
        """The vectors (2, width) of "on nothing" and "no metric"."""
        rows: Floats = self.weights["null"][1:3]
        return rows

    def roles(self, entities: Floats, kinds: Sequence[int]) -> Floats:
        """Scores (entities, 7) in the order of ROLES, before any softmax."""
        kind_rows = self.weights["ety"][np.asarray(kinds, np.int64)]
        return self._linear("role2", gelu(self._linear("role1", np.concatenate([entities, kind_rows], axis=1))))

    def pairs(self, encoded: Encoded, entities: Floats, rows: Rows) -> Floats:
        """The vectors of pairs; `rows`: head, tail (of `entities`), between_start, between_end, kinds, distance."""
        words, w = encoded.words, self.weights
        used, place = np.unique(rows[:, :2], return_inverse=True)  # each entity is projected once, not once a pair
        own = entities[used]
        head, tail = place.reshape(-1, 2).T
        query = gelu(self._linear("q1", own)[head] + self._linear("q2", own)[tail])
        attention = softmax((query @ self._linear("k", words).T) * _CONTEXT_SCALE)
        context = attention @ self._linear("v", words)
        sums = _prefix_sums(self._linear("bt", words))
        start, end = rows[:, 2], rows[:, 3]
        between = (sums[end] - sums[start]) / np.maximum(end - start, 1)[:, None].astype(np.float32)
        product = gelu(self._linear("pm1", own))[head] * gelu(self._linear("pm2", own))[tail]
        out = self._linear("ph", own)[head] + self._linear("pt", own)[tail]
        out += self._linear("pm", product)
        out += self._linear("pc", context)
        out += self._linear("pb", between)
        out += w["tp"][rows[:, 4]]
        out += w["dist"][rows[:, 5]]
        return gelu(out)

    def relations(self, pairs: Floats) -> Floats:
        """Probabilities (pairs, 7): no relation, then PREDICATES."""
        return softmax(self._linear("rel", pairs))

    def numbers(self, encoded: Encoded, numbers: Sequence[WordSpan]) -> Floats:
        """One vector a number, to stand as head of pairs."""
        first = np.array([start for start, _ in numbers], np.int64)
        last = np.array([end for _, end in numbers], np.int64)
        return gelu(self._linear("num", np.concatenate([encoded.words[first], encoded.words[last]], axis=1)))

    def number_kinds(self, numbers: Floats) -> Floats:
        """Probabilities (numbers, 3): no result, absolute, improvement."""
        return softmax(self._linear("numg", numbers))

    def pointers(self, pairs: Floats) -> Floats:
        """One score a pair of a number and an entity."""
        return self._linear("ptr", pairs)[:, 0]


def row_of(entity: int, count: int) -> int:
    """The row of an entity index among `count` entities followed by THIS, nothing-on and no-metric."""
    return entity if entity >= 0 else count + {THIS: 0, NO_PLACE: 1, NO_METRIC: 2}[entity]


def _prefix_sums(rows: Floats) -> Floats:
    out = np.zeros((len(rows) + 1, rows.shape[1]), np.float32)
    np.cumsum(rows, axis=0, out=out[1:])
    return out
