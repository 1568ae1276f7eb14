"""Who earns a certificate, and what it says: read back by other programs."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from keepcall.cli import main
from keepcall.contract import requirements
from keepcall.report import digests, raw
from keepcall.report.certificate import certificate, typesetting
from keepcall.report.certificate.certificate import Issue
from keepcall.report.digests import of
from keepcall.report.waiving import Waived, Waiver

Runs = Callable[..., Path]
HOSTILE = (
    '#panic("x") $x$ *b* _i_ `c` <a> @ref #let x = 1 \\ "q" \x1b[31m \u202e </p><script>alert(1)</script> 電話 žlu'
)


def pages(path: Path) -> list[str]:
    """The text of a PDF, page by page, as poppler reads it."""
    program = shutil.which("pdftotext")
    if not program:
        pytest.skip("pdftotext is not installed: `apt-get install poppler-utils`")
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, encoding="utf-8", check=True)
    return done.stdout.split("\f")[:-1]


def flat(text: str) -> str:
    return " ".join(text.split())


def certify(folder: Path, *words: str) -> int:
    return main.main(["certify", str(folder), *words])


def test_a_conformant_run_earns_a_certificate(ran: Runs) -> None:
    folder = ran()

    assert certify(folder, "--by", "Example Laboratories") == 0
    assert {path.name for path in (folder / "certificate").iterdir()} == {
        "report.json", "certificate.pdf", "certificate.html",
    }  # fmt: skip


def test_verdict_scope_and_limits_are_on_its_first_page(ran: Runs) -> None:
    folder = ran()
    certify(folder, "--by", "Example Laboratories")
    first, *rest = pages(folder / "certificate" / "certificate.pdf")
    text = flat(first)

    assert 0 < len(rest) <= 2
    for words in (
        "Certificate of conformity", "Conformant", "The server did what the KeepCall contract demands",
        "Example recorder 9.8 žluťoučký", "https://recorder.example/verba/api", "23 November 2026, 09:00 UTC",
        "by Example Laboratories", "Answers and effects", "What this does not say", "cannot show that there is none",
        "Not signed",
    ):  # fmt: skip
        assert words in text


def test_pdf_and_html_say_what_the_report_says(ran: Runs) -> None:
    folder = ran({"KC-XML-09": ("fail", "x"), "KC-AUTH-05": ("not claimed", "no expired token")})
    certify(folder)
    expected = {entry["id"]: entry["verdict"] for entry in raw_of(folder)["requirements"]}

    page = LexborHTMLParser((folder / "certificate" / "certificate.html").read_text(encoding="utf-8"))
    rows = [(row.css("th")[0].text(), row.css("td")[2].text()) for row in page.css("tbody tr")]
    assert dict(rows) == expected
    assert len(rows) == len(expected)
    first, *rest = pages(folder / "certificate" / "certificate.pdf")
    assert "Conformant with remarks" in first
    assert "KC-XML-09" in first
    text = flat(" ".join(rest))
    assert {name for name in expected if name in text} == set(expected)
    assert (len(re.findall(r"\bfail\b", text)), text.count("not claimed")) == (1, 1)


def raw_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


def test_answers_only_is_said_with_the_verdict(ran: Runs) -> None:
    folder = ran(reads_back=False)
    certify(folder)
    text = flat(pages(folder / "certificate" / "certificate.pdf")[0])

    assert "Conformant, answers only" in text
    assert "Whether a call that was reported as kept was kept" in text
    assert "Out of scope, since effects could not be seen: KC-" in text
    assert "KC-EFF-05" in text


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ({"KC-SEL-07": ("fail", "x")}, "The verdict is not conformant (1 MUST failed: KC-SEL-07)."),
        ({"KC-SEL-07": ("inconclusive", "x")}, "The verdict is incomplete (1 MUST inconclusive: KC-SEL-07)."),
    ],
    ids=["not conformant", "incomplete"],
)
def test_a_run_that_earns_none_is_refused_with_the_reason(
    ran: Runs, capfd: pytest.CaptureFixture[str], faults: dict[str, Any], told: str
) -> None:
    folder = ran(faults)

    assert certify(folder) == 1
    assert told in capfd.readouterr().err
    assert not (folder / "certificate").exists()


def test_a_run_that_did_not_come_to_its_end_is_refused(ran: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    assert certify(ran(lost=("suites/valid/test_it.py::test_lost",))) == 1
    assert "1 of its tests did not come to an end" in capfd.readouterr().err


def change_verdict(report: dict[str, Any]) -> None:
    report["verdict"] = "conformant"


def change_and_seal(report: dict[str, Any]) -> None:
    report["verdict"] = "conformant"
    report["end"] = raw.sealed(report)["end"]


@pytest.mark.parametrize("change", [change_verdict, change_and_seal])
def test_an_edited_run_is_refused(
    ran: Runs, capfd: pytest.CaptureFixture[str], change: Callable[[dict[str, Any]], None]
) -> None:
    assert certify(ran({"KC-SEL-07": ("fail", "x")}, change=change)) == 1
    assert "The report cannot be trusted" in capfd.readouterr().err


def test_a_run_of_an_older_format_is_refused(ran: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    def age(report: dict[str, Any]) -> None:
        for key in ("end", "digests", "procedure"):
            del report[key]
        report["format"] = "keepcall-report/1"

    assert certify(ran(change=age)) == 1
    assert "older format" in capfd.readouterr().err


def test_a_run_older_than_its_requirements_is_refused(ran: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    def age(report: dict[str, Any]) -> None:
        listed = tuple(requirements.load())
        other = type(requirements.load()).of([replace(listed[0], statement="It did something else."), *listed[1:]])
        report["procedure"]["requirements"] = digests.requirements(other)
        report["end"]["digest"] = of({key: value for key, value in report.items() if key != "end"})

    assert certify(ran(change=age)) == 1
    assert "those of this suite are of revision" in capfd.readouterr().err


def test_a_cut_run_is_refused(ran: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    folder = ran()
    path = folder / "report.json"
    path.write_bytes(path.read_bytes()[:5_000])

    assert certify(folder) == 2
    assert "is cut off" in capfd.readouterr().err


@pytest.mark.parametrize("faults", [{"KC-SEL-07": ("fail", "x")}, {}], ids=["not conformant", "conformant"])
def test_a_plain_report_can_always_be_printed_and_says_that_it_is_none(ran: Runs, faults: dict[str, Any]) -> None:
    folder = ran(faults)

    assert certify(folder, "--plain") == 0
    first = flat(pages(folder / "certificate" / "test-report.pdf")[0])
    assert "This is a test report and no certificate." in first
    assert "Certificate of conformity" not in first
    assert "no certificate" in (folder / "certificate" / "test-report.html").read_text(encoding="utf-8")


def test_waivers_are_on_it_and_change_nothing(ran: Runs) -> None:
    waiver = Waiver("KC-XML-09", "x", "Jane Doe", "known since 2024", date(2027, 1, 31))
    folder = ran({"KC-XML-09": ("fail", "x")}, waivers=(Waived(waiver, "applied"),))
    certify(folder)
    first = flat(pages(folder / "certificate" / "certificate.pdf")[0])

    assert "Conformant with remarks" in first
    assert "Jane Doe, until 2027-01-31: known since 2024" in first


def test_whatever_a_server_says_is_text_and_nothing_else(ran: Runs) -> None:
    observed = [{"id": "KC-OBS-1", "group": HOSTILE, "question": HOSTILE, "answer": HOSTILE + "x" * 5_000}]
    folder = ran({"KC-XML-09": ("fail", HOSTILE)}, observations=observed)
    assert certify(folder, "--by", HOSTILE) == 0
    pdf = "\n".join(pages(folder / "certificate" / "certificate.pdf"))
    html = (folder / "certificate" / "certificate.html").read_text(encoding="utf-8")

    assert '#panic("x") $x$' in pdf
    assert "\x1b" not in pdf + html
    assert "\u202e" not in pdf + html
    assert "<script" not in html
    assert len(pdf) < 40_000


def test_the_same_run_makes_the_same_certificate(ran: Runs) -> None:
    report, issue = raw_of(ran()), Issue(date(2026, 11, 24), "Example Laboratories", "ab" * 32)
    first, second = (typesetting.pdf(certificate.view(report, issue), issue) for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF")
