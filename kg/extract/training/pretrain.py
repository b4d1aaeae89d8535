"""Domain adaptation: whole words of unlabelled abstracts are masked, and the encoder learns to say what stood there."""

import logging
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.training.gold import Columns, columns_of
from kg.extract.training.network import EncoderNetwork, gelu, mixed_precision
from kg.extract.wordpiece import CLS, MASK, SEP, SPECIAL, WordPieces

_LOG = logging.getLogger(__name__)
#: Pieces of an abstract seen at once: attention over 192 costs a third less than over whole abstracts.
LENGTH = 192
BATCH = 48
#: Masked pieces of a batch that are scored; a fixed number keeps the memory from falling apart.
SCORED = 1800
#: Share of the words that are masked, of all and of the 120 commonest pieces, which teach little.
MASKED, MASKED_COMMON, COMMON = 0.22, 0.05, 120
PEAK_RATE = 4e-4
_WARM_UP = 100


class _Corpus:
    """The corpus as five flat columns; abstracts shorter than LENGTH are left out."""

    def __init__(self, texts: Iterable[str], pieces: WordPieces) -> None:
        flat = [array("H") for _ in range(5)]
        begins = [0]
        for text in texts:
            columns: Columns = columns_of(text, pieces)[0]
            if len(columns.ids) >= LENGTH + 2:
                parts = (columns.ids, columns.shapes, columns.piece_shapes, columns.spacing, columns.segments)
                for column, values in zip(flat, parts, strict=True):
                    column.extend(values[1:-1])
                begins.append(len(flat[0]))
        self.columns = [np.frombuffer(column, np.uint16) for column in flat]
        self.begins = np.array(begins)
        self.lengths = np.diff(self.begins)

    def batches(self, rng: np.random.Generator) -> Iterator[list[np.ndarray]]:
        """Endless: five (BATCH, LENGTH) columns from a random place of each abstract, half from the title on."""
        while True:
            order = rng.permutation(len(self.lengths))
            for at in range(0, len(order) - BATCH + 1, BATCH):
                papers = order[at : at + BATCH]
                skip = rng.integers(0, self.lengths[papers] - LENGTH + 1) * (rng.random(BATCH) > 0.5)
                index = (self.begins[papers] + skip)[:, None] + np.arange(LENGTH)
                yield [column[index].astype(np.int64) for column in self.columns]


def _masked(
    columns: list[np.ndarray], common: np.ndarray, size: int, rng: np.random.Generator
) -> tuple[list[Tensor], Tensor, Tensor]:
    ids, spacing = columns[0], columns[3]
    word = np.cumsum(spacing != 3, axis=1)
    chance, what = (np.take_along_axis(rng.random((BATCH, LENGTH + 1)), word, 1) for _ in range(2))
    hit = chance < np.where(common[ids], MASKED_COMMON, MASKED)
    shown = ids.copy()
    shown[hit & (what < 0.8)] = MASK
    swapped = hit & (what >= 0.9)
    shown[swapped] = rng.integers(len(SPECIAL), size, int(swapped.sum()))
    ends = [(CLS, SEP), (0, 0), (0, 0), (0, 0), (0, 1)]
    framed = [
        torch.from_numpy(np.pad(column, ((0, 0), (1, 1)), constant_values=((0, 0), end)))
        for column, end in zip([shown, *columns[1:]], ends, strict=True)
    ]
    places = torch.from_numpy(np.pad(hit, ((0, 0), (1, 1)))).flatten().nonzero()[:SCORED, 0]
    targets = torch.from_numpy(ids[hit])[:SCORED]
    short = SCORED - len(places)
    return framed, functional.pad(places, (0, short)), functional.pad(targets, (0, short), value=-100)


def pretrain(encoder: EncoderNetwork, texts: Iterable[str], pieces: WordPieces, *, steps: int, seed: int) -> None:
    """Train `encoder` in place for `steps` batches; logs the loss every 50."""
    corpus, rng = _Corpus(texts, pieces), np.random.default_rng(seed)
    size = len(pieces.vocabulary)
    counts = np.bincount(corpus.columns[0], minlength=size).astype(np.float64)
    common = np.zeros(size, bool)
    common[np.argsort(-counts)[:COMMON]] = True
    width = encoder.word.embedding_dim
    transform, norm = nn.Linear(width, width), nn.LayerNorm(width)
    nn.init.eye_(transform.weight)
    nn.init.zeros_(transform.bias)
    bias = nn.Parameter(torch.from_numpy(np.log((counts + 1) / counts.sum())).float())
    parameters = [*encoder.parameters(), *transform.parameters(), *norm.parameters(), bias]
    optimizer = torch.optim.AdamW(parameters, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    encoder.train()
    losses = []
    for step, columns in zip(range(steps), corpus.batches(rng), strict=False):
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(1.0, (step + 1) / _WARM_UP) * (1 - step / steps)
        framed, places, targets = _masked(columns, common, size, rng)
        with mixed_precision():
            vectors = encoder(framed).flatten(0, 1)[places]
            scores = functional.linear(norm(gelu(transform(vectors))), encoder.word.weight) + bias
        loss: Any = functional.cross_entropy(scores.float(), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % 50 == 49:
            _LOG.info("pretraining step %d of %d, loss %.3f", step + 1, steps, sum(losses[-50:]) / 50)
