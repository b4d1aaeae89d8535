"""The wording two papers share: the words and phrases that weigh most, and the two sentences nearest to each other."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Paper, Sentence
from kg.related.sentences import sentences_of
from kg.related.words import stem_of, words
from kg.text import fold, squeeze

#: Words or phrases shown for similar wording.
_SHOWN = 4
#: What saying it again adds, per e-fold: a phrase said once stays before its words said twice.
_OFTEN = 0.15
#: Papers whose words are kept between answers: the one asked about is compared with every answer.
_KEPT = 256

#: A stem, or two that stand side by side.
_Phrase = tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Words:
    """The sentences of a paper, each with its words, their stems (empty for stop words), and the set of these."""

    sentences: Sequence[tuple[Sentence, Sequence[str], Sequence[str], frozenset[str]]]
    stems: frozenset[str]


def shared_stems(one: Paper, other: Paper) -> list[str]:
    """The stems that both papers say, sorted."""
    return sorted(_words(one).stems & _words(other).stems)


def shared_phrases(one: Paper, other: Paper, rarity: Mapping[str, float]) -> list[str]:
    """The rarest words and two-word phrases that both papers say, as the other writes them, the weightiest first.

    `rarity` has the stems they share. A phrase weighs the rarity of its stems, a little more the oftener both say it.
    """
    mine, _ = _phrases(_words(one), rarity)
    theirs, form_of = _phrases(_words(other), rarity)
    weight_of = {
        phrase: sum(rarity[stem] for stem in phrase) * (1 + _OFTEN * math.log(mine[phrase] * often))
        for phrase, often in theirs.items()
        if phrase in mine
    }
    shown: list[_Phrase] = []
    for phrase in sorted(weight_of, key=lambda phrase: (-weight_of[phrase], phrase)):
        if not any(set(phrase) & set(taken) for taken in shown):
            shown.append(phrase)
        if len(shown) == _SHOWN:
            break
    return [_as_written(other.text, form_of[phrase]) for phrase in shown]


def nearest_sentences(one: Paper, other: Paper, rarity: Mapping[str, float]) -> tuple[Sentence, Sentence] | None:
    """The sentence of each paper that share the rarest words for their length; None where none share a word."""
    best: tuple[float, Sentence, Sentence] | None = None
    for mine, _, _, stems_here in _words(one).sentences:
        for their, _, _, stems_there in _words(other).sentences:
            common = stems_here & stems_there
            if common:
                rare = math.fsum(rarity[stem] ** 2 for stem in common)
                near = rare / math.sqrt(len(stems_here) * len(stems_there))
                if best is None or near > best[0]:
                    best = (near, mine, their)
    return best and best[1:]


@lru_cache(maxsize=_KEPT)
def _words(paper: Paper) -> _Words:
    text = paper.text
    sentences = []
    for sentence in sentences_of(paper):
        said = words(text[sentence.start : sentence.end])
        stems = [stem_of(word) for word in said]
        sentences.append((sentence, said, stems, frozenset(filter(None, stems))))
    return _Words(sentences, frozenset().union(*(stems for *_, stems in sentences)))


def _phrases(said: _Words, rarity: Mapping[str, float]) -> tuple[Counter[_Phrase], dict[_Phrase, str]]:
    """How often each phrase of the given stems occurs, and how it is first written (folded)."""
    counts: Counter[_Phrase] = Counter()
    form_of: dict[_Phrase, str] = {}
    for _, forms, stems, _ in said.sentences:
        before, form_before = "", ""
        for form, stem in zip(forms, stems, strict=True):
            known = stem in rarity
            if known:
                counts[stem,] += 1
                form_of.setdefault((stem,), form)
                if before and before != stem:
                    counts[before, stem] += 1
                    form_of.setdefault((before, stem), f"{form_before} {form}")
            before, form_before = (stem, form) if known else ("", "")
    return counts, form_of


def _as_written(text: str, form: str) -> str:
    """How a folded phrase stands inside a sentence, with its case and hyphen; folded where it never does."""
    folded = fold(text)
    if len(folded) != len(text):
        return form
    places = [span for spelled in dict.fromkeys((form, form.replace(" ", "-"))) for span in _places(folded, spelled)]
    inside = [(start, end) for start, end in places if text[max(0, start - 2) : start - 1] not in ("", ".", "\n", ":")]
    best = min((text[start:end] for start, end in inside or places), key=_capitals, default=form)
    return squeeze(best if inside or not best.istitle() else fold(best))


def _places(folded: str, form: str) -> Iterator[tuple[int, int]]:
    """Where a form stands as a whole word, half-open."""
    at = folded.find(form)
    while at >= 0:
        end = at + len(form)
        if not folded[at - 1 : at].isalnum() and not folded[end : end + 1].isalnum():
            yield at, end
        at = folded.find(form, end)


def _capitals(form: str) -> int:
    return sum(map(str.isupper, form))
