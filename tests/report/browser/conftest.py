"""A real browser, headless, and with no network that a page may use unseen."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage", "--window-size=1200,900",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


@dataclass(slots=True)
class Seen:
    """What a browser made of a page.

    Attributes:
        driver: the browser, at the page.
        errors: what stood in its console.
        requests: what it asked for besides the file itself.
    """

    driver: webdriver.Chrome
    errors: list[str]
    requests: list[str]

    def emulate(self, *, media: str = "screen", scheme: str = "light", width: int = 1200) -> None:
        """Another medium, colour scheme, or width."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def ask(self, script: str) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script)


def programs() -> tuple[str, str]:
    found = shutil.which("chromium") or "", shutil.which("chromedriver") or ""
    if not all(found):
        if os.environ.get("CI"):
            raise RuntimeError("CI installs chromium and chromium-driver, and they are not there")
        pytest.skip("no browser: `apt-get install chromium chromium-driver`")
    return found


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """The browser, with a profile of its own."""
    chromium, chromedriver = programs()
    options = Options()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(chromedriver))
    driver.set_page_load_timeout(120)
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


@pytest.fixture
def see(browser: webdriver.Chrome) -> Callable[[Path], Seen]:
    """Opens a file from disk."""

    def open_(path: Path) -> Seen:
        for kind in ("browser", "performance"):
            log(browser, kind)
        browser.get(path.as_uri())
        seen = Seen(browser, *told(browser, path))
        seen.emulate()
        return seen

    return open_


def log(browser: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:
    """What the browser has noted since it was last asked."""
    found: list[dict[str, Any]] = browser.get_log(kind)  # type: ignore[no-untyped-call]
    return found


def told(browser: webdriver.Chrome, path: Path) -> tuple[list[str], list[str]]:
    """Console and requests since they were last asked for."""
    events = [json.loads(entry["message"])["message"] for entry in log(browser, "performance")]
    urls = [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]
    own = (path.as_uri(), "data:", "blob:", "chrome:", "chrome-untrusted:", "about:")
    return [entry["message"] for entry in log(browser, "browser")], [u for u in urls if not u.startswith(own)]
