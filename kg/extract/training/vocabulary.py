"""Which word pieces the encoder knows: the pretrained ones that the corpus uses, and its own frequent words."""

from collections import Counter
from collections.abc import Iterable

import torch
from torch import Tensor

from kg.extract.wordpiece import SPECIAL, UNK, WORD, WordPieces
from kg.text import fold

#: A piece seen less often in the corpus is dropped; its words are split further.
RARE_PIECE = 8
#: A word of several pieces seen this often becomes one piece: 3,246 words, and texts 9 % shorter.
FREQUENT_WORD = 80


def vocabulary_for(texts: Iterable[str], pretrained: list[str]) -> list[str]:
    """The pieces to keep and to add, special ones first, the others sorted."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(fold(found.group()) for found in WORD.finditer(text))
    own = [piece for piece in pretrained if piece not in SPECIAL and not piece.startswith("[unused")]
    before = WordPieces([*SPECIAL, *own])
    added = [
        word
        for word, count in words.items()
        if count >= FREQUENT_WORD and len(before.split(word)) > 1 and UNK not in {n for n, _, _ in before.split(word)}
    ]
    after = WordPieces([*SPECIAL, *sorted({*own, *added})])
    seen: Counter[str] = Counter()
    for word, count in words.items():
        for n, _, _ in after.split(word):
            seen[after.vocabulary[n]] += count
    kept = [
        piece
        for piece in own
        if seen[piece] >= RARE_PIECE or (len(piece.removeprefix("##")) == 1 and (piece.isascii() or seen[piece]))
    ]
    return [*SPECIAL, *sorted({*kept, *added})]


def embeddings_for(vocabulary: list[str], pretrained: list[str], table: Tensor) -> Tensor:
    """Rows of the pretrained table; an added word starts as the mean of its pieces."""
    place = {piece: n for n, piece in enumerate(pretrained)}
    split = WordPieces([*SPECIAL, *[piece for piece in pretrained if piece not in SPECIAL]])
    rows = []
    for piece in vocabulary:
        own = [place[piece]] if piece in place else [place[split.vocabulary[n]] for n, _, _ in split.split(piece)]
        rows.append(table[own].mean(0))
    return torch.stack(rows)
