"""The user's rules applied to the entities of a corpus."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Decision
from kg.names import is_short_form, plain
from kg.resolve.draft import Draft
from kg.resolve.forms import form
from kg.resolve.gather import Named
from kg.resolve.overrules import NO_OVERRULES, Overrules, Writings


def told(
    named: Sequence[Named], overrules: Overrules
) -> tuple[list[Named], list[tuple[str, str, str]], list[Decision]]:
    """The entities, the user's pairs in terms of their anchors, and a decision for each rule that matches nothing.

    Where two names that the user keeps apart stand in one entity, the entity goes by its own name alone.
    """
    if overrules == NO_OVERRULES:
        return list(named), [], []
    index = Writings(name for each in named for name in (each.anchor, *each.names))
    decisions = [
        Decision(name, "", "unused", f"user: {rule}", note="no entity has this name")
        for rule, name in overrules.names()
        if not index.of(name)
    ]
    pairs = [
        (rule, _writings(name, other, index), _writings(other, name, index)) for rule, name, other in overrules.pairs()
    ]
    apart = [(set(first), set(second)) for rule, first, second in pairs if rule == "different"]
    named = [_parted(each, apart) for each in named]
    anchors: dict[str, set[str]] = defaultdict(set)
    for each in named:
        for name in (each.anchor, *each.names):
            anchors[name].add(each.anchor)
    joined = {
        (rule, anchor, other)
        for rule, first, second in pairs
        for anchor in _anchors(first, anchors)
        for other in _anchors(second, anchors)
        if anchor != other
    }
    return named, sorted(joined), decisions


def _writings(name: str, other: str, index: Writings) -> list[str]:
    """Every writing of a name; its exact writing alone where the rule tells it from one of the same form."""
    return index.of(name) if form(name) == form(other) else index.all_of(name)


def _anchors(names: Iterable[str], anchors: Mapping[str, set[str]]) -> set[str]:
    return {anchor for name in names for anchor in anchors.get(name, ())}


def _parted(each: Named, apart: Iterable[tuple[set[str], set[str]]]) -> Named:
    """The entity without the names that its own name must be kept apart from."""
    names = {*each.names, each.anchor}
    for pair in apart:
        for mine, others in (pair, pair[::-1]):
            if plain(each.entity) in mine and names & others:
                names -= others
                anchor = each.anchor if each.anchor in names else plain(each.entity)
                each = dataclasses.replace(
                    each,
                    anchor=anchor,
                    names=tuple(sorted(names)),
                    shorts=tuple(short for short in each.shorts if short in names and short != anchor),
                    undefined=is_short_form(anchor),
                )
    return each


def without_dropped(drafts: Mapping[str, Draft], overrules: Overrules) -> tuple[dict[str, Draft], list[Decision]]:
    """The drafts without those of a name to be dropped."""
    if not overrules.drop:
        return dict(drafts), []
    index = Writings(name for draft in drafts.values() for name in draft.names)
    names = {writing for name in overrules.drop for writing in index.of(name)}
    kept = {key: draft for key, draft in drafts.items() if not names.intersection(draft.names)}
    return kept, [Decision(name, "", "dropped", "user: drop") for name in sorted(names)]
