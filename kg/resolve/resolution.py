"""The walk from the entities of all papers to concepts: names, their senses, clusters, one display name each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.model import Concept, Entity, Extraction, Kind, Paper, Resolution
from kg.names import is_proper, is_short_form, plain, singular, tight, words
from kg.resolve.acronyms import stands_for
from kg.text import slug

_KIND_ORDER = tuple(Kind)


@dataclass(slots=True)
class _Cluster:
    names: Counter[str] = field(default_factory=Counter)
    preferred: Counter[str] = field(default_factory=Counter)
    kinds: Counter[Kind] = field(default_factory=Counter)
    entities: list[tuple[str, str]] = field(default_factory=list)


def resolve(papers: Iterable[Paper], extractions: Iterable[Extraction]) -> Resolution:
    """The concepts of a corpus and which entity is which; the order of papers does not matter."""
    extractions = sorted(extractions, key=lambda extraction: extraction.paper)
    senses = _senses(extractions)
    clusters: dict[str, _Cluster] = defaultdict(_Cluster)
    for extraction in extractions:
        own = {tight(short): long for short, long in extraction.abbreviations}
        for entity in extraction.entities:
            cluster = clusters[_key_of(entity, own, senses)]
            cluster.entities.append((extraction.paper, entity.name))
            cluster.kinds[entity.kind] += 1
            cluster.preferred[plain(entity.name)] += 1
            cluster.names.update(plain(name) for name in _surfaces(entity))
    concepts: dict[str, Concept] = {}
    concept_of: dict[tuple[str, str], str] = {}
    for _, cluster in sorted(clusters.items()):
        concept = _concept(cluster)
        while concept.id in concepts:
            concept = Concept(concept.id + "-2", concept.kind, concept.name, concept.aliases)
        concepts[concept.id] = concept
        concept_of.update(dict.fromkeys(cluster.entities, concept.id))
    return Resolution(tuple(concepts[key] for key in sorted(concepts)), concept_of)


def _surfaces(entity: Entity) -> set[str]:
    return {entity.name} | {mention.text for mention in entity.mentions}


def _form(name: str) -> str:
    parts = words(name)
    if is_short_form(name) and name.endswith("s"):
        return tight(name)[:-1]
    return (
        tight(name)
        if is_proper(name)
        else tight(" ".join([*parts[:-1], singular(parts[-1])]))
        if parts
        else tight(name)
    )


def _senses(extractions: Sequence[Extraction]) -> Mapping[str, set[str]]:
    senses: dict[str, set[str]] = defaultdict(set)
    for extraction in extractions:
        for short, long in extraction.abbreviations:
            senses[_form(short)].add(_form(long))
        for entity in extraction.entities:
            for short, long in _pairs(entity):
                senses[_form(short)].add(_form(long))
    return senses


def _pairs(entity: Entity) -> list[tuple[str, str]]:
    names = sorted(_surfaces(entity))
    return [(a, b) for a in names if is_short_form(a) for b in names if not is_short_form(b) and stands_for(a, b)]


def _key_of(entity: Entity, own: Mapping[str, str], senses: Mapping[str, set[str]]) -> str:
    longs = sorted(_form(long) for _, long in _pairs(entity))
    if longs:
        return longs[0]
    if is_short_form(entity.name):
        if long := own.get(tight(entity.name)):
            return _form(long)
        meanings = senses.get(_form(entity.name), set())
        if len(meanings) == 1:
            return min(meanings)
    return _form(entity.name)


def _concept(cluster: _Cluster) -> Concept:
    kind = min(cluster.kinds, key=lambda kind: (-cluster.kinds[kind], _KIND_ORDER.index(kind)))
    name = min(cluster.preferred, key=lambda name: (-cluster.preferred[name], len(name), name))
    if not is_proper(name) and (parts := name.split(" ")):
        name = " ".join([*parts[:-1], singular(parts[-1]) if parts[-1].islower() else parts[-1]])
    return Concept(f"{kind}:{slug(name)}", kind, name, tuple(sorted(set(cluster.names) - {name})))
