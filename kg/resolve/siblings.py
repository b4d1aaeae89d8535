"""Near misses by number: names that are one but for versions and sizes, told apart on purpose."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from kg.model import Concept, Decision
from kg.resolve.forms import form
from kg.resolve.judge import GROUP_OF_KIND

#: Fewer letters than this make no family: T2I, T5.
_FAMILY_LETTERS = 3


def siblings(concepts: Sequence[Concept]) -> list[Decision]:
    """One refusal for each concept and its next sibling, in order of names; numbers alone tell them apart."""
    families: dict[tuple[str, str], list[Concept]] = defaultdict(list)
    for concept in concepts:
        letters = form(concept.name).partition("|")[0]
        if len(letters) >= _FAMILY_LETTERS:
            families[GROUP_OF_KIND[concept.kind], letters].append(concept)
    decisions = []
    for _, family in sorted(families.items(), key=lambda each: each[0]):
        family.sort(key=lambda concept: concept.name)
        for concept, after in pairwise(family):
            if form(concept.name) != form(after.name):
                decisions.append(Decision(concept.name, after.name, "refused", "numbers differ", concept=concept.id))
    return decisions
