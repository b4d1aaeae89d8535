"""The parts of a name: markup taken off, words, numbers, singular forms; the keys under which two writings meet."""

import re
import unicodedata
from functools import lru_cache

from kg.text import fold, squeeze

#: Small Greek letter -> its name; Unicode writes lambda as LAMDA.
_GREEK = {chr(code): fold(unicodedata.name(chr(code)).split()[-1]) for code in range(0x3B1, 0x3CA)} | {"λ": "lambda"}
_GREEK_OF_NAME = {name: letter for letter, name in _GREEK.items() if letter != "ς"}
_COMMANDS = {"ell": "l", "times": "x", "infty": "∞", "textendash": "-", "textemdash": "-", "ss": "ß"}
_STYLED = re.compile(
    r"\\(?:text[a-z]*|emph|math[a-z]+|underline|mbox|operatorname|boldsymbol|bm|ensuremath)\s*\{([^{}]*)\}"
)
_OLD_STYLE = re.compile(r"\\(?:bf|it|rm|sc|tt|em|textbf|textit|texttt|textsc|textsf|mathbf|mathrm|mathcal)\b\s*")
_ACCENT = re.compile(r"\\(['`^\"~=.])\s*\{?([A-Za-z])\}?|\\([uvHck])(?:\{([A-Za-z])\}|\s+([A-Za-z]))")
_COMBINING = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_ESCAPED = re.compile(r"\\([%&$#_{}~^ ,;!\-])")
_SUPERSCRIPT = re.compile(r"\^\{?([0-9])\}?")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INITIAL_IN_BRACKETS = re.compile(r"\(([A-Za-z]{1,2})\)(?=[A-Za-z])")
_DASH = re.compile(r"[\u2010-\u2015\u2212]|(?<=[A-Za-z0-9])--(?=[A-Za-z0-9])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_APOSTROPHE = re.compile("[\u2018\u2019\u02bc\u00b4`]")
_QUOTE = re.compile("[\u201c\u201d\u201e\"]|''|``")
#: Most names: nothing to take off.
_SIMPLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9+/]|[ .-](?![ .-]))*[A-Za-z0-9+]")
#: What may stand at the ends of a name by accident of the sentence around it.
_EDGES = " \t,;:.'-_|"


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    r"""The name as a reader would write it: `$k$NN-LM` -> `kNN-LM`, `Fr\'echet` -> `Fréchet`, `**P**air` -> `Pair`."""
    if _SIMPLE.fullmatch(name):
        return name
    text = _INVISIBLE.sub("", name)
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        while (bare := _STYLED.sub(r"\1", text)) != text:
            text = bare
        text = _ESCAPED.sub(r"\1", _OLD_STYLE.sub("", text))
        text = _COMMAND.sub(lambda found: _GREEK_OF_NAME.get(found[1]) or _COMMANDS.get(found[1], found[1]), text)
    if "$" in text or "{" in text or "}" in text or "^" in text:
        text = _SUPERSCRIPT.sub(lambda found: found[1].translate(_SUPERSCRIPTS), text)
        text = re.sub(r"_(?=\{|[A-Za-z0-9](?:\b|\$))", "", text) if "{" in text or "$" in text or "\\" in name else text
        text = text.replace("$", "").replace("{", "").replace("}", "")
    elif "\\" in name:
        text = re.sub(r"(?<=[A-Za-z])_(?=[A-Za-z0-9]\b)", "", text)
    text = text.replace("~", " ").replace("**", "").replace("\\", "")
    text = _INITIAL_IN_BRACKETS.sub(r"\1", text)
    text = _balanced(text)
    text = _QUOTE.sub("", _APOSTROPHE.sub("'", _DASH.sub("-", text)))
    return unicodedata.normalize("NFC", squeeze(text).strip(_EDGES)) or squeeze(name)


def _balanced(text: str) -> str:
    """The text without brackets that lack their partner, as a name cut out of `long (short) form` has one."""
    for opening, closing in ("()", "[]"):
        if text.count(opening) != text.count(closing):
            text = text.replace(opening, "").replace(closing, "")
    return text


def _accented(found: re.Match[str]) -> str:
    mark, letter = (found[1], found[2]) if found[1] else (found[3], found[4] or found[5])
    return letter + _COMBINING[mark]


_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*[a-z]{0,2}(?![a-z])|[0-9]+(?:\.[0-9]+)*|[^\W\d_]+|[+#*]+")
_TIGHT_PART = re.compile(r"[0-9]+(?:\.[0-9]+)*|[a-z+#*]+|[^\x00-\x7f\s]+")
_POSSESSIVE = re.compile(r"'s?\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_NOT_WORD = re.compile(r"[^\w+#*.]+|_+")


def _spelled(name: str) -> str:
    """Folded, Greek letters written out, apostrophes gone."""
    folded = fold(plain(name))
    if folded.isascii():
        return _POSSESSIVE.sub(lambda found: found[0][1:], folded) if "'" in folded else folded
    for letter in {char for char in folded if char in _GREEK}:
        folded = folded.replace(letter, _GREEK[letter])
    return _POSSESSIVE.sub(lambda found: found[0][1:], folded)


@lru_cache(maxsize=65536)
def tight(name: str) -> str:
    """Letters, digits and `+#*`, folded; two numbers that stood apart stay apart: `Llama-3 1B` is not `Llama-31B`."""
    parts: list[str] = []
    for part in _TIGHT_PART.findall(_spelled(name)):
        if parts and parts[-1][-1].isdigit() and part[0].isdigit():
            parts.append("|")
        parts.append(part)
    return "".join(parts)


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The folded words, split at spaces, hyphens, slashes and around numbers: `Qwen2.5-7B` -> qwen 2.5 7b."""
    found: list[str] = []
    for chunk in _NOT_WORD.split(_spelled(name)):
        found += _WORD.findall(chunk)
    return tuple(found)


_SINGULAR = {
    "analyses": "analysis", "hypotheses": "hypothesis", "bases": "base", "axes": "axis", "criteria": "criterion",
    "phenomena": "phenomenon", "corpora": "corpus", "matrices": "matrix", "indices": "index", "vertices": "vertex",
    "biases": "bias", "viruses": "virus", "lenses": "lens", "gases": "gas", "focuses": "focus", "statuses": "status",
    "consensuses": "consensus", "leaves": "leaf", "children": "child", "people": "person", "policies": "policy",
    "series": "series", "species": "species", "news": "news", "lens": "lens", "bias": "bias", "gas": "gas",
    "atlas": "atlas", "canvas": "canvas", "chaos": "chaos", "always": "always", "across": "across", "yes": "yes",
    "movies": "movie", "cookies": "cookie", "zombies": "zombie", "calories": "calorie", "pandas": "pandas",
    "alias": "alias", "christmas": "christmas", "texas": "texas", "kansas": "kansas",
}  # fmt: skip


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of a folded English word; words in -ss, -us, -is and -ics are not plurals."""
    if len(word) < 4 or not word.endswith("s"):
        return _SINGULAR.get(word, word)
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word.endswith(("ss", "us", "is", "ics", "ous")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def capitals(name: str) -> str:
    """The pattern of capitals of the letters: `aTLAS` -> `aAAAA`, `CIFAR-10` -> `AAAAA`."""
    return "".join("A" if char.isupper() else "a" for char in plain(name) if char.isalpha())


def is_short_form(name: str) -> bool:
    """Whether a name looks like an acronym: one word of 2 to 12 characters, two capitals or a capital and a digit."""
    text = plain(name)
    if not 2 <= len(text) <= 12 or " " in text or not text[0].isalnum():
        return False
    if _TITLE_WORDS.fullmatch(text):
        return False
    upper = sum(map(str.isupper, text))
    return upper >= 2 or (upper == 1 and len(text) <= 4 and text[0].isalpha() and any(map(str.isdigit, text)))


#: `Zero-Shot` is no acronym.
_TITLE_WORDS = re.compile(r"(?:[A-Z][a-z]*-)+[A-Z]?[a-z]{2,}|[A-Z][a-z]+(?:-[A-Za-z][a-z]*)+")
_INNER_CAPITAL_OR_DIGIT = re.compile(r"\d|(?<![ \-(/])(?<!^)[A-ZÀ-ÖØ-Þ]")


def is_proper(name: str) -> bool:
    """Whether a name looks like a proper name: a digit, or a capital other than a first letter after a space."""
    return _INNER_CAPITAL_OR_DIGIT.search(plain(name)) is not None
