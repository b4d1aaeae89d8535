"""The form of a name: what is left without markup, case, hyphens, plural, British spelling, head words, word order.

Names of one form meet; whether they are one concept is for `judge` to say.
"""

import re
from functools import lru_cache

from kg.names import is_proper, is_short_form, plain, singular, words
from kg.resolve.acronyms import stands_for
from kg.text import fold

#: British and other second spellings, made American; a key, not a spelling: it may maim words, if always in one way.
_AMERICAN = (
    (re.compile(r"is(ations?|ed|ing|es?|ers?)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|ing|er)$"), r"yz\1"),
    (re.compile(r"(behavi|col|neighb|fav|hon|lab|flav|tum|hum|rum)our"), r"\1or"),
    (re.compile(r"ell(ing|ed|er)$"), r"el\1"),
    (re.compile(r"(cent|met|fib)re$"), r"\1er"),
    (re.compile(r"logue$"), "log"),
    (re.compile(r"^(def|off)ence$"), r"\1ense"),
    (re.compile(r"^artefact$"), "artifact"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^judgement$"), "judgment"),
    (re.compile(r"^programme$"), "program"),
)
_MAYBE_BRITISH = re.compile(r"is|ys|our|ell|re$|logue|ence|^artefact|^grey|^judgement|^programme")


@lru_cache(maxsize=65536)
def _american(word: str) -> str:
    if _MAYBE_BRITISH.search(word) is None:
        return word
    for pattern, replacement in _AMERICAN:
        word = pattern.sub(replacement, word)
    return word


def _listed(listed: str) -> frozenset[str]:
    """Words as they stand in a form: singular and American."""
    return frozenset(_american(singular(word)) for word in words(listed))


#: Last word -> the words after which it says nothing new.
_IMPLIED = {
    "clustering": _listed("means medoids medians dbscan hdbscan"),
    "divergence": _listed("kl js leibler shannon"),
    "estimation": _listed("likelihood"),
    "learning": _listed("shot supervised unsupervised task"),
    "prompting": _listed("thought cot"),
    "reasoning": _listed("thought cot"),
}
_NEURAL_NETWORKS = _listed("convolutional convolution recurrent siamese spiking feedforward")
#: Generic last words that add nothing to any name.
HEADS = _listed(
    "algorithm benchmark corpus dataset mechanism method metric measure module procedure scheme score technique"
)
#: Those that add nothing to a name of two words or more: an "agentic framework" is not an "agentic task".
PHRASE_HEADS = HEADS | _listed("approach framework problem scenario setting strategy task")
#: Those that add nothing to a proper name ("BERT model", "KILT challenge").
PROPER_HEADS = PHRASE_HEADS | _listed(
    "architecture challenge collection competition leaderboard library loss model objective optimizer package platform "
    "simulator suite tool toolkit"
)
#: What else goes with a dropped head: "MSTAR Public Dataset".
_BEFORE_HEAD = _listed("public")
_MAKERS = _listed("openai anthropic google meta microsoft deepmind nvidia")
_CLAUDES = _listed("sonnet opus haiku")
_INVERTING = _listed("in of on over for")
_BY_MEANS = _listed("from with via using by")
_SENSES = {"vision": "vision", "visual": "vision", "language": "language", "text": "text", "image": "image",
           "audio": "audio", "video": "video", "speech": "speech"}  # fmt: skip
_NOUN_OF = {
    "aligning": "alignment", "answering": "answering", "classifying": "classification", "compressing": "compression",
    "detecting": "detection", "diagnosing": "diagnosis", "editing": "editing", "estimating": "estimation",
    "evaluating": "evaluation", "extracting": "extraction", "forecasting": "forecasting", "generating": "generation",
    "identifying": "identification", "localizing": "localization", "merging": "merging", "optimizing": "optimization",
    "predicting": "prediction", "pruning": "pruning", "recognizing": "recognition", "recommending": "recommendation",
    "reconstructing": "reconstruction", "retrieving": "retrieval", "segmenting": "segmentation",
    "summarizing": "summarization", "synthesizing": "synthesis", "tracking": "tracking", "translating": "translation",
}  # fmt: skip
_GLOSS = re.compile(r"\s*\(([^()]+)\)")
_DIMENSIONAL = re.compile(r"\b[Tt](wo|hree)[- ][Dd]imensional\b")
_X2Y = re.compile(r"(?<=[a-z])2(?=[a-z]{3})")
_SQUARE = re.compile(r"\b([0-9]+)\s*[x×]\s*\1\b")
_VERSION = re.compile(r"(?<=[A-Za-z])[-_ ]?[vV](?=[0-9])|\b[vV](?=[0-9])")
_WHOLE = re.compile(r"([0-9]+)\.0\b(?!\.)")
_ZERO_FOR_O = re.compile(r"(?<=[A-Za-z]{3})0(?=[A-Za-z])")
_ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n?(?= [a-z])) ")
_ACRONYM_PLURAL = re.compile(r"(?<=[A-Z])s\b")
_LOWER_WORD = re.compile(r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))[A-Z]?[a-z]+(?![A-Za-z])")


