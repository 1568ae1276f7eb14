"""What a pytest run with our labels and attachments leaves for Allure."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keepcall.report.allure import results as allure

SUITE = """
import pytest
from keepcall.contract import requirements
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.violation import Violation
from keepcall.contract.outcomes import Finding
from keepcall.report.allure import results as allure
from keepcall.contract.request import encode_request, keep


class Inconclusive(Exception): ...
class Failure(AssertionError): ...


def exchange(body=b"<VerbaApi/>"):
    request = keep(action="KeepCall", extension="8856").by("GET")
    answer = Answer(200, "OK", (("Content-Type", "text/xml"),), body)
    encoded = encode_request(request, "form")
    return Exchange(request, encoded, "http://127.0.0.1:1/verba/api", answer, sent=b"GET / HTTP/1.1")


def about(name, *exchanges, findings=()):
    allure.label(requirements.load().get(name), "missing_parameter", f"a title for {name}")
    allure.attach(exchanges, findings)


def finding(exchange, twin=None):
    return Finding(Violation("Wrong", "this", "that"), "there", exchange, twin)


def test_fail():
    shown, twin = exchange("\\x1b[31m\\u202ered".encode()), exchange()
    about("KC-SEL-07", shown, findings=[finding(shown, twin), finding(shown)])
    raise Failure("KC-SEL-07 (MUST): a statement\\n\\ngot (SHOULD)")


def test_remark():
    about("KC-XML-09", exchange(), findings=[finding(exchange())])
    raise Failure("KC-XML-09 (SHOULD): a statement\\n\\ngot (MUST)")


def test_inconclusive():
    about("KC-STA-05", *[exchange()] * 15)
    raise Inconclusive("inconclusive: no answer\\nwithin 10 s")


def test_broken():
    about("KC-TYPE-01")
    raise RuntimeError("the lab said\\ninconclusive: KC-SEL-07 (MUST)")


def test_not_tested():
    about("KC-UNM-06")
    pytest.skip("not tested: no lab\\nnot claimed: ")


def test_not_claimed():
    about("KC-AUTH-05")
    pytest.skip("not claimed: no expired token")


def test_pass():
    about("KC-SEL-06", exchange(), exchange())
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Allure's result of each test, its attachments read."""
    folder = tmp_path_factory.mktemp("allure")
    (folder / "test_it.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--alluredir", "results", "test_it.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False, encoding="utf-8"
    )
    assert "4 failed, 1 passed, 2 skipped" in done.stdout
    found = {}
    for file in (folder / "results").glob("*-result.json"):
        result = json.loads(file.read_text())
        for attachment in result.get("attachments", ()):
            attachment["text"] = (folder / "results" / attachment["source"]).read_bytes().decode()
        found[result["fullName"].partition("#")[2].removeprefix("test_")] = result
    return found


def labels(result: dict[str, Any], name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


def matches(result: dict[str, Any], *, whole: bool) -> Iterator[str]:
    """The categories of a result: Java looks for the whole message, JavaScript for a part."""
    for category in allure.CATEGORIES:
        fits = re.fullmatch if whole else re.search
        message = result.get("statusDetails", {}).get("message", "")
        if result["status"] in str(category["matchedStatuses"]) and fits(str(category["messageRegex"]), message):
            yield str(category["name"]).partition(":")[0]


@pytest.mark.parametrize("whole", [True, False], ids=["Allure 2", "Allure 3"])
@pytest.mark.parametrize(
    ("test", "categories"),
    [
        ("fail", ["Failed requirements (MUST)"]),
        ("remark", ["Remarks (SHOULD)"]),
        ("inconclusive", ["Inconclusive"]),
        ("broken", ["Broken"]),
        ("not_tested", ["Not tested"]),
        ("not_claimed", ["Not claimed"]),
        ("pass", []),
    ],
)
def test_each_verdict_has_its_category(
    results: dict[str, dict[str, Any]], test: str, categories: list[str], *, whole: bool
) -> None:
    assert list(matches(results[test], whole=whole)) == categories


def test_nothing_but_a_pass_looks_like_one(results: dict[str, dict[str, Any]]) -> None:
    assert [test for test, result in results.items() if result["status"] == "passed"] == ["pass"]


def test_a_result_says_what_it_is_about(results: dict[str, dict[str, Any]]) -> None:
    result = results["fail"]

    assert result["name"] == "a title for KC-SEL-07"
    assert labels(result, "epic") == ["KeepCall"]
    assert labels(result, "feature") == ["Missing parameter"]
    assert labels(result, "story")[0].startswith("KC-SEL-07 If more than one on-demand call matches")
    assert labels(result, "tag") == ["KC-SEL-07", "MUST"]
    assert labels(result, "severity") == ["critical"]
    assert labels(results["remark"], "severity") == ["minor"]
    assert "If more than one" in result["descriptionHtml"]
    assert "Source: Keep Call page" in result["descriptionHtml"]


def test_a_failure_has_the_parts_of_each_exchange_that_shows_it(results: dict[str, dict[str, Any]]) -> None:
    names = [attachment["name"] for attachment in results["fail"]["attachments"]]

    assert names == [f"{part} {number} of 2" for number in (1, 2) for part in ("request", "answer", "curl")]
    assert [attachment["name"] for attachment in results["remark"]["attachments"]] == ["request", "answer", "curl"]


def test_nothing_in_an_attachment_acts(results: dict[str, dict[str, Any]]) -> None:
    texts = [attachment["text"] for result in results.values() for attachment in result.get("attachments", ())]

    assert any("\\x1b[31m\\u202ered" in text for text in texts)
    assert {c for text in texts for c in text if not c.isprintable()} <= {"\n"}


def test_other_results_have_all_exchanges_in_one_text(results: dict[str, dict[str, Any]]) -> None:
    (told,) = results["pass"]["attachments"]
    (cut,) = results["inconclusive"]["attachments"]

    assert told["text"].count("curl -sS") == 2
    assert told["text"].count("HTTP 200 OK") == 2
    assert cut["text"].count("curl -sS") == 6
    assert cut["text"].endswith("… and 9 more\n")


def test_categories_are_written_as_allure_reads_them(tmp_path: Path) -> None:
    allure.write_categories(tmp_path)

    written = json.loads((tmp_path / "categories.json").read_text())
    assert [set(category) for category in written] == [{"name", "matchedStatuses", "messageRegex"}] * 6


def test_the_environment_is_escaped(faulty: dict[str, Any], hostile: str, tmp_path: Path) -> None:
    target = {"name": f"  # a = b : c \\ ž 𝄞 {hostile}", "url": "https://x/y"}
    allure.write_environment(tmp_path, {**faulty, "target": target})

    lines = (tmp_path / "environment.properties").read_text("ascii").splitlines()
    found = dict(line.split("=", 1) for line in lines)
    assert list(found) == ["Verdict", "Scope", "Target", "URL", "Started", "Requests", "Suite"]
    assert found["Verdict"] == "not conformant"
    assert found["Target"].startswith(r"# a = b : c \\ \u017e \ud834\udd1e \\x1b[2J")
    assert found["URL"] == "https://x/y"
