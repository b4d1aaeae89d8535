"""The walk from the entities of all papers to concepts: names, clusters, meanings, one concept for each cluster."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Decision, Extraction, Paper, Resolution
from kg.names import is_short_form
from kg.resolve.cluster import PAPERS_SHOWN, Clustering
from kg.resolve.concepts import concepts_of
from kg.resolve.draft import Draft
from kg.resolve.forms import form
from kg.resolve.gather import Named, Usage, gather, usages
from kg.resolve.hierarchy import with_broader
from kg.resolve.judge import rule_of
from kg.resolve.knowledge import Knowledge, shipped_knowledge
from kg.resolve.overrules import NO_OVERRULES, Overrules
from kg.resolve.senses import Senses, lexicon_longs
from kg.resolve.siblings import siblings
from kg.resolve.told import told, without_dropped


def resolve(
    papers: Iterable[Paper],
    extractions: Iterable[Extraction],
    *,
    overrules: Overrules = NO_OVERRULES,
    knowledge: Knowledge | None = None,
) -> Resolution:
    """The concepts of a corpus, which entity is which, and every decision; the order of the input does not matter.

    An overrule that matches nothing becomes a decision with the verdict "unused".
    """
    knowledge = knowledge or shipped_knowledge()
    named, user, decisions = told(gather(papers, extractions), overrules)
    usage = usages(named)
    for long in lexicon_longs(named, knowledge):
        usage.setdefault(long, Usage())
    clustering = Clustering(usage, knowledge, user)
    senses = Senses(named, clustering, knowledge)
    drafts, why = _drafts(named, clustering, senses)
    drafts, dropped = without_dropped(drafts, overrules)
    concepts, ids = concepts_of(drafts, overrules, knowledge)
    concepts = with_broader(concepts)
    decisions += [*clustering.decisions, *why, *dropped, *siblings(concepts)]
    concept_of = {(each.paper, each.entity): ids[key] for key, draft in drafts.items() for each in draft.entities}
    ids_of: dict[str, set[str]] = defaultdict(set)
    for key, draft in drafts.items():
        for name in draft.names:
            ids_of[name].add(ids[key])
    return Resolution(concepts, concept_of, tuple(sorted({_placed(decision, ids_of) for decision in decisions})))


def _placed(decision: Decision, ids_of: Mapping[str, set[str]]) -> Decision:
    """The decision with the concept whose story it belongs to: that of both names, else of either."""
    if decision.concept:
        return decision
    first, second = ids_of.get(decision.name, set()), ids_of.get(decision.other, set())
    concept = min(first & second or first or second, default="")
    return dataclasses.replace(decision, concept=concept)


def _drafts(named: Sequence[Named], clustering: Clustering, senses: Senses) -> tuple[dict[str, Draft], list[Decision]]:
    """One draft for each cluster that an entity stands for, and one for each short form that stays ambiguous."""
    drafts: dict[str, Draft] = defaultdict(Draft)
    anchors = {each.anchor for each in named if not each.undefined}
    reasons: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for each in named:
        key = clustering.find(each.anchor)
        if each.undefined:
            sense = senses.read(each)
            if sense.candidates:
                key = f"ambiguous {key}"
                drafts[key].candidates |= frozenset(sense.candidates)
                reasons[each.anchor, "", "ambiguous", "acronym of several meanings"].add(each.paper)
            elif sense.cluster is not None and sense.cluster != key:
                reasons[each.anchor, sense.cluster, "merged", sense.rule].add(each.paper)
                key = sense.cluster
        drafts[key].add(each)
        for name in each.names:
            rule = _rule_of_name(name, each)
            if name == each.anchor:
                continue
            if rule == _GROUPED and name in anchors and clustering.find(name) != key:
                reasons[name, each.anchor, "refused", "one name in one paper, two in others"].add(each.paper)
                continue
            if name in each.shorts or clustering.find(name) != key:
                reasons[name, each.anchor, "merged", rule].add(each.paper)
            drafts[key].add_name(name)
    for draft in drafts.values():
        if not draft.names:
            draft.add_name(draft.entities[0].anchor)
    return dict(drafts), [
        Decision(name, other, verdict, rule, tuple(sorted(papers)[:PAPERS_SHOWN]))
        for (name, other, verdict, rule), papers in sorted(reasons.items())
    ]


#: The rule of a name that only the paper's own text ties to the others.
_GROUPED = "one entity of the paper"


def _rule_of_name(name: str, each: Named) -> str:
    if name in each.shorts:
        return "acronym, as the paper defines it"
    if form(name) == form(each.anchor):
        return rule_of(name, each.anchor)
    spelled_out = each.anchor not in each.names and any(is_short_form(word) for word in name.split(" "))
    return "acronym inside the name, as the paper defines it" if spelled_out else _GROUPED
