"""Writes a graph as RDF: which blocks in which order, the header first, in one of the formats."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from kg import files
from kg.errors import KgError
from kg.graph import Graph
from kg.model import Paper
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


class Speller(Protocol):
    """One format."""

    separator: str
    epilogue: str
    named: bool

    def prologue(self) -> str: ...
    def block(self, block: Block) -> str: ...


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
    if isinstance(path_or_file, str | Path):
        with files.replace(Path(path_or_file)) as file:
            _write(graph, file, format, detail, Iris(base))
    else:
        _write(graph, path_or_file, format, detail, Iris(base))


def blocks(graph: Graph, *, detail: str = DEFAULT_DETAIL, base: str = DEFAULT_BASE) -> Iterator[Block]:
    """Every block of the export, the header last."""
    iris, counts = Iris(base), Counts()
    yield from _body(graph, iris, detail, counts, named=False)
    yield from header(graph, iris, counts)


def _write(graph: Graph, file: IO[bytes], name: str, detail: str, iris: Iris) -> None:
    speller = _SPELLERS[name](iris.base)
    counts = Counts()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
        for block in _body(graph, iris, detail, counts, named=speller.named):
            body.write((speller.separator + speller.block(block)).encode())
        if isinstance(speller, TriG):
            body.write(speller.close().encode())
        head = speller.separator.join(map(speller.block, header(graph, iris, counts)))
        file.write((speller.prologue() + head).encode())
        body.seek(0)
        while chunk := body.read(1 << 20):
            file.write(chunk)
        file.write(speller.epilogue.encode())


def _body(graph: Graph, iris: Iris, detail: str, counts: Counts, *, named: bool) -> Iterator[Block]:
    """All blocks but the header's, counted as the triples of one graph; `named`: in a graph a paper."""
    if detail not in DETAILS:
        raise FormatError(f"{detail!r} is no size of an export; choose one of {', '.join(DETAILS)}")
    describer, evidencer = Describer(graph, iris), Evidencer(graph, iris)
    for paper in graph.papers():
        place = iris.under("graph", paper.id) if named else None
        for block in _of_paper(paper, describer, evidencer, detail):
            counts.add(block)
            yield Block(block.subject, block.properties, place) if place else block
        if place:
            for block in describer.said_by(paper):
                yield Block(block.subject, block.properties, place)
    for concept in graph.concepts():
        block = describer.concept(concept)
        counts.add(block)
        yield describer.concept(concept, relations=False) if named else block


def _of_paper(paper: Paper, describer: Describer, evidencer: Evidencer, detail: str) -> Iterator[Block]:
    """A paper, its results, and, above core, its statements, sentences and mentions."""
    claims, results = describer.claims_by_paper.get(paper.id, []), describer.results_by_paper.get(paper.id, [])
    yield describer.paper(paper)
    for result in results:
        properties: dict[str, list[Term]] = describer.result(result)
        if detail != "core":
            properties.update(evidencer.result(result))
        yield Block(describer.iri(result.id), properties)
    if detail == "core":
        return
    for claim in claims:
        if claim.evidence:
            yield evidencer.statement(claim)
    yield from evidencer.sentences(paper, claims, results)
    yield from evidencer.mentions(paper, claims, results)
