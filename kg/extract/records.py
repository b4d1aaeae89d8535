"""Extractions to and from JSON Lines: the annotations' own format, with confidence, rule and sentence beside it.

    {"id", "entities": [{"name", "type", "role", "mentions": [{"text", "start", "end", ...}], ...}],
     "results": [{"method", "on", "metric", "value", "kind", ...}], "relations": [[head, predicate, tail], ...],
     "relation_evidence": [{"sentence", "confidence", "rule"}, ...], "sentences": [[start, end], ...],
     "abbreviations": [[short, long], ...]}

Offsets count in title + "\\n" + abstract, half-open. `relation_evidence` has one row for each of `relations`. Lossless
both ways.
"""

import json
from collections.abc import Mapping
from typing import Any

from kg.errors import StoreError
from kg.model import (
    Entity,
    ExtractedRelation,
    ExtractedResult,
    Extraction,
    Kind,
    Mention,
    Predicate,
    Role,
    Sentence,
)

#: Relations as the annotations spell them.
PREDICATE_OF_NAME: Mapping[str, Predicate] = {
    "used_for": Predicate.USED_FOR,
    "based_on": Predicate.BASED_ON,
    "part_of": Predicate.PART_OF,
    "outperforms": Predicate.OUTPERFORMS,
    "compared_with": Predicate.COMPARED_WITH,
    "trained_on": Predicate.TRAINED_ON,
}
NAME_OF_PREDICATE: Mapping[Predicate, str] = {predicate: name for name, predicate in PREDICATE_OF_NAME.items()}


def to_record(extraction: Extraction) -> dict[str, Any]:
    """The JSON object of an extraction."""
    return {
        "id": extraction.paper,
        "entities": [_from_entity(entity) for entity in extraction.entities],
        "results": [_from_result(result) for result in extraction.results],
        "relations": [[found.head, NAME_OF_PREDICATE[found.predicate], found.tail] for found in extraction.relations],
        "relation_evidence": [
            {"sentence": _bounds(found.sentence), "confidence": found.confidence, "rule": found.rule}
            for found in extraction.relations
        ],
        "sentences": [_bounds(sentence) for sentence in extraction.sentences],
        "abbreviations": [list(pair) for pair in extraction.abbreviations],
    }


def from_record(record: Mapping[str, Any], *, paper: str | None = None) -> Extraction:
    """The extraction of a JSON object; `paper` takes the place of its id. Raises StoreError where it is none."""
    try:
        owner = str(record["id"]) if paper is None else paper
        evidence = record["relation_evidence"]
        return Extraction(
            owner,
            tuple(_to_entity(owner, entity) for entity in record["entities"]),
            tuple(_to_result(owner, result) for result in record["results"]),
            tuple(
                ExtractedRelation(
                    head,
                    PREDICATE_OF_NAME[name],
                    tail,
                    Sentence(owner, *own["sentence"]),
                    own["confidence"],
                    own["rule"],
                )
                for (head, name, tail), own in zip(record["relations"], evidence, strict=True)
            ),
            tuple(Sentence(owner, begin, end) for begin, end in record["sentences"]),
            tuple((short, long) for short, long in record["abbreviations"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise StoreError(f"no extraction: {type(error).__name__} {error}; extract the paper again") from error


def to_line(extraction: Extraction) -> str:
    """One line of `extractions.jsonl`, with its line end."""
    return json.dumps(to_record(extraction), ensure_ascii=False) + "\n"


def from_line(line: str, *, paper: str | None = None) -> Extraction:
    """What `to_line` wrote. Raises StoreError."""
    try:
        record = json.loads(line)
    except ValueError as error:
        raise StoreError(f"no extraction: {error}; extract the paper again") from error
    return from_record(record, paper=paper)


def _bounds(sentence: Sentence) -> list[int]:
    return [sentence.start, sentence.end]


def _from_entity(entity: Entity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "type": entity.kind.upper(),
        "role": str(entity.role),
        "mentions": [
            {
                "text": mention.text,
                "start": mention.start,
                "end": mention.end,
                "confidence": mention.confidence,
                "rule": mention.rule,
            }
            for mention in entity.mentions
        ],
        "role_confidence": entity.role_confidence,
        "role_rule": entity.role_rule,
    }


def _to_entity(paper: str, record: Mapping[str, Any]) -> Entity:
    kind = next(kind for kind in Kind if kind.upper() == record["type"])
    mentions = tuple(
        Mention(paper, own["start"], own["end"], own["text"], kind, own["confidence"], own["rule"])
        for own in record["mentions"]
    )
    return Entity(record["name"], kind, Role(record["role"]), mentions, record["role_confidence"], record["role_rule"])


def _from_result(result: ExtractedResult) -> dict[str, Any]:
    return {
        "method": result.method,
        "on": result.on,
        "metric": result.metric,
        "value": result.value,
        "kind": result.kind,
        "start": result.start,
        "end": result.end,
        "sentence": _bounds(result.sentence),
        "confidence": result.confidence,
        "rule": result.rule,
    }


def _to_result(paper: str, record: Mapping[str, Any]) -> ExtractedResult:
    return ExtractedResult(
        record["method"],
        record["on"],
        record["metric"],
        record["value"],
        record["kind"],
        record["start"],
        record["end"],
        Sentence(paper, *record["sentence"]),
        record["confidence"],
        record["rule"],
    )
