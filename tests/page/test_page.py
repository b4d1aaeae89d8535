"""The page in a real Chromium with no network: what it shows, finds, filters, hands out; that it asks for nothing."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from page.conftest import Browser

from kg.graph import Graph

pytestmark = pytest.mark.browser
ENTER, ESCAPE, DOWN, LEFT = "\ue007", "\ue00c", "\ue015", "\ue012"
SHOWING = "return document.querySelector('#status span').textContent"


@pytest.fixture(scope="module")
def seeds_page(seeds_graph: Graph, page_of: Callable[..., Path]) -> Path:
    return page_of(seeds_graph)


@pytest.fixture
def seeds(browser: Browser, seeds_page: Path) -> Browser:
    """The page of the seeds, freshly opened; afterwards nothing was asked of the network and the console is silent."""
    browser.open(seeds_page)
    yield browser
    assert browser.requests() == []
    assert browser.complaints() == []


def count(seeds_graph: Graph) -> tuple[str, str]:
    return f"{len(seeds_graph.papers()):,}", f"{len(seeds_graph.concepts()):,}"


def search(page: Browser, words: str) -> None:
    page.keys("/")
    page.keys(words)
    page.wait("return !document.getElementById('suggestions').hidden")
    page.wait_text("#suggestions .suggestion", words)
    page.keys(ENTER)


def test_opens_settled_and_shows_everything(seeds: Browser, seeds_graph: Graph) -> None:
    papers, concepts = count(seeds_graph)
    assert seeds.js(SHOWING) == f"Showing {papers} of {papers} papers, {concepts} of {concepts} concepts"
    assert f"{papers} papers" in seeds.text("#panel")
    picture = "return document.querySelector('#canvas canvas').toDataURL()"
    assert seeds.js(picture) == seeds.js(picture)
    painted = """
      const canvas = document.querySelector('#canvas canvas');
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(pixels.data.buffer)).size;"""
    assert seeds.js(painted) > 50


def test_search_finds_a_paper_and_shows_its_abstract(seeds: Browser, seeds_graph: Graph) -> None:
    [paper] = [paper for paper in seeds_graph.papers() if paper.title.startswith("ZIP-FIT")]
    search(seeds, "ZIP-FIT")
    seeds.wait_text("#panel h2", "ZIP-FIT")
    abstract = seeds.js("return document.querySelector('#panel .abstract').textContent")
    assert abstract == paper.abstract
    assert seeds.js("return document.querySelectorAll('#panel .abstract .mention').length") > 3
    assert "ZIP-FIT" in seeds.js("return document.querySelector('#items [aria-selected=true]').innerText")
    assert "Read next" in seeds.js("return document.querySelector('#panel').textContent")


@pytest.mark.parametrize(("typed", "kind"), [("lora", "Method"), ("glue", "Benchmark")])
def test_a_concept_shows_its_papers_with_sentences(seeds: Browser, typed: str, kind: str) -> None:
    seeds.keys("/")
    seeds.keys(typed)
    seeds.wait("return document.querySelectorAll('#suggestions .suggestion').length")
    names = seeds.js(
        "return [...document.querySelectorAll('#suggestions .suggestion bdi')].map(e => e.textContent.toLowerCase())"
    )
    seeds.keys(DOWN * names.index(typed), ENTER)
    seeds.wait("return document.querySelector('#panel h2')?.textContent.toLowerCase() === arguments[0]", typed)
    assert kind in seeds.text("#panel .kindline")
    assert seeds.js("return document.querySelectorAll('#panel blockquote').length") > 0
    seeds.click("#panel .said .textlink")
    seeds.wait("return document.querySelector('#panel .abstract')")


def test_unknown_words_are_said_to_be_unknown(seeds: Browser) -> None:
    seeds.keys("/")
    seeds.keys("zzzzqqqq")
    seeds.wait_text("#suggestions", "No paper or concept")
    seeds.keys(ESCAPE)


def test_legend_hides_and_brings_back_a_kind(seeds: Browser, seeds_graph: Graph) -> None:
    papers, concepts = count(seeds_graph)
    rest = f"{len(seeds_graph.concepts()) - len(seeds_graph.concepts('method')):,}"
    seeds.click("#legend [data-kind=method]")
    assert seeds.js(SHOWING) == f"Showing {papers} of {papers} papers, {rest} of {concepts} concepts"
    assert (
        seeds.js("return document.querySelector('#legend [data-kind=method]').getAttribute('aria-pressed')") == "false"
    )
    assert "hide=method" in seeds.js("return location.hash")
    seeds.click("#clear")
    assert seeds.js(SHOWING) == f"Showing {papers} of {papers} papers, {concepts} of {concepts} concepts"


def test_filters_by_role_papers_years_and_community(seeds: Browser, seeds_graph: Graph) -> None:
    def shown() -> tuple[int, int]:
        words = seeds.js(SHOWING).replace(",", "").split()
        return int(words[1]), int(words[5])

    def choose(selector: str, value: str) -> None:
        seeds.js(
            "const field = document.querySelector(arguments[0]); field.value = arguments[1]; "
            "field.dispatchEvent(new Event('change'))",
            selector,
            value,
        )

    introduced = {claim.object for claim in seeds_graph.claims(predicate="introduces")}
    seeds.click("#filter-fields input[value=introduces]")
    assert shown()[1] == len(introduced)
    seeds.click("#clear")
    choose("#least", "3")
    often = [c for c in seeds_graph.concepts() if len(seeds_graph.papers_of(c.id)) >= 3]
    assert shown() == (len(seeds_graph.papers()), len(often))
    seeds.click("#clear")
    choose("[aria-label='From year']", "2023")
    dated = [p for p in seeds_graph.papers() if p.published and p.published.year and p.published.year >= 2023]
    assert shown()[0] == len(dated) > 0
    seeds.click("#clear")
    choose("#community", "0")
    few = shown()[0]
    assert 0 < few < len(seeds_graph.papers())
    assert seeds.js("return document.querySelector('#tab-papers span').textContent") == str(few)


def test_neighbourhood_back_and_forward(seeds: Browser) -> None:
    search(seeds, "ZIP-FIT")
    seeds.wait_text("#panel h2", "ZIP-FIT")
    everything = seeds.js(SHOWING)
    sizes = []
    for depth in (1, 2):
        seeds.click(f"#panel [data-depth='{depth}']")
        seeds.wait(f"return location.hash.includes('depth={depth}')")
        sizes.append(seeds.js(SHOWING))
    assert len({everything, *sizes}) == 3
    assert sizes[0].startswith("Showing 1 of ")
    seeds.js("history.back()")
    seeds.wait("return location.hash.includes('depth=1')")
    seeds.wait("return document.querySelector('#status span').textContent === arguments[0]", sizes[0])
    seeds.js("history.forward()")
    seeds.wait("return document.querySelector('#status span').textContent === arguments[0]", sizes[1])


def test_a_link_opens_what_it_was_made_from(browser: Browser, seeds_page: Path, seeds_graph: Graph) -> None:
    [paper] = [paper for paper in seeds_graph.papers() if paper.title.startswith("ZIP-FIT")]
    browser.open(seeds_page, f"node={paper.id}&hide=metric&depth=1")
    browser.wait_text("#panel h2", "ZIP-FIT")
    assert browser.js(SHOWING).startswith("Showing 1 of ")
    browser.open(seeds_page, "node=nothing&depth=99&only=x&hide=%3Cimg%3E&open=-1&from=%27")
    papers = f"{len(seeds_graph.papers()):,}"
    assert browser.js(SHOWING).startswith(f"Showing {papers} of {papers}")
    assert browser.complaints() == []


@pytest.fixture
def neighbourhood(browser: Browser, seeds_page: Path, seeds_graph: Graph) -> tuple[Browser, set[str]]:
    """ZIP-FIT with its concepts, and their ids."""
    [paper] = [paper for paper in seeds_graph.papers() if paper.title.startswith("ZIP-FIT")]
    browser.open(seeds_page, f"node={paper.id}&depth=1")
    ends = {end for claim in seeds_graph.claims(subject=paper.id) for end in (claim.subject, claim.object)}
    return browser, ends


def export(browser: Browser, key: str, name: str) -> Path:
    (browser.downloads / name).unlink(missing_ok=True)
    browser.click(f"[data-export={key}]")
    return browser.download(name)


def test_exports_hold_what_is_shown(neighbourhood: tuple[Browser, set[str]]) -> None:
    browser, ids = neighbourhood
    rows = list(csv.DictReader(export(browser, "nodes", "nodes.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["id"] for row in rows} == ids
    roads = list(csv.DictReader(export(browser, "edges", "edges.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {"introduces"} <= {row["predicate"] for row in roads}
    assert {row["object"] for row in roads} <= ids
    graph = nx.read_graphml(export(browser, "graphml", "papers.graphml"))
    assert set(graph.nodes) == ids
    entry = export(browser, "bibtex", "papers.bib").read_text(encoding="utf-8")
    assert entry.startswith("@misc{")
    assert "ZIP-FIT" in entry
    picture = ElementTree.parse(export(browser, "svg", "papers.svg")).getroot()
    assert picture.tag.endswith("svg")
    assert any("ZIP-FIT" in (text.text or "") for text in picture.iter("{http://www.w3.org/2000/svg}text"))
    assert export(browser, "png", "papers.png").read_bytes().startswith(b"\x89PNG")
    assert browser.requests() == []


def test_copies_a_citation(neighbourhood: tuple[Browser, set[str]]) -> None:
    browser, _ = neighbourhood
    browser.js(
        "window.copied = []; document.addEventListener('copy', () => copied.push(String(document.activeElement.value)))"
    )
    browser.js("navigator.clipboard.writeText = async (text) => { window.copied.push(text); }")
    browser.js("[...document.querySelectorAll('#panel button')].find(e => e.textContent === 'Copy citation').click()")
    assert "ZIP-FIT" in browser.wait("return window.copied[0]")
    browser.wait_text("#toast", "Citation copied")


def test_everything_by_keyboard(seeds: Browser) -> None:
    seeds.keys("l", DOWN, DOWN, ENTER)
    first = seeds.wait("return document.querySelector('#panel h2')?.textContent")
    assert first == seeds.js("return document.querySelectorAll('#items .entry bdi')[1].textContent")
    seeds.keys("g", LEFT)
    seeds.wait("return document.querySelector('#panel h2')?.textContent !== arguments[0]", first)
    seeds.keys("1")
    seeds.wait("return location.hash.includes('depth=1')")
    seeds.keys(ENTER)
    assert seeds.js("return document.activeElement.tagName") == "H2"
    seeds.keys(ESCAPE)
    seeds.wait("return !location.hash.includes('node=')")
    seeds.keys("?")
    seeds.wait("return document.getElementById('help-dialog').open")
    seeds.keys(ESCAPE)


def test_every_control_has_a_name(seeds: Browser) -> None:
    nameless = """
      return [...document.querySelectorAll('button, input, select, [role]')]
        .filter(e => !(e.innerText || '').trim() && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby')
          && !e.closest('label') && !e.hidden && !['presentation', 'status'].includes(e.getAttribute('role')))
        .map(e => e.outerHTML.slice(0, 120))"""
    assert [each for each in seeds.js(nameless) if 'hidden=""' not in each] == []


def test_dark_by_the_systems_wish(seeds: Browser) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = seeds.js(ground)
    try:
        seeds.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        )
        dark = seeds.wait(f"{ground} !== '{light}' && getComputedStyle(document.body).backgroundColor")
    finally:
        seeds.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert sum(map(int, dark[4:-1].split(","))) < 150 < 600 < sum(map(int, light[4:-1].split(",")))


def test_fits_a_phone(seeds: Browser) -> None:
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    try:
        seeds.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        seeds.wait("return innerWidth === 390")
        assert seeds.js("return document.documentElement.scrollWidth") <= 390
        seeds.click(".views [data-view=list]")
        seeds.click("#items .entry")
        seeds.wait("return document.body.dataset.view === 'panel' && document.querySelector('#panel h2')")
        assert seeds.js("return document.getElementById('panel').getBoundingClientRect().width") == 390
    finally:
        seeds.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_line_shows_who_says_it(seeds: Browser) -> None:
    search(seeds, "ZIP-FIT")
    seeds.wait_text("#panel h2", "ZIP-FIT")
    chip = seeds.js("return document.querySelector('#panel .chip bdi').textContent")
    seeds.js("document.querySelector('#panel .chip').click()")
    seeds.wait("return document.querySelector('#panel h2').textContent === arguments[0]", chip)


def test_data_is_what_the_graph_holds(seeds_page: Path, seeds_graph: Graph) -> None:
    text = seeds_page.read_text(encoding="utf-8")
    block = text.split('<script type="application/json" id="index">')[1].split("</script>")[0]
    index = json.loads(block)
    assert index["names"][::2] == [paper.id for paper in seeds_graph.papers()] + [c.id for c in seeds_graph.concepts()]
