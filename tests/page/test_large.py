"""A graph of very many papers in a real Chromium: communities first, papers on opening one, all within reach."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from page.conftest import Browser
from page.test_writing import graph_of

pytestmark = pytest.mark.browser
SHOWING = "return document.querySelector('#status span')?.textContent || ''"
PAPERS = 1100


@pytest.fixture(scope="module")
def large_page(page_of: Callable[..., Path]) -> Path:
    return page_of(graph_of(PAPERS), max_nodes=500)


@pytest.fixture
def large(browser: Browser, large_page: Path) -> Iterator[Browser]:
    browser.open(large_page)
    yield browser
    assert browser.requests() == []
    assert browser.complaints() == []


def papers_shown(page: Browser) -> int:
    return int(page.js(SHOWING).split()[1].replace(",", ""))


def test_communities_first_and_papers_on_opening_one(large: Browser) -> None:
    assert large.js(SHOWING).startswith("Showing 0 of 1,100 papers")
    assert "choose an area" in large.js(SHOWING)
    assert large.js("return performance.getEntriesByName('painted').length") == 1
    large.js("location.hash = 'region=0&open=0'")
    large.wait(f"{SHOWING.replace('return ', 'return !(')}).startsWith('Showing 0')")
    opened = papers_shown(large)
    assert 0 < opened < PAPERS
    large.wait_text("#panel .kindline", "Community")
    large.js("[...document.querySelectorAll('#panel .buttons button')].find(e => e.textContent === 'Close it').click()")
    large.wait(f"{SHOWING}.startsWith('Showing 0')")


def test_search_brings_in_a_paper_and_expansion_its_neighbours(large: Browser) -> None:
    large.keys("/")
    large.keys("Paper 777")
    large.wait_text("#suggestions .suggestion", "Paper 777")
    large.keys("\ue007")
    large.wait_text("#panel h2", "Paper 777")
    assert large.js("return document.querySelector('#panel .abstract').textContent") == "We use things. Number 777."
    assert papers_shown(large) == 1
    large.wait_text("#panel", "both speak of")
    large.js("document.querySelector('#panel .chip[data-node]:last-child').click()")
    large.wait("return document.querySelector('#panel h2').textContent !== 'Paper 777'")
    large.js(
        "[...document.querySelectorAll('#panel button')].find(e => e.textContent === 'Bring in its neighbours').click()"
    )
    large.wait("return location.hash.includes('add=')")
    shown = papers_shown(large)
    large.js("location.hash = location.hash.replace(/node=[^&]*/, '')")
    large.wait("return !location.hash.includes('node=')")
    assert papers_shown(large) == shown >= 1


def test_the_list_reaches_every_paper(large: Browser) -> None:
    assert large.js("return document.querySelector('#tab-papers span').textContent") == "1,100"
    large.keys("l", "\ue010")
    large.wait("return document.querySelectorAll('#items .entry').length === 1100")
