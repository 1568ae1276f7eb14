"""No certificate is made of a report that says what catalogue and rules do not; and what is checked is signed."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keepcall.cli import main
from keepcall.contract import requirements
from keepcall.report import digests, raw
from keepcall.report.certificate import certificate

Runs = Callable[..., Path]
Report = dict[str, Any]

FAILED = {"KC-SEL-07": ("fail", "it was granted")}
DOCS = Path(__file__).parents[3] / "docs" / "certificates.md"


def entry_of(report: Report, name: str) -> Report:
    return next(entry for entry in report["requirements"] if entry["id"] == name)


def seal(report: Report) -> None:
    """What anybody can do who has rewritten a report: counts, digests and the seal follow."""
    verdicts = [(entry["level"], entry["verdict"]) for entry in report["requirements"]]
    report["counts"] = {
        level: {word: verdicts.count((level, word)) for _, word in sorted(set(verdicts)) if (level, word) in verdicts}
        for level in ("MUST", "SHOULD")
    }
    report["digests"]["procedure"] = digests.of(report["procedure"])
    report["digests"]["configuration"] = digests.configuration(report["configuration"])
    report["end"] = raw.sealed(report)["end"]


def only_one_is_left(report: Report) -> None:
    report["requirements"] = [entry_of(report, "KC-SEL-01")]
    report["contract"]["requirements"] = 1
    report["verdict"] = "conformant"
    seal(report)


def the_failed_one_is_missing(report: Report) -> None:
    report["requirements"].remove(entry_of(report, "KC-SEL-07"))
    report["verdict"] = "conformant"
    seal(report)


def a_must_is_a_should(report: Report) -> None:
    entry_of(report, "KC-SEL-07")["level"] = "SHOULD"
    report["verdict"] = "conformant with remarks"
    seal(report)


def a_must_has_a_reason_not_to_be_tested(report: Report) -> None:
    entry_of(report, "KC-SEL-07")["reason"] = "nobody can arrange it"
    report["verdict"] = "conformant"
    seal(report)


def another_statement_is_printed(report: Report) -> None:
    entry_of(report, "KC-SEL-07")["statement"] = "two matching calls are granted"
    report["verdict"] = "conformant"
    entry_of(report, "KC-SEL-07")["verdict"] = "pass"
    entry_of(report, "KC-SEL-07")["tests"][0] |= {"verdict": "pass", "message": ""}
    seal(report)


def a_fail_is_called_a_pass(report: Report) -> None:
    entry_of(report, "KC-SEL-07")["verdict"] = "pass"
    report["verdict"] = "conformant"
    seal(report)


def the_counts_are_gone(report: Report) -> None:
    """Without them a report may be of another maker, whose verdict no reader computes."""
    report["verdict"] = "conformant"
    del report["counts"]
    report["end"] = raw.sealed(report)["end"]


FORGERIES: dict[Callable[[Report], None], str] = {
    only_one_is_left: "it says nothing of {all_but_one} of the {all} requirements",
    the_failed_one_is_missing: "it says nothing of 1 of the {all} requirements: KC-SEL-07",
    a_must_is_a_should: "KC-SEL-07 has the level 'SHOULD', and in the requirements 'MUST'",
    a_must_has_a_reason_not_to_be_tested: "KC-SEL-07 has the reason 'nobody can arrange it', and in",
    another_statement_is_printed: "KC-SEL-07 has the statement 'two matching calls are granted', and in",
    a_fail_is_called_a_pass: "KC-SEL-07 is pass, while its tests make it fail",
    the_counts_are_gone: "its counts are not those of its requirements",
}  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_rewritten_report_that_is_not_of_the_catalogue_is_refused(
    ran: Runs, capfd: pytest.CaptureFixture[str], forge: Callable[[Report], None]
) -> None:
    folder = ran(FAILED, change=forge)

    assert main.main(["certify", str(folder)]) == 1

    number = len(requirements.load())
    told = capfd.readouterr().err
    assert FORGERIES[forge].format(all=number, all_but_one=number - 1) in told
    assert not (folder / "certificate").exists()


def one_more(report: Report) -> None:
    report["requirements"].append({**report["requirements"][-1], "id": "KC-SEL-99", "tests": []})
    report["requirements"][-1]["verdict"] = "not tested"


def other_counts(report: Report) -> None:
    report["counts"]["MUST"]["pass"] += 1


def another_scope(report: Report) -> None:
    report |= {"scope": "answers only", "verdict": "conformant, answers only"}


def another_number(report: Report) -> None:
    report["contract"]["requirements"] = 500


def another_revision(report: Report) -> None:
    report["contract"]["revision"] = "0" * 12


def another_digest(report: Report) -> None:
    report["digests"]["configuration"] = "sha256:" + "0" * 64


def one_more_digest(report: Report) -> None:
    report["digests"]["approval"] = "sha256:" + "0" * 64


def odd_configuration(report: Report) -> None:
    report["configuration"]["lab"] = "everything"


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (one_more, "it has requirements that there are not: KC-SEL-99"),
        (other_counts, "its counts are not those of its requirements"),
        (another_scope, "its scope is 'answers only', while its tests make it 'full'"),
        (another_number, "it counts 500 requirements"),
        (another_revision, "the revision of its requirements is not that of their digest"),
        (another_digest, "its digest of the configuration is another than that of what it says of the configuration"),
        (one_more_digest, "it has digests of more than there is"),
        (odd_configuration, "its configuration is none that a profile can have"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_is_printed_follows_from_the_results(
    ran: Runs, capfd: pytest.CaptureFixture[str], forge: Callable[[Report], None], told: str
) -> None:
    def change(report: Report) -> None:
        forge(report)
        report["end"] = raw.sealed(report)["end"]

    assert main.main(["certify", str(ran(change=change))]) == 1
    assert told in capfd.readouterr().err


def test_what_was_checked_is_what_is_signed(ran: Runs, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ran()
    checked = (folder / "report.json").read_bytes()
    judge = certificate.refusals

    def swapping(report: Report, known: requirements.Requirements) -> list[str]:
        (folder / "report.json").write_bytes(b"{}")
        return judge(report, known)

    monkeypatch.setattr(certificate, "refusals", swapping)

    assert main.main(["certify", str(folder), "--key", str(key)]) == 0
    assert (folder / "certificate" / "report.json").read_bytes() == checked
    assert main.main(["verify", str(folder / "certificate"), "--key", f"{key}.pub"]) == 0


def as_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere.json"))
    path.symlink_to("elsewhere.json")


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("odd", "told"),
    [(as_link, "is a symbolic link"), (as_pipe, "is no regular file"), (as_folder, "cannot be read: Is a directory")],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_only_a_regular_file_is_certified(
    ran: Runs, capfd: pytest.CaptureFixture[str], odd: Callable[[Path], None], told: str
) -> None:
    folder = ran()
    odd(folder / "report.json")

    assert main.main(["certify", str(folder), "--plain"]) == 2
    assert told in capfd.readouterr().err


def test_a_report_without_an_end_is_not_read_to_its_end(
    ran: Runs, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepcall.report.reading._LARGEST", 1_000)

    assert main.main(["certify", str(ran())]) == 2
    assert "is larger than 1,000 bytes" in capfd.readouterr().err


def test_a_link_in_the_place_of_a_part_is_replaced_and_not_followed(ran: Runs, tmp_path: Path) -> None:
    folder, other = ran(), tmp_path / "somebody-elses"
    other.write_text("theirs", encoding="utf-8")
    (folder / "certificate").mkdir()
    (folder / "certificate" / "certificate.html").symlink_to(other)

    assert main.main(["certify", str(folder)]) == 0
    assert other.read_text(encoding="utf-8") == "theirs"
    assert not (folder / "certificate" / "certificate.html").is_symlink()


@pytest.mark.parametrize("words", [(), ("--plain",)], ids=["a certificate", "a plain report"])
def test_every_document_says_that_its_signer_vouches_for_the_run(ran: Runs, words: tuple[str, ...]) -> None:
    folder = ran()
    assert main.main(["certify", str(folder), *words]) == 0

    page = next((folder / "certificate").glob("*.html")).read_text(encoding="utf-8")
    assert "not one that its own maker has rewritten" in page
    assert "The one who signs vouches for the run".lower() in DOCS.read_text(encoding="utf-8").lower()
