"""Exports for other tools read back with every node and edge, and are the same bytes each time."""

import csv
import json
from pathlib import Path

import networkx as nx
import pytest

from kg import outputs, store
from kg.cli import main
from kg.errors import OutputError
from kg.exports import FORMATS, export
from kg.graph import Graph


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_same_graph_gives_the_same_bytes(tiny_graph: Graph, tmp_path: Path, name: str) -> None:
    first = [path.read_bytes() for path in export(tiny_graph, tmp_path / "one", name)]
    assert first == [path.read_bytes() for path in export(tiny_graph, tmp_path / "two", name)]


@pytest.mark.parametrize(("name", "reader"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_xml_formats_read_back(tiny_graph: Graph, tmp_path: Path, name: str, reader: object) -> None:
    (path,) = export(tiny_graph, tmp_path, name)
    back = reader(path)  # type: ignore[operator]
    assert set(back) == set(tiny_graph.nx)
    assert back.number_of_edges() == tiny_graph.nx.number_of_edges()
    assert back.nodes["id:P1"]["label"] == "ACME: Small Models by Distillation"


def test_node_link_json_reads_back(tiny_graph: Graph, tmp_path: Path) -> None:
    (path,) = export(tiny_graph, tmp_path, "json")
    back = nx.node_link_graph(json.loads(path.read_text(encoding="utf-8")), edges="edges")
    assert set(back) == set(tiny_graph.nx)
    assert back.is_multigraph()


def test_csv_has_a_row_an_edge_with_its_sentence(tiny_graph: Graph, tmp_path: Path) -> None:
    nodes, edges = export(tiny_graph, tmp_path, "csv")
    with nodes.open(encoding="utf-8", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == set(tiny_graph.nx)
    with edges.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == tiny_graph.nx.number_of_edges()
    (row,) = (row for row in rows if row["predicate"] == "outperforms")
    assert (row["subject"], row["object"], row["paper"]) == ("method:acme", "method:bert", "id:P1")
    assert row["evidence"] == "On GLUE it reaches 90.5% accuracy and outperforms BERT."


def test_an_unknown_format_is_refused(tiny_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="graphml"):
        export(tiny_graph, tmp_path, "dot")


@pytest.mark.parametrize("name", ["nt", "jsonld", "trig", "graphml"])
def test_the_command_writes_each_format(tiny_graph: Graph, tmp_path: Path, name: str) -> None:
    store.save(tiny_graph, tmp_path / outputs.GRAPH)
    (tmp_path / outputs.REPORT).write_text('{"outputs": {}}')
    assert main(["export", name, "--graph", str(tmp_path), "-o", str(tmp_path / "out")]) == 0
    (written,) = (tmp_path / "out").iterdir()
    assert "ACME: Small Models by Distillation" in written.read_text(encoding="utf-8")
