"""Clusters become concepts: one kind, one display name, one id, the other names and the ids they once had."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping

from kg.model import Concept, Kind
from kg.names import is_short_form
from kg.resolve.acronyms import stands_for
from kg.resolve.display import display_name
from kg.resolve.draft import Draft
from kg.resolve.forms import form
from kg.resolve.judge import GROUP_OF_KIND
from kg.resolve.knowledge import Knowledge, without_plural
from kg.resolve.overrules import NO_OVERRULES, Overrules, Writings
from kg.text import slug

#: The lexicon counts as at most so many papers: more than one slip of the extraction, less than a corpus that agrees.
_LEXICON_VOTES = 2.5
#: A name of a published list that no annotated paper carries only breaks ties.
_LISTED_VOTES = 0.5
#: Which kind wins where the papers are divided evenly.
_KIND_ORDER = tuple(Kind)


def concepts_of(
    drafts: Mapping[str, Draft], overrules: Overrules, knowledge: Knowledge
) -> tuple[tuple[Concept, ...], dict[str, str]]:
    """The concepts, by id, and the id of each draft."""
    index = Writings(name for draft in drafts.values() for name in draft.names if overrules != NO_OVERRULES)
    user_kinds = {writing: kind for name, kind in overrules.kind.items() for writing in index.of(name)}
    user_names = {writing: shown for name, shown in overrules.name.items() for writing in index.of(name)}
    meanings: dict[str, set[str]] = defaultdict(set)
    for key, draft in drafts.items():
        for name in draft.names:
            if is_short_form(name):
                meanings[without_plural(name)].add(key)
    kinds: dict[str, Kind] = {}
    shown: dict[str, str] = {}
    for key, draft in sorted(drafts.items()):
        said = sorted({user_kinds[name] for name in draft.names if name in user_kinds})
        kinds[key] = said[0] if said else _kind(draft, knowledge)
        renamed = sorted({user_names[name] for name in draft.names if name in user_names})
        taken = {name for name in draft.names if is_short_form(name) and len(meanings[without_plural(name)]) > 1}
        if draft.candidates:
            taken = set()
        shown[key] = renamed[0] if renamed else display_name(draft, kinds[key], taken, knowledge)
    ids = _ids(drafts, kinds, shown)
    former = _former_ids(drafts, shown, ids)
    concepts = [
        Concept(
            id=ids[key],
            kind=kinds[key],
            name=shown[key],
            aliases=tuple(sorted(set(draft.names) - {shown[key]})),
            former_ids=former[key],
            candidates=tuple(sorted(ids[each] for each in draft.candidates if each in ids)),
        )
        for key, draft in drafts.items()
    ]
    return tuple(sorted(concepts, key=lambda concept: concept.id)), ids


def _kind(draft: Draft, knowledge: Knowledge) -> Kind:
    """The kind most papers give, among those of the group of kinds (data, methods and tasks) most papers give.

    The lexicon counts as a few papers, where no paper calls the concept its own.
    """
    votes: dict[Kind, float] = dict(draft.kinds())
    telling = sorted({name for named in draft.entities for name in (named.anchor, *named.shorts)})
    known = [found for name in telling if (found := knowledge.known(form(name)))]
    if known and not any(named.introduced for named in draft.entities):
        best = max(known, key=lambda found: (found.papers, found.name))
        kind = Kind(best.kind)
        votes[kind] = votes.get(kind, 0) + min(_LEXICON_VOTES, max(_LISTED_VOTES, best.papers / 2))
    totals: dict[str, float] = defaultdict(float)
    for kind, count in votes.items():
        totals[GROUP_OF_KIND[kind]] += count
    order = {kind: (-totals[GROUP_OF_KIND[kind]], -count, _KIND_ORDER.index(kind)) for kind, count in votes.items()}
    return min(order, key=lambda kind: order[kind])


def _ids(drafts: Mapping[str, Draft], kinds: Mapping[str, Kind], shown: Mapping[str, str]) -> dict[str, str]:
    """Kind and name; where two concepts share both, the sense too. An ambiguous short form keeps the plain id."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key in sorted(drafts):
        groups[f"{kinds[key]}:{slug(shown[key])}"].append(key)
    ids = {}
    for plain_id, keys in groups.items():
        for key in keys:
            alone = len(keys) == 1 or bool(drafts[key].candidates)
            ids[key] = plain_id if alone else f"{plain_id}-{_sense(key, drafts[key], shown[key])}"
    return ids


def _sense(key: str, draft: Draft, name: str) -> str:
    """What tells a homonym from its like: a long form, else the exact writing of its names."""
    longs = sorted(other for other in draft.names if stands_for(name, other))
    if longs:
        return slug(longs[0])
    return hashlib.sha256("\n".join([key, *sorted(draft.names)]).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _former_ids(
    drafts: Mapping[str, Draft], shown: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The ids that a concept's names would have by themselves; of several claims the least id wins."""
    current = set(ids.values())
    owner: dict[str, str] = {}
    for key in sorted(drafts, key=lambda key: ids[key]):
        kinds = {*drafts[key].kinds(), Kind(ids[key].partition(":")[0])}
        for each in {slug(name) for name in (*drafts[key].names, shown[key])}:
            for kind in kinds:
                owner.setdefault(f"{kind}:{each}", key)
    found: dict[str, list[str]] = {key: [] for key in drafts}
    for former, key in owner.items():
        if former not in current:
            found[key].append(former)
    return {key: tuple(sorted(each)) for key, each in found.items()}
