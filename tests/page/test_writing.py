"""What is written: the same bytes again, a policy that fits, places that do not overlap, a network for PyVis."""

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny import ROOT

from kg import page
from kg.errors import UnknownNameError
from kg.graph import Graph
from kg.model import Claim, Concept, Evidence, Kind, Mention, Paper, PartialDate, Predicate, Sentence
from kg.page.atlas import draw_atlas
from kg.page.layout import layout
from kg.page.notebook import NotebookPage


def graph_of(papers: int, concepts_each: int = 4) -> Graph:
    """Papers in groups of ten; a paper has one concept of its own, one of its group, and some that roam."""
    made, named, claims = [], {}, []
    for number in range(papers):
        paper = Paper(
            f"id:{number:05d}",
            f"Paper {number}",
            f"We use things. Number {number}.",
            published=PartialDate(2015 + number % 10),
        )
        made.append(paper)
        names = [f"own {number}", f"group {number // 10}"] + [
            f"roaming {(number * 7 + each * 13) % (papers // 2 + 1)}" for each in range(concepts_each - 2)
        ]
        for place, name in enumerate(dict.fromkeys(names)):
            concept = named.setdefault(name, Concept(f"method:{name.replace(' ', '-')}", Kind.METHOD, name))
            sentence = Sentence(paper.id, len(paper.title) + 1, len(paper.text))
            predicate = Predicate.INTRODUCES if place == 0 else Predicate.USES
            claims.append(Claim(paper.id, paper.id, predicate, concept.id, (Evidence(sentence, (), 0.9, "made"),)))
    return Graph(papers=made, concepts=named.values(), claims=claims)


