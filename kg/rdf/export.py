"""Writes a graph as RDF: which blocks in which order, the header first, in one of the formats."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg import files
from kg.errors import KgError
from kg.graph import Graph
from kg.model import Paper
from kg.rdf.annotations import Annotator
from kg.rdf.blocks import Block, Term
from kg.rdf.describe import Describer
from kg.rdf.evidence import Evidencer
from kg.rdf.header import Counts, header
from kg.rdf.jsonld import JsonLd
from kg.rdf.turtle import NTriples, TriG, Turtle
from kg.vocab import DEFAULT_BASE, Iris

#: The sizes of an export, the smallest first.
DETAILS = ("core", "evidence", "full")
DEFAULT_DETAIL = "evidence"
#: A body up to this many bytes waits in memory for its header, a longer one in a temporary file.
_IN_MEMORY = 64 << 20


_SPELLERS: dict[str, type[Turtle] | type[NTriples] | type[JsonLd]] = {
    "turtle": Turtle,
    "nt": NTriples,
    "jsonld": JsonLd,
    "trig": TriG,
}
#: Format -> usual file suffix.
FORMATS = {"turtle": ".ttl", "nt": ".nt", "jsonld": ".jsonld", "trig": ".trig"}


class FormatError(KgError, ValueError):
    """No such format or size of an export."""


def write(
    graph: Graph,
    path_or_file: Path | str | IO[bytes],
    *,
    format: str = "turtle",  # noqa: A002 - as rdflib calls it
    detail: str = DEFAULT_DETAIL,
    base: str = DEFAULT_BASE,
) -> None:
    """Write `graph` as RDF: sorted, without blank nodes, the same bytes each time; to a path whole or not at all.

    `format`: turtle, nt, jsonld or trig. `detail`: core (direct triples), evidence (sentences, mentions, statements) or
    full (Web Annotation selectors and PROV as well). Raises OutputError, FormatError or vocab.BaseError.
    """
    if format not in _SPELLERS:
        raise FormatError(f"{format!r} is no format; choose one of {', '.join(_SPELLERS)}")
    _check_detail(detail)
    iris = Iris(base, graph.papers())
    if isinstance(path_or_file, str | Path):
        with files.replace(Path(path_or_file)) as file:
            _write(graph, file, format, detail, iris)
    else:
        _write(graph, path_or_file, format, detail, iris)


def blocks(graph: Graph, *, detail: str = DEFAULT_DETAIL, base: str = DEFAULT_BASE) -> Iterator[Block]:
    """Every block of the export, the header last."""
    _check_detail(detail)
    iris, counts = Iris(base, graph.papers()), Counts()
    yield from _Body(graph, iris, detail).blocks(counts, named=False)
    yield from header(graph, iris, counts)


def _check_detail(detail: str) -> None:
    if detail not in DETAILS:
        raise FormatError(f"{detail!r} is no size of an export; choose one of {', '.join(DETAILS)}")


def _write(graph: Graph, file: IO[bytes], name: str, detail: str, iris: Iris) -> None:
    speller = _SPELLERS[name](iris.base)
    counts = Counts()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
        for block in _Body(graph, iris, detail).blocks(counts, named=speller.named):
            body.write((speller.separator + speller.block(block)).encode())
        if isinstance(speller, TriG):
            body.write(speller.close().encode())
        head = speller.separator.join(map(speller.block, header(graph, iris, counts)))
        file.write((speller.prologue() + head).encode())
        body.seek(0)
        while chunk := body.read(1 << 20):
            file.write(chunk)
        file.write(speller.epilogue.encode())


class _Body:
    """The blocks of papers and concepts, in one size."""

    def __init__(self, graph: Graph, iris: Iris, detail: str) -> None:
        self._graph = graph
        self._iris = iris
        self._detail = detail
        self._describer = Describer(graph, iris)
        self._evidencer = Evidencer(graph, iris)
        self._annotator = Annotator(iris, self._evidencer)

    def blocks(self, counts: Counts, *, named: bool) -> Iterator[Block]:
        """All blocks but the header's, counted as the triples of one graph; `named`: in a graph a paper."""
        for paper in self._graph.papers():
            place = self._iris.under("graph", paper.id) if named else None
            for block in self._of_paper(paper):
                counts.add(block)
                yield Block(block.subject, block.properties, place) if place else block
            if place:
                for block in self._describer.said_by(paper):
                    yield Block(block.subject, block.properties, place)
        for concept in self._graph.concepts():
            block = self._describer.concept(concept)
            counts.add(block)
            yield self._describer.concept(concept, relations=False) if named else block

    def _of_paper(self, paper: Paper) -> Iterator[Block]:
        """A paper, its results, and, above core, its statements, sentences and mentions."""
        describer, evidencer = self._describer, self._evidencer
        claims, results = describer.claims_by_paper.get(paper.id, []), describer.results_by_paper.get(paper.id, [])
        yield describer.paper(paper)
        for result in results:
            properties: dict[str, list[Term]] = describer.result(result)
            if self._detail != "core":
                properties.update(evidencer.result(result))
            yield Block(self._iris.of(result.id), properties)
        if self._detail == "core":
            return
        full = self._detail == "full"
        if full:
            yield self._annotator.text(paper)
        for claim in claims:
            if claim.evidence and full:
                yield from self._annotator.statement(claim)
            elif claim.evidence:
                yield evidencer.statement(claim)
        yield from evidencer.sentences(paper, claims, results)
        for span, mention in evidencer.mentions(paper, claims, results):
            if full:
                yield from self._annotator.mention(paper, span, mention)
            else:
                yield mention
