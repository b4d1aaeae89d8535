"""The face people use: `build` and `load` (the whole walk on one page) and the `KnowledgeGraph` they give."""

import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any

from kg import (
    communities,
    exports,
    gaps,
    leaderboard,
    lookup,
    neighbours,
    outputs,
    page,
    rdf,
    related,
    sources,
    sparql,
    store,
    trends,
)
from kg.claims import build_claims
from kg.communities import Community
from kg.corpus import Corpus, merge
from kg.errors import SourceError
from kg.gaps import DEFAULT_COUNT, Gaps
from kg.graph import Graph, Provenance
from kg.leaderboard import Leaderboard
from kg.model import Concept, Extraction, Kind, Paper, Rejection
from kg.neighbours import Neighbour
from kg.page.notebook import NotebookPage
from kg.related import DEFAULT_K, Answers, Embeddings, Explanation
from kg.report import report
from kg.resolve import NO_OVERRULES, merges_tsv, read_overrules, resolve
from kg.sparql import DEFAULT_TIMEOUT, SparqlAnswer
from kg.trends import Trends
from kg.version import __version__
from kg.vocab import DEFAULT_BASE

if TYPE_CHECKING:
    from pyvis.network import Network

    from kg.extract import Extractor

#: Called with what is being done, how many are done, and how many there are in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build; the defaults suit a folder of saved pages.

    `page_year` is the year of saved pages, which carry none; `rules` a TOML file that overrules the resolution of
    names; `rdf` how much evidence `graph.ttl` holds ("core", "evidence", "full"); `base` where the IRIs of the data
    live; `max_nodes`, `focus` and `depth` what the page shows; `workers` the processes that extract (no output depends
    on it).
    """

    page_year: int | None = None
    rules: Path | None = None
    rdf: str = rdf.DEFAULT_DETAIL
    base: str = DEFAULT_BASE
    max_nodes: int | None = None
    focus: str | None = None
    depth: int = 2
    workers: int = 1


_DEFAULTS = BuildOptions()


class KnowledgeGraph(Graph):
    """A graph to ask: papers and concepts by name, related work, leaderboards, SPARQL, exports.

    `folder` is where it was built into or loaded from, None for one that was never saved; `report` what its build
    counted.
    """

    folder: Path | None = None
    report: Mapping[str, Any] = MappingProxyType({})

    def paper(self, name: str) -> Paper:
        """The paper of an id, a title, or a part of one title. Raises UnknownNameError, AmbiguousNameError."""
        return lookup.find_paper(self, name)

    def concept(self, name: str, *, kind: Kind | str | None = None) -> Concept:
        """The concept of an id, a name, or a part of one name. Raises UnknownNameError, AmbiguousNameError."""
        return lookup.find_concept(self, name, kind)

    def related(
        self,
        paper: str | Paper,
        *,
        k: int | None = DEFAULT_K,
        facet: str | None = None,
        among: Iterable[str | Paper] | None = None,
        embed: str | None = None,
    ) -> Answers:
        """What to read beside a paper, and why; see `kg.related.related`.

        `embed` names a model of sentence-transformers, whose embeddings are kept in the folder's cache.
        """
        cache = self.folder / outputs.CACHE / "embeddings" if self.folder else None
        embeddings = Embeddings(embed, cache=cache) if embed else None
        self._keep_index()
        return related.related(self, paper, k=k, facet=facet, among=among, embed=embeddings)

    def related_to_text(
        self,
        title: str,
        abstract: str = "",
        *,
        k: int | None = DEFAULT_K,
        facet: str | None = None,
        among: Iterable[str | Paper] | None = None,
    ) -> Answers:
        """As `related`, for a text given on the spot: it is extracted now and kept nowhere."""
        self._keep_index()
        extraction = _extractor().extract(Paper("text:", title, abstract))
        return related.related_to_text(self, title, abstract, extraction=extraction, k=k, facet=facet, among=among)

    def _keep_index(self) -> None:
        """Keep the index of related work in the cache of the folder that holds this very graph."""
        if self.folder and outputs.GRAPH in (built := self.report.get("outputs", {})):
            related.keep_index(self, self.folder / outputs.CACHE / "related", built[outputs.GRAPH])

    def explain(self, one: str | Paper | Concept, other: str | Paper | Concept) -> Explanation:
        """How two papers or concepts are connected, with the sentences."""
        return related.explain(self, one, other)

    def neighbours(self, concept: str | Concept) -> tuple[Neighbour, ...]:
        """The concepts that one concept stands with, in which papers, and what these say of the two."""
        return neighbours.neighbours(self, concept)

    def leaderboard(self, resource: str | Concept, metric: str | Concept | None = None) -> Leaderboard:
        """The results on a data set, benchmark or task, best first, with their sentences."""
        return leaderboard.leaderboard(self, resource, metric)

    def gaps(self, concept: str | Concept, *, count: int = DEFAULT_COUNT) -> Gaps:
        """What nobody in these papers has tried with a method, or on a data set, benchmark or task."""
        return gaps.gaps(self, concept, count=count)

    def trends(self, kind: Kind | str | None = None) -> Trends:
        """The concepts of a kind by first appearance and growth."""
        return trends.trends(self, kind)

    def communities(self) -> tuple[Community, ...]:
        """Groups of papers that share concepts, the largest first."""
        return communities.communities(self)

    def export(self, folder: str | Path, format: str) -> tuple[Path, ...]:  # noqa: A002 - the option's name
        """Write "graphml", "gexf", "json" or "csv" into a folder; returns the files."""
        return exports.export(self, Path(folder), format)

    def to_pyvis(self) -> "Network":
        """The graph as a fresh PyVis network, laid out as on the page, for those who want to style it themselves."""
        return page.to_pyvis(self)

    def show(self, *, focus: str | None = None, depth: int = 2, max_nodes: int | None = None) -> NotebookPage:
        """The page, for a notebook to show; options as for `kg.page.write`."""
        return NotebookPage(page.html(self, max_nodes=max_nodes, focus=focus, depth=depth))

    def to_rdf(self, *, detail: str = rdf.DEFAULT_DETAIL, base: str = DEFAULT_BASE) -> "rdf.RdflibGraph":
        """The export as an rdflib graph: the triples of `graph.ttl`."""
        return rdf.to_rdf(self, detail=detail, base=base)

    def sparql(self, query: str, *, timeout: float = DEFAULT_TIMEOUT, **bindings: sparql.Value) -> SparqlAnswer:
        """The answer to a SPARQL query; keywords bind its variables: `sparql(query, dataset=graph.concept("GLUE"))`.

        Raises QueryError where the query is wrong or would reach the network or the disk, QueryTimeout after `timeout`
        seconds.
        """
        return sparql.sparql(self, query, bindings, timeout=timeout)


def build(
    inputs: str | Path | Sequence[str | Path],
    folder: str | Path | None = None,
    *,
    options: BuildOptions = _DEFAULTS,
    stdin: IO[bytes] | None = None,
    progress: Progress | None = None,
) -> KnowledgeGraph:
    """Read papers, extract, resolve and link them; with a folder, write every output there, whole or not at all.

    `inputs` are files, folders or "-" (standard input, or `stdin`). Extractions are kept in the folder's `.cache`, so
    that a second build extracts only what is new; its bytes are those of a build from nothing. Raises SourceError where
    no paper can be read, OutputError where the folder cannot be written; earlier outputs then stay as they were.
    """
    paths = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    content = (stdin or sys.stdin.buffer).read() if sources.STDIN in map(str, paths) else b""
    corpus, rejections = _read(paths, content, options.page_year)
    if folder is None:
        return _link(corpus, *_extract(corpus.papers, None, options, progress), options)
    folder = Path(folder)
    with outputs.staged(folder) as staging:
        extractions, model_hash = _extract(corpus.papers, folder / outputs.CACHE, options, progress)
        graph = _link(corpus, extractions, model_hash, options)
        _write(graph, extractions, staging, options)
        content_hashes = sources.hashes(paths, stdin=content)
        told = report(graph, corpus, rejections, inputs=content_hashes, outputs=outputs.hashes(staging))
        (staging / outputs.REPORT).write_bytes(told.to_json())
    graph.folder = folder
    graph.report = outputs.check(folder)
    return graph


def load(folder: str | Path = "outputs") -> KnowledgeGraph:
    """The graph that `build` wrote into a folder. Raises StoreError where its files do not fit together."""
    folder = Path(folder)
    told = outputs.check(folder)
    graph = store.load(folder / outputs.GRAPH, into=KnowledgeGraph)
    graph.folder = folder
    graph.report = told
    return graph


def _read(paths: Sequence[str | Path], stdin: bytes, page_year: int | None) -> tuple[Corpus, list[Rejection]]:
    papers: list[Paper] = []
    rejections: list[Rejection] = []
    for record in sources.read(paths, page_year=page_year, stdin=io.BytesIO(stdin)):
        if isinstance(record, Paper):
            papers.append(record)
        else:
            rejections.append(record)
    if not papers:
        reasons = "; ".join(f"{r.file}:{r.line}: {r.reason} ({r.remedy})" for r in rejections)
        raise SourceError(f"no paper could be read: {reasons or 'the inputs are empty'}")
    return merge(papers), rejections


def _extract(
    papers: Sequence[Paper], cache: Path | None, options: BuildOptions, progress: Progress | None
) -> tuple[tuple[Extraction, ...], str]:
    """The extractions of all papers, in their order, and the hash of the model that made them."""
    from kg.extract import Extractor  # spaCy and the weights: only a build pays for them

    def show(done: int) -> None:
        if progress is not None:
            progress("extracting", done, len(papers))

    extractor = Extractor.load(cache=cache)
    return tuple(extractor.extract_all(papers, progress=show, workers=options.workers)), extractor.model_hash


@cache
def _extractor() -> "Extractor":
    """The shipped extractor, loaded at the first text given on the spot."""
    from kg.extract import Extractor  # spaCy and the weights: only such a question pays for them

    return Extractor.load()


def _link(corpus: Corpus, extractions: Sequence[Extraction], model_hash: str, options: BuildOptions) -> KnowledgeGraph:
    overrules = read_overrules(options.rules) if options.rules else NO_OVERRULES
    resolution = resolve(corpus.papers, extractions, overrules=overrules)
    built = build_claims(extractions, resolution)
    return KnowledgeGraph(
        papers=corpus.papers,
        concepts=resolution.concepts,
        claims=built.claims,
        results=built.results,
        decisions=resolution.decisions,
        provenance=Provenance(__version__, model_hash),
    )


def _write(graph: KnowledgeGraph, extractions: Sequence[Extraction], staging: Path, options: BuildOptions) -> None:
    """Every output but the report."""
    from kg.extract.records import to_line

    store.save(graph, staging / outputs.GRAPH)
    rdf.write(graph, staging / outputs.TURTLE, detail=options.rdf, base=options.base)
    page.write(graph, staging / outputs.PAGE, max_nodes=options.max_nodes, focus=options.focus, depth=options.depth)
    with (staging / outputs.EXTRACTIONS).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(map(to_line, extractions))
    (staging / outputs.MERGES).write_text(merges_tsv(graph.decisions), encoding="utf-8", newline="\n")
