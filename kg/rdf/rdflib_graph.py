"""The border to rdflib: blocks become an rdflib graph."""

from collections.abc import Iterable

import rdflib

from kg.rdf.blocks import Block, Literal, Term
from kg.vocab import PREFIXES, expand


def to_rdflib(blocks: Iterable[Block]) -> rdflib.Graph:
    """An rdflib graph of all blocks, with the prefixes of the export bound."""
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri, override=True, replace=True)
    iris: dict[str, rdflib.URIRef] = {}

    def term_of(term: Term) -> rdflib.URIRef | rdflib.Literal:
        if isinstance(term, Literal):
            return rdflib.Literal(term.text, datatype=iri_of(term.datatype) if term.datatype else None)
        return iri_of(term)

    def iri_of(term: str) -> rdflib.URIRef:
        found = iris.get(term)
        if found is None:
            found = iris[term] = rdflib.URIRef(expand(term))
        return found

    add = graph.store.add
    for block in blocks:
        subject = iri_of(block.subject)
        for name, terms in block.properties.items():
            predicate = iri_of(name)
            for term in terms:
                add((subject, predicate, term_of(term)), graph)
    return graph
