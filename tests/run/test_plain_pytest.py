"""`pytest suites`, as somebody calls it who knows pytest: its own ways to choose tests work, beside any plugins."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keepcall.run.proof import trial
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS
from tests.run.test_nobody_else_decides import installed

CHECKOUT = Path(__file__).parents[2]

Plain = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a faulty server."""
    with RunningServer(FAULTS["takes_the_first_of_several_calls"].server()) as server:
        own = server.settings
        file = tmp_path_factory.mktemp("profile") / "faulty.toml"
        lines = [f'url = "{server.url}"', f'lab = {{ kind = "http", url = "{server.lab_url}" }}', "[credentials]"]
        lines += [f'api_key = "{own.api_key}"', f'token = "{own.token}"']
        file.write_text("\n".join(lines), encoding="utf-8")
        yield file


@pytest.fixture
def plain(tmp_path: Path, profile: Path) -> Plain:
    """Calls it in a checkout, with a cache of its own."""

    def plain(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        usual = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "KEEPCALL"))}
        more = ("-q", "-o", f"cache_dir={tmp_path / 'cache'}", *words)
        return subprocess.run(
            [sys.executable, "-m", "pytest", "suites", "--target", str(profile), *more],
            cwd=CHECKOUT,
            env=usual | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    return plain


def test_the_test_that_failed_last_runs_again_by_itself(plain: Plain) -> None:
    first = plain("-x", "-k", "KC-SEL-07")
    again = plain("--lf")

    assert (first.returncode, again.returncode) == (1, 1), again.stdout + again.stderr
    assert "1 failed" in first.stdout
    assert again.stdout.splitlines()[-1].startswith("1 failed"), again.stdout


def test_observations_can_be_ignored_and_tests_be_chosen_by_requirement(plain: Plain) -> None:
    listed = plain("--ignore", "suites/observations", "--collect-only", "-k", "KC-SEL-06")

    assert listed.returncode == 0, listed.stdout + listed.stderr
    chosen = {line for line in listed.stdout.splitlines() if line.startswith("suites/")}
    assert chosen == {test.id for test in trial.collected() if test.requirement == "KC-SEL-06"}


def test_no_plugin_of_others_and_no_option_of_python_ends_it_by_a_warning(plain: Plain, tmp_path: Path) -> None:
    """pytest-asyncio warns like this while it is configured."""
    warns = (
        "import pytest, warnings\ndef pytest_configure(): warnings.warn(pytest.PytestDeprecationWarning('unset'))\n"
    )
    installed(tmp_path, "warns", "pytest11", warns)
    variables = {"PYTHONPATH": str(tmp_path), "PYTHONOPTIMIZE": "1"}

    done = plain("-k", "KC-SEL-02 and not KC-OBS", **variables)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PytestDeprecationWarning: unset" in done.stdout + done.stderr