#: A resolution asks for the form of each name some eight times; a million forms take about 200 MB.
_FORMS_KEPT = 2**20


def without_gloss(name: str) -> tuple[str, str | None]:
    """A name that explains its own acronym, written without it, and written with it alone; None where it does not.

    `Temporal Difference (TD) learning` gives `Temporal Difference learning` and `TD learning`;
    `RAG (retrieval-augmented generation)` the long form and `RAG`.
    """
    text = plain(name)
    if (found := _GLOSS.search(text)) is None:
        return text, None
    before, inside, after = text[: found.start()], found[1].strip(), text[found.end() :]
    if is_short_form(inside) and stands_for(inside, before):
        return before + after, inside + after
    if is_short_form(before) and stands_for(before, inside):
        return inside + after, before + after
    return text, None


@lru_cache(maxsize=_FORMS_KEPT)
def form(name: str) -> str:
    """The key under which all writings of a name meet: letters, then numbers after bars."""
    text = _ARTICLE.sub("", without_gloss(name)[0] if "(" in name else plain(name))
    proper = is_proper(text) and _is_name(text)
    text = _DIMENSIONAL.sub(lambda found: "2D" if found[1] == "wo" else "3D", _X2Y.sub("-to-", text))
    if proper:
        text = _ZERO_FOR_O.sub("o", _WHOLE.sub(r"\1", _VERSION.sub(" ", _SQUARE.sub(r"\1", text))))
    text = _ACRONYM_PLURAL.sub("", text)
    text = _LOWER_WORD.sub(lambda found: _american(singular(fold(found[0]))), text)
    tokens = _phrase(list(words(text)), proper)
    letters = [token for token in tokens if not token[0].isdigit()]
    numbers = [_number(token) for token in tokens if token[0].isdigit()]
    return "|".join(["".join(letters), *numbers])


def _is_name(text: str) -> bool:
    """Whether the word before the last is proper itself: "BERT model", and not "LLM-based evaluation"."""
    parts = text.split(" ")
    return len(parts) < 2 or is_proper(parts[-2]) or is_proper(parts[-1])


def _number(token: str) -> str:
    """Years by their last two figures: `GENIA 2011` meets `Genia11`."""
    return token[2:] if len(token) == 4 and token[:2] == "20" and token[2] in "0123" and token.isdigit() else token


def _phrase(tokens: list[str], proper: bool) -> list[str]:
    """The words that count, in one order."""
    tokens = _without_head(tokens, proper)
    if len(tokens) > 1:
        tokens = _reworded(tokens, proper)
    if len(tokens) > 1 and not proper:
        tokens = _reordered(tokens)
    return tokens


def _without_head(tokens: list[str], proper: bool) -> list[str]:
    """The words without one generic word at the end."""
    if len(tokens) < 2 or tokens[-2] in _MAKERS:
        return tokens
    last, before = tokens[-1], tokens[-2]
    if last == "set" and before == "data" and len(tokens) > 2:
        return tokens[:-2]
    heads = PROPER_HEADS if proper else PHRASE_HEADS if len(tokens) > 2 else HEADS
    if last in heads:
        return tokens[:-2] if before in _BEFORE_HEAD and len(tokens) > 2 else tokens[:-1]
    if before in _IMPLIED.get(last, ()):
        return tokens[:-1]
    if last in ("generation", "synthesis") and len(tokens) > 3 and tokens[-3] == "to":
        return tokens[:-1]
    return tokens


def _reworded(tokens: list[str], proper: bool) -> list[str]:
    if proper and tokens[0] in _MAKERS and any(token[0].isdigit() for token in tokens):
        tokens = tokens[1:]
    if tokens[0] in _CLAUDES and any(token[0].isdigit() for token in tokens):
        tokens = ["claude", *tokens]
    found: list[str] = []
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token == "neural" and after == "network" and found and found[-1] in _NEURAL_NETWORKS:
            continue
        if token == "based" and found and after:
            continue
        if token == "recommender" and after == "system":
            token = "recommendation"
        found.append(token)
    return found


def _reordered(tokens: list[str]) -> list[str]:
    """`anomaly detection in videos` -> video anomaly detection; `estimating poses` -> pose estimation."""
    if tokens[0] in _NOUN_OF:
        tokens = [*tokens[1:], _NOUN_OF[tokens[0]]]
    places = [index for index, token in enumerate(tokens) if token in _INVERTING]
    if len(places) == 1 and 0 < places[0] < len(tokens) - 1:
        tokens = [*tokens[places[0] + 1 :], *tokens[: places[0]]]
    tokens = ["with" if token in _BY_MEANS else token for token in tokens]
    if "to" in tokens:
        return tokens
    if "and" in tokens[1:-1] and tokens[tokens.index("and", 1) - 1] in _SENSES:
        tokens.remove("and")
    for index in range(len(tokens) - 1):
        pair = tokens[index : index + 2]
        if all(token in _SENSES for token in pair):
            tokens[index : index + 2] = sorted(_SENSES[token] for token in pair)
    return tokens
