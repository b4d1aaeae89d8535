"""Acronyms that a text defines: "long form (SF)", plural, nested and lower-case ones, and the reverse "SF (long form)".

After Schwartz and Hearst (2003), A simple algorithm for identifying abbreviation definitions in biomedical text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.text import fold

#: A short form is at most this long; longer bracketed strings are remarks.
_LONGEST_SHORT = 16
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,160})[)\]]")
_WORD = re.compile(r"[^\s]+")
#: What may follow a short form within its brackets: "(RAG, Lewis et al.)", "(LLMs; see below)", "(or RL)".
_TAIL = re.compile(r"\s*[,;:].*$", re.DOTALL)
#: What may stand before a short form within its brackets; after it any fitting letters are believed.
_LEAD = re.compile(
    r"(?:abbreviated (?:as|to)|abbr\.|denoted (?:as|by)|dubbed|termed|called|named|a\.k\.a\.?|aka|or)\s+"
)
_QUOTES = "\"'“”‘’`$*_{} "
_LATEX = re.compile(r"\\[a-zA-Z]+\s*\{|[{}$]")


@dataclass(frozen=True, slots=True, order=True)
class Abbreviation:
    """A short form with its long form: half-open character offsets of both into the text that defines them."""

    short_start: int
    short_end: int
    long_start: int
    long_end: int


def abbreviations(text: str) -> Iterator[Abbreviation]:
    """Every definition in `text`, in text order. Purely by letters; what is a name is for others to say."""
    for bracket in _BRACKETED.finditer(text):
        inner_start, inner_end = _trimmed(text, *bracket.span(1))
        lead = _LEAD.match(text, inner_start, inner_end)
        inner_start = lead.end() if lead else inner_start
        tail = _TAIL.search(text, inner_start, inner_end)
        short_end = tail.start() if tail else inner_end
        short = text[inner_start:short_end]
        if (found := _long_before(text, bracket.start(), short, sure=lead is not None)) is not None:
            yield Abbreviation(inner_start, short_end, *found)
        elif (word := _word_before(text, bracket.start())) is not None:
            first = _long_within(text, inner_start, inner_end, text[word[0] : word[1]])
            if first is not None:
                yield Abbreviation(*word, first, inner_end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _QUOTES:
        start += 1
    while end > start and text[end - 1] in _QUOTES:
        end -= 1
    return start, end


def _looks_short(short: str) -> bool:
    letters = [char for char in short if char.isalpha()]
    return (
        2 <= len(short) <= _LONGEST_SHORT
        and len(short.split()) <= 2
        and bool(letters)
        and short[0].isalnum()
        and not (short.islower() and len(short) > 6)
        and (any(char.isupper() for char in letters) or len(letters) <= 6)
    )


def _long_before(text: str, bracket: int, short: str, *, sure: bool) -> tuple[int, int] | None:
    """The long form that ends before the bracket: at most min(letters + 5, letters * 2) words, as the paper has it."""
    if not _looks_short(short):
        return None
    letters = sum(char.isalnum() for char in short)
    window_start = max(text.rfind("\n", 0, bracket) + 1, bracket - 200)
    window = text[window_start:bracket].rstrip()
    for mark in (". ", "; ", ") ", "(", ": "):
        cut = window.rfind(mark)
        if cut >= 0:
            window_start += cut + len(mark)
            window = window[cut + len(mark) :]
    words = list(_WORD.finditer(window))[-min(letters + 5, letters * 2) :]
    if not words:
        return None
    begin = words[0].start()
    for form in _spellings(short):
        first = _matched_from(window[begin:], form)
        if first is not None:
            long_start, long_end = _trimmed(text, window_start + begin + first, window_start + len(window))
            if sure or _plausible(text[long_start:long_end], short):
                return long_start, long_end
    return None


def _spellings(short: str) -> tuple[str, ...]:
    singular = short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short
    return (singular,) if singular == short else (singular, short)


def _matched_from(long: str, short: str) -> int | None:
    """Where the long form begins, or None: at the words whose initials it is, else by Schwartz and Hearst's walk.

    The first character of the short form must begin a word; a hyphen begins one too.
    """
    initials = list(re.finditer(r"[^\W_]+", long))
    letters = [fold(char) for char in short if char.isalnum()]
    last = initials[-len(letters) :]
    if len(letters) > 1 and [fold(word[0][0]) for word in last] == letters:
        return last[0].start()
    at = len(long) - 1
    for position in range(len(short) - 1, -1, -1):
        wanted = fold(short[position])
        if not wanted.isalnum():
            continue
        while at >= 0 and (fold(long[at]) != wanted or (position == 0 and at > 0 and long[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    start = at + 1
    while start > 0 and not long[start - 1].isspace():
        start -= 1
    return start


def _plausible(long: str, short: str) -> bool:
    """Longer than its short form, which does not itself stand in it as a word, and starting most of its words.

    Two words a letter, none with a capital, are the sentence before the bracket.
    """
    words = re.findall(r"[A-Za-z0-9]+", _LATEX.sub("", long))
    if not words or len(long) <= len(short) or short in words:
        return False
    letters = [fold(char) for char in short if char.isalnum()]
    if long.islower() and len(words) >= 2 * len(letters):
        return False
    initials = [fold(word[0]) for word in words] + [char for word in words for char in word[1:] if char.isupper()]
    hits = sum(letter in {fold(initial) for initial in initials} for letter in letters)
    return hits * 2 >= len(letters) and (len(words) > 1 or len(letters) <= 3 or short.isupper())


def _word_before(text: str, bracket: int) -> tuple[int, int] | None:
    end = len(text[:bracket].rstrip())
    start = end
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "([":
        start -= 1
    start, end = _trimmed(text, start, end)
    short = text[start:end]
    return (start, end) if _looks_short(short) and sum(char.isupper() for char in short) >= 2 else None


def _long_within(text: str, start: int, end: int, short: str) -> int | None:
    """Where the long form begins inside the bracket: "RAG (retrieval-augmented generation)"."""
    inner = text[start:end]
    if len(inner.split()) < 2 and "-" not in inner:
        return None
    for form in _spellings(short):
        first = _matched_from(inner, form)
        if first == 0 and _plausible(inner, short):
            return start
    return None
