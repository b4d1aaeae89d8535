"""Whether two names would be one concept, asked of the names alone: `kg same`."""

import re
from collections.abc import Set
from dataclasses import dataclass

from kg.model import Kind
from kg.names import is_short_form, plain, tight
from kg.resolve.forms import form, without_gloss
from kg.resolve.judge import compatible, head_conflict, judge, rule_of
from kg.resolve.knowledge import Knowledge, shipped_knowledge
from kg.resolve.meaning import Reading, expanded, read_acronym
from kg.resolve.spelling import is_slip

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Answer:
    """ "same", "different" or "ambiguous", the rule that says so, and the meanings where there are several."""

    verdict: str
    rule: str
    meanings: tuple[str, ...] = ()


def same(
    name: str,
    other: str,
    *,
    kind: Kind | str | None = None,
    other_kind: Kind | str | None = None,
    knowledge: Knowledge | None = None,
) -> Answer:
    """Whether two names, out of context, name one concept. Kinds, where they are given, may tell them apart.

    >>> same("RAG", "retrieval augmented generation").verdict
    'same'
    """
    knowledge = knowledge or shipped_knowledge()
    kinds = frozenset() if kind is None else frozenset({Kind(kind)})
    other_kinds = frozenset() if other_kind is None else frozenset({Kind(other_kind)})
    if plain(name) == plain(other):
        return _one_name(name, other, kinds, other_kinds, knowledge)
    if knowledge.are_lookalikes(name, other):
        return Answer("different", "introduced by two papers for two things")
    if form(name) == form(other) or tight(name) == tight(other):
        verdict = judge(name, other, kinds, other_kinds, knowledge)
        return Answer("same" if verdict.same else "different", verdict.rule)
    if any(
        short and form(short) == form(whole)
        for whole, short in ((name, without_gloss(other)[1]), (other, without_gloss(name)[1]))
    ):
        return Answer("same", "acronym, as the name itself explains")
    if reading := _acronym(name, other, kinds, other_kinds, knowledge):
        return Answer(reading.verdict, reading.rule, reading.meanings)
    if compatible(kinds, other_kinds):
        if knowledge.canonical(form(name)) == knowledge.canonical(form(other)):
            return Answer("same", "lexicon")
        written_out = expanded(name, knowledge), expanded(other, knowledge)
        if len({knowledge.canonical(form(each)) for each in written_out}) == 1:
            conflict = head_conflict(*written_out, kinds, other_kinds)
            return Answer("different", conflict) if conflict else Answer("same", "acronym inside the name")
        if is_slip(name, other, knowledge):
            return Answer("same", "one slipped letter")
    return Answer("different", _difference(name, other))


def _one_name(name: str, other: str, kinds: Set[Kind], other_kinds: Set[Kind], knowledge: Knowledge) -> Answer:
    if not compatible(kinds, other_kinds) and is_short_form(name):
        meanings = tuple(meaning.long for meaning in knowledge.meanings(name))
        if len(meanings) > 1:
            return Answer("ambiguous", "acronym of several meanings", meanings[:5])
    return Answer("same", rule_of(name, other))


def _acronym(name: str, other: str, kinds: Set[Kind], other_kinds: Set[Kind], knowledge: Knowledge) -> Reading | None:
    short, long, swapped = (name, other, False) if is_short_form(name) else (other, name, True)
    if not is_short_form(short) or is_short_form(long):
        return None
    short_kinds, long_kinds = (other_kinds, kinds) if swapped else (kinds, other_kinds)
    return read_acronym(short, long, short_kinds, long_kinds, knowledge)


def _difference(name: str, other: str) -> str:
    """What to tell of two names that no rule makes one."""
    first, second = tight(name), tight(other)
    if _DIGITS.sub("", first) == _DIGITS.sub("", second) or _DIGITS.findall(first) != _DIGITS.findall(second):
        return "numbers differ"
    return "no rule makes them one"
