"""A larger teacher: all-mpnet-base-v2 (Apache-2.0) read into a network of its size, with our pieces and heads."""

from collections.abc import Sequence
from pathlib import Path

import torch

from kg.errors import SourceError
from kg.extract.training.finetune import Plan
from kg.extract.training.network import Network, Size, read_safetensors
from kg.extract.training.vocabulary import embeddings_for
from kg.extract.wordpiece import SPECIAL

SIZE = Size(width=768, layers=12, inner=3072, epsilon=1e-5, relative=True)
#: Gentler than the small network's: twice the layers, four times the weights in each.
PLAN = Plan(epochs=3, encoder_rate=1e-4, table_rate=5e-4, layer_decay=0.92, average=0.985, average_from=0.4)
#: What MPNet calls the special pieces; the others have the names they have in BERT.
_OWN_NAMES = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
#: Its positions count from 2.
_FIRST_POSITION = 2


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
    encoder, table = network.enc, tensors["embeddings.word_embeddings.weight"]
    special = torch.stack([table[known.index(_OWN_NAMES.get(piece, piece))] for piece in SPECIAL])
    others = embeddings_for([piece for piece in vocabulary if piece not in SPECIAL], known, table)
    positions = tensors["embeddings.position_embeddings.weight"][_FIRST_POSITION:]
    with torch.no_grad():
        encoder.word.weight.copy_(torch.cat([special, others]))
        encoder.pos.weight.copy_(positions[: len(encoder.pos.weight)])
        for fresh in (encoder.seg, encoder.shape, encoder.piece, encoder.space):
            fresh.weight.normal_(0, 0.002)
        if encoder.rel is not None:
            encoder.rel.weight.copy_(tensors["encoder.relative_attention_bias.weight"])
        for what in ("weight", "bias"):
            getattr(encoder.ln, what).copy_(tensors[f"embeddings.LayerNorm.{what}"])
            for n, layer in enumerate(encoder.layers):
                own = f"encoder.layer.{n}."
                parts = [tensors[f"{own}attention.attn.{part}.{what}"] for part in "qkv"]
                getattr(layer.qkv, what).copy_(torch.cat(parts))
                getattr(layer.out, what).copy_(tensors[f"{own}attention.attn.o.{what}"])
                getattr(layer.ln1, what).copy_(tensors[f"{own}attention.LayerNorm.{what}"])
                getattr(layer.up, what).copy_(tensors[f"{own}intermediate.dense.{what}"])
                getattr(layer.down, what).copy_(tensors[f"{own}output.dense.{what}"])
                getattr(layer.ln2, what).copy_(tensors[f"{own}output.LayerNorm.{what}"])
    return network
