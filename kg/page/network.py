"""The PyVis network of a map: nodes with places, colours and shapes by kind, edges for claims, physics off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Claim
from kg.page.atlas import Atlas, Spot

if TYPE_CHECKING:
    from pyvis.network import Network


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind looks: a word for people, a colour for light and for dark ground, a vis-network shape."""

    word: str
    light: str
    dark: str
    shape: str


#: Okabe & Ito's colours, told apart by people who see few; each kind has a shape of its own as well. Light ground needs
#: the darker tone of each for 3:1 contrast, dark ground the lighter.
STYLES: Mapping[str, Style] = {
    "paper": Style("Paper", "#22252b", "#eceae4", "square"),
    "method": Style("Method", "#0072b2", "#56b4e9", "dot"),
    "dataset": Style("Dataset", "#b87700", "#e69f00", "hexagon"),
    "benchmark": Style("Benchmark", "#d55e00", "#ff8c42", "diamond"),
    "task": Style("Task", "#00855f", "#2ecc9b", "triangle"),
    "metric": Style("Metric", "#a8568c", "#dd9cc4", "triangleDown"),
}
#: Characters of a name drawn beside its node; the whole name stands in the panel.
LABEL_LENGTH = 32


def to_network(atlas: Atlas, *, title: str = "") -> "Network":
    """The whole map as a PyVis network, ids as node ids; `nodes` and `edges` filled directly: `add_edge` is quadratic.

    An edge is a subject, a predicate and an object, however many papers say it (`value`).
    """
    from pyvis.network import Network  # brings IPython along, a second that only a page should cost

    # PyVis writes its heading into the page as markup, so none is given; `title` is for those who style the network.
    net = Network(height="800px", width="100%", directed=True, bgcolor="#ffffff", font_color=False)
    net.page_title = title
    net.nodes = [_node(spot) for spot in atlas.spots]
    net.node_ids = [node["id"] for node in net.nodes]
    net.node_map = dict(zip(net.node_ids, net.nodes, strict=True))
    # The roads are sorted: those of several papers between two concepts follow each other.
    last: Claim | None = None
    for claim in atlas.roads:
        if (
            last is not None
            and claim.predicate is last.predicate
            and claim.object == last.object
            and claim.subject == last.subject
        ):
            net.edges[-1]["value"] += 1
        else:
            ends = {"from": claim.subject, "to": claim.object}
            net.edges.append({**ends, "label": claim.predicate.value, "value": 1, "arrows": "to"})
        last = claim
    net.options.physics.enabled = False
    net.options.edges.smooth.enabled = False
    net.options.edges.color.inherit = False
    net.options.interaction.hideEdgesOnDrag = len(net.edges) > 5000
    return net


def _node(spot: Spot) -> dict[str, object]:
    style = STYLES[spot.kind]
    return {
        "id": spot.id,
        "label": label(spot.name),
        "group": spot.kind,
        "color": style.light,
        "shape": style.shape,
        "size": spot.size,
        "x": spot.x,
        "y": spot.y,
    }


def label(name: str) -> str:
    """A name short enough to stand beside its node: the part before a title's colon, cut at a word."""
    if len(name) <= LABEL_LENGTH and ":" not in name:
        return name
    head, colon, _ = name.partition(":")
    if colon and 1 < len(head.strip()) <= LABEL_LENGTH:
        return head.strip()
    if len(name) <= LABEL_LENGTH:
        return name
    cut = name[: LABEL_LENGTH - 1].rpartition(" ")[0]
    return f"{cut or name[: LABEL_LENGTH - 1]}…"
