"""SPARQL over the export, without a server: safe to hand a stranger's query to."""

import weakref
from collections.abc import Mapping

from kg.graph import Graph
from kg.sparql.answer import SparqlAnswer, Term
from kg.sparql.prepare import Iri, Names, Value
from kg.sparql.store import DEFAULT_TIMEOUT, ENGINES, SparqlStore

__all__ = ["DEFAULT_TIMEOUT", "ENGINES", "Iri", "Names", "SparqlAnswer", "SparqlStore", "Term", "Value", "sparql"]

_STORES: weakref.WeakKeyDictionary[Graph, dict[str | None, SparqlStore]] = weakref.WeakKeyDictionary()


def sparql(
    graph: Graph,
    query: str,
    bindings: Mapping[str, Value] | None = None,
    *,
    engine: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> SparqlAnswer:
    """The answer to a SPARQL query over a graph in memory; its export is made once.

    `bindings` gives variables of the query values: a paper or concept stands for its IRI, a str for a plain literal.
    Raises QueryError, QueryTimeout after `timeout` seconds.
    """
    stores = _STORES.setdefault(graph, {})
    if engine not in stores:
        stores[engine] = SparqlStore.of(graph, engine=engine)
    return stores[engine].query(query, bindings, timeout=timeout)
