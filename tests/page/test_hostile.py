"""Hostile titles, abstracts, names and links: nothing runs, nothing is asked for, everything shows as text."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hostile import TEXTS, hostile_graph
from page.conftest import Browser

pytestmark = pytest.mark.browser

#: Choose each node by its address and hand back what its details show.
SHOW_ALL = """
  const [ids, done] = arguments;
  (async () => {
    const seen = [];
    for (const id of ids) {
      document.querySelector('#panel').replaceChildren();
      location.hash = '#' + new URLSearchParams({ node: id });
      for (let wait = 0; wait < 400 && !document.querySelector('#panel h2'); wait++)
        await new Promise(run => setTimeout(run, 10));
      const panel = document.querySelector('#panel');
      seen.push([panel.querySelector('h2')?.textContent, panel.querySelector('.abstract')?.textContent ?? null,
                 [...panel.querySelectorAll('a')].map(a => a.href)]);
    }
    done(seen);
  })();"""


@pytest.fixture(scope="module")
def opened(browser: Browser, page_of: Callable[..., Path]) -> Browser:
    browser.open(page_of(hostile_graph()))
    browser.driver.set_script_timeout(60)
    return browser


def test_there_are_forty() -> None:
    assert len(TEXTS) == len(set(TEXTS)) == 40


def test_papers_and_concepts_show_their_texts_and_nothing_runs(opened: Browser) -> None:
    graph = hostile_graph()
    elements = (
        "return document.querySelectorAll('script:not([type]), img, iframe, link, meta, base, style, object').length"
    )
    before = opened.js(elements)
    papers = opened.driver.execute_async_script(SHOW_ALL, [paper.id for paper in graph.papers()])
    for paper, (title, abstract, links) in zip(graph.papers(), papers, strict=True):
        assert title == paper.title
        assert abstract == paper.abstract
        assert links
        assert all(re.match(r"https?://", link) for link in links)
    concepts = opened.driver.execute_async_script(SHOW_ALL, [concept.id for concept in graph.concepts()])
    assert [name for name, _, _ in concepts] == [concept.name for concept in graph.concepts()]
    assert opened.js("return typeof window.hacked") == "undefined"
    assert opened.js(elements) == before
    assert opened.requests() == []
    assert opened.complaints() == []


def test_the_list_and_the_search_show_them(opened: Browser) -> None:
    listed = opened.js("return [...document.querySelectorAll('#items .entry bdi')].map(e => e.textContent)")
    assert set(listed) == set(TEXTS)
    opened.js(
        "const s = document.getElementById('search'); s.focus(); s.value = '<img'; s.dispatchEvent(new Event('input'))"
    )
    opened.wait_text("#suggestions .suggestion", "<img src=x onerror=")
    assert opened.js("return document.querySelectorAll('#suggestions img').length") == 0
    assert opened.js("return typeof window.hacked") == "undefined"


def test_what_leaves_the_page_is_well_formed(opened: Browser) -> None:
    opened.js("location.hash = ''")
    opened.wait("return document.querySelector('#status').textContent.includes('Showing 40 of 40')")
    for key, name in (("graphml", "papers.graphml"), ("svg", "papers.svg")):
        (opened.downloads / name).unlink(missing_ok=True)
        opened.click(f"[data-export={key}]")
        root = ElementTree.parse(opened.download(name)).getroot()
        assert not [each for each in root.iter() if each.tag.endswith(("}script", "}a", "}image"))]
    (opened.downloads / "nodes.csv").unlink(missing_ok=True)
    opened.click("[data-export=nodes]")
    assert "'=HYPERLINK" in opened.download("nodes.csv").read_text(encoding="utf-8-sig")


def test_nothing_a_paper_says_stands_raw_in_the_file(page_of: Callable[..., Path]) -> None:
    text = page_of(hostile_graph()).read_text(encoding="utf-8")
    for script in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL):
        assert "<" not in script
    assert text.count("<script") == len(re.findall(r"</script>", text)) + 1  # vis-network has one in a string
    outside = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "hacked=1</script>" not in outside
    assert "<img" not in outside
