"""What all tests share: the graph of three small papers, and the graph of the seeds, built once."""

from pathlib import Path

import pytest
from tiny import PAPERS, SEEDS, graph_of_papers

import kg
from kg.graph import Graph
from kg.model import Paper


@pytest.fixture(scope="session")
def tiny_papers() -> tuple[Paper, ...]:
    """Three papers: P1 introduces ACME, P2 builds on it, P3 is a survey without a date."""
    return PAPERS


@pytest.fixture(scope="session")
def tiny_graph() -> Graph:
    """The graph of the three papers."""
    return graph_of_papers()


@pytest.fixture(scope="session")
def seeds_outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `kg build seeds` writes, built once for all tests."""
    folder = tmp_path_factory.mktemp("seeds") / "outputs"
    kg.build(SEEDS, folder)
    return folder


@pytest.fixture(scope="session")
def seeds_graph(seeds_outputs: Path) -> kg.KnowledgeGraph:
    """The graph of the seeds, loaded from its outputs."""
    return kg.load(seeds_outputs)
