"""What a batch of annotated papers teaches: the losses of spans, roles, relations and results, over one encoding."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from kg.extract.heads import LONGEST_SPAN, PREDICATES, ROLES, ROLES_OF, row_of
from kg.extract.pairs import KINDS, NumberPair, Pair, entity_pairs, number_pairs
from kg.extract.training.gold import Columns, Example
from kg.extract.training.network import Network

ALLOWED = torch.tensor([[role in ROLES_OF[kind] for role in ROLES] for kind in KINDS])
#: Weights of the losses; spans lead, since everything else stands on them.
SPANS, ROLE, RELATION, RESULT = 1.0, 0.5, 0.5, 0.8
_INTRODUCED, _METHOD = ROLES.index("introduced"), KINDS.index("method")


#: Lengths and row counts are filled up to multiples of these: every new shape costs the CPU's matrix library a new
#: kernel, and with shapes as they come half of the training time went into making them.
_WIDTH_STEP, _ROW_STEP = 16, 128


def _filled(count: int, step: int) -> int:
    return max(step, -(-count // step) * step)


def _padded(rows: Sequence[Sequence[int]], value: int = 0) -> Tensor:
    length = _filled(max(map(len, rows)), _WIDTH_STEP)
    return torch.tensor([[*row, *[value] * (length - len(row))] for row in rows])


def tensors_of(columns: Sequence[Columns]) -> tuple[list[Tensor], Tensor, Tensor, Tensor]:
    """The padded columns of a batch, the first and last rows of the words, and the lengths."""
    names = ("ids", "shapes", "piece_shapes", "spacing")
    padded = [_padded([getattr(one, name) for one in columns]) for name in names]
    padded.append(_padded([one.segments for one in columns], 1))
    lengths = torch.tensor([len(one.ids) for one in columns])
    return padded, _padded([one.first for one in columns]), _padded([one.last for one in columns]), lengths


class Batch:
    """A batch with its vectors; entities lie paper by paper, with THIS, nothing-on and no-metric behind them."""

    def __init__(
        self, network: Network, examples: Sequence[Example], encoded: tuple[Tensor, Tensor] | None = None
    ) -> None:
        """`encoded`: what `network.words` gave for the examples, where it is known already."""
        self.network, self.examples = network, examples
        if encoded is None:
            padded, first, last, _ = tensors_of([example.columns for example in examples])
            encoded = network.words(padded, first, last, None)
        self.words, self.whole = encoded
        self.bases: list[int] = []
        rows, at = [], 0
        for paper, example in enumerate(examples):
            self.bases.append(at)
            rows += [(paper, first, last, at + n) for n, own in enumerate(example.mentions) for first, last in own]
            at += len(example.kinds)
        rows += [(0, 0, 0, at)] * (_filled(len(rows), _ROW_STEP) - len(rows))
        self.named = network.h.entities(self.words, torch.tensor(rows), _filled(at + 1, _ROW_STEP))
        this, nothing = network.h.this(self.whole), network.h.null.weight[1:3]
        self.table = torch.cat(
            [
                part
                for paper, example in enumerate(examples)
                for part in (self.named[self.bases[paper] :][: len(example.kinds)], this[paper : paper + 1], nothing)
            ]
        )

    def row(self, paper: int, entity: int) -> int:
        """The row of `table` of a paper's entity index."""
        return self.bases[paper] + 3 * paper + row_of(entity, len(self.examples[paper].kinds))


def span_loss(batch: Batch) -> Tensor:
    """Cross-entropy of every span's kind, summed, over the number of gold mentions."""
    scores = batch.network.h.spans(batch.words)
    papers, count = scores.shape[:2]
    target = torch.zeros(papers, count, LONGEST_SPAN, dtype=torch.long)
    real = torch.zeros_like(target, dtype=torch.bool)
    mentions = 0
    for paper, example in enumerate(batch.examples):
        for more in range(LONGEST_SPAN):
            real[paper, : max(0, len(example.words.starts) - more), more] = True
        for kind, own in zip(example.kinds, example.mentions, strict=True):
            for first, last in own:
                if last - first < LONGEST_SPAN:
                    target[paper, first, last - first] = kind + 1
                    mentions += 1
    return functional.cross_entropy(scores[real], target[real], reduction="sum") / max(mentions, 1) * SPANS


def role_scores(batch: Batch) -> Tensor:
    """Scores (entities, 7), the entities paper by paper; a role that a kind cannot have is out of reach."""
    count = sum(len(example.kinds) for example in batch.examples)
    kinds = [kind for example in batch.examples for kind in example.kinds]
    of_all = torch.tensor(kinds + [0] * (len(batch.named) - count))
    scores: Tensor = batch.network.h.roles(batch.named, of_all).masked_fill(~ALLOWED[of_all], -1e4)
    return scores[:count]


