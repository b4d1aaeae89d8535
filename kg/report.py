"""What a build counts and tells of itself: the content of `report.json`. No clock."""

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from kg.corpus import Corpus
from kg.graph import Graph
from kg.model import CONCEPT_PREDICATES, PAPER_PREDICATES, Kind, Predicate, Rejection

#: The packages whose version can change a byte of the outputs.
_PACKAGES = ("networkx", "numpy", "pydantic", "pyvis", "rdflib", "spacy")


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of one build, its rejected records, and the hashes of what went in and what came out."""

    counts: Mapping[str, Any]
    rejections: tuple[Rejection, ...]
    paper_merges: tuple[Mapping[str, Any], ...]
    model_hash: str
    packages: Mapping[str, str]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]

    def to_json(self) -> bytes:
        """One JSON document, the same bytes for the same report."""
        content = {
            "counts": self.counts,
            "rejected": [
                {"file": r.file, "line": r.line, "reason": r.reason, "remedy": r.remedy} for r in self.rejections
            ],
            "paper_merges": self.paper_merges,
            "model": self.model_hash,
            "packages": self.packages,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }
        return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def report(
    graph: Graph,
    corpus: Corpus,
    rejections: Sequence[Rejection],
    *,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
) -> Report:
    """The report of a graph that was built from a corpus."""
    return Report(
        counts=count(graph, corpus) | {"rejected": len(rejections)},
        rejections=tuple(sorted(rejections)),
        paper_merges=tuple(
            {
                "paper": merge.paper,
                "rule": merge.rule,
                "titles": merge.titles,
                "places": [f"{place.file}:{place.line}" for place in merge.places],
            }
            for merge in corpus.merges
        ),
        model_hash=graph.provenance.model_hash,
        packages={"python": platform.python_version(), "paperkg": graph.provenance.version}
        | {name: version(name) for name in _PACKAGES},
        inputs=dict(sorted(inputs.items())),
        outputs=dict(sorted(outputs.items())),
    )


def count(graph: Graph, corpus: Corpus) -> dict[str, Any]:
    """How many of everything: papers, entries, concepts by kind, claims by predicate, results, decisions by verdict."""
    kinds = Counter(concept.kind for concept in graph.concepts())
    predicates = Counter(claim.predicate for claim in graph.claims())
    verdicts = Counter(decision.verdict for decision in graph.decisions)
    introducing = {claim.subject for claim in graph.claims(predicate=Predicate.INTRODUCES)}
    return {
        "entries": corpus.entries,
        "papers": len(graph.papers()),
        "papers_with_date": sum(paper.published is not None for paper in graph.papers()),
        "papers_that_introduce_something": len(introducing),
        "paper_merges": len(corpus.merges),
        "concepts": {kind.value: kinds[kind] for kind in Kind},
        "claims": {p.value: predicates[p] for p in Predicate if p in PAPER_PREDICATES | CONCEPT_PREDICATES},
        "results": len(graph.results()),
        "name_decisions": dict(sorted(verdicts.items())),
    }
