"""Names of one paper that are written differently and mean one thing: a linear model judges pairs of them.

What is the same by itself (`kg.extract.variants`) or by a definition (`kg.extract.acronyms`) is joined before. Here is
the rest: "machine-generated text detection" and "detection of machine-generated text", `GradCuit` far from "gradient
through circuit", "video generation" for "interactive video generation" in a paper that knows no other.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import NamedTuple

from kg.extract.decoding import spelling_key
from kg.extract.document import Occurrence
from kg.extract.judging import Seen
from kg.extract.linear import Linear, yes
from kg.extract.variants import Stems, stems
from kg.model import Kind
from kg.names import plain
from kg.text import fold

#: The model's name among those of the rules.
SAME = "same entity"
#: Pairs at least this likely to be one thing are joined; two methods, unless one may be the other's acronym, need more.
#: Left apart, one of the two is wrong; joined wrongly, one is lost: F1 gains from 0.62 on, but a graph suffers more
#: from a wrong join, and most from one of a new method with what it is built on.
LIKELY, LIKELY_METHODS = 0.75, 0.85
#: An acronym has so many letters, and so large a share of them begin words of what it stands for, in this order.
_LETTERS = range(2, 13)
_INITIALS = 0.6
#: A name that so many annotated papers hold is one that readers know.
_ESTABLISHED = 10
#: What counts differently for a method than for a task.
_OF_KIND = ("acronym", "common words", "same head", "contained", "contained, one word")
#: Words between two names that say how they stand to each other.
_TELLING = re.compile(
    r"an?|and|as|called|dubbed|for|from|in|including|into|is|like|named|of|on|or|over|such|termed|than|that|the|to|unlike"
    r"|versus|via|vs|with|[(),;:/=-]"
)
_TOLD_WORDS = 8
_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[A-Za-z]+|\d+")


class _Names(NamedTuple):
    """One entity: its kind and places, the stems of its names, those that are short, those of several words.

    `phrases`: whether one of them has a space; `case`: how it is written in the abstract. `papers` of the annotated
    ones hold one of the names, `known` annotate it.
    """

    kind: Kind
    places: Sequence[Occurrence]
    stems: Sequence[Stems]
    shorts: Sequence[str]
    longs: Sequence[str]
    phrases: bool
    case: str
    papers: int
    known: int


class _Initials(NamedTuple):
    """How a short name fits a long one: letters that begin words, words so begun, letters found at all, as shares."""

    letters: float
    words: float
    found: float
    first: bool


@dataclass(frozen=True, slots=True)
class Coreference:
    """The trained model, and how annotated papers treat the names it has not joined."""

    model: Linear
    seen: Seen

    def pairs(
        self, text: str, sentences: Sequence[tuple[int, int]], entities: Sequence[Sequence[Occurrence]]
    ) -> list[tuple[int, int]]:
        """Pairs of indices of `entities`, given by their occurrences, that are likely one thing, the better name first.

        Better is the name that many annotated papers know, then the one that stands more often, then the first.
        """
        names = _all_names(text, sentences, entities, self.seen)
        found = list(_pairs(text, sentences, names))
        chances = yes(self.model, [features for *_, features in found])
        likely = [
            (i, j) for (i, j, features), chance in zip(found, chances, strict=True) if chance >= _needed(features)
        ]
        return [(i, j) if _standing(names[i]) >= _standing(names[j]) else (j, i) for i, j in likely]


def candidates(
    text: str, sentences: Sequence[tuple[int, int]], entities: Sequence[Sequence[Occurrence]], seen: Seen
) -> Iterator[tuple[int, int, dict[str, float]]]:
    """Pairs of indices of `entities`, each given by its occurrences, that may be one thing, with what speaks for it.

    They are of one kind, and look like an acronym and its long form, or share a word, but not as `COMET` and `COMET+`
    do, which are two things. The first sentence is the title.
    """
    yield from _pairs(text, sentences, _all_names(text, sentences, entities, seen))


def _all_names(
    text: str, sentences: Sequence[tuple[int, int]], entities: Sequence[Sequence[Occurrence]], seen: Seen
) -> list[_Names]:
    begins = [begin for begin, _ in sentences]
    return [_names(text, begins, places, seen) for places in entities]


def _pairs(
    text: str, sentences: Sequence[tuple[int, int]], names: Sequence[_Names]
) -> Iterator[tuple[int, int, dict[str, float]]]:
    begins = [begin for begin, _ in sentences]
    for j, other in enumerate(names):
        for i, one in enumerate(names[:j]):
            if one.kind is other.kind:
                letters = _by_letters(one, other)
                words = _by_words(one, other, names)
                if letters or (words and (one.phrases or other.phrases)):
                    placed = _by_place(text, begins, one, other)
                    written = letters | words | _by_standing(one, other)
                    of_kind = {f"{name}, {one.kind}": written[name] for name in _OF_KIND if name in written}
                    yield i, j, {str(one.kind): 1.0} | written | placed | of_kind


def _standing(names: _Names) -> tuple[int, int, int]:
    return names.known if names.known >= _ESTABLISHED else 0, len(names.places), -names.places[0].start


def _needed(features: Mapping[str, float]) -> float:
    return LIKELY_METHODS if Kind.METHOD in features and "acronym" not in features else LIKELY


def _names(text: str, begins: Sequence[int], places: Sequence[Occurrence], seen: Seen) -> _Names:
    surfaces = sorted({plain(text[place.start : place.end]) for place in places})
    papers, *known = max((seen.get(spelling_key(name), (0,)) for name in surfaces), key=lambda row: row[0])
    shorts = [name for name in surfaces if " " not in name and sum(char.isupper() for char in name) > 1]
    return _Names(
        kind=places[0].kind,
        places=places,
        stems=sorted({own for own in map(stems, surfaces) if own}),
        shorts=[short.removesuffix("s") for short in shorts],
        longs=[name for name in surfaces if len(_WORD.findall(name)) > 1],
        phrases=any(" " in name for name in surfaces),
        case=_case([text[place.start : place.end] for place in places if bisect_right(begins, place.start) > 1]),
        papers=papers,
        known=sum(known),
    )


def _by_letters(one: _Names, other: _Names) -> dict[str, float]:
    """What speaks for one being the acronym of the other; nothing where neither can be."""
    fits = [_initials(short, long) for a, b in ((one, other), (other, one)) for short in a.shorts for long in b.longs]
    fit = max((own for own in fits if own), default=None)
    if fit is None or not (fit.letters >= _INITIALS or (fit.found == 1 and fit.first)):
        return {}
    return {
        "acronym": 1.0,
        "acronym, letters": fit.letters,
        "acronym, words": fit.words,
        "acronym, all letters": float(fit.letters == 1),
        "acronym, first letter": float(fit.first),
        "acronym, letters and words": float(fit.letters == fit.words == 1),
        "acronym, in order": float(fit.found == 1),
        "acronym, in order from the first": float(fit.found == 1 and fit.first and fit.letters >= _INITIALS),
    }


def _initials(short: str, long: str) -> _Initials | None:
    words = _WORD.findall(fold(long))
    letters = [char for char in fold(short) if char.isalpha()]
    if len(letters) not in _LETTERS or len(words) < 2:
        return None
    begun = _common(letters, [word[0] for word in words])
    found = _common(letters, [char for word in words for char in word])
    return _Initials(begun / len(letters), begun / len(words), found / len(letters), letters[0] == words[0][0])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for n, b in enumerate(other, 1):
            before, row[n] = row[n], before + 1 if a == b else max(row[n], row[n - 1])
    return row[-1]


def _by_words(one: _Names, other: _Names, names: Sequence[_Names]) -> dict[str, float]:
    """What the words of their two most similar names say, among all `names`; nothing where none is shared."""
    pairs = [(_overlap(a, b), a, b) for a in one.stems for b in other.stems if not set(a).isdisjoint(b)]
    if not pairs:
        return {}
    common, first, second = max(pairs)
    features = {
        "words": 1.0,
        "common words": common,
        "common words of the shorter": max(len({*a} & {*b}) / min(len(a), len(b)) for _, a, b in pairs),
        "same head": float(first[-1] == second[-1]),
        "same first word": float(first[0] == second[0]),
        "same words": float(sorted(first) == sorted(second)),
    }
    more, less = [word for word in first if word not in second], [word for word in second if word not in first]
    if more and less:
        features |= {f"differs: {word}": 1.0 for word in more + less}
        features[f"differ, {min(3, len(more))} and {min(3, len(less))} words"] = 1.0
        if len(more) == len(less) == 1:
            a, b = sorted((more[0], less[0]))
            features[f"{a} for {b}"] = 1.0
            features["differ, same beginning"] = float(a[:4] == b[:4] and len(a) > 3)
            features["differ, digit"] = float(any(char.isdigit() for char in a + b))
        return features
    longer, shorter = (first, second) if more else (second, first)
    long, short = (one, other) if more else (other, one)
    extra = more or less
    features |= {f"more: {word}": 1.0 for word in extra}
    at_end, at_front = longer[: len(shorter)] == shorter, longer[-len(shorter) :] == shorter
    others = [each for each in names if each is not one and each is not other and each.kind is one.kind]
    elsewhere = sum(any(set(shorter) <= set(own) for own in each.stems) for each in others)
    return features | {
        "contained": 1.0,
        f"contained: {long.case} / {short.case}": 1.0,
        f"contained, {min(3, len(extra))} words more": 1.0,
        "more at end" if at_end else "more at front" if at_front else "more inside": 1.0,
        "more: digit": float(any(char.isdigit() for word in extra for char in word)),
        "contained, one word": float(len(shorter) == 1),
        "contained in others": min(elsewhere, 3) / 3,
        "contained in another": float(elsewhere > 0),
        "longer first": float(long.places[0].start < short.places[0].start),
        "shorter often": min(4, len(short.places)) / 4,
        "longer once": float(len(long.places) == 1),
    }


def _overlap(one: Stems, other: Stems) -> float:
    return len({*one} & {*other}) / len({*one, *other})


def _by_standing(one: _Names, other: _Names) -> dict[str, float]:
    """How the longer and the shorter name are written, and how well known: each may be a thing of its own."""
    short, long = sorted((one, other), key=lambda names: max(map(len, (*names.longs, *names.shorts, ""))))
    return {
        f"{long.case} / {short.case}": 1.0,
        "longer known": log1p(long.known) / 3,
        "shorter known": log1p(short.known) / 3,
        "longer new": float(long.known == 0),
        "shorter new": float(short.known == 0),
        "both known": float(long.known > 0 and short.known > 0),
        "both new": float(long.known == short.known == 0),
        "shorter, share of papers": (short.known + 0.3) / (short.papers + 1),
    }


def _by_place(text: str, begins: Sequence[int], one: _Names, other: _Names) -> dict[str, float]:
    """Where the two stand, and what is written between them where they are closest."""
    first, second = sorted(names.places[0].start for names in (one, other))
    _, left, right = min(
        (max(a, b).start - min(a, b).end, min(a, b), max(a, b)) for a in one.places for b in other.places
    )
    apart = bisect_right(begins, right.start) - bisect_right(begins, left.start)
    features = {
        "first in title": float(bisect_right(begins, first) == 1),
        "both in title": float(bisect_right(begins, second) == 1),
        "both several times": float(len(one.places) > 1 and len(other.places) > 1),
        "sentences apart": min(5, apart) / 5,
        "next sentence": float(apart == 1),
    }
    if apart == 0:
        between = [fold(token) for token in _TOKEN.findall(text[left.end : right.start])]
        features[f"same sentence, {one.kind}"] = 1.0
        features[f"between: {min(6, len(between))} words"] = 1.0
        features |= {f"between: {word}": 1.0 for word in between[:_TOLD_WORDS] if _TELLING.fullmatch(word)}
        if len(between) < 4:
            features[f"only between: {' '.join(between)}"] = 1.0
    return features


def _case(names: Sequence[str]) -> str:
    """How an entity is written where its case says something: "Hashing" is, "hashing" is not a name of its own."""
    if not names:
        return "title only"
    if any(name.islower() for name in names):
        return "lower"
    return "titled" if any(name.istitle() for name in names) else "mixed"
