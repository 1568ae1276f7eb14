"""Allure's report in a real browser, from disk: what it counts, that it remembers, and that nothing leaves it."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from keepcall.cli import main
from keepcall.errors import KeepcallError
from keepcall.report.allure import node, results
from keepcall.report.allure.node import NoNodeError
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS

if TYPE_CHECKING:
    from tests.report.browser.conftest import Seen

See = Callable[[Path], "Seen"]
TEXT = "return document.body.innerText"
SHOWN = "return document.querySelector('[data-testid=test-result-nav-current]').innerText"
LINK = "[data-testid=test-result-meta-link] a[href]"
ANCHORS = ("KC-SEL-07", "failure-KC-SEL-07", "repeat")
NAMES = tuple(str(category["name"]) for category in results.CATEGORIES)


EVERY = """
import pytest
from keepcall.contract import requirements
from keepcall.report.allure import results as allure

class Inconclusive(Exception): ...
class Failure(AssertionError): ...

ENDS = {
    "KC-SEL-01": (lambda: None), "KC-SEL-07": (Failure, "KC-SEL-07 (MUST): a statement"),
    "KC-XML-09": (Failure, "KC-XML-09 (SHOULD): a statement"), "KC-STA-05": (Inconclusive, "inconclusive: no answer"),
    "KC-TYPE-01": (RuntimeError, "the lab said <script>window.owned = 1</script> električina"),
    "KC-UNM-06": (pytest.skip.Exception, "not tested: no lab"),
    "KC-AUTH-05": (pytest.skip.Exception, "not claimed: no expired token"),
}

@pytest.mark.parametrize("name", ENDS)
def test_it(name):
    allure.label(requirements.load().get(name), "valid", f"a title for {name}")
    end = ENDS[name]
    if isinstance(end, tuple):
        raise end[0](end[1])