def relation_scores(batch: Batch, pairs: Sequence[Sequence[Pair]]) -> Tensor:
    """Scores (pairs, 7) of the given pairs of each paper, paper by paper."""
    rows = [
        (paper, batch.row(paper, pair.head), batch.row(paper, pair.tail), *pair[2:])
        for paper, own in enumerate(pairs)
        for pair in own
    ]
    if not rows:
        return torch.zeros(0, 1 + len(PREDICATES))
    filling = rows[-1:] * (_filled(len(rows), _ROW_STEP) - len(rows))
    vectors = batch.network.h.pairs(batch.words, batch.table, torch.tensor(rows + filling))
    scores: Tensor = batch.network.h.rel(vectors).float()[: len(rows)]
    return scores


class NumberScores(NamedTuple):
    """`results` (numbers, 3): none, absolute, improvement; `fillers` (pairs,): log-probability within its `group`."""

    results: Tensor
    fillers: Tensor
    group: Tensor


def number_scores(batch: Batch, pairs: Sequence[Sequence[NumberPair]]) -> NumberScores:
    """What is said of each paper's numbers, paper by paper, and of the given pairs of numbers with their fillers."""
    places = [(paper, first, last) for paper, example in enumerate(batch.examples) for first, last in example.numbers]
    if not places:
        return NumberScores(torch.zeros(0, 3), torch.zeros(0), torch.zeros(0, dtype=torch.long))
    filled = places + places[-1:] * (_filled(len(places), _WIDTH_STEP) - len(places))
    numbers = batch.network.h.numbers(batch.words, torch.tensor(filled))
    results = batch.network.h.numg(numbers).float()[: len(places)]
    rows, groups, at = [], [], 0
    for paper, (example, own) in enumerate(zip(batch.examples, pairs, strict=True)):
        for pair in own:
            rows.append((paper, len(batch.table) + at + pair.number, batch.row(paper, pair.entity), *pair[3:]))
            groups.append((at + pair.number) * 3 + pair.slot)
        at += len(example.numbers)
    if not rows:
        return NumberScores(results, torch.zeros(0), torch.zeros(0, dtype=torch.long))
    filling = rows[-1:] * (_filled(len(rows), _ROW_STEP) - len(rows))
    vectors = batch.network.h.pairs(batch.words, torch.cat([batch.table, numbers]), torch.tensor(rows + filling))
    scores = batch.network.h.ptr(vectors).float()[: len(rows), 0]
    group = torch.unique(torch.tensor(groups), return_inverse=True)[1]
    count = int(group.max()) + 1
    highest = torch.full((count,), -1e9).scatter_reduce(0, group, scores.detach(), "amax")
    total = torch.zeros(count).index_add(0, group, (scores - highest[group]).exp()).log() + highest
    return NumberScores(results, scores - total[group], group)


def role_loss(batch: Batch) -> Tensor:
    """Cross-entropy of the roles, the mean over the entities."""
    roles = torch.tensor([role for example in batch.examples for role in example.roles])
    return functional.cross_entropy(role_scores(batch), roles) * ROLE


def relation_loss(batch: Batch) -> Tensor:
    """Cross-entropy over all pairs that can be related, summed, over the number of gold relations."""
    pairs: list[list[Pair]] = []
    for example in batch.examples:
        named = any(
            kind == _METHOD and role == _INTRODUCED for kind, role in zip(example.kinds, example.roles, strict=True)
        )
        this = not named or any(-1 in pair for pair in example.relations)
        own = entity_pairs(example.mentions, example.kinds, with_this=this)
        pairs.append([pair for pair in own if all(n < 0 or example.mentions[n] for n in pair[:2])])
    labels = [
        example.relations.get((pair.head, pair.tail), 0)
        for example, own in zip(batch.examples, pairs, strict=True)
        for pair in own
    ]
    if not labels:
        return torch.zeros(())
    loss = functional.cross_entropy(relation_scores(batch, pairs), torch.tensor(labels), reduction="sum")
    return loss / max(1, sum(label > 0 for label in labels)) * RELATION


def result_loss(batch: Batch) -> Tensor:
    """Which numbers are results, and, for those that are, to which method, place and metric each belongs."""
    pairs = [
        [
            pair
            for pair in number_pairs(example.numbers, example.mentions, example.kinds)
            if pair.number in example.results and (pair.entity < 0 or example.mentions[pair.entity])
        ]
        for example in batch.examples
    ]
    scores = number_scores(batch, pairs)
    if not len(scores.results):
        return torch.zeros(())
    kinds = [
        example.results[n][3] if n in example.results else 0
        for example in batch.examples
        for n in range(len(example.numbers))
    ]
    right = torch.tensor(
        [
            float(example.results[pair.number][pair.slot] == pair.entity)
            for example, own in zip(batch.examples, pairs, strict=True)
            for pair in own
        ]
    )
    pointing = -(scores.fillers * right).sum() / right.sum().clamp(min=1)
    return (functional.cross_entropy(scores.results, torch.tensor(kinds)) + pointing) * RESULT


def joint_loss(network: Network, examples: Sequence[Example]) -> Tensor:
    """The sum of the four losses of a batch."""
    batch = Batch(network, examples)
    loss = span_loss(batch)
    if any(example.kinds for example in examples):
        loss = loss + role_loss(batch) + relation_loss(batch)
    return loss + result_loss(batch)
