"""Self-training: what several trained networks together say of unlabelled abstracts, softly, as lessons for one.

Networks that fail differently are right together more often than each alone, and one that learns from all of them keeps
some of that (Hinton, Vinyals, Dean 2015: Distilling the knowledge in a neural network).
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from kg.extract.decoding import WordText, names_in
from kg.extract.encoder import Floats
from kg.extract.heads import LONGEST_SPAN
from kg.extract.pairs import KINDS, NumberPair, Pair, entity_pairs, number_pairs
from kg.extract.training.gold import Columns, Example, columns_of, unannotated
from kg.extract.training.losses import (
    RELATION,
    RESULT,
    ROLE,
    Batch,
    number_scores,
    relation_scores,
    role_scores,
    tensors_of,
)
from kg.extract.training.network import Network, mixed_precision
from kg.extract.wordpiece import WordPieces

_LOG = logging.getLogger(__name__)
#: Spans the teachers give less are taken as no names.
_NEGLIGIBLE = 0.02
#: Names of the text as a whole weigh as much as the single spans: a name found once is found everywhere.
_WHOLE_TEXT = 0.5
#: Only names the teachers give at least this much have roles, relations and results to learn.
_NAMED = 0.35
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Soft:
    """A text with what the teachers say of it, as probabilities.

    `chances` (spans, 6) of some spans, given by their first word and number of further words. The likely names are the
    entities of `example`; `roles` (entities, 7), `relations` (pairs, 7), `results` (numbers, 3), `fillers` (number
    pairs,).
    """

    example: Example
    first: np.ndarray
    more: np.ndarray
    chances: Floats
    roles: Tensor
    pairs: list[Pair]
    relations: Tensor
    results: Tensor
    number_pairs: list[NumberPair]
    fillers: Tensor


@torch.no_grad()
def labelled(teachers: Sequence[Network], texts: Iterable[str], pieces: WordPieces) -> list[Soft]:
    """The mean of what the teachers say of each text."""
    read = sorted((columns_of(text, pieces) for text in texts), key=lambda pair: len(pair[0].ids))
    out: list[Soft] = []
    for at in range(0, len(read), _BATCH):
        out += _labelled(teachers, read[at : at + _BATCH])
        if at // _BATCH % 20 == 0:
            _LOG.info("labelled %d of %d texts", len(out), len(read))
    return out


def _labelled(teachers: Sequence[Network], read: Sequence[tuple[Columns, WordText]]) -> list[Soft]:
    padded, first, last, lengths = tensors_of([columns for columns, _ in read])
    with mixed_precision():
        encoded = [teacher.eval().words(padded, first, last, lengths) for teacher in teachers]
        said = [torch.softmax(t.h.spans(words), -1) for t, (words, _) in zip(teachers, encoded, strict=True)]
    of_spans = torch.stack(said).mean(0).numpy()
    named = [_evened(words, own[: len(words.starts)]) for (_, words), own in zip(read, of_spans, strict=True)]
    examples = [
        unannotated(columns, words, kinds, mentions)
        for (columns, words), (_, kinds, mentions) in zip(read, named, strict=True)
    ]
    pairs = [list(entity_pairs(own.mentions, own.kinds, with_this=True)) for own in examples]
    numbers = [list(number_pairs(own.numbers, own.mentions, own.kinds)) for own in examples]
    means = [torch.zeros(())] * 4
    for teacher, own in zip(teachers, encoded, strict=True):
        with mixed_precision():
            batch = Batch(teacher, examples, own)
            role, relation, number = (
                role_scores(batch),
                relation_scores(batch, pairs),
                number_scores(batch, numbers),
            )
        parts = (role.softmax(-1), relation.softmax(-1), number.results.softmax(-1), number.fillers.exp())
        means = [mean + part / len(teachers) for mean, part in zip(means, parts, strict=True)]
    entities, figures = [own.kinds for own in examples], [own.numbers for own in examples]
    roles, relations = _by_paper(means[0], entities), _by_paper(means[1], pairs)
    results, fillers = _by_paper(means[2], figures), _by_paper(means[3], numbers)
    out = []
    for n, (example, (chances, _, _)) in enumerate(zip(examples, named, strict=True)):
        begin, more = np.nonzero(1 - chances[..., 0] > _NEGLIGIBLE)
        spans_of = (begin, more, chances[begin, more])
        out.append(Soft(example, *spans_of, roles[n], pairs[n], relations[n], results[n], numbers[n], fillers[n]))
    return out


def _by_paper(rows: Tensor, members: Sequence[Sequence[object]]) -> list[Tensor]:
    ends = np.cumsum([len(own) for own in members]).tolist()
    return [rows[end - len(own) : end] for end, own in zip(ends, members, strict=True)]


def _evened(words: WordText, chances: Floats) -> tuple[Floats, list[int], list[list[tuple[int, int]]]]:
    """The chances evened out over the occurrences of each name; kinds and mentions of the likely names."""
    own = chances.astype(np.float32)
    evened, kinds, mentions = own.copy(), [], []
    for name in names_in(words, own, [0.0] * len(KINDS)):
        for begin, end in name.mentions:
            cell = evened[begin, end - begin]
            rest = cell[1:].sum() + 1e-6
            target = np.concatenate([[1 - name.probability], cell[1:] / rest * name.probability])
            evened[begin, end - begin] = (1 - _WHOLE_TEXT) * cell + _WHOLE_TEXT * target
        if name.probability >= _NAMED:
            kinds.append(name.kind)
            mentions.append(list(name.mentions))
    return evened, kinds, mentions


def soft_loss(network: Network, softs: Sequence[Soft]) -> Tensor:
    """The four losses against what the teachers say, weighted as those against gold."""
    batch = Batch(network, [soft.example for soft in softs])
    loss = _span_loss(batch, softs)
    roles = torch.cat([soft.roles for soft in softs])
    if len(roles):
        loss = loss + _cross_entropy(role_scores(batch), roles).mean() * ROLE
    relations = torch.cat([soft.relations for soft in softs])
    if len(relations):
        told = _cross_entropy(relation_scores(batch, [soft.pairs for soft in softs]), relations).sum()
        loss = loss + told / (1 - relations[:, 0]).sum().clamp(min=1) * RELATION
    results = torch.cat([soft.results for soft in softs])
    if len(results):
        said = number_scores(batch, [soft.number_pairs for soft in softs])
        likely = [1 - soft.results[pair.number, 0] for soft in softs for pair in soft.number_pairs]
        weights = torch.cat([soft.fillers for soft in softs]) * torch.stack(likely)
        pointing = -(said.fillers * weights).sum() / weights.sum().clamp(min=1)
        loss = loss + (_cross_entropy(said.results, results).mean() + pointing) * RESULT
    return loss


def _span_loss(batch: Batch, softs: Sequence[Soft]) -> Tensor:
    scores = batch.network.h.spans(batch.words)
    target = torch.zeros_like(scores)
    target[..., 0] = 1
    real = torch.zeros(scores.shape[:3], dtype=torch.bool)
    mass = 1.0
    for n, soft in enumerate(softs):
        for more in range(LONGEST_SPAN):
            real[n, : max(0, len(soft.example.words.starts) - more), more] = True
        target[n, soft.first, soft.more] = torch.from_numpy(soft.chances)
        mass += float((1 - soft.chances[:, 0]).sum())
    return _cross_entropy(scores, target)[real].sum() / mass


def _cross_entropy(scores: Tensor, chances: Tensor) -> Tensor:
    # what a kind cannot have scores -10,000: kept finite, so that a chance of zero stays zero
    return -(torch.log_softmax(scores, -1).clamp(min=-30) * chances).sum(-1)
