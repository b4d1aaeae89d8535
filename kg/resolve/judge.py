"""Whether two names of one form are one concept, and by which rule; or why they are not."""

from collections.abc import Set
from dataclasses import dataclass

from kg.model import Kind
from kg.names import capitals, plain, singular, tight, words
from kg.resolve.forms import PROPER_HEADS
from kg.resolve.knowledge import Knowledge
from kg.text import fold

#: Kinds that papers take one for the other; a metric is mistaken for nothing else.
GROUP_OF_KIND = {
    Kind.METHOD: "method or task",
    Kind.TASK: "method or task",
    Kind.DATASET: "data",
    Kind.BENCHMARK: "data",
    Kind.METRIC: "metric",
}
_DATA_HEADS = frozenset(words("dataset data set corpus benchmark challenge competition leaderboard suite collection"))
_METRIC_HEADS = frozenset(words("score metric measure"))
_TASK_HEADS = frozenset(words("task problem setting scenario"))
_ALL_HEADS = PROPER_HEADS
CAPITALS_DIFFER = "the pattern of capitals differs"
#: A name of at most this many letters is told from others by its capitals: ATLaS, aTLAS.
_SHORT_NAME = 6
#: Small capitals make long words look like acronyms; words of at most this many letters may be acronyms.
_ACRONYM_WORD = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """Same or not, and the rule that says so."""

    same: bool
    rule: str


def groups(kinds: Set[Kind]) -> frozenset[str]:
    """The groups of kinds that papers take one for the other."""
    return frozenset(GROUP_OF_KIND[kind] for kind in kinds)


def compatible(kinds: Set[Kind], other: Set[Kind]) -> bool:
    """Whether two sets of kinds may be readings of one concept; an unknown kind fits all."""
    return not kinds or not other or bool(groups(kinds) & groups(other))


def judge(name: str, other: str, kinds: Set[Kind], other_kinds: Set[Kind], knowledge: Knowledge) -> Verdict:
    """The verdict on two names that have one form (or one `tight` key)."""
    rule = rule_of(name, other)
    if rule in ("same writing", "markup"):
        return Verdict(True, rule)
    if knowledge.are_lookalikes(name, other):
        return Verdict(False, "introduced by two papers for two things")
    if rule in ("case", "hyphen or space") and (conflict := _case_conflict(name, other, knowledge)):
        return Verdict(False, conflict)
    if not compatible(kinds, other_kinds) and rule != "version of writing" and _names_differ(name, other, knowledge):
        return Verdict(False, f"{rule}, but another kind")
    if rule in ("head word", "wording") and (conflict := head_conflict(name, other, kinds, other_kinds)):
        return Verdict(False, conflict)
    return Verdict(True, rule)


def rule_of(name: str, other: str) -> str:
    """The least liberty that makes one of two names of the same form the other."""
    first, second = plain(name), plain(other)
    if first == second:
        return "same writing" if name == other else "markup"
    if fold(first) == fold(second):
        return "case"
    if tight(first) == tight(second):
        return "hyphen or space"
    if _singulars(first) == _singulars(second):
        return "plural"
    if sorted(_singulars(first)) == sorted(_singulars(second)):
        return "word order"
    if _only_heads(first, second):
        return "head word"
    return "version of writing" if any(map(str.isdigit, first)) else "wording"


def _singulars(name: str) -> tuple[str, ...]:
    return tuple(singular(word) if len(word) > 3 else word.removesuffix("s") for word in words(name))


def _only_heads(name: str, other: str) -> bool:
    few, many = sorted((_singulars(name), _singulars(other)), key=len)
    return len(few) < len(many) and many[: len(few)] == few


def _names_differ(name: str, other: str, knowledge: Knowledge) -> bool:
    """Whether one writing is a term and the other a name (DeepSearch, deep search), or both are one word."""
    first, second = plain(name), plain(other)
    one_word = [not any(char in text for char in " -") for text in (first, second)]
    small = [fold(text) == text and knowledge.words.issuperset(words(text)) for text in (first, second)]
    return all(one_word) or (any(one_word) and any(small))


def _case_conflict(name: str, other: str, knowledge: Knowledge) -> str | None:
    """Why two names that differ in capitals alone are two, if they are."""
    lower, upper = sorted((plain(name), plain(other)), key=lambda text: sum(map(str.isupper, text)))
    if " " in lower or " " in upper or any(map(str.isdigit, lower)):
        return None
    if (
        lower.islower()
        and sum(map(str.isupper, upper)) >= 2
        and len(lower) <= _ACRONYM_WORD
        and lower in knowledge.words
        and any(char in "aeiouy" for char in lower)
    ):
        return "a word of the language and an acronym"
    patterns = capitals(lower)[1:], capitals(upper)[1:]
    if len(lower) <= _SHORT_NAME and _is_mixed(lower) and _is_mixed(upper) and len(set(map(len, patterns))) == 1:
        return CAPITALS_DIFFER if patterns[0] != patterns[1] else None
    return None


def _is_mixed(text: str) -> bool:
    return not (text.islower() or text.isupper() or text.istitle())


def head_conflict(name: str, other: str, kinds: Set[Kind], other_kinds: Set[Kind]) -> str | None:
    """Why a head word makes a difference here, if it does: the CLIP score is not CLIP."""
    first, second = _singulars(name), _singulars(other)
    heads = set(first) ^ set(second)
    found = groups(kinds | other_kinds)
    if heads & _DATA_HEADS and found - {"data"}:
        return "a head word that makes it data"
    if heads & _METRIC_HEADS and found - {"metric"}:
        return "a head word that makes it a metric"
    if heads & _TASK_HEADS and found - {"method or task"}:
        return "a head word that makes it a task"
    if heads & _ALL_HEADS and kinds and other_kinds and not kinds & other_kinds and not found <= {"data"}:
        return "a head word and another kind"
    few, many = sorted((plain(name), plain(other)), key=len)
    if heads & _ALL_HEADS and few.isupper() and few not in many:
        return "an acronym and a word with a head word"
    return None
