"""Words and word pieces: how a text becomes the ids the encoder reads, with the character offsets of every word."""

import re
from dataclasses import dataclass

from kg.text import fold

#: A word is a run of letters and digits; every other visible character stands alone, so that a span of
#: words can end wherever a name can end ("BERT-based", "CIFAR-10/100").
WORD = re.compile(r"[^\W_]+|\S")
#: Longer words are no names but residue; they become one unknown piece (as in BERT).
LONGEST_WORD = 60
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(5)
#: How many rows the three tables of shapes have: classes of a word, of a piece, of the space before it.
WORD_SHAPES, PIECE_SHAPES, SPACINGS = 14, 7, 4
#: Words remembered with their pieces; a corpus of 100,000 abstracts holds 200,000.
REMEMBERED = 200_000


def word_shape(word: str) -> int:
    """Class of a word's case, digits and punctuation, 1 to 13 (0 is kept for special pieces)."""
    if not word[0].isalnum():
        return 9 if word.isascii() else 10
    has_digit = any(c.isdigit() for c in word)
    has_alpha = any(c.isalpha() for c in word)
    if has_digit and not has_alpha:
        return 6
    upper = sum(c.isupper() for c in word)
    if has_digit:
        return 8 if upper else 7
    if not upper:
        return 1
    if len(word) == 1:
        return 4
    if upper == len(word):
        return 3
    if upper == 1 and word[0].isupper():
        return 2
    if upper == len(word) - 1 and word[-1] == "s":
        return 12
    if word[0].isupper():
        return 13 if word[1].isupper() else 5
    return 11


def piece_shape(piece: str) -> int:
    """Class of the case of one piece as it is written, 1 to 6 (0 is kept for special pieces)."""
    if piece.isdigit():
        return 5
    if not piece.isalpha():
        return 6
    if piece.islower():
        return 1
    if piece.isupper():
        return 3 if len(piece) > 1 else 2
    if piece[0].isupper() and piece[1:].islower():
        return 2
    return 4


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as columns, one row a piece (no [CLS], no [SEP]); `first` gives each word's first row."""

    ids: list[int]
    shapes: list[int]
    piece_shapes: list[int]
    spacing: list[int]
    first: list[int]
    starts: list[int]
    ends: list[int]


class WordPieces:
    """Greedy longest-match word pieces over a fixed vocabulary; remembers the words it has split."""

    def __init__(self, vocabulary: list[str]) -> None:
        self.vocabulary = vocabulary
        self.ids = {piece: n for n, piece in enumerate(vocabulary)}
        self.cache: dict[str, tuple[tuple[int, int, int], ...]] = {}

    def split(self, word: str) -> tuple[tuple[int, int, int], ...]:
        """(id, word shape, piece shape) of each piece of one word."""
        known = self.cache.get(word)
        if known is not None:
            return known
        shape = word_shape(word)
        low = fold(word)
        same_length = len(low) == len(word)
        out: list[tuple[int, int, int]] = []
        at = 0
        if not low or len(low) > LONGEST_WORD:
            out = [(UNK, shape, piece_shape(word))]
            at = len(low)
        while at < len(low):
            prefix = "##" if at else ""
            for end in range(len(low), at, -1):
                n = self.ids.get(prefix + low[at:end])
                if n is not None:
                    break
            else:
                out = [(UNK, shape, piece_shape(word))]
                break
            own = word[at:end] if same_length else word
            out.append((n, shape, piece_shape(own)))
            at = end
        result = tuple(out)
        if len(self.cache) < REMEMBERED:
            self.cache[word] = result
        return result

    def read(self, text: str) -> Pieces:
        """The pieces of a text with the character offsets (half-open) of its words."""
        ids: list[int] = []
        shapes: list[int] = []
        piece_shapes: list[int] = []
        spacing: list[int] = []
        first: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        last = -1
        for found in WORD.finditer(text):
            start, end = found.span()
            first.append(len(ids))
            starts.append(start)
            ends.append(end)
            space = 2 if start == last else 1
            for n, shape, own in self.split(found.group()):
                ids.append(n)
                shapes.append(shape)
                piece_shapes.append(own)
                spacing.append(space)
                space = 3
            last = end
        return Pieces(ids, shapes, piece_shapes, spacing, first, starts, ends)
