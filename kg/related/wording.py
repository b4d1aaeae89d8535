"""The wording two papers share: the words and phrases that weigh most, and the two sentences nearest to each other."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

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
class _Said:
    """What a paper says: the stems of each sentence, how often each phrase occurs, how it is first written (folded)."""

    sentences: Sequence[tuple[Sentence, frozenset[str]]]
    stems: frozenset[str]
    phrases: Mapping[_Phrase, int]
    form_of: Mapping[_Phrase, str]


def stems_said(paper: Paper) -> list[str]:
    """The stems of a paper's words, sorted."""
    return sorted(_said(paper).stems)


def shared_phrases(one: Paper, other: Paper, rarity: Mapping[str, float]) -> list[str]:
    """The rarest words and two-word phrases that both papers say, as the other writes them, the weightiest first.

    `rarity` has the stems of one of them. A phrase weighs the rarity of its stems, a little more the oftener both say
    it.
    """
    here, there = _said(one), _said(other)
    weight_of = {
        phrase: sum(rarity[stem] for stem in phrase) * (1 + _OFTEN * math.log(here.phrases[phrase] * often))
        for phrase, often in there.phrases.items()
        if phrase in here.phrases
    }
    shown: list[_Phrase] = []
    for phrase in sorted(weight_of, key=lambda phrase: (-weight_of[phrase], phrase)):
        if not any(set(phrase) & set(taken) for taken in shown):
            shown.append(phrase)
        if len(shown) == _SHOWN:
            break
    return [_as_written(other.text, there.form_of[phrase]) for phrase in shown]


def nearest_sentences(one: Paper, other: Paper, rarity: Mapping[str, float]) -> tuple[Sentence, Sentence] | None:
    """The sentence of each paper that share the rarest words for their length; None where none share a word."""
    here, there = _said(one), _said(other)
    common: dict[tuple[int, int], float] = defaultdict(float)
    for stem in sorted(here.stems & there.stems):
        theirs = [n for n, (_, stems) in enumerate(there.sentences) if stem in stems]
        for m, (_, stems) in enumerate(here.sentences):
            if stem in stems:
                for n in theirs:
                    common[m, n] += rarity[stem] ** 2
    if not common:
        return None

    def near(pair: tuple[int, int]) -> float:
        return common[pair] / math.sqrt(len(here.sentences[pair[0]][1]) * len(there.sentences[pair[1]][1]))

    m, n = min(common, key=lambda pair: (-near(pair), pair))
    return here.sentences[m][0], there.sentences[n][0]


@lru_cache(maxsize=_KEPT)
def _said(paper: Paper) -> _Said:
    text = paper.text
    sentences: list[tuple[Sentence, frozenset[str]]] = []
    counts: Counter[_Phrase] = Counter()
    form_of: dict[_Phrase, str] = {}
    for sentence in sentences_of(paper):
        forms = words(text[sentence.start : sentence.end])
        stems = list(map(stem_of, forms))
        sentences.append((sentence, frozenset(filter(None, stems))))
        phrases = [((stem,), form) for form, stem in zip(forms, stems, strict=True) if stem]
        phrases += [
            ((one, other), f"{form} {next_form}")
            for (form, one), (next_form, other) in pairwise(zip(forms, stems, strict=True))
            if one and other and one != other
        ]
        for phrase, form in phrases:
            counts[phrase] += 1
            form_of.setdefault(phrase, form)
    return _Said(sentences, frozenset().union(*(stems for _, stems in sentences)), counts, form_of)


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
