"""Whether a short form can stand for a long form: a cheapest alignment of its letters with the long form's words.

After Schwartz and Hearst (2003), who ask only that the letters occur in order; here each letter that is not the first
of a word costs, and so does each word that gives no letter, so that the answer has a degree.
"""

import re
from functools import lru_cache

from kg.names import plain, singular, tight, words
from kg.text import fold

#: Words that a short form may leave out at no cost.
_SMALL = frozenset(
    words("a an and as at by de der des du en et for from in into la le of on or over the to towards via with")
)
#: A letter inside a word, where the word's first letter is used too (LoRA: low-Rank Adaptation).
_INNER = 0.5
#: A letter inside a word whose first letter is skipped (XAI: eXplainable).
_INNER_ALONE = 1.0
#: A word may give its end, if so long (AlgoFormer: Algorithm Transformer).
_TAIL = 4
#: A word that gives no letter; the last one may be a head word ("visual autoregressive model", VAR).
_SKIPPED = 1.5
_SKIPPED_HEAD = 0.6
_HEADS = frozenset(
    words(
        "model method algorithm network framework learning dataset data corpus benchmark task score metric measure "
        "index system treebank architecture technique approach module mechanism strategy challenge test set suite"
    )
)
#: An alignment may cost this much for each letter of the short form; tuned on half of the labelled pairs.
_COST_PER_LETTER = 0.4
#: Fewer capitals than this may be chance.
_FEWEST_MARKED = 4
_REPEATED = re.compile(r"([A-Za-z])([2-5])(?![0-9])")
_WORDY_DIGITS = {"2": ("two", "to"), "3": ("three",), "4": ("four", "for")}


def stands_for(short: str, long: str) -> bool:
    """Whether the letters of `short` are, in order, letters of `long`, first letters of words above all."""
    if words(short)[:1] == words(long)[:1] or _contains(long, short) or sum(len(word) > 1 for word in words(long)) < 2:
        return False
    return any(
        cost is not None and cost <= _COST_PER_LETTER * len(_letters(written))
        for written in spellings(short)
        if (cost := alignment_cost(written, long)) is not None
    ) or _marked_letters(long) == _letters(short)


def _contains(long: str, short: str) -> bool:
    """Whether the long name has the short one in it, as VL-RewardBench has RewardBench."""
    return len(tight(short)) >= _FEWEST_MARKED and tight(short) in tight(long)


def spellings(short: str) -> list[str]:
    """The short form, and with its digits as repeated letters: `AR2` is A-R-R, `T5` T-T-T-T-T, `M4LE` M-M-M-M-L-E."""
    repeated = _REPEATED.sub(lambda found: found[1] * int(found[2]), plain(short))
    return [short] if repeated == short else [short, repeated]


def _marked_letters(long: str) -> str:
    """The capitals of a name that marks its acronym's letters: `Signal Preservation And symmetRy breaKing`."""
    marked = "".join(char for char in plain(long) if char.isupper())
    return fold(marked) if len(marked) >= _FEWEST_MARKED else "\0"


def _letters(short: str) -> str:
    text = plain(short)
    if len(text) > 2 and text.endswith("s") and text[-2].isupper():
        text = text[:-1]
    return "".join(char for char in tight(text) if char.isalnum())


@lru_cache(maxsize=65536)
def alignment_cost(short: str, long: str) -> float | None:
    """The cost of the cheapest alignment, 0 where each word gives its first letter; None where there is none."""
    letters, parts = _letters(short), words(long)
    if len(parts) < 2 and not (len(parts) == 1 and len(parts[0]) >= 3 * len(letters)):
        return None
    if not 2 <= len(letters) <= 14 or len(parts) > 16 or len(letters) >= sum(map(len, parts)):
        return None
    costs: dict[int, float] = {0: 0.0}
    for number, word in enumerate(parts):
        last = number == len(parts) - 1
        step: dict[int, float] = {}
        for used, cost in costs.items():
            for after, extra in _word_costs(letters, used, word, last=last):
                total = cost + extra
                if total < step.get(after, 99.0):
                    step[after] = total
        costs = step
    return costs.get(len(letters))


def _word_costs(letters: str, used: int, word: str, *, last: bool) -> list[tuple[int, float]]:
    """(letters used after this word, cost) for each way in which the word can give letters."""
    if word in _SMALL:
        skip = 0.0
    elif last and singular(word) in _HEADS and used == len(letters):
        skip = _SKIPPED_HEAD
    else:
        skip = _SKIPPED
    ways = [(used, skip)]
    if used == len(letters):
        return ways
    if letters[used] == word[0]:
        ways.append((used + 1, 0.0))
        ways += _inner(letters, used + 1, word, 1, 0.0)
    elif letters[used].isdigit():
        digit = letters[used]
        if word.startswith(_WORDY_DIGITS.get(digit, ("\0",))):
            ways.append((used + 1, 0.0))
    elif used and letters[used] in word[1:3]:
        ways += [(used + 1, _INNER_ALONE)]
        ways += _inner(letters, used + 1, word, word.index(letters[used], 1) + 1, _INNER_ALONE)
    elif not used and word[:2] == "e" + letters[0] and letters[0] == "x":
        ways.append((used + 1, 0.0))
    if len(letters) - used >= _TAIL and word.endswith(letters[used:]):
        ways.append((len(letters), _INNER_ALONE))
    return ways


def _inner(letters: str, used: int, word: str, start: int, cost: float) -> list[tuple[int, float]]:
    """Further letters taken from the inside of a word, leftmost first."""
    ways = []
    while used < len(letters) and (at := word.find(letters[used], start)) >= 0:
        # The letters right after the first (LOw, ADaption) read as the word's abbreviation; later ones less so.
        cost += _INNER if at > start else _INNER / 2
        used, start = used + 1, at + 1
        ways.append((used, cost))
    return ways


#: Endings taken off, longest first, to see that adaptation, adapter and adaptive are one word's forms.
_ENDINGS = (
    "izations", "ization", "ionality", "ational", "ations", "ation", "ative", "ators", "ator", "ional", "ities", "ings",
    "ions", "able", "ants", "ized", "izer", "ing", "ion", "ity", "ers", "ors", "ent", "ant", "ive", "ed", "er", "or",
    "al", "ly", "es", "e", "s",
)  # fmt: skip
_SHORTEST_STEM = 4
_ONE_STEM = {"visual": "vision", "lm": "language model", "llm": "large language model", "nn": "neural network",
             "ai": "artificial intelligence"}  # fmt: skip


@lru_cache(maxsize=65536)
def stems(name: str) -> tuple[str, ...]:
    """The stems of the words that count; a head word at the end does not."""
    parts: list[str] = []
    for word in words(name):
        parts += _ONE_STEM.get(singular(word), word).split()
    while len(parts) > 1 and singular(parts[-1]) in _HEADS:
        parts.pop()
    return tuple(_stem(part) for part in parts if part not in _SMALL)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return _stem(word[: -len(ending)])
    return word


def same_stems(name: str, other: str) -> bool:
    """Whether two long forms of one short form are the same but for endings: adaptation, adapter."""
    return "".join(stems(name)) == "".join(stems(other))
