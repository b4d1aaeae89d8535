"""Which concept is a special case of which, as names show it: RoBERTa-large under RoBERTa."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kg.model import Concept, Kind
from kg.names import is_proper, singular, words
from kg.resolve.judge import GROUP_OF_KIND

#: What may follow a model's name to make a member of the family, besides numbers, sizes and dates.
_MODEL_SUFFIXES = frozenset(
    words(
        "base large small tiny mini nano medium huge giant xl xxl xs instruct chat coder code math vl vision omni "
        "audio pro flash turbo lite ultra plus max thinking preview sonnet haiku opus dev schnell it sft rl distill "
        "uncased cased b l s m n x h g v o zero"
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
    whole = _words(concept.name)
    proper = is_proper(concept.name)
    sizes = range(len(whole) - 1, 0, -1) if proper else range(len(whole) - 1, _TERM_WORDS - 1, -1)
    for size in sizes:
        part, rest = (whole[:size], whole[size:]) if proper else (whole[-size:], whole[:-size])
        fits = _is_member(rest, concept.kind) if proper else not _TURNING & set(rest)
        found = [
            other.id
            for other in by_words.get((group, part), ())
            if other.id != concept.id and fits and is_proper(other.name) == proper
        ]
        if found:
            yield min(found)
            return


def _is_member(rest: Sequence[str], kind: Kind) -> bool:
    """Whether what follows a family's name makes a member of it: numbers, sizes and the suffixes of its kind."""
    suffixes = _MODEL_SUFFIXES if kind is Kind.METHOD else _DATA_SUFFIXES
    return all(word[0].isdigit() or word in suffixes for word in rest)
