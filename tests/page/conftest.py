"""A headless Chromium without any network, and pages written for it; skipped with a word where there is none."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import page
from kg.graph import Graph

webdriver = pytest.importorskip("selenium.webdriver")

#: Seconds: what a machine with two cores that is busy with other things needs for one step of the page.
PATIENCE = 60.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1440,980",
)
CHROMIUM = os.environ.get("KG_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = os.environ.get("KG_CHROMEDRIVER") or shutil.which("chromedriver")


class Browser:
    """A Chromium that shows one page at a time and knows what it asked of the network and said in the console."""

    def __init__(self, profile: Path, downloads: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.add_experimental_option(
            "prefs",
            {
                "download.default_directory": str(downloads),
                "profile.default_content_setting_values.automatic_downloads": 1,
            },
        )
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
        self.driver.set_script_timeout(PATIENCE)
        self.downloads = downloads

    def open(self, path: Path, fragment: str = "") -> None:
        """Load a page afresh and wait until it is ready; the logs of the page before are forgotten."""
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(path.as_uri() + (f"#{fragment}" if fragment else ""))
        self.wait("return document.body && document.body.dataset.ready === 'true'")

    def js(self, script: str, *arguments: object) -> Any:
        """The value a script returns."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, script: str, *arguments: object) -> Any:
        """The first truthy value a script returns; fails after `PATIENCE` seconds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.js(script, *arguments):
                return found
            time.sleep(0.05)
        shown = self.js("return document.body.innerText.slice(0, 1500)")
        raise AssertionError(f"never came true: {script}\nthe page shows:\n{shown}")

    def text(self, selector: str) -> str:
        """The text a reader sees in an element."""
        return str(self.js("return document.querySelector(arguments[0]).innerText", selector))

    def wait_text(self, selector: str, text: str) -> None:
        self.wait(
            "const e = document.querySelector(arguments[0]); return e && e.innerText.includes(arguments[1])",
            selector,
            text,
        )

    def click(self, selector: str) -> None:
        self.wait("return document.querySelector(arguments[0])", selector)
        self.js("document.querySelector(arguments[0]).click()", selector)

    def keys(self, *keys: str) -> None:
        """Type into whatever has the focus."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def download(self, name: str) -> Path:
        """The file of this name once it is complete."""
        path = self.downloads / name
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if path.exists() and not path.with_name(name + ".crdownload").exists() and path.stat().st_size:
                return path
            time.sleep(0.05)
        raise AssertionError(
            f"{name} was never downloaded; there are {sorted(p.name for p in self.downloads.iterdir())}"
        )

    def requests(self) -> list[str]:
        """Every address asked for since `open`, the page itself and data inside it apart."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked = message["params"]["request"]["url"]
                if not asked.startswith(("data:", "blob:", "about:", "chrome:")) and asked != self.driver.current_url:
                    found.append(asked)
        return [each for each in found if each.partition("#")[0] != self.driver.current_url.partition("#")[0]]

    def complaints(self) -> list[str]:
        """Everything the console says since `open`."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests of the page."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no Chromium with chromedriver here: apt-get install chromium chromium-driver")
    opened = Browser(tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("downloads"))
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes the page of a graph and gives its path."""

    def written(graph: Graph, **options: Any) -> Path:
        path = tmp_path_factory.mktemp("page") / "graph.html"
        page.write(graph, path, **options)
        return path

    return written
