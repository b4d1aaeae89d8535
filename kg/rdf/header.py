"""The block at the top of an export: what the dataset is, how much it holds, and in whose words."""

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.graph import Graph, Node
from kg.model import Kind
from kg.rdf.blocks import Block, Term, integer, string, types
from kg.rdf.evidence import extraction_iri
from kg.vocab import PREFIXES, Iris

_TITLE = "Knowledge graph of papers"
_DESCRIPTION = (
    "Papers, the methods, data sets, benchmarks, tasks and metrics they name, what they say of them, and the numbers "
    "they report; read out of titles and abstracts by paperkg. Offsets (kg:start, kg:end) are 0-based Unicode code "
    "points, end exclusive, into dcterms:title, one newline, dcterms:abstract. Characters that no format can carry "
    "(controls except tab and line ends, lone surrogates) are replaced by U+FFFD, one for one."
)
_RIGHTS = "Titles and abstracts belong to their authors; names of concepts may come from a lexicon under CC BY-SA 4.0."
_LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"


class Counts:
    """Counts triples by property and instances by class while blocks go by."""

    def __init__(self) -> None:
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()

    def add(self, block: Block) -> None:
        """Counts the triples of one block."""
        for name, terms in block.properties.items():
            self.properties[name] += len(terms)
        for term in block.properties.get("rdf:type", ()):
            self.classes[str(term)] += 1

    def plus(self, blocks: Iterable[Block]) -> "Counts":
        """These counts and those of more blocks."""
        total = Counts()
        total.properties.update(self.properties)
        total.classes.update(self.classes)
        for block in blocks:
            total.add(block)
        return total


def header(graph: Graph, iris: Iris, counted: Counts) -> list[Block]:
    """The dataset's description, from the counts of everything else; it counts itself too."""
    blocks: list[Block] = []
    while True:
        again = _blocks(graph, iris, counted.plus(blocks))
        if again == blocks:
            return blocks
        blocks = again


def _blocks(graph: Graph, iris: Iris, counts: Counts) -> list[Block]:
    base, extraction, scheme = iris.base, extraction_iri(iris, graph.provenance), f"{iris.base}scheme"
    classes = {f"{base}stats/class/{_name(term)}": (term, n) for term, n in sorted(counts.classes.items())}
    properties = {f"{base}stats/property/{_name(term)}": (term, n) for term, n in sorted(counts.properties.items())}
    vocabularies = {term.partition(":")[0] for term in (*counts.classes, *counts.properties)}
    entities = sum(counts.classes[term] for term in ("kg:Paper", "kg:Concept", "kg:Result"))
    dataset: dict[str, Sequence[Term]] = {
        "rdf:type": ["void:Dataset", "dcat:Dataset"],
        "dcterms:title": [string(_TITLE)],
        "dcterms:description": [string(_DESCRIPTION)],
        "dcterms:license": [_LICENCE],
        "dcterms:rights": [string(_RIGHTS)],
        "dcat:version": [string(graph.provenance.version or "unknown")],
        "prov:wasGeneratedBy": [extraction],
        "void:uriSpace": [string(base)],
        "void:triples": [integer(counts.properties.total())],
        "void:entities": [integer(entities)],
        "void:vocabulary": [PREFIXES[prefix] for prefix in sorted(vocabularies)],
        "void:exampleResource": [iris.of(node_id) for node_id in _examples(graph)],
        "void:classPartition": list(classes),
        "void:propertyPartition": list(properties),
    }
    blocks = [
        Block(base, {name: terms for name, terms in dataset.items() if terms}),
        Block(extraction, _run(graph, iris)),
        Block(_agent(iris), {"rdf:type": ["prov:SoftwareAgent"], "dcterms:title": [string("paperkg")]}),
        Block(scheme, {"rdf:type": ["skos:ConceptScheme"], "dcterms:title": [string("Concepts that papers meet at")]}),
    ]
    for iri, (term, count) in classes.items():
        blocks.append(
            Block(iri, {"rdf:type": ["void:Dataset"], "void:class": [term], "void:entities": [integer(count)]})
        )
    for iri, (term, count) in properties.items():
        blocks.append(
            Block(iri, {"rdf:type": ["void:Dataset"], "void:property": [term], "void:triples": [integer(count)]})
        )
    return blocks


def _agent(iris: Iris) -> str:
    return f"{iris.base}agent/paperkg"


def _run(graph: Graph, iris: Iris) -> dict[str, Sequence[Term]]:
    """The run that read the papers: no clock, so a run is its package version and its model."""
    return {
        "rdf:type": types("kg:Extraction"),
        "kg:packageVersion": [string(graph.provenance.version or "unknown")],
        "kg:modelHash": [string(graph.provenance.model_hash or "unknown")],
        "prov:wasAssociatedWith": [_agent(iris)],
    }


def _examples(graph: Graph) -> list[str]:
    """A paper, a concept of each kind and a result: those that most is said of."""
    said = Counter(end for claim in graph.claims() for end in (claim.subject, claim.object))
    groups: list[Sequence[Node]] = [graph.papers(), *(graph.concepts(kind) for kind in Kind), graph.results()]
    return [max(group, key=lambda node: said[node.id]).id for group in groups if group]


def _name(term: str) -> str:
    return term.replace(":", "-")
