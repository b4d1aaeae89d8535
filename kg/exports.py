"""The graph for other tools: GraphML, GEXF, node-link JSON, and CSV of nodes and edges.

Attributes are flattened to texts and numbers; what is unknown is left out.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import networkx as nx

from kg.errors import OutputError
from kg.files import replace
from kg.graph import Graph, Node
from kg.model import Claim, Concept, Paper, Predicate

#: Format name -> ending of the file it makes; CSV makes two.
FORMATS = {"graphml": ".graphml", "gexf": ".gexf", "json": ".json", "csv": ".csv"}
Attributes = dict[str, str | int | float]
_GEXF_DAY = re.compile(r' lastmodifieddate="[^"]*"')


def export(graph: Graph, folder: Path, format: str) -> tuple[Path, ...]:  # noqa: A002 - the option's name
    """Write `graph.graphml`, `graph.gexf`, `graph.json`, or `nodes.csv` and `edges.csv` into a folder.

    Returns the files written. Raises OutputError for an unknown format or a folder that cannot be written.
    """
    if format not in FORMATS:
        raise OutputError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    contents = _csv(graph) if format == "csv" else {f"graph{FORMATS[format]}": _ENCODERS[format](flat(graph))}
    for name, content in contents.items():
        with replace(folder / name) as file:
            file.write(content)
    return tuple(folder / name for name in contents)


def flat(graph: Graph) -> nx.MultiDiGraph:
    """A copy of the graph whose attributes are texts and numbers, for tools that know no Python values."""
    flattened = nx.MultiDiGraph()
    for node in graph.nodes():
        flattened.add_node(node.id, **_node_attributes(node))
    for head, tail, key, claim in sorted(graph.nx.edges(keys=True, data="claim"), key=lambda edge: edge[:3]):
        flattened.add_edge(head, tail, key="|".join(key), **_edge_attributes(graph, claim))
    return flattened


def _node_attributes(node: Node) -> Attributes:
    if isinstance(node, Paper):
        attributes: dict[str, object] = {
            "type": "paper",
            "label": node.title,
            "abstract": node.abstract,
            "published": node.published,
            "organisation": node.organisation,
            "authors": "; ".join(node.authors),
            "author_count": node.author_count,
            "comments": node.comments,
            "upvotes": node.upvotes,
            "links": " ".join(node.links),
        }
    elif isinstance(node, Concept):
        attributes = {"type": node.kind.value, "label": node.name, "aliases": "; ".join(node.aliases)}
    else:
        attributes = {"type": "result", "label": node.text, "value": node.value, "unit": node.unit, "kind": node.kind}
        attributes |= {"value_min": node.value_min, "value_max": node.value_max, "bound": node.bound}
    return _known(attributes)


def _edge_attributes(graph: Graph, claim: Claim) -> Attributes:
    sentences = " ¶ ".join(graph.text_of(evidence.sentence) for evidence in claim.evidence)
    attributes: dict[str, object] = {
        "predicate": claim.predicate.value,
        "paper": claim.paper,
        "confidence": claim.confidence,
        "weight": claim.weight,
        "evidence": sentences if claim.predicate is not Predicate.BROADER else "",
    }
    return _known(attributes)


def _known(attributes: dict[str, object]) -> Attributes:
    return {
        key: value if isinstance(value, int | float) else str(value)
        for key, value in attributes.items()
        if value is not None and value != ""
    }


def _graphml(graph: nx.MultiDiGraph) -> bytes:
    return "\n".join(nx.generate_graphml(graph, named_key_ids=True)).encode() + b"\n"


def _gexf(graph: nx.MultiDiGraph) -> bytes:
    written = "\n".join(nx.generate_gexf(graph))
    # NetworkX writes the day of the export into its first <meta>; the same graph must give the same bytes.
    return _GEXF_DAY.sub("", written, count=1).encode() + b"\n"


def _node_link(graph: nx.MultiDiGraph) -> bytes:
    return json.dumps(nx.node_link_data(graph, edges="edges"), ensure_ascii=False, indent=1).encode() + b"\n"


def _csv(graph: Graph) -> dict[str, bytes]:
    flattened = flat(graph)
    nodes = [{"id": node, **attributes} for node, attributes in flattened.nodes(data=True)]
    edges = [{"subject": head, "object": tail, **attributes} for head, tail, attributes in flattened.edges(data=True)]
    return {"nodes.csv": _table(nodes), "edges.csv": _table(edges)}


def _table(rows: list[Attributes]) -> bytes:
    columns = dict.fromkeys(column for row in rows for column in row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


_ENCODERS: Mapping[str, Callable[[nx.MultiDiGraph], bytes]] = {"graphml": _graphml, "gexf": _gexf, "json": _node_link}
