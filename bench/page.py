"""Measures the page: against stock PyVis, the layout, the size, and how soon Chromium shows something useful.

    python bench/page.py             everything but the seeds' page
    python bench/page.py outputs     also the page that a build wrote there

The 20,000 papers are made up: sentences of the seeds in a random order (fixed seed), concepts drawn by Zipf's law.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import networkx as nx
from pyvis.network import Network

from kg import sources
from kg.graph import Graph
from kg.model import (
    PREDICATE_OF_ROLE,
    ROLES_OF_KIND,
    Claim,
    Concept,
    Evidence,
    Kind,
    Mention,
    Paper,
    PartialDate,
    Sentence,
)
from kg.page.atlas import Atlas, draw_atlas
from kg.page.document import render

ROOT = Path(__file__).parent.parent
#: The targets: (what, limit, unit); a figure over its limit ends the run with exit code 1.
STOCK_TIMES, LAYOUT_SECONDS, SEEDS_MS, LARGE_MS, LARGE_MB = 100, 10, 1000, 2000, 25


def made_up(papers: int, *, own: int, others: int, words: bool = True) -> Graph:
    """Papers with concepts of their own and some that others have too; with `words` also texts and sentences."""
    chance = random.Random(7)
    abstracts = (
        [record.abstract for record in sources.read([ROOT / "seeds"]) if isinstance(record, Paper)] if words else []
    )
    pool = [sentence.strip() for text in abstracts for sentence in text.split(". ") if len(sentence) > 40]
    kinds = list(Kind)
    shared = [Concept(f"{kinds[n % 5]}:shared-{n}", kinds[n % 5], f"shared concept {n}") for n in range(papers)]
    weights = list(accumulate(1 / (n + 3) for n in range(len(shared))))
    concepts = {concept.id: concept for concept in shared}
    made, claims = [], []
    for number in range(papers):
        alone = [Concept(f"method:own-{number}-{n}", Kind.METHOD, f"own {number} {n}") for n in range(own)]
        topic = number // 150 * 7
        mine = alone + [
            shared[(topic + each) % len(shared)] if each < 40 else shared[each]
            for each in chance.choices(range(len(shared)), cum_weights=weights, k=others)
        ]
        concepts |= {concept.id: concept for concept in alone}
        mine = list({concept.id: concept for concept in mine}.values())
        sentences = [f"{chance.choice(pool)} with {concept.name}." if words else "" for concept in mine]
        paper = Paper(
            f"id:{number:06d}",
            f"Paper {number}: on {mine[0].name}",
            " ".join(sentences).strip(),
            published=PartialDate(2015 + number % 11, 1 + number % 12),
        )
        made.append(paper)
        at = len(paper.title) + 1
        for concept, text in zip(mine, sentences, strict=True):
            predicate = PREDICATE_OF_ROLE[ROLES_OF_KIND[concept.kind][chance.randrange(2)]]
            if not words:
                claims.append(Claim(paper.id, paper.id, predicate, concept.id))
                continue
            sentence = Sentence(paper.id, at, at + len(text))
            start = paper.text.index(concept.name, at)
            mention = Mention(paper.id, start, start + len(concept.name), concept.name, concept.kind, 0.9, "made up")
            claims.append(
                Claim(paper.id, paper.id, predicate, concept.id, (Evidence(sentence, (mention,), 0.9, "made up"),))
            )
            at += len(text) + 1
    return Graph(papers=made, concepts=concepts.values(), claims=claims)


def seconds(run: Callable[[], object]) -> float:
    """Processor time, the best of three runs: other work on the machine does not count."""
    times = []
    for _ in range(3):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def stock_html(network: nx.MultiDiGraph, names: dict[str, str]) -> str:
    """What a user of PyVis writes: every node and edge by its methods, then the HTML."""
    net = Network(cdn_resources="in_line")
    for node, attributes in network.nodes(data=True):
        net.add_node(node, label=names[node], title=names[node], x=attributes["x"], y=attributes["y"])
    for head, tail, predicate in network.edges(keys=True):
        net.add_edge(head, tail, label=predicate)
    return str(net.generate_html())


def against_stock() -> float:
    """How many times as fast as stock PyVis the page is made: nodes, edges and HTML for about 10,000 and 20,000."""
    drawn = draw_atlas(made_up(2000, own=3, others=7, words=False))
    network = nx.MultiDiGraph()
    for spot in drawn.spots:
        network.add_node(spot.id, x=spot.x, y=spot.y)
    network.add_edges_from((road.subject, road.object, str(road.predicate)) for road in drawn.roads)
    names = {spot.id: spot.name for spot in drawn.spots}
    ours = seconds(lambda: "".join(render(drawn)))
    start = time.process_time()
    stock_html(network, names)
    stock = time.process_time() - start
    print(
        f"{network.number_of_nodes():,} nodes, {network.number_of_edges():,} edges: "
        f"stock PyVis {stock:.2f} s, ours {ours:.3f} s"
    )
    return stock / ours


@contextmanager
def chromium() -> Iterator[object]:
    """Headless, without any network."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as profile:
        for flag in (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--window-size=1440,980",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        try:
            yield driver
        finally:
            driver.quit()


def first_paint(driver: object, path: Path) -> tuple[float, float]:
    """Milliseconds from navigation until the graph is painted, and until all can be searched; the best of five."""
    found = []
    for _ in range(5):
        driver.get("about:blank")
        driver.get(path.as_uri())
        while not driver.execute_script("return document.body.dataset.ready"):
            time.sleep(0.1)
        time.sleep(0.3)
        marks = dict(
            driver.execute_script("return performance.getEntriesByType('mark').map(m => [m.name, m.startTime])")
        )
        found.append((marks["painted"], marks["ready"]))
    return min(found)


def main(outputs: Path | None) -> int:
    figures: dict[str, tuple[float, float, bool]] = {}
    times = against_stock()
    figures["times as fast as stock PyVis"] = (times, STOCK_TIMES, times >= STOCK_TIMES)
    medium = made_up(3600, own=4, others=5, words=False)
    layouts: list[float] = []
    nodes = timed_layout(medium, layouts)
    figures[f"layout of {nodes:,} nodes, s"] = (layouts[0], LAYOUT_SECONDS, layouts[0] < LAYOUT_SECONDS)
    with tempfile.TemporaryDirectory() as folder, chromium() as driver:
        path = Path(folder) / "large.html"
        graph = made_up(20_000, own=4, others=5)
        start = time.process_time()
        large: Atlas = draw_atlas(graph)
        print(f"20,000 papers, {len(large.spots):,} nodes: map {time.process_time() - start:.1f} s of processor time")
        start = time.process_time()
        path.write_text("".join(render(large)), encoding="utf-8")
        size = path.stat().st_size / 1e6
        print(f"20,000 papers: written in {time.process_time() - start:.1f} s of processor time")
        figures["page of 20,000 papers, MB"] = (size, LARGE_MB, size < LARGE_MB)
        painted, ready = first_paint(driver, path)
        print(f"20,000 papers: all searchable after {ready:.0f} ms")
        figures["first useful paint of 20,000 papers, ms"] = (painted, LARGE_MS, painted < LARGE_MS)
        if outputs:
            painted, _ = first_paint(driver, (outputs / "graph.html").resolve())
            figures["first useful paint of the seeds, ms"] = (painted, SEEDS_MS, painted < SEEDS_MS)
    for name, (figure, limit, good) in figures.items():
        print(f"{'ok  ' if good else 'MISS'}  {name}: {figure:,.2f} (target {limit:,})")
    print(json.dumps({name: round(figure, 3) for name, (figure, _, _) in figures.items()}))
    return 0 if all(good for _, _, good in figures.values()) else 1


def timed_layout(graph: Graph, times: list[float]) -> int:
    """Draw a graph and note the processor time of the layout alone; returns how many nodes it placed."""
    import kg.page.atlas as module

    plain = module.layout

    def timed(*arguments: object) -> object:
        start = time.process_time()
        placement = plain(*arguments)
        times.append(time.process_time() - start)
        return placement

    module.layout = timed
    try:
        return len(draw_atlas(graph).spots)
    finally:
        module.layout = plain


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
