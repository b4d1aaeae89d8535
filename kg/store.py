"""Saves a graph as JSON Lines and loads it without loss: one header line, then one line a value, sorted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from kg.errors import StoreError
from kg.files import replace
from kg.graph import Graph, Provenance
from kg.model import Claim, Concept, Decision, Paper, Result

#: Raised when a field changes its meaning; a reader of another number refuses.
FORMAT = 1
AnyGraph = TypeVar("AnyGraph", bound=Graph)
_HEADER = {"paperkg": FORMAT}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "provenance": TypeAdapter(Provenance),
    "paper": TypeAdapter(Paper),
    "concept": TypeAdapter(Concept),
    "claim": TypeAdapter(Claim),
    "result": TypeAdapter(Result),
    "decision": TypeAdapter(Decision),
}


def save(graph: Graph, path: Path) -> None:
    """Write the graph to `path`, whole or not at all. The same graph gives the same bytes."""
    with replace(path) as file:
        file.write(json.dumps(_HEADER).encode() + b"\n")
        for kind, value in _values(graph):
            file.write(b'{"%s":%s}\n' % (kind.encode(), _ADAPTERS[kind].dump_json(value)))


def load(path: Path, *, into: type[AnyGraph] = Graph) -> AnyGraph:  # type: ignore[assignment]
    """The graph that `save` wrote, as a value of the class `into`.

    Raises StoreError, with the line, where the file is missing, damaged or of another format.
    """
    found: dict[str, list[Any]] = {kind: [] for kind in _ADAPTERS}
    try:
        with path.open("rb") as file:
            _check_header(path, file.readline())
            for number, line in enumerate(file, 2):
                kind, value = _value(path, number, line)
                found[kind].append(value)
    except OSError as error:
        raise StoreError(f"{path}: no saved graph can be read there ({error.strerror}); run kg build first") from error
    return into(
        papers=found["paper"],
        concepts=found["concept"],
        claims=found["claim"],
        results=found["result"],
        decisions=found["decision"],
        provenance=next(iter(found["provenance"]), None),
    )


def _values(graph: Graph) -> Iterator[tuple[str, Any]]:
    yield "provenance", graph.provenance
    yield from (("paper", paper) for paper in graph.papers())
    yield from (("concept", concept) for concept in graph.concepts())
    yield from (("claim", claim) for claim in graph.claims())
    yield from (("result", result) for result in graph.results())
    yield from (("decision", decision) for decision in graph.decisions)


def _check_header(path: Path, line: bytes) -> None:
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if header != _HEADER:
        raise StoreError(f"{path}:1: not a graph saved in format {FORMAT}; build it again with kg build")


def _value(path: Path, number: int, line: bytes) -> tuple[str, Any]:
    try:
        ((kind, value),) = json.loads(line).items()
        return kind, _ADAPTERS[kind].validate_python(value)
    except (ValueError, KeyError, AttributeError, ValidationError) as error:
        raise StoreError(f"{path}:{number}: a damaged line; build the graph again with kg build") from error
