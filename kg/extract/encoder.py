"""The encoder: a small transformer in plain NumPy, from word pieces and their shapes to one vector a word."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.wordpiece import CLS, SEP, Pieces

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]

#: Pieces one pass reads, [CLS] and [SEP] included: the encoder was trained with 512 positions.
WINDOW = 512
#: Pieces two neighbouring windows share; a word's vector comes from the window whose edges are farther away.
OVERLAP = 128
_EPSILON = np.float32(1e-12)
_GELU = np.float32(math.sqrt(2 / math.pi))


def gelu(x: Floats) -> Floats:
    """The tanh form of the Gaussian error unit, as trained; overwrites nothing."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= x
    inner *= _GELU
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.5)
    return inner


def softmax(x: Floats) -> Floats:
    """Softmax over the last axis, in place."""
    x -= x.max(axis=-1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=-1, keepdims=True)
    return x


def _normalise(x: Floats, scale: Floats, shift: Floats) -> Floats:
    x -= x.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / np.float32(x.shape[1])
    x *= (np.float32(1) / np.sqrt(variance + _EPSILON))[:, None]
    x *= scale
    x += shift
    return x


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of one text: `words` (words, width) and `whole` (width), that of its [CLS] piece."""

    words: Floats
    whole: Floats


class Encoder:
    """BERT's layers, with embeddings of the words' shapes added to the pieces' own; matrices are (in, out)."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self.heads = heads
        self.layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
        self.weights = dict(weights)
        width = weights["pos"].shape[1]
        scale = np.float32(1 / math.sqrt(width // heads))
        for layer in range(self.layers):  # the scale of the scores, folded into the queries once
            for name in (f"layers.{layer}.qkv.weight", f"layers.{layer}.qkv.bias"):
                folded = self.weights[name].copy()
                folded[..., :width] *= scale
                self.weights[name] = folded

    def read(self, pieces: Pieces, title_words: int) -> Encoded:
        """The vectors of all words; a text longer than a window is read in overlapping windows."""
        bounds = [*pieces.first, len(pieces.ids)]
        count = len(pieces.first)
        width = self.weights["pos"].shape[1]
        words = np.zeros((count, width), np.float32)
        whole: Floats | None = None
        edge = np.full(count, -1)
        begin = 0
        while whole is None or begin < count:
            end = begin
            while end < count and bounds[end + 1] - bounds[begin] <= WINDOW - 2:
                end += 1
            end = max(end, min(begin + 1, count))
            rows = self._rows(pieces, bounds[begin], bounds[end], bounds[min(title_words, count)])
            whole = rows[0] if whole is None else whole
            offset = 1 - bounds[begin]
            first = np.asarray(bounds[begin:end], np.int64) + offset
            last = np.asarray(bounds[begin + 1 : end + 1], np.int64) + offset - 1
            last = np.minimum(last, len(rows) - 2)
            distance = np.minimum(
                first if begin else np.full(len(first), WINDOW),
                len(rows) - last if end < count else np.full(len(first), WINDOW),
            )
            better = distance > edge[begin:end]
            words[begin:end][better] = ((rows[first] + rows[last]) * np.float32(0.5))[better]
            edge[begin:end][better] = distance[better]
            if end >= count:
                break
            back = end
            while back > begin + 1 and bounds[end] - bounds[back - 1] <= OVERLAP:
                back -= 1
            begin = back
        return Encoded(words, whole)

    def _rows(self, pieces: Pieces, begin: int, end: int, title_end: int) -> Floats:
        end = min(end, begin + WINDOW - 2)
        w = self.weights
        ids = np.array([CLS, *pieces.ids[begin:end], SEP])
        x: Floats = w["word"][ids].astype(np.float32) * w["word.scale"][ids][:, None]
        x += w["pos"][: len(ids)]
        x += w["shape"][[0, *pieces.shapes[begin:end], 0]]
        x += w["piece"][[0, *pieces.piece_shapes[begin:end], 0]]
        x += w["space"][[0, *pieces.spacing[begin:end], 0]]
        title = max(0, title_end - begin)
        x[: 1 + title] += w["seg"][0]
        x[1 + title :] += w["seg"][1]
        x = _normalise(x, w["ln.weight"], w["ln.bias"])
        for layer in range(self.layers):
            x = self._layer(x, f"layers.{layer}.")
        return x

    def _layer(self, x: Floats, name: str) -> Floats:
        w = self.weights
        length, width = x.shape
        qkv = x @ w[name + "qkv.weight"]
        qkv += w[name + "qkv.bias"]
        q, k, v = qkv.reshape(length, 3, self.heads, width // self.heads).transpose(1, 2, 0, 3)
        attended = softmax(q @ k.transpose(0, 2, 1)) @ v
        mixed: Floats = attended.transpose(1, 0, 2).reshape(length, width) @ w[name + "out.weight"]
        mixed += w[name + "out.bias"]
        mixed += x
        mixed = _normalise(mixed, w[name + "ln1.weight"], w[name + "ln1.bias"])
        inner = mixed @ w[name + "up.weight"]
        inner += w[name + "up.bias"]
        out: Floats = gelu(inner) @ w[name + "down.weight"]
        out += w[name + "down.bias"]
        out += mixed
        return _normalise(out, w[name + "ln2.weight"], w[name + "ln2.bias"])
