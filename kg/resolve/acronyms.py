"""Whether a short form can stand for a long form: a cheapest alignment of its letters with the long form's words.

After Schwartz and Hearst (2003), who ask only that the letters occur in order; here each letter that is not the first
of a word costs, and so does each word that gives no letter, so that the answer has a degree.
"""

from functools import lru_cache

from kg.names import plain, singular, tight, words

#: Words that a short form may leave out at no cost.
_SMALL = frozenset(
    words("a an and as at by de der des du en et for from in into la le of on or over the to towards via with")
)
#: A letter inside a word, where the word's first letter is used too (LoRA: low-Rank Adaptation).
_INNER = 0.5
#: A letter inside a word whose first letter is skipped (XAI: eXplainable).
_INNER_ALONE = 1.0
#: A word that gives no letter; the last one may be a head word ("visual autoregressive model", VAR).
_SKIPPED = 1.5
_SKIPPED_HEAD = 0.6
_HEADS = frozenset(
    words(
        "model method algorithm network framework learning dataset data corpus benchmark task score metric measure index "
        "system treebank architecture technique approach module mechanism strategy challenge test set suite"
    )
)
#: An alignment may cost this much for each letter of the short form; tuned on half of the labelled pairs.
_COST_PER_LETTER = 0.3
_WORDY_DIGITS = {"2": ("two", "to"), "3": ("three",), "4": ("four", "for")}


def stands_for(short: str, long: str) -> bool:
    """Whether the letters of `short` are, in order, letters of `long`, first letters of words above all."""
    cost = alignment_cost(short, long)
    return cost is not None and cost <= _COST_PER_LETTER * len(_letters(short))


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
