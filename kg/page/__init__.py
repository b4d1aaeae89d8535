"""The page: one HTML file with a list, a graph and details, through PyVis, without any network.

`write` makes the file, `html` the same as text, `to_pyvis` hands out the network, `notebook` shows it in Jupyter.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from kg.files import replace
from kg.graph import Graph
from kg.page.atlas import draw_atlas
from kg.page.document import render
from kg.page.network import to_network

if TYPE_CHECKING:
    from pyvis.network import Network

__all__ = ["html", "to_pyvis", "write"]


def write(
    graph: Graph, path: str | Path, *, max_nodes: int | None = None, focus: str | None = None, depth: int = 2
) -> None:
    """Write the page; with `focus` (a paper's id or name) only what lies within `depth` steps of that paper.

    `max_nodes`: the most nodes shown at first (default 3,000); the others are found by search or by opening a region.
    Raises UnknownNameError or AmbiguousNameError for `focus`, ValueError for sizes below 1, OutputError.
    """
    parts = render(draw_atlas(graph, max_nodes=max_nodes, focus=focus, depth=depth))
    with replace(Path(path)) as file:
        for part in parts:
            file.write(part.encode())


def html(graph: Graph, *, max_nodes: int | None = None, focus: str | None = None, depth: int = 2) -> str:
    """The page as text; options as for `write`."""
    return "".join(render(draw_atlas(graph, max_nodes=max_nodes, focus=focus, depth=depth)))


def to_pyvis(graph: Graph) -> "Network":
    """The whole graph as a PyVis network, a fresh one: places, colours and shapes as on the page, physics off."""
    return to_network(draw_atlas(graph))
