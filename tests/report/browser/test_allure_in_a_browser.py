"""Allure's report in a real browser, from disk: what it counts, that it remembers, and that nothing leaves it."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.support.wait import WebDriverWait

from keepcall import cli
from keepcall.errors import KeepcallError
from keepcall.report import allure, node
from keepcall.report.node import NoNodeError
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS

if TYPE_CHECKING:
    from tests.report.browser.conftest import Seen

See = Callable[[Path], "Seen"]
TEXT = "return document.body.innerText"


EVERY = """
import pytest
from keepcall import catalogue
from keepcall.report import allure

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
    allure.label(catalogue.load().get(name), "valid", f"a title for {name}")
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
    allure.write_categories(folder / "results")
    try:
        return allure.render(folder / "results", folder / "allure.html")
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
            cli.main(["run", *words, "--output", str(folder / name)])
    return folder / "bad"


def opened(see: See, path: Path, word: str) -> tuple["Seen", str]:
    seen = see(path)
    WebDriverWait(seen.driver, 60).until(lambda driver: word in driver.execute_script(TEXT))
    return seen, str(seen.ask(TEXT))


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


def test_results_link_to_the_text_of_their_requirement(ran: Path) -> None:
    files = sorted((ran / "allure-results").glob("*-result.json"))
    links = {link["url"] for file in files for link in json.loads(file.read_text(encoding="utf-8"))["links"]}
    page = (ran / "report.html").read_text(encoding="utf-8")

    assert links == {"report.html#KC-SEL-07", "report.html#KC-AUTH-05", "report.html#repeat"}
    assert all(f'id="{link.partition("#")[2]}"' in page for link in links)
