"""What the export says of papers, concepts and results: the direct triples, in every size of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.graph import Graph
from kg.model import PAPER_PREDICATES, Claim, Concept, Kind, Paper, Predicate, Result
from kg.quantity import higher_is_better
from kg.rdf.blocks import Block, Term, boolean, date, decimal, integer, string, types, web_address
from kg.vocab import CLASS_OF_KIND, SUPER_PROPERTIES, Iris

#: Predicates by which a paper takes over what another paper made, and the CiTO property between the two papers.
_CITATIONS: Mapping[tuple[Predicate, Kind], str] = {
    (Predicate.USES, Kind.METHOD): "cito:usesMethodIn",
    (Predicate.USES, Kind.DATASET): "cito:usesDataFrom",
    (Predicate.USES, Kind.BENCHMARK): "cito:usesDataFrom",
    (Predicate.EVALUATES_ON, Kind.DATASET): "cito:usesDataFrom",
    (Predicate.EVALUATES_ON, Kind.BENCHMARK): "cito:usesDataFrom",
}
_ARXIV = re.compile(
    r"(?:arxiv:|https?://arxiv\.org/(?:abs|pdf)/)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.I
)
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[A-Za-z0-9._;()/:-]+)", re.I)


class Describer:
    """Blocks about the nodes of one graph."""

    def __init__(self, graph: Graph, iris: Iris) -> None:
        self._graph = graph
        self._iris = iris
        self.claims_by_paper: dict[str, list[Claim]] = defaultdict(list)
        self._relations: dict[str, list[Claim]] = defaultdict(list)
        introducers: dict[str, set[str]] = defaultdict(set)
        for claim in graph.claims():
            if claim.paper is not None:
                self.claims_by_paper[claim.paper].append(claim)
            if claim.predicate not in PAPER_PREDICATES:
                self._relations[claim.subject].append(claim)
            elif claim.predicate is Predicate.INTRODUCES:
                introducers[claim.object].add(claim.subject)
        #: A concept -> the one paper that introduces it; where several say so, the graph does not know.
        self._introducer = {concept: papers.pop() for concept, papers in introducers.items() if len(papers) == 1}
        self._kind_of = {concept.id: concept.kind for concept in graph.concepts()}
        self._narrower: dict[str, list[str]] = defaultdict(list)
        for concept in graph.concepts():
            for broader in concept.broader:
                self._narrower[broader].append(concept.id)
        self.results_by_paper: dict[str, list[Result]] = defaultdict(list)
        for result in graph.results():
            self.results_by_paper[result.paper].append(result)

    def paper(self, paper: Paper, *, relations: bool = True) -> Block:
        """A paper with what it says of concepts; `relations`: also of the paper as its own unnamed method."""
        properties: dict[str, list[Term]] = {
            "rdf:type": types("kg:Paper"),
            "dcterms:identifier": [string(name) for name in sorted({paper.id, *paper.ids})],
            "dcterms:title": [string(paper.title)],
            "dcterms:abstract": [string(paper.abstract)],
        }
        if paper.published is not None:
            properties["dcterms:issued"] = [date(paper.published)]
        if paper.authors:
            properties["kg:author"] = [string(author) for author in dict.fromkeys(paper.authors)]
        for name, count in (
            ("kg:authorCount", paper.author_count),
            ("kg:comments", paper.comments),
            ("kg:upvotes", paper.upvotes),
        ):
            if count is not None:
                properties[name] = [integer(count)]
        if paper.organisation is not None:
            properties["kg:organisation"] = [string(paper.organisation)]
        places = {string(f"{place.file}, line {place.line}"): None for place in paper.seen_in}
        if places:
            properties["kg:seenIn"] = list(places)
        if same := _addresses(paper):
            properties["schema:sameAs"] = list(same)
        if links := [link for link in dict.fromkeys(map(web_address, paper.links)) if link]:
            properties["schema:url"] = list(links)
        claims = [claim for claim in self.claims_by_paper.get(paper.id, ()) if claim.subject == paper.id]
        self._add(properties, (claim for claim in claims if relations or claim.predicate in PAPER_PREDICATES))
        self._add_citations(properties, paper.id, claims)
        return Block(self._iris.of(paper.id), properties)

    def concept(self, concept: Concept, *, relations: bool = True) -> Block:
        """A concept with its names; `relations`: also what any paper says of it and other concepts."""
        of = self._iris.of
        properties: dict[str, list[Term]] = {
            "rdf:type": types(CLASS_OF_KIND[concept.kind]),
            "dcterms:identifier": [string(concept.id)],
            "skos:prefLabel": [string(concept.name)],
        }
        name = string(concept.name)
        if labels := [label for label in dict.fromkeys(map(string, concept.aliases)) if label != name]:
            properties["skos:altLabel"] = list(labels)
        if concept.former_ids:
            properties["kg:formerId"] = [string(old) for old in dict.fromkeys(concept.former_ids)]
        properties["skos:inScheme"] = [self._iris.base + "scheme"]
        if concept.broader:
            properties["skos:broader"] = [of(broader) for broader in dict.fromkeys(concept.broader)]
        if narrower := self._narrower.get(concept.id):
            properties["skos:narrower"] = [of(child) for child in dict.fromkeys(narrower)]
        if concept.candidates:
            properties["kg:mayMean"] = [of(candidate) for candidate in dict.fromkeys(concept.candidates)]
        if concept.kind is Kind.METRIC and (direction := higher_is_better(concept.name)) is not None:
            properties["kg:higherIsBetter"] = [boolean(direction)]
        said = self._relations.get(concept.id, ())
        self._add(properties, (c for c in said if c.predicate is not Predicate.BROADER and (relations or not c.paper)))
        return Block(of(concept.id), properties)

    def said_by(self, paper: Paper) -> Iterator[Block]:
        """What one paper says between concepts, a block a subject: for formats that keep papers apart."""
        by_subject: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims_by_paper.get(paper.id, ()):
            if claim.predicate not in PAPER_PREDICATES and claim.subject != paper.id:
                by_subject[claim.subject].append(claim)
        for subject, claims in sorted(by_subject.items()):
            properties: dict[str, list[Term]] = {}
            self._add(properties, claims)
            yield Block(self._iris.of(subject), properties)

    def result(self, result: Result) -> dict[str, list[Term]]:
        """The properties of a reported number."""
        of = self._iris.of
        properties: dict[str, list[Term]] = {
            "rdf:type": types("kg:Result"),
            "kg:inPaper": [of(result.paper)],
            "kg:method": [of(result.method)],
        }
        if result.on is not None:
            properties["kg:on"] = [of(result.on)]
        if result.metric is not None:
            properties["kg:metric"] = [of(result.metric)]
        properties["kg:text"] = [string(result.text)]
        for name, value in (
            ("kg:value", result.value),
            ("kg:valueMin", result.value_min),
            ("kg:valueMax", result.value_max),
        ):
            if value is not None:
                properties[name] = [decimal(value)]
        if result.bound is not None:
            properties["kg:bound"] = [string(result.bound)]
        if result.unit is not None:
            properties["kg:unit"] = [string(result.unit)]
        properties["kg:resultKind"] = [string(result.kind)]
        if result.metric is not None and result.kind == "absolute":  # a smaller error is the larger improvement
            metric = self._graph.node(result.metric)
            direction = higher_is_better(metric.name) if isinstance(metric, Concept) else None
            if direction is not None:
                properties["kg:higherIsBetter"] = [boolean(direction)]
        return properties

    def _add(self, properties: dict[str, list[Term]], claims: Iterable[Claim]) -> None:
        """Direct triples of claims, each with every property above its own."""
        found: dict[str, dict[Term, None]] = {}
        for claim in claims:
            name, end = f"kg:{claim.predicate}", self._iris.of(claim.object)
            for each in (name, *SUPER_PROPERTIES.get(name, ())):
                found.setdefault(each, {})[end] = None
        properties.update({name: list(found[name]) for name in sorted(found)})

    def _add_citations(self, properties: dict[str, list[Term]], paper: str, claims: Iterable[Claim]) -> None:
        found: dict[str, dict[Term, None]] = {}
        for claim in claims:
            source = self._introducer.get(claim.object)
            name = _CITATIONS.get((claim.predicate, self._kind_of[claim.object])) if source else None
            if name and source and source != paper:
                found.setdefault(name, {})[self._iris.of(source)] = None
        properties.update({name: list(found[name]) for name in sorted(found)})


def _addresses(paper: Paper) -> list[str]:
    """Where arXiv and DOI know the paper."""
    found: dict[str, None] = {}
    for name in (paper.id, *paper.ids, *paper.links):
        if match := _ARXIV.fullmatch(name):
            found[f"https://arxiv.org/abs/{match[1]}"] = None
        elif match := _DOI.fullmatch(name):
            found[f"https://doi.org/{match[1]}"] = None
    return sorted(found)
