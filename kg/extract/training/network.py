"""The network in PyTorch, parameter for parameter the one `kg.extract.encoder` and `kg.extract.heads` run in NumPy."""

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.heads import LONGEST_SPAN, PREDICATES, ROLES
from kg.extract.pairs import DISTANCES, KINDS
from kg.extract.wordpiece import PIECE_SHAPES, SPACINGS, WORD_SHAPES

ATTENTION_HEADS, POSITIONS = 12, 512
#: Nearly every span is no name; starting there saves the first hundred steps.
_RARE = -5.0
_SPAN, _ENTITY, _PAIR, _CONTEXT, _QUERY, _SMALL = 128, 256, 192, 128, 64, 96


@dataclass(frozen=True, slots=True)
class Size:
    """How large an encoder is, and how it counts positions: `relative` adds a learned bias by distance."""

    width: int = 384
    layers: int = 6
    inner: int = 1536
    epsilon: float = 1e-12
    relative: bool = False


#: The size of all-MiniLM-L6-v2, with which training begins.
SMALL = Size()
#: The layers of what ships: those six, the middle ones repeated.
STACKED = (0, 1, 2, 3, 2, 3, 4, 3, 4, 5)
_DISTANCES, _FURTHEST = 32, 128


def mixed_precision() -> torch.autocast:
    """16-bit arithmetic where the processor has it: ten times as fast there, and ten times as slow where it has not."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=torch.ops.mkldnn._is_mkldnn_bf16_supported())


def gelu(x: Tensor) -> Tensor:
    """The tanh form, which NumPy computes too."""
    out: Tensor = functional.gelu(x, approximate="tanh")
    return out


class Dropout(nn.Module):
    """Dropout from slices of one large random mask: drawing a mask a layer costs a tenth of the step on a CPU."""

    _masks: dict[float, Tensor] = {}  # noqa: RUF012  shared on purpose

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.share:
            return x
        mask = self._masks.get(self.share)
        if mask is None or mask.numel() < 2 * x.numel():
            mask = (torch.rand(max(2 * x.numel(), 1 << 23)) > self.share).to(torch.bfloat16) / (1 - self.share)
            self._masks[self.share] = mask
        begin = int(torch.randint(0, mask.numel() - x.numel(), (1,)))
        return x * mask[begin : begin + x.numel()].view(x.shape).to(x.dtype)


class Layer(nn.Module):
    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        width = size.width
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, size.inner), nn.Linear(size.inner, width)
        self.ln1, self.ln2 = nn.LayerNorm(width, eps=size.epsilon), nn.LayerNorm(width, eps=size.epsilon)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """`bias`, where there is one, is added to the attention scores (papers, heads, rows, rows)."""
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, ATTENTION_HEADS, -1).permute(2, 0, 3, 1, 4)
        if self.training:  # faster backwards than the fused kernel on a CPU
            flat = [part.reshape(batch * ATTENTION_HEADS, length, -1) for part in (q, k, v)]
            scores = torch.bmm(flat[0] * flat[0].shape[-1] ** -0.5, flat[1].transpose(1, 2))
            if bias is not None:
                scores = (scores.view(batch, ATTENTION_HEADS, length, length) + bias).view(-1, length, length)
            mixed = torch.bmm(torch.softmax(scores, -1), flat[2]).view(batch, ATTENTION_HEADS, length, -1)
        else:
            mask = None if bias is None else bias.expand(batch, -1, -1, -1)
            mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.ln1(x + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, length, width))))
        normed: Tensor = self.ln2(x + self.drop(self.down(gelu(self.up(x)))))
        return normed


class EncoderNetwork(nn.Module):
    def __init__(self, vocabulary: int, dropout: float, size: Size = SMALL) -> None:
        super().__init__()
        width = size.width
        self.word, self.pos, self.seg = (
            nn.Embedding(vocabulary, width),
            nn.Embedding(POSITIONS, width),
            nn.Embedding(2, width),
        )
        self.shape, self.piece = nn.Embedding(WORD_SHAPES, width), nn.Embedding(PIECE_SHAPES, width)
        self.space = nn.Embedding(SPACINGS, width)
        self.ln, self.drop = nn.LayerNorm(width, eps=size.epsilon), Dropout(dropout)
        self.layers = nn.ModuleList(Layer(size, dropout) for _ in range(size.layers))
        self.rel = nn.Embedding(_DISTANCES, ATTENTION_HEADS) if size.relative else None

    def forward(self, columns: Sequence[Tensor], lengths: Tensor | None = None) -> Tensor:
        """`columns` as in `gold.Columns`; `lengths` hides the padding, None where a batch has next to none."""
        ids, shapes, pieces, spacing, segments = columns
        x = self.word(ids) + self.pos.weight[: ids.shape[1]] + self.seg(segments)
        x = self.drop(self.ln(x + self.shape(shapes) + self.piece(pieces) + self.space(spacing)))
        if torch.is_autocast_enabled("cpu"):
            x = x.bfloat16()
        bias = None
        if self.rel is not None:
            bias = self.rel(_distances(ids.shape[1])).permute(2, 0, 1)[None].to(x.dtype)
        if lengths is not None:
            hidden = torch.arange(ids.shape[1])[None] >= lengths[:, None]
            mask = torch.zeros(hidden.shape, dtype=x.dtype).masked_fill(hidden, -1e4)[:, None, None, :]
            bias = mask if bias is None else bias + mask
        for layer in self.layers:
            x = layer(x, bias)
        rows: Tensor = x
        return rows


def stack(deep: EncoderNetwork, encoder: EncoderNetwork, order: Sequence[int]) -> None:
    """Copy `encoder` into `deep`, whose layers are those of `encoder` in the given order.

    Gong et al. 2019, Efficient training of BERT by progressively stacking: it learns on from what the layers know.
    """
    below = {name: own for name, own in encoder.state_dict().items() if not name.startswith("layers.")}
    deep.load_state_dict(below, strict=False)
    for layer, n in zip(deep.layers, order, strict=True):
        layer.load_state_dict(encoder.layers[n].state_dict())


def _distances(length: int) -> Tensor:
    """The class of the distance between every two rows, as MPNet counts them (Raffel et al. 2020: T5's buckets)."""
    place = torch.arange(length)
    apart = place[:, None] - place[None]
    half, exact = _DISTANCES // 2, _DISTANCES // 4
    far = torch.log(apart.abs().clamp(min=1).float() / exact) / math.log(_FURTHEST / exact) * (half - exact)
    near = torch.where(apart.abs() < exact, apart.abs(), (exact + far.long()).clamp(max=half - 1))
    return near + half * (apart < 0)


class HeadsNetwork(nn.Module):
    def __init__(self, dropout: float, width: int) -> None:
        super().__init__()
        kinds = len(KINDS)
        self.drop = Dropout(dropout)
        self.st, self.en = nn.Linear(width, _SPAN), nn.Linear(width, _SPAN)
        self.U = nn.Parameter(torch.randn(kinds, _SPAN, _SPAN) * 0.02)
        self.ls, self.le, self.inside = nn.Linear(_SPAN, kinds), nn.Linear(_SPAN, kinds), nn.Linear(width, kinds)
        self.width = nn.Parameter(torch.full((LONGEST_SPAN, kinds), _RARE))
        self.men, self.ety, self.cls = (
            nn.Linear(3 * width, _ENTITY),
            nn.Embedding(6, _ENTITY),
            nn.Linear(width, _ENTITY),
        )
        self.role1, self.role2 = nn.Linear(3 * _ENTITY, _PAIR), nn.Linear(_PAIR, len(ROLES))
        two = 2 * _ENTITY
        self.ph, self.pt = nn.Linear(two, _PAIR), nn.Linear(two, _PAIR)
        self.pm1, self.pm2, self.pm = (
            nn.Linear(two, _SMALL),
            nn.Linear(two, _SMALL),
            nn.Linear(_SMALL, _PAIR, bias=False),
        )
        self.q1, self.q2, self.k = nn.Linear(two, _QUERY), nn.Linear(two, _QUERY), nn.Linear(width, _QUERY)
        self.v, self.pc = nn.Linear(width, _CONTEXT), nn.Linear(_CONTEXT, _PAIR, bias=False)
        self.bt, self.pb = nn.Linear(width, _SMALL), nn.Linear(_SMALL, _PAIR, bias=False)
        self.tp, self.dist = nn.Embedding(36, _PAIR), nn.Embedding(DISTANCES, _PAIR)
        self.rel = nn.Linear(_PAIR, 1 + len(PREDICATES))
        self.num, self.numg, self.ptr = nn.Linear(2 * width, two), nn.Linear(two, 3), nn.Linear(_PAIR, 1)
        self.null = nn.Embedding(3, two)
        for table in (self.ety, self.tp, self.dist, self.null):
            nn.init.normal_(table.weight, std=0.1)

    def spans(self, words: Tensor) -> Tensor:
        """Scores (papers, words, LONGEST_SPAN, 6); class 0, no name, has score 0."""
        count = words.shape[1]
        words = self.drop(words)
        start, end = gelu(self.st(words)), gelu(self.en(words))
        turned = torch.einsum("bnd,cde->bnce", start, self.U)
        at_start, at_end = self.ls(start).float(), self.le(end).float()
        inside = _sums(self.inside(words))
        out = []
        for more in range(LONGEST_SPAN):
            n = max(0, count - more)
            score = (
                (turned[:, :n] * end[:, more:, None]).sum(-1).float()
                + at_start[:, :n]
                + at_end[:, more:]
                + self.width[more]
            )
            score = score + (inside[:, more + 1 :] - inside[:, :n]) / (more + 1)
            out.append(functional.pad(score, (0, 0, 0, count - n), value=-30.0))
        return functional.pad(torch.stack(out, 2), (1, 0))

    def entities(self, words: Tensor, mentions: Tensor, count: int) -> Tensor:
        """Vectors of `count` entities; `mentions` rows are (paper, first word, last word, entity)."""
        paper, first, last, entity = mentions.unbind(1)
        sums = _sums(words)
        mean = (sums[paper, last + 1] - sums[paper, first]) / (last + 1 - first)[:, None]
        vectors = gelu(
            self.men(self.drop(torch.cat([words[paper, first].float(), words[paper, last].float(), mean], 1)))
        ).float()
        total = torch.zeros(count, _ENTITY).index_add(0, entity, vectors)
        number = torch.zeros(count).index_add(0, entity, torch.ones(len(entity)))[:, None]
        highest = torch.full((count, _ENTITY), -10.0).scatter_reduce(
            0, entity[:, None].expand(-1, _ENTITY), vectors, "amax"
        )
        return torch.cat([total / number.clamp(min=1), torch.where(number > 0, highest, torch.zeros(()))], 1)

    def this(self, whole: Tensor) -> Tensor:
        own = gelu(self.cls(whole).float())
        return torch.cat([own, own], 1) + self.null.weight[0]

    def roles(self, entities: Tensor, kinds: Tensor) -> Tensor:
        scores: Tensor = self.role2(gelu(self.role1(self.drop(torch.cat([entities, self.ety(kinds)], 1))))).float()
        return scores

    def pairs(self, words: Tensor, entities: Tensor, rows: Tensor) -> Tensor:
        """Vectors of pairs; rows are (paper, head, tail, between_start, between_end, kinds, distance), by paper."""
        paper, head, tail, start, end, kinds, distance = rows.unbind(1)
        entities = self.drop(entities)
        one, other = entities[head], entities[tail]
        query, key, value = gelu(self.q1(one) + self.q2(other)).float(), self.k(words).float(), self.v(words).float()
        size = torch.bincount(paper, minlength=len(words))
        place = torch.arange(len(paper)) - (size.cumsum(0) - size)[paper]
        asked = torch.zeros(len(words), -(-int(size.max()) // 32) * 32, _QUERY)
        asked[paper, place] = query
        context = torch.bmm(torch.softmax(torch.bmm(asked, key.transpose(1, 2)).float() * 0.125, -1), value)[
            paper, place
        ]
        sums = _sums(self.bt(words))
        between = (sums[paper, end] - sums[paper, start]) / (end - start).clamp(min=1)[:, None]
        out = self.ph(one) + self.pt(other) + self.pm(gelu(self.pm1(one)) * gelu(self.pm2(other)))
        out = out + self.pc(context) + self.pb(between) + self.tp(kinds) + self.dist(distance)
        vectors: Tensor = self.drop(gelu(out).float())
        return vectors

    def numbers(self, words: Tensor, rows: Tensor) -> Tensor:
        paper, first, last = rows.unbind(1)
        vectors: Tensor = gelu(self.num(torch.cat([words[paper, first], words[paper, last]], 1))).float()
        return vectors


class Network(nn.Module):
    """The encoder and its heads."""

    def __init__(self, vocabulary: int, *, dropout: float, head_dropout: float, size: Size = SMALL) -> None:
        super().__init__()
        self.enc, self.h = EncoderNetwork(vocabulary, dropout, size), HeadsNetwork(head_dropout, size.width)

    def words(
        self, columns: Sequence[Tensor], first: Tensor, last: Tensor, lengths: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Vectors of all words, and of each paper's [CLS]."""
        x = self.enc(columns, lengths)
        paper = torch.arange(len(x))[:, None]
        return (x[paper, first] + x[paper, last]) * 0.5, x[:, 0]


def _sums(x: Tensor) -> Tensor:
    return functional.pad(x.float().cumsum(1), (0, 0, 1, 0))


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The 32-bit tensors of a .safetensors file: a length, a JSON header, then the bytes."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header: dict[str, Any] = json.loads(raw[8 : 8 + size])
    header.pop("__metadata__", None)
    out = {}
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            out[name] = torch.frombuffer(bytearray(raw[begin:end]), dtype=torch.float32).view(entry["shape"])
    return out


class Names(NamedTuple):
    """Where a pretrained encoder keeps its tensors; those of a layer stand behind "encoder.layer.N."."""

    parts: tuple[str, str, str]
    out: str
    ln1: str
    up: str = "intermediate.dense"
    down: str = "output.dense"
    ln2: str = "output.LayerNorm"
    first_position: int = 0


BERT = Names(
    parts=("attention.self.query", "attention.self.key", "attention.self.value"),
    out="attention.output.dense",
    ln1="attention.output.LayerNorm",
)
_SEGMENTS = "embeddings.token_type_embeddings.weight"
_BY_DISTANCE = "encoder.relative_attention_bias.weight"


def start_from(encoder: EncoderNetwork, pretrained: dict[str, Tensor], embeddings: Tensor, names: Names = BERT) -> None:
    """Copy a pretrained encoder's weights; the tables it has not, those of shapes at least, start near zero."""
    positions = pretrained["embeddings.position_embeddings.weight"][names.first_position :]
    with torch.no_grad():
        encoder.word.weight.copy_(embeddings)
        encoder.pos.weight.copy_(positions[: len(encoder.pos.weight)])
        for table in (encoder.seg, encoder.shape, encoder.piece, encoder.space):
            table.weight.normal_(0, 0.002)
        if _SEGMENTS in pretrained:
            encoder.seg.weight.copy_(pretrained[_SEGMENTS][:1].expand(2, -1))
        if encoder.rel is not None:
            encoder.rel.weight.copy_(pretrained[_BY_DISTANCE])
        for what in ("weight", "bias"):
            getattr(encoder.ln, what).copy_(pretrained[f"embeddings.LayerNorm.{what}"])
            for n, layer in enumerate(encoder.layers):
                own = f"encoder.layer.{n}."
                parts = [pretrained[f"{own}{part}.{what}"] for part in names.parts]
                getattr(layer.qkv, what).copy_(torch.cat(parts))
                for module in ("out", "ln1", "up", "down", "ln2"):
                    copied = pretrained[f"{own}{getattr(names, module)}.{what}"]
                    getattr(getattr(layer, module), what).copy_(copied)
