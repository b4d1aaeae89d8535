"""Three small papers with what a perfect reader extracts from them; where the checkout and its seeds are."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from kg.claims import build_claims
from kg.graph import Graph, Provenance
from kg.model import (
    Concept,
    Entity,
    ExtractedRelation,
    ExtractedResult,
    Extraction,
    Kind,
    Mention,
    Paper,
    PartialDate,
    Place,
    Predicate,
    Resolution,
    Role,
    Sentence,
)

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"

PAPERS = (
    Paper(
        "id:P1",
        "ACME: Small Models by Distillation",
        "We introduce ACME, a distillation method. On GLUE it reaches 90.5% accuracy and outperforms BERT.",
        ids=("P1",),
        published=PartialDate(2024, 5, 27),
        seen_in=(Place("a.jsonl", 1),),
    ),
    Paper(
        "id:P2",
        "Better Distillation with ZETA",
        "We propose ZETA, which builds on ACME. On GLUE, ZETA reaches 91.2% accuracy.",
        ids=("P2",),
        published=PartialDate(2025, 1),
        organisation="ZetaLab",
        comments=3,
        seen_in=(Place("a.jsonl", 2), Place("b.jsonl", 7)),
    ),
    Paper(
        "id:P3",
        "A Survey of Question Answering",
        "Question answering is surveyed. BERT is used on SQuAD.",
        ids=("P3",),
        seen_in=(Place("a.jsonl", 3),),
    ),
)
_ENTITIES = {
    "id:P1": (
        ("ACME", Kind.METHOD, Role.INTRODUCED),
        ("distillation", Kind.METHOD, Role.USED),
        ("GLUE", Kind.BENCHMARK, Role.EVALUATED),
        ("accuracy", Kind.METRIC, Role.REPORTED),
        ("BERT", Kind.METHOD, Role.COMPARED),
    ),
    "id:P2": (
        ("ZETA", Kind.METHOD, Role.INTRODUCED),
        ("ACME", Kind.METHOD, Role.USED),
        ("GLUE", Kind.BENCHMARK, Role.EVALUATED),
        ("accuracy", Kind.METRIC, Role.REPORTED),
    ),
    "id:P3": (
        ("Question answering", Kind.TASK, Role.ADDRESSED),
        ("BERT", Kind.METHOD, Role.USED),
        ("SQuAD", Kind.DATASET, Role.EVALUATED),
    ),
}
_RESULTS = {"id:P1": (("ACME", "GLUE", "accuracy", "90.5%"),), "id:P2": (("ZETA", "GLUE", "accuracy", "91.2%"),)}
_RELATIONS = {
    "id:P1": (("ACME", Predicate.OUTPERFORMS, "BERT"),),
    "id:P2": (("ZETA", Predicate.BASED_ON, "ACME"),),
}


def sentences_of(paper: Paper) -> tuple[Sentence, ...]:
    """Title and abstract cut after every full stop and space."""
    cuts = [0, len(paper.title) + 1]
    while (dot := paper.text.find(". ", cuts[-1])) >= 0:
        cuts.append(dot + 2)
    cuts.append(len(paper.text))
    return tuple(Sentence(paper.id, start, end) for start, end in pairwise(cuts))


def extraction_of(paper: Paper) -> Extraction:
    """What a perfect reader extracts from one of the papers above."""
    sentences = sentences_of(paper)

    def sentence_with(*words: str) -> Sentence:
        return next(s for s in sentences if all(word in paper.text[s.start : s.end] for word in words))

    def mentions(name: str, kind: Kind) -> Iterable[Mention]:
        at = paper.text.find(name)
        while at >= 0:
            yield Mention(paper.id, at, at + len(name), name, kind, 0.9, "hand")
            at = paper.text.find(name, at + 1)

    entities = tuple(
        Entity(name, kind, role, tuple(mentions(name, kind)), 0.9, "hand") for name, kind, role in _ENTITIES[paper.id]
    )
    results = tuple(
        ExtractedResult(
            method,
            on,
            metric,
            value,
            "absolute",
            paper.text.index(value),
            paper.text.index(value) + len(value),
            sentence_with(value),
            0.8,
            "hand",
        )
        for method, on, metric, value in _RESULTS.get(paper.id, ())
    )
    relations = tuple(
        ExtractedRelation(head, predicate, tail, sentence_with(tail), 0.7, "hand")
        for head, predicate, tail in _RELATIONS.get(paper.id, ())
    )
    return Extraction(paper.id, entities, results, relations, sentences)


def graph_of_papers() -> Graph:
    """The graph of the three papers; names are concepts as they stand."""
    extractions = [extraction_of(paper) for paper in PAPERS]
    names = {(entity.kind, entity.name) for extraction in extractions for entity in extraction.entities}
    concepts = tuple(Concept(f"{kind}:{name.replace(' ', '-').lower()}", kind, name) for kind, name in sorted(names))
    id_of = {concept.name: concept.id for concept in concepts}
    concept_of = {(e.paper, entity.name): id_of[entity.name] for e in extractions for entity in e.entities}
    built = build_claims(extractions, Resolution(concepts, concept_of))
    return Graph(
        papers=PAPERS,
        concepts=concepts,
        claims=built.claims,
        results=built.results,
        provenance=Provenance("0.0.0", "hand"),
    )
