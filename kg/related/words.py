"""The words by which two papers are compared: folded, stemmed, without the ones that every abstract has."""

import re

from kg.text import URL, fold

_WORD = re.compile(r"[a-z][a-z0-9]*|\d+[a-z]+")
_LATEX = re.compile(r"\\[a-zA-Z]+")
_VOWEL = re.compile("[aeiouy]")

#: Function words, and the words by which papers speak of themselves; they tell no two papers apart.
STOP_WORDS = frozenset(
    re.split(
        r"\s+",
        """
    a about above after again against all also although always am among an and another any are as at be because been
    before being below between both but by can cannot could did do does doing done down due during each either et al
    e g eg i ie etc few for from further furthermore had has have having he hence her here hers him his how however if
    in into is it its itself just least less let like made make makes many may me might more moreover most much must my
    near nor not now of off often on once one only onto or other others our ours out over own per perhaps rather same
    she should since so some still such than that the their theirs them then there thereby therefore these they this
    those though through thus to together too towards toward under until up upon us use used uses using very via was we
    well were what when where whereas whether which while who whom whose why will with within without would yet you
    your yours
    paper propose proposed proposes present presents presented show shows shown showed demonstrate demonstrates
    demonstrated result results work works study approach approaches method methods based new novel introduce
    introduces introduced existing state art achieve achieves achieved experiment experiments experimental recent
    recently first two three several various different across improve improves improved significantly significant
    provide provides address
    """,
    )
)

#: Stems are remembered for so many words, more than a corpus of 100,000 abstracts has; then they are forgotten at once.
_REMEMBERED = 400_000

#: Longer words are formulas and slips; cut, so that a vocabulary is an array of bytes.
LONGEST = 24

#: Endings taken off, the first that fits, where at least so many letters with a vowel stay: a light stemmer in the
#: manner of Lovins (1968) that brings `generative`, `generation` and `generating` together.
_ENDINGS = (
    ("ization", 3),
    ("ational", 3),
    ("ation", 3),
    ("ingly", 3),
    ("ively", 3),
    ("ness", 4),
    ("ment", 4),
    ("ing", 3),
    ("edly", 3),
    ("ed", 3),
    ("ive", 3),
    ("ion", 3),
    ("ers", 4),
    ("er", 4),
    ("or", 5),
    ("ally", 4),
    ("ly", 4),
    ("al", 4),
    ("e", 3),
    ("able", 4),
)


def words(text: str) -> list[str]:
    """The words of a text, folded, in order, stop words among them; nothing of web addresses and LaTeX commands."""
    if "\\" in text:
        text = _LATEX.sub(" ", text)
    if "http" in text or "www." in text:
        text = URL.sub(" ", text)
    return _WORD.findall(fold(text))


class _Stems(dict[str, str]):
    """Folded word -> its stem, empty for a stop word; each is worked out once. A look-up is the price of a word."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = found = "" if word in STOP_WORDS or not _WORD.fullmatch(word) else stem(word)
        return found


_STEMS = _Stems()


def stem_of(word: str) -> str:
    """The stem of a folded word; empty for a stop word, and for what is no word."""
    return _STEMS[word]


def stems(text: str) -> list[str]:
    """The stems of the words that are no stop words, in order."""
    return [found for word in words(text) if (found := _STEMS[word])]


def stem(word: str) -> str:
    """A folded word without its plural and derivational ending, at most `LONGEST` letters."""
    word = _singular(word)[:LONGEST]
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least and _VOWEL.search(word[: -len(ending)]):
            word = word[: -len(ending)]
            doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz"
            return word[:-1] if doubled else word
    return word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("sses"):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
