"""The wording two papers share: the words and phrases that weigh most, and the two sentences nearest to each other."""

import math
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from kg.model import Paper, Sentence
from kg.related.sentences import sentences_of
from kg.related.words import STOP_WORDS, stem, words
from kg.text import fold, squeeze

#: Words or phrases shown for similar wording.
_SHOWN = 4
#: What saying it again adds, per e-fold: a phrase said once stays before its words said twice.
_OFTEN = 0.15


def shared_phrases(one: Paper, other: Paper, rarity: Mapping[str, float]) -> list[str]:
    """The rarest words and two-word phrases that both papers say, as the other writes them, the weightiest first.

    A phrase weighs the rarity of its stems, damped by how often each paper says it.
    """
    mine, theirs = _forms(words(one.text)), _forms(words(other.text))
    weight_of = {
        key: sum(rarity.get(stem, 0.0) for stem in key) * (1 + _OFTEN * math.log(mine[key][1] * theirs[key][1]))
        for key in mine.keys() & theirs.keys()
    }
    shown: list[tuple[str, ...]] = []
    for key in sorted(weight_of, key=lambda key: (-weight_of[key], key)):
        if not any(set(key) & set(taken) for taken in shown):
            shown.append(key)
        if len(shown) == _SHOWN:
            break
    return [_as_written(theirs[key][0], other.text) for key in shown]


def nearest_sentences(one: Paper, other: Paper, rarity: Mapping[str, float]) -> tuple[Sentence, Sentence] | None:
    """The sentence of each paper that share the rarest words for their length; None where none share a word."""
    best: tuple[float, Sentence, Sentence] | None = None
    theirs = _sentence_stems(other)
    for mine, stems_here in _sentence_stems(one):
        for their, stems_there in theirs:
            common = stems_here & stems_there
            near = sum(rarity.get(stem, 0.0) ** 2 for stem in sorted(common)) / math.sqrt(
                len(stems_here) * len(stems_there)
            )
            if common and (best is None or near > best[0]):
                best = (near, mine, their)
    return best and best[1:]


def _forms(text: Iterable[str]) -> dict[tuple[str, ...], tuple[str, int]]:
    """Stem, or pair of neighbouring stems, -> how it is first written (folded), and how often it occurs."""
    ordered = list(text)
    found: dict[tuple[str, ...], tuple[str, int]] = {}

    def count(key: tuple[str, ...], form: str) -> None:
        first, often = found.get(key, (form, 0))
        found[key] = (first, often + 1)

    for word in ordered:
        if word not in STOP_WORDS:
            count((stem(word),), word)
    for first, second in pairwise(ordered):
        if first not in STOP_WORDS and second not in STOP_WORDS and first != second:
            count((stem(first), stem(second)), f"{first} {second}")
    return found


def _as_written(form: str, text: str) -> str:
    """A folded word or phrase as the text has it inside a sentence, with case and hyphen; folded where it never is."""
    pattern = r"[\W_]{1,2}".join(map(re.escape, form.split()))
    found = re.search(rf"(?<=[a-z,;)][ -]){pattern}(?![A-Za-z])", text, re.IGNORECASE)
    first = re.search(rf"(?<![A-Za-z]){pattern}(?![A-Za-z])", text, re.IGNORECASE)
    written = squeeze((found or first or [form])[0])
    return written if found or not written.istitle() else fold(written)


def _sentence_stems(paper: Paper) -> list[tuple[Sentence, frozenset[str]]]:
    text = paper.text
    found = []
    for sentence in sentences_of(paper):
        said = words(text[sentence.start : sentence.end])
        stems = frozenset(stem(word) for word in said if word not in STOP_WORDS)
        if stems:
            found.append((sentence, stems))
    return found
