"""The export: a graph as RDF that stands on its own."""

from typing import TYPE_CHECKING, TypeAlias

from kg.graph import Graph
from kg.rdf.export import DEFAULT_DETAIL, DETAILS, FORMATS, FormatError, blocks, write
from kg.vocab import DEFAULT_BASE

if TYPE_CHECKING:
    import rdflib

    RdflibGraph: TypeAlias = rdflib.Graph

__all__ = ["DEFAULT_DETAIL", "DETAILS", "FORMATS", "FormatError", "blocks", "to_rdf", "write"]


def to_rdf(graph: Graph, *, detail: str = DEFAULT_DETAIL, base: str = DEFAULT_BASE) -> "RdflibGraph":
    """The export as an rdflib graph: the same triples that `write` writes."""
    from kg.rdf.rdflib_graph import to_rdflib  # rdflib takes a while to import, and writing does not need it

    return to_rdflib(blocks(graph, detail=detail, base=base))
