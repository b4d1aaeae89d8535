"""A larger teacher: all-mpnet-base-v2 (Apache-2.0) read into a network of its size, with our pieces and heads."""

from collections.abc import Sequence
from pathlib import Path

import torch

from kg.errors import SourceError
from kg.extract.training.finetune import Plan
from kg.extract.training.network import Names, Network, Size, read_safetensors, start_from
from kg.extract.training.vocabulary import embeddings_for
from kg.extract.wordpiece import SPECIAL

SIZE = Size(width=768, layers=12, inner=3072, epsilon=1e-5, relative=True)
MPNET = Names(
    parts=("attention.attn.q", "attention.attn.k", "attention.attn.v"),
    out="attention.attn.o",
    ln1="attention.LayerNorm",
    first_position=2,
)
#: Gentler than the small network's: twice the layers, four times the weights in each.
PLAN = Plan(epochs=3, encoder_rate=1e-4, table_rate=5e-4, layer_decay=0.92, average=0.985, average_from=0.4)
#: What MPNet calls the special pieces; the others have the names they have in BERT.
_OWN_NAMES = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}


def read_teacher(folder: Path, vocabulary: Sequence[str], *, dropout: float, head_dropout: float) -> Network:
    """The network with the encoder of a folder (`model.safetensors`, `vocab.txt`) and fresh heads.

    Raises SourceError where the folder holds no such model.
    """
    try:
        tensors = read_safetensors(folder / "model.safetensors")
        known = (folder / "vocab.txt").read_text("utf-8").split("\n")[:-1]
    except OSError as error:
        raise SourceError(f"{folder}: no teacher there ({error.strerror}); it needs all-mpnet-base-v2") from error
    network = Network(len(vocabulary), dropout=dropout, head_dropout=head_dropout, size=SIZE)
    table = tensors["embeddings.word_embeddings.weight"]
    special = torch.stack([table[known.index(_OWN_NAMES.get(piece, piece))] for piece in SPECIAL])
    others = embeddings_for([piece for piece in vocabulary if piece not in SPECIAL], known, table)
    start_from(network.enc, tensors, torch.cat([special, others]), MPNET)
    return network
