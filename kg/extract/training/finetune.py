"""Joint fine-tuning on annotated papers, and on texts that teachers labelled: rates fall towards the input."""

import logging
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from kg.extract.training.gold import Columns, Example
from kg.extract.training.losses import joint_loss
from kg.extract.training.network import Network, mixed_precision
from kg.extract.training.selftrain import Soft, soft_loss

_LOG = logging.getLogger(__name__)
#: Lengths are shuffled by so many pieces before sorting: batches change with the epoch and hold next to no padding.
_LENGTH_JITTER = 6
#: Steps between two reports.
_TOLD = 50
_TABLES = ("shape", "piece", "space", "seg")
#: Gold leans to the end: at half of the steps 37 % of it has been seen.
_GOLD_LATER = 0.7

#: A loss that is still to be computed.
_Batch = Callable[[], Tensor]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train; the defaults are what was measured best (docs/extraction.md).

    `soft_epochs` counts the passes over labelled texts, `table_rate` is for the tables no pretraining has seen (shapes,
    spacing, title or abstract), if not that of the encoder.
    """

    epochs: int = 5
    soft_epochs: float = 0.0
    batch: int = 16
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    table_rate: float | None = None
    layer_decay: float = 0.9
    warm_up: float = 0.06
    average: float = 0.99
    average_from: float = 0.3
    clip: float = 2.0


def grouped(network: Network, plan: Plan) -> list[dict[str, object]]:
    """The parameters with their rates: highest in the heads, falling layer by layer towards the input."""
    depth = len(network.enc.layers)
    lowest = plan.encoder_rate * plan.layer_decay**depth
    parts = [
        (layer.parameters(), plan.encoder_rate * plan.layer_decay ** (depth - 1 - n))
        for n, layer in enumerate(network.enc.layers)
    ]
    below = [(name.split(".")[0], p) for name, p in network.enc.named_parameters() if not name.startswith("layers")]
    parts += [
        (iter([p for name, p in below if name not in _TABLES]), lowest),
        (iter([p for name, p in below if name in _TABLES]), plan.table_rate or lowest),
        (network.h.parameters(), plan.head_rate),
    ]
    groups: list[dict[str, object]] = []
    for parameters, rate in parts:
        own = list(parameters)
        groups.append({"params": [p for p in own if p.ndim > 1], "lr": rate, "peak": rate, "weight_decay": 0.01})
        groups.append({"params": [p for p in own if p.ndim < 2], "lr": rate, "peak": rate, "weight_decay": 0.0})
    return groups


def falling(optimizer: torch.optim.Optimizer, step: int, steps: int, warm_up: float) -> None:
    """Set every group's rate: up to its peak over the share `warm_up` of the steps, then straight down to nothing."""
    factor = min(1.0, (step + 1) / (warm_up * steps)) * (1 - step / steps)
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor


def finetune(
    network: Network, examples: Sequence[Example], softs: Sequence[Soft] = (), *, plan: Plan, seed: int
) -> None:
    """Train `network` in place; at the end it holds the running average of its weights."""
    shuffle = random.Random(seed)
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(grouped(network, plan), betas=(0.9, 0.98), fused=True)
    batches = _mixed(network, examples, softs, plan, shuffle)
    average, total = None, 0.0
    network.train()
    for step, batch in enumerate(batches):
        falling(optimizer, step, len(batches), plan.warm_up)
        with mixed_precision():
            loss: Any = batch()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += loss.item()
        if step >= len(batches) * plan.average_from:
            with torch.no_grad():
                if average is None:
                    average = [parameter.detach().clone() for parameter in network.parameters()]
                else:
                    torch._foreach_lerp_(average, list(network.parameters()), 1 - plan.average)
        if step % _TOLD == _TOLD - 1:
            _LOG.info("fine-tuning step %d of %d, loss %.3f", step + 1, len(batches), total / _TOLD)
            total = 0.0
    if average is not None:
        with torch.no_grad():
            for parameter, own in zip(network.parameters(), average, strict=True):
                parameter.copy_(own)
    network.eval()


def _mixed(
    network: Network, examples: Sequence[Example], softs: Sequence[Soft], plan: Plan, shuffle: random.Random
) -> list[_Batch]:
    """The batches of all epochs, those of gold and of labelled texts side by side."""
    gold: list[_Batch] = []
    for _ in range(plan.epochs):
        for own in _batches(examples, lambda example: example.columns, plan.batch, shuffle):
            gold.append(partial(joint_loss, network, own))
    soft: list[_Batch] = []
    wanted = math.ceil(plan.soft_epochs * len(softs) / plan.batch)
    while len(soft) < wanted:
        for labelled in _batches(softs, lambda one: one.example.columns, plan.batch, shuffle):
            soft.append(partial(soft_loss, network, labelled))
    placed = [((n / len(gold)) ** _GOLD_LATER, 0, n, batch) for n, batch in enumerate(gold)]
    placed += [(n / wanted, 1, n, batch) for n, batch in enumerate(soft[:wanted])]
    return [batch for *_, batch in sorted(placed, key=lambda place: place[:3])]


def _batches(
    items: Sequence[_Item], columns: Callable[[_Item], Columns], size: int, shuffle: random.Random
) -> list[Sequence[_Item]]:
    """Batches of texts of about one length, in a random order."""
    order = sorted(items, key=lambda item: len(columns(item).ids) + shuffle.random() * _LENGTH_JITTER)
    batches: list[Sequence[_Item]] = [order[at : at + size] for at in range(0, len(order), size)]
    shuffle.shuffle(batches)
    return batches
