"""Extractions and a resolution become claims and results: the edges and numbers of the graph."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.model import (
    PREDICATE_OF_ROLE,
    THIS,
    Claim,
    Entity,
    Evidence,
    ExtractedResult,
    Extraction,
    Mention,
    Predicate,
    Resolution,
    Result,
    Role,
    Sentence,
)
from kg.quantity import read_quantity

#: Where one paper gives one concept several roles (as an acronym and as a long form, say), the first of these is kept:
#: the more a role says about the paper, the earlier it stands.
_ROLE_ORDER = tuple(Role)


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims and results of a corpus, sorted; `self_relations` counts relations whose ends became one concept."""

    claims: tuple[Claim, ...]
    results: tuple[Result, ...]
    self_relations: int


def build_claims(extractions: Iterable[Extraction], resolution: Resolution) -> Claims:
    """The claims of every paper, in terms of the concepts its entities were resolved to."""
    claims: list[Claim] = []
    results: list[Result] = []
    self_relations = 0
    for extraction in sorted(extractions, key=lambda extraction: extraction.paper):
        node_of = _nodes(extraction, resolution.concept_of)
        claims += _role_claims(extraction, node_of)
        relations, dropped = _relation_claims(extraction, node_of)
        claims += relations
        self_relations += dropped
        results += _results(extraction, node_of)
    for concept in resolution.concepts:
        claims += [Claim(None, concept.id, Predicate.BROADER, broader) for broader in concept.broader]
    claims.sort(key=lambda claim: (claim.paper or "", claim.subject, claim.predicate, claim.object))
    results.sort(key=lambda result: result.id)
    return Claims(tuple(claims), tuple(results), self_relations)


def _nodes(extraction: Extraction, concept_of: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Entity name -> node id. THIS is the one method the paper introduces, else the paper itself."""
    node_of = {
        entity.name: concept_of[extraction.paper, entity.name]
        for entity in extraction.entities
        if (extraction.paper, entity.name) in concept_of
    }
    own = {
        node_of[e.name]
        for e in extraction.entities
        if e.role is Role.INTRODUCED and e.kind == "method" and e.name in node_of
    }
    node_of[THIS] = own.pop() if len(own) == 1 else extraction.paper
    return node_of


def _role_claims(extraction: Extraction, node_of: Mapping[str, str]) -> list[Claim]:
    by_concept: dict[str, list[Entity]] = defaultdict(list)
    for entity in extraction.entities:
        if entity.name in node_of:
            by_concept[node_of[entity.name]].append(entity)
    claims = []
    for concept, entities in by_concept.items():
        main = min(entities, key=lambda entity: _ROLE_ORDER.index(entity.role))
        mentions = sorted(mention for entity in entities for mention in entity.mentions)
        by_sentence: dict[Sentence, list[Mention]] = defaultdict(list)
        for mention in mentions:
            by_sentence[_sentence_at(extraction, mention)].append(mention)
        evidence = tuple(
            Evidence(
                sentence,
                tuple(group),
                round(max(m.confidence for m in group) * main.role_confidence, 2),
                main.role_rule,
            )
            for sentence, group in sorted(by_sentence.items())
        )
        claims.append(Claim(extraction.paper, extraction.paper, PREDICATE_OF_ROLE[main.role], concept, evidence))
    return claims


def _relation_claims(extraction: Extraction, node_of: Mapping[str, str]) -> tuple[list[Claim], int]:
    grouped: dict[tuple[str, Predicate, str], list[Evidence]] = defaultdict(list)
    mentions_of = {entity.name: entity.mentions for entity in extraction.entities}
    dropped = 0
    for relation in extraction.relations:
        subject, object_ = node_of.get(relation.head), node_of.get(relation.tail)
        if subject is None or object_ is None:
            continue
        if subject == object_:
            dropped += 1
            continue
        mentions = tuple(
            mention
            for name in (relation.head, relation.tail)
            for mention in mentions_of.get(name, ())
            if relation.sentence.start <= mention.start and mention.end <= relation.sentence.end
        )
        evidence = Evidence(relation.sentence, mentions, relation.confidence, relation.rule)
        grouped[subject, relation.predicate, object_].append(evidence)
    claims = [
        Claim(extraction.paper, subject, predicate, object_, tuple(sorted(set(evidence))))
        for (subject, predicate, object_), evidence in grouped.items()
    ]
    return claims, dropped


def _results(extraction: Extraction, node_of: Mapping[str, str]) -> list[Result]:
    mentions_of = {entity.name: entity.mentions for entity in extraction.entities}
    by_id: dict[str, Result] = {}
    for extracted in extraction.results:
        names = [name for name in (extracted.method, extracted.on, extracted.metric) if name is not None]
        if any(name not in node_of for name in names):
            continue
        mentions = tuple(
            mention
            for name in names
            for mention in mentions_of.get(name, ())
            if extracted.sentence.start <= mention.start and mention.end <= extracted.sentence.end
        )
        quantity = read_quantity(extracted.value)
        result = Result(
            id=_result_id(extraction.paper, extracted),
            paper=extraction.paper,
            method=node_of[extracted.method],
            on=node_of[extracted.on] if extracted.on else None,
            metric=node_of[extracted.metric] if extracted.metric else None,
            text=extracted.value,
            kind=extracted.kind,
            evidence=Evidence(extracted.sentence, mentions, extracted.confidence, extracted.rule),
            value=quantity.value,
            value_min=quantity.value_min,
            value_max=quantity.value_max,
            bound=quantity.bound,
            unit=quantity.unit,
        )
        by_id[result.id] = result
    return list(by_id.values())


def _result_id(paper: str, extracted: ExtractedResult) -> str:
    parts = (extracted.start, extracted.end, extracted.method, extracted.on, extracted.metric, extracted.kind)
    digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"result:{paper}:{digest}"


def _sentence_at(extraction: Extraction, mention: Mention) -> Sentence:
    """The sentence a mention stands in; a mention across a border takes the one it begins in."""
    for sentence in extraction.sentences:
        if sentence.start <= mention.start < sentence.end:
            return sentence
    return Sentence(mention.paper, mention.start, mention.end)
