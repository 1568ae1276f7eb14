"""What pytest and Allure are told of a test that did not pass."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.faults import FAULTS
from tests.run.conftest import Command


@pytest.fixture
def faulty(serving: Callable[[KeepCallServer], RunningServer]) -> RunningServer:
    return serving(FAULTS["takes_a_missing_action_for_keep_call"].server())


def at(server: RunningServer, prefix: str = "") -> list[str]:
    words = {"url": server.url, "api-key": server.settings.api_key, "token": server.settings.token}
    return [f"--{prefix}{name}={value}" for name, value in {**words, "lab": server.lab_url}.items()]


def results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in folder.glob("*-result.json")]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_allure_is_told_of_tests_alone_and_in_the_words_of_the_outcome(
    command: Command, faulty: RunningServer, workers: str
) -> None:
    command("run", *at(faulty), "--only", "KC-ACT-01", "KC-SEL-01", "--workers", workers, "--output", "out")

    folder = command.folder / "out" / "allure-results"
    failed = [result["statusDetails"] for result in results(folder) if result["status"] == "failed"]
    assert failed
    assert all(details["trace"].startswith("KC-ACT-01 (MUST)") for details in failed), failed[0]
    assert list(folder.glob("*-container.json")) == []


@pytest.mark.parametrize("style", ["auto", "long"])
def test_pytest_shows_the_place_in_the_suite_to_those_alone_who_ask_for_it(
    command: Command, faulty: RunningServer, style: str
) -> None:
    suite = str(resources.path("suites", "missing_parameter"))
    words = [suite, "-p", "keepcall.plugin", "-p", "no:cacheprovider", *at(faulty, "target-"), "--only", "KC-ACT-01"]
    with command.started(*words, f"--tb={style}", program=("-m", "pytest")) as process:
        said = process.communicate()[0]

    assert "KC-ACT-01 (MUST)" in said
    assert ("def test_a_request_without_action" in said) == (style == "long"), said