"""


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Allure's page of a run that ended in every way that there is."""
    folder = tmp_path_factory.mktemp("every")
    (folder / "test_every.py").write_text(EVERY, encoding="utf-8")
    words = ["-q", "-p", "no:cacheprovider", "-p", "allure_pytest.plugin", "--alluredir", "results", "test_every.py"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    subprocess.run([sys.executable, "-m", "pytest", *words], cwd=folder, env=environment, check=False)
    results.write_categories(folder / "results")
    try:
        return results.render(folder / "results", folder / "allure.html")
    except NoNodeError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good run and then a faulty one, with a history; the folder of the second."""
    try:
        node.allure(node.find())
    except KeepcallError as error:
        pytest.skip(f"Allure is not to be had: {error}")
    folder = tmp_path_factory.mktemp("allure")
    for name, fault in (("good", ""), ("bad", "takes_the_first_of_several_calls")):
        with RunningServer(FAULTS[fault].server() if fault else None) as server:
            known = server.settings
            words = ["--url", server.url, "--api-key", known.api_key, "--token", known.token, "--lab", server.lab_url]
            words += ["--only", "KC-SEL-07", "KC-AUTH-05", "--allure", "--history", str(folder / "history")]
            main.main(["run", *words, "--output", str(folder / name)])
    return folder / "bad"


def opened(see: See, path: Path, word: str) -> tuple["Seen", str]:
    """The page, once it holds a word: a busy browser now and then leaves a page unfinished."""
    seen = see(path)
    for _ in range(2):
        with suppress(TimeoutException):
            WebDriverWait(seen.driver, 60).until(lambda driver: word in driver.execute_script(TEXT))
            return seen, str(seen.ask(TEXT))
        seen.driver.refresh()
    raise AssertionError(f"no {word!r} in {seen.ask(TEXT)!r}, {seen.errors}")


def test_it_opens_from_disk_without_an_error_and_asks_for_nothing(see: See, ran: Path) -> None:
    seen, _ = opened(see, ran / "allure.html", "Metadata")

    assert (seen.errors, seen.requests) == ([], [])


def test_it_counts_what_the_report_counts_and_says_its_verdict(see: See, ran: Path) -> None:
    report = json.loads((ran / "report.json").read_text(encoding="utf-8"))
    verdicts = Counter(test["verdict"] for entry in report["requirements"] for test in entry["tests"])
    _, text = opened(see, ran / "allure.html", "Metadata")
    lines = text.splitlines()

    def beside(word: str) -> str:
        return lines[lines.index(word) + 1]

    assert (beside("Total"), beside("Failed")) == (str(verdicts.total()), str(verdicts["fail"]))
    assert beside("Skipped") == str(verdicts["not claimed"])
    assert (beside("Verdict"), beside("Scope"), beside("URL")) == (
        report["verdict"], report["scope"], report["target"]["url"],
    )  # fmt: skip


def test_every_way_to_end_is_counted_as_what_it_is(see: See, every: Path) -> None:
    seen, text = opened(see, every, "Total")
    lines = text.splitlines()
    counts = {word: lines[lines.index(word) + 1] for word in ("Total", "Passed", "Failed", "Broken", "Skipped")}

    assert counts == {"Total": "7", "Passed": "1", "Failed": "2", "Broken": "2", "Skipped": "2"}
    assert (seen.errors, seen.requests) == ([], [])
    assert seen.ask("return window.owned === undefined") is True


def test_it_remembers_the_run_before(see: See, ran: Path) -> None:
    _, text = opened(see, ran / "allure.html", "Metadata")
    kept = (ran.parent / "history" / "allure-history.jsonl").read_text(encoding="utf-8").splitlines()
    before, after = (set(json.loads(line)["testResults"]) for line in kept)

    assert before == after != set()
    assert "New tests" not in text


def test_the_history_of_a_result_and_the_graphs_show_the_run_before(see: See, ran: Path) -> None:
    seen = leaf(see, ran / "allure.html")
    seen.ask("document.querySelector('[data-testid=test-result-tab-history]').click()")
    (before,) = awaited(seen, "[data-testid=test-result-history-item]")
    assert before.find_elements(By.CSS_SELECTOR, "[data-testid=tree-leaf-status-passed]")

    graphs = see(ran / "allure.html")
    graphs.ask("location.hash = '#charts'")
    WebDriverWait(graphs.driver, 60).until(lambda driver: "Test results by severities" in driver.execute_script(TEXT))
    dynamics = str(graphs.ask(TEXT)).partition("Status dynamics")[2].partition("Test results by severities")[0]
    runs = [line for line in dynamics.split() if not line.isdigit()]
    assert len(runs) == 2
    assert runs[1] == "Latest"
    assert (graphs.errors, graphs.requests) == ([], [])


def test_its_categories_are_the_verdicts_of_the_report(see: See, ran: Path) -> None:
    report = json.loads((ran / "report.json").read_text(encoding="utf-8"))
    verdicts = Counter(test["verdict"] for entry in report["requirements"] for test in entry["tests"])
    seen, _ = opened(see, ran / "allure.html", "Metadata")
    seen.ask("document.querySelector('[data-testid=nav-tab-categories]').click()")
    WebDriverWait(seen.driver, 60).until(lambda driver: "Not claimed: " in driver.execute_script(TEXT))
    lines = str(seen.ask(TEXT)).splitlines()

    counted = {line.partition(":")[0]: lines[at + 1] for at, line in enumerate(lines) if line in NAMES}
    assert counted == {
        "Failed requirements (MUST)": str(verdicts["fail"]),
        "Not claimed": str(verdicts["not claimed"]),
    }


def test_links_lead_to_requirement_findings_and_command_wherever_the_folder_is(
    see: See, ran: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(ran, tmp_path / "sent by mail ž#1")
    seen = leaf(see, moved / "allure.html")
    last = ""
    for number in range(3):
        link = awaited(seen, LINK)[number]
        last = str(link.text)
        link.click()
        first, opened_ = seen.driver.window_handles
        seen.driver.switch_to.window(opened_)
        place, _, anchor = str(seen.driver.current_url).rpartition("#")
        there = seen.ask("return !!document.getElementById(location.hash.slice(1))")
        seen.driver.close()
        seen.driver.switch_to.window(first)
        assert (place, anchor) == ((moved / "report.html").as_uri(), ANCHORS[number])
        assert there is True
    assert last == "How to run it again"


def test_links_are_those_of_the_result_that_is_shown(see: See, ran: Path) -> None:
    seen = leaf(see, ran / "allure.html")
    places = list[str]()
    for _ in range(12):  # the eleven of one requirement, then the first of the other
        places.append(str(awaited(seen, LINK)[0].get_attribute("href")).rpartition("#")[2])
        (number,) = awaited(seen, "[data-testid=test-result-nav-current]")
        shown = number.text
        seen.ask("document.querySelector('[data-testid=test-result-nav-next]').click()")
        WebDriverWait(seen.driver, 60).until(
            lambda driver, shown=shown: driver.execute_script(SHOWN) != shown  # type: ignore[misc]
        )

    assert places == ["KC-SEL-07"] * 11 + ["KC-AUTH-05"]
    assert str(awaited(seen, LINK)[1].get_attribute("href")).endswith("report.html#repeat")


def leaf(see: See, path: Path) -> "Seen":
    """The first result of a page, opened."""
    seen = see(path)
    awaited(seen, "[data-testid=tree-leaf]")
    seen.ask("document.querySelector('[data-testid=tree-leaf]').click()")
    awaited(seen, LINK)
    return seen


def awaited(seen: "Seen", css: str) -> list[WebElement]:
    found: list[WebElement] = WebDriverWait(seen.driver, 60).until(
        lambda driver: driver.find_elements(By.CSS_SELECTOR, css)
    )
    return found
