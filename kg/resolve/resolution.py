"""The walk from the entities of all papers to concepts: names, clusters, meanings, then one concept for each cluster."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Decision, Extraction, Paper, Resolution
from kg.resolve.cluster import PAPERS_SHOWN, Clustering
from kg.resolve.concepts import Draft, concepts_of
from kg.resolve.forms import form
from kg.resolve.gather import Named, Usage, gather, usages
from kg.resolve.hierarchy import with_broader
from kg.resolve.knowledge import Knowledge, shipped_knowledge
from kg.resolve.overrules import NO_OVERRULES, Overrules, Writings
from kg.resolve.senses import Senses, lexicon_longs
from kg.resolve.siblings import siblings


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
    known = {paper.id for paper in papers}
    named = gather(extraction for extraction in extractions if extraction.paper in known)
    named, user, decisions = _overruled(named, overrules)
    usage = usages(named)
    for long in lexicon_longs(named, knowledge):
        usage.setdefault(long, Usage(set(), Counter()))
    clustering = Clustering(usage, knowledge, user)
    senses = Senses(named, clustering, knowledge)
    drafts = _drafts(named, clustering, senses, decisions)
    concepts, ids = concepts_of(drafts, overrules, knowledge)
    concepts = with_broader(concepts)
    decisions += clustering.decisions
    decisions += siblings(concepts)
    concept_of = {(each.paper, each.entity): ids[key] for key, draft in drafts.items() for each in draft.entities}
    of_name = {name: ids[clustering.find(name)] for name in usage if clustering.find(name) in ids}
    decisions = [_placed(decision, of_name) for decision in decisions]
    return Resolution(concepts, concept_of, tuple(sorted(set(decisions))))


def _placed(decision: Decision, of_name: Mapping[str, str]) -> Decision:
    if decision.concept:
        return decision
    concept = of_name.get(decision.name) or of_name.get(decision.other, "")
    return Decision(
        decision.name, decision.other, decision.verdict, decision.rule, decision.papers, decision.note, concept
    )


def _drafts(
    named: Sequence[Named], clustering: Clustering, senses: Senses, decisions: list[Decision]
) -> dict[str, Draft]:
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
                drafts[key].candidates |= set(sense.candidates)
                reasons[each.anchor, "", "ambiguous", "acronym of several meanings"].add(each.paper)
            elif sense.cluster is not None and sense.cluster != key:
                reasons[each.anchor, sense.cluster, "merged", sense.rule].add(each.paper)
                key = sense.cluster
        draft = drafts[key]
        draft.entities.append(each)
        draft.kinds[each.kind] += 1
        draft.names[each.anchor] += 1
        for name in each.names:
            if name == each.anchor:
                continue
            if name in each.shorts:
                reasons[name, each.anchor, "merged", "acronym, as the paper defines it"].add(each.paper)
            elif form(name) != form(each.anchor) and name in anchors and clustering.find(name) != key:
                reasons[name, each.anchor, "refused", "one name in one paper, two in others"].add(each.paper)
                continue
            elif clustering.find(name) != key:
                rule = "one entity of the paper" if form(name) != form(each.anchor) else "writing"
                reasons[name, each.anchor, "merged", rule].add(each.paper)
            draft.names[name] += 1
    decisions += [
        Decision(name, other, verdict, rule, tuple(sorted(papers)[:PAPERS_SHOWN]))
        for (name, other, verdict, rule), papers in sorted(reasons.items())
    ]
    return dict(drafts)


def _overruled(
    named: Sequence[Named], overrules: Overrules
) -> tuple[list[Named], list[tuple[str, str, str]], list[Decision]]:
    """The entities that are not dropped, the user's pairs in terms of anchors, and what the user's rules came to."""
    if overrules == NO_OVERRULES:
        return list(named), [], []
    anchors: dict[str, set[str]] = defaultdict(set)
    for each in named:
        for name in (each.anchor, *each.names):
            anchors[name].add(each.anchor)
    index = Writings(anchors)
    decisions = [
        Decision(name, "", "unused", f"user: {rule}", note="no entity has this name")
        for rule, name in overrules.names()
        if not index.of(name)
    ]
    dropped = {writing for name in overrules.drop for writing in index.of(name)}
    decisions += [Decision(name, "", "dropped", "user: drop") for name in sorted(dropped)]
    pairs = [
        (rule, anchor, other_anchor)
        for rule, name, other in overrules.pairs()
        for anchor in sorted({a for writing in index.of(name) for a in anchors[writing]})
        for other_anchor in sorted({a for writing in index.of(other) for a in anchors[writing]})
        if anchor != other_anchor
    ]
    return [each for each in named if not dropped.intersection(each.names)], pairs, decisions