def data_block(text: str, name: str) -> object:
    """The value of a data block, unpacked where it is compressed."""
    [written] = re.findall(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    value = json.loads(written)
    return json.loads(gzip.decompress(base64.b64decode(value))) if isinstance(value, str) else value


def test_the_same_bytes_under_another_hash_seed(tiny_graph: Graph, tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from page.test_writing import graph_of; from kg import page; "
        "page.write(graph_of(60), sys.argv[1])"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-P", "-c", program, str(tmp_path / f"{seed}.html"), str(Path(__file__).parent.parent)],
            cwd=ROOT,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()
    assert page.html(tiny_graph) == page.html(tiny_graph)


def test_the_policy_names_every_script_and_style_and_nothing_else(tiny_graph: Graph) -> None:
    text = page.html(tiny_graph)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)

    def digest(part: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'"

    assert policy == (
        f"default-src 'none'; script-src {' '.join(map(digest, scripts))}; style-src {digest(styles[0])}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    assert len(scripts) == 2
    assert len(styles) == 1
    assert not re.findall(r"\son\w+=|\sstyle=|src=|@import", text.partition("<script>")[0].partition("</style>")[2])


def test_offsets_count_as_javascript_does() -> None:
    paper = Paper("id:1", "\U0001f469 and X", "X is \U0001d54f.")
    at = paper.text.index("X is")
    mention = Mention(paper.id, at, at + 1, "X", Kind.METHOD, 0.9, "made")
    claim = Claim(
        paper.id,
        paper.id,
        Predicate.USES,
        "method:x",
        (Evidence(Sentence(paper.id, at, len(paper.text)), (mention,), 0.9, ""),),
    )
    text = page.html(Graph(papers=[paper], concepts=[Concept("method:x", Kind.METHOD, "X")], claims=[claim]))
    [block] = data_block(text, "texts-0")
    units = paper.text.encode("utf-16-le")
    [(start, length, claim)] = block["marks"]
    assert units[2 * start : 2 * (start + length)].decode("utf-16-le") == "X"
    assert (start, claim) == (at + 1, 0)
    [(start, length)] = block["sentences"]
    assert units[2 * start : 2 * (start + length)].decode("utf-16-le") == "X is \U0001d54f."


def test_an_empty_graph_and_a_paper_alone_have_a_page() -> None:
    assert "0 papers" in page.html(Graph(papers=[], concepts=[], claims=[]))
    alone = Graph(papers=[Paper("id:1", "Alone", "")], concepts=[], claims=[])
    assert data_block(page.html(alone), "index")["names"] == ["id:1", "Alone"]


def test_focus_keeps_what_lies_within_so_many_steps(tiny_graph: Graph) -> None:
    near = draw_atlas(tiny_graph, focus="ZETA", depth=2)
    assert [paper.id for paper in near.papers] == ["id:P1", "id:P2"]
    assert near.whole == (3, len(tiny_graph.concepts()))
    assert [paper.id for paper in draw_atlas(tiny_graph, focus="ZETA", depth=1).papers] == ["id:P2"]
    with pytest.raises(UnknownNameError):
        draw_atlas(tiny_graph, focus="no such paper")
    with pytest.raises(ValueError, match="at least 1"):
        draw_atlas(tiny_graph, max_nodes=0)


@pytest.mark.parametrize(
    ("max_nodes", "mode", "papers"),
    [(None, "all", 100), (10_000, "all", 100), (240, "heaviest", 100), (150, "regions", 0)],
)
def test_what_is_shown_first(max_nodes: int | None, mode: str, papers: int) -> None:
    drawn = draw_atlas(graph_of(100), max_nodes=max_nodes)
    assert drawn.mode == mode
    assert len(drawn.shown) <= (max_nodes or 3000)
    assert sum(drawn.spots[index].kind == "paper" for index in drawn.shown) == papers


def test_nodes_of_a_region_do_not_overlap_and_petals_circle_their_paper() -> None:
    drawn = draw_atlas(graph_of(120))
    xy = np.array([(spot.x, spot.y) for spot in drawn.spots])
    size = np.array([spot.size for spot in drawn.spots])
    apart = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) - size[:, None] - size[None, :]
    np.fill_diagonal(apart, 1.0)
    assert (apart < 0).sum() / len(xy) < 0.02
    index_of = drawn.index_of
    for paper in drawn.papers:
        own = index_of[f"method:own-{int(paper.id[3:])}"]
        assert np.hypot(*(xy[own] - xy[index_of[paper.id]])) < 60


def test_regions_do_not_overlap() -> None:
    region = np.repeat(np.arange(30), 12)
    edges = np.array([(i, i + 1) for i in range(len(region) - 1)])
    placed = layout(region, np.full(len(region), -1), edges, np.full(len(region), 10.0))
    boxes = [(outline.min(axis=0), outline.max(axis=0)) for outline in placed.outlines]
    for number in range(30):
        low, high = boxes[number]
        assert (placed.xy[region == number] >= low).all()
        assert (placed.xy[region == number] <= high).all()
        for other in range(number):
            corners = placed.outlines[other]
            assert not any(inside(point, placed.outlines[number]) for point in corners)


def inside(point: np.ndarray, outline: np.ndarray) -> bool:
    """Whether a point lies in a convex outline."""
    sides = np.roll(outline, -1, axis=0) - outline
    turn = sides[:, 0] * (point[1] - outline[:, 1]) - sides[:, 1] * (point[0] - outline[:, 0])
    return bool((turn > 0).all() or (turn < 0).all())


def test_to_pyvis_is_a_fresh_network_that_leaves_the_graph_alone(tiny_graph: Graph) -> None:
    before = json.dumps(sorted(map(str, tiny_graph.nx.nodes(data=True))))
    net = page.to_pyvis(tiny_graph)
    assert net.num_nodes() == len(tiny_graph.papers()) + len(tiny_graph.concepts())
    assert net.get_node("id:P1")["group"] == "paper"
    assert all({"x", "y", "color", "shape", "label"} <= node.keys() for node in net.nodes)
    assert {"from": "id:P1", "to": "method:acme", "label": "introduces", "value": 1, "arrows": "to"} in net.edges
    assert not net.options.physics.enabled
    net.add_node("mine")
    assert page.to_pyvis(tiny_graph).num_nodes() == net.num_nodes() - 1
    assert json.dumps(sorted(map(str, tiny_graph.nx.nodes(data=True)))) == before


def test_a_notebook_shows_the_page_in_a_frame_of_its_own() -> None:
    shown = NotebookPage("<p title=\"a\">'&'</p>")._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;p title=&quot;a&quot;&gt;&#x27;&amp;&#x27;&lt;/p&gt;"')
    assert 'sandbox="allow-scripts' in shown
    assert "allow-same-origin" not in shown


def test_a_large_graph_is_compressed_and_whole() -> None:
    text = page.html(graph_of(1200))
    index = data_block(text, "index")
    assert len(index["names"]) == 2 * len(index["x"]) > 2400
    blocks = [data_block(text, f"texts-{number}") for number in range(6)]
    assert [len(block) for block in blocks] == [200] * 6
    assert blocks[5][199]["abstract"] == "We use things. Number 1199."
    assert re.search(r'id="index">"[A-Za-z0-9+/=]+"</script>', text)
