"""The wording two papers share: the words and phrases that weigh most, and the two sentences nearest to each other."""

import math
from collections import Counter
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

#: A stem, or two that stand side by side, with a space between. Strings, since the garbage collector does not look at
#: them: as tuples they made one answer in a hundred wait 10 ms for it.
_Phrase = str


@dataclass(frozen=True, eq=False, slots=True)
class _Said:
    """What a paper says: its sentences, with the words (folded) and the stems of each, empty for a stop word."""

    sentences: Sequence[tuple[Sentence, Sequence[str], Sequence[str]]]
    stems: Sequence[frozenset[str]]
    phrases: Mapping[_Phrase, int]

    def form_of(self, phrase: _Phrase) -> str:
        """A phrase as it is first written, folded."""
        wanted = phrase.split(" ")
        for _, forms, stems in self.sentences:
            for at in range(len(stems) - len(wanted) + 1):
                if stems[at : at + len(wanted)] == wanted:
                    return " ".join(forms[at : at + len(wanted)])
        raise KeyError(phrase)


def stems_said(paper: Paper) -> list[str]:
    """The stems of a paper's words, sorted."""
    return sorted(frozenset().union(*_said(paper).stems))


def shared_phrases(one: Paper, other: Paper, rarity: Mapping[str, float]) -> list[str]:
    """The rarest words and two-word phrases that both papers say, as the other writes them, the weightiest first.

    `rarity` has the stems of one of them. A phrase weighs the rarity of its stems, a little more the oftener both say
    it.
    """
    here, there = _said(one), _said(other)
    weight_of: dict[_Phrase, float] = {}
    for phrase in here.phrases.keys() & there.phrases.keys():
        stems = phrase.split(" ")
        if all(stems) and len(set(stems)) == len(stems):
            often = math.log(here.phrases[phrase] * there.phrases[phrase])
            weight_of[phrase] = sum(rarity[stem] for stem in stems) * (1 + _OFTEN * often)
    shown: list[_Phrase] = []
    for phrase in sorted(weight_of, key=lambda phrase: (-weight_of[phrase], phrase)):
        if not any(set(phrase.split(" ")) & set(taken.split(" ")) for taken in shown):
            shown.append(phrase)
        if len(shown) == _SHOWN:
            break
    return [_as_written(other.text, there.form_of(phrase)) for phrase in shown]


def nearest_sentences(one: Paper, other: Paper, rarity: Mapping[str, float]) -> tuple[Sentence, Sentence] | None:
    """The sentence of each paper that share the rarest words for their length; None where none share a word."""
    here, there = _said(one), _said(other)
    best, nearest = 0.0, None
    for (mine, *_), stems in zip(here.sentences, here.stems, strict=True):
        for (theirs, *_), others in zip(there.sentences, there.stems, strict=True):
            if both := stems & others:
                rare = math.fsum(rarity[stem] ** 2 for stem in both)
                near = rare / math.sqrt(len(stems) * len(others))
                if nearest is None or near > best:
                    best, nearest = near, (mine, theirs)
    return nearest


@lru_cache(maxsize=_KEPT)
def _said(paper: Paper) -> _Said:
    sentences: list[tuple[Sentence, Sequence[str], Sequence[str]]] = []
    run: list[str] = []  # all stems; the empty one behind each sentence keeps phrases from crossing it
    for sentence in sentences_of(paper):
        forms = words(paper.text[sentence.start : sentence.end])
        stems = list(map(stem_of, forms))
        sentences.append((sentence, forms, stems))
        run += [*stems, ""]
    phrases = Counter(run)
    phrases.update(map(" ".join, pairwise(run)))
    return _Said(sentences, [frozenset(filter(None, stems)) for *_, stems in sentences], phrases)


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
