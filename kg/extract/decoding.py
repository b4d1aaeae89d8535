"""From the probabilities of single spans to the names of a paper: the same string is judged once, in all its places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.text import URL, fold

Floats = npt.NDArray[np.float32]
WordSpan = tuple[int, int]

#: Spans less likely than this are no candidates: raising it loses recall, lowering it only costs time.
CANDIDATE = 0.15
#: A string with a lesser claim takes no place from another.
WORTH_A_PLACE = 0.1
#: How much an occurrence inside a surely longer name still says about the shorter string: nearly nothing.
_COVERED = 1e-3
#: A name's confidence is half its surest string's, half the mean over its occurrences; neither alone did better.
_SUREST = 0.5
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 2, 12


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a paper: its kind (0 to 4), raw probability, and its occurrences as words, last word included.

    `shares`: each kind's share of the probability.
    """

    kind: int
    probability: float
    mentions: tuple[WordSpan, ...]
    surfaces: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WordText:
    """A text with the half-open character offsets of its words."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def at(self, index: int) -> str:
        """The word at `index`; empty behind the last one."""
        return self.text[self.starts[index] : self.ends[index]] if index < len(self.starts) else ""


def names_in(words: WordText, probabilities: Floats, thresholds: Sequence[float]) -> list[Name]:
    """The names whose pooled probability reaches the threshold of their kind, in the order of their first mention.

    `probabilities` is (words, longest, 6) as `Heads.spans` gives it.
    """
    pooled, places = _pooled(words, probabilities)
    got = _placed(places, len(words.starts))
    found = []
    for group in _groups(words, got):
        counts = np.array([len(got[surface]) for surface in group], np.float64)
        mean = sum(pooled[surface] * n for surface, n in zip(group, counts, strict=True)) / counts.sum()
        surest = pooled[max(group, key=lambda surface: (1 - pooled[surface][0], surface))]
        both = _SUREST * surest + (1 - _SUREST) * mean
        kind = int(np.argmax(both[1:]))
        probability = float(1 - both[0])
        if probability >= thresholds[kind]:
            mentions = tuple(sorted(span for surface in group for span in got[surface]))
            surfaces = tuple(sorted(group, key=lambda surface: (len(surface), surface)))
            found.append(Name(kind, probability, mentions, surfaces, tuple((both[1:] / both[1:].sum()).tolist())))
    return sorted(found, key=lambda name: name.mentions)


def _pooled(words: WordText, probabilities: Floats) -> tuple[dict[str, Floats], list[tuple[float, int, int, str]]]:
    """The pooled probabilities of every candidate string, and (claim, first, last, string) of its occurrences.

    A claim to a place is half the string's pooled probability, half the one at that place: "ROSE" alone is surely a
    name, "ROSE" in "ROSE-Bench" surely none, and the longer name must not lose its place to it.
    """
    text, count, longest = words.text, len(words.starts), probabilities.shape[1]
    named = 1 - probabilities[..., 0]
    rows, widths = np.nonzero(named > CANDIDATE)
    cells = [(i, i + k) for i, k in zip(rows.tolist(), widths.tolist(), strict=True) if i + k < count]
    at_start = {start: i for i, start in enumerate(words.starts)}
    at_end = {end: i for i, end in enumerate(words.ends)}
    urls = [url.span() for url in URL.finditer(text)]
    pooled: dict[str, Floats] = {}
    places: list[tuple[float, int, int, str]] = []
    for surface in dict.fromkeys(text[words.starts[i] : words.ends[j]] for i, j in cells):
        occurrences = []
        for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(surface)}(?![A-Za-z0-9])", text):
            first, last = at_start.get(match.start()), at_end.get(match.end())
            inside = any(start < match.end() and match.start() < end for start, end in urls)
            if first is not None and last is not None and last - first < longest and not inside:
                occurrences.append((first, last))
        if not occurrences:
            continue
        own = np.stack([probabilities[i, j - i] for i, j in occurrences]).astype(np.float64)
        free = np.array([1 - _cover(span, cells, named) + _COVERED for span in occurrences])
        mean = (own * free[:, None]).sum(axis=0) / free.sum()
        pooled[surface] = mean
        claims = 1 - (mean[0] + own[:, 0]) / 2
        places += [(float(claim), *span, surface) for claim, span in zip(claims, occurrences, strict=True)]
    return pooled, places


def _cover(span: WordSpan, cells: Sequence[WordSpan], named: Floats) -> float:
    """The probability of the likeliest candidate that holds `span` and more."""
    first, last = span
    return max((float(named[i, j - i]) for i, j in cells if i <= first and last <= j and (i, j) != span), default=0.0)


def _placed(places: list[tuple[float, int, int, str]], count: int) -> dict[str, list[WordSpan]]:
    """The strings with the best claims take their places; of what overlaps them nothing is left."""
    taken = bytearray(count)
    got: dict[str, list[WordSpan]] = {}
    for claim, first, last, surface in sorted(places, key=lambda place: (-place[0], place[1], -place[2])):
        if claim >= WORTH_A_PLACE and not any(taken[first : last + 1]):
            taken[first : last + 1] = b"\1" * (last + 1 - first)
            got.setdefault(surface, []).append((first, last))
    return got


def spelling_key(surface: str) -> str:
    """What makes two strings the same name: case, spaces, hyphens, punctuation and a plural s do not count."""
    key = re.sub(r"[^a-z0-9+@.]+", "", fold(surface).replace("&", "and")).strip(".")
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith("ss") else key


def _groups(words: WordText, got: dict[str, list[WordSpan]]) -> list[list[str]]:
    """Strings that name the same thing: spelling variants, and "long form (SHORT)" side by side."""
    parent = {surface: surface for surface in got}

    def root(surface: str) -> str:
        while parent[surface] != surface:
            surface = parent[surface]
        return surface

    keys: dict[str, str] = {}
    for surface in got:
        parent[root(surface)] = root(keys.setdefault(spelling_key(surface), surface))
    begins = {first: (last, surface) for surface, spans in got.items() for first, last in spans}
    for surface, spans in got.items():
        for _, last in spans:
            following = begins.get(last + 2)
            if following and words.at(last + 1) == "(" and words.at(following[0] + 1) == ")":
                short, long = sorted((surface, following[1]), key=len)
                if abbreviates(short, long):
                    parent[root(following[1])] = root(surface)
    groups: dict[str, list[str]] = {}
    for surface in got:
        groups.setdefault(root(surface), []).append(surface)
    return list(groups.values())


def abbreviates(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in `long` in this order, read from the end (Schwartz and Hearst 2003)."""
    if not _SHORTEST_ACRONYM <= len(short) <= _LONGEST_ACRONYM or not any(c.isupper() for c in short):
        return False
    letters, hay = [c for c in fold(short) if c.isalnum()], fold(long)
    at = len(hay)
    for letter in reversed(letters):
        at = hay.rfind(letter, 0, at)
        if at < 0:
            return short.endswith("s") and abbreviates(short[:-1], long)
    return bool(letters)
