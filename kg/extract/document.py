"""The text of one paper as the rules see it: words, sentences, and the occurrences of its entities."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.model import Kind


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One place where the text names something: half-open character offsets, and how sure the finder is."""

    start: int
    end: int
    kind: Kind
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Group:
    """The occurrences that name one entity, in text order, with its kind and its display name."""

    name: str
    kind: Kind
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paper's text with its words and sentences; offsets are characters, half-open. `words` are lower-cased."""

    text: str
    title_end: int
    sentences: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentence_starts: tuple[int, ...]

    def sentence_at(self, offset: int) -> int:
        """Index of the sentence that holds the character at `offset`."""
        return max(0, bisect_right(self.sentence_starts, offset) - 1)

    def word_from(self, offset: int) -> int:
        """Index of the first word that starts at or after `offset`."""
        return bisect_left(self.starts, offset)

    def word_until(self, offset: int) -> int:
        """One past the index of the last word that ends at or before `offset`."""
        return bisect_right(self.ends, offset)

    def before(self, offset: int, count: int) -> Sequence[str]:
        """Up to `count` words before `offset`, within its sentence."""
        first = self.word_from(self.sentences[self.sentence_at(offset)][0])
        until = self.word_until(offset)
        return self.words[max(first, until - count) : until]

    def after(self, offset: int, count: int) -> Sequence[str]:
        """Up to `count` words from `offset` on, within the sentence of the character before it."""
        until = self.word_until(self.sentences[self.sentence_at(max(0, offset - 1))][1])
        begin = self.word_from(offset)
        return self.words[begin : max(begin, min(until, begin + count))]


def text_of(doc: Doc, title_end: int, sentences: Sequence[tuple[int, int]]) -> Text:
    """The plain values of a tokenized `doc`; white-space tokens are no words."""
    tokens = [(token.lower_, token.idx, token.idx + len(token)) for token in doc if not token.is_space]
    words, starts, ends = zip(*tokens, strict=True) if tokens else ((), (), ())
    return Text(doc.text, title_end, tuple(sentences), words, starts, ends, tuple(begin for begin, _ in sentences))
