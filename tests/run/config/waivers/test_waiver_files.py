"""A file of waivers is read whole, or every mistake in it is named at once.

Each file in `broken` ends with the problems that are to be found in it, after `#!`.
"""

from datetime import date
from pathlib import Path

import pytest

from keepcall import resources
from keepcall.errors import FileError, WaiverError
from keepcall.run.config import waiver_file

FOLDER = Path(__file__).parent / "broken"


def test_the_example_is_read() -> None:
    (waiver,) = waiver_file.load(resources.path("fixtures", "waivers", "example.toml"))

    assert (waiver.requirement, waiver.until) == ("KC-XML-07", date(2027, 1, 31))
    assert waiver.symptom.startswith("OtherMessage: expected")
    assert "Nováková" in waiver.who
    assert "REC-1234" in waiver.why


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_mistake_is_named(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    expected = [line.removeprefix("#! ") for line in lines if line.startswith("#! ")]

    with pytest.raises(WaiverError, match="in the waivers") as caught:
        waiver_file.load(path)

    assert [str(problem) for problem in caught.value.problems] == expected


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        waiver_file.load(tmp_path / "nowhere.toml")
