"""Slips of the pen: two names that are one but for one letter of a long word, and how to find them among many names."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kg.names import plain, singular
from kg.resolve.forms import form
from kg.resolve.knowledge import Knowledge
from kg.text import fold

#: Shorter words are too near to each other: casual, causal.
LONG_WORD = 8
_BETWEEN = re.compile(r"[-/ ]")
_SMALL_WORD = re.compile(r"\b[a-z]{4,}\b")


def is_slip(name: str, other: str, knowledge: Knowledge) -> bool:
    """Whether the names differ in one small letter (wrong, missing, doubled, swapped) of one word of eight and more.

    Never where a digit or a capital differs, nor where both words are words of the language (morality, mortality).
    """
    first, second = _levelled(name).split(" "), _levelled(other).split(" ")
    if len(first) != len(second):
        return False
    differing = [(a, b) for a, b in zip(first, second, strict=True) if fold(a) != fold(b)]
    if len(differing) != 1:
        return False
    wholes = differing[0]
    if [c for c in wholes[0] if not c.islower()] != [c for c in wholes[1] if not c.islower()]:
        return False
    parts = [_parts(whole) for whole in wholes]
    if len(parts[0]) != len(parts[1]):
        return False
    words = [(a, b) for a, b in zip(*parts, strict=True) if a != b]
    if len(words) != 1 or min(map(len, words[0])) < LONG_WORD - 1 or max(map(len, words[0])) < LONG_WORD:
        return False
    a, b = words[0]
    return one_letter_apart(a, b) and not _both_stand(a, b, knowledge)


def _levelled(name: str) -> str:
    """The name with its small words in the singular."""
    return _SMALL_WORD.sub(lambda found: singular(found[0]), plain(name))


def _parts(whole: str) -> list[str]:
    return whole.replace("/", "-").split("-")


def _both_stand(a: str, b: str, knowledge: Knowledge) -> bool:
    """Whether each is a word or a name in its own right, or one is the other with a letter before or after it."""
    if all(knowledge.knows(form(word)) for word in (a, b)):
        return True
    first, second = sorted((fold(a), fold(b)), key=len)
    if first in knowledge.words and second in knowledge.words:
        return True
    return second[1:] == first or second[:-1] == first


def one_letter_apart(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes `a` into `b` (Damerau 1964)."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    if a[start + 1 :] == b[start + 1 :] or a[start:] == b[start + 1 :] or a[start + 1 :] == b[start:]:
        return True
    return a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]


def slips(names: Iterable[str], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Pairs of names one slip apart, each pair once, sorted; near-linear, by the words with one letter left out."""
    contexts: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        for word in set(_BETWEEN.split(fold(_levelled(name)))):
            if len(word) >= LONG_WORD - 1 and word.isalnum():
                contexts[word].append(name)
    pairs = set()
    for word, other in _near_words(sorted(contexts)):
        if _both_stand(word, other, knowledge):
            continue
        by_rest = {_rest(name, word): name for name in contexts[word]}
        for name in contexts[other]:
            partner = by_rest.get(_rest(name, other))
            if partner and is_slip(name, partner, knowledge):
                pairs.add((min(name, partner), max(name, partner)))
    yield from sorted(pairs)


def _near_words(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of words that may be one letter apart: they agree when each leaves out at most one (Garbe's SymSpell).

    Compared by hash: a collision only costs a look.
    """
    owners, keys = array("q"), array("q")
    for number, word in enumerate(words):
        owners.extend([number] * (len(word) + 1))
        keys.append(hash(word))
        keys.extend(hash(word[:at] + word[at + 1 :]) for at in range(len(word)))
    found: set[tuple[int, int]] = set()
    order = np.argsort(np.frombuffer(keys, dtype=np.int64), kind="stable") if words else np.empty(0, dtype=np.int64)
    sorted_keys = np.frombuffer(keys, dtype=np.int64)[order] if words else order
    starts = np.flatnonzero(sorted_keys[1:] == sorted_keys[:-1])
    for start in starts:
        end = start + 1
        while end < len(order) and sorted_keys[end] == sorted_keys[start]:
            first, second = owners[order[start]], owners[order[end]]
            if first != second:
                found.add((min(first, second), max(first, second)))
            end += 1
    for first, second in sorted(found):
        if one_letter_apart(words[first], words[second]):
            yield words[first], words[second]


def _rest(name: str, word: str) -> str:
    return fold(_levelled(name)).replace(word, "\0", 1)
