"""Every mistake in a profile is named with its place, all of them at once, and no secret is in any message.

Each profile in `broken` ends with the problems that are to be found in it, after `#!`.
"""

from pathlib import Path

import pytest

from keepcall.cli.main import main
from keepcall.errors import FileError, ProfileError
from keepcall.run.config import profile

SECRET = "hush-5d1e"
"""In the broken profiles it stands wherever a secret could, and in the files and variables they name."""

FOLDER = Path(__file__).parent / "broken"
ENVIRONMENT = {"EMPTY": "", "LINES": f"{SECRET}\n{SECRET}"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_mistake_is_named_and_no_secret(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    expected = [line.removeprefix("#! ") for line in lines if line.startswith("#! ")]

    with pytest.raises(ProfileError) as caught:
        profile.load(path, ENVIRONMENT)

    found = [str(problem).replace(str(FOLDER), "FOLDER") for problem in caught.value.problems]
    assert found == expected
    assert all(f"\n  - {problem}" in str(caught.value) for problem in caught.value.problems)
    assert SECRET not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("command", ["run", "check", "plan"])
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_command_names_them_all_and_sends_nothing(
    path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    code = main([command, "--target", str(path)])

    expected = [line.removeprefix("#! ") for line in path.read_text("utf-8").splitlines() if line.startswith("#! ")]
    said = capsys.readouterr().err.replace(str(FOLDER), "FOLDER")
    assert code == 2
    assert [line for line in said.splitlines() if line.startswith("  - ")] == [f"  - {each}" for each in expected]
    assert "Traceback" not in said


def test_there_are_broken_profiles_of_many_kinds() -> None:
    assert len(list(FOLDER.glob("*.toml"))) >= 30


@pytest.mark.parametrize(
    ("octets", "place", "reason"),
    [
        (b'name = "x\n', ", line 1, column 10", "it is not TOML: Illegal character"),
        (b'url = "http://h"\nname "x"\n', ", line 2, column 6", "it is not TOML: Expected '='"),
        (b"name = [1,\n", ", line 2", "it is not TOML: "),
        (b"[limits]\ntimeout = 1" + b"0" * 5000, ", line 2", "it is not TOML: "),
        (b'url = "http://h"\nname = "\xe9"\n', ", line 2", "it is not in UTF-8"),
    ],
    ids=["a text without end", "no equals sign", "a list without end", "a number without end", "Latin-1"],
)
def test_a_file_that_cannot_be_parsed_is_named_with_line_and_column(
    tmp_path: Path, octets: bytes, place: str, reason: str
) -> None:
    path = tmp_path / "target.toml"
    path.write_bytes(octets)

    with pytest.raises(FileError) as caught:
        profile.load(path, {})

    assert caught.value.what.startswith(f"{path}{place}: {reason}")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.toml", "there is no such file"), (".", "this is a folder"), ("a.toml/b.toml", "it cannot be read")],
    ids=["missing", "a folder", "below a file"],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a.toml").touch()

    with pytest.raises(FileError, match=reason) as caught:
        profile.load(tmp_path / name, {})

    assert "example.toml" in caught.value.remedy


def test_wrong_options_are_named_as_options() -> None:
    with pytest.raises(ProfileError) as caught:
        profile.from_options("ftp://recorder.example", "", SECRET + "\n", "8080")

    assert [problem.place for problem in caught.value.problems] == ["--api-key", "--token", "--url", "--lab"]
    assert caught.value.source == "the command line"
    assert SECRET not in str(caught.value)
