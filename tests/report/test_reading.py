"""A raw report is read back as it was written, or refused with the reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keepcall.errors import FileError
from keepcall.report import raw, reading

Report = dict[str, Any]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Report], Path]:
    def write(report: Report) -> Path:
        raw.write(report, tmp_path / "report.json")
        return tmp_path / "report.json"

    return write


def test_a_report_is_read_back_as_it_was_written(file: Callable[[Report], Path], faulty: Report) -> None:
    assert reading.read(file(raw.sealed(faulty))) == raw.sealed(faulty)


def test_a_folder_stands_for_the_report_in_it(file: Callable[[Report], Path], conformant: Report) -> None:
    assert reading.read(file(conformant).parent)["verdict"] == "conformant"


def test_its_last_key_is_its_end(file: Callable[[Report], Path], conformant: Report) -> None:
    end = list(json.loads(file(conformant).read_text(encoding="utf-8")).items())[-1]

    assert end[0] == "end"
    assert end[1]["tests"] == sum(len(each["tests"]) for each in conformant["requirements"])


def test_a_report_of_the_first_format_stays_readable(file: Callable[[Report], Path], conformant: Report) -> None:
    later = ("end", "digests", "procedure", "exchanges", "seed", "lost", "contract", "ended")
    old = {key: value for key, value in conformant.items() if key not in later} | {"format": "keepcall-report/1"}

    assert reading.read(file(old)) == old


def test_what_the_contract_demands_is_enough(file: Callable[[Report], Path], conformant: Report) -> None:
    least = ("verdict", "target", "requirements", "observations", "requests", "duration")

    assert reading.read(file({key: conformant[key] for key in least}))["verdict"] == "conformant"


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_report_that_was_cut_off_is_refused(
    file: Callable[[Report], Path], conformant: Report, kept: float
) -> None:
    path = file(conformant)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: int(len(text) * kept)], encoding="utf-8")

    with pytest.raises(FileError, match="is empty" if not kept else "is cut off"):
        reading.read(path)


def test_a_report_without_its_end_is_refused(file: Callable[[Report], Path], conformant: Report) -> None:
    with pytest.raises(FileError, match="it has no end, so it was cut off"):
        reading.read(file({key: value for key, value in conformant.items() if key != "end"}))


def test_a_report_with_fewer_tests_than_its_end_says_is_refused(
    file: Callable[[Report], Path], conformant: Report
) -> None:
    first, *rest = conformant["requirements"]
    fewer = {**conformant, "requirements": [{**first, "tests": first["tests"][:1]}, *rest]}

    with pytest.raises(FileError, match=r"it holds \d+ tests, and its end says \d+"):
        reading.read(file(fewer))


@pytest.mark.parametrize("kind", ["requirements", "observations", "exchanges"])
def test_a_report_that_holds_something_twice_is_refused(
    file: Callable[[Report], Path], faulty: Report, kind: str
) -> None:
    exchanges = [{"number": 1, "request": "GET / HTTP/1.1", "answer": "HTTP 200"}]
    report = {**faulty, "exchanges": exchanges}
    twice = raw.sealed({**report, kind: [*report[kind], report[kind][0]]})

    with pytest.raises(FileError, match="is in it 2 times"):
        reading.read(file(twice))


def test_a_report_that_holds_a_test_twice_is_refused(file: Callable[[Report], Path], conformant: Report) -> None:
    first, second, *rest = conformant["requirements"]
    twice = {**second, "tests": [*second["tests"], first["tests"][0]]}

    with pytest.raises(FileError, match=r"the test suites/\S+ is in it 2 times"):
        reading.read(file(raw.sealed({**conformant, "requirements": [first, twice, *rest]})))


def test_a_report_that_was_changed_is_refused(file: Callable[[Report], Path], conformant: Report) -> None:
    with pytest.raises(FileError, match="its digest is another"):
        reading.read(file({**conformant, "duration": conformant["duration"] + 1}))


@pytest.mark.parametrize("place", ["verdict", "requirement"])
def test_a_verdict_that_does_not_follow_is_refused_even_under_a_fresh_digest(
    file: Callable[[Report], Path], faulty: Report, place: str
) -> None:
    if place == "verdict":
        better: Report = {**faulty, "verdict": "conformant"}
    else:
        better = {**faulty, "requirements": [{**each, "verdict": "pass"} for each in faulty["requirements"]]}

    with pytest.raises(FileError, match="its verdict is" if place == "verdict" else "while its tests make it"):
        reading.read(file(raw.sealed(better)))


def test_a_scope_that_does_not_follow_is_refused(file: Callable[[Report], Path], blind: Report) -> None:
    wider = raw.sealed({**blind, "scope": "full", "verdict": "conformant"})

    with pytest.raises(FileError, match="its scope is 'full'"):
        reading.read(file(wider))


def test_a_changed_report_is_taken_where_somebody_asks_for_it(
    file: Callable[[Report], Path], conformant: Report
) -> None:
    assert reading.read(file({**conformant, "duration": 1.0}), changed=True)["duration"] == 1.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("[]", "has no verdict"),
        ('{"a": 1, "a": 2}', "the key 'a' stands there twice"),
        ('{"duration": NaN}', "NaN is no number"),
        ('{"verdict": "conformant", "format": "keepcall-report/9"}', "which this version does not know"),
        ('{"verdict": "conformant"}', "'target' is a required property"),
        ("<html>", "is cut off|is no JSON"),
        ("[" * 100_000, "is no report|is cut off"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(FileError, match=told):
        reading.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.json: cannot be read"):
        reading.read(tmp_path / "nowhere.json")


@pytest.mark.parametrize("name", ["blind", "blind_and_faulty", "unreachable", "faulty", "conformant"])
def test_what_a_run_writes_contradicts_itself_nowhere(request: pytest.FixtureRequest, name: str) -> None:
    assert list(reading.contradictions(request.getfixturevalue(name))) == []
