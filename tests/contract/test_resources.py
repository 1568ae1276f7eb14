"""Our own files are found, in a checkout and in a wheel, and read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keepcall import resources
from keepcall.errors import InternalError


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a package that lies in an empty folder, as if installed there."""
    package = tmp_path / "keepcall"
    package.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    resources._root.cache_clear()
    yield package
    resources._root.cache_clear()


def test_in_a_checkout_files_lie_beside_the_package() -> None:
    assert resources.path("schemas", "requirements.schema.json").is_file()
    assert resources.path("fixtures").parent == Path(resources.__file__).parents[1]


def test_in_a_wheel_files_lie_in_the_package(installed: Path) -> None:
    (installed / "_bundle").mkdir()

    assert resources.path("suites", "valid") == installed / "_bundle" / "suites" / "valid"


def test_a_package_without_its_files_is_an_incomplete_installation(installed: Path) -> None:
    with pytest.raises(InternalError, match="installation is incomplete"):
        resources.path("suites")
    assert not list(installed.iterdir())


def test_a_missing_file_is_an_incomplete_installation() -> None:
    with pytest.raises(InternalError, match=r"nowhere\.txt cannot be read"):
        resources.load_text("fixtures", "nowhere.txt")


def test_a_file_is_read_once() -> None:
    first = resources.load_toml("fixtures", "requirements.toml")

    assert resources.load_toml("fixtures", "requirements.toml") is first


def test_a_validator_knows_the_calendar() -> None:
    assert resources._formats.conforms("2028-02-29T12:00:00Z", "date-time")
    assert not resources._formats.conforms("2026-02-30T12:00:00Z", "date-time")
