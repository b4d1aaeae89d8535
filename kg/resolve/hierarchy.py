"""Which concept is a special case of which, as names show it: RoBERTa-large under RoBERTa."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kg.model import Concept, Kind
from kg.names import is_proper, plain, singular, words
from kg.resolve.judge import GROUP_OF_KIND

#: What may follow a model's name to make a member of the family, besides numbers, sizes and dates.
_MODEL_SUFFIXES = frozenset(
    words(
        "base large small tiny mini nano medium huge giant xl xxl xs instruct chat coder code math vl vision omni "
        "audio pro flash turbo lite ultra plus max thinking preview sonnet haiku opus dev schnell it sft rl distill "
        "uncased cased b l s m n x h g v zero"
    )
)
#: What may follow the name of a data set or a benchmark.
_DATA_SUFFIXES = frozenset(
    words(
        "lite verified hard pro plus mini full clean other small large tiny multilingual multimodal live dev test val "
        "train zh en cn de fr c r a v o p sketch extended challenge easy"
    )
)
#: Words that turn the meaning of what follows, so that the longer name is no special case of the shorter.
_TURNING = frozenset(words("non not anti inverse reverse un without pseudo beyond no"))
#: The family of a common term must say at least this many words: "estimation" is the family of nothing.
_TERM_WORDS = 2


def with_broader(concepts: Sequence[Concept]) -> tuple[Concept, ...]:
    """The concepts, each with the nearest more general ones among them."""
    by_words: dict[tuple[str, tuple[str, ...]], list[Concept]] = defaultdict(list)
    for concept in concepts:
        for name in (concept.name, *concept.aliases):
            if not concept.candidates:
                by_words[GROUP_OF_KIND[concept.kind], _words(name)].append(concept)
    return tuple(
        dataclasses.replace(concept, broader=tuple(sorted(found)))
        if (found := set(_families(concept, by_words)))
        else concept
        for concept in concepts
    )


def _words(name: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in words(name))


def _families(concept: Concept, by_words: Mapping[tuple[str, tuple[str, ...]], list[Concept]]) -> Iterator[str]:
    """The ids of the nearest families: the longest beginning of a proper name, the longest end of a term."""
    group = GROUP_OF_KIND[concept.kind]
    is_term = _is_term(concept.name)
    for part, rest in _ends(concept.name) if is_term else _beginnings(concept.name):
        fits = not _TURNING & set(rest) if is_term else _is_member(rest, concept.kind)
        found = [
            other.id
            for other in by_words.get((group, part), ())
            if other.id != concept.id and fits and _is_term(other.name) == is_term
        ]
        if found:
            yield min(found)
            return


def _is_term(name: str) -> bool:
    """Whether a name is a term and no proper name: its last two words are in small letters."""
    last = plain(name).split(" ")[-_TERM_WORDS:]
    return not is_proper(name) or (len(last) == _TERM_WORDS and all(word.islower() for word in last))


def _ends(name: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(last words, words before them), longest first; cut at spaces: self-supervised learning is not supervised."""
    chunks = plain(name).split(" ")
    for cut in range(1, len(chunks)):
        if len(chunks) - cut >= _TERM_WORDS:
            yield _words(" ".join(chunks[cut:])), _words(" ".join(chunks[:cut]))


def _beginnings(name: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(first words, words after them), longest first."""
    whole = _words(name)
    for size in range(len(whole) - 1, 0, -1):
        yield whole[:size], whole[size:]


def _is_member(rest: Sequence[str], kind: Kind) -> bool:
    """Whether what follows a family's name makes a member of it: numbers, sizes and the suffixes of its kind."""
    suffixes = _MODEL_SUFFIXES if kind is Kind.METHOD else _DATA_SUFFIXES
    return all(word[0].isdigit() or word in suffixes for word in rest)
