"""The wording two papers share: the words and phrases that weigh most, and the two sentences nearest to each other."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kg.model import Paper, Sentence
from kg.related.sentences import sentences_of
from kg.related.words import stem_of
from kg.text import fold, squeeze

#: Words or phrases shown for similar wording.
_SHOWN = 4
#: What saying it again adds, per e-fold: a phrase said once stays before its words said twice.
_OFTEN = 0.15
#: Papers whose words are kept between answers: the one asked about is compared with every answer.
_KEPT = 256

_TOKEN = re.compile(r"[^\W_]+")

#: A stem, or two that stand side by side.
_Phrase = tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Words:
    """The phrases of a text with their places (half-open) in it, and the stems of its sentences."""

    places: Mapping[_Phrase, Sequence[tuple[int, int]]]
    sentences: Sequence[tuple[Sentence, frozenset[str]]]


def shared_stems(one: Paper, other: Paper) -> list[str]:
    """The stems that both papers say, sorted."""
    return sorted(phrase[0] for phrase in _words(one).places.keys() & _words(other).places.keys() if len(phrase) == 1)


def shared_phrases(one: Paper, other: Paper, rarity: Mapping[str, float]) -> list[str]:
    """The rarest words and two-word phrases that both papers say, as the other writes them, the weightiest first.

    A phrase weighs the rarity of its stems, and a little more the oftener the papers say it.
    """
    mine, theirs = _words(one).places, _words(other).places
    weight_of = {
        phrase: sum(rarity.get(stem, 0.0) for stem in phrase)
        * (1 + _OFTEN * math.log(len(mine[phrase]) * len(theirs[phrase])))
        for phrase in mine.keys() & theirs.keys()
    }
    shown: list[_Phrase] = []
    for phrase in sorted(weight_of, key=lambda phrase: (-weight_of[phrase], phrase)):
        if not any(set(phrase) & set(taken) for taken in shown):
            shown.append(phrase)
        if len(shown) == _SHOWN:
            break
    return [_as_written(other.text, theirs[phrase]) for phrase in shown]


def nearest_sentences(one: Paper, other: Paper, rarity: Mapping[str, float]) -> tuple[Sentence, Sentence] | None:
    """The sentence of each paper that share the rarest words for their length; None where none share a word."""
    best: tuple[float, Sentence, Sentence] | None = None
    for mine, stems_here in _words(one).sentences:
        for their, stems_there in _words(other).sentences:
            common = stems_here & stems_there
            if common:
                rare = sum(rarity.get(stem, 0.0) ** 2 for stem in sorted(common))
                near = rare / math.sqrt(len(stems_here) * len(stems_there))
                if best is None or near > best[0]:
                    best = (near, mine, their)
    return best and best[1:]


@lru_cache(maxsize=_KEPT)
def _words(paper: Paper) -> _Words:
    text = paper.text
    places: dict[_Phrase, list[tuple[int, int]]] = {}
    folded = fold(text)
    same = len(folded) == len(text)
    tokens = [
        (token.span(), stem_of(token[0] if same else fold(token[0])))
        for token in _TOKEN.finditer(folded if same else text)
    ]
    for span, stem in tokens:
        if stem:
            places.setdefault((stem,), []).append(span)
    for (first, one), (second, other) in pairwise(tokens):
        if one and other and one != other and second[0] - first[1] == 1 and text[first[1]] in " -":
            places.setdefault((one, other), []).append((first[0], second[1]))
    sentences = sentences_of(paper)
    said: list[set[str]] = [set() for _ in sentences]
    at = 0
    for (start, _), stem in tokens:
        while at + 1 < len(sentences) and start >= sentences[at + 1].start:
            at += 1
        if stem:
            said[at].add(stem)
    pairs = zip(sentences, map(frozenset, said), strict=True)
    return _Words(places, [(sentence, found) for sentence, found in pairs if found])


def _as_written(text: str, places: Iterable[tuple[int, int]]) -> str:
    """How a phrase stands inside a sentence, with its case and hyphen; in small letters where it only begins one."""
    written = [text[start:end] for start, end in places]
    inside = [text[start:end] for start, end in places if re.match(r"[a-z,;)] ", text[max(0, start - 2) : start])]
    best = min(inside or written, key=lambda form: sum(map(str.isupper, form)))
    return squeeze(best if inside or not best.istitle() else fold(best))
