"""What a batch of annotated papers teaches: the losses of spans, roles, relations and results, over one encoding."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from kg.extract.heads import LONGEST_SPAN, ROLES, ROLES_OF, row_of
from kg.extract.pairs import KINDS, entity_pairs, number_pairs
from kg.extract.training.gold import Columns, Example
from kg.extract.training.network import Network

ALLOWED = torch.tensor([[role in ROLES_OF[kind] for role in ROLES] for kind in KINDS])
#: Weights of the losses; spans lead, since everything else stands on them.
SPANS, ROLE, RELATION, RESULT = 1.0, 0.5, 0.5, 0.5
_INTRODUCED, _METHOD = ROLES.index("introduced"), KINDS.index("method")


#: Lengths and row counts are filled up to multiples of these: every new shape costs the CPU's matrix library a new
#: kernel, and with shapes as they come half of the training time went into making them.
_WIDTH_STEP, _ROW_STEP = 16, 128
_IGNORED = -100


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

    def __init__(self, network: Network, examples: Sequence[Example]) -> None:
        self.network, self.examples = network, examples
        padded, first, last, _ = tensors_of([example.columns for example in examples])
        self.words, self.whole = network.words(padded, first, last, None)
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


def role_loss(batch: Batch) -> Tensor:
    filling = len(batch.named) - sum(len(example.kinds) for example in batch.examples)
    kinds = torch.tensor([kind for example in batch.examples for kind in example.kinds] + [0] * filling)
    roles = torch.tensor([role for example in batch.examples for role in example.roles] + [_IGNORED] * filling)
    scores = batch.network.h.roles(batch.named, kinds).masked_fill(~ALLOWED[kinds], -1e4)
    return functional.cross_entropy(scores, roles) * ROLE


def relation_loss(batch: Batch) -> Tensor:
    """Cross-entropy over all pairs that can be related, summed, over the number of gold relations."""
    rows, labels = [], []
    for paper, example in enumerate(batch.examples):
        named = any(
            kind == _METHOD and role == _INTRODUCED for kind, role in zip(example.kinds, example.roles, strict=True)
        )
        this = not named or any(-1 in pair for pair in example.relations)
        for pair in entity_pairs(example.mentions, example.kinds, with_this=this):
            if all(n < 0 or example.mentions[n] for n in pair[:2]):
                rows.append((paper, batch.row(paper, pair.head), batch.row(paper, pair.tail), *pair[2:]))
                labels.append(example.relations.get((pair.head, pair.tail), 0))
    if not rows:
        return torch.zeros(())
    filling = _filled(len(rows), _ROW_STEP) - len(rows)
    vectors = batch.network.h.pairs(batch.words, batch.table, torch.tensor(rows + rows[-1:] * filling))
    labels += [_IGNORED] * filling
    target = torch.tensor(labels)
    related = max(1, int((target > 0).sum()))
    return functional.cross_entropy(batch.network.h.rel(vectors).float(), target, reduction="sum") / related * RELATION


def result_loss(batch: Batch) -> Tensor:
    """Which numbers are results, and, for those that are, to which method, place and metric each belongs."""
    network = batch.network
    places = [(paper, first, last) for paper, example in enumerate(batch.examples) for first, last in example.numbers]
    if not places:
        return torch.zeros(())
    places += places[-1:] * (_filled(len(places), _WIDTH_STEP) - len(places))
    numbers = network.h.numbers(batch.words, torch.tensor(places))
    kinds, rows, labels, groups, at = [], [], [], [], 0
    for paper, example in enumerate(batch.examples):
        kinds += [example.results[n][3] if n in example.results else 0 for n in range(len(example.numbers))]
        for pair in number_pairs(example.numbers, example.mentions, example.kinds):
            if pair.number in example.results and (pair.entity < 0 or example.mentions[pair.entity]):
                head = len(batch.table) + at + pair.number
                rows.append((paper, head, batch.row(paper, pair.entity), *pair[3:]))
                labels.append(float(example.results[pair.number][pair.slot] == pair.entity))
                groups.append((at + pair.number) * 3 + pair.slot)
        at += len(example.numbers)
    kinds += [_IGNORED] * (len(places) - len(kinds))
    loss = functional.cross_entropy(network.h.numg(numbers).float(), torch.tensor(kinds))
    if rows:
        filling = _filled(len(rows), _ROW_STEP) - len(rows)
        rows, labels, groups = rows + rows[-1:] * filling, labels + [0.0] * filling, groups + [-1] * filling
        vectors = network.h.pairs(batch.words, torch.cat([batch.table, numbers]), torch.tensor(rows))
        scores, right = network.h.ptr(vectors).float()[:, 0], torch.tensor(labels)
        group = torch.unique(torch.tensor(groups), return_inverse=True)[1]
        count = int(group.max()) + 1
        highest = torch.full((count,), -1e9).scatter_reduce(0, group, scores.detach(), "amax")
        total = torch.zeros(count).index_add(0, group, (scores - highest[group]).exp()).log() + highest
        loss = loss + ((total[group] - scores) * right).sum() / right.sum().clamp(min=1)
    return loss * RESULT


def joint_loss(network: Network, examples: Sequence[Example]) -> Tensor:
    """The sum of the four losses of a batch."""
    batch = Batch(network, examples)
    loss = span_loss(batch)
    if any(example.kinds for example in examples):
        loss = loss + role_loss(batch) + relation_loss(batch)
    return loss + result_loss(batch)
