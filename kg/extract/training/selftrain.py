"""Self-training: what a trained network says of unlabelled abstracts, softly, as a first lesson for its successor."""

import logging
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kg.extract.decoding import names_in
from kg.extract.encoder import Floats
from kg.extract.heads import LONGEST_SPAN
from kg.extract.pairs import KINDS
from kg.extract.training.finetune import Plan, falling, grouped
from kg.extract.training.gold import Columns, columns_of
from kg.extract.training.losses import tensors_of
from kg.extract.training.network import Network
from kg.extract.wordpiece import WordPieces

_LOG = logging.getLogger(__name__)
#: Spans a teacher gives less are taken as no names.
_NEGLIGIBLE = 0.02
#: Names of the text as a whole weigh as much as the single spans: a name found once is found everywhere.
_WHOLE_TEXT = 0.5


@dataclass(frozen=True, slots=True)
class Soft:
    """A text and the probabilities (spans, 6) of some of its spans, given by first word and number of further words."""

    columns: Columns
    words: int
    first: np.ndarray
    more: np.ndarray
    chances: Floats


@torch.no_grad()
def labelled(teachers: Sequence[Network], texts: Iterable[str], pieces: WordPieces, *, batch: int = 32) -> list[Soft]:
    """The mean of what the teachers say of each text, evened out over the occurrences of each name."""
    read = sorted((columns_of(text, pieces) for text in texts), key=lambda pair: len(pair[0].ids))
    out = []
    for at in range(0, len(read), batch):
        part = read[at : at + batch]
        padded, first, last, lengths = tensors_of([columns for columns, _ in part])
        total: Any = 0.0
        for teacher in teachers:
            teacher.eval()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                words = teacher.words(padded, first, last, lengths)[0]
                total = total + torch.softmax(teacher.h.spans(words), -1).numpy() / len(teachers)
        for (columns, words_of), chances in zip(part, total, strict=True):
            own = chances[: len(words_of.starts)].astype(np.float32)
            pooled = own.copy()
            for name in names_in(words_of, own, [0.0] * len(KINDS)):
                for begin, end in name.mentions:
                    cell = pooled[begin, end - begin]
                    rest = cell[1:].sum() + 1e-6
                    target = np.concatenate([[1 - name.probability], cell[1:] / rest * name.probability])
                    pooled[begin, end - begin] = (1 - _WHOLE_TEXT) * cell + _WHOLE_TEXT * target
            rows, more = np.nonzero(1 - pooled[..., 0] > _NEGLIGIBLE)
            out.append(Soft(columns, len(own), rows, more, pooled[rows, more]))
    return out


def _loss(network: Network, batch: Sequence[Soft]) -> Tensor:
    padded, first, last, _ = tensors_of([soft.columns for soft in batch])
    scores = network.h.spans(network.words(padded, first, last, None)[0])
    target = torch.zeros_like(scores)
    target[..., 0] = 1
    real = torch.zeros(scores.shape[:3], dtype=torch.bool)
    mass = 1.0
    for n, soft in enumerate(batch):
        for k in range(LONGEST_SPAN):
            real[n, : max(0, soft.words - k), k] = True
        target[n, soft.first, soft.more] = torch.from_numpy(soft.chances)
        mass += float((1 - soft.chances[:, 0]).sum())
    return -(torch.log_softmax(scores, -1) * target).sum(-1)[real].sum() / mass


def learn_from(network: Network, softs: Sequence[Soft], *, plan: Plan, seed: int) -> None:
    """One pass over the softly labelled texts, in place; fine-tuning on gold follows."""
    shuffle = random.Random(seed)
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(grouped(network, plan), betas=(0.9, 0.98), fused=True)
    order = sorted(softs, key=lambda soft: len(soft.columns.ids))
    batches = [order[at : at + plan.batch] for at in range(0, len(order), plan.batch)]
    shuffle.shuffle(batches)
    total = 0.0
    steps = math.ceil(len(batches) * 1.2)  # the rate ends at a sixth of its peak: gold goes on from there
    network.train()
    for step, batch in enumerate(batches):
        falling(optimizer, step, steps, plan.warm_up)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss: Any = _loss(network, batch)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += loss.item()
        if step % 100 == 99:
            _LOG.info("self-training step %d of %d, loss %.3f", step + 1, len(batches), total / (step + 1))
