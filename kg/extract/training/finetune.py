"""Joint fine-tuning on annotated papers: batches of one length, rates falling towards the input, averaged weights."""

import logging
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from kg.extract.training.gold import Example
from kg.extract.training.losses import joint_loss
from kg.extract.training.network import LAYERS, Network

_LOG = logging.getLogger(__name__)
#: Lengths are shuffled by so many pieces before sorting: batches change with the epoch and hold next to no padding.
_LENGTH_JITTER = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train; the defaults are what was measured best (docs/extraction.md)."""

    epochs: int = 5
    batch: int = 16
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    warm_up: float = 0.06
    average: float = 0.99
    average_from: float = 0.3
    clip: float = 2.0


def grouped(network: Network, plan: Plan) -> list[dict[str, object]]:
    """The parameters with their rates: highest in the heads, falling layer by layer towards the input."""
    parts = [
        (layer.parameters(), plan.encoder_rate * plan.layer_decay ** (LAYERS - 1 - n))
        for n, layer in enumerate(network.enc.layers)
    ]
    below = [p for name, p in network.enc.named_parameters() if not name.startswith("layers")]
    parts += [(iter(below), plan.encoder_rate * plan.layer_decay**LAYERS), (network.h.parameters(), plan.head_rate)]
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


def finetune(network: Network, examples: Sequence[Example], *, plan: Plan, seed: int) -> None:
    """Train `network` in place; at the end it holds the running average of its weights."""
    shuffle = random.Random(seed)
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(grouped(network, plan), betas=(0.9, 0.98), fused=True)
    steps = math.ceil(len(examples) / plan.batch) * plan.epochs
    step, average = 0, None
    network.train()
    for epoch in range(plan.epochs):
        order = sorted(examples, key=lambda example: len(example.columns.ids) + shuffle.random() * _LENGTH_JITTER)
        batches = [order[at : at + plan.batch] for at in range(0, len(order), plan.batch)]
        shuffle.shuffle(batches)
        total = 0.0
        for batch in batches:
            falling(optimizer, step, steps, plan.warm_up)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss: Any = joint_loss(network, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            total += loss.item()
            step += 1
            if step > steps * plan.average_from:
                with torch.no_grad():
                    if average is None:
                        average = [parameter.detach().clone() for parameter in network.parameters()]
                    else:
                        torch._foreach_lerp_(average, list(network.parameters()), 1 - plan.average)
        _LOG.info("fine-tuning epoch %d of %d, loss %.3f", epoch + 1, plan.epochs, total / len(batches))
    if average is not None:
        with torch.no_grad():
            for parameter, own in zip(network.parameters(), average, strict=True):
                parameter.copy_(own)
    network.eval()
